"""Lists of pull requests: what waits for a review, and how each ended."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import NetBoxTable, columns

from ..models import PullRequest
from .columns import CommitColumn, FabricColumn, MonospaceColumn, ReasonColumn, WhenColumn

__all__ = ['PullRequestTable']


class PullRequestTable(NetBoxTable):
    title = tables.Column(verbose_name=_('Title'), linkify=True)
    fabric = FabricColumn()
    purpose = columns.ChoiceFieldColumn(verbose_name=_('Purpose'))
    state = columns.ChoiceFieldColumn(verbose_name=_('State'))
    number = tables.Column(verbose_name=_('Number'))
    branch = MonospaceColumn(verbose_name=_('Branch'))
    base_branch = MonospaceColumn(verbose_name=_('Into'))
    head_commit = CommitColumn(verbose_name=_('Commit'))
    merge_commit = CommitColumn(verbose_name=_('Merged as'))
    sync_operation = tables.Column(verbose_name=_('Operation'), linkify=True)
    user_name = tables.Column(verbose_name=_('User'))
    created = WhenColumn(verbose_name=_('Created'))
    closed_at = WhenColumn(verbose_name=_('Closed'))
    reason = ReasonColumn(verbose_name=_('Reason'))
    actions = columns.ActionsColumn(actions=())

    class Meta(NetBoxTable.Meta):
        model = PullRequest
        fields = (
            'pk', 'id', 'title', 'fabric', 'purpose', 'state', 'number', 'url', 'branch',
            'base_branch', 'head_commit', 'merge_commit', 'sync_operation', 'user_name',
            'created', 'closed_at', 'reason',
        )  # fmt: skip
        default_columns = (
            'title', 'fabric', 'state', 'number', 'branch', 'base_branch', 'user_name',
            'created', 'reason',
        )  # fmt: skip
