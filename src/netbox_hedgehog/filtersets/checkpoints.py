"""What checkpoints may be narrowed by."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from netbox.filtersets import BaseFilterSet
from users.models import User
from utilities.filtersets import register_filterset

from .. import choices
from ..models import Checkpoint, HedgehogFabric, SyncOperation

__all__ = ['CheckpointFilterSet']


@register_filterset
class CheckpointFilterSet(BaseFilterSet):
    """Narrows checkpoints, by fabric, user and why they were made."""

    q = django_filters.CharFilter(method='search', label=_('Search'))
    fabric_id = django_filters.ModelMultipleChoiceFilter(
        queryset=HedgehogFabric.objects.all(), distinct=False, label=_('Fabric (ID)')
    )
    fabric = django_filters.ModelMultipleChoiceFilter(
        queryset=HedgehogFabric.objects.all(),
        field_name='fabric__slug',
        to_field_name='slug',
        distinct=False,
        label=_('Fabric (slug)'),
    )
    sync_operation_id = django_filters.ModelMultipleChoiceFilter(
        queryset=SyncOperation.objects.all(), distinct=False, label=_('Operation (ID)')
    )
    created_by_id = django_filters.ModelMultipleChoiceFilter(
        queryset=User.objects.all(), distinct=False, label=_('User (ID)')
    )
    reason = django_filters.MultipleChoiceFilter(
        choices=choices.CheckpointReasonChoices, distinct=False, null_value=None
    )

    class Meta:
        model = Checkpoint
        fields = (
            'id',
            'checkpoint_id',
            'name',
            'commit',
            'digest',
            'files_total',
            'copies',
            'created',
            'user_name',
        )

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        text = value.strip()
        wanted = Q(name__icontains=text) | Q(commit__icontains=text) | Q(user_name__icontains=text)
        return queryset.filter(wanted) if text else queryset
