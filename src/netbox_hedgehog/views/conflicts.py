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
from ..object_actions import BulkResolveConflicts, ResolveConflict
from ..sync.sides import field_value
from ..ui import panels
from ..ui.code import diff_lines, unified
from .content import made_by, shown_value, side, state_text
from .refreshing import RefreshingList

__all__ = ['ConflictResolutionListView', 'ConflictResolutionView']


@register_model_view(ConflictResolution, 'list', path='', detail=False)
class ConflictResolutionListView(RefreshingList, generic.ObjectListView):
    queryset = ConflictResolution.objects.defer('base_state', 'gui_state', 'git_state')
    filterset = filtersets.ConflictResolutionFilterSet
    filterset_form = forms.ConflictResolutionFilterForm
    table = tables.ConflictResolutionTable
    actions = (BulkExport, BulkResolveConflicts)


@register_model_view(ConflictResolution)
class ConflictResolutionView(generic.ObjectView):
    queryset = ConflictResolution.objects.select_related('fabric', 'resource', 'sync_operation')
    actions = (ResolveConflict,)
    layout = layout.SimpleLayout(
        left_panels=[panels.ConflictPanel()],
        right_panels=[
            panels.DifferingFieldsPanel(
                'differing',
                sides=(_('Last agreed'), _('Git'), _('NetBox')),
                title=_('Fields in conflict'),
            )
        ],
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
        {'path': path, 'values': [shown_value(field_value(state, path)) for state in states]}
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
            note=_maker(conflict, 'git') or conflict.git_commit[:12],
            absent=_('Deleted in Git.'),
            anchor='G',
        ),
        side(
            _('NetBox'),
            gui,
            note=_maker(conflict, 'gui'),
            absent=_('Deleted in NetBox.'),
            anchor='N',
        ),
    ]


def _maker(conflict: ConflictResolution, side: str) -> str:
    """Who made this version, when and in which commit, as far as that is known."""
    known = made_by(conflict, side)
    when = known['when'] and f'{known["when"]:%Y-%m-%d %H:%M}'
    return ', '.join(part for part in (known['author'], when, known['commit'][:12]) if part)


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
