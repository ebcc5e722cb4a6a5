"""One shape for every failed action: what happened, why in one stable word, and what to do."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
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
from rest_framework.request import Request
from utilities.exceptions import PreconditionFailed, RQWorkerNotRunningException

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
    ((Http404, NotFound), ('FABRIC_NOT_FOUND', 'NotFound')),
)


class ActionError(APIException):
    """An action that cannot be carried out. `error_code` is of a closed, documented set."""

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
    ) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.error_code = error_code
        self.reason = reason
        self.suggestions = suggestions
        self.extra = dict(details or {})


def error_body(error: Exception, request: Request, fallback: Any) -> dict[str, Any]:
    """The body of an action's error answer; `fallback` is what DRF would have said."""
    error_code, reason = _words(error)
    return {
        'success': False,
        'error': _message(error, fallback),
        'error_code': error_code,
        'reason': reason,
        'details': {
            'field_errors': fallback if isinstance(error, ValidationError) else {},
            'validation_errors': [],
            'suggestions': _suggestions(error),
            **getattr(error, 'extra', {}),
        },
        'request_id': str(request.id) if getattr(request, 'id', None) else None,
        'timestamp': timezone.now().isoformat(),
    }


def _words(error: Exception) -> tuple[str, str]:
    if isinstance(error, ActionError):
        return error.error_code, error.reason
    for kinds, words in KNOWN:
        if isinstance(error, kinds):
            return words
    return 'VALIDATION_FAILED', type(error).__name__


def _suggestions(error: Exception) -> list[str]:
    if isinstance(error, Throttled):
        return [f'Ask again in {error.wait} seconds.']
    if isinstance(error, PreconditionFailed):
        return ['Read the object again, and send the ETag of that answer as If-Match.']
    return list(getattr(error, 'suggestions', ()))


def _message(error: Exception, fallback: Any) -> str:
    if isinstance(error, ValidationError):
        return 'The body of the request is not valid.'
    if isinstance(fallback, Mapping) and 'detail' in fallback:
        return str(fallback['detail'])
    return str(error)
