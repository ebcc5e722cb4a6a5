"""Filters that several filter sets share."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

__all__ = ['any_of', 'by_attribute', 'choice', 'related']


def choice(values: Any, field_name: str | None = None, label: str | None = None) -> Any:
    return django_filters.MultipleChoiceFilter(
        choices=values, field_name=field_name, label=label, distinct=False, null_value=None
    )


def related(queryset: QuerySet[Any], label: str, field_name: str | None = None) -> Any:
    return django_filters.ModelMultipleChoiceFilter(
        queryset=queryset, field_name=field_name, distinct=False, label=label
    )


def by_attribute(queryset: QuerySet[Any], field_name: str, label: str) -> Any:
    return django_filters.ModelMultipleChoiceFilter(
        queryset=queryset,
        field_name=field_name,
        to_field_name=field_name.rpartition('__')[2],
        distinct=False,
        label=label,
    )


def any_of(queryset: QuerySet[Any], text: str, *fields: str) -> QuerySet[Any]:
    """Rows in which one of the fields holds the text; all rows for an empty one."""
    if not (text := text.strip()):
        return queryset
    wanted = Q()
    for field in fields:
        wanted |= Q(**{f'{field}__icontains': text})
    return queryset.filter(wanted)
