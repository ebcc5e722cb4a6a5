"""What the list of errors may be narrowed by."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from netbox.filtersets import BaseFilterSet
from utilities.filtersets import register_filterset

from .. import choices
from ..models import ErrorRecord, HedgehogFabric, SyncOperation
from ..sync.reasons import reasons_with
from .building import any_of, attribute_filter, related_filter

__all__ = ['ErrorRecordFilterSet']

# Where each filter's word stands in `reasons_with`.
_ASKED = {'category': 'categories', 'severity': 'severities', 'recovery': 'recoveries'}


@register_filterset
class ErrorRecordFilterSet(BaseFilterSet):
    """Narrows recorded errors. Category, severity and recovery follow from the reason."""

    q = django_filters.CharFilter(method='search', label=_('Search'))
    fabric_id = related_filter(HedgehogFabric.objects.all(), _('Fabric (ID)'))
    fabric = attribute_filter(HedgehogFabric.objects.all(), 'fabric__slug', _('Fabric (slug)'))
    operation_id = related_filter(SyncOperation.objects.all(), _('Operation (ID)'))
    open = django_filters.BooleanFilter(
        field_name='resolved_at', lookup_expr='isnull', label=_('Open')
    )
    category = django_filters.MultipleChoiceFilter(
        choices=choices.ErrorCategoryChoices, method='filter_nature', label=_('Category')
    )
    severity = django_filters.MultipleChoiceFilter(
        choices=choices.ErrorSeverityChoices, method='filter_nature', label=_('Severity')
    )
    recovery = django_filters.MultipleChoiceFilter(
        choices=choices.ErrorRecoveryChoices, method='filter_nature', label=_('Recovery')
    )

    class Meta:
        model = ErrorRecord
        fields = (
            'id',
            'reason',
            'path',
            'resource_key',
            'first_seen',
            'last_seen',
            'resolved_at',
            'occurrences',
        )

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return any_of(queryset, value, 'reason', 'path', 'resource_key', 'message')

    def filter_nature(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        if not value:
            return queryset
        return queryset.filter(reason__in=reasons_with(**{_ASKED[name]: value}))
