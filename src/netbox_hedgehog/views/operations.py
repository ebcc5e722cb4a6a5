"""Pages of operations: what was done, for whom, and how it ended. Nobody edits them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from netbox.object_actions import BulkExport
from netbox.ui import layout
from netbox.ui.breadcrumbs import Breadcrumb, filtered_list_url
from netbox.ui.panels import ObjectsTablePanel
from netbox.views import generic
from netbox.views.generic.base import BaseObjectView
from utilities.views import register_model_view

from .. import filtersets, forms, tables
from ..choices import TriggerTypeChoices
from ..jobs import enqueue_undo
from ..models import SyncOperation
from ..object_actions import CancelOperation, RestoreToOperation, UndoOperation
from ..sync.asked_words import asked_for
from ..sync.cancel import NeedsPerson, request_cancel
from ..ui import panels
from ..ui.live import listening_to
from .asking import AskingView
from .content import changes_content, findings_content, import_content
from .progress import operation_live
from .refreshing import RefreshingList

__all__ = [
    'SyncOperationCancelView',
    'SyncOperationListView',
    'SyncOperationUndoView',
    'SyncOperationView',
]


@register_model_view(SyncOperation, 'list', path='', detail=False)
class SyncOperationListView(RefreshingList, generic.ObjectListView):
    queryset = SyncOperation.objects.defer('plan', 'findings', 'payload')
    filterset = filtersets.SyncOperationFilterSet
    filterset_form = forms.SyncOperationFilterForm
    table = tables.SyncOperationTable
    actions = (BulkExport,)


@register_model_view(SyncOperation)
class SyncOperationView(generic.ObjectView):
    queryset = SyncOperation.objects.select_related('fabric', 'git_repository', 'job')
    actions = (CancelOperation, RestoreToOperation, UndoOperation)
    layout = layout.SimpleLayout(
        left_panels=[
            panels.OperationLivePanel('live'),
            panels.OperationPanel(),
            panels.AskedForPanel('asked'),
        ],
        right_panels=[panels.OperationResultPanel(), panels.OperationCountsPanel()],
        bottom_panels=[
            panels.FindingsPanel('findings'),
            panels.RenderReportsPanel('reports'),
            panels.DeviceImportPanel('imported'),
            panels.ChangesPanel('changes'),
            ObjectsTablePanel(
                model='netbox_hedgehog.SyncOperation',
                title=_('Parts of this operation'),
                filters={'parent_id': lambda context: context['object'].pk},
            ),
            ObjectsTablePanel(
                model='core.ObjectChange',
                title=_('Changes in NetBox'),
                filters={'request_id': lambda context: context['object'].request_id or NO_REQUEST},
            ),
        ],
        breadcrumbs=[
            Breadcrumb(
                'fabric',
                url=filtered_list_url('plugins:netbox_hedgehog:syncoperation_list', 'fabric_id'),
            ),
        ],
    )

    def get_extra_context(self, request: HttpRequest, instance: SyncOperation) -> dict[str, Any]:
        return {
            'live': {
                **operation_live(request, instance),
                'listening': listening_to(request, instance),
            },
            'asked': asked_for(instance),
            'findings': findings_content(
                instance.findings, instance.findings_total, fabric=instance.fabric
            ),
            'reports': (instance.plan or {}).get('reports'),
            'imported': import_content((instance.plan or {}).get('import')),
            'changes': changes_content(instance.plan),
        }


@register_model_view(SyncOperation, 'cancel')
class SyncOperationCancelView(BaseObjectView):
    """Stops an operation that waits or runs."""

    queryset = SyncOperation.objects.all()

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.cancel_syncoperation'

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect(get_object_or_404(self.queryset, pk=pk).get_absolute_url())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        operation = get_object_or_404(self.queryset, pk=pk)
        try:
            operation = request_cancel(operation.pk, request.user)
        except NeedsPerson as error:
            messages.error(request, error.message)
        else:
            said = gettext('It stops at the next safe point.')
            messages.success(request, said if operation.running else gettext('Cancelled.'))
        return redirect(operation.get_absolute_url())


@register_model_view(SyncOperation, 'undo')
class SyncOperationUndoView(AskingView):
    """Queues the operation that takes this one back."""

    queryset = SyncOperation.objects.select_related('fabric__git_repository')
    action = UndoOperation

    def ask(self, request: HttpRequest, instance: SyncOperation) -> SyncOperation:
        return enqueue_undo(instance, request.user, TriggerTypeChoices.MANUAL, request.id)[1]


# No change has this number: an operation without a request changed nothing in NetBox.
NO_REQUEST = '00000000-0000-0000-0000-000000000000'
