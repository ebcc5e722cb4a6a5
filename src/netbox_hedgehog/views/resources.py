"""Pages of resources: one Hedgehog object, as Git has it and as it is drafted."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from extras.ui.panels import CustomFieldsPanel, TagsPanel
from netbox.object_actions import (
    AddObject,
    BulkDelete,
    BulkEdit,
    BulkExport,
    BulkImport,
    DeleteObject,
    EditObject,
)
from netbox.ui import layout
from netbox.ui.breadcrumbs import Breadcrumb, filtered_list_url
from netbox.ui.panels import CommentsPanel, PluginContentPanel
from netbox.views import generic
from utilities.forms import BulkDeleteForm
from utilities.views import register_model_view

from .. import filtersets, forms, tables
from ..choices import OPEN_CONFLICT_STATUSES, OPEN_OUTBOX_STATES, CheckpointReasonChoices
from ..models import ConflictResolution, HedgehogFabric, HedgehogResource, OutboxEntry
from ..object_actions import ExportYaml, MakeTemplate
from ..sync.checkpoints import take_if_known
from ..sync.drafts import current_text, draft_diff
from ..sync.fields import differing_fields
from ..ui import kinds, panels
from ..ui.code import diff_lines, yaml_lines
from ..ui.findings import marked_lines
from .content import findings_content, shown_value, side, spec_text
from .refreshing import RefreshingList
from .resource_place import place_of

__all__ = [
    'HedgehogResourceBulkDeleteView',
    'HedgehogResourceBulkEditView',
    'HedgehogResourceBulkImportView',
    'HedgehogResourceDeleteView',
    'HedgehogResourceEditView',
    'HedgehogResourceListView',
    'HedgehogResourceView',
]


@register_model_view(HedgehogResource, 'list', path='', detail=False)
class HedgehogResourceListView(RefreshingList, generic.ObjectListView):
    queryset = HedgehogResource.objects.all()
    filterset = filtersets.HedgehogResourceFilterSet
    filterset_form = forms.HedgehogResourceFilterForm
    table = tables.HedgehogResourceTable
    template_name = 'netbox_hedgehog/hedgehogresource_list.html'
    actions = (AddObject, BulkImport, ExportYaml, BulkExport, MakeTemplate, BulkEdit, BulkDelete)

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.GET.get('export') != 'yaml':
            return super().get(request)
        found = self.filterset(request.GET, self.queryset, request=request).qs
        return _yaml_stream(found.select_related('fabric', 'sync_state'))

    def get_extra_context(self, request: HttpRequest) -> dict[str, Any]:
        asked = request.GET.getlist('kind')
        title = kinds.LABELS.get(asked[0]) if len(asked) == 1 else None
        return {**super().get_extra_context(request), 'kind_title': title}


def _yaml_stream(resources: QuerySet[HedgehogResource]) -> HttpResponse:
    """One document an object, each with its text in Git and its draft put into it."""
    texts = (current_text(each) for each in resources.iterator(chunk_size=1000))
    whole = '---\n'.join(text if text.endswith('\n') else f'{text}\n' for text in texts)
    response = HttpResponse(whole, content_type='text/yaml; charset=utf-8')
    response['Content-Disposition'] = 'attachment; filename="hedgehog-resources.yaml"'
    return response


@register_model_view(HedgehogResource)
class HedgehogResourceView(generic.ObjectView):
    queryset = HedgehogResource.objects.select_related('fabric__git_repository', 'sync_state')
    # A copy would have the same identity; a new object starts from its kind's template.
    actions = (EditObject, DeleteObject)
    layout = layout.Layout(
        layout.Row(
            layout.Column(
                panels.OpenConflictPanel('open_conflict'),
                panels.OpenEntryPanel('open_entry'),
            )
        ),
        layout.Row(
            layout.Column(
                panels.ResourcePanel(),
                panels.MappingPanel('labels', title=_('Labels')),
                panels.MappingPanel('annotations', title=_('Annotations')),
                TagsPanel(),
                CommentsPanel(),
                PluginContentPanel('left_page'),
            ),
            layout.Column(
                panels.ResourceStatePanel(),
                panels.ResourcePlacePanel('place'),
                CustomFieldsPanel(),
                PluginContentPanel('right_page'),
            ),
        ),
        layout.Row(
            layout.Column(
                panels.FindingsPanel('findings'),
                panels.DifferingFieldsPanel(
                    'differing',
                    sides=(_('Desired (Git)'), _('Draft (NetBox)'), _('Actual (cluster)')),
                    title=_('Fields that differ'),
                ),
                panels.CodePanel('diff', title=_('What the draft changes in Git')),
                panels.CodePanel('text', title=_('YAML')),
                panels.SidesPanel('specs', title=_('Specification: desired, draft and actual')),
                PluginContentPanel('full_width_page'),
            )
        ),
        breadcrumbs=[
            Breadcrumb(
                'fabric',
                url=filtered_list_url('plugins:netbox_hedgehog:hedgehogresource_list', 'fabric_id'),
            ),
        ],
    )

    def get_extra_context(self, request: HttpRequest, instance: HedgehogResource) -> dict[str, Any]:
        found = instance.sync_state.findings
        diff = draft_diff(instance)
        return {
            'place': place_of(request, instance),
            'text': _text(instance, set() if diff else marked_lines(found)),
            'diff': {'html': diff_lines(diff), 'note': ''} if diff else None,
            'specs': _specs(instance),
            'differing': _differing(instance),
            'findings': findings_content(found, anchor='' if diff else 'L'),
            'open_conflict': open_conflict(request, instance),
            'open_entry': _open_entry(request, instance),
        }


def open_conflict(request: HttpRequest, resource: HedgehogResource) -> ConflictResolution | None:
    """The undecided conflict about this object, when the user may see it."""
    visible = ConflictResolution.objects.restrict(request.user, 'view')
    return visible.filter(resource=resource, resolution_status__in=OPEN_CONFLICT_STATUSES).first()


def _open_entry(request: HttpRequest, resource: HedgehogResource) -> OutboxEntry | None:
    """The edit of this object that Git has not confirmed, when the user may see it."""
    visible = OutboxEntry.objects.restrict(request.user, 'view')
    return visible.filter(resource=resource, state__in=OPEN_OUTBOX_STATES).last()


def _text(resource: HedgehogResource, marked: set[int]) -> dict[str, Any]:
    note = _('As drafted in NetBox; Git does not have this yet.') if resource.has_draft else ''
    return {'html': yaml_lines(current_text(resource), marked), 'note': note}


def _differing(resource: HedgehogResource) -> list[dict[str, Any]]:
    return [
        {'path': field.path, 'values': [shown_value(value) for value in field.values]}
        for field in differing_fields(resource)
    ]


def _specs(resource: HedgehogResource) -> list[dict[str, Any]]:
    state = resource.sync_state
    return [
        side(
            _('Desired (Git)'),
            spec_text(resource.desired_spec),
            note=state.desired_commit[:12],
            absent=_('Not in Git yet.'),
            anchor='D',
        ),
        side(
            _('Draft (NetBox)'),
            spec_text(resource.draft_spec),
            absent=_('No draft.'),
            anchor='N',
        ),
        side(
            _('Actual (cluster)'),
            spec_text(state.actual_spec),
            absent=_('Unknown: no cluster has been read.'),
            anchor='A',
        ),
    ]


@register_model_view(HedgehogResource, 'add', detail=False)
@register_model_view(HedgehogResource, 'edit')
class HedgehogResourceEditView(generic.ObjectEditView):
    queryset = HedgehogResource.objects.select_related('fabric', 'sync_state')
    form = forms.HedgehogResourceForm
    template_name = 'netbox_hedgehog/hedgehogresource_edit.html'

    def get_extra_context(self, request: HttpRequest, instance: HedgehogResource) -> dict[str, Any]:
        adding = instance._state.adding
        return {
            'new_kinds': kinds.GROUPS if adding else (),
            'chosen_kind': request.GET.get('kind', ''),
            'chosen_fabric': request.GET.get('fabric', ''),
            'blocked_by': None if adding else open_conflict(request, instance),
            'check_url': _typed_text_url(instance, 'check'),
            'fields_url': _typed_text_url(instance, 'fields'),
        }


def _typed_text_url(resource: HedgehogResource, action: str) -> str:
    name = f'plugins:netbox_hedgehog:hedgehogresource_{action}'
    return reverse(name, args=[resource.pk]) if resource.pk else reverse(f'{name}_new')


@register_model_view(HedgehogResource, 'delete')
class HedgehogResourceDeleteView(generic.ObjectDeleteView):
    queryset = HedgehogResource.objects.all()


@register_model_view(HedgehogResource, 'bulk_import', path='import', detail=False)
class HedgehogResourceBulkImportView(generic.BulkImportView):
    queryset = HedgehogResource.objects.all()
    model_form = forms.HedgehogResourceImportForm


@register_model_view(HedgehogResource, 'bulk_edit', path='edit', detail=False)
class HedgehogResourceBulkEditView(generic.BulkEditView):
    queryset = HedgehogResource.objects.all()
    filterset = filtersets.HedgehogResourceFilterSet
    table = tables.HedgehogResourceTable
    form = forms.HedgehogResourceBulkEditForm


@register_model_view(HedgehogResource, 'bulk_delete', path='delete', detail=False)
class HedgehogResourceBulkDeleteView(generic.BulkDeleteView):
    queryset = HedgehogResource.objects.all()
    filterset = filtersets.HedgehogResourceFilterSet
    table = tables.HedgehogResourceTable

    def post(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Keeps the state before so many objects go at once."""
        if '_confirm' in request.POST and BulkDeleteForm(HedgehogResource, request.POST).is_valid():
            for fabric in self._fabrics(request):
                take_if_known(fabric, CheckpointReasonChoices.BULK_DELETION, request.user)
        return super().post(request, **kwargs)

    def _fabrics(self, request: HttpRequest) -> QuerySet[HedgehogFabric]:
        chosen = self.queryset
        if request.POST.get('_all'):
            chosen = self.filterset(request.GET, chosen, request=request).qs
        else:
            wanted = [pk for pk in request.POST.getlist('pk') if pk.isdecimal()]
            chosen = chosen.filter(pk__in=wanted)
        return HedgehogFabric.objects.filter(pk__in=chosen.order_by().values('fabric_id'))
