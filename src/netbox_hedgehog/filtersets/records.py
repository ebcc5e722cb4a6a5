"""Operations, conflicts, edits, pull requests and uploads: what happened."""

from typing import Any

import django_filters
from core.models import Job
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from netbox.filtersets import BaseFilterSet
from users.models import User
from utilities.filters import MultiValueCharFilter, MultiValueDateTimeFilter
from utilities.filtersets import register_filterset

from .. import choices
from ..models import (
    ConflictResolution,
    GitRepository,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    PullRequest,
    RawUpload,
    SyncOperation,
)
from .building import any_of, attribute_filter, choice_filter, open_filter, related_filter

__all__ = [
    'ConflictResolutionFilterSet',
    'OutboxEntryFilterSet',
    'PullRequestFilterSet',
    'RawUploadFilterSet',
    'SyncOperationFilterSet',
]


@register_filterset
class SyncOperationFilterSet(BaseFilterSet):
    """Narrows operations, by what they did, for whom, when, and how they ended."""

    q = django_filters.CharFilter(method='search', label=_('Search'))
    fabric_id = related_filter(HedgehogFabric.objects.all(), _('Fabric (ID)'))
    fabric = attribute_filter(HedgehogFabric.objects.all(), 'fabric__slug', _('Fabric (slug)'))
    git_repository_id = related_filter(GitRepository.objects.all(), _('Git repository (ID)'))
    job_id = related_filter(Job.objects.all(), _('Job (ID)'))
    parent_id = related_filter(SyncOperation.objects.all(), _('Parent (ID)'))
    undoes_id = related_filter(SyncOperation.objects.all(), _('Undoes (ID)'))
    initiated_by_id = related_filter(User.objects.all(), _('User (ID)'))
    operation_type = choice_filter(choices.SyncOperationTypeChoices)
    sync_direction = choice_filter(choices.OperationDirectionChoices)
    trigger_type = choice_filter(choices.TriggerTypeChoices)
    status = choice_filter(choices.OperationStatusChoices)
    conflict_resolution_strategy = choice_filter(choices.ConflictStrategyChoices)
    created = MultiValueDateTimeFilter()
    started_at = MultiValueDateTimeFilter()
    started_at__after = django_filters.DateTimeFilter(field_name='started_at', lookup_expr='gte')
    started_at__before = django_filters.DateTimeFilter(field_name='started_at', lookup_expr='lte')
    completed_at = MultiValueDateTimeFilter()
    resource_id = django_filters.ModelChoiceFilter(
        queryset=HedgehogResource.objects.all(),
        method='filter_resource',
        label=_('Touched resource (ID)'),
    )

    class Meta:
        model = SyncOperation
        fields = (
            'id',
            'operation_id',
            'request_id',
            'user_name',
            'current_phase',
            'cancel_requested',
            'base_commit',
            'commit_sha',
            'branch_name',
            'last_reason',
            'error_count',
            'warning_count',
            'findings_total',
        )

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        fields = ('operation_id', 'user_name', 'commit_sha', 'last_reason', 'last_error_message')
        return any_of(queryset, value, *fields, 'fabric__name')

    def filter_resource(
        self, queryset: QuerySet[Any], name: str, value: HedgehogResource | None
    ) -> QuerySet[Any]:
        """Operations that published an edit of this resource, or met a conflict about it."""
        if value is None:
            return queryset
        edits = OutboxEntry.objects.filter(resource=value).exclude(new_commit='')
        published = Q(fabric=value.fabric, commit_sha__in=edits.values('new_commit'))
        conflicts = ConflictResolution.objects.filter(resource=value, sync_operation=OuterRef('pk'))
        return queryset.filter(published | Exists(conflicts))


@register_filterset
class ConflictResolutionFilterSet(BaseFilterSet):
    """Narrows conflicts, by what they are about and whether they are decided."""

    q = django_filters.CharFilter(method='search', label=_('Search'))
    fabric_id = related_filter(HedgehogFabric.objects.all(), _('Fabric (ID)'))
    fabric = attribute_filter(HedgehogFabric.objects.all(), 'fabric__slug', _('Fabric (slug)'))
    resource_id = related_filter(HedgehogResource.objects.all(), _('Resource (ID)'))
    resource_kind = MultiValueCharFilter(field_name='resource__kind')
    sync_operation_id = related_filter(SyncOperation.objects.all(), _('Detected in (ID)'))
    resolved_in_id = related_filter(SyncOperation.objects.all(), _('Resolved in (ID)'))
    resolved_by_id = related_filter(User.objects.all(), _('Resolved by (ID)'))
    conflict_type = choice_filter(choices.ConflictTypeChoices)
    severity = choice_filter(choices.ConflictSeverityChoices)
    resolution_strategy = choice_filter(choices.ConflictStrategyChoices)
    resolution_status = choice_filter(choices.ResolutionStatusChoices)
    open = open_filter('resolution_status', choices.OPEN_CONFLICT_STATUSES)

    class Meta:
        model = ConflictResolution
        fields = (
            'id',
            'conflict_id',
            'resource_key',
            'path',
            'detected_at',
            'base_commit',
            'git_commit',
            'auto_resolvable',
            'resolution_attempted_at',
            'resolved_at',
        )

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return any_of(queryset, value, 'conflict_id', 'resource_key', 'path', 'resolution_notes')


