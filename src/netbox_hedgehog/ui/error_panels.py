"""Panels of an error's page."""

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from netbox.ui import attrs, panels

from ..choices import ErrorCategoryChoices, ErrorRecoveryChoices, ErrorSeverityChoices
from ..sync.reasons import nature_of
from .attributes import MonospaceAttr
from .places import file_address

__all__ = ['ErrorPanel', 'ErrorTimesPanel']


class NatureAttr(attrs.TextAttr):
    """A word that follows from the reason."""

    def __init__(self, part: str, choices: Any, **kwargs: Any) -> None:
        super().__init__('reason', **kwargs)
        self.part = part
        self.words = dict(choices)

    def get_value(self, obj: Any) -> Any:
        return self.words[str(getattr(nature_of(obj.reason), self.part))]


class PlaceAttr(MonospaceAttr):
    """Where the error stands: a link to the line, for a file that the fabric's pages show."""

    def get_value(self, obj: Any) -> Any:
        value = super().get_value(obj)
        address = file_address(obj.fabric, obj.path, obj.line)
        return format_html('<a href="{}">{}</a>', address, value) if address and value else value


class ErrorPanel(panels.ObjectAttributesPanel):
    title = _('Error')
    reason = MonospaceAttr('reason', label=_('Reason'))
    message = attrs.TextAttr('message', label=_('Message'))
    category = NatureAttr('category', ErrorCategoryChoices, label=_('Category'))
    severity = NatureAttr('gravity', ErrorSeverityChoices, label=_('Severity'))
    recovery = NatureAttr('recovery', ErrorRecoveryChoices, label=_('Recovery'))
    path = PlaceAttr('path', label=_('Path'))
    line = attrs.TextAttr('line', label=_('Line'))
    resource_key = MonospaceAttr('resource_key', label=_('Object'))


class ErrorTimesPanel(panels.ObjectAttributesPanel):
    title = _('Occurrences')
    fabric = attrs.RelatedObjectAttr('fabric', linkify=True)
    operation = attrs.RelatedObjectAttr('operation', linkify=True, label=_('Last operation'))
    occurrences = attrs.TextAttr('occurrences', label=_('Times met'))
    first_seen = attrs.DateTimeAttr('first_seen', label=_('First seen'))
    last_seen = attrs.DateTimeAttr('last_seen', label=_('Last seen'))
    resolved_at = attrs.DateTimeAttr('resolved_at', label=_('Over since'))
