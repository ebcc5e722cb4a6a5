"""What GraphQL can ask for: the fields people look things up by, those of the fabric included."""

from typing import Annotated

import strawberry
import strawberry_django
from netbox.graphql.filters import BaseModelFilter, PrimaryModelFilter, register_filter
from strawberry.scalars import ID
from strawberry_django import DatetimeFilterLookup, FilterLookup, StrFilterLookup

from .. import models
from .side_filters import (
    DuplicateScanFilter,
    FabricSyncStateFilter,
    GitRepositoryStateFilter,
    HealthAlertFilter,
    ResourceSyncStateFilter,
)

__all__ = [
    'CheckpointFilter',
    'ConflictResolutionFilter',
    'ErrorRecordFilter',
    'GitRepositoryFilter',
    'HedgehogFabricFilter',
    'HedgehogResourceFilter',
    'OutboxEntryFilter',
    'PullRequestFilter',
    'RawUploadFilter',
    'ResolutionPolicyFilter',
    'ResolutionPolicyVersionFilter',
    'SyncOperationFilter',
    'YAMLDuplicateFileFilter',
    'YAMLDuplicateGroupFilter',
]

Fabric = Annotated['HedgehogFabricFilter', strawberry.lazy('netbox_hedgehog.graphql.filters')]
Repository = Annotated['GitRepositoryFilter', strawberry.lazy('netbox_hedgehog.graphql.filters')]
Policy = Annotated['ResolutionPolicyFilter', strawberry.lazy('netbox_hedgehog.graphql.filters')]
Group = Annotated['YAMLDuplicateGroupFilter', strawberry.lazy('netbox_hedgehog.graphql.filters')]
Resource = Annotated['HedgehogResourceFilter', strawberry.lazy('netbox_hedgehog.graphql.filters')]


@register_filter(models.GitRepository, lookups=True)
class GitRepositoryFilter(PrimaryModelFilter):
    name: StrFilterLookup | None = strawberry_django.filter_field()
    url: StrFilterLookup | None = strawberry_django.filter_field()
    provider: StrFilterLookup | None = strawberry_django.filter_field()
    authentication_type: StrFilterLookup | None = strawberry_django.filter_field()
    default_branch: StrFilterLookup | None = strawberry_django.filter_field()
    enabled: FilterLookup[bool] | None = strawberry_django.filter_field()
    state: GitRepositoryStateFilter | None = strawberry_django.filter_field()


@register_filter(models.HedgehogFabric, lookups=True)
class HedgehogFabricFilter(PrimaryModelFilter):
    name: StrFilterLookup | None = strawberry_django.filter_field()
    slug: StrFilterLookup | None = strawberry_django.filter_field()
    status: StrFilterLookup | None = strawberry_django.filter_field()
    branch: StrFilterLookup | None = strawberry_django.filter_field()
    gitops_directory: StrFilterLookup | None = strawberry_django.filter_field()
    sync_direction: StrFilterLookup | None = strawberry_django.filter_field()
    publish_mode: StrFilterLookup | None = strawberry_django.filter_field()
    sync_enabled: FilterLookup[bool] | None = strawberry_django.filter_field()
    gitops_initialized: FilterLookup[bool] | None = strawberry_django.filter_field()
    git_repository: Repository | None = strawberry_django.filter_field()
    git_repository_id: ID | None = strawberry_django.filter_field()
    sync_state: FabricSyncStateFilter | None = strawberry_django.filter_field()
    duplicate_scan: DuplicateScanFilter | None = strawberry_django.filter_field()
    alerts: HealthAlertFilter | None = strawberry_django.filter_field()


@register_filter(models.HedgehogResource, lookups=True)
class HedgehogResourceFilter(PrimaryModelFilter):
    api_group: StrFilterLookup | None = strawberry_django.filter_field()
    api_version: StrFilterLookup | None = strawberry_django.filter_field()
    kind: StrFilterLookup | None = strawberry_django.filter_field()
    namespace: StrFilterLookup | None = strawberry_django.filter_field()
    name: StrFilterLookup | None = strawberry_django.filter_field()
    sync_direction: StrFilterLookup | None = strawberry_django.filter_field()
    auto_sync_enabled: FilterLookup[bool] | None = strawberry_django.filter_field()
    draft_updated: DatetimeFilterLookup | None = strawberry_django.filter_field()
    fabric: Fabric | None = strawberry_django.filter_field()
    fabric_id: ID | None = strawberry_django.filter_field()
    sync_state: ResourceSyncStateFilter | None = strawberry_django.filter_field()


