"""Lists of conflicts: what clashes, how badly, and what became of it."""

import django_tables2 as tables
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from netbox.tables import NetBoxTable, columns

from ..models import ConflictResolution
from .columns import CommitColumn, FabricColumn, MonospaceColumn, WhenColumn

__all__ = ['ConflictResolutionTable']


class ConflictResolutionTable(NetBoxTable):
    resource_key = tables.Column(
        verbose_name=_('Object'),
        linkify=True,
        empty_values=(None,),
        accessor='resource_key',
        attrs={'td': {'class': 'hh-path'}},
    )
    conflict_type = tables.Column(verbose_name=_('Type'))
    fabric = FabricColumn()
    resource = tables.Column(verbose_name=_('Resource'), linkify=True)
    path = MonospaceColumn(verbose_name=_('Path'))
    severity = columns.ChoiceFieldColumn(verbose_name=_('Severity'))
    resolution_status = columns.ChoiceFieldColumn(verbose_name=_('Status'))
    auto_resolvable = columns.BooleanColumn(verbose_name=_('Resolvable by policy'))
    fields_in_conflict = tables.Column(
        accessor='conflicting_fields',
        verbose_name=_('Fields'),
        orderable=False,
        attrs={'td': {'class': 'hh-path'}},
    )
    detected_at = WhenColumn(verbose_name=_('Detected'))
    resolved_at = WhenColumn(verbose_name=_('Resolved'))
    base_commit = CommitColumn(verbose_name=_('Base commit'))
    git_commit = CommitColumn(verbose_name=_('Git commit'))
    actions = columns.ActionsColumn(actions=())

    class Meta(NetBoxTable.Meta):
        model = ConflictResolution
        fields = (
            'pk', 'id', 'conflict_id', 'resource_key', 'fabric', 'resource', 'path',
            'conflict_type', 'severity', 'resolution_status', 'resolution_strategy',
            'auto_resolvable', 'fields_in_conflict', 'detected_at', 'resolved_at',
            'sync_operation', 'base_commit', 'git_commit',
        )  # fmt: skip
        default_columns = (
            'resource_key', 'fabric', 'conflict_type', 'severity', 'resolution_status',
            'fields_in_conflict', 'detected_at',
        )  # fmt: skip

    def render_resource_key(self, value: str, record: ConflictResolution) -> str:
        return value or record.path or str(record.conflict_id)

    def render_fields_in_conflict(self, value: list[str]) -> SafeString:
        return format_html_join(', ', '{}', ((_breakable(path),) for path in value))

    def value_fields_in_conflict(self, value: list[str]) -> str:
        return ', '.join(value)


def _breakable(path: str) -> SafeString:
    """The path of a field, which may break before each name."""
    return format_html_join(mark_safe('.<wbr>'), '{}', ((name,) for name in path.split('.')))
