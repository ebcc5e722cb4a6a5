"""How far an operation is, told to its row, to the job's log and to whoever listens live.

The stages the runner names are the points at which a killed worker must leave nothing half done:
`after_fetch`, `commit_made`, `push_sent`, `push_confirmed`, `before_database_commit`, `recorded`.
The last but one is called inside the final transaction, when everything is written and nothing is
committed; the last one after it, before anybody is told. People see the phase each belongs to.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

from ..choices import OperationPhaseChoices as Phase
from ..choices import OperationStatusChoices as Status
from ..choices import SyncOperationTypeChoices as Type
from ..models import SyncOperation
from .announce import announce, announce_duplicate_detection, announce_resolution
from .messages import operation_progress, search_progress, settling_progress

__all__ = ['PLANNING', 'EngineProgress', 'OperationProgress', 'followed_by']

# A page that polls cannot show more than this many steps a second anyway.
_PAUSE = 0.5

_STATUS = {
    'fetch': Status.IN_PROGRESS,
    'plan': Status.DETECTING_CONFLICTS,
    'apply': Status.SYNCING_DATA,
    'record': Status.FINALIZING,
}

# What stage shows as which phase; phases the engine names itself are called the same here, unless
# only one kind of operation has them.
_PHASES = {
    'compare': Phase.PLAN,
    'prove': Phase.PLAN,
    'render': Phase.PLAN,
    'after_fetch': Phase.FETCH,
    'commit_made': Phase.COMMIT,
    'push_sent': Phase.PUBLISH,
    'push_confirmed': Phase.PUBLISH,
    'apply': Phase.RECORD,
    'before_database_commit': Phase.RECORD,
    'recorded': Phase.RECORD,
}
PLANNING = (Phase.READ, Phase.PLAN)

_FOLLOWER: ContextVar[Callable[[SyncOperation], None] | None] = ContextVar(
    'netbox_hedgehog_follower', default=None
)


@contextmanager
def followed_by(follower: Callable[[SyncOperation], None]) -> Iterator[None]:
    """Tells the follower, too, how far what is carried out in this very thread is."""
    token = _FOLLOWER.set(follower)
    try:
        yield
    finally:
        _FOLLOWER.reset(token)


class OperationProgress:
    """Tells how far one operation is."""

    def __init__(self, operation: SyncOperation, log: Any) -> None:
        self.operation = operation
        self.log = log
        self.engine = EngineProgress(self)
        self._told = 0.0
        self._since = time.monotonic()

    def stage(self, name: str) -> None:
        """Begins a stage, or notes that a point of no return was reached."""
        self.log.stage = name
        self.log.debug('reached')
        # Going round again after a lost race does not go back to an earlier status.
        if name in _STATUS and not (
            name == 'fetch' and self.operation.status != Status.INITIALIZING
        ):
            self.operation.status = _STATUS[name]
        self.phase(_PHASES.get(name, name))

    def phase(self, name: str) -> None:
        """Begins a phase; how much of it there is, nobody has said yet."""
        if name != self.operation.current_phase:
            self.note_time()
            self.operation.progress_done, self.operation.progress_total = 0, None
        self.operation.current_phase = name
        self._tell()

    def note_time(self) -> None:
        """Adds the time since the last look to that of the phase; the caller saves."""
        now, phase = time.monotonic(), self.operation.current_phase
        spent = self.operation.phase_seconds
        if phase:
            spent[phase] = round(spent.get(phase, 0.0) + now - self._since, 3)
        self._since = now

    def advance(self, done: int, total: int) -> None:
        """Says how much of the phase is done; told at most twice a second, and when it is all."""
        known = self.operation.progress_done, self.operation.progress_total
        self.operation.progress_done, self.operation.progress_total = done, total
        all_of_it = done == total and known != (done, total)
        if all_of_it or time.monotonic() - self._told >= _PAUSE:
            self._tell()

    def _tell(self) -> None:
        self._told = time.monotonic()
        # Inside a transaction the row would be invisible to others and locked for them as well.
        if not connection.in_atomic_block:
            self._write()
        self._announce(getattr(self.log, 'said', ''))
        if (follower := _FOLLOWER.get()) is not None:
            follower(self.operation)

    def _announce(self, said: str) -> None:
        operation = self.operation
        announce(operation_progress(operation, said))
        if operation.fabric_id is None:
            return
        about = operation.fabric_id, str(operation.operation_id)
        if operation.operation_type == Type.DUPLICATE_SCAN:
            announce_duplicate_detection(*about, search_progress(operation, said))
        elif operation.operation_type == Type.DUPLICATE_RESOLUTION:
            announce_resolution(*about, settling_progress(operation, said))

    def _write(self) -> None:
        SyncOperation.objects.filter(pk=self.operation.pk).update(
            status=self.operation.status,
            current_phase=self.operation.current_phase,
            progress_done=self.operation.progress_done,
            progress_total=self.operation.progress_total,
        )
        # NetBox keeps what a job logs in memory until the job ends; the page shows it meanwhile.
        if (job := self.operation.job) is not None and job.log_entries:
            job.save(update_fields=('log_entries',))


class EngineProgress:
    """Implements the engine's Progress protocol: its stages are phases here."""

    def __init__(self, progress: OperationProgress) -> None:
        self._progress = progress

    def stage(self, name: str) -> None:
        self._progress.phase(_PHASES.get(name, name))

    def advance(self, done: int, total: int) -> None:
        self._progress.advance(done, total)