@register_filter(models.SyncOperation, lookups=True)
class SyncOperationFilter(BaseModelFilter):
    operation_type: StrFilterLookup | None = strawberry_django.filter_field()
    trigger_type: StrFilterLookup | None = strawberry_django.filter_field()
    status: StrFilterLookup | None = strawberry_django.filter_field()
    user_name: StrFilterLookup | None = strawberry_django.filter_field()
    commit_sha: StrFilterLookup | None = strawberry_django.filter_field()
    last_reason: StrFilterLookup | None = strawberry_django.filter_field()
    created: DatetimeFilterLookup | None = strawberry_django.filter_field()
    started_at: DatetimeFilterLookup | None = strawberry_django.filter_field()
    completed_at: DatetimeFilterLookup | None = strawberry_django.filter_field()
    fabric: Fabric | None = strawberry_django.filter_field()
    fabric_id: ID | None = strawberry_django.filter_field()
    git_repository_id: ID | None = strawberry_django.filter_field()


@register_filter(models.ConflictResolution, lookups=True)
class ConflictResolutionFilter(BaseModelFilter):
    resource_key: StrFilterLookup | None = strawberry_django.filter_field()
    path: StrFilterLookup | None = strawberry_django.filter_field()
    conflict_type: StrFilterLookup | None = strawberry_django.filter_field()
    severity: StrFilterLookup | None = strawberry_django.filter_field()
    resolution_status: StrFilterLookup | None = strawberry_django.filter_field()
    resolution_strategy: StrFilterLookup | None = strawberry_django.filter_field()
    auto_resolvable: FilterLookup[bool] | None = strawberry_django.filter_field()
    detected_at: DatetimeFilterLookup | None = strawberry_django.filter_field()
    resolved_at: DatetimeFilterLookup | None = strawberry_django.filter_field()
    fabric: Fabric | None = strawberry_django.filter_field()
    resource: Resource | None = strawberry_django.filter_field()
    fabric_id: ID | None = strawberry_django.filter_field()
    resource_id: ID | None = strawberry_django.filter_field()


@register_filter(models.OutboxEntry, lookups=True)
class OutboxEntryFilter(BaseModelFilter):
    kind: StrFilterLookup | None = strawberry_django.filter_field()
    namespace: StrFilterLookup | None = strawberry_django.filter_field()
    name: StrFilterLookup | None = strawberry_django.filter_field()
    action: StrFilterLookup | None = strawberry_django.filter_field()
    state: StrFilterLookup | None = strawberry_django.filter_field()
    user_name: StrFilterLookup | None = strawberry_django.filter_field()
    new_commit: StrFilterLookup | None = strawberry_django.filter_field()
    closed: FilterLookup[bool] | None = strawberry_django.filter_field()
    created: DatetimeFilterLookup | None = strawberry_django.filter_field()
    fabric: Fabric | None = strawberry_django.filter_field()
    resource: Resource | None = strawberry_django.filter_field()
    fabric_id: ID | None = strawberry_django.filter_field()
    resource_id: ID | None = strawberry_django.filter_field()


@register_filter(models.PullRequest, lookups=True)
class PullRequestFilter(BaseModelFilter):
    purpose: StrFilterLookup | None = strawberry_django.filter_field()
    title: StrFilterLookup | None = strawberry_django.filter_field()
    branch: StrFilterLookup | None = strawberry_django.filter_field()
    base_branch: StrFilterLookup | None = strawberry_django.filter_field()
    state: StrFilterLookup | None = strawberry_django.filter_field()
    user_name: StrFilterLookup | None = strawberry_django.filter_field()
    created: DatetimeFilterLookup | None = strawberry_django.filter_field()
    closed_at: DatetimeFilterLookup | None = strawberry_django.filter_field()
    fabric: Fabric | None = strawberry_django.filter_field()
    fabric_id: ID | None = strawberry_django.filter_field()
    git_repository_id: ID | None = strawberry_django.filter_field()


