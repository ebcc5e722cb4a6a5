"""Attributes that NetBox's own set lacks; placed in the panels."""

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from netbox.ui import attrs

__all__ = ['CommitAttr', 'MonospaceAttr', 'SecondsAttr']


class MonospaceAttr(attrs.TextAttr):
    """A path or an identifier, with a button that copies it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault('style', 'font-monospace hh-path')
        kwargs.setdefault('copy_button', True)
        super().__init__(*args, **kwargs)


class CommitAttr(MonospaceAttr):
    """A commit id: the beginning is read, the whole of it is in the tooltip."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault('copy_button', False)
        super().__init__(*args, **kwargs)

    def get_value(self, obj: Any) -> Any:
        value = super().get_value(obj)
        return format_html('<span title="{}">{}</span>', value, value[:12]) if value else None


class SecondsAttr(attrs.TextAttr):
    """A number of seconds, when it was measured."""

    def get_value(self, obj: Any) -> Any:
        value = super().get_value(obj)
        return None if value is None else _('{seconds} s').format(seconds=f'{value:.1f}')
