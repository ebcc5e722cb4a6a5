"""What the actions share: their own permissions, one error shape, and the answer 202."""

from collections.abc import Collection, Iterable
from typing import Any

from core.models import Job
from django.db import DataError
from django.db.models import Model
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from netbox.api.authentication import TokenPermissions
from rest_framework.exceptions import PermissionDenied, Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.serializers import Serializer
from utilities.exceptions import RQWorkerNotRunningException

from ...constants import APP_LABEL
from ...jobs import worker_available
from ...models import HedgehogFabric, SyncOperation
from ...sync.features import Feature, why_off
from ...sync.versions import EngineError, StalePlan, TryAgainLater
from .. import serializers
from ..errors import ActionError, error_body
from ..rates import RateLimited
from ..schema import ActionSchema

__all__ = [
    'ACCEPTED',
    'ActionsMixin',
    'OneActionMixin',
    'accepted',
    'one_of',
    'refused',
    'require_feature',
    'require_push',
    'require_worker',
    'valid',
    'wrong_query',
]


ACCEPTED = {
    202: serializers.AcceptedSerializer,
    400: serializers.ErrorSerializer,
    403: serializers.ErrorSerializer,
    404: serializers.ErrorSerializer,
    409: serializers.ErrorSerializer,
    503: serializers.ErrorSerializer,
}

# Reasons for which there is a more telling code than that something is not valid.
_CODES = {
    'BranchMoved': 'STALE_PLAN',
    'ConflictMoved': 'STALE_PLAN',
    'DuplicatesMoved': 'STALE_PLAN',
    'RepositoryBusy': 'OPERATION_IN_PROGRESS',
}


class ActionsMixin(RateLimited):
    """Gives a viewset's actions their permission, their object and their error answers."""

    schema = ActionSchema()
    action_permissions: dict[str, type[TokenPermissions]] = {}

    def get_permissions(self) -> list[Any]:
        if permission := self.action_permissions.get(self.action):
            return [permission()]
        return super().get_permissions()

    def handle_exception(self, error: Exception) -> Response:
        if isinstance(error, DataError):
            # A filter takes times and numbers that PostgreSQL does not know.
            error = ActionError(
                'VALIDATION_FAILED',
                'ValidationFailed',
                'The database cannot work with a value of this request.',
                status_code=400,
                suggestions=('Look at the times and numbers among the filters.',),
            )
        response = super().handle_exception(error)
        ours = isinstance(error, ActionError | Throttled)
        if ours or self.action in self.action_permissions:
            response.data = error_body(error, self, response.data)
        return response

    def permitted_object(self, pk: Any, action: str) -> Any:
        """The object, if this user may do this to it: 404 when unseen, 403 when not permitted."""
        model: type[Model] = self.queryset.model
        seen = model.objects.restrict(self.request.user, 'view')
        found = get_object_or_404(seen, pk=pk)
        codename = f'{APP_LABEL}.{action}_{model._meta.model_name}'
        if not self.request.user.has_perm(codename, obj=found):
            raise PermissionDenied(_('You do not have permission to do this to this object.'))
        return found


class OneActionMixin(RateLimited):
    """The same for a view that is one action."""

    schema = ActionSchema()

    def handle_exception(self, error: Exception) -> Response:
        response = super().handle_exception(error)
        response.data = error_body(error, self, response.data)
        return response


def valid(serializer_class: type[Serializer], request: Request) -> dict[str, Any]:
    """Returns what was asked for, checked."""
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def one_of(name: str, value: str, allowed: Collection[str]) -> str:
    """Returns a value of the query, if it is one of those it may be."""
    if value not in allowed:
        raise wrong_query(name, value, tuple(allowed))
    return value


def wrong_query(name: str, value: str, allowed: Iterable[str]) -> ActionError:
    """What is wrong with the query of an address, and what it may say."""
    return ActionError(
        'VALIDATION_FAILED',
        'ValidationFailed',
        f'{name} cannot be {value!r}.',
        status_code=400,
        suggestions=tuple(f'{name}={each}' for each in allowed),
    )


def require_worker() -> None:
    """Refuses what nobody would carry out."""
    if not worker_available():
        raise RQWorkerNotRunningException()


def require_push(request: Request, fabric: HedgehogFabric) -> None:
    """Refuses a user who may not write to this very fabric's directory."""
    if not request.user.has_perm(f'{APP_LABEL}.push_hedgehogfabric', obj=fabric):
        raise PermissionDenied(_('This needs the permission "push" on the fabric.'))


def require_resolve(request: Request) -> None:
    """Refuses a user who may decide no conflict; which ones there will be, nobody knows yet."""
    if not request.user.has_perm(f'{APP_LABEL}.resolve_conflictresolution'):
        raise PermissionDenied(_('This needs the permission "resolve" on conflicts.'))


def require_feature(feature: Feature) -> None:
    """Refuses what an operator has switched off, and says by which setting."""
    if off := why_off(feature):
        raise ActionError(
            'FEATURE_DISABLED',
            'FeatureDisabled',
            off,
            suggestions=(f"PLUGINS_CONFIG['netbox_hedgehog']['{feature.value}'] = True",),
        )


def refused(error: EngineError, status_code: int) -> ActionError:
    """Why something was not done, as REST says it: who has to do what."""
    code = _CODES.get(error.reason)
    if code is None:
        later = isinstance(error, TryAgainLater)
        code = 'STALE_PLAN' if isinstance(error, StalePlan) else 'VALIDATION_FAILED'
        code = 'NETWORK_ERROR' if later else code
    return ActionError(
        code,
        error.reason,
        error.message,
        status_code=status_code,
        suggestions=(error.hint,) if error.hint else (),
    )


def accepted(request: Request, job: Job, operation: SyncOperation) -> Response:
    """202 with where to look for the result."""
    job_url = reverse('core-api:job-detail', kwargs={'pk': job.pk}, request=request)
    operation_url = reverse(
        f'plugins-api:{APP_LABEL}-api:syncoperation-detail',
        kwargs={'pk': operation.pk},
        request=request,
    )
    body = {
        'job': {'id': job.pk, 'url': job_url, 'status': job.status},
        'operation': {
            'id': operation.pk,
            'operation_id': str(operation.operation_id),
            'url': operation_url,
            'status': operation.status,
        },
    }
    return Response(body, status=202, headers={'Location': job_url})
