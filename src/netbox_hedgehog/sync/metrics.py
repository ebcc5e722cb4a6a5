"""Numbers for monitoring, counted from rows when asked for, by a constant number of queries.

`netbox_hedgehog/metrics.py` gives them to Prometheus. A number nobody has measured has no sample.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, F, Max, Min, Q, Sum

from ..choices import OPEN_CONFLICT_STATUSES, OPEN_OUTBOX_STATES
from ..models import (
    ConflictResolution,
    ErrorRecord,
    FabricSyncState,
    GitRepositoryState,
    HealthAlert,
    HedgehogFabric,
    SyncOperation,
)
from .health import DAY, duration, seconds

__all__ = ['FAMILIES', 'Family', 'measured']


@dataclass(frozen=True, slots=True)
class Family:
    """One metric: its name, what it says, and the names of its labels."""

    name: str
    text: str
    labels: tuple[str, ...]
    samples: list[tuple[tuple[str, ...], float]] = field(default_factory=list)

    def add(self, *labels: Any, value: float | None) -> None:
        """Adds a sample, unless nobody has measured it."""
        if value is not None:
            self.samples.append((tuple(map(str, labels)), float(value)))


# Name, text, labels. All of them are gauges: rows are cleaned up, so counts may go down.
FAMILIES = (
    ('hedgehog_operations', 'Operations on record', ('type', 'status')),
    (
        'hedgehog_operation_duration_seconds',
        'How long operations of the last 24 hours took',
        ('type', 'measure'),
    ),
    ('hedgehog_git_commands', 'Git processes of the last 24 hours', ('type',)),
    ('hedgehog_conflicts_open', 'Conflicts that are open', ('fabric',)),
    ('hedgehog_errors_open', 'Errors that are open', ('fabric',)),
    ('hedgehog_outbox_waiting', 'Edits that wait for Git', ('fabric',)),
    ('hedgehog_outbox_oldest_seconds', 'How long the oldest of them has waited', ('fabric',)),
    ('hedgehog_documents_held', 'Documents held back at the last ingestion', ('fabric',)),
    ('hedgehog_last_sync_age_seconds', 'Time since the last successful sync', ('fabric',)),
    ('hedgehog_circuit_open', '1 while the server is left alone or probed', ('repository',)),
    ('hedgehog_api_rate_limit_remaining', 'Calls the host still allows', ('repository',)),
    ('hedgehog_alerts', 'Alerts that are raised', ('fabric', 'alert')),
)


def measured(now: datetime) -> list[Family]:
    """Returns every metric as the rows say now."""
    families = {name: Family(name, text, labels) for name, text, labels in FAMILIES}
    for name, labels, value in (
        *_operations(),
        *_last_day(now),
        *_per_fabric(),
        *_outbox(now),
        *_states(now),
        *_repositories(),
    ):
        families[name].add(*labels, value=value)
    return list(families.values())


type _Sample = tuple[str, tuple[Any, ...], float | None]


def _operations() -> Iterator[_Sample]:
    rows = SyncOperation.objects.order_by().values('operation_type', 'status')
    for row in rows.annotate(count=Count('pk')):
        yield 'hedgehog_operations', (row['operation_type'], row['status']), row['count']


def _last_day(now: datetime) -> Iterator[_Sample]:
    over = SyncOperation.objects.filter(completed_at__gte=now - DAY, parent=None)
    rows = (
        over.order_by()
        .values('operation_type')
        .annotate(average=Avg(duration()), longest=Max(duration()), commands=Sum('git_commands'))
    )
    for row in rows:
        name, kind = 'hedgehog_operation_duration_seconds', row['operation_type']
        yield name, (kind, 'average'), seconds(row['average'])
        yield name, (kind, 'maximum'), seconds(row['longest'])
        yield 'hedgehog_git_commands', (kind,), row['commands']


def _per_fabric() -> Iterator[_Sample]:
    """A fabric without any has a sample of 0: it was counted."""
    open_conflict = Q(resolution_status__in=OPEN_CONFLICT_STATUSES)
    counts = {
        'hedgehog_conflicts_open': _by_fabric(ConflictResolution.objects.filter(open_conflict)),
        'hedgehog_errors_open': _by_fabric(ErrorRecord.objects.filter(resolved_at=None)),
    }
    fabrics = list(HedgehogFabric.objects.order_by('pk').values_list('pk', 'slug'))
    for name, counted in counts.items():
        for pk, slug in fabrics:
            yield name, (slug,), counted.get(pk, 0)
    alerts = HealthAlert.objects.filter(cleared_at=None).values_list('fabric__slug', 'name')
    for slug, alert in alerts:
        yield 'hedgehog_alerts', (slug, alert), 1


def _by_fabric(rows: Any) -> dict[int, int]:
    return dict(rows.order_by().values_list('fabric').annotate(count=Count('pk')))


def _outbox(now: datetime) -> Iterator[_Sample]:
    waiting = Q(outbox_entries__state__in=OPEN_OUTBOX_STATES)
    rows = HedgehogFabric.objects.order_by('pk').annotate(
        waiting=Count('outbox_entries', filter=waiting),
        oldest=Min('outbox_entries__created', filter=waiting),
    )
    for slug, count, oldest in rows.values_list('slug', 'waiting', 'oldest'):
        yield 'hedgehog_outbox_waiting', (slug,), count
        yield 'hedgehog_outbox_oldest_seconds', (slug,), seconds(now - oldest) if oldest else None


def _states(now: datetime) -> Iterator[_Sample]:
    rows = FabricSyncState.objects.order_by('fabric')
    for slug, held, last in rows.values_list('fabric__slug', 'held_documents', 'last_sync'):
        yield 'hedgehog_documents_held', (slug,), held
        yield 'hedgehog_last_sync_age_seconds', (slug,), seconds(now - last) if last else None


def _repositories() -> Iterator[_Sample]:
    rows = GitRepositoryState.objects.order_by('repository').values_list(
        F('repository__name'), 'circuit_state', 'rate_limit_remaining'
    )
    for name, circuit, remaining in rows:
        yield 'hedgehog_circuit_open', (name,), float(circuit != 'closed')
        yield 'hedgehog_api_rate_limit_remaining', (name,), remaining
