"""What the plugin tells others: one table of names, and the NetBox event types made of it.

People hang event rules on the types: webhooks, scripts, notifications. `sync/notify.py` sends them,
after the transaction they tell about; docs/reference/events.md has payloads and receivers. An
event stands here only when something sends it.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from netbox.events import (
    EVENT_TYPE_KIND_DANGER,
    EVENT_TYPE_KIND_INFO,
    EVENT_TYPE_KIND_SUCCESS,
    EVENT_TYPE_KIND_WARNING,
    EventType,
)

__all__ = ['EVENTS', 'Event', 'type_of']


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that is told.

    `signal` is the Django signal sent with it, `live` says whether the fabric's channel gets a
    message of this name, `notifies` whether subscribers get a notification.
    """

    name: str
    text: Any
    kind: str
    signal: str = ''
    live: bool = True
    notifies: bool = False

    @property
    def type(self) -> str:
        return f'hedgehog_{self.name}'


EVENTS = (
    Event('sync_started', _('Hedgehog sync started'), EVENT_TYPE_KIND_INFO),
    Event(
        'sync_completed',
        _('Hedgehog sync completed'),
        EVENT_TYPE_KIND_SUCCESS,
        signal='operation_finished',
    ),
    Event(
        'sync_failed',
        _('Hedgehog sync failed'),
        EVENT_TYPE_KIND_DANGER,
        signal='operation_finished',
        notifies=True,
    ),
    Event(
        'sync_cancelled',
        _('Hedgehog sync cancelled'),
        EVENT_TYPE_KIND_WARNING,
        signal='operation_finished',
        notifies=True,
    ),
    Event(
        'file_changed',
        _('Hedgehog files changed in Git'),
        EVENT_TYPE_KIND_INFO,
        signal='file_changed',
        notifies=True,
    ),
    Event(
        'conflict_detected',
        _('Hedgehog conflict detected'),
        EVENT_TYPE_KIND_WARNING,
        signal='conflict_detected',
        notifies=True,
    ),
    Event(
        'duplicate_detected',
        _('Hedgehog duplicates detected'),
        EVENT_TYPE_KIND_WARNING,
        signal='duplicate_detected',
        notifies=True,
    ),
    Event(
        'template_updated',
        _('Hedgehog templates changed'),
        EVENT_TYPE_KIND_INFO,
        signal='template_updated',
    ),
    Event('conflict_resolved', _('Hedgehog conflict resolved'), EVENT_TYPE_KIND_SUCCESS),
    Event(
        'resolution_complete',
        _('Hedgehog conflicts or duplicates resolved'),
        EVENT_TYPE_KIND_SUCCESS,
        signal='resolution_complete',
    ),
    Event('alert_raised', _('Hedgehog alert raised'), EVENT_TYPE_KIND_DANGER, notifies=True),
    Event('alert_cleared', _('Hedgehog alert cleared'), EVENT_TYPE_KIND_SUCCESS),
)

for _event in EVENTS:
    EventType(_event.type, _event.text, kind=_event.kind).register()

_TYPES = {_event.name: _event.type for _event in EVENTS}


def type_of(name: str) -> str:
    """Returns the NetBox event type of an event."""
    return _TYPES[name]
