"""Lists of uploads: which files were handed over, by whom, and whether Git has them."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import NetBoxTable, columns

from ..models import RawUpload
from .columns import CommitColumn, FabricColumn, MonospaceColumn, ReasonColumn, WhenColumn

__all__ = ['RawUploadTable']


class RawUploadTable(NetBoxTable):
    name = tables.Column(verbose_name=_('Name'), linkify=True)
    fabric = FabricColumn()
    path = MonospaceColumn(verbose_name=_('Path'))
    state = columns.ChoiceFieldColumn(verbose_name=_('State'))
    user_name = tables.Column(verbose_name=_('User'))
    sync_operation = tables.Column(verbose_name=_('Operation'), linkify=True)
    created = WhenColumn(verbose_name=_('Created'))
    next_attempt_at = WhenColumn(verbose_name=_('Next attempt'))
    new_commit = CommitColumn(verbose_name=_('Commit'))
    reason = ReasonColumn(verbose_name=_('Reason'))
    actions = columns.ActionsColumn(actions=())

    class Meta(NetBoxTable.Meta):
        model = RawUpload
        fields = (
            'pk', 'id', 'name', 'fabric', 'path', 'size', 'sha256', 'state', 'user_name',
            'message', 'created', 'attempts', 'next_attempt_at', 'new_commit', 'sync_operation',
            'reason', 'change_set_id', 'request_id',
        )  # fmt: skip
        default_columns = (
            'name', 'fabric', 'size', 'state', 'user_name', 'created', 'new_commit',
            'sync_operation', 'reason',
        )  # fmt: skip
