"""What a person can start on a fabric's page. Nothing works in the request: a job is queued."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from netbox.views.generic.base import BaseMultiObjectView, BaseObjectView
from utilities.htmx import htmx_partial
from utilities.views import GetReturnURLMixin, register_model_view

from ..choices import SyncOperationTypeChoices, TriggerTypeChoices
from ..jobs import enqueue_operation, enqueue_scan
from ..models import HedgehogFabric, SyncOperation
from ..object_actions import (
    IngestRawFiles,
    InitialiseDirectory,
    PublishEdits,
    ScanDuplicates,
    SyncFabric,
)
from ..sync.outbox import Editor
from .asking import AskingView, queued
from .fabric_status import fabric_state, status_address
from .progress import progress_address

__all__ = [
    'FabricBulkIngestView',
    'FabricBulkScanView',
    'FabricBulkSyncView',
    'FabricIngestRawView',
    'FabricInitialiseView',
    'FabricPublishView',
    'FabricStatusView',
    'FabricSyncView',
]


class _FabricActionView(AskingView):
    """Queues one operation and goes back to where the button was."""

    queryset = HedgehogFabric.objects.select_related('git_repository')
    operation_type = ''

    def ask(self, request: HttpRequest, instance: HedgehogFabric) -> SyncOperation:
        return _asked(request, instance, self.operation_type)

    def next_url(self, request: HttpRequest, instance: Any, operation: Any) -> str:
        return str(self.get_return_url(request, instance))


def _asked(
    request: HttpRequest,
    fabric: HedgehogFabric,
    operation_type: str,
    options: dict[str, Any] | None = None,
) -> SyncOperation:
    _job, operation = enqueue_operation(
        fabric,
        operation_type,
        user=request.user,
        trigger_type=TriggerTypeChoices.MANUAL,
        request_id=request.id,
        options=options,
    )
    return operation


@register_model_view(HedgehogFabric, 'init_gitops', path='init-gitops')
class FabricInitialiseView(_FabricActionView):
    action = InitialiseDirectory
    operation_type = SyncOperationTypeChoices.DIRECTORY_INIT


@register_model_view(HedgehogFabric, 'ingest_raw', path='ingest-raw')
class FabricIngestRawView(_FabricActionView):
    action = IngestRawFiles
    operation_type = SyncOperationTypeChoices.FILE_INGESTION


@register_model_view(HedgehogFabric, 'sync')
@register_model_view(HedgehogFabric, 'github_sync', path='github-sync')
class FabricSyncView(_FabricActionView):
    action = SyncFabric
    operation_type = SyncOperationTypeChoices.SYNC


@register_model_view(HedgehogFabric, 'publish')
class FabricPublishView(_FabricActionView):
    """A synchronisation that takes along what waits for somebody to say so."""

    action = PublishEdits
    operation_type = SyncOperationTypeChoices.SYNC

    def get_required_permission(self) -> str:
        # The button asks for `push` as well, for this very fabric.
        return 'netbox_hedgehog.sync_hedgehogfabric'

    def ask(self, request: HttpRequest, instance: HedgehogFabric) -> SyncOperation:
        return _asked(request, instance, self.operation_type, {'publish': True})


class _BulkActionView(GetReturnURLMixin, BaseMultiObjectView):
    """Queues an operation for each selected fabric, and leads to where all of them are seen."""

    queryset = HedgehogFabric.objects.select_related('git_repository')
    # What one has to be allowed on each fabric, and the button that says whether it can be done.
    permission = ''
    action: Any = None
    # What is queued for one fabric; returns its operation.
    ask: Any

    def get_required_permission(self) -> str:
        return f'netbox_hedgehog.{self.permission}_hedgehogfabric'

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect(self.get_return_url(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        wanted = [pk for pk in request.POST.getlist('pk') if pk.isdecimal()]
        started = []
        for fabric in self.queryset.filter(pk__in=wanted):
            if blocked := self.action.blocked_because(fabric):
                messages.error(request, f'{fabric}: {blocked}')
            else:
                started.append(queued(request, partial(self.ask, request, fabric)))
        operations = [operation for operation in started if operation is not None]
        if operations and request.user.has_perm('netbox_hedgehog.view_syncoperation'):
            return redirect(progress_address(operations))
        return redirect(self.get_return_url(request))


@register_model_view(HedgehogFabric, 'bulk_sync', path='sync', detail=False)
class FabricBulkSyncView(_BulkActionView):
    permission = 'sync'
    action = SyncFabric

    def ask(self, request: HttpRequest, fabric: HedgehogFabric) -> SyncOperation:
        return _asked(request, fabric, SyncOperationTypeChoices.SYNC)


@register_model_view(HedgehogFabric, 'bulk_ingest', path='ingest', detail=False)
class FabricBulkIngestView(_BulkActionView):
    permission = 'ingest'
    action = IngestRawFiles

    def ask(self, request: HttpRequest, fabric: HedgehogFabric) -> SyncOperation:
        return _asked(request, fabric, SyncOperationTypeChoices.FILE_INGESTION)


@register_model_view(HedgehogFabric, 'bulk_scan', path='scan', detail=False)
class FabricBulkScanView(_BulkActionView):
    permission = 'settle'
    action = ScanDuplicates

    def ask(self, request: HttpRequest, fabric: HedgehogFabric) -> SyncOperation:
        editor = Editor(request.user, request.id)
        return enqueue_scan(fabric, editor, TriggerTypeChoices.MANUAL)[1]


@register_model_view(HedgehogFabric, 'status')
class FabricStatusView(BaseObjectView):
    """The status panel's inside, asked for again while something runs."""

    queryset = HedgehogFabric.objects.select_related('sync_state', 'git_repository__state')

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.view_hedgehogfabric'

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        fabric = get_object_or_404(self.queryset, pk=pk)
        if not htmx_partial(request):
            return redirect(fabric.get_absolute_url())
        state = fabric_state(request, fabric)
        seen = request.GET.get('seen', '')
        if state['working']:
            # The page goes on showing what it showed when it was opened, whatever ended since.
            state['refresh_url'] = status_address(fabric, seen)
        response = render(request, 'netbox_hedgehog/inc/fabric_status.html', {'state': state})
        if not state['working'] and seen != state['token']:
            # Counts, findings and operations on the page have changed with it.
            response['HX-Refresh'] = 'true'
        return response
