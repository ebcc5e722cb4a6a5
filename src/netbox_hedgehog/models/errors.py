"""An error that was met: where, since when, how often, and whether it is over."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .fabrics import HedgehogFabric
from .operations import SyncOperation
from .record import Record

__all__ = ['ErrorRecord']


class ErrorRecord(Record):
    """One error of a fabric, from the run that met it first to the run that no longer did.

    The same error met again is counted, not written again: a document that is held for a month is
    one row. What an error is (category, severity, recovery) follows from its reason, see
    `sync/reasons.py`.
    """

    fabric = models.ForeignKey(
        HedgehogFabric,
        on_delete=models.CASCADE,
        related_name='error_records',
        verbose_name=_('fabric'),
    )
    operation = models.ForeignKey(
        SyncOperation,
        on_delete=models.SET_NULL,
        related_name='error_records',
        verbose_name=_('operation'),
        null=True,
        blank=True,
        help_text=_('The last one that met it'),
    )
    reason = models.CharField(verbose_name=_('reason'), max_length=100)
    # Of everything that makes it this error; paths are too long for an index.
    fingerprint = models.CharField(max_length=64, editable=False)
    path = models.CharField(verbose_name=_('path'), max_length=1000, blank=True)
    line = models.PositiveIntegerField(verbose_name=_('line'), null=True, blank=True)
    resource_key = models.CharField(verbose_name=_('object'), max_length=1000, blank=True)
    message = models.TextField(verbose_name=_('message'))
    occurrences = models.PositiveIntegerField(verbose_name=_('occurrences'), default=1)
    first_seen = models.DateTimeField(verbose_name=_('first seen'))
    last_seen = models.DateTimeField(verbose_name=_('last seen'))
    resolved_at = models.DateTimeField(verbose_name=_('over since'), null=True, blank=True)

    class Meta:
        ordering = ('-last_seen', '-pk')
        verbose_name = _('error')
        verbose_name_plural = _('errors')
        constraints = [
            models.UniqueConstraint(
                fields=('fabric', 'fingerprint'),
                condition=Q(resolved_at__isnull=True),
                name='hh_error_open_once',
            ),
        ]
        indexes = [
            models.Index(fields=('-last_seen', '-id'), name='hh_error_last_seen'),
            models.Index(fields=('reason',), name='hh_error_reason'),
            models.Index(fields=('resolved_at',), name='hh_error_resolved'),
        ]

    def __str__(self) -> str:
        return f'{self.reason}: {self.path or self.resource_key or self.fabric}'

    @property
    def open(self) -> bool:
        return self.resolved_at is None
