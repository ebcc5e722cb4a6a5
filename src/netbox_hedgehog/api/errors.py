"""One shape for every failed action: what happened, why in one stable word, and what to do."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from netbox.api.authentication import TokenPermissions
from rest_framework import status
from rest_framework.exceptions import (
    APIException,
    AuthenticationFailed,
    NotAuthenticated,
    NotFound,
    ParseError,
    Throttled,
    UnsupportedMediaType,
    ValidationError,
)
from rest_framework.exceptions import PermissionDenied as NotPermitted
from rest_framework.views import APIView
from utilities.exceptions import PreconditionFailed, RQWorkerNotRunningException

from ..sync.settings import sync_settings
from .error_codes import ADVICE, not_found_code

__all__ = ['ActionError', 'error_body']

# What NetBox, Django and DRF raise by themselves.
KNOWN: tuple[tuple[tuple[type[Exception], ...], tuple[str, str]], ...] = (
    ((RQWorkerNotRunningException,), ('NO_WORKER', 'NoWorker')),
    (
        (ValidationError, ParseError, UnsupportedMediaType),
        ('VALIDATION_FAILED', 'ValidationFailed'),
    ),
    ((Throttled,), ('RATE_LIMITED', 'RateLimited')),
    ((PreconditionFailed,), ('STALE_PLAN', 'StalePlan')),
    (
        (PermissionDenied, NotPermitted, NotAuthenticated, AuthenticationFailed),
        ('PERMISSION_DENIED', 'PermissionDenied'),
    ),
)
_NOT_FOUND = (Http404, NotFound)

# What to do about some of them, where the code has more than one cause.
_ADVICE: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    (
        (PreconditionFailed,),
        'Read the object again, and send the ETag of that answer as If-Match.',
    ),
    (
        (ParseError, UnsupportedMediaType),
        'Send a JSON body, with Content-Type: application/json.',
    ),
    (
        (NotAuthenticated, AuthenticationFailed),
        'Sign in: send Authorization: Bearer with a token that is valid.',
    ),
)


class ActionError(APIException):
    """An action that cannot be carried out; `error_code` is one of `error_codes.py`.

    `wait` is in how many seconds the same may work: the answer's Retry-After.
    """

    status_code = status.HTTP_409_CONFLICT

    def __init__(
        self,
        error_code: str,
        reason: str,
        message: str,
        *,
        status_code: int = status.HTTP_409_CONFLICT,
        suggestions: tuple[str, ...] = (),
        details: Mapping[str, Any] | None = None,
        wait: float | None = None,
    ) -> None:
        super().__init__(message)
        if error_code not in ADVICE:
            raise LookupError(f'{error_code} is no error code')
        self.status_code = status_code
        self.error_code = error_code
        self.reason = reason
        self.suggestions = suggestions
        self.wait = wait
        self.extra = dict(details or {})


def error_body(error: Exception, view: APIView, fallback: Any) -> dict[str, Any]:
    """The body of an action's error answer; `fallback` is what DRF would have said."""
    error_code, reason = _words(error, view)
    request_id = getattr(view.request, 'id', None)
    return {
        'success': False,
        'error': _message(error, fallback),
        'error_code': error_code,
        'reason': reason,
        'details': {
            'field_errors': fallback if isinstance(error, ValidationError) else {},
            'validation_errors': [],
            'suggestions': _suggestions(error, view, fallback) or [ADVICE[error_code]],
            **getattr(error, 'extra', {}),
        },
        'request_id': str(request_id) if request_id else None,
        'timestamp': timezone.now().isoformat(),
        'documentation_url': _documentation(),
    }


def _documentation() -> str | None:
    """Where every reason is explained; None where nobody said where the pages are served."""
    base = sync_settings().documentation_url.rstrip('/')
    return f'{base}/reference/reasons/' if base else None


def _words(error: Exception, view: APIView) -> tuple[str, str]:
    if isinstance(error, ActionError):
        return error.error_code, error.reason
    if isinstance(error, _NOT_FOUND):
        rows = getattr(view, 'queryset', None)
        return not_found_code('' if rows is None else rows.model._meta.model_name), 'NotFound'
    for kinds, words in KNOWN:
        if isinstance(error, kinds):
            return words
    return 'VALIDATION_FAILED', type(error).__name__


def _suggestions(error: Exception, view: APIView, fallback: Any) -> list[str]:
    """What to do about it; empty where the code alone says it."""
    if isinstance(error, Throttled):
        return [f'Ask again in {error.wait} seconds.']
    if isinstance(error, ValidationError):
        return [f'Correct {name}.' for name in fallback] if isinstance(fallback, Mapping) else []
    if isinstance(error, PermissionDenied | NotPermitted):
        return [
            f'Ask an administrator of NetBox for {name}, for this object too.'
            for name in _permissions(view)
        ]
    for kinds, advice in _ADVICE:
        if isinstance(error, kinds):
            return [advice]
    return list(getattr(error, 'suggestions', ()))


def _permissions(view: APIView) -> list[str]:
    """The permissions an action asks for before it looks at the object."""
    rows = getattr(view, 'queryset', None)
    if rows is None:
        return []
    asking = [each for each in view.get_permissions() if isinstance(each, TokenPermissions)]
    names = [each.get_required_permissions(view.request.method, rows.model) for each in asking]
    return [name for some in names for name in some]


def _message(error: Exception, fallback: Any) -> str:
    if isinstance(error, ValidationError):
        return 'The body of the request is not valid.'
    if isinstance(fallback, Mapping) and 'detail' in fallback:
        return str(fallback['detail'])
    return str(error)
