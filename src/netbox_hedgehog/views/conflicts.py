"""Pages of conflicts: what both sides agreed on, and what each says now."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from netbox.object_actions import BulkExport
from netbox.ui import layout
from netbox.ui.breadcrumbs import Breadcrumb, filtered_list_url
from netbox.views import generic
from utilities.views import register_model_view

from .. import filtersets, forms, tables
from ..models import ConflictResolution
from ..sync.sides import MISSING, field_value
from ..ui import panels
from ..ui.code import diff_lines, unified
from .content import side, spec_text, state_text

__all__ = ['ConflictResolutionListView', 'ConflictResolutionView']


@register_model_view(ConflictResolution, 'list', path='', detail=False)
class ConflictResolutionListView(generic.ObjectListView):
    queryset = ConflictResolution.objects.defer('base_state', 'gui_state', 'git_state')
    filterset = filtersets.ConflictResolutionFilterSet
    filterset_form = forms.ConflictResolutionFilterForm
    table = tables.ConflictResolutionTable
    actions = (BulkExport,)


@register_model_view(ConflictResolution)
class ConflictResolutionView(generic.ObjectView):
    queryset = ConflictResolution.objects.select_related('fabric', 'resource', 'sync_operation')
    actions = ()
    layout = layout.SimpleLayout(
        left_panels=[panels.ConflictPanel()],
        right_panels=[panels.DifferingFieldsPanel('differing')],
        bottom_panels=[
            panels.SidesPanel('sides', title=_('The three versions')),
            panels.SidesPanel('edits', title=_('What each side changed')),
        ],
        breadcrumbs=[
            Breadcrumb(
                'fabric',
                url=filtered_list_url(
                    'plugins:netbox_hedgehog:conflictresolution_list', 'fabric_id'
                ),
            ),
        ],
    )

    def get_extra_context(
        self, request: HttpRequest, instance: ConflictResolution
    ) -> dict[str, Any]:
        base, git, gui = (
            state_text(state)
            for state in (instance.base_state, instance.git_state, instance.gui_state)
        )
        return {
            'differing': _differing_fields(instance),
            'sides': _sides(instance, base, git, gui),
            'edits': _edits(base, git, gui),
        }


def _differing_fields(conflict: ConflictResolution) -> list[dict[str, Any]]:
    """Each field in conflict with its value on every side."""
    states = (conflict.base_state, conflict.git_state, conflict.gui_state)
    return [
        {'path': path, 'values': [_shown(field_value(state, path)) for state in states]}
        for path in conflict.conflicting_fields
    ]


def _sides(conflict: ConflictResolution, base: str, git: str, gui: str) -> list[dict[str, Any]]:
    return [
        side(
            _('Last agreed'),
            base,
            note=conflict.base_commit[:12],
            absent=_('Neither side had it.'),
            anchor='B',
        ),
        side(
            _('Git'),
            git,
            note=conflict.git_commit[:12],
            absent=_('Deleted in Git.'),
            anchor='G',
        ),
        side(_('NetBox'), gui, absent=_('Deleted in NetBox.'), anchor='N'),
    ]


def _edits(base: str, git: str, gui: str) -> list[dict[str, Any]]:
    return [
        {
            'title': title,
            'note': '',
            'html': diff_lines(unified(base, text)),
            'absent': _('Nothing differs from what both agreed on.'),
        }
        for title, text in ((_('Git'), git), (_('NetBox'), gui))
    ]


def _shown(value: Any) -> str:
    if value is MISSING:
        return ''
    return spec_text(value).removesuffix('...\n').strip() if value is not None else 'null'
