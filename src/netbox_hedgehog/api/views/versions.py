"""What reading versions and going back have in common over REST; checkpoints."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from drf_spectacular.utils import extend_schema
from netbox.api.viewsets import NetBoxReadOnlyModelViewSet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ... import filtersets, jobs
from ...choices import TriggerTypeChoices
from ...models import Checkpoint, HedgehogFabric
from ...sync.versions import EngineError, StalePlan, TryAgainLater, files_of
from .. import permissions, serializers
from ..errors import ActionError
from .actions import ActionsMixin, accepted, require_push, require_worker, valid

__all__ = ['CheckpointViewSet', 'asked_or_shown', 'limited', 'told']

# What is not there, and what somebody has to decide first.
_FORBIDDEN = ('InventoryHidden', 'PermissionDenied')
_MISSING = {
    'FileMissing': 'FILE_NOT_FOUND',
    'CommitUnknown': 'COMMIT_NOT_FOUND',
    'OriginalUnknown': 'FILE_NOT_FOUND',
    'ResourceMissing': 'RESOURCE_NOT_FOUND',
    'BackupUnknown': 'BACKUP_NOT_FOUND',
    'OriginalGone': 'FILE_NOT_FOUND',
}
_CONFLICTING = ('FileChanged', 'NotThereThen', 'PathTaken', 'NeverSynchronised', 'FabricMissing')
MAX_LIMIT = 1000


@contextmanager
def told() -> Iterator[None]:
    """Says in REST's words why the engine refused."""
    try:
        yield
    except EngineError as error:
        raise _refusal(error) from error


def limited(request: Request) -> int | None:
    """How many commits are wanted at most; `limit` in the query."""
    text = request.query_params.get('limit', '')
    return min(int(text), MAX_LIMIT) if text.isdecimal() and int(text) else None


def asked_or_shown(request: Request, fabric: HedgehogFabric, asked: dict[str, Any]) -> Response:
    """Shows the plan of a restoring (`commit: false`), or asks for it."""
    if not asked.pop('commit'):
        with told():
            plan = files_of(fabric).preview_restore(asked, request.user)
        return Response({'plan': plan})
    require_worker()
    job, operation = jobs.enqueue_restore(
        fabric, asked, request.user, TriggerTypeChoices.API, getattr(request, 'id', None)
    )
    return accepted(request, job, operation)


class CheckpointViewSet(ActionsMixin, NetBoxReadOnlyModelViewSet):
    """States one can go back to, the newest first; `rollback` does."""

    queryset = Checkpoint.objects.select_related('fabric', 'sync_operation', 'created_by')
    serializer_class = serializers.CheckpointSerializer
    filterset_class = filtersets.CheckpointFilterSet
    rate_class = 'sync'
    action_permissions = {'rollback': permissions.RollbackCheckpointPermission}

    @extend_schema(
        request=serializers.RollbackSerializer,
        responses={
            200: serializers.PlanSerializer,
            202: serializers.AcceptedSerializer,
            400: serializers.ErrorSerializer,
            403: serializers.ErrorSerializer,
            404: serializers.ErrorSerializer,
            409: serializers.ErrorSerializer,
            422: serializers.ErrorSerializer,
            503: serializers.ErrorSerializer,
        },
    )
    @action(detail=True, methods=['post'])
    def rollback(self, request: Request, pk: int) -> Response:
        """Brings files, drafts, waiting edits and settings back, and looks whether it is so."""
        checkpoint = self.permitted_object(pk, 'view')
        require_push(request, checkpoint.fabric)
        asked = valid(serializers.RollbackSerializer, request)
        options = {**asked, 'checkpoint': checkpoint.pk, 'to_commit': checkpoint.commit}
        return asked_or_shown(request, checkpoint.fabric, options)


def _refusal(error: EngineError) -> ActionError:
    code, status = 'VALIDATION_FAILED', 422
    if isinstance(error, StalePlan):
        code, status = 'STALE_PLAN', 409
    elif isinstance(error, TryAgainLater):
        code, status = 'NETWORK_ERROR', 503
    elif error.reason in _FORBIDDEN:
        code, status = 'PERMISSION_DENIED', 403
    elif error.reason in _MISSING:
        code, status = _MISSING[error.reason], 404
    elif error.reason in _CONFLICTING:
        status = 409
    findings = [finding.as_json() for finding in getattr(error, 'findings', ())]
    return ActionError(
        code,
        error.reason,
        error.message,
        status_code=status,
        suggestions=(error.hint,) if error.hint else (),
        details={'validation_errors': findings},
    )
