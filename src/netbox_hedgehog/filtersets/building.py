"""Filters as the sets of this package need them: by choice, by relation, by text."""

from collections.abc import Iterable
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

__all__ = [
    'any_of',
    'attribute_filter',
    'choice_filter',
    'open_filter',
    'related_filter',
    'said_now',
]


def choice_filter(values: Any, field_name: str | None = None, label: str | None = None) -> Any:
    return django_filters.MultipleChoiceFilter(
        choices=values, field_name=field_name, label=label, distinct=False, null_value=None
    )


def related_filter(queryset: QuerySet[Any], label: str, field_name: str | None = None) -> Any:
    return django_filters.ModelMultipleChoiceFilter(
        queryset=queryset, field_name=field_name, distinct=False, label=label
    )


def attribute_filter(queryset: QuerySet[Any], field_name: str, label: str) -> Any:
    return django_filters.ModelMultipleChoiceFilter(
        queryset=queryset,
        field_name=field_name,
        to_field_name=field_name.rpartition('__')[2],
        distinct=False,
        label=label,
    )


def open_filter(field_name: str, states: Iterable[str]) -> Any:
    """Rows in one of these states, or in none of them."""
    wanted = Q(**{f'{field_name}__in': tuple(states)})

    def narrowed(queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return queryset.filter(wanted if value else ~wanted)

    return django_filters.BooleanFilter(method=narrowed, label=_('Open'))


def any_of(queryset: QuerySet[Any], text: str, *fields: str) -> QuerySet[Any]:
    """Rows in which one of the fields holds the text; all rows for an empty one."""
    if not (text := text.strip()):
        return queryset
    wanted = Q()
    for field in fields:
        wanted |= Q(**{f'{field}__icontains': text})
    return queryset.filter(wanted)


def said_now(condition: Q) -> Q:
    """Turns a condition on a spec into one on what a resource says now: its draft, else Git."""
    drafted, desired = (
        Q(*((f'{field}__{lookup}', value) for lookup, value in condition.children))
        for field in ('draft_spec', 'desired_spec')
    )
    return drafted | (Q(draft_spec__isnull=True) & desired)
