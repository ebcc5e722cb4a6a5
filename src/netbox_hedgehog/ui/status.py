"""The state of a fabric as every page shows it: one derivation, in `sync.status`."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..choices import SyncStatusChoices
from ..models import HedgehogFabric
from ..sync.status import sync_statuses

__all__ = ['ShownStatus', 'shown_statuses']

_LABELS = dict(SyncStatusChoices())


@dataclass(frozen=True, slots=True)
class ShownStatus:
    """A status with its words and its colour."""

    value: str

    @property
    def label(self) -> str:
        return _LABELS[self.value]

    @property
    def color(self) -> str:
        return SyncStatusChoices.colors[self.value]

    @property
    def running(self) -> bool:
        return self.value == SyncStatusChoices.SYNCING

    @property
    def html(self) -> SafeString:
        return format_html('<span class="badge text-bg-{}">{}</span>', self.color, self.label)


def shown_statuses(fabrics: Iterable[HedgehogFabric]) -> list[ShownStatus]:
    """What is true of each fabric now, read from the records and never remembered."""
    listed = list(fabrics)
    found = sync_statuses(listed)
    return [ShownStatus(found[fabric.pk]) for fabric in listed]
