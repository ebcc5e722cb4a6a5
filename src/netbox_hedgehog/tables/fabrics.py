"""Lists of fabrics: where each lives in Git and how its sync stands."""

from collections.abc import Iterable
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_tables2.rows import BoundRow
from netbox.tables import PrimaryModelTable, columns

from ..choices import SyncStatusChoices
from ..models import HedgehogFabric
from ..sync.status import sync_statuses
from .columns import CommitColumn, MonospaceColumn, WhenColumn

__all__ = ['HedgehogFabricTable']


class HedgehogFabricTable(PrimaryModelTable):
    name = tables.Column(verbose_name=_('Name'), linkify=True)
    status = columns.ChoiceFieldColumn(verbose_name=_('Status'))
    sync_status = tables.Column(
        accessor='pk', empty_values=(), verbose_name=_('Sync status'), orderable=False
    )
    git_repository = tables.Column(verbose_name=_('Git repository'), linkify=True)
    gitops_directory = MonospaceColumn(verbose_name=_('Directory'))
    gitops_initialized = columns.BooleanColumn(verbose_name=_('Initialised'))
    sync_enabled = columns.BooleanColumn(verbose_name=_('Sync enabled'))
    sync_direction = columns.ChoiceFieldColumn(verbose_name=_('Direction'))
    publish_mode = columns.ChoiceFieldColumn(verbose_name=_('Publishing'))
    last_sync = WhenColumn(accessor='sync_state__last_sync', verbose_name=_('Last sync'))
    last_synced_commit = CommitColumn(
        accessor='sync_state__last_synced_commit', verbose_name=_('Synced commit')
    )
    resource_count = columns.LinkedCountColumn(
        viewname='plugins:netbox_hedgehog:hedgehogresource_list',
        url_params={'fabric_id': 'pk'},
        verbose_name=_('Resources'),
    )
    tags = columns.TagColumn(url_name='plugins:netbox_hedgehog:hedgehogfabric_list')

    class Meta(PrimaryModelTable.Meta):
        model = HedgehogFabric
        fields = (
            'pk', 'id', 'name', 'slug', 'status', 'sync_status', 'git_repository', 'branch',
            'gitops_directory', 'gitops_initialized', 'sync_enabled', 'sync_direction',
            'publish_mode', 'sync_interval', 'archive_strategy', 'last_sync',
            'last_synced_commit', 'resource_count', 'kubernetes_namespace', 'description',
            'owner_group', 'owner', 'comments', 'tags', 'created', 'last_updated',
        )  # fmt: skip
        default_columns = (
            'pk', 'name', 'status', 'sync_status', 'git_repository', 'gitops_directory',
            'resource_count', 'last_sync',
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._statuses: dict[int, str] = {}

    def render_sync_status(self, record: HedgehogFabric) -> SafeString:
        status = self._status_of(record, self.paginated_rows)
        return format_html(
            '<span class="badge text-bg-{}">{}</span>',
            SyncStatusChoices.colors[status],
            dict(SyncStatusChoices())[status],
        )

    def value_sync_status(self, record: HedgehogFabric) -> str:
        return self._status_of(record, self.rows)

    def _status_of(self, record: HedgehogFabric, rows: Iterable[BoundRow]) -> str:
        """The record's status; it is asked for once for all of the rows."""
        if record.pk not in self._statuses:
            self._statuses.update(sync_statuses(row.record for row in rows))
        return self._statuses[record.pk]
