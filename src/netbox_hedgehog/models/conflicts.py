"""A conflict is a value: base and both sides, kept until a person or a policy decides."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..choices import (
    OPEN_CONFLICT_STATUSES,
    ConflictSeverityChoices,
    ConflictStrategyChoices,
    ConflictTypeChoices,
    ResolutionStatusChoices,
)
from .fabrics import HedgehogFabric
from .operations import SyncOperation
from .record import Record
from .resources import HedgehogResource

__all__ = ['ConflictResolution']


class ConflictResolution(Record):
    """Both sides of one object or file that Git and NetBox changed differently.

    `resource_key` (group/Kind/namespace/name, empty for a conflict about a file) is written with
    the row: it keeps the record readable, and the open conflict unique, when the resource goes.
    """

    conflict_id = models.UUIDField(
        verbose_name=_('conflict id'), default=uuid.uuid4, unique=True, editable=False
    )
    fabric = models.ForeignKey(
        HedgehogFabric,
        on_delete=models.CASCADE,
        related_name='conflicts',
        verbose_name=_('fabric'),
    )
    resource = models.ForeignKey(
        HedgehogResource,
        on_delete=models.SET_NULL,
        related_name='conflicts',
        verbose_name=_('resource'),
        null=True,
        blank=True,
    )
    resource_key = models.CharField(verbose_name=_('object'), max_length=640, blank=True)
    path = models.CharField(verbose_name=_('path'), max_length=1000, blank=True)
    sync_operation = models.ForeignKey(
        SyncOperation,
        on_delete=models.SET_NULL,
        related_name='detected_conflicts',
        verbose_name=_('detected in'),
        null=True,
        blank=True,
    )
    resolved_in = models.ForeignKey(
        SyncOperation,
        on_delete=models.SET_NULL,
        related_name='resolved_conflicts',
        verbose_name=_('resolved in'),
        null=True,
        blank=True,
    )
    conflict_type = models.CharField(
        verbose_name=_('type'), max_length=30, choices=ConflictTypeChoices
    )
    severity = models.CharField(
        verbose_name=_('severity'),
        max_length=30,
        choices=ConflictSeverityChoices,
        default=ConflictSeverityChoices.MEDIUM,
    )
    detected_at = models.DateTimeField(verbose_name=_('detected'), auto_now_add=True)
    base_state = models.JSONField(null=True, blank=True)
    gui_state = models.JSONField(null=True, blank=True)
    git_state = models.JSONField(null=True, blank=True)
    base_commit = models.CharField(max_length=64, blank=True)
    git_commit = models.CharField(max_length=64, blank=True)
    # {'git': {'author', 'when', 'commit'}, 'gui': {'author', 'when', 'typed'}}, as far as known.
    provenance = models.JSONField(default=dict, blank=True)
    conflicting_fields = models.JSONField(default=list, blank=True)
    auto_resolvable = models.BooleanField(verbose_name=_('resolvable by policy'), default=False)
    resolution_strategy = models.CharField(
        verbose_name=_('strategy'), max_length=30, choices=ConflictStrategyChoices, blank=True
    )
    resolution_status = models.CharField(
        verbose_name=_('status'),
        max_length=30,
        choices=ResolutionStatusChoices,
        default=ResolutionStatusChoices.PENDING,
    )
    user_decisions = models.JSONField(default=dict, blank=True)
    resolved_state = models.JSONField(null=True, blank=True)
    resolution_notes = models.TextField(blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name='+',
        verbose_name=_('resolved by'),
        null=True,
        blank=True,
    )
    resolution_attempted_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(verbose_name=_('resolved'), null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ('-detected_at', '-pk')
        verbose_name = _('conflict')
        verbose_name_plural = _('conflicts')
        constraints = [
            models.UniqueConstraint(
                fields=('fabric', 'resource_key', 'path'),
                condition=models.Q(resolution_status__in=OPEN_CONFLICT_STATUSES),
                name='hh_conflict_one_open',
            )
        ]
        indexes = [
            models.Index(fields=('-detected_at', '-id'), name='hh_conflict_detected'),
            models.Index(fields=('fabric', 'resolution_status'), name='hh_conflict_fabric_status'),
        ]
        permissions = [('resolve', 'Decide a conflict')]

    def __str__(self) -> str:
        return f'{self.get_conflict_type_display()}: {self.resource_key or self.path}'

    def get_severity_color(self) -> str | None:
        return ConflictSeverityChoices.colors.get(self.severity)

    def get_resolution_status_color(self) -> str | None:
        return ResolutionStatusChoices.colors.get(self.resolution_status)

    @property
    def open(self) -> bool:
        return self.resolution_status in OPEN_CONFLICT_STATUSES
