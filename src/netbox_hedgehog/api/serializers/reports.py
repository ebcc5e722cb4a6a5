"""Operations and conflicts as the lists of a fabric and the page of one operation tell them."""

from typing import Any

from rest_framework import serializers

from ... import choices
from ...models import SyncOperation
from ...sync.operation_report import operation_report
from .actions import StrictSerializer
from .records import SyncOperationSerializer

__all__ = [
    'CancelSerializer',
    'CancellationSerializer',
    'CancelledSerializer',
    'FabricConflictSerializer',
    'FabricConflictsSerializer',
    'FabricOperationSerializer',
    'OperationReportSerializer',
]


class ProgressSerializer(serializers.Serializer):
    """How far it is, in per cent; null where nobody can know."""

    overall_progress = serializers.IntegerField(allow_null=True)
    phase_progress = serializers.IntegerField(allow_null=True)
    current_operation = serializers.CharField(allow_null=True)
    operations_completed = serializers.IntegerField()
    operations_total = serializers.IntegerField(allow_null=True)


class StatisticsSerializer(serializers.Serializer):
    """Counts of objects and conflicts."""

    resources_processed = serializers.IntegerField()
    resources_created = serializers.IntegerField()
    resources_updated = serializers.IntegerField()
    resources_deleted = serializers.IntegerField()
    resources_skipped = serializers.IntegerField()
    conflicts_detected = serializers.IntegerField()
    conflicts_resolved = serializers.IntegerField()
    conflicts_pending = serializers.IntegerField()


class CurrentConflictSerializer(serializers.Serializer):
    """A conflict this operation found that is still open."""

    conflict_id = serializers.UUIDField()
    resource_id = serializers.IntegerField(allow_null=True)
    resource_name = serializers.CharField(allow_null=True)
    conflict_type = serializers.ChoiceField(choices=choices.ConflictTypeChoices)
    severity = serializers.ChoiceField(choices=choices.ConflictSeverityChoices)
    requires_attention = serializers.BooleanField()
    resolution_url = serializers.URLField()


class IntegrationSerializer(serializers.Serializer):
    """What the Git host had to do with it."""

    operations_count = serializers.IntegerField(allow_null=True)
    rate_limit_remaining = serializers.IntegerField(allow_null=True)
    rate_limit_reset = serializers.DateTimeField(allow_null=True)
    commit_sha = serializers.CharField(allow_null=True)
    branch_name = serializers.CharField(allow_null=True)
    pull_request_url = serializers.CharField(allow_null=True)


class PerformanceSerializer(serializers.Serializer):
    """What was measured."""

    api_calls_made = serializers.IntegerField(allow_null=True)
    git_commands = serializers.IntegerField(allow_null=True)
    network_transfer_bytes = serializers.IntegerField(allow_null=True)
    memory_usage_mb = serializers.FloatField(
        allow_null=True, help_text="The most its process had held by then, without git's own"
    )
    phase_seconds = serializers.DictField(child=serializers.FloatField())
    processing_time_seconds = serializers.FloatField(allow_null=True)


# What a row does not know by itself.
REPORTED = (
    'estimated_completion',
    'progress',
    'statistics',
    'current_conflicts',
    'github_integration',
    'performance_metrics',
    'errors',
    'warnings',
    'result',
)


class OperationReportSerializer(SyncOperationSerializer):
    """One operation with its progress, and what came of it."""

    estimated_completion = serializers.DateTimeField(read_only=True, allow_null=True)
    progress = ProgressSerializer(read_only=True)
    statistics = StatisticsSerializer(read_only=True)
    current_conflicts = CurrentConflictSerializer(many=True, read_only=True)
    github_integration = IntegrationSerializer(read_only=True)
    performance_metrics = PerformanceSerializer(read_only=True)
    errors = serializers.ListField(child=serializers.DictField(), read_only=True)
    warnings = serializers.ListField(child=serializers.DictField(), read_only=True)
    result = serializers.DictField(read_only=True, allow_null=True)

    class Meta(SyncOperationSerializer.Meta):
        fields = [*SyncOperationSerializer.Meta.fields, *REPORTED]
        read_only_fields = fields

    def to_representation(self, operation: SyncOperation) -> dict[str, Any]:
        if not set(self.fields).isdisjoint(REPORTED):
            told = operation_report(operation)
            resolve = self.context['resolution_url']
            for row in told['current_conflicts']:
                row['resolution_url'] = resolve(row['conflict_id'])
            for name, value in told.items():
                setattr(operation, name, value)
        return super().to_representation(operation)


