"""Counts the failures of single objects: after too many in a row one is left alone.

Part of the one transaction of `finish.py`; `publishing.py` asks whether an object is suspended.
"""

from django.db.models import F
from django.utils import timezone

from ..models import ResourceSyncState
from .finish_conflicts import done_entries
from .run import Run

__all__ = ['count_failures']

# After so many failures in a row an object is not tried again by itself.
TOO_MANY_ERRORS = 5


def count_failures(run: Run) -> None:
    """An object whose edit fails again and again is left alone until a person asks for it."""
    now = timezone.now()
    for entry, error in run.refused.values():
        states = ResourceSyncState.objects.filter(resource=entry.resource_id)
        states.update(
            sync_error_count=F('sync_error_count') + 1,
            last_sync_error=f'{error.reason}: {error}',
            last_sync_error_at=now,
        )
        states.filter(sync_error_count__gte=TOO_MANY_ERRORS).update(auto_sync_suspended=True)
    done = [entry.resource_id for entry in done_entries(run) if entry.resource_id]
    ResourceSyncState.objects.filter(resource__in=done, auto_sync_suspended=True).update(
        auto_sync_suspended=False, sync_error_count=0, last_sync_error=''
    )
