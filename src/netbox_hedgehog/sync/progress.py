"""How far an operation is, told to its row, to the job's log and to whoever listens live.

The stages the runner names are the points at which a killed worker must leave nothing half done:
`after_fetch`, `commit_made`, `push_sent`, `push_confirmed`, `before_database_commit`, `recorded`.
The last but one is called inside the final transaction, when everything is written and nothing is
committed; the last one after it, before anybody is told.
"""

import time
from typing import Any

from django.db import connection

from ..choices import OperationStatusChoices as Status
from ..models import SyncOperation
from .announce import announce
from .messages import operation_progress

__all__ = ['OperationProgress']

# A page that polls cannot show more than this many steps a second anyway.
_PAUSE = 0.5

_STATUS = {
    'fetch': Status.IN_PROGRESS,
    'plan': Status.DETECTING_CONFLICTS,
    'apply': Status.SYNCING_DATA,
    'record': Status.FINALIZING,
}


class OperationProgress:
    """Implements the engine's Progress protocol for one operation."""

    def __init__(self, operation: SyncOperation, log: Any) -> None:
        self.operation = operation
        self.log = log
        self._told = 0.0

    def stage(self, name: str) -> None:
        """Begins a stage, or notes that a point of no return was reached."""
        self.log.stage = name
        self.log.debug('reached')
        self.operation.current_phase = name
        # Going round again after a lost race does not go back to an earlier status.
        if name in _STATUS and not (
            name == 'fetch' and self.operation.status != Status.INITIALIZING
        ):
            self.operation.status = _STATUS[name]
        self._write()

    def advance(self, done: int, total: int) -> None:
        """Says how much of the stage is done; told at most twice a second."""
        self.operation.progress_done, self.operation.progress_total = done, total
        if time.monotonic() - self._told >= _PAUSE:
            self._write()

    def _write(self) -> None:
        # Inside a transaction the row would be invisible to others and locked for them as well.
        if connection.in_atomic_block:
            return
        self._told = time.monotonic()
        SyncOperation.objects.filter(pk=self.operation.pk).update(
            status=self.operation.status,
            current_phase=self.operation.current_phase,
            progress_done=self.operation.progress_done,
            progress_total=self.operation.progress_total,
        )
        announce(operation_progress(self.operation))
