"""Lists of edits that wait to be published, and how far each got."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import NetBoxTable, columns

from ..models import OutboxEntry
from .columns import CommitColumn, FabricColumn, ReasonColumn, WhenColumn

__all__ = ['OutboxEntryTable']


class OutboxEntryTable(NetBoxTable):
    name = tables.Column(verbose_name=_('Object'), linkify=True)
    fabric = FabricColumn()
    resource = tables.Column(verbose_name=_('Resource'), linkify=True)
    action = columns.ChoiceFieldColumn(verbose_name=_('Action'))
    state = columns.ChoiceFieldColumn(verbose_name=_('State'))
    created = WhenColumn(verbose_name=_('Created'))
    next_attempt_at = WhenColumn(verbose_name=_('Next attempt'))
    new_commit = CommitColumn(verbose_name=_('Commit'))
    user_name = tables.Column(verbose_name=_('User'))
    reason = ReasonColumn(verbose_name=_('Reason'))
    actions = columns.ActionsColumn(actions=())

    class Meta(NetBoxTable.Meta):
        model = OutboxEntry
        fields = (
            'pk', 'id', 'name', 'kind', 'namespace', 'fabric', 'resource', 'action', 'state',
            'user_name', 'message', 'created', 'attempts', 'next_attempt_at', 'new_commit',
            'reason', 'change_set_id', 'request_id',
        )  # fmt: skip
        default_columns = (
            'name', 'kind', 'fabric', 'action', 'state', 'user_name', 'message', 'created',
            'new_commit', 'reason',
        )  # fmt: skip
