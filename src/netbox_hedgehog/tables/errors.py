"""Lists of errors: what was met, where, how often, and whether it is over."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from netbox.tables import NetBoxTable, columns

from ..choices import ErrorCategoryChoices, ErrorRecoveryChoices, ErrorSeverityChoices
from ..models import ErrorRecord
from ..sync.reasons import nature_of
from .columns import FabricColumn, MonospaceColumn, ReasonColumn, WhenColumn

__all__ = ['ErrorRecordTable']


class NatureColumn(tables.Column):
    """A word that follows from the reason, as people read it."""

    def __init__(self, part: str, choices: Any, verbose_name: str) -> None:
        super().__init__(accessor='reason', verbose_name=verbose_name, orderable=False)
        self.part = part
        self.choices = choices

    def render(self, value: str) -> SafeString | str:
        word = str(getattr(nature_of(value), self.part))
        shown = dict(self.choices)[word]
        color = self.choices.colors.get(word)
        if not color:
            return str(shown)
        return format_html('<span class="badge text-bg-{}">{}</span>', color, shown)

    def value(self, value: str) -> str:
        return str(getattr(nature_of(value), self.part))


class ErrorRecordTable(NetBoxTable):
    reason = ReasonColumn(verbose_name=_('Reason'), linkify=True)
    fabric = FabricColumn()
    operation = tables.Column(verbose_name=_('Operation'), linkify=True)
    path = MonospaceColumn(verbose_name=_('Path'))
    resource_key = MonospaceColumn(verbose_name=_('Object'))
    category = NatureColumn('category', ErrorCategoryChoices, _('Category'))
    severity = NatureColumn('gravity', ErrorSeverityChoices, _('Severity'))
    recovery = NatureColumn('recovery', ErrorRecoveryChoices, _('Recovery'))
    open = columns.BooleanColumn(verbose_name=_('Open'), orderable=False)
    first_seen = WhenColumn(verbose_name=_('First seen'))
    last_seen = WhenColumn(verbose_name=_('Last seen'))
    resolved_at = WhenColumn(verbose_name=_('Over since'))
    actions = columns.ActionsColumn(actions=())

    class Meta(NetBoxTable.Meta):
        model = ErrorRecord
        fields = (
            'pk', 'id', 'reason', 'fabric', 'operation', 'path', 'line', 'resource_key', 'message',
            'category', 'severity', 'recovery', 'occurrences', 'open', 'first_seen', 'last_seen',
            'resolved_at',
        )  # fmt: skip
        default_columns = (
            'reason', 'fabric', 'severity', 'recovery', 'path', 'occurrences', 'open', 'last_seen',
        )  # fmt: skip

    def render_path(self, value: str, record: ErrorRecord) -> SafeString:
        place = f'{value}:{record.line}' if record.line else value
        return format_html('<span class="font-monospace hh-path">{}</span>', place)

    def value_path(self, value: str) -> str:
        return value
