"""What lists of records share: read-only, found by key or UUID, long fields left out."""

import uuid
from functools import cached_property
from typing import Any

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from netbox.api.viewsets import NetBoxReadOnlyModelViewSet

__all__ = ['RecordViewSet']


class RecordViewSet(NetBoxReadOnlyModelViewSet):
    """A record is found by its key or its UUID; lists leave its long fields out.

    `?fields=` asks for a long field in a list all the same.
    """

    uuid_field: str | None = None
    long_fields: tuple[str, ...] = ()
    lookup_value_regex = '[0-9a-fA-F-]+'

    @cached_property
    def field_kwargs(self) -> dict[str, Any]:
        given = super().field_kwargs
        if self.action == 'list' and not given:
            return {'omit': list(self.long_fields)}
        return given

    def get_queryset(self) -> QuerySet[Any]:
        queryset = super().get_queryset()
        if self.action == 'list' and self.field_kwargs.get('omit') == list(self.long_fields):
            columns = {field.name for field in queryset.model._meta.concrete_fields}
            return queryset.defer(*columns.intersection(self.long_fields))
        return queryset

    def _number(self, pk: str, model: type[Model]) -> int:
        """The key of a row named by its key or its UUID; 0, which no row has, for none."""
        if str(pk).isdecimal():
            return int(pk)
        named = model._default_manager.filter(**{self.uuid_field or 'pk': _uuid(pk)})
        return named.values_list('pk', flat=True).first() or 0

    def get_object(self) -> Model:
        value = self.kwargs['pk']
        if not self.uuid_field or str(value).isdecimal():
            return super().get_object()
        found = get_object_or_404(self.get_queryset(), **{self.uuid_field: _uuid(value)})
        self.check_object_permissions(self.request, found)
        return found


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        # No row has it, so the answer is 404 rather than a server error.
        return None