@register_filterset
class OutboxEntryFilterSet(BaseFilterSet):
    """Narrows outbox entries, by object, user and how far they came."""

    q = django_filters.CharFilter(method='search', label=_('Search'))
    fabric_id = related_filter(HedgehogFabric.objects.all(), _('Fabric (ID)'))
    fabric = attribute_filter(HedgehogFabric.objects.all(), 'fabric__slug', _('Fabric (slug)'))
    resource_id = related_filter(HedgehogResource.objects.all(), _('Resource (ID)'))
    user_id = related_filter(User.objects.all(), _('User (ID)'))
    action = choice_filter(choices.OutboxActionChoices)
    pull_request_id = related_filter(PullRequest.objects.all(), _('Pull request (ID)'))
    state = choice_filter(choices.OutboxStateChoices)
    open = open_filter('state', choices.OPEN_OUTBOX_STATES)

    class Meta:
        model = OutboxEntry
        fields = (
            'id',
            'change_set_id',
            'api_group',
            'api_version',
            'kind',
            'namespace',
            'name',
            'user_name',
            'request_id',
            'closed',
            'attempts',
            'next_attempt_at',
            'expected_commit',
            'new_commit',
            'created',
        )

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return any_of(queryset, value, 'name', 'kind', 'user_name', 'message', 'new_commit')


@register_filterset
class RawUploadFilterSet(BaseFilterSet):
    """Narrows uploads, by fabric, user and how far they came."""

    q = django_filters.CharFilter(method='search', label=_('Search'))
    fabric_id = related_filter(HedgehogFabric.objects.all(), _('Fabric (ID)'))
    fabric = attribute_filter(HedgehogFabric.objects.all(), 'fabric__slug', _('Fabric (slug)'))
    user_id = related_filter(User.objects.all(), _('User (ID)'))
    sync_operation_id = related_filter(SyncOperation.objects.all(), _('Operation (ID)'))
    pull_request_id = related_filter(PullRequest.objects.all(), _('Pull request (ID)'))
    state = choice_filter(choices.UploadStateChoices)
    open = open_filter('state', choices.OPEN_UPLOAD_STATES)

    class Meta:
        model = RawUpload
        fields = (
            'id',
            'change_set_id',
            'name',
            'path',
            'size',
            'sha256',
            'user_name',
            'request_id',
            'attempts',
            'next_attempt_at',
            'new_commit',
            'created',
        )

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return any_of(queryset, value, 'name', 'path', 'user_name', 'message', 'new_commit')


@register_filterset
class PullRequestFilterSet(BaseFilterSet):
    """Narrows pull requests, by fabric, state and what they are for."""

    q = django_filters.CharFilter(method='search', label=_('Search'))
    fabric_id = related_filter(HedgehogFabric.objects.all(), _('Fabric (ID)'))
    fabric = attribute_filter(HedgehogFabric.objects.all(), 'fabric__slug', _('Fabric (slug)'))
    git_repository_id = related_filter(GitRepository.objects.all(), _('Git repository (ID)'))
    user_id = related_filter(User.objects.all(), _('User (ID)'))
    sync_operation_id = related_filter(SyncOperation.objects.all(), _('Operation (ID)'))
    state = choice_filter(choices.PullRequestStateChoices)
    purpose = choice_filter(choices.PullRequestPurposeChoices)
    open = open_filter('state', choices.OPEN_PULL_REQUEST_STATES)

    class Meta:
        model = PullRequest
        fields = (
            'id',
            'title',
            'branch',
            'base_branch',
            'number',
            'head_commit',
            'merge_commit',
            'user_name',
            'created',
            'closed_at',
        )

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return any_of(queryset, value, 'title', 'branch', 'user_name', 'head_commit')
