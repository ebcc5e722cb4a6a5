"""Operations, conflicts and outbox entries over REST: read-only lists of what happened."""

from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ... import filtersets, jobs
from ...choices import TriggerTypeChoices
from ...models import ConflictResolution, OutboxEntry, SyncOperation
from ...object_actions import UndoOperation
from ...sync.cancel import NeedsPerson, request_cancel
from ...sync.operation_report import cancellation
from ...sync.outbox import Editor
from .. import permissions, serializers
from ..errors import ActionError
from .actions import ACCEPTED, ActionsMixin, accepted, refused, require_worker, valid
from .fabric_records import resolution_url
from .record_views import RecordViewSet
from .resolve import resolve_one

__all__ = ['ConflictResolutionViewSet', 'OutboxEntryViewSet', 'SyncOperationViewSet']


class SyncOperationViewSet(ActionsMixin, RecordViewSet):
    """Operations, the newest first; `undo` takes one back."""

    queryset = SyncOperation.objects.defer('payload')
    serializer_class = serializers.SyncOperationSerializer
    filterset_class = filtersets.SyncOperationFilterSet
    uuid_field = 'operation_id'
    long_fields = ('plan', 'findings', 'operation_config')
    rate_class = 'sync'
    # A page that follows one operation must not starve because others are started.
    rate_classes = {'list': 'sync', 'retrieve': 'monitoring'}
    action_permissions = {
        'cancel': permissions.CancelOperationPermission,
        'undo': permissions.UndoOperationPermission,
    }

    def get_serializer_class(self) -> Any:
        if self.action == 'retrieve':
            return serializers.OperationReportSerializer
        return super().get_serializer_class()

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        return {**context, 'resolution_url': partial(resolution_url, self.request)}

    @extend_schema(
        request=serializers.CancelSerializer,
        responses={
            200: serializers.CancelledSerializer,
            202: serializers.CancelledSerializer,
            400: serializers.ErrorSerializer,
            403: serializers.ErrorSerializer,
            404: serializers.ErrorSerializer,
            409: serializers.ErrorSerializer,
        },
    )
    @action(detail=True, methods=['post'])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stops an operation: at once while it waits (200), at the next safe point else (202)."""
        operation = self.permitted_object(self._number(pk, SyncOperation), 'cancel')
        asked = valid(serializers.CancelSerializer, request)
        try:
            stopped = request_cancel(
                operation.pk,
                request.user,
                asked.get('reason', ''),
                notify_users=asked['notify_users'],
            )
        except NeedsPerson as error:
            raise refused(error, 409) from error
        context = self.get_serializer_context()
        told = {
            **serializers.SyncOperationSerializer(stopped, context=context).data,
            **serializers.CancellationSerializer(cancellation(stopped)).data,
        }
        return Response(told, status=202 if stopped.running else 200)

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
        """Takes the commits of an operation and its parts back by a further one.

        Later changes of the same files stand in the way, and are named.
        """
        operation = self.permitted_object(self._number(pk, SyncOperation), 'undo')
        if blocked := UndoOperation.blocked_because(operation):
            raise ActionError(
                'VALIDATION_FAILED',
                'NothingToUndo',
                str(blocked),
                suggestions=('GET fabrics/<id>/sync-operations/ tells what can be undone.',),
            )
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
    # The token is made from the sides.
    long_fields = ('base_state', 'gui_state', 'git_state', 'resolved_state', 'state_token')
    rate_class = 'conflict'
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


class OutboxEntryViewSet(ActionsMixin, RecordViewSet):
    """Edits on their way to Git, the oldest first."""

    queryset = OutboxEntry.objects.all()
    serializer_class = serializers.OutboxEntrySerializer
    filterset_class = filtersets.OutboxEntryFilterSet
    long_fields = ('base_text', 'new_state', 'new_text')
    rate_class = 'sync'
    action_permissions = {
        'retry': permissions.RetryEditPermission,
        'discard': permissions.DiscardEditPermission,
    }

    @extend_schema(request=None, responses=ACCEPTED)
    @action(detail=True, methods=['post'])
    def retry(self, request: Request, pk: str) -> Response:
        """Puts an edit that failed or was declined back in line."""
        return self._ask(request, pk, 'retry', jobs.enqueue_retry)

    @extend_schema(request=None, responses=ACCEPTED)
    @action(detail=True, methods=['post'])
    def discard(self, request: Request, pk: str) -> Response:
        """Takes an edit back: the draft goes, and what Git says stands."""
        return self._ask(request, pk, 'discard', jobs.enqueue_discard)

    def _ask(self, request: Request, pk: str, name: str, enqueue: Any) -> Response:
        entry = self.permitted_object(self._number(pk, OutboxEntry), name)
        require_worker()
        editor = Editor(request.user, request.id)
        try:
            job, operation = enqueue(entry, editor, TriggerTypeChoices.API)
        except NeedsPerson as error:
            raise refused(error, 409) from error
        return accepted(request, job, operation)
