"""Filters by what lies beside a row: reached through that row, as the side tables themselves."""

import strawberry_django
from netbox.graphql.filters import register_filter
from strawberry_django import (
    ComparisonFilterLookup,
    DatetimeFilterLookup,
    FilterLookup,
    StrFilterLookup,
)

from .. import models

__all__ = [
    'DuplicateScanFilter',
    'FabricSyncStateFilter',
    'GitRepositoryStateFilter',
    'HealthAlertFilter',
    'ResourceSyncStateFilter',
]


@register_filter(models.GitRepositoryState, lookups=True)
class GitRepositoryStateFilter:
    connection_status: StrFilterLookup | None = strawberry_django.filter_field()
    circuit_state: StrFilterLookup | None = strawberry_django.filter_field()
    head_commit: StrFilterLookup | None = strawberry_django.filter_field()
    last_fetched: DatetimeFilterLookup | None = strawberry_django.filter_field()


@register_filter(models.FabricSyncState, lookups=True)
class FabricSyncStateFilter:
    sync_status: StrFilterLookup | None = strawberry_django.filter_field()
    last_synced_commit: StrFilterLookup | None = strawberry_django.filter_field()
    last_sync: DatetimeFilterLookup | None = strawberry_django.filter_field()
    last_duplicate_scan: DatetimeFilterLookup | None = strawberry_django.filter_field()


@register_filter(models.ResourceSyncState, lookups=True)
class ResourceSyncStateFilter:
    resource_state: StrFilterLookup | None = strawberry_django.filter_field()
    conflict_status: StrFilterLookup | None = strawberry_django.filter_field()
    managed_file_path: StrFilterLookup | None = strawberry_django.filter_field()
    desired_commit: StrFilterLookup | None = strawberry_django.filter_field()
    desired_updated: DatetimeFilterLookup | None = strawberry_django.filter_field()
    error_count: ComparisonFilterLookup[int] | None = strawberry_django.filter_field()
    warning_count: ComparisonFilterLookup[int] | None = strawberry_django.filter_field()
    auto_sync_suspended: FilterLookup[bool] | None = strawberry_django.filter_field()


@register_filter(models.DuplicateScan, lookups=True)
class DuplicateScanFilter:
    commit: StrFilterLookup | None = strawberry_django.filter_field()
    policy_name: StrFilterLookup | None = strawberry_django.filter_field()
    near_misses_total: ComparisonFilterLookup[int] | None = strawberry_django.filter_field()


@register_filter(models.HealthAlert, lookups=True)
class HealthAlertFilter:
    name: StrFilterLookup | None = strawberry_django.filter_field()
    message: StrFilterLookup | None = strawberry_django.filter_field()
    raised_at: DatetimeFilterLookup | None = strawberry_django.filter_field()
    cleared_at: DatetimeFilterLookup | None = strawberry_django.filter_field()
