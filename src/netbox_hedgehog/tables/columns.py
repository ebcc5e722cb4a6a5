"""Columns that several tables share."""

import re
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from netbox.tables import columns

__all__ = [
    'CommitColumn',
    'ElapsedColumn',
    'FabricColumn',
    'FindingsColumn',
    'MonospaceColumn',
    'ReasonColumn',
    'TextMomentColumn',
    'WayBackColumn',
    'WhenColumn',
    'side_choice',
]

# Where a reason, words written together, may be broken.
_WORDS = re.compile(r'(?<=[a-z0-9])(?=[A-Z])')


class CommitColumn(tables.Column):
    """The beginning of a commit id; the whole of it in the tooltip and in an export."""

    def render(self, value: str) -> SafeString:
        return format_html('<code title="{}">{}</code>', value, value[:10])

    def value(self, value: str) -> str:
        return value


class MonospaceColumn(tables.Column):
    """A path or an identifier."""

    def render(self, value: str) -> SafeString:
        return format_html('<span class="font-monospace hh-path">{}</span>', value)

    def value(self, value: str) -> str:
        return value


class FabricColumn(tables.Column):
    """The fabric of a row; a long name breaks, so that the columns beside it stay on the page."""

    def __init__(self) -> None:
        super().__init__(verbose_name=_('Fabric'), linkify=True, attrs={'td': {'class': 'hh-name'}})


class WhenColumn(columns.DateTimeColumn):
    """A moment, as NetBox shows it, in two lines where there is no room for one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(attrs={'td': {'class': 'hh-when'}}, **kwargs)


class TextMomentColumn(tables.Column):
    """A moment that Git tells as text of ISO 8601, to the minute."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(attrs={'td': {'class': 'text-nowrap'}}, **kwargs)

    def render(self, value: str) -> str:
        return f'{value[:10]} {value[11:16]}'


class WayBackColumn(tables.Column):
    """The button that brings a row of Git's back, for the form `restore` of the page.

    `name` is what the form calls the value; `to` the field of a row with an address of its own.
    """

    def __init__(self, name: str, label: Any, title: Any, to: str = '', **kwargs: Any) -> None:
        super().__init__(
            verbose_name=_('Way back'), orderable=False, exclude_from_export=True, **kwargs
        )
        self._name, self._label, self._title, self._to = name, label, title, to

    def render(self, value: str, record: dict[str, Any]) -> SafeString:
        address = format_html(' formaction="{}"', record[self._to]) if self._to else ''
        return format_html(
            '<button type="submit" form="restore" name="{}" value="{}"{} title="{}" '
            'class="btn btn-sm btn-outline-danger text-nowrap">'
            '<i class="mdi mdi-restore" aria-hidden="true"></i> {}</button>',
            self._name,
            value,
            address,
            self._title,
            self._label,
        )


class ReasonColumn(tables.Column):
    """A reason, which may break between its words; whole in an export."""

    def render(self, value: str) -> SafeString:
        return format_html_join(mark_safe('<wbr>'), '{}', ((each,) for each in _WORDS.split(value)))

    def value(self, value: str) -> str:
        return value


class ElapsedColumn(tables.Column):
    """A number of seconds, as long as it is known."""

    def render(self, value: float) -> str:
        return _('{seconds} s').format(seconds=f'{value:.1f}')

    def value(self, value: float) -> float:
        return value


class FindingsColumn(tables.Column):
    """How many errors and warnings an object has; sorted by the errors first."""

    def __init__(self) -> None:
        super().__init__(
            accessor='sync_state__error_count',
            verbose_name=_('Findings'),
            order_by=('sync_state__error_count', 'sync_state__warning_count'),
        )

    def render(self, record: Any) -> SafeString | str:
        state = record.sync_state
        counted = ((state.error_count, 'red', 'E'), (state.warning_count, 'yellow', 'W'))
        badges = [(color, f'{count} {letter}') for count, color, letter in counted if count]
        return format_html_join(' ', '<span class="badge text-bg-{}">{}</span>', badges) or '—'

    def value(self, record: Any) -> str:
        state = record.sync_state
        return f'{state.error_count} errors, {state.warning_count} warnings'


def side_choice(table: str, field: str, label: str) -> columns.ChoiceFieldColumn:
    """A choice that stands in the side table, with its colour."""

    def color(record: Any) -> str | None:
        return getattr(getattr(record, table), f'get_{field}_color')()

    return columns.ChoiceFieldColumn(accessor=f'{table}__{field}', verbose_name=label, color=color)
