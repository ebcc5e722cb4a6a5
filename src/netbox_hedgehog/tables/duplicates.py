"""Lists of duplicate groups, of their files, and of the policies that settle them."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from netbox.tables import BaseTable, NetBoxTable, PrimaryModelTable, columns

from ..models import (
    ResolutionPolicy,
    YAMLDuplicateFile,
    YAMLDuplicateGroup,
)
from .columns import CommitColumn, FabricColumn, WhenColumn

__all__ = [
    'NearDuplicateTable',
    'ResolutionPolicyTable',
    'YAMLDuplicateGroupTable',
]


class YAMLDuplicateGroupTable(NetBoxTable):
    identity = tables.Column(
        verbose_name=_('Object'), linkify=True, attrs={'td': {'class': 'hh-path'}}
    )
    fabric = FabricColumn()
    comparison = columns.ChoiceFieldColumn(verbose_name=_('Comparison'))
    resolution_status = columns.ChoiceFieldColumn(verbose_name=_('Status'))
    files_total = tables.Column(verbose_name=_('Files'))
    winner = tables.Column(verbose_name=_('Winner'), orderable=False)
    wait = columns.ChoiceFieldColumn(verbose_name=_('Waits because'))
    policy = tables.Column(verbose_name=_('Policy'), linkify=True)
    detection_timestamp = WhenColumn(verbose_name=_('Detected'))
    last_seen = WhenColumn(verbose_name=_('Last seen'))
    resolved_at = WhenColumn(verbose_name=_('Settled'))
    resolved_in = tables.Column(verbose_name=_('Settled in'), linkify=True)
    scanned_commit = CommitColumn(verbose_name=_('Scanned commit'))
    actions = columns.ActionsColumn(actions=())

    class Meta(NetBoxTable.Meta):
        model = YAMLDuplicateGroup
        fields = (
            'pk', 'id', 'group_id', 'identity', 'fabric', 'comparison', 'resolution_status',
            'resolution_strategy', 'files_total', 'winner', 'rule', 'why', 'wait', 'policy',
            'policy_version', 'detection_timestamp', 'last_seen', 'scanned_commit',
            'resolved_at', 'resolved_in', 'notes',
        )  # fmt: skip
        default_columns = (
            'pk', 'identity', 'fabric', 'comparison', 'resolution_status', 'files_total',
            'winner', 'why',
        )  # fmt: skip

    def render_winner(self, value: YAMLDuplicateFile) -> SafeString:
        return format_html('<span class="font-monospace hh-path">{}</span>', value.file_path)

    def value_winner(self, value: YAMLDuplicateFile) -> str:
        return value.file_path


class NearDuplicateTable(BaseTable):
    """What is alike and no duplicate: rows of a search, not of the database."""

    fabric = FabricColumn()
    shown = tables.Column(verbose_name=_('What is alike'))
    places = tables.Column(verbose_name=_('Where'), orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = _('Nothing that is alike has been found')
        fields = ('fabric', 'shown', 'places')
        default_columns = ('fabric', 'shown', 'places')

    def render_places(self, value: list[dict[str, Any]]) -> SafeString:
        return format_html_join(
            '',
            '<div><a href="{}" class="font-monospace hh-path">{}</a> '
            '<span class="text-secondary">{}</span></div>',
            ((place['url'], place['spot'], place['name']) for place in value),
        )


class ResolutionPolicyTable(PrimaryModelTable):
    name = tables.Column(verbose_name=_('Name'), linkify=True)
    option_set = columns.ChoiceFieldColumn(verbose_name=_('Rules of'))
    loser_action = columns.ChoiceFieldColumn(verbose_name=_('Others are'), color=None)
    is_default = columns.BooleanColumn(verbose_name=_('Default'))
    fabric_count = columns.LinkedCountColumn(
        viewname='plugins:netbox_hedgehog:hedgehogfabric_list',
        url_params={'resolution_policy_id': 'pk'},
        verbose_name=_('Fabrics'),
    )
    tags = columns.TagColumn(url_name='plugins:netbox_hedgehog:resolutionpolicy_list')

    class Meta(PrimaryModelTable.Meta):
        model = ResolutionPolicy
        fields = (
            'pk', 'id', 'name', 'slug', 'option_set', 'loser_action', 'max_deletions',
            'max_moves', 'version', 'is_default', 'fabric_count', 'description', 'owner_group',
            'owner', 'comments', 'tags', 'created', 'last_updated',
        )  # fmt: skip
        default_columns = (
            'pk', 'name', 'option_set', 'loser_action', 'version', 'is_default',
            'fabric_count', 'description',
        )  # fmt: skip
