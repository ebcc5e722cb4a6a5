"""The events people can hang event rules on: webhooks, scripts, notifications.

Registered when the plugin starts; sent by `sync/notify.py` after the transaction that made them.
"""

from django.utils.translation import gettext_lazy as _
from netbox.events import (
    EVENT_TYPE_KIND_DANGER,
    EVENT_TYPE_KIND_SUCCESS,
    EVENT_TYPE_KIND_WARNING,
    EventType,
)

__all__ = ['CONFLICT_DETECTED', 'SYNC_COMPLETED', 'SYNC_FAILED']

SYNC_COMPLETED = 'hedgehog_sync_completed'
SYNC_FAILED = 'hedgehog_sync_failed'
CONFLICT_DETECTED = 'hedgehog_conflict_detected'

EventType(SYNC_COMPLETED, _('Hedgehog sync completed'), kind=EVENT_TYPE_KIND_SUCCESS).register()
EventType(SYNC_FAILED, _('Hedgehog sync failed'), kind=EVENT_TYPE_KIND_DANGER).register()
EventType(
    CONFLICT_DETECTED, _('Hedgehog conflict detected'), kind=EVENT_TYPE_KIND_WARNING
).register()
