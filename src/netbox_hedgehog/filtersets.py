"""What lists may be narrowed by: used by the REST lists, the pages and saved filters alike."""

from typing import Any

import django_filters
from core.models import Job
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from netbox.filtersets import BaseFilterSet, PrimaryModelFilterSet
from users.models import User
from utilities.filters import MultiValueCharFilter, MultiValueDateTimeFilter, MultiValueNumberFilter
from utilities.filtersets import register_filterset

from . import choices
from .models import (
    ConflictResolution,
    GitRepository,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    RawUpload,
    SyncOperation,
)

__all__ = [
    'ConflictResolutionFilterSet',
    'GitRepositoryFilterSet',
    'HedgehogFabricFilterSet',
    'HedgehogResourceFilterSet',
    'OutboxEntryFilterSet',
    'RawUploadFilterSet',
    'SyncOperationFilterSet',
]


def _choice(values: Any, field_name: str | None = None, label: str | None = None) -> Any:
    return django_filters.MultipleChoiceFilter(
        choices=values, field_name=field_name, label=label, distinct=False, null_value=None
    )


def _related(queryset: QuerySet[Any], label: str, field_name: str | None = None) -> Any:
    return django_filters.ModelMultipleChoiceFilter(
        queryset=queryset, field_name=field_name, distinct=False, label=label
    )


def _by_attribute(queryset: QuerySet[Any], field_name: str, label: str) -> Any:
    return django_filters.ModelMultipleChoiceFilter(
        queryset=queryset,
        field_name=field_name,
        to_field_name=field_name.rpartition('__')[2],
        distinct=False,
        label=label,
    )


def _any_of(queryset: QuerySet[Any], text: str, *fields: str) -> QuerySet[Any]:
    """Rows in which one of the fields holds the text; all rows for an empty one."""
    if not (text := text.strip()):
        return queryset
    wanted = Q()
    for field in fields:
        wanted |= Q(**{f'{field}__icontains': text})
    return queryset.filter(wanted)


@register_filterset
class GitRepositoryFilterSet(PrimaryModelFilterSet):
    """Narrows Git repositories; sealed fields cannot be asked for."""

    provider = _choice(choices.GitProviderChoices)
    authentication_type = _choice(choices.AuthenticationTypeChoices)
    credential_source = _choice(choices.CredentialSourceChoices)
    write_through = _choice(choices.WriteThroughChoices)
    connection_status = _choice(
        choices.ConnectionStatusChoices, 'state__connection_status', _('Connection')
    )

    class Meta:
        model = GitRepository
        fields = (
            'id',
            'name',
            'url',
            'credential_reference',
            'default_branch',
            'commit_author_name',
            'commit_author_email',
            'is_private',
            'report_findings',
            'validate_ssl',
            'timeout_seconds',
            'enabled',
            'uuid',
            'description',
        )

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return _any_of(queryset, value, 'name', 'url', 'description', 'comments')


@register_filterset
class HedgehogFabricFilterSet(PrimaryModelFilterSet):
    """Narrows fabrics, by their settings and by how far they are in step with Git."""

    status = _choice(choices.FabricStatusChoices)
    git_repository_id = _related(GitRepository.objects.all(), _('Git repository (ID)'))
    git_repository = _by_attribute(
        GitRepository.objects.all(), 'git_repository__name', _('Git repository (name)')
    )
    archive_strategy = _choice(choices.ArchiveStrategyChoices)
    sync_direction = _choice(choices.SyncDirectionChoices)
    conflict_strategy = _choice(choices.ConflictStrategyChoices)
    bad_document_policy = _choice(choices.BadDocumentPolicyChoices)
    publish_mode = _choice(choices.PublishModeChoices)
    duplicate_resolution_mode = _choice(choices.DuplicateResolutionModeChoices)
    gitops_tool = _choice(choices.GitOpsToolChoices)
    sync_status = _choice(choices.SyncStatusChoices, 'sync_state__sync_status', _('Sync status'))
    last_sync = MultiValueDateTimeFilter(field_name='sync_state__last_sync')
    last_synced_commit = MultiValueCharFilter(field_name='sync_state__last_synced_commit')

    class Meta:
        model = HedgehogFabric
        fields = (
            'id',
            'name',
            'slug',
            'gitops_directory',
            'branch',
            'gitops_initialized',
            'raw_directory_path',
            'managed_directory_path',
            'sync_enabled',
            'annotate',
            'keep_layout',
            'sync_interval',
            'duplicate_detection_enabled',
            'duplicate_scan_interval',
            'kubernetes_namespace',
            'gitops_app_name',
            'gitops_namespace',
            'description',
        )

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        fields = ('name', 'slug', 'gitops_directory', 'description', 'comments')
        return _any_of(queryset, value, *fields)


