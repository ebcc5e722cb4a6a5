"""A state of a fabric one can go back to: commit, drafts, outbox, settings. Written by `sync/`."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..choices import CheckpointReasonChoices
from .fabrics import HedgehogFabric
from .operations import SyncOperation
from .record import Record

__all__ = ['Checkpoint']


class Checkpoint(Record):
    """What a fabric was at one moment, and which files the operation after it replaced.

    Made by hand, and by itself before every operation that overwrites or deletes something.
    """

    checkpoint_id = models.UUIDField(
        verbose_name=_('checkpoint id'), default=uuid.uuid4, unique=True, editable=False
    )
    fabric = models.ForeignKey(
        HedgehogFabric,
        on_delete=models.CASCADE,
        related_name='checkpoints',
        verbose_name=_('fabric'),
    )
    name = models.CharField(verbose_name=_('name'), max_length=200)
    reason = models.CharField(
        verbose_name=_('why'),
        max_length=30,
        choices=CheckpointReasonChoices,
        default=CheckpointReasonChoices.MANUAL,
    )
    sync_operation = models.ForeignKey(
        SyncOperation,
        on_delete=models.SET_NULL,
        related_name='checkpoints',
        verbose_name=_('operation'),
        null=True,
        blank=True,
        help_text=_('The operation it was made before'),
    )
    commit = models.CharField(verbose_name=_('commit'), max_length=64)
    digest = models.CharField(
        verbose_name=_('digest'),
        max_length=64,
        blank=True,
        help_text=_('Over all objects; empty when NetBox had not read that commit yet'),
    )
    snapshot = models.JSONField(default=dict, blank=True)
    files = models.JSONField(
        default=list,
        blank=True,
        help_text=_('What was overwritten or deleted, with its blobs; the first 1,000'),
    )
    files_total = models.PositiveIntegerField(verbose_name=_('files'), default=0)
    copies = models.BooleanField(
        verbose_name=_('copies in the tree'),
        default=False,
        help_text=_('What was replaced is also kept below .hnp/backups/'),
    )
    created = models.DateTimeField(verbose_name=_('created'), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name='+',
        verbose_name=_('user'),
        null=True,
        blank=True,
    )
    user_name = models.CharField(verbose_name=_('user name'), max_length=150, blank=True)

    class Meta:
        ordering = ('-created', '-pk')
        verbose_name = _('checkpoint')
        verbose_name_plural = _('checkpoints')
        indexes = [
            models.Index(fields=('-created', '-id'), name='hh_checkpoint_created'),
            models.Index(fields=('fabric', '-created'), name='hh_checkpoint_fabric'),
        ]

    def __str__(self) -> str:
        return self.name

    def get_reason_color(self) -> str | None:
        return CheckpointReasonChoices.colors.get(self.reason)

    @property
    def settings(self) -> dict[str, Any]:
        """The fabric's settings of then."""
        return dict(self.snapshot.get('settings', {}))

    @property
    def note(self) -> str:
        """What was said about it."""
        return str(self.snapshot.get('note', ''))

    @property
    def drafts(self) -> int:
        """How many drafts it holds."""
        return len(self.snapshot.get('drafts', ()))

    @property
    def waiting(self) -> int:
        """How many edits it holds that were waiting to be published."""
        return len(self.snapshot.get('outbox', ()))
