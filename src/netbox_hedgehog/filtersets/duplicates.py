"""Duplicate groups, their files, and the policies that settle them."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from netbox.filtersets import BaseFilterSet, PrimaryModelFilterSet
from users.models import User
from utilities.filters import MultiValueCharFilter
from utilities.filtersets import register_filterset

from .. import choices
from ..models import (
    HedgehogFabric,
    ResolutionPolicy,
    SyncOperation,
    YAMLDuplicateFile,
    YAMLDuplicateGroup,
)
from .building import any_of, attribute_filter, choice_filter, open_filter, related_filter

__all__ = [
    'ResolutionPolicyFilterSet',
    'YAMLDuplicateFileFilterSet',
    'YAMLDuplicateGroupFilterSet',
]


@register_filterset
class YAMLDuplicateGroupFilterSet(BaseFilterSet):
    """Narrows duplicate groups, by object, by how they compare and what became of them."""

    q = django_filters.CharFilter(method='search', label=_('Search'))
    fabric_id = related_filter(HedgehogFabric.objects.all(), _('Fabric (ID)'))
    fabric = attribute_filter(HedgehogFabric.objects.all(), 'fabric__slug', _('Fabric (slug)'))
    policy_id = related_filter(ResolutionPolicy.objects.all(), _('Policy (ID)'))
    detected_in_id = related_filter(SyncOperation.objects.all(), _('Detected in (ID)'))
    resolved_in_id = related_filter(SyncOperation.objects.all(), _('Settled in (ID)'))
    resolved_by_id = related_filter(User.objects.all(), _('Settled by (ID)'))
    comparison = choice_filter(choices.DuplicateComparisonChoices)
    resolution_status = choice_filter(choices.DuplicateStatusChoices)
    resolution_strategy = choice_filter(choices.DuplicateStrategyChoices)
    wait = choice_filter(choices.DuplicateWaitChoices)
    open = open_filter('resolution_status', choices.OPEN_DUPLICATE_STATUSES)
    file_path = MultiValueCharFilter(
        field_name='files__file_path', distinct=True, label=_('Path of a file')
    )

    class Meta:
        model = YAMLDuplicateGroup
        fields = (
            'id',
            'group_id',
            'identity',
            'rule',
            'why',
            'files_total',
            'policy_version',
            'detection_timestamp',
            'last_seen',
            'scanned_commit',
            'resolved_at',
            'decided_before',
        )

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        found = any_of(queryset, value, 'identity', 'why', 'notes', 'files__file_path')
        return found.distinct()


@register_filterset
class YAMLDuplicateFileFilterSet(BaseFilterSet):
    """Narrows the documents of duplicate groups."""

    q = django_filters.CharFilter(method='search', label=_('Search'))
    duplicate_group_id = related_filter(YAMLDuplicateGroup.objects.all(), _('Group (ID)'))
    fabric_id = related_filter(
        HedgehogFabric.objects.all(), _('Fabric (ID)'), 'duplicate_group__fabric'
    )
    fabric = attribute_filter(
        HedgehogFabric.objects.all(), 'duplicate_group__fabric__slug', _('Fabric (slug)')
    )
    resolution_action = choice_filter(choices.DuplicateActionChoices)

    class Meta:
        model = YAMLDuplicateFile
        fields = (
            'id',
            'file_path',
            'document_index',
            'item_index',
            'line',
            'area',
            'file_hash',
            'blob_id',
            'priority_score',
            'is_winner',
        )

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return any_of(queryset, value, 'file_path', 'why')


@register_filterset
class ResolutionPolicyFilterSet(PrimaryModelFilterSet):
    """Narrows resolution policies."""

    option_set = choice_filter(choices.PolicyOptionSetChoices)
    loser_action = choice_filter(choices.LoserActionChoices)
    fabric_id = related_filter(HedgehogFabric.objects.all(), _('Fabric (ID)'), 'fabrics')

    class Meta:
        model = ResolutionPolicy
        fields = (
            'id',
            'name',
            'slug',
            'max_deletions',
            'max_moves',
            'version',
            'is_default',
            'description',
        )

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return any_of(queryset, value, 'name', 'slug', 'description', 'comments')
