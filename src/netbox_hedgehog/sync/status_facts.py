"""What the status of fabrics follows from, read in a few queries however many fabrics there are.

`status.py` decides from it; what only Git can tell is left to `moved.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery, prefetch_related_objects
from django.db.models.functions import JSONObject
from django.utils import timezone

from ..choices import (
    OPEN_CONFLICT_STATUSES,
    OPEN_OUTBOX_STATES,
    OPEN_UPLOAD_STATES,
    OVER_OPERATION_STATUSES,
    RUNNING_OPERATION_STATUSES,
    SyncDirectionChoices,
)
from ..models import (
    ConflictResolution,
    FabricSyncState,
    HedgehogFabric,
    OutboxEntry,
    RawUpload,
    SyncOperation,
)
from .locks import leases_held

__all__ = ['StatusFacts', 'ended_operations', 'status_facts']


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """All that counts for the status of one fabric, at one moment."""

    now: datetime
    configured: bool
    enabled: bool
    sync_interval: int
    synced_commit: str = ''
    last_sync: datetime | None = None
    # An operation is at work, and its worker lives.
    running: bool = False
    # How the newest operation ended, and why; empty while there is none.
    last_status: str = ''
    last_reason: str = ''
    open_conflicts: bool = False
    # Not in Git yet.
    open_edits: bool = False
    open_uploads: bool = False
    # Git changed the fabric's folder, as far as anybody knows; asked of Git, not of rows.
    moved: bool = False


def status_facts(fabrics: Sequence[HedgehogFabric]) -> dict[int, StatusFacts]:
    """Reads the facts of these fabrics; what only Git can tell is still open."""
    prefetch_related_objects(fabrics, 'sync_state', 'git_repository__state')
    # Of a fabric without a repository there is nothing to read.
    told = _told([fabric.pk for fabric in fabrics if fabric.git_repository_id is not None])
    running = leases_held([pk for pk, row in told.items() if row['running']])
    now = timezone.now()
    return {
        fabric.pk: _facts(fabric, now, told.get(fabric.pk, {}), fabric.pk in running)
        for fabric in fabrics
    }


def ended_operations() -> QuerySet[SyncOperation]:
    """Operations that came to an end, the newest first; parts of another one do not count."""
    ended = SyncOperation.objects.filter(status__in=OVER_OPERATION_STATUSES, parent=None)
    return ended.order_by('-completed_at', '-pk')


def _facts(
    fabric: HedgehogFabric, now: datetime, told: Mapping[str, Any], running: bool
) -> StatusFacts:
    state: FabricSyncState | None = getattr(fabric, 'sync_state', None)
    last = told.get('last') or {}
    return StatusFacts(
        now=now,
        configured=fabric.git_repository_id is not None,
        enabled=fabric.sync_enabled and fabric.sync_direction != SyncDirectionChoices.DISABLED,
        sync_interval=fabric.sync_interval,
        synced_commit=state.last_synced_commit if state else '',
        last_sync=state.last_sync if state else None,
        running=running,
        last_status=last.get('status', ''),
        last_reason=last.get('reason', ''),
        open_conflicts=told.get('open_conflicts', False),
        open_edits=told.get('open_edits', False),
        open_uploads=told.get('open_uploads', False),
    )


def _told(fabrics: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What rows beside the fabric say, by the fabric's key, in one query for all of them."""
    if not fabrics:
        return {}
    mine = {'fabric': OuterRef('pk')}
    last = ended_operations().filter(**mine)
    rows = HedgehogFabric.objects.filter(pk__in=fabrics).order_by()
    found = rows.annotate(
        running=Exists(SyncOperation.objects.filter(**mine, status__in=RUNNING_OPERATION_STATUSES)),
        last=Subquery(last.values(told=JSONObject(status='status', reason='last_reason'))[:1]),
        open_conflicts=Exists(
            ConflictResolution.objects.filter(**mine, resolution_status__in=OPEN_CONFLICT_STATUSES)
        ),
        open_edits=Exists(OutboxEntry.objects.filter(**mine, state__in=OPEN_OUTBOX_STATES)),
        open_uploads=Exists(RawUpload.objects.filter(**mine, state__in=OPEN_UPLOAD_STATES)),
    )
    names = ('pk', 'running', 'last', 'open_conflicts', 'open_edits', 'open_uploads')
    return {row['pk']: row for row in found.values(*names)}