@register_filter(models.RawUpload, lookups=True)
class RawUploadFilter(BaseModelFilter):
    name: StrFilterLookup | None = strawberry_django.filter_field()
    path: StrFilterLookup | None = strawberry_django.filter_field()
    sha256: StrFilterLookup | None = strawberry_django.filter_field()
    state: StrFilterLookup | None = strawberry_django.filter_field()
    user_name: StrFilterLookup | None = strawberry_django.filter_field()
    created: DatetimeFilterLookup | None = strawberry_django.filter_field()
    fabric: Fabric | None = strawberry_django.filter_field()
    fabric_id: ID | None = strawberry_django.filter_field()


@register_filter(models.Checkpoint, lookups=True)
class CheckpointFilter(BaseModelFilter):
    name: StrFilterLookup | None = strawberry_django.filter_field()
    reason: StrFilterLookup | None = strawberry_django.filter_field()
    commit: StrFilterLookup | None = strawberry_django.filter_field()
    copies: FilterLookup[bool] | None = strawberry_django.filter_field()
    created: DatetimeFilterLookup | None = strawberry_django.filter_field()
    fabric: Fabric | None = strawberry_django.filter_field()
    fabric_id: ID | None = strawberry_django.filter_field()


@register_filter(models.ErrorRecord, lookups=True)
class ErrorRecordFilter(BaseModelFilter):
    reason: StrFilterLookup | None = strawberry_django.filter_field()
    path: StrFilterLookup | None = strawberry_django.filter_field()
    resource_key: StrFilterLookup | None = strawberry_django.filter_field()
    message: StrFilterLookup | None = strawberry_django.filter_field()
    first_seen: DatetimeFilterLookup | None = strawberry_django.filter_field()
    last_seen: DatetimeFilterLookup | None = strawberry_django.filter_field()
    resolved_at: DatetimeFilterLookup | None = strawberry_django.filter_field()
    fabric: Fabric | None = strawberry_django.filter_field()
    fabric_id: ID | None = strawberry_django.filter_field()


@register_filter(models.YAMLDuplicateGroup, lookups=True)
class YAMLDuplicateGroupFilter(BaseModelFilter):
    identity: StrFilterLookup | None = strawberry_django.filter_field()
    comparison: StrFilterLookup | None = strawberry_django.filter_field()
    resolution_status: StrFilterLookup | None = strawberry_django.filter_field()
    resolution_strategy: StrFilterLookup | None = strawberry_django.filter_field()
    rule: StrFilterLookup | None = strawberry_django.filter_field()
    wait: StrFilterLookup | None = strawberry_django.filter_field()
    detection_timestamp: DatetimeFilterLookup | None = strawberry_django.filter_field()
    last_seen: DatetimeFilterLookup | None = strawberry_django.filter_field()
    fabric: Fabric | None = strawberry_django.filter_field()
    fabric_id: ID | None = strawberry_django.filter_field()
    policy: Policy | None = strawberry_django.filter_field()
    policy_id: ID | None = strawberry_django.filter_field()


@register_filter(models.YAMLDuplicateFile, lookups=True)
class YAMLDuplicateFileFilter(BaseModelFilter):
    file_path: StrFilterLookup | None = strawberry_django.filter_field()
    file_hash: StrFilterLookup | None = strawberry_django.filter_field()
    resolution_action: StrFilterLookup | None = strawberry_django.filter_field()
    is_winner: FilterLookup[bool] | None = strawberry_django.filter_field()
    duplicate_group: Group | None = strawberry_django.filter_field()
    duplicate_group_id: ID | None = strawberry_django.filter_field()


@register_filter(models.ResolutionPolicy, lookups=True)
class ResolutionPolicyFilter(PrimaryModelFilter):
    name: StrFilterLookup | None = strawberry_django.filter_field()
    slug: StrFilterLookup | None = strawberry_django.filter_field()
    option_set: StrFilterLookup | None = strawberry_django.filter_field()
    loser_action: StrFilterLookup | None = strawberry_django.filter_field()
    is_default: FilterLookup[bool] | None = strawberry_django.filter_field()


@register_filter(models.ResolutionPolicyVersion, lookups=True)
class ResolutionPolicyVersionFilter(BaseModelFilter):
    user_name: StrFilterLookup | None = strawberry_django.filter_field()
    created: DatetimeFilterLookup | None = strawberry_django.filter_field()
    policy: Policy | None = strawberry_django.filter_field()
    policy_id: ID | None = strawberry_django.filter_field()
