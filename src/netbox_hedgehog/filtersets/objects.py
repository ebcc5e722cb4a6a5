"""Fabrics, resources and repositories: what people keep."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from netbox.filtersets import PrimaryModelFilterSet
from users.models import User
from utilities.filters import MultiValueCharFilter, MultiValueDateTimeFilter, MultiValueNumberFilter
from utilities.filtersets import register_filterset

from .. import choices
from ..models import (
    GitRepository,
    HedgehogFabric,
    HedgehogResource,
    ResolutionPolicy,
)
from ..sync.standing import NO_DRAFT, with_standing
from .building import any_of, attribute_filter, choice_filter, related_filter, said_now

__all__ = [
    'GitRepositoryFilterSet',
    'HedgehogFabricFilterSet',
    'HedgehogResourceFilterSet',
]


@register_filterset
class GitRepositoryFilterSet(PrimaryModelFilterSet):
    """Narrows Git repositories; sealed fields cannot be asked for."""

    provider = choice_filter(choices.GitProviderChoices)
    authentication_type = choice_filter(choices.AuthenticationTypeChoices)
    credential_source = choice_filter(choices.CredentialSourceChoices)
    write_through = choice_filter(choices.WriteThroughChoices)
    connection_status = choice_filter(
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
        return any_of(queryset, value, 'name', 'url', 'description', 'comments')


@register_filterset
class HedgehogFabricFilterSet(PrimaryModelFilterSet):
    """Narrows fabrics, by their settings and by how far they are in step with Git."""

    status = choice_filter(choices.FabricStatusChoices)
    git_repository_id = related_filter(GitRepository.objects.all(), _('Git repository (ID)'))
    git_repository = attribute_filter(
        GitRepository.objects.all(), 'git_repository__name', _('Git repository (name)')
    )
    archive_strategy = choice_filter(choices.ArchiveStrategyChoices)
    sync_direction = choice_filter(choices.SyncDirectionChoices)
    conflict_strategy = choice_filter(choices.ConflictStrategyChoices)
    bad_document_policy = choice_filter(choices.BadDocumentPolicyChoices)
    publish_mode = choice_filter(choices.PublishModeChoices)
    duplicate_resolution_mode = choice_filter(choices.DuplicateResolutionModeChoices)
    template_change_mode = choice_filter(choices.TemplateModeChoices)
    template_removal_mode = choice_filter(choices.TemplateModeChoices)
    resolution_policy_id = related_filter(
        ResolutionPolicy.objects.all(), _('Resolution policy (ID)')
    )
    gitops_tool = choice_filter(choices.GitOpsToolChoices)
    last_duplicate_scan = MultiValueDateTimeFilter(field_name='sync_state__last_duplicate_scan')
    sync_status = choice_filter(
        choices.SyncStatusChoices, 'sync_state__sync_status', _('Sync status')
    )
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
            'template_environment',
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
        return any_of(queryset, value, *fields)


@register_filterset
class HedgehogResourceFilterSet(PrimaryModelFilterSet):
    """Narrows resources, by identity, by place in Git and by how far they are in step."""

    fabric_id = related_filter(HedgehogFabric.objects.all(), _('Fabric (ID)'))
    fabric = attribute_filter(HedgehogFabric.objects.all(), 'fabric__slug', _('Fabric (slug)'))
    sync_direction = choice_filter(choices.SyncDirectionChoices)
    conflict_resolution_preference = choice_filter(choices.ConflictStrategyChoices)
    role = MultiValueCharFilter(method='filter_role', label=_('Role in the spec'))
    connection_type = MultiValueCharFilter(
        method='filter_connection_type', label=_('Type of the connection')
    )
    draft_updated_by_id = related_filter(User.objects.all(), _('Drafted by (ID)'))
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
    conflict_status = choice_filter(
        choices.ResourceConflictStatusChoices, 'sync_state__conflict_status', _('Conflict')
    )
    resource_state = choice_filter(
        choices.ResourceStateChoices, 'sync_state__resource_state', _('State')
    )
    standing = django_filters.MultipleChoiceFilter(
        method='filter_standing', choices=choices.StandingChoices, label=_('How it stands')
    )
    drift_status = choice_filter(
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
        return any_of(queryset, value, *fields)

    def filter_role(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        return queryset.filter(said_now(Q(role__in=value)))

    def filter_connection_type(
        self, queryset: QuerySet[Any], name: str, value: list[str]
    ) -> QuerySet[Any]:
        return queryset.filter(kind='Connection').filter(said_now(Q(has_any_keys=value)))

    def filter_standing(
        self, queryset: QuerySet[Any], name: str, value: list[str]
    ) -> QuerySet[Any]:
        return with_standing(queryset).filter(standing__in=value) if value else queryset

    def filter_has_draft(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return queryset.exclude(NO_DRAFT) if value else queryset.filter(NO_DRAFT)

    def filter_has_findings(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        none = Q(sync_state__findings=[])
        return queryset.exclude(none) if value else queryset.filter(none)

    def filter_counted(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        counted = {'has_errors': 'error_count', 'has_warnings': 'warning_count'}[name]
        some = Q(**{f'sync_state__{counted}__gt': 0})
        return queryset.filter(some if value else ~some)
