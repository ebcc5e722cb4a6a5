"""The page of one synchronisation that is to be another one than the button's."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from netbox.views.generic.base import BaseObjectView
from utilities.views import GetReturnURLMixin, register_model_view

from .. import forms
from ..choices import OPEN_OUTBOX_STATES, SyncOperationTypeChoices, TriggerTypeChoices
from ..jobs import enqueue_operation
from ..models import HedgehogFabric, OutboxEntry, SyncOperation
from ..object_actions import SyncWithOptions
from .asking import queued

__all__ = ['FabricSyncOptionsView']

# So many of the edits that wait are named beside the form.
_NAMED = 50


@register_model_view(HedgehogFabric, 'sync_options', path='sync-options')
class FabricSyncOptionsView(GetReturnURLMixin, BaseObjectView):
    """Asks what is to be different, and queues the operation."""

    queryset = HedgehogFabric.objects.select_related('git_repository')

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.sync_hedgehogfabric'

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        fabric = get_object_or_404(self.queryset, pk=pk)
        if blocked := SyncWithOptions.blocked_because(fabric):
            messages.error(request, blocked)
            return redirect(fabric.get_absolute_url())
        form = forms.SyncOptionsForm(fabric=fabric, user=request.user)
        return self._shown(request, fabric, form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        fabric = get_object_or_404(self.queryset, pk=pk)
        if blocked := SyncWithOptions.blocked_because(fabric):
            messages.error(request, blocked)
            return redirect(fabric.get_absolute_url())
        form = forms.SyncOptionsForm(request.POST, fabric=fabric, user=request.user)
        if not form.is_valid():
            return self._shown(request, fabric, form)
        operation = queued(request, lambda: _asked(request, fabric, form.options))
        if operation is None:
            return self._shown(request, fabric, form)
        return redirect(operation.get_absolute_url())

    def _shown(
        self, request: HttpRequest, fabric: HedgehogFabric, form: forms.SyncOptionsForm
    ) -> HttpResponse:
        waiting = OutboxEntry.objects.restrict(request.user, 'view').filter(
            fabric=fabric, state__in=OPEN_OUTBOX_STATES
        )
        context = {
            'object': fabric,
            'form': form,
            'return_url': self.get_return_url(request, fabric),
            'waiting': waiting.order_by('kind', 'name', 'pk')[:_NAMED],
            'waiting_total': waiting.count(),
        }
        return render(request, 'netbox_hedgehog/sync_options.html', context)


def _asked(request: HttpRequest, fabric: HedgehogFabric, options: dict[str, Any]) -> SyncOperation:
    return enqueue_operation(
        fabric,
        SyncOperationTypeChoices.SYNC,
        user=request.user,
        trigger_type=TriggerTypeChoices.MANUAL,
        request_id=request.id,
        options=options,
    )[1]
