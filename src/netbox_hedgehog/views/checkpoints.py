"""Pages of checkpoints: states of a fabric one can go back to."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from netbox.object_actions import BulkExport
from netbox.ui import layout
from netbox.ui.breadcrumbs import Breadcrumb, filtered_list_url
from netbox.views import generic
from netbox.views.generic.base import BaseObjectView
from utilities.views import ViewTab, register_model_view

from .. import filtersets, forms, tables
from ..choices import CheckpointReasonChoices, TriggerTypeChoices
from ..jobs import enqueue_restore
from ..models import Checkpoint, HedgehogFabric, SyncOperation
from ..object_actions import MakeCheckpoint, RollBack
from ..sync.checkpoints import take
from ..sync.fabric_counts import counts_of
from ..sync.versions import NeedsPerson
from ..ui import panels
from .asking import AskingView
from .content import changes_content
from .refreshing import RefreshingList, RefreshingTab

__all__ = [
    'CheckpointListView',
    'CheckpointRollbackView',
    'CheckpointView',
    'FabricCheckpointsView',
    'FabricMakeCheckpointView',
]


@register_model_view(Checkpoint, 'list', path='', detail=False)
class CheckpointListView(RefreshingList, generic.ObjectListView):
    queryset = Checkpoint.objects.all()
    filterset = filtersets.CheckpointFilterSet
    filterset_form = forms.CheckpointFilterForm
    table = tables.CheckpointTable
    actions = (BulkExport,)


@register_model_view(Checkpoint)
class CheckpointView(generic.ObjectView):
    queryset = Checkpoint.objects.select_related('fabric__git_repository', 'sync_operation')
    actions = (RollBack,)
    layout = layout.SimpleLayout(
        left_panels=[panels.CheckpointPanel()],
        right_panels=[
            panels.CheckpointContentPanel(),
            panels.MappingPanel('settings', title=_('Settings')),
        ],
        bottom_panels=[panels.ChangesPanel('files', title=_('What was replaced then'))],
        breadcrumbs=[
            Breadcrumb(
                'fabric',
                url=filtered_list_url('plugins:netbox_hedgehog:checkpoint_list', 'fabric_id'),
            ),
        ],
    )

    def get_extra_context(self, request: HttpRequest, instance: Checkpoint) -> dict[str, Any]:
        rows = [{**each, 'reason': each['blob'][:12]} for each in instance.files]
        changes = {'changes': rows, 'changes_total': instance.files_total}
        return {'files': changes_content(changes)}


@register_model_view(Checkpoint, 'rollback')
class CheckpointRollbackView(AskingView):
    """Asks for everything to be as it was."""

    queryset = Checkpoint.objects.select_related('fabric__git_repository')
    action = RollBack

    def ask(self, request: HttpRequest, instance: Checkpoint) -> SyncOperation:
        options = {'checkpoint': instance.pk, 'to_commit': instance.commit}
        manual = TriggerTypeChoices.MANUAL
        return enqueue_restore(instance.fabric, options, request.user, manual, request.id)[1]


@register_model_view(HedgehogFabric, 'checkpoints')
class FabricCheckpointsView(RefreshingTab, generic.ObjectChildrenView):
    """The checkpoints of a fabric, made by hand and by themselves."""

    queryset = HedgehogFabric.objects.all()
    child_model = Checkpoint
    table = tables.CheckpointTable
    filterset = filtersets.CheckpointFilterSet
    filterset_form = forms.CheckpointFilterForm
    actions = (MakeCheckpoint,)
    tab = ViewTab(
        label=_('Checkpoints'),
        badge=lambda fabric: counts_of(fabric).checkpoints,
        permission='netbox_hedgehog.view_checkpoint',
        weight=560,
    )

    def get_children(self, request: HttpRequest, parent: HedgehogFabric) -> QuerySet[Checkpoint]:
        return Checkpoint.objects.restrict(request.user, 'view').filter(fabric=parent)

    def get_table(self, *args: Any, **kwargs: Any) -> Any:
        table = super().get_table(*args, **kwargs)
        table.columns.hide('fabric')
        return table


@register_model_view(HedgehogFabric, 'make_checkpoint', path='make-checkpoint')
class FabricMakeCheckpointView(BaseObjectView):
    """Keeps the state of now."""

    queryset = HedgehogFabric.objects.select_related('git_repository')

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.push_hedgehogfabric'

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect(get_object_or_404(self.queryset, pk=pk).get_absolute_url())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        fabric = get_object_or_404(self.queryset, pk=pk)
        form = forms.CheckpointForm(request.POST)
        said = form.cleaned_data if form.is_valid() else {}
        try:
            made = take(
                fabric,
                CheckpointReasonChoices.MANUAL,
                request.user,
                name=said.get('name', ''),
                note=said.get('note', ''),
            )
        except NeedsPerson as error:
            messages.error(request, str(error))
            return redirect(fabric.get_absolute_url())
        messages.success(request, gettext('This state is kept.'))
        return redirect(made.get_absolute_url())
