"""What a page that shows things while they happen is given: where it may listen.

The templates put it into `data-` attributes; live.js takes the first way that works, and where none
does, HTMX asks again and again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest
from django.urls import reverse

from ..models import HedgehogFabric, SyncOperation
from ..sync.settings import sync_settings

__all__ = ['Listening', 'listening_to', 'numbers_in', 'ranges']

# More operations than this are not shown on one page.
MAX_OPERATIONS = 2000


@dataclass(frozen=True, slots=True)
class Listening:
    """Addresses of the stream of events and of the WebSocket; empty where there is none."""

    events: str = ''
    socket: str = ''


def listening_to(request: HttpRequest, instance: Any) -> Listening:
    """Returns where news of a fabric, an operation or several operations are heard."""
    if isinstance(instance, HedgehogFabric):
        events = reverse('plugins:netbox_hedgehog:hedgehogfabric_events', args=[instance.pk])
        below = f'fabrics/{instance.pk}/'
    elif isinstance(instance, SyncOperation):
        events = reverse('plugins:netbox_hedgehog:syncoperation_events', args=[instance.pk])
        below = f'operations/{instance.pk}/'
    else:
        below = f'operations/?operations={ranges(each.pk for each in instance)}'
        query = below.partition('?')[2]
        events = f'{reverse("plugins:netbox_hedgehog:syncoperation_bulk_events")}?{query}'
    if not request.user.is_authenticated:
        return Listening()
    streams = isinstance(request, ASGIRequest) or sync_settings().live_streams_per_process
    return Listening(events if streams else '', _socket(request, below))


def _socket(request: HttpRequest, below: str) -> str:
    settings_now = sync_settings()
    if not settings_now.live_sockets_per_process:
        return ''
    if not (isinstance(request, ASGIRequest) or settings_now.websocket_enabled):
        return ''
    return f'/{settings.BASE_PATH}ws/plugins/hedgehog/{below}'


def ranges(numbers: Iterable[int]) -> str:
    """Writes numbers shortly: `1-3,7`. An address with hundreds of them stays short."""
    ordered = sorted(set(numbers))
    breaks = [0, *(at + 1 for at, (a, b) in enumerate(pairwise(ordered)) if b != a + 1)]
    parts = [ordered[start:end] for start, end in zip(breaks, [*breaks[1:], None], strict=True)]
    return ','.join(
        str(part[0]) if len(part) == 1 else f'{part[0]}-{part[-1]}' for part in parts if part
    )


def numbers_in(text: str) -> list[int]:
    """Reads what `ranges` wrote, the first two thousand of it; what is no number is left out."""
    found: list[int] = []
    for part in text.split(','):
        first, _, last = part.partition('-')
        ends = (first, last or first)
        if not all(end.isascii() and end.isdecimal() and len(end) < 15 for end in ends):
            continue
        left = MAX_OPERATIONS - len(found)
        found += range(int(ends[0]), min(int(ends[1]) + 1, int(ends[0]) + left))
    return found
