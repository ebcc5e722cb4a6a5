"""Pages of fabrics: list, detail with its tabs, edit, bulk work."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from extras.ui.panels import CustomFieldsPanel, TagsPanel
from netbox.object_actions import (
    AddObject,
    BulkDelete,
    BulkEdit,
    BulkExport,
    BulkImport,
    BulkRename,
    CloneObject,
    DeleteObject,
    EditObject,
)
from netbox.ui import layout
from netbox.ui.panels import CommentsPanel, ObjectsTablePanel
from netbox.views import generic
from utilities.query import count_related
from utilities.views import ViewTab, register_model_view

from .. import filtersets, forms, tables
from ..models import (
    ConflictResolution,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    RawUpload,
    SyncOperation,
)
from ..object_actions import (
    BulkIngestFabrics,
    BulkScanFabrics,
    BulkSyncFabrics,
    CheckFabric,
    IngestRawFiles,
    InitialiseDirectory,
    OnboardFabric,
    PublishEdits,
    ScanFabric,
    SyncFabric,
    SyncWithOptions,
    UploadFiles,
)
from ..sync.fabric_counts import counts_of
from ..ui import panels
from ..ui.live import listening_to
from .content import findings_content
from .fabric_numbers import contents_of, finding_counts
from .fabric_status import fabric_state
from .refreshing import RefreshingList, RefreshingTab

__all__ = [
    'FabricConflictsView',
    'FabricOperationsView',
    'FabricOutboxView',
    'FabricResourcesView',
    'FabricUploadsView',
    'HedgehogFabricBulkDeleteView',
    'HedgehogFabricBulkEditView',
    'HedgehogFabricBulkImportView',
    'HedgehogFabricBulkRenameView',
    'HedgehogFabricDeleteView',
    'HedgehogFabricEditView',
    'HedgehogFabricListView',
    'HedgehogFabricView',
]

WITH_COUNTS = HedgehogFabric.objects.select_related('sync_state', 'git_repository__state').annotate(
    resource_count=count_related(HedgehogResource, 'fabric')
)


@register_model_view(HedgehogFabric, 'list', path='', detail=False)
class HedgehogFabricListView(RefreshingList, generic.ObjectListView):
    queryset = WITH_COUNTS
    filterset = filtersets.HedgehogFabricFilterSet
    filterset_form = forms.HedgehogFabricFilterForm
    table = tables.HedgehogFabricTable
    actions = (
        OnboardFabric,
        AddObject,
        BulkImport,
        BulkExport,
        BulkSyncFabrics,
        BulkIngestFabrics,
        BulkScanFabrics,
        BulkEdit,
        BulkRename,
        BulkDelete,
    )


@register_model_view(HedgehogFabric)
class HedgehogFabricView(generic.ObjectView):
    queryset = HedgehogFabric.objects.select_related('sync_state', 'git_repository__state')
    actions = (
        InitialiseDirectory,
        SyncFabric,
        SyncWithOptions,
        PublishEdits,
        CheckFabric,
        ScanFabric,
        IngestRawFiles,
        UploadFiles,
        CloneObject,
        EditObject,
        DeleteObject,
    )
    layout = layout.SimpleLayout(
        left_panels=[
            panels.FabricStatusPanel('fabric_state'),
            panels.FabricGitPanel(),
            TagsPanel(),
            CommentsPanel(),
        ],
        right_panels=[
            panels.FabricPanel(),
            panels.FabricContentsPanel('contents'),
            panels.FindingCountsPanel('finding_counts'),
            panels.FabricPolicyPanel(),
            CustomFieldsPanel(),
        ],
        bottom_panels=[
            panels.FindingsPanel('findings', title=_('Findings of the last operation')),
            ObjectsTablePanel(
                model='netbox_hedgehog.SyncOperation',
                title=_('Latest operations'),
                filters={
                    'fabric_id': lambda context: context['object'].pk,
                    'per_page': 10,
                },
                exclude_columns=['fabric'],
            ),
        ],
    )

    def get_extra_context(self, request: HttpRequest, instance: HedgehogFabric) -> dict[str, Any]:
        state = fabric_state(request, instance)
        return {
            'fabric_state': {**state, 'listening': listening_to(request, instance)},
            'contents': contents_of(request, instance),
            'finding_counts': finding_counts(request, instance),
            'findings': findings_content(
                state['findings'], state['findings_total'], fabric=instance
            ),
        }


class _FabricTab(RefreshingTab, generic.ObjectChildrenView):
    """A tab with the rows of one model that belong to the fabric."""

    queryset = HedgehogFabric.objects.all()
    actions = (BulkExport,)

    def get_children(self, request: HttpRequest, parent: HedgehogFabric) -> QuerySet[Any]:
        return self.child_model.objects.restrict(request.user, 'view').filter(fabric=parent)

    def get_table(self, *args: Any, **kwargs: Any) -> Any:
        table = super().get_table(*args, **kwargs)
        table.columns.hide('fabric')
        return table


@register_model_view(HedgehogFabric, 'resources')
class FabricResourcesView(_FabricTab):
    child_model = HedgehogResource
    table = tables.HedgehogResourceTable
    filterset = filtersets.HedgehogResourceFilterSet
    filterset_form = forms.HedgehogResourceFilterForm
    actions = (BulkEdit, BulkDelete)
    tab = ViewTab(
        label=_('Resources'),
        badge=lambda fabric: counts_of(fabric).resources,
        permission='netbox_hedgehog.view_hedgehogresource',
        weight=500,
    )


@register_model_view(HedgehogFabric, 'operations')
class FabricOperationsView(_FabricTab):
    child_model = SyncOperation
    table = tables.SyncOperationTable
    filterset = filtersets.SyncOperationFilterSet
    filterset_form = forms.SyncOperationFilterForm
    actions = ()
    tab = ViewTab(
        label=_('Operations'),
        badge=lambda fabric: counts_of(fabric).operations,
        permission='netbox_hedgehog.view_syncoperation',
        weight=510,
    )


@register_model_view(HedgehogFabric, 'conflicts')
class FabricConflictsView(_FabricTab):
    """All conflicts of the fabric; the badge counts the open ones."""

    child_model = ConflictResolution
    table = tables.ConflictResolutionTable
    filterset = filtersets.ConflictResolutionFilterSet
    filterset_form = forms.ConflictResolutionFilterForm
    actions = ()
    tab = ViewTab(
        label=_('Conflicts'),
        badge=lambda fabric: counts_of(fabric).conflicts,
        permission='netbox_hedgehog.view_conflictresolution',
        weight=520,
    )


@register_model_view(HedgehogFabric, 'outbox')
class FabricOutboxView(_FabricTab):
    """All outbox entries of the fabric; the badge counts those not published yet."""

    child_model = OutboxEntry
    table = tables.OutboxEntryTable
    filterset = filtersets.OutboxEntryFilterSet
    filterset_form = forms.OutboxEntryFilterForm
    actions = ()
    tab = ViewTab(
        label=_('Outbox'),
        badge=lambda fabric: counts_of(fabric).outbox,
        permission='netbox_hedgehog.view_outboxentry',
        weight=530,
    )


@register_model_view(HedgehogFabric, 'uploads')
class FabricUploadsView(_FabricTab):
    """All files handed over for the fabric; the badge counts those not in Git yet."""

    child_model = RawUpload
    table = tables.RawUploadTable
    filterset = filtersets.RawUploadFilterSet
    filterset_form = forms.RawUploadFilterForm
    actions = (UploadFiles,)
    tab = ViewTab(
        label=_('Uploads'),
        badge=lambda fabric: counts_of(fabric).uploads,
        permission='netbox_hedgehog.view_rawupload',
        weight=540,
    )

    def get_children(self, request: HttpRequest, parent: HedgehogFabric) -> QuerySet[Any]:
        return super().get_children(request, parent).defer('content')


@register_model_view(HedgehogFabric, 'add', detail=False)
@register_model_view(HedgehogFabric, 'edit')
class HedgehogFabricEditView(generic.ObjectEditView):
    queryset = HedgehogFabric.objects.all()
    form = forms.HedgehogFabricForm


@register_model_view(HedgehogFabric, 'delete')
class HedgehogFabricDeleteView(generic.ObjectDeleteView):
    queryset = HedgehogFabric.objects.all()


@register_model_view(HedgehogFabric, 'bulk_import', path='import', detail=False)
class HedgehogFabricBulkImportView(generic.BulkImportView):
    queryset = HedgehogFabric.objects.all()
    model_form = forms.HedgehogFabricImportForm


@register_model_view(HedgehogFabric, 'bulk_edit', path='edit', detail=False)
class HedgehogFabricBulkEditView(generic.BulkEditView):
    queryset = WITH_COUNTS
    filterset = filtersets.HedgehogFabricFilterSet
    table = tables.HedgehogFabricTable
    form = forms.HedgehogFabricBulkEditForm


@register_model_view(HedgehogFabric, 'bulk_rename', path='rename', detail=False)
class HedgehogFabricBulkRenameView(generic.BulkRenameView):
    queryset = HedgehogFabric.objects.all()
    filterset = filtersets.HedgehogFabricFilterSet


@register_model_view(HedgehogFabric, 'bulk_delete', path='delete', detail=False)
class HedgehogFabricBulkDeleteView(generic.BulkDeleteView):
    queryset = WITH_COUNTS
    filterset = filtersets.HedgehogFabricFilterSet
    table = tables.HedgehogFabricTable
