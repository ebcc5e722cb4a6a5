"""How far operations are, as every page shows it, and what their jobs have logged by now."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.models import Job
from django.utils.dateparse import parse_datetime

from ..choices import OperationPhaseChoices, OperationStatusChoices
from ..models import SyncOperation
from ..sync.latest import latest_progress

__all__ = ['LogLine', 'ShownProgress', 'log_lines', 'shown_progress']

# Lines of a log shown on the page; the job's own page has them all.
MAX_LINES = 200

_PHASES = dict(OperationPhaseChoices())
_LINE = re.compile(r'fabric=\S+ operation=(\S+) stage=(\S+): (.*)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class ShownProgress:
    """One operation with the bar of its phase; `total` None: nobody knows how much there is."""

    operation: SyncOperation
    phase: str
    done: int
    total: int | None
    message: str

    @property
    def waiting(self) -> bool:
        return self.operation.status == OperationStatusChoices.PENDING

    @property
    def over(self) -> bool:
        return not (self.waiting or self.operation.running)

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The phases in order, each done, current or still to come."""
        names = list(_PHASES)
        at = names.index(self.phase) if self.phase in names else -1
        return [
            {
                'name': name,
                'label': _PHASES[name],
                'state': 'current' if number == at else 'done' if number < at else 'coming',
            }
            for number, name in enumerate(names)
        ]


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line a job has logged about an operation."""

    when: datetime | None
    level: str
    stage: str
    text: str


def shown_progress(operations: Iterable[SyncOperation]) -> list[ShownProgress]:
    """Returns how far each operation is: by its row, and by what was said since."""
    rows = list(operations)
    latest = latest_progress({str(row.operation_id) for row in rows if row.running})
    return [_shown(row, latest.get(str(row.operation_id), {})) for row in rows]


def log_lines(operation: SyncOperation, user: Any) -> list[LogLine]:
    """Returns what was logged about an operation, as far as the user may see its job."""
    job = Job.objects.restrict(user, 'view').filter(pk=operation.job_id).first()
    lines = [_line(entry, operation) for entry in (job.log_entries if job is not None else ())]
    return [line for line in lines if line is not None][-MAX_LINES:]


def _shown(row: SyncOperation, said: Mapping[str, Any]) -> ShownProgress:
    return ShownProgress(
        row,
        said.get('phase', row.current_phase),
        said.get('done', row.progress_done),
        said.get('total', row.progress_total),
        said.get('message', ''),
    )


def _line(entry: Mapping[str, Any], operation: SyncOperation) -> LogLine | None:
    found = _LINE.match(entry['message'])
    if entry['level'] == 'debug' or not found or found[1] != str(operation.operation_id):
        return None
    when = entry['timestamp']
    when = parse_datetime(when) if isinstance(when, str) else when
    return LogLine(when, entry['level'], found[2], found[3])
