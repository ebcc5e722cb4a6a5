"""Operations, conflicts and outbox entries over REST: read-only lists of what happened."""

import uuid
from functools import cached_property
from typing import Any

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from netbox.api.viewsets import NetBoxReadOnlyModelViewSet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ... import filtersets, jobs
from ...choices import TriggerTypeChoices
from ...models import ConflictResolution, OutboxEntry, SyncOperation
from ...object_actions import UndoOperation
from ...sync.cancel import NeedsPerson, request_cancel
from .. import permissions, serializers
from ..errors import ActionError
from .actions import ActionsMixin, accepted, require_worker
from .resolve import resolve_one

__all__ = ['ConflictResolutionViewSet', 'OutboxEntryViewSet', 'SyncOperationViewSet']


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
            return queryset.defer(*self.long_fields)
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


class SyncOperationViewSet(ActionsMixin, RecordViewSet):
    """Operations, the newest first; `undo` takes one back."""

    queryset = SyncOperation.objects.defer('payload')
    serializer_class = serializers.SyncOperationSerializer
    filterset_class = filtersets.SyncOperationFilterSet
    uuid_field = 'operation_id'
    long_fields = ('plan', 'findings', 'operation_config')
    action_permissions = {
        'cancel': permissions.CancelOperationPermission,
        'undo': permissions.UndoOperationPermission,
    }

    @extend_schema(
        request=None,
        responses={
            200: serializers.SyncOperationSerializer,
            202: serializers.SyncOperationSerializer,
            403: serializers.ErrorSerializer,
            404: serializers.ErrorSerializer,
            409: serializers.ErrorSerializer,
        },
    )
    @action(detail=True, methods=['post'])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stops an operation: at once while it waits (200), at the next safe point else (202)."""
        operation = self.permitted_object(self._number(pk, SyncOperation), 'cancel')
        try:
            stopped = request_cancel(operation.pk)
        except NeedsPerson as error:
            raise ActionError('VALIDATION_FAILED', error.reason, error.message) from error
        context = self.get_serializer_context()
        shown = serializers.SyncOperationSerializer(stopped, context=context).data
        return Response(shown, status=202 if stopped.running else 200)

    @extend_schema(
        request=None,
        responses={
            202: serializers.AcceptedSerializer,
            403: serializers.ErrorSerializer,
            404: serializers.ErrorSerializer,
            409: serializers.ErrorSerializer,
            503: serializers.ErrorSerializer,
        },
    )
    @action(detail=True, methods=['post'])
    def undo(self, request: Request, pk: str) -> Response:
        """Takes an operation's commit back by a further commit; later changes stand in the way."""
        operation = self.permitted_object(self._number(pk, SyncOperation), 'undo')
        if blocked := UndoOperation.blocked_because(operation):
            raise ActionError('VALIDATION_FAILED', 'NothingToUndo', str(blocked))
        require_worker()
        job, undo = jobs.enqueue_undo(
            operation, request.user, TriggerTypeChoices.API, getattr(request, 'id', None)
        )
        return accepted(request, job, undo)


class ConflictResolutionViewSet(ActionsMixin, RecordViewSet):
    """Conflicts, the newest first; `resolve` decides one."""

    queryset = ConflictResolution.objects.all()
    serializer_class = serializers.ConflictResolutionSerializer
    filterset_class = filtersets.ConflictResolutionFilterSet
    uuid_field = 'conflict_id'
    long_fields = ('base_state', 'gui_state', 'git_state', 'resolved_state')
    action_permissions = {'resolve': permissions.ResolveConflictPermission}

    @extend_schema(
        request=serializers.ResolveSerializer,
        responses={
            200: serializers.ResolvedSerializer,
            202: serializers.ResolvedSerializer,
            403: serializers.ErrorSerializer,
            404: serializers.ErrorSerializer,
            409: serializers.ErrorSerializer,
            422: serializers.ErrorSerializer,
            503: serializers.ErrorSerializer,
        },
    )
    @action(detail=True, methods=['post'])
    def resolve(self, request: Request, pk: str) -> Response:
        """Decides a conflict: as a whole by a strategy, or field by field."""
        conflict = self.permitted_object(self._number(pk, ConflictResolution), 'resolve')
        return resolve_one(request, conflict, self.get_serializer_context())


class OutboxEntryViewSet(RecordViewSet):
    """Edits on their way to Git, the oldest first."""

    queryset = OutboxEntry.objects.all()
    serializer_class = serializers.OutboxEntrySerializer
    filterset_class = filtersets.OutboxEntryFilterSet
    long_fields = ('base_text', 'new_state', 'new_text')


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        # No row has it, so the answer is 404 rather than a server error.
        return None
