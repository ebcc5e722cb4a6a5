"""Pages of duplicate groups: which files describe the same object, which counts, and why."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from netbox.object_actions import BulkExport
from netbox.ui import layout
from netbox.ui.breadcrumbs import Breadcrumb, filtered_list_url
from netbox.views import generic
from utilities.views import ViewTab, register_model_view

from .. import filtersets, forms, tables
from ..models import HedgehogFabric, YAMLDuplicateGroup
from ..object_actions import (
    BulkSettleDuplicates,
    IgnoreDuplicates,
    ReconsiderDuplicates,
    ScanDuplicates,
    SettleDuplicates,
    UndoSettlement,
)
from ..sync.duplicate_fields import NOT_THERE, read_fields
from ..sync.duplicate_status import duplicate_status
from ..sync.fabric_counts import counts_of
from ..ui import panels
from ..ui.places import file_address
from .content import shown_value, side
from .near_duplicates import near_rows
from .refreshing import RefreshingList, RefreshingTab

__all__ = [
    'FabricDuplicatesView',
    'YAMLDuplicateGroupListView',
    'YAMLDuplicateGroupView',
    'compared_files',
]

LISTED = YAMLDuplicateGroup.objects.select_related('fabric', 'winner')

# Near duplicates shown on a fabric's tab; their own list has all that are kept.
MAX_NEAR = 10
# Files shown side by side; a group of more is listed, not shown in full.
MAX_SIDES = 6


@register_model_view(YAMLDuplicateGroup, 'list', path='', detail=False)
class YAMLDuplicateGroupListView(RefreshingList, generic.ObjectListView):
    queryset = LISTED
    filterset = filtersets.YAMLDuplicateGroupFilterSet
    filterset_form = forms.YAMLDuplicateGroupFilterForm
    table = tables.YAMLDuplicateGroupTable
    actions = (BulkExport, BulkSettleDuplicates)


@register_model_view(YAMLDuplicateGroup)
class YAMLDuplicateGroupView(generic.ObjectView):
    queryset = YAMLDuplicateGroup.objects.select_related(
        'fabric__git_repository', 'winner', 'policy', 'detected_in', 'resolved_in', 'resolved_by'
    )
    actions = (SettleDuplicates, IgnoreDuplicates, ReconsiderDuplicates, UndoSettlement)
    layout = layout.SimpleLayout(
        left_panels=[panels.DuplicateGroupPanel()],
        right_panels=[panels.DuplicateOutcomePanel()],
        bottom_panels=[
            panels.DuplicateFilesPanel('compared'),
            panels.DuplicateFieldsPanel('compared', title=_('What differs')),
            panels.SidesPanel('sides', title=_('Side by side')),
        ],
        breadcrumbs=[
            Breadcrumb(
                'fabric',
                url=filtered_list_url(
                    'plugins:netbox_hedgehog:yamlduplicategroup_list', 'fabric_id'
                ),
            ),
        ],
    )

    def get_extra_context(
        self, request: HttpRequest, instance: YAMLDuplicateGroup
    ) -> dict[str, Any]:
        compared = compared_files(instance)
        return {'compared': compared, 'sides': compared['sides']}


@register_model_view(HedgehogFabric, 'duplicates')
class FabricDuplicatesView(RefreshingTab, generic.ObjectChildrenView):
    """The groups of a fabric, and how the last search went; the badge counts the open ones."""

    queryset = HedgehogFabric.objects.select_related('sync_state', 'git_repository')
    child_model = YAMLDuplicateGroup
    table = tables.YAMLDuplicateGroupTable
    filterset = filtersets.YAMLDuplicateGroupFilterSet
    filterset_form = forms.YAMLDuplicateGroupFilterForm
    template_name = 'netbox_hedgehog/fabric_duplicates.html'
    actions = (ScanDuplicates, BulkSettleDuplicates)
    tab = ViewTab(
        label=_('Duplicates'),
        badge=lambda fabric: counts_of(fabric).duplicates,
        permission='netbox_hedgehog.view_yamlduplicategroup',
        weight=525,
    )

    def get_children(
        self, request: HttpRequest, parent: HedgehogFabric
    ) -> QuerySet[YAMLDuplicateGroup]:
        return LISTED.restrict(request.user, 'view').filter(fabric=parent)

    def get_table(self, *args: Any, **kwargs: Any) -> Any:
        table = super().get_table(*args, **kwargs)
        table.columns.hide('fabric')
        return table

    def get_extra_context(self, request: HttpRequest, instance: HedgehogFabric) -> dict[str, Any]:
        scan = getattr(instance, 'duplicate_scan', None)
        return {
            **super().get_extra_context(request, instance),
            'duplicates': duplicate_status(instance),
            'mode': instance.get_duplicate_resolution_mode_display(),
            'near': near_rows(scan)[:MAX_NEAR] if scan else [],
            'near_total': scan.near_misses_total if scan else 0,
        }


def compared_files(group: YAMLDuplicateGroup) -> dict[str, Any]:
    """The files of a group with their texts, and every differing field with its value in each."""
    files = list(group.files.all())
    shown = files[:MAX_SIDES]
    fields = [read_fields(each, group.differing_fields) for each in shown]
    return {
        'files': [(each, file_address(group.fabric, each.file_path, each.line)) for each in files],
        'shown': shown,
        'fields': [
            {
                'path': path,
                'values': [
                    '' if found.values[path] is NOT_THERE else shown_value(found.values[path])
                    for found in fields
                ],
            }
            for path in group.differing_fields
        ],
        'sides': [
            side(
                each.spot,
                each.original_text,
                note=_('wins') if each.is_winner else each.get_resolution_action_display(),
                absent=_('Its text is not kept here.'),
                marked=found.lines,
                anchor=f'F{number}L',
            )
            for number, (each, found) in enumerate(zip(shown, fields, strict=True))
        ],
    }
