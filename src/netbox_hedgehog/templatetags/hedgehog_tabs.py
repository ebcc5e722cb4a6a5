"""The tabs of a fabric in one row: those that belong together are one tab with a menu.

Each view registers its tab with NetBox as ever, which also says who may see it; here the tabs that
NetBox found are only put together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from utilities.templatetags.tabs import model_view_tabs

__all__ = ['Group', 'fabric_tabs', 'grouped']

register = template.Library()


@dataclass(frozen=True, slots=True)
class Group:
    """Tabs that are one: its label, the names of its views, and whose badges ask for a look."""

    label: str | Promise
    names: tuple[str, ...]
    waiting: tuple[str, ...] = ()


GROUPS = (
    Group(_('Topology'), ('topology', 'wiring')),
    Group(_('To decide'), ('conflicts', 'duplicates'), ('conflicts', 'duplicates')),
    Group(
        _('Operations'),
        ('operations', 'outbox', 'uploads', 'health'),
        ('outbox', 'uploads', 'health'),
    ),
    Group(_('Files'), ('files', 'history', 'removed', 'archive', 'checkpoints', 'templates')),
)


@register.inclusion_tag('netbox_hedgehog/inc/tabs.html', takes_context=True)
def fabric_tabs(context: Context, instance: Any) -> dict[str, Any]:
    """Takes the place of NetBox's `model_view_tabs`."""
    return {'tabs': grouped(model_view_tabs(context, instance)['tabs'])}


def grouped(
    tabs: Iterable[Mapping[str, Any]], groups: Iterable[Group] = GROUPS
) -> list[dict[str, Any]]:
    """Puts each group where its first tab is; one that is alone stays a tab."""
    of = {name: group for group in groups for name in group.names}
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for tab in tabs:
        group = of.get(tab['name'])
        rows.setdefault(group.names[0] if group else tab['name'], []).append(tab)
    return [
        _one(of[name], members) if len(members) > 1 else {**members[0], 'members': []}
        for name, members in rows.items()
    ]


def _one(group: Group, members: list[Mapping[str, Any]]) -> dict[str, Any]:
    active = [tab for tab in members if tab['is_active']]
    waiting = sum(tab['badge'] or 0 for tab in members if tab['name'] in group.waiting)
    return {
        'label': active[0]['label'] if active else group.label,
        'badge': waiting or None,
        'is_active': bool(active),
        'members': sorted(members, key=lambda tab: group.names.index(tab['name'])),
    }
