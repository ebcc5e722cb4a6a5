"""How well a fabric's synchronisation runs, from rows only: for REST, the Health page and alerts.

What nobody measured is None, never zero. The score and its inputs are described in
docs/guide/operating.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum

from ..choices import (
    OPEN_CONFLICT_STATUSES,
    SUCCESSFUL_OPERATION_STATUSES,
    CircuitStateChoices,
    ConnectionStatusChoices,
    OperationStatusChoices,
    ResolutionStatusChoices,
    SyncOperationTypeChoices,
)
from ..models import HedgehogFabric

__all__ = [
    'DAY',
    'IN_CONFLICT',
    'TROUBLED',
    'WITH_ERRORS',
    'Input',
    'duration',
    'ended',
    'fabric_health',
    'score',
    'seconds',
]

DAY = timedelta(hours=24)
_FAILED = OperationStatusChoices.FAILED

# Objects that are not in step: a conflict is open, the last attempt failed, or Git has none yet.
IN_CONFLICT = Q(conflicts__resolution_status__in=OPEN_CONFLICT_STATUSES)
WITH_ERRORS = ~Q(sync_state__last_sync_error='')
TROUBLED = IN_CONFLICT | WITH_ERRORS | Q(desired_spec__isnull=True)


@dataclass(frozen=True, slots=True)
class Input:
    """One part of the score: a share from 0 to 1, or None where nobody has measured it."""

    name: str
    weight: int
    value: float | None


def score(inputs: Iterable[Input]) -> int | None:
    """The mean of what was measured, by weight, in per cent; None where nothing was."""
    known = [each for each in inputs if each.value is not None]
    weight = sum(each.weight for each in known)
    return round(100 * sum(each.weight * each.value for each in known) / weight) if weight else None


def fabric_health(fabric: HedgehogFabric, now: datetime) -> dict[str, Any]:
    """Returns what `sync-health/` answers and the Health page shows."""
    operations = _operations(fabric, now)
    resources = _resources(fabric)
    connection = _connection(fabric)
    inputs = (
        Input('success_rate_24h', 40, operations['success_rate_24h']),
        Input('freshness', 20, _freshness(fabric, now)),
        Input('sync_coverage', 20, resources['sync_coverage']),
        Input('connection', 20, connection['value']),
    )
    points = score(inputs)
    alerts = [_alert(alert) for alert in fabric.alerts.filter(cleared_at=None)]
    return {
        'overall_health_score': points,
        'health_status': _status(points, bool(alerts)),
        'score_inputs': [
            {'name': each.name, 'weight': each.weight, 'value': each.value} for each in inputs
        ],
        'last_updated': now,
        'metrics': {
            'sync_operations': operations,
            'resources': resources,
            'conflicts': _conflicts(fabric, now),
            'github_integration': _integration(fabric, connection, now),
            'performance': _performance(fabric, now),
        },
        'alerts': alerts,
        'recommendations': [alert['action_required'] for alert in alerts],
    }


def ended(fabric: HedgehogFabric, since: datetime) -> QuerySet[Any]:
    """Operations that came to an end since then; parts and cancelled ones do not count."""
    return fabric.sync_operations.filter(completed_at__gte=since, parent=None).exclude(
        status=OperationStatusChoices.CANCELLED
    )


def duration(begin: str = 'started_at', end: str = 'completed_at') -> Any:
    """How long something took, as an expression; by default an operation."""
    return ExpressionWrapper(F(end) - F(begin), output_field=DurationField())


def seconds(length: timedelta | None) -> float | None:
    return length.total_seconds() if length is not None else None


def _operations(fabric: HedgehogFabric, now: datetime) -> dict[str, Any]:
    counted = ended(fabric, now - DAY).aggregate(
        total=Count('pk'),
        successful=Count('pk', filter=Q(status__in=SUCCESSFUL_OPERATION_STATUSES)),
        failed=Count('pk', filter=Q(status=_FAILED)),
        average=Avg(duration(), filter=Q(started_at__isnull=False)),
    )
    last = (
        fabric.sync_operations.filter(status__in=SUCCESSFUL_OPERATION_STATUSES, parent=None)
        .order_by('-completed_at')
        .values_list('completed_at', flat=True)
        .first()
    )
    total = counted['total']
    return {
        'total_operations_24h': total,
        'successful_operations_24h': counted['successful'],
        'failed_operations_24h': counted['failed'],
        'success_rate_24h': counted['successful'] / total if total else None,
        'average_duration_seconds': seconds(counted['average']),
        'last_successful_sync': last,
    }


def _resources(fabric: HedgehogFabric) -> dict[str, Any]:
    counted = fabric.resources.aggregate(
        total=Count('pk', distinct=True),
        in_conflict=Count('pk', filter=IN_CONFLICT, distinct=True),
        with_errors=Count('pk', filter=WITH_ERRORS, distinct=True),
        troubled=Count('pk', filter=TROUBLED, distinct=True),
    )
    total, synced = counted['total'], counted['total'] - counted['troubled']
    return {
        'total': total,
        'synced': synced,
        'with_conflicts': counted['in_conflict'],
        'with_errors': counted['with_errors'],
        'sync_coverage': synced / total if total else None,
    }


def _conflicts(fabric: HedgehogFabric, now: datetime) -> dict[str, Any]:
    resolved = fabric.conflicts.filter(
        resolution_status=ResolutionStatusChoices.RESOLVED, resolved_at__gte=now - DAY
    )
    counted = resolved.aggregate(
        count=Count('pk'),
        alone=Count('pk', filter=Q(resolved_by=None)),
        average=Avg(duration('detected_at', 'resolved_at')),
    )
    count = counted['count']
    return {
        'active': fabric.conflicts.filter(resolution_status__in=OPEN_CONFLICT_STATUSES).count(),
        'resolved_24h': count,
        'average_resolution_time_seconds': seconds(counted['average']),
        'auto_resolution_rate': counted['alone'] / count if count else None,
    }


def _connection(fabric: HedgehogFabric) -> dict[str, Any]:
    """Whether the server answers, as far as the last contact told."""
    state = getattr(fabric.git_repository, 'state', None)
    if state is None or state.connection_status == ConnectionStatusChoices.PENDING:
        return {'value': None, 'healthy': None, 'error': None}
    answers = state.connection_status == ConnectionStatusChoices.CONNECTED
    closed = state.circuit_state == CircuitStateChoices.CLOSED
    return {
        'value': (0.5 if not closed else 1.0) if answers else 0.0,
        'healthy': answers and closed,
        'error': state.validation_error or None,
    }


def _integration(
    fabric: HedgehogFabric, connection: dict[str, Any], now: datetime
) -> dict[str, Any]:
    state = getattr(fabric.git_repository, 'state', None)
    sums = ended(fabric, now - DAY).aggregate(
        calls=Sum('api_calls_made'), commands=Sum('git_commands')
    )
    return {
        'api_calls_24h': sums['calls'],
        'git_commands_24h': sums['commands'],
        'rate_limit_remaining': state.rate_limit_remaining if state is not None else None,
        # A host tells what is left, not of how much.
        'rate_limit_usage': None,
        'connection_healthy': connection['healthy'],
        'last_api_error': connection['error'],
    }


def _performance(fabric: HedgehogFabric, now: datetime) -> dict[str, Any]:
    syncs = ended(fabric, now - DAY).filter(
        operation_type=SyncOperationTypeChoices.SYNC, started_at__isnull=False
    )
    counted = syncs.aggregate(
        average=Avg(duration()),
        total=Sum(duration()),
        resources=Sum('resources_processed'),
        calls=Avg('api_calls_made'),
        commands=Avg('git_commands'),
    )
    total = seconds(counted['total'])
    return {
        'average_sync_time_seconds': seconds(counted['average']),
        'resources_per_second': counted['resources'] / total if total else None,
        'api_calls_per_sync': counted['calls'],
        'git_commands_per_sync': counted['commands'],
        'memory_usage_trend': _memory_trend(fabric, now),
    }


def _memory_trend(fabric: HedgehogFabric, now: datetime) -> float | None:
    """How much more memory the last day's operations took than those of the week before."""
    peaks = ended(fabric, now - 8 * DAY).aggregate(
        lately=Avg('memory_peak_bytes', filter=Q(completed_at__gte=now - DAY)),
        before=Avg('memory_peak_bytes', filter=Q(completed_at__lt=now - DAY)),
    )
    lately, before = peaks['lately'], peaks['before']
    return lately / before - 1 if lately and before else None


def _freshness(fabric: HedgehogFabric, now: datetime) -> float | None:
    """1 while the last look is younger than two intervals, 0 when it is older than six."""
    state = getattr(fabric, 'sync_state', None)
    if not fabric.sync_interval or state is None or state.last_sync is None:
        return None
    intervals = (now - state.last_sync).total_seconds() / fabric.sync_interval
    return min(1.0, max(0.0, (6 - intervals) / 4))


def _status(points: int | None, alerted: bool) -> str:
    if points is None:
        return 'unknown'
    if points < 60:
        return 'unhealthy'
    return 'degraded' if alerted or points < 90 else 'healthy'


def _alert(alert: Any) -> dict[str, Any]:
    return {
        'name': alert.name,
        'level': 'critical',
        'message': alert.message,
        'action_required': ACTIONS[alert.name],
        'raised_at': alert.raised_at,
        'value': alert.value,
        'threshold': alert.threshold,
    }


ACTIONS = {
    'outbox_waiting': 'Look at the outbox: each entry says why it waits.',
    'sync_overdue': 'Check that a worker runs, then synchronise by hand.',
    'failure_share': 'Look at the errors of this fabric.',
    'circuit_open': 'Test the connection of the Git repository.',
}
