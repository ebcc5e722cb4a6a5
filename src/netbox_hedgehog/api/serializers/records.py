"""Operations, conflicts and outbox entries as JSON: records, read-only."""

from netbox.api.fields import ChoiceField
from netbox.api.serializers import BaseModelSerializer
from rest_framework import serializers
from users.api.serializers import UserSerializer

from ... import choices
from ...models import ConflictResolution, OutboxEntry, SyncOperation
from ...sync.resolution import seen_token
from .fabrics import HedgehogFabricSerializer
from .repositories import GitRepositorySerializer
from .resources import HedgehogResourceSerializer

__all__ = ['ConflictResolutionSerializer', 'OutboxEntrySerializer', 'SyncOperationSerializer']

COUNTS = [
    'resources_targeted',
    'resources_processed',
    'resources_created',
    'resources_updated',
    'resources_deleted',
    'resources_skipped',
    'files_created',
    'files_updated',
    'files_deleted',
    'files_moved',
    'documents_seen',
    'documents_ingested',
    'documents_held',
    'documents_unmanaged',
    'conflicts_detected',
    'conflicts_resolved',
    'conflicts_pending',
    'total_file_size_bytes',
    'git_commands',
    'api_calls_made',
    'network_transfer_bytes',
    'memory_peak_bytes',
    'phase_seconds',
]


class SyncOperationSerializer(BaseModelSerializer):
    """One operation from request to result. What nobody measured is null."""

    fabric = HedgehogFabricSerializer(nested=True, read_only=True, allow_null=True)
    git_repository = GitRepositorySerializer(nested=True, read_only=True, allow_null=True)
    initiated_by = UserSerializer(nested=True, read_only=True, allow_null=True)
    operation_type = ChoiceField(choices=choices.SyncOperationTypeChoices, read_only=True)
    sync_direction = ChoiceField(choices=choices.OperationDirectionChoices, read_only=True)
    trigger_type = ChoiceField(choices=choices.TriggerTypeChoices, read_only=True)
    status = ChoiceField(choices=choices.OperationStatusChoices, read_only=True)
    duration_seconds = serializers.FloatField(read_only=True, allow_null=True)
    success_rate = serializers.FloatField(read_only=True, allow_null=True)
    # Empty where nobody chose one.
    conflict_resolution_strategy = serializers.CharField(read_only=True)
    pull_request_url = serializers.CharField(read_only=True)

    class Meta:
        model = SyncOperation
        fields = [
            'id',
            'url',
            'display_url',
            'display',
            'operation_id',
            'fabric',
            'git_repository',
            'job',
            'request_id',
            'parent',
            'operation_type',
            'sync_direction',
            'trigger_type',
            'initiated_by',
            'user_name',
            'status',
            'current_phase',
            'progress_done',
            'progress_total',
            'created',
            'started_at',
            'completed_at',
            'duration_seconds',
            'cancel_requested',
            *COUNTS,
            'success_rate',
            'base_commit',
            'commit_sha',
            'branch_name',
            'pull_request_url',
            'plan',
            'findings',
            'findings_total',
            'error_count',
            'warning_count',
            'last_reason',
            'last_error_message',
            'undoes',
            'operation_config',
            'conflict_resolution_strategy',
        ]
        brief_fields = ('id', 'url', 'display', 'operation_id', 'operation_type', 'status')
        read_only_fields = fields


class ConflictResolutionSerializer(BaseModelSerializer):
    """A conflict with its base and both sides."""

    fabric = HedgehogFabricSerializer(nested=True, read_only=True)
    resource = HedgehogResourceSerializer(nested=True, read_only=True, allow_null=True)
    sync_operation = SyncOperationSerializer(nested=True, read_only=True, allow_null=True)
    resolved_in = SyncOperationSerializer(nested=True, read_only=True, allow_null=True)
    resolved_by = UserSerializer(nested=True, read_only=True, allow_null=True)
    conflict_type = ChoiceField(choices=choices.ConflictTypeChoices, read_only=True)
    severity = ChoiceField(choices=choices.ConflictSeverityChoices, read_only=True)
    resolution_strategy = ChoiceField(
        choices=choices.ConflictStrategyChoices, read_only=True, allow_null=True
    )
    resolution_status = ChoiceField(choices=choices.ResolutionStatusChoices, read_only=True)
    state_token = serializers.SerializerMethodField(
        help_text='A mark of both sides; a decision that brings it counts for these only'
    )

    class Meta:
        model = ConflictResolution
        fields = [
            'id',
            'url',
            'display_url',
            'display',
            'conflict_id',
            'fabric',
            'resource',
            'resource_key',
            'path',
            'sync_operation',
            'resolved_in',
            'conflict_type',
            'severity',
            'detected_at',
            'base_state',
            'gui_state',
            'git_state',
            'base_commit',
            'git_commit',
            'provenance',
            'conflicting_fields',
            'state_token',
            'auto_resolvable',
            'resolution_strategy',
            'resolution_status',
            'user_decisions',
            'resolved_state',
            'resolution_notes',
            'resolved_by',
            'resolution_attempted_at',
            'resolved_at',
            'error',
        ]
        brief_fields = ('id', 'url', 'display', 'conflict_id', 'conflict_type', 'severity')
        read_only_fields = fields

    def get_state_token(self, conflict: ConflictResolution) -> str:
        return seen_token(conflict)


class OutboxEntrySerializer(BaseModelSerializer):
    """An edit on its way to Git."""

    fabric = HedgehogFabricSerializer(nested=True, read_only=True)
    resource = HedgehogResourceSerializer(nested=True, read_only=True, allow_null=True)
    user = UserSerializer(nested=True, read_only=True, allow_null=True)
    action = ChoiceField(choices=choices.OutboxActionChoices, read_only=True)
    state = ChoiceField(choices=choices.OutboxStateChoices, read_only=True)

    class Meta:
        model = OutboxEntry
        fields = [
            'id',
            'url',
            'display_url',
            'display',
            'change_set_id',
            'fabric',
            'resource',
            'api_group',
            'api_version',
            'kind',
            'namespace',
            'name',
            'action',
            'user',
            'user_name',
            'request_id',
            'message',
            'base_blob',
            'base_text',
            'new_state',
            'new_text',
            'state',
            'pull_request',
            'closed',
            'attempts',
            'next_attempt_at',
            'expected_commit',
            'new_commit',
            'reason',
            'created',
        ]
        brief_fields = ('id', 'url', 'display', 'kind', 'name', 'action', 'state')
        read_only_fields = fields
