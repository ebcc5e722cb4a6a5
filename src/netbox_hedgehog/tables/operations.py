"""Lists of operations: what was done, when, by whom, and how it ended."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import NetBoxTable, columns

from ..models import SyncOperation
from .columns import CommitColumn, ElapsedColumn, FabricColumn, ReasonColumn, WhenColumn

__all__ = ['SyncOperationTable']


class SyncOperationTable(NetBoxTable):
    operation_type = tables.Column(verbose_name=_('Operation'), linkify=True)
    fabric = FabricColumn()
    git_repository = tables.Column(verbose_name=_('Git repository'), linkify=True)
    status = columns.ChoiceFieldColumn(verbose_name=_('Status'))
    trigger_type = tables.Column(verbose_name=_('Trigger'))
    created = WhenColumn(verbose_name=_('Requested'))
    started_at = WhenColumn(verbose_name=_('Started'))
    completed_at = WhenColumn(verbose_name=_('Completed'))
    duration = ElapsedColumn(
        accessor='duration_seconds', verbose_name=_('Duration'), orderable=False
    )
    commit_sha = CommitColumn(verbose_name=_('Commit'))
    base_commit = CommitColumn(verbose_name=_('Base commit'))
    findings_total = tables.Column(verbose_name=_('Findings'))
    last_reason = ReasonColumn(verbose_name=_('Reason'))
    user_name = tables.Column(verbose_name=_('User'))
    actions = columns.ActionsColumn(actions=())

    class Meta(NetBoxTable.Meta):
        model = SyncOperation
        fields = (
            'pk', 'id', 'operation_id', 'operation_type', 'fabric', 'git_repository', 'status',
            'current_phase', 'trigger_type', 'user_name', 'created', 'started_at',
            'completed_at', 'duration', 'branch_name', 'base_commit', 'commit_sha',
            'resources_created', 'resources_updated', 'resources_deleted', 'files_created',
            'files_updated', 'files_deleted', 'files_moved', 'documents_seen',
            'documents_ingested', 'documents_held', 'documents_unmanaged', 'conflicts_detected',
            'findings_total', 'error_count', 'warning_count', 'last_reason',
        )  # fmt: skip
        default_columns = (
            'operation_type', 'fabric', 'status', 'trigger_type', 'user_name', 'started_at',
            'commit_sha', 'findings_total', 'last_reason',
        )  # fmt: skip
