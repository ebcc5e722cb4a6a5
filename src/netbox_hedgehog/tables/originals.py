"""The list of ingested originals: rows of a fabric's archive log, not of the database."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from netbox.tables import BaseTable

from .columns import TextMomentColumn, WayBackColumn

__all__ = ['OriginalTable']


class OriginalTable(BaseTable):
    """What was handed over, when and by whom, and where its bytes are kept."""

    file = tables.Column(verbose_name=_('Original'))
    timestamp = TextMomentColumn(verbose_name=_('Ingested'))
    user = tables.Column(verbose_name=_('By'))
    documents = tables.Column(verbose_name=_('Documents'))
    archived = tables.Column(verbose_name=_('Kept in'), empty_values=())
    restore = WayBackColumn(
        'original', _('Restore'), _('A new commit puts its bytes back'), accessor='blob'
    )

    class Meta(BaseTable.Meta):
        empty_text = _('Nothing has been ingested, or nothing is called so')
        fields = ('file', 'timestamp', 'user', 'documents', 'archived', 'restore')
        default_columns = ('file', 'timestamp', 'user', 'documents', 'archived', 'restore')

    def render_file(self, value: str, record: dict[str, Any]) -> SafeString:
        return _path(value, record['url'])

    def render_archived(self, value: str | None, record: dict[str, Any]) -> SafeString | str:
        return _path(value, record['archived_url']) if value else str(_('history'))


def _path(path: str, url: str) -> SafeString:
    shown = format_html('<span class="font-monospace hh-path">{}</span>', path)
    return format_html('<a href="{}">{}</a>', url, shown) if url else shown
