"""One worker per fabric, and one per repository: PostgreSQL session locks and a fencing number.

The session lock dies with the process that holds it, so a killed worker leaves nothing behind.
The number guards against the opposite: a worker that lost its session (and so its lock) without
noticing finds another number on the row and stops before it writes. Order: fabric, then repository.
"""

import hashlib
import random
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import batched

from django.db import connection, transaction
from django.db.models import F
from django_pg_utils import advisory_lock

from hedgehog_gitops.errors import TryAgainLater
from hedgehog_gitops.identity import ResourceKey

from ..models import FabricSyncState, GitRepositoryState, HedgehogFabric, HedgehogResource

__all__ = [
    'LeaseLost',
    'RepositoryInUse',
    'claim_lease',
    'fabric_locked',
    'fence',
    'lease_held',
    'leases_held',
    'lock_rows',
    'repository_held',
    'repository_locked',
]


class LeaseLost(TryAgainLater):
    """Another worker took this fabric over; what this one was about to write is dropped."""

    def __init__(self) -> None:
        super().__init__('LeaseLost', str(type(self).__doc__))


class RepositoryInUse(TryAgainLater):
    """Somebody else works with the clone of this repository."""

    def __init__(self) -> None:
        super().__init__(
            'RepositoryBusy',
            'Another operation is using the clone of this repository.',
            hint='Ask again in a moment.',
            after=1.0,
        )


@contextmanager
def fabric_locked(fabric_id: int) -> Iterator[bool]:
    """Yields whether this process is now the only one working on the fabric; never waits."""
    with advisory_lock(_fabric_name(fabric_id), wait=False, comment=False) as got:
        yield got


@contextmanager
def repository_locked(repository_id: int, patience: float) -> Iterator[bool]:
    """Yields whether this process owns the repository's clone, after `patience` seconds at most.

    Several fabrics share one repository, and their workers do not know of one another's triggers:
    a short wait here spares a turn through the queue.
    """
    deadline = time.monotonic() + patience
    while True:
        with advisory_lock(
            f'netbox_hedgehog:repo:{repository_id}', wait=False, comment=False
        ) as got:
            if got or time.monotonic() >= deadline:
                yield got
                return
        time.sleep(random.uniform(0.02, 0.08))  # noqa: S311 - jitter, no secret


@contextmanager
def repository_held(repository_id: int, patience: float) -> Iterator[None]:
    """Owns the repository's clone; `RepositoryInUse` when others have it for all the patience."""
    with repository_locked(repository_id, patience) as got:
        if not got:
            raise RepositoryInUse
        yield


def lease_held(fabric_id: int) -> bool:
    """Says whether some live session holds the fabric's lock, without touching the lock."""
    return bool(leases_held([fabric_id]))


def leases_held(fabric_ids: Iterable[int]) -> set[int]:
    """Returns those of the fabrics whose lock is held, by one question however many they are."""
    numbers = {_lock_number(fabric_id): fabric_id for fabric_id in fabric_ids}
    if not numbers:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [list(numbers)])
        return {numbers[number] for (number,) in cursor.fetchall()}


def claim_lease(fabric_id: int, repository_id: int) -> int:
    """Counts the fencing number up and returns it; the caller holds both locks."""
    with transaction.atomic():
        FabricSyncState.objects.filter(fabric_id=fabric_id).update(lease_epoch=F('lease_epoch') + 1)
        GitRepositoryState.objects.filter(repository_id=repository_id).update(
            lease_epoch=F('lease_epoch') + 1
        )
        return FabricSyncState.objects.values_list('lease_epoch', flat=True).get(
            fabric_id=fabric_id
        )


def fence(fabric_id: int, epoch: int) -> FabricSyncState:
    """Returns the fabric's state, locked, if the caller still holds the lease; call it late.

    Whoever asks for a sync counts up on the same row, so it is not to be locked for long.
    """
    state = FabricSyncState.objects.select_for_update().get(fabric_id=fabric_id)
    if state.lease_epoch != epoch:
        raise LeaseLost
    return state


# An advisory lock on one bigint shows in pg_locks as its upper and lower half, objsubid 1.
_HELD = """
    SELECT DISTINCT number FROM (
        SELECT (classid::bigint << 32) | objid::bigint AS number FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND objsubid = 1
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) AS held
    WHERE number = ANY(%s::bigint[])
"""


def _lock_number(fabric_id: int) -> int:
    digest = hashlib.sha256(_fabric_name(fabric_id).encode()).digest()
    return int.from_bytes(digest[:8], 'big', signed=True)


def _fabric_name(fabric_id: int) -> str:
    return f'netbox_hedgehog:fabric:{fabric_id}'


def lock_rows(fabric: HedgehogFabric, keys: Iterable[ResourceKey]) -> None:
    """Takes the locks of these objects' rows, always before those of their edits.

    Whoever saves an object has its row locked and then wants its edit: the other order would let
    the two wait for each other for ever.
    """
    for names in batched(sorted({key.name for key in keys}), 5000):
        rows = HedgehogResource.objects.filter(fabric=fabric, name__in=names).order_by('pk')
        list(rows.select_for_update(of=('self',)).values_list('pk', flat=True))
