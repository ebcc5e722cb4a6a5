"""What GraphQL shows of records: operations, conflicts and what else people read and never edit."""

from typing import TYPE_CHECKING, Annotated

import strawberry
from netbox.graphql.scalars import BigInt
from netbox.graphql.types import BaseObjectType, register_type

from .. import models
from . import filters

if TYPE_CHECKING:
    from users.graphql.types import UserType

    from .object_types import GitRepositoryType, HedgehogFabricType, HedgehogResourceType

__all__ = [
    'CheckpointType',
    'ConflictResolutionType',
    'ErrorRecordType',
    'OutboxEntryType',
    'PullRequestType',
    'RawUploadType',
    'SyncOperationType',
]

Fabric = Annotated['HedgehogFabricType', strawberry.lazy('netbox_hedgehog.graphql.types')]
Repository = Annotated['GitRepositoryType', strawberry.lazy('netbox_hedgehog.graphql.types')]
Resource = Annotated['HedgehogResourceType', strawberry.lazy('netbox_hedgehog.graphql.types')]
Operation = Annotated['SyncOperationType', strawberry.lazy('netbox_hedgehog.graphql.types')]
Review = Annotated['PullRequestType', strawberry.lazy('netbox_hedgehog.graphql.types')]
Person = Annotated['UserType', strawberry.lazy('users.graphql.types')]


@register_type(
    models.SyncOperation,
    fields=[
        'id',
        'operation_id',
        'request_id',
        'operation_type',
        'sync_direction',
        'trigger_type',
        'user_name',
        'status',
        'current_phase',
        'progress_done',
        'progress_total',
        'created',
        'started_at',
        'completed_at',
        'cancel_requested',
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
        'git_commands',
        'api_calls_made',
        'phase_seconds',
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
        'conflict_resolution_strategy',
    ],
    filters=filters.SyncOperationFilter,
    pagination=True,
)
class SyncOperationType(BaseObjectType):
    fabric: Fabric | None
    git_repository: Repository | None
    initiated_by: Person | None
    parent: Operation | None
    undoes: Operation | None
    total_file_size_bytes: BigInt | None
    network_transfer_bytes: BigInt | None
    memory_peak_bytes: BigInt | None


@register_type(
    models.ConflictResolution,
    fields=[
        'id',
        'conflict_id',
        'resource_key',
        'path',
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
        'auto_resolvable',
        'resolution_strategy',
        'resolution_status',
        'user_decisions',
        'resolved_state',
        'resolution_notes',
        'resolution_attempted_at',
        'resolved_at',
        'error',
    ],
    filters=filters.ConflictResolutionFilter,
    pagination=True,
)
class ConflictResolutionType(BaseObjectType):
    fabric: Fabric | None
    resource: Resource | None
    sync_operation: Operation | None
    resolved_in: Operation | None
    resolved_by: Person | None


@register_type(
    models.OutboxEntry,
    fields=[
        'id',
        'change_set_id',
        'api_group',
        'api_version',
        'kind',
        'namespace',
        'name',
        'action',
        'user_name',
        'request_id',
        'message',
        'new_state',
        'state',
        'closed',
        'attempts',
        'next_attempt_at',
        'new_commit',
        'reason',
        'created',
    ],
    filters=filters.OutboxEntryFilter,
    pagination=True,
)
class OutboxEntryType(BaseObjectType):
    fabric: Fabric | None
    resource: Resource | None
    user: Person | None
    pull_request: Review | None


@register_type(
    models.PullRequest,
    fields=[
        'id',
        'purpose',
        'title',
        'body',
        'branch',
        'base_branch',
        'number',
        'url',
        'state',
        'close_requested',
        'head_commit',
        'base_commit',
        'merge_commit',
        'user_name',
        'reason',
        'created',
        'closed_at',
    ],
    filters=filters.PullRequestFilter,
    pagination=True,
)
class PullRequestType(BaseObjectType):
    fabric: Fabric | None
    git_repository: Repository | None
    sync_operation: Operation | None
    user: Person | None


@register_type(
    models.RawUpload,
    fields=[
        'id',
        'change_set_id',
        'name',
        'path',
        'sha256',
        'user_name',
        'request_id',
        'message',
        'state',
        'attempts',
        'next_attempt_at',
        'new_commit',
        'reason',
        'created',
    ],
    filters=filters.RawUploadFilter,
    pagination=True,
)
class RawUploadType(BaseObjectType):
    fabric: Fabric | None
    user: Person | None
    sync_operation: Operation | None
    pull_request: Review | None
    size: BigInt


@register_type(
    models.Checkpoint,
    fields=[
        'id',
        'checkpoint_id',
        'name',
        'reason',
        'commit',
        'digest',
        'files_total',
        'copies',
        'user_name',
        'created',
    ],
    filters=filters.CheckpointFilter,
    pagination=True,
)
class CheckpointType(BaseObjectType):
    fabric: Fabric | None
    sync_operation: Operation | None
    created_by: Person | None


@register_type(
    models.ErrorRecord,
    fields=[
        'id',
        'reason',
        'path',
        'line',
        'resource_key',
        'message',
        'occurrences',
        'first_seen',
        'last_seen',
        'resolved_at',
    ],
    filters=filters.ErrorRecordFilter,
    pagination=True,
)
class ErrorRecordType(BaseObjectType):
    fabric: Fabric | None
    operation: Operation | None
