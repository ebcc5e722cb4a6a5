"""Buttons that queue an operation: one kind of view, and one way to say what became of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from netbox.views.generic.base import BaseObjectView
from utilities.exceptions import RQWorkerNotRunningException
from utilities.permissions import get_permission_for_model
from utilities.views import GetReturnURLMixin

from ..models import SyncOperation
from ..sync.waiting import NeedsPerson

__all__ = ['AskingView', 'queued']


class AskingView(GetReturnURLMixin, BaseObjectView):
    """The button `action` of an object's page: `ask` queues its operation, which is then shown.

    `ask` gets the request and the object, and returns the operation. Nothing works in the request.
    """

    action: Any = None
    ask: Any

    def next_url(self, request: HttpRequest, instance: Any, operation: SyncOperation | None) -> str:
        """Where the browser goes then: to the operation, or back."""
        return str((operation or instance).get_absolute_url())

    def get_required_permission(self) -> str:
        (permission,) = self.action.permissions_required
        return get_permission_for_model(self.queryset.model, permission)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect(get_object_or_404(self.queryset, pk=pk).get_absolute_url())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        instance = get_object_or_404(self.queryset, pk=pk)
        if not self.action.is_permitted(request.user, instance):
            raise PermissionDenied
        operation = None
        if blocked := self.action.blocked_because(instance):
            messages.error(request, blocked)
        else:
            operation = queued(request, lambda: self.ask(request, instance))
        return redirect(self.next_url(request, instance, operation))


def queued(request: HttpRequest, ask: Callable[[], SyncOperation]) -> SyncOperation | None:
    """Asks for an operation and says so; None where that cannot be, and it is said why."""
    try:
        operation = ask()
    except RQWorkerNotRunningException as problem:
        messages.error(request, str(problem.detail))
        return None
    except NeedsPerson as error:
        messages.error(request, error.message)
        return None
    said = format_html(
        _('Queued {operation} of {fabric}.'),
        operation=format_html('<a href="{}">{}</a>', operation.get_absolute_url(), operation),
        fabric=operation.fabric,
    )
    messages.success(request, said)
    return operation