class CancelSerializer(StrictSerializer):
    """Request of `cancel`."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)
    cleanup_changes = serializers.BooleanField(default=True)
    notify_users = serializers.BooleanField(
        default=True,
        help_text='False: neither who asked for it nor who subscribed to the fabric is notified',
    )

    def validate_cleanup_changes(self, value: bool) -> bool:
        if not value:
            raise serializers.ValidationError(
                'A cancelled operation leaves nothing behind that could be kept: what it prepared '
                'was never published, and drafts and files wait on.'
            )
        return value


class CancellationDetailsSerializer(serializers.Serializer):
    """What cancelling did; null while the operation runs to its next safe point."""

    cancelled_at = serializers.DateTimeField(allow_null=True)
    resources_processed_before_cancel = serializers.IntegerField()
    cleanup_performed = serializers.BooleanField(allow_null=True)
    partial_changes_reverted = serializers.BooleanField(allow_null=True)


class FinalStatusSerializer(serializers.Serializer):
    """How it stands now."""

    status = serializers.ChoiceField(choices=choices.OperationStatusChoices)
    partial_completion_rate = serializers.FloatField(allow_null=True)
    changes_committed = serializers.BooleanField()
    rollback_required = serializers.BooleanField()


class CancellationSerializer(serializers.Serializer):
    """What became of the work."""

    cancellation_details = CancellationDetailsSerializer(read_only=True)
    final_status = FinalStatusSerializer(read_only=True)


class CancelledSerializer(SyncOperationSerializer):
    """The operation, and what became of its work."""

    cancellation_details = CancellationDetailsSerializer(read_only=True)
    final_status = FinalStatusSerializer(read_only=True)

    class Meta(SyncOperationSerializer.Meta):
        fields = [
            *SyncOperationSerializer.Meta.fields,
            'cancellation_details',
            'final_status',
        ]
        read_only_fields = fields


class FabricOperationSerializer(serializers.Serializer):
    """One line of `fabrics/{id}/sync-operations/`."""

    id = serializers.IntegerField()
    operation_id = serializers.UUIDField()
    operation_type = serializers.ChoiceField(choices=choices.SyncOperationTypeChoices)
    status = serializers.ChoiceField(choices=choices.OperationStatusChoices)
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    duration_seconds = serializers.FloatField(allow_null=True)
    resources_processed = serializers.IntegerField()
    success_rate = serializers.FloatField(allow_null=True)
    initiated_by = serializers.CharField(allow_null=True)
    summary = serializers.CharField()
    error_count = serializers.IntegerField()


class ConflictDetailsSerializer(serializers.Serializer):
    """Both sides of a conflict, by the paths of the fields."""

    gui_modification_time = serializers.DateTimeField(allow_null=True)
    github_modification_time = serializers.DateTimeField(allow_null=True)
    conflicting_fields = serializers.ListField(child=serializers.CharField())
    base_values = serializers.DictField()
    gui_values = serializers.DictField()
    github_values = serializers.DictField()


class ConflictOptionSerializer(serializers.Serializer):
    """A strategy that would decide it, and the text it would come to; null: the object would go."""

    strategy = serializers.ChoiceField(choices=choices.ConflictStrategyChoices)
    description = serializers.CharField()
    recommended = serializers.BooleanField()
    merge_preview = serializers.CharField(allow_null=True)


class FabricConflictSerializer(serializers.Serializer):
    """One conflict of `fabrics/{id}/conflicts/`."""

    id = serializers.IntegerField()
    conflict_id = serializers.UUIDField()
    resource_id = serializers.IntegerField(allow_null=True)
    resource_name = serializers.CharField(allow_null=True)
    resource_kind = serializers.CharField(allow_null=True)
    conflict_type = serializers.ChoiceField(choices=choices.ConflictTypeChoices)
    severity = serializers.ChoiceField(choices=choices.ConflictSeverityChoices)
    detected_at = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=['detected', 'resolving', 'resolved'])
    auto_resolvable = serializers.BooleanField()
    details = ConflictDetailsSerializer()
    resolution_options = ConflictOptionSerializer(many=True)
    resolution_url = serializers.URLField()


class FabricConflictsSerializer(serializers.Serializer):
    """A page of the conflicts of a fabric, and how many there are of all of them."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    active_conflicts = serializers.IntegerField()
    resolved_conflicts = serializers.IntegerField()
    results = FabricConflictSerializer(many=True)
