"""Asked-for and done counters of a fabric, so that no trigger is ever lost.

Whoever wants a fabric synchronised counts `requested` up first and then tries to start a worker.
The worker notes the number before it reads Git and writes it to `processed` after it is done: a
trigger that arrived in between leaves the two apart, and the worker goes round again.
"""

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from ..models import FabricSyncState

__all__ = ['is_behind', 'mark_processed', 'request', 'requested']


def request(fabric_id: int) -> int:
    """Counts the asked-for generation up and returns it."""
    with transaction.atomic():
        rows = FabricSyncState.objects.filter(fabric_id=fabric_id)
        if not rows.update(requested_generation=F('requested_generation') + 1):
            FabricSyncState.objects.get_or_create(fabric_id=fabric_id)
            rows.update(requested_generation=F('requested_generation') + 1)
        return requested(fabric_id)


def requested(fabric_id: int) -> int:
    """Returns the newest generation anybody asked for."""
    rows = FabricSyncState.objects.filter(fabric_id=fabric_id)
    return rows.values_list('requested_generation', flat=True).first() or 0


def mark_processed(fabric_id: int, generation: int) -> None:
    """Notes that everything asked for up to `generation` has been looked at."""
    FabricSyncState.objects.filter(fabric_id=fabric_id).update(
        processed_generation=Greatest(F('processed_generation'), generation)
    )


def is_behind(fabric_id: int) -> bool:
    """Says whether somebody asked for a sync that no worker has looked at yet."""
    return FabricSyncState.objects.filter(
        fabric_id=fabric_id, requested_generation__gt=F('processed_generation')
    ).exists()
