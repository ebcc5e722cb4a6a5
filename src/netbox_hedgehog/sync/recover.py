"""Finds what dead workers left, and what is due.

A worker is alive as long as it holds its fabric's lock: an operation that looks running while the
lock is free belongs to a worker that was killed. What it may have published is found later, by
reading the remote.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from core.choices import JobStatusChoices
from django.db.models import F, Max, Q
from django.utils import timezone

from hedgehog_gitops.errors import EngineError

from ..choices import (
    OPEN_OPERATION_STATUSES,
    RUNNING_OPERATION_STATUSES,
    CircuitStateChoices,
    OperationStatusChoices,
    OutboxStateChoices,
    PublishModeChoices,
    SyncDirectionChoices,
    SyncOperationTypeChoices,
    UploadStateChoices,
)
from ..constants import MIN_SYNC_INTERVAL
from ..models import (
    Checkpoint,
    FabricSyncState,
    HedgehogFabric,
    OutboxEntry,
    RawUpload,
    SyncOperation,
)
from .circuit import PAUSE
from .error_records import never_over, note_errors, of_failure
from .locks import fabric_locked
from .record import close_failed
from .run import ATTEMPT, TAKES_UP
from .untold import tell_left

__all__ = [
    'close_dead_operations',
    'due_fabrics',
    'due_scans',
    'fabrics_with_old_copies',
    'next_look',
    'recover_dead_workers',
    'self_acting_fabrics',
    'unfinished_fabrics',
    'waiting_operations',
]

_TRIES = 3

# Seconds between tries to publish what waits, where no interval is set.
UNWATCHED = 300

# How long an operation may wait for its job before the minutely check starts another one.
GRACE = timedelta(seconds=30)


def waiting_operations(fabric_id: int) -> list[SyncOperation]:
    """Returns the operations to be carried out now, oldest first; later ones are left alone."""
    pending = SyncOperation.objects.filter(
        fabric_id=fabric_id, status=OperationStatusChoices.PENDING, parent=None
    ).exclude(job__status=JobStatusChoices.STATUS_SCHEDULED, job__scheduled__gt=timezone.now())
    return list(pending.select_related('fabric', 'job', 'initiated_by').order_by('pk'))


def close_dead_operations(fabric_id: int) -> int:
    """Closes what looks running although its worker is gone; the caller holds the lock."""
    dead = SyncOperation.objects.filter(
        fabric_id=fabric_id, status__in=RUNNING_OPERATION_STATUSES
    ).select_related('job', 'fabric')
    for operation in dead:
        died = _worker_died()
        close_failed(operation, died)
        if operation.fabric is not None:
            note_errors(operation.fabric, operation, [of_failure(died)], never_over)
        _close_job(operation.job)
        _ask_again(operation)
    return len(dead)


def _ask_again(dead: SyncOperation) -> None:
    """Asks once more for what no synchronisation does by itself: an undo, an initialisation, ...

    Its options name the dead one, which may have published before it died. An operation that
    kills its worker every time is not asked for for ever.
    """
    options = dead.operation_config
    asked_for = dead.operation_type != SyncOperationTypeChoices.SYNC or options
    attempt = options.get(ATTEMPT, 1)
    if dead.parent_id is not None or dead.cancel_requested or not asked_for or attempt >= _TRIES:
        return
    SyncOperation.objects.create(
        fabric=dead.fabric,
        git_repository=dead.git_repository,
        operation_type=dead.operation_type,
        trigger_type=dead.trigger_type,
        initiated_by=dead.initiated_by,
        user_name=dead.user_name,
        request_id=dead.request_id,
        undoes=dead.undoes,
        payload=dead.payload,
        operation_config={**options, TAKES_UP: str(dead.operation_id), ATTEMPT: attempt + 1},
    )


def recover_dead_workers() -> list[int]:
    """Closes the operations of dead workers on all fabrics, tells what they left untold, and
    returns the fabrics concerned.
    """
    left = Q(status__in=RUNNING_OPERATION_STATUSES) | Q(untold__isnull=False)
    recovered = []
    for fabric_id in (
        SyncOperation.objects.filter(left).values_list('fabric_id', flat=True).order_by().distinct()
    ):
        if fabric_id is None:
            continue
        with fabric_locked(fabric_id) as got:
            if got and close_dead_operations(fabric_id) + tell_left(fabric_id):
                recovered.append(fabric_id)
    return recovered


def unfinished_fabrics() -> Iterator[HedgehogFabric]:
    """Yields fabrics where somebody asked for work and no worker is coming for it."""
    behind = FabricSyncState.objects.filter(requested_generation__gt=F('processed_generation'))
    old = timezone.now() - GRACE
    waiting = SyncOperation.objects.filter(
        status=OperationStatusChoices.PENDING, parent=None, created__lt=old
    ).exclude(job__status=JobStatusChoices.STATUS_SCHEDULED, job__scheduled__gt=timezone.now())
    pushing = OutboxEntry.objects.filter(state=OutboxStateChoices.PUSHING)
    for fabric in _reachable_fabrics(timezone.now()).filter(
        Q(pk__in=behind.values('fabric_id'))
        | Q(pk__in=waiting.values('fabric_id'))
        | Q(pk__in=pushing.values('fabric_id'))
        | Q(pk__in=_forgotten_uploads(old).values('fabric_id'))
    ):
        # Somebody asked a moment ago: the job is on its way.
        young = fabric.sync_operations.filter(
            Q(status=OperationStatusChoices.PENDING, created__gte=old)
            | Q(status__in=RUNNING_OPERATION_STATUSES)
        )
        if not young.exists():
            yield fabric


def _forgotten_uploads(old: datetime) -> Any:
    """Files that were sent, or wait although their pause is over."""
    over = Q(next_attempt_at=None, created__lt=old) | Q(next_attempt_at__lte=timezone.now())
    return RawUpload.objects.filter(
        Q(state=UploadStateChoices.PUSHING) | Q(over, state=UploadStateChoices.WAITING)
    )


def due_fabrics(now: datetime) -> Iterator[HedgehogFabric]:
    """Yields fabrics whose interval has passed since anybody last looked at them.

    With an interval of 0 nobody watches Git; an edit that waits is tried again all the same.
    """
    waiting = OutboxEntry.objects.filter(state=OutboxStateChoices.PENDING)
    to_publish = (
        Q(pk__in=waiting.values('fabric_id'))
        & ~Q(publish_mode=PublishModeChoices.MANUAL)
        & ~Q(sync_direction=SyncDirectionChoices.GIT_TO_GUI)
    )
    candidates = (
        _reachable_fabrics(now)
        .filter(Q(sync_interval__gt=0) | to_publish, gitops_initialized=True)
        .annotate(last_try=Max('sync_operations__created', filter=_LOOKS))
    )
    for fabric in candidates:
        due = (
            fabric.last_try is None
            or fabric.last_try + timedelta(seconds=fabric.sync_interval or UNWATCHED) <= now
        )
        if due and not _busy(fabric):
            yield fabric


def next_look(fabric: HedgehogFabric) -> datetime | None:
    """When the schedule looks at a fabric again by itself; None where it does not."""
    now = timezone.now()
    looked = _reachable_fabrics(now).filter(
        pk=fabric.pk, sync_interval__gt=0, gitops_initialized=True
    )
    watched = looked.annotate(last_try=Max('sync_operations__created', filter=_LOOKS)).first()
    if watched is None:
        return None
    if watched.last_try is None:
        return now
    return max(now, watched.last_try + timedelta(seconds=watched.sync_interval))


def due_scans(now: datetime) -> Iterator[HedgehogFabric]:
    """Yields fabrics whose duplicates are to be searched: Git has another commit than the last
    search, or the interval has passed since.
    """
    fabrics = (
        _reachable_fabrics(now)
        .filter(duplicate_detection_enabled=True, gitops_initialized=True)
        .select_related('git_repository', 'sync_state', 'duplicate_scan')
        .annotate(last_try=Max('sync_operations__created', filter=_SEARCHES))
    )
    for fabric in fabrics:
        if _scan_due(fabric, now) and not _busy(fabric):
            yield fabric


def _scan_due(fabric: Any, now: datetime) -> bool:
    """What failed is not tried again at every minute, although the commit is another one."""
    state, scan = fabric.sync_state, getattr(fabric, 'duplicate_scan', None)
    if not state.last_synced_commit:
        return False
    tried, done = fabric.last_try, state.last_duplicate_scan
    failed = tried is not None and (done is None or done < tried)
    if not failed and (scan is None or done is None or scan.commit != state.last_synced_commit):
        return True
    seconds = fabric.duplicate_scan_interval or (MIN_SYNC_INTERVAL if failed else 0)
    return bool(seconds) and (tried if failed else done) + timedelta(seconds=seconds) <= now


def fabrics_with_old_copies(days: int, now: datetime) -> Iterator[HedgehogFabric]:
    """Yields fabrics whose copies below .hnp/backups/ were kept long enough; 0 days keeps all."""
    if not days:
        return
    old = Checkpoint.objects.filter(copies=True, created__lt=now - timedelta(days=days))
    for fabric in _reachable_fabrics(now).filter(pk__in=old.values('fabric_id')):
        if not _busy(fabric):
            yield fabric


_LOOKS = Q(
    sync_operations__operation_type__in=(
        SyncOperationTypeChoices.SYNC,
        SyncOperationTypeChoices.DIRECTORY_INIT,
        SyncOperationTypeChoices.FILE_INGESTION,
    ),
    sync_operations__parent=None,
)


_SEARCHES = Q(sync_operations__operation_type=SyncOperationTypeChoices.DUPLICATE_SCAN)


def self_acting_fabrics() -> Any:
    """Returns the fabrics that are synchronised without a person asking for it."""
    never = (SyncDirectionChoices.DISABLED, SyncDirectionChoices.MANUAL_ONLY)
    return (
        HedgehogFabric.objects.filter(sync_enabled=True, git_repository__enabled=True)
        .exclude(sync_direction__in=never)
        .select_related('git_repository')
        .order_by('pk')
    )


def _reachable_fabrics(now: datetime) -> Any:
    """Those whose server is not left alone at the moment."""
    return self_acting_fabrics().exclude(
        git_repository__state__circuit_state=CircuitStateChoices.OPEN,
        git_repository__state__circuit_opened_at__gt=now - PAUSE,
    )


def _busy(fabric: HedgehogFabric) -> bool:
    return fabric.sync_operations.filter(status__in=OPEN_OPERATION_STATUSES).exists()


def _worker_died() -> EngineError:
    return EngineError(
        'WorkerDied',
        'The worker was stopped before this operation was over.',
        hint='The next run reads the branch and goes on from there; nothing has to be done.',
    )


def _close_job(job: Any) -> None:
    if job is not None and job.status == JobStatusChoices.STATUS_RUNNING:
        job.terminate(status=JobStatusChoices.STATUS_FAILED, error='WorkerDied')
