"""How far operations are: the part of a page that refreshes itself, and one page for many."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from netbox.views.generic.base import BaseMultiObjectView, BaseObjectView
from utilities.htmx import htmx_partial
from utilities.views import register_model_view

from ..models import SyncOperation
from ..ui.live import listening_to, numbers_in, ranges
from ..ui.progress import log_lines, shown_progress

__all__ = ['OperationProgressView', 'OperationsProgressView', 'operation_live', 'progress_address']

# What HTMX takes for "do not ask again".
STOP_POLLING = 286

SHOWN = SyncOperation.objects.select_related('fabric', 'job').defer('plan', 'findings', 'payload')


def operation_live(request: HttpRequest, operation: SyncOperation) -> dict[str, Any]:
    """What the moving part of an operation's page shows."""
    (progress,) = shown_progress([operation])
    return {
        'progress': progress,
        'lines': log_lines(operation, request.user),
        'url': reverse('plugins:netbox_hedgehog:syncoperation_progress', args=[operation.pk]),
    }


def progress_address(operations: list[SyncOperation]) -> str:
    """The page with a bar for each of these operations."""
    page = reverse('plugins:netbox_hedgehog:syncoperation_bulk_progress')
    return f'{page}?operations={ranges(each.pk for each in operations)}'


@register_model_view(SyncOperation, 'progress')
class OperationProgressView(BaseObjectView):
    """The bar and the log of one operation, asked for again until it is over."""

    queryset = SHOWN

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.view_syncoperation'

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        operation = get_object_or_404(self.queryset, pk=pk)
        if not htmx_partial(request):
            return redirect(operation.get_absolute_url())
        live = operation_live(request, operation)
        response = render(request, 'netbox_hedgehog/inc/operation_live.html', {'live': live})
        if live['progress'].over:
            # The rest of the page, its buttons too, is another one now.
            response.status_code = STOP_POLLING
            response['HX-Refresh'] = 'true'
        return response


@register_model_view(SyncOperation, 'bulk_progress', path='progress', detail=False)
class OperationsProgressView(BaseMultiObjectView):
    """One bar for each of several operations: those that were started together."""

    queryset = SHOWN

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.view_syncoperation'

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = numbers_in(request.GET.get('operations', ''))
        operations = list(self.queryset.filter(pk__in=wanted).order_by('fabric__name', 'pk'))
        shown = shown_progress(operations)
        over = sum(each.over for each in shown)
        context = {
            'shown': shown,
            'over': over,
            'failed': sum(each.operation.status == 'failed' for each in shown),
            'running': over < len(shown),
            'url': progress_address(operations),
            'listening': listening_to(request, operations),
        }
        if not htmx_partial(request):
            return render(request, 'netbox_hedgehog/operations_progress.html', context)
        response = render(request, 'netbox_hedgehog/inc/operations_progress.html', context)
        if not context['running']:
            response.status_code = STOP_POLLING
        return response
