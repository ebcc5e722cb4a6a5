"""The table of objects that are gone: who removed each of them, and its way back."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from netbox.tables import BaseTable

from .columns import MonospaceColumn, TextMomentColumn, WayBackColumn

__all__ = ['RemovedTable']


class RemovedTable(BaseTable):
    """One row for each object, as Git tells of its removal."""

    name = tables.Column(verbose_name=_('Object'))
    when = TextMomentColumn(verbose_name=_('Removed'))
    who = tables.Column(verbose_name=_('By'))
    subject = tables.Column(verbose_name=_('Commit'))
    below = MonospaceColumn(verbose_name=_('Lay in'))
    operation = tables.Column(accessor='made_by', verbose_name=_('Operation'), linkify=True)
    restore = WayBackColumn(
        'resource',
        _('Bring back'),
        _('A new commit puts its last text back'),
        to='restore_url',
        accessor='resource',
    )

    class Meta(BaseTable.Meta):
        empty_text = _('Nothing was removed that is not there again, or nothing is called so')
        fields = ('name', 'when', 'who', 'subject', 'below', 'operation', 'restore')
        default_columns = ('name', 'when', 'who', 'subject', 'below', 'restore')

    def render_name(self, value: str, record: dict[str, Any]) -> SafeString:
        return format_html('<span title="{}">{}</span>', record['resource'], value)

    def render_subject(self, value: str, record: dict[str, Any]) -> SafeString:
        commit = format_html('<span class="font-monospace">{}</span>', record['commit'][:12])
        if (made_by := record['made_by']) is not None:
            # The operation of NetBox's that made the commit.
            value = format_html('<a href="{}">{}</a>', made_by.get_absolute_url(), value)
        return format_html('{} {}', commit, value)
