"""Lists of resources: what each is, where its file lies, and its state."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import PrimaryModelTable, columns

from ..models import HedgehogResource
from .columns import (
    CommitColumn,
    FabricColumn,
    FindingsColumn,
    MonospaceColumn,
    WhenColumn,
    side_choice,
)

__all__ = ['HedgehogResourceTable']

# Letters of a name that are kept in one line.
LONGEST = 36


class HedgehogResourceTable(PrimaryModelTable):
    # Names hold dashes by the dozen; broken at each of them they cannot be read. A very long one
    # breaks all the same: it would push the columns beside it off the page.
    name = tables.Column(
        verbose_name=_('Name'),
        linkify=True,
        attrs={'td': {'class': lambda record: _of_name(record.name)}},
    )
    kind = tables.Column(verbose_name=_('Kind'))
    fabric = FabricColumn()
    has_draft = columns.BooleanColumn(verbose_name=_('Draft'), orderable=False, false_mark=None)
    resource_state = side_choice('sync_state', 'resource_state', _('State'))
    conflict_status = side_choice('sync_state', 'conflict_status', _('Conflict'))
    findings = FindingsColumn()
    managed_file_path = MonospaceColumn(
        accessor='sync_state__managed_file_path', verbose_name=_('Managed file')
    )
    file_hash = MonospaceColumn(accessor='sync_state__file_hash', verbose_name=_('File SHA-256'))
    desired_commit = CommitColumn(accessor='sync_state__desired_commit', verbose_name=_('Commit'))
    desired_updated = WhenColumn(
        accessor='sync_state__desired_updated', verbose_name=_('Changed in Git')
    )
    last_file_sync = WhenColumn(
        accessor='sync_state__last_file_sync', verbose_name=_('Last file sync')
    )
    sync_direction = columns.ChoiceFieldColumn(verbose_name=_('Direction'))
    auto_sync_enabled = columns.BooleanColumn(verbose_name=_('Automatic sync'))
    tags = columns.TagColumn(url_name='plugins:netbox_hedgehog:hedgehogresource_list')

    class Meta(PrimaryModelTable.Meta):
        model = HedgehogResource
        fields = (
            'pk', 'id', 'name', 'kind', 'namespace', 'fabric', 'api_group', 'api_version',
            'resource_state', 'has_draft', 'conflict_status', 'findings', 'managed_file_path',
            'file_hash', 'desired_commit', 'desired_updated', 'last_file_sync', 'sync_direction',
            'auto_sync_enabled', 'sync_priority', 'description', 'owner_group', 'owner',
            'comments', 'tags', 'created', 'last_updated',
        )  # fmt: skip
        default_columns = (
            'pk', 'name', 'kind', 'fabric', 'resource_state', 'conflict_status',
            'findings', 'desired_updated',
        )  # fmt: skip


def _of_name(name: str) -> str:
    return 'text-nowrap' if len(name) <= LONGEST else 'hh-path'