@register_filterset
class HedgehogResourceFilterSet(PrimaryModelFilterSet):
    """Narrows resources, by identity, by place in Git and by how far they are in step."""

    fabric_id = _related(HedgehogFabric.objects.all(), _('Fabric (ID)'))
    fabric = _by_attribute(HedgehogFabric.objects.all(), 'fabric__slug', _('Fabric (slug)'))
    sync_direction = _choice(choices.SyncDirectionChoices)
    conflict_resolution_preference = _choice(choices.ConflictStrategyChoices)
    draft_updated_by_id = _related(User.objects.all(), _('Drafted by (ID)'))
    has_draft = django_filters.BooleanFilter(method='filter_has_draft', label=_('Has a draft'))
    in_git = django_filters.BooleanFilter(
        field_name='desired_spec', lookup_expr='isnull', exclude=True, label=_('Is in Git')
    )
    has_findings = django_filters.BooleanFilter(
        method='filter_has_findings', label=_('Has findings')
    )
    has_errors = django_filters.BooleanFilter(method='filter_counted', label=_('Has errors'))
    has_warnings = django_filters.BooleanFilter(method='filter_counted', label=_('Has warnings'))
    error_count = MultiValueNumberFilter(field_name='sync_state__error_count')
    warning_count = MultiValueNumberFilter(field_name='sync_state__warning_count')
    managed_file_path = MultiValueCharFilter(field_name='sync_state__managed_file_path')
    file_hash = MultiValueCharFilter(field_name='sync_state__file_hash')
    last_file_sync = MultiValueDateTimeFilter(field_name='sync_state__last_file_sync')
    last_synced_commit = MultiValueCharFilter(field_name='sync_state__last_synced_commit')
    sync_error_count = MultiValueNumberFilter(field_name='sync_state__sync_error_count')
    conflict_status = _choice(
        choices.ResourceConflictStatusChoices, 'sync_state__conflict_status', _('Conflict')
    )
    resource_state = _choice(choices.ResourceStateChoices, 'sync_state__resource_state', _('State'))
    drift_status = _choice(
        choices.ResourceDriftStatusChoices, 'sync_state__drift_status', _('Drift')
    )

    class Meta:
        model = HedgehogResource
        fields = (
            'id',
            'api_group',
            'api_version',
            'kind',
            'namespace',
            'name',
            'draft_updated',
            'auto_sync_enabled',
            'sync_priority',
            'description',
        )

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        fields = ('name', 'kind', 'namespace', 'description', 'comments')
        return _any_of(queryset, value, *fields)

    def filter_has_draft(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        drafts = ('draft_spec', 'draft_labels', 'draft_annotations')
        none = Q(draft_text='', **{f'{field}__isnull': True for field in drafts})
        return queryset.exclude(none) if value else queryset.filter(none)

    def filter_has_findings(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        none = Q(sync_state__findings=[])
        return queryset.exclude(none) if value else queryset.filter(none)

    def filter_counted(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        counted = {'has_errors': 'error_count', 'has_warnings': 'warning_count'}[name]
        some = Q(**{f'sync_state__{counted}__gt': 0})
        return queryset.filter(some if value else ~some)


@register_filterset
class SyncOperationFilterSet(BaseFilterSet):
    """Narrows operations, by what they did, for whom, when, and how they ended."""

    q = django_filters.CharFilter(method='search', label=_('Search'))
    fabric_id = _related(HedgehogFabric.objects.all(), _('Fabric (ID)'))
    fabric = _by_attribute(HedgehogFabric.objects.all(), 'fabric__slug', _('Fabric (slug)'))
    git_repository_id = _related(GitRepository.objects.all(), _('Git repository (ID)'))
    job_id = _related(Job.objects.all(), _('Job (ID)'))
    parent_id = _related(SyncOperation.objects.all(), _('Parent (ID)'))
    undoes_id = _related(SyncOperation.objects.all(), _('Undoes (ID)'))
    initiated_by_id = _related(User.objects.all(), _('User (ID)'))
    operation_type = _choice(choices.SyncOperationTypeChoices)
    sync_direction = _choice(choices.OperationDirectionChoices)
    trigger_type = _choice(choices.TriggerTypeChoices)
    status = _choice(choices.OperationStatusChoices)
    conflict_resolution_strategy = _choice(choices.ConflictStrategyChoices)
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
        return _any_of(queryset, value, *fields, 'fabric__name')

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
    fabric_id = _related(HedgehogFabric.objects.all(), _('Fabric (ID)'))
    fabric = _by_attribute(HedgehogFabric.objects.all(), 'fabric__slug', _('Fabric (slug)'))
    resource_id = _related(HedgehogResource.objects.all(), _('Resource (ID)'))
    resource_kind = MultiValueCharFilter(field_name='resource__kind')
    sync_operation_id = _related(SyncOperation.objects.all(), _('Detected in (ID)'))
    resolved_in_id = _related(SyncOperation.objects.all(), _('Resolved in (ID)'))
    resolved_by_id = _related(User.objects.all(), _('Resolved by (ID)'))
    conflict_type = _choice(choices.ConflictTypeChoices)
    severity = _choice(choices.ConflictSeverityChoices)
    resolution_strategy = _choice(choices.ConflictStrategyChoices)
    resolution_status = _choice(choices.ResolutionStatusChoices)
    open = django_filters.BooleanFilter(method='filter_open', label=_('Open'))

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
        return _any_of(queryset, value, 'conflict_id', 'resource_key', 'path', 'resolution_notes')

    def filter_open(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        wanted = Q(resolution_status__in=choices.OPEN_CONFLICT_STATUSES)
        return queryset.filter(wanted if value else ~wanted)


@register_filterset
class OutboxEntryFilterSet(BaseFilterSet):
    """Narrows outbox entries, by object, user and how far they came."""

    q = django_filters.CharFilter(method='search', label=_('Search'))
    fabric_id = _related(HedgehogFabric.objects.all(), _('Fabric (ID)'))
    fabric = _by_attribute(HedgehogFabric.objects.all(), 'fabric__slug', _('Fabric (slug)'))
    resource_id = _related(HedgehogResource.objects.all(), _('Resource (ID)'))
    user_id = _related(User.objects.all(), _('User (ID)'))
    action = _choice(choices.OutboxActionChoices)
    state = _choice(choices.OutboxStateChoices)
    open = django_filters.BooleanFilter(method='filter_open', label=_('Open'))

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
        return _any_of(queryset, value, 'name', 'kind', 'user_name', 'message', 'new_commit')

    def filter_open(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        wanted = Q(state__in=choices.OPEN_OUTBOX_STATES)
        return queryset.filter(wanted if value else ~wanted)


@register_filterset
class RawUploadFilterSet(BaseFilterSet):
    """Narrows uploads, by fabric, user and how far they came."""

    q = django_filters.CharFilter(method='search', label=_('Search'))
    fabric_id = _related(HedgehogFabric.objects.all(), _('Fabric (ID)'))
    fabric = _by_attribute(HedgehogFabric.objects.all(), 'fabric__slug', _('Fabric (slug)'))
    user_id = _related(User.objects.all(), _('User (ID)'))
    sync_operation_id = _related(SyncOperation.objects.all(), _('Operation (ID)'))
    state = _choice(choices.UploadStateChoices)
    open = django_filters.BooleanFilter(method='filter_open', label=_('Open'))

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
        return _any_of(queryset, value, 'name', 'path', 'user_name', 'message', 'new_commit')

    def filter_open(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        wanted = Q(state__in=choices.OPEN_UPLOAD_STATES)
        return queryset.filter(wanted if value else ~wanted)
