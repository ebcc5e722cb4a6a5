"""What GraphQL shows of each model: named fields only, so that a new one is not shown by itself.

Sealed fields, texts as they were typed and the bytes of uploads are left out. What is told of a
row's side table is seen by whoever sees the row.
"""

from typing import TYPE_CHECKING, Annotated

import strawberry
import strawberry_django
from netbox.graphql.scalars import BigInt
from netbox.graphql.types import PrimaryObjectType, register_type

from .. import models
from . import filters, side_filters

if TYPE_CHECKING:
    from users.graphql.types import UserType

    from .record_types import ConflictResolutionType, SyncOperationType

__all__ = [
    'DuplicateScanType',
    'FabricSyncStateType',
    'GitRepositoryStateType',
    'GitRepositoryType',
    'HealthAlertType',
    'HedgehogFabricType',
    'HedgehogResourceType',
    'ResourceSyncStateType',
]

Fabric = Annotated['HedgehogFabricType', strawberry.lazy('netbox_hedgehog.graphql.types')]
Repository = Annotated['GitRepositoryType', strawberry.lazy('netbox_hedgehog.graphql.types')]
Resource = Annotated['HedgehogResourceType', strawberry.lazy('netbox_hedgehog.graphql.types')]
Conflict = Annotated['ConflictResolutionType', strawberry.lazy('netbox_hedgehog.graphql.types')]
Operation = Annotated['SyncOperationType', strawberry.lazy('netbox_hedgehog.graphql.types')]
Person = Annotated['UserType', strawberry.lazy('users.graphql.types')]


@strawberry.type
class BesideARow:
    """A side table's row: it has the id of the row it belongs to."""

    @strawberry_django.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(str(self.pk))


@register_type(
    models.GitRepositoryState,
    fields=[
        'connection_status',
        'last_validated',
        'validation_error',
        'head_commit',
        'last_fetched',
        'rate_limit_remaining',
        'rate_limit_reset',
        'circuit_state',
        'webhook_delivered',
        'webhook_refused',
    ],
    filters=side_filters.GitRepositoryStateFilter,
)
class GitRepositoryStateType(BesideARow):
    """How contact with the server stands."""


@register_type(
    models.GitRepository,
    fields=[
        'id',
        'name',
        'url',
        'provider',
        'authentication_type',
        'credential_source',
        'default_branch',
        'write_through',
        'report_findings',
        'commit_author_name',
        'commit_author_email',
        'is_private',
        'validate_ssl',
        'timeout_seconds',
        'enabled',
        'uuid',
        'description',
        'comments',
        'created',
        'last_updated',
    ],
    filters=filters.GitRepositoryFilter,
    pagination=True,
)
class GitRepositoryType(PrimaryObjectType):
    state: GitRepositoryStateType | None
    fabrics: list[Fabric]


@register_type(
    models.FabricSyncState,
    fields=[
        'sync_status',
        'sync_error',
        'connection_error',
        'last_sync',
        'last_git_sync',
        'last_synced_commit',
        'desired_state_commit',
        'tree_digest',
        'last_duplicate_scan',
        'last_cluster_read',
        'drift_status',
        'raw_files',
        'held_documents',
    ],
    filters=side_filters.FabricSyncStateFilter,
)
class FabricSyncStateType(BesideARow):
    """How far the fabric is in step, as the last operation left it."""


@register_type(
    models.DuplicateScan,
    fields=[
        'commit',
        'files',
        'files_parsed',
        'objects_total',
        'seconds',
        'policy_name',
        'near_misses',
        'near_misses_total',
        'findings',
    ],
    filters=side_filters.DuplicateScanFilter,
)
class DuplicateScanType(BesideARow):
    """What the last search for duplicates read and found."""

    sync_operation: Operation | None


@register_type(
    models.HealthAlert,
    fields=['name', 'message', 'value', 'threshold', 'raised_at', 'cleared_at'],
    filters=side_filters.HealthAlertFilter,
)
class HealthAlertType(BesideARow):
    """A threshold of the fabric that is passed, or was."""


@register_type(
    models.HedgehogFabric,
    fields=[
        'id',
        'name',
        'slug',
        'status',
        'gitops_directory',
        'branch',
        'gitops_initialized',
        'archive_strategy',
        'raw_directory_path',
        'managed_directory_path',
        'sync_enabled',
        'sync_direction',
        'conflict_strategy',
        'bad_document_policy',
        'publish_mode',
        'annotate',
        'keep_layout',
        'sync_interval',
        'duplicate_detection_enabled',
        'duplicate_scan_interval',
        'duplicate_resolution_mode',
        'template_environment',
        'template_change_mode',
        'template_removal_mode',
        'kubernetes_namespace',
        'gitops_tool',
        'gitops_app_name',
        'gitops_namespace',
        'description',
        'comments',
        'created',
        'last_updated',
    ],
    filters=filters.HedgehogFabricFilter,
    pagination=True,
)
class HedgehogFabricType(PrimaryObjectType):
    git_repository: Repository | None
    sync_state: FabricSyncStateType | None
    duplicate_scan: DuplicateScanType | None
    alerts: list[HealthAlertType]
    resources: list[Resource]
    conflicts: list[Conflict]


@register_type(
    models.ResourceSyncState,
    fields=[
        'managed_file_path',
        'file_hash',
        'blob_id',
        'file_size_bytes',
        'desired_commit',
        'desired_updated',
        'last_file_sync',
        'last_synced_commit',
        'conflict_status',
        'resource_state',
        'last_state_change',
        'state_change_reason',
        'drift_status',
        'drift_severity',
        'last_drift_check',
        'last_sync_error',
        'last_sync_error_at',
        'sync_error_count',
        'auto_sync_suspended',
        'pull_request_url',
        'findings',
        'error_count',
        'warning_count',
    ],
    filters=side_filters.ResourceSyncStateFilter,
)
class ResourceSyncStateType(BesideARow):
    """Where the object lies in Git, and how the last contact ended."""

    file_size_bytes: BigInt | None


@register_type(
    models.HedgehogResource,
    fields=[
        'id',
        'api_group',
        'api_version',
        'kind',
        'namespace',
        'name',
        'labels',
        'annotations',
        'desired_spec',
        'draft_spec',
        'draft_labels',
        'draft_annotations',
        'draft_updated',
        'sync_direction',
        'auto_sync_enabled',
        'sync_priority',
        'conflict_resolution_preference',
        'description',
        'comments',
        'created',
        'last_updated',
    ],
    filters=filters.HedgehogResourceFilter,
    pagination=True,
)
class HedgehogResourceType(PrimaryObjectType):
    fabric: Fabric | None
    sync_state: ResourceSyncStateType | None
    draft_updated_by: Person | None
    conflicts: list[Conflict]

    @strawberry_django.field(only=['draft_text', 'draft_spec', 'draft_labels', 'draft_annotations'])
    def has_draft(self) -> bool:
        return self.has_draft

    @strawberry_django.field(only=['draft_spec', 'desired_spec'])
    def effective_spec(self) -> strawberry.scalars.JSON:
        return self.effective_spec
