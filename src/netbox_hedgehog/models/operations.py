"""What was done, when, for whom, and how it ended: one row per operation, one commit per row."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from netbox.models.features import JobsMixin

from ..choices import (
    RUNNING_OPERATION_STATUSES,
    ConflictStrategyChoices,
    OperationDirectionChoices,
    OperationPhaseChoices,
    OperationStatusChoices,
    SyncOperationTypeChoices,
    TriggerTypeChoices,
)
from .fabrics import HedgehogFabric
from .record import Record
from .repositories import GitRepository

__all__ = ['SyncOperation']


class SyncOperation(JobsMixin, Record):
    """One operation on a fabric, from request to result. Written by `sync/` only."""

    operation_id = models.UUIDField(
        verbose_name=_('operation id'), default=uuid.uuid4, unique=True, editable=False
    )
    fabric = models.ForeignKey(
        HedgehogFabric,
        on_delete=models.CASCADE,
        related_name='sync_operations',
        verbose_name=_('fabric'),
        null=True,
        blank=True,
    )
    git_repository = models.ForeignKey(
        GitRepository,
        on_delete=models.SET_NULL,
        related_name='sync_operations',
        verbose_name=_('Git repository'),
        null=True,
        blank=True,
    )
    job = models.ForeignKey(
        'core.Job',
        on_delete=models.SET_NULL,
        related_name='+',
        verbose_name=_('job'),
        null=True,
        blank=True,
    )
    request_id = models.UUIDField(
        verbose_name=_('request id'),
        null=True,
        blank=True,
        db_index=True,
        help_text=_('Equal to that of the change log entries this operation made'),
    )
    parent = models.ForeignKey(
        'self', on_delete=models.SET_NULL, related_name='children', null=True, blank=True
    )

    operation_type = models.CharField(
        verbose_name=_('type'), max_length=30, choices=SyncOperationTypeChoices
    )
    sync_direction = models.CharField(
        verbose_name=_('direction'),
        max_length=30,
        choices=OperationDirectionChoices,
        default=OperationDirectionChoices.BIDIRECTIONAL,
    )
    trigger_type = models.CharField(
        verbose_name=_('trigger'),
        max_length=30,
        choices=TriggerTypeChoices,
        default=TriggerTypeChoices.MANUAL,
    )
    initiated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name='+',
        verbose_name=_('user'),
        null=True,
        blank=True,
    )
    user_name = models.CharField(verbose_name=_('user name'), max_length=150, blank=True)

    status = models.CharField(
        verbose_name=_('status'),
        max_length=30,
        choices=OperationStatusChoices,
        default=OperationStatusChoices.PENDING,
    )
    current_phase = models.CharField(verbose_name=_('phase'), max_length=50, blank=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(null=True, blank=True)
    created = models.DateTimeField(verbose_name=_('created'), auto_now_add=True)
    started_at = models.DateTimeField(verbose_name=_('started'), null=True, blank=True)
    completed_at = models.DateTimeField(verbose_name=_('completed'), null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)

    resources_targeted = models.PositiveIntegerField(default=0)
    resources_processed = models.PositiveIntegerField(default=0)
    resources_created = models.PositiveIntegerField(default=0)
    resources_updated = models.PositiveIntegerField(default=0)
    resources_deleted = models.PositiveIntegerField(default=0)
    resources_skipped = models.PositiveIntegerField(default=0)
    files_created = models.PositiveIntegerField(default=0)
    files_updated = models.PositiveIntegerField(default=0)
    files_deleted = models.PositiveIntegerField(default=0)
    files_moved = models.PositiveIntegerField(default=0)
    documents_seen = models.PositiveIntegerField(default=0)
    documents_ingested = models.PositiveIntegerField(default=0)
    documents_held = models.PositiveIntegerField(default=0)
    documents_unmanaged = models.PositiveIntegerField(default=0)
    conflicts_detected = models.PositiveIntegerField(default=0)
    conflicts_resolved = models.PositiveIntegerField(default=0)
    conflicts_pending = models.PositiveIntegerField(default=0)
    # Null is "nobody measured it", which is not zero.
    total_file_size_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    git_commands = models.PositiveIntegerField(null=True, blank=True)
    api_calls_made = models.PositiveIntegerField(null=True, blank=True)
    network_transfer_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    # The most memory its process had held by then, without git's own processes.
    memory_peak_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    # Seconds by phase; a phase gone through twice has both.
    phase_seconds = models.JSONField(default=dict, blank=True)

    base_commit = models.CharField(verbose_name=_('base commit'), max_length=64, blank=True)
    commit_sha = models.CharField(verbose_name=_('commit'), max_length=64, blank=True)
    branch_name = models.CharField(verbose_name=_('branch'), max_length=255, blank=True)
    pull_request_url = models.URLField(max_length=500, blank=True)
    plan = models.JSONField(null=True, blank=True)
    findings = models.JSONField(
        default=list, blank=True, help_text=_('The first 1,000; findings_total counts all')
    )
    findings_total = models.PositiveIntegerField(default=0)
    error_count = models.PositiveIntegerField(default=0)
    warning_count = models.PositiveIntegerField(default=0)
    last_reason = models.CharField(verbose_name=_('reason'), max_length=100, blank=True)
    last_error_message = models.TextField(verbose_name=_('error'), blank=True)
    undoes = models.ForeignKey(
        'self', on_delete=models.SET_NULL, related_name='undone_by', null=True, blank=True
    )

    operation_config = models.JSONField(default=dict, blank=True)
    # What was handed over with the request, such as new bytes of files: gone once it is in Git, and
    # never shown.
    payload = models.JSONField(null=True, blank=True, editable=False)
    # What is to be told of it once its end stands; null when it has been told.
    untold = models.JSONField(null=True, blank=True, editable=False)
    conflict_resolution_strategy = models.CharField(
        max_length=30, choices=ConflictStrategyChoices, blank=True
    )

    class Meta:
        ordering = ('-created', '-pk')
        verbose_name = _('sync operation')
        verbose_name_plural = _('sync operations')
        indexes = [
            models.Index(fields=('-created', '-id'), name='hh_op_created'),
            models.Index(fields=('fabric', '-started_at'), name='hh_op_fabric_started'),
            models.Index(fields=('status',), name='hh_op_status'),
            models.Index(fields=('operation_type', '-started_at'), name='hh_op_type_started'),
            models.Index(fields=('commit_sha',), name='hh_op_commit'),
            models.Index(
                fields=('fabric',), condition=models.Q(untold__isnull=False), name='hh_op_untold'
            ),
        ]
        permissions = [
            ('cancel', 'Cancel a queued or running operation'),
            ('undo', 'Undo an operation by a new commit'),
        ]

    def __str__(self) -> str:
        return f'{self.get_operation_type_display()} {str(self.operation_id)[:8]}'

    def get_status_color(self) -> str | None:
        return OperationStatusChoices.colors.get(self.status)

    @property
    def running(self) -> bool:
        return self.status in RUNNING_OPERATION_STATUSES

    def commits(self) -> list[str]:
        """The commits of the operation and of its parts, in no order."""
        parts = self.children.exclude(commit_sha='').order_by('pk')
        of_parts = parts.values_list('commit_sha', flat=True)
        return [commit for commit in (self.commit_sha, *of_parts) if commit]

    @property
    def duration_seconds(self) -> float | None:
        if self.started_at is None or self.completed_at is None:
            return None
        return (self.completed_at - self.started_at).total_seconds()

    @property
    def phase_times(self) -> list[tuple[str, float]]:
        """What each phase is called and took, in seconds, in the order they are gone through."""
        return [
            (str(label), self.phase_seconds[phase])
            for phase, label in OperationPhaseChoices()
            if phase in self.phase_seconds
        ]

    @property
    def success_rate(self) -> float | None:
        """Share of the wanted objects that succeeded; unknown when none was wanted."""
        wanted = self.resources_targeted - self.resources_skipped
        return self.resources_processed / wanted if wanted > 0 else None
