"""Lists of checkpoints: states of fabrics one can go back to."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import NetBoxTable, columns

from ..models import Checkpoint
from .columns import CommitColumn, FabricColumn, WhenColumn

__all__ = ['CheckpointTable']


class CheckpointTable(NetBoxTable):
    name = tables.Column(verbose_name=_('Name'), linkify=True)
    fabric = FabricColumn()
    reason = columns.ChoiceFieldColumn(verbose_name=_('Why'))
    sync_operation = tables.Column(verbose_name=_('Operation'), linkify=True)
    commit = CommitColumn(verbose_name=_('Commit'))
    drafts = tables.Column(verbose_name=_('Drafts'), orderable=False)
    waiting = tables.Column(verbose_name=_('Waiting edits'), orderable=False)
    files_total = tables.Column(verbose_name=_('Files replaced'))
    copies = columns.BooleanColumn(verbose_name=_('Copies'))
    user_name = tables.Column(verbose_name=_('User'))
    created = WhenColumn(verbose_name=_('Created'))
    actions = columns.ActionsColumn(actions=())

    class Meta(NetBoxTable.Meta):
        model = Checkpoint
        fields = (
            'pk', 'id', 'checkpoint_id', 'name', 'fabric', 'reason', 'sync_operation', 'commit',
            'digest', 'drafts', 'waiting', 'files_total', 'copies', 'user_name', 'created',
        )  # fmt: skip
        default_columns = (
            'name', 'fabric', 'reason', 'created', 'user_name', 'commit', 'drafts', 'waiting',
            'files_total',
        )  # fmt: skip
