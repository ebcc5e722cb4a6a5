"""Pages of operations: what was done, for whom, and how it ended. Nobody edits them."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from netbox.object_actions import BulkExport
from netbox.ui import layout
from netbox.ui.breadcrumbs import Breadcrumb, filtered_list_url
from netbox.ui.panels import ObjectsTablePanel
from netbox.views import generic
from utilities.views import register_model_view

from .. import filtersets, forms, tables
from ..models import SyncOperation
from ..ui import panels
from .content import changes_content, findings_content

__all__ = ['SyncOperationListView', 'SyncOperationView']


@register_model_view(SyncOperation, 'list', path='', detail=False)
class SyncOperationListView(generic.ObjectListView):
    queryset = SyncOperation.objects.defer('plan', 'findings')
    filterset = filtersets.SyncOperationFilterSet
    filterset_form = forms.SyncOperationFilterForm
    table = tables.SyncOperationTable
    actions = (BulkExport,)


@register_model_view(SyncOperation)
class SyncOperationView(generic.ObjectView):
    queryset = SyncOperation.objects.select_related('fabric', 'git_repository', 'job')
    actions = ()
    layout = layout.SimpleLayout(
        left_panels=[panels.OperationPanel()],
        right_panels=[panels.OperationResultPanel(), panels.OperationCountsPanel()],
        bottom_panels=[
            panels.FindingsPanel('findings'),
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
            'findings': findings_content(instance.findings, instance.findings_total),
            'changes': changes_content(instance.plan),
        }


# No change has this number: an operation without a request changed nothing in NetBox.
NO_REQUEST = '00000000-0000-0000-0000-000000000000'
