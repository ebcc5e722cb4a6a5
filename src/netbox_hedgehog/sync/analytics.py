"""What a fabric's operations did over a longer time, in steps: the answer of `sync-analytics/`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDay, TruncHour, TruncWeek

from ..choices import (
    SUCCESSFUL_OPERATION_STATUSES,
    OperationStatusChoices,
    ResolutionStatusChoices,
)
from ..models import HedgehogFabric
from .health import (
    IN_CONFLICT,
    TROUBLED,
    WITH_ERRORS,
    duration,
    ended,
    seconds,
)

__all__ = ['METRICS', 'PERIODS', 'STEPS', 'fabric_analytics']

PERIODS: Mapping[str, timedelta] = {
    '24h': timedelta(hours=24),
    '7d': timedelta(days=7),
    '30d': timedelta(days=30),
    '90d': timedelta(days=90),
}
STEPS = {'hour': TruncHour, 'day': TruncDay, 'week': TruncWeek}
METRICS = ('sync_volume', 'performance')


def fabric_analytics(
    fabric: HedgehogFabric, period: str, group_by: str, metrics: tuple[str, ...], now: datetime
) -> dict[str, Any]:
    """Counts by period and step; steps without any operation are left out."""
    since = now - PERIODS[period]
    operations = ended(fabric, since)
    trends = {
        'sync_volume': lambda: _volume(operations, group_by),
        'performance': lambda: _performance(operations, group_by),
    }
    return {
        'period': period,
        'group_by': group_by,
        'generated_at': now,
        'summary': _summary(fabric, operations, since),
        'trends': {name: trends[name]() for name in metrics},
        'breakdown': {
            'by_operation_type': _by_type(operations),
            'by_resource_kind': _by_kind(fabric),
        },
    }


_GOOD = Count('pk', filter=Q(status__in=SUCCESSFUL_OPERATION_STATUSES))
_BAD = Count('pk', filter=Q(status=OperationStatusChoices.FAILED))


def _summary(fabric: HedgehogFabric, operations: QuerySet[Any], since: datetime) -> dict[str, Any]:
    counted = operations.aggregate(
        total=Count('pk'), good=_GOOD, average=Avg(duration()), resources=Sum('resources_processed')
    )
    resolved = fabric.conflicts.filter(
        resolution_status=ResolutionStatusChoices.RESOLVED, resolved_at__gte=since
    )
    total = counted['total']
    return {
        'total_operations': total,
        'success_rate': counted['good'] / total if total else None,
        'average_duration_seconds': seconds(counted['average']),
        'total_resources_synced': counted['resources'] or 0,
        'total_conflicts_resolved': resolved.count(),
    }


def _steps(operations: QuerySet[Any], group_by: str, **counts: Any) -> list[dict[str, Any]]:
    stepped = operations.order_by().annotate(at=STEPS[group_by]('completed_at')).values('at')
    return list(stepped.annotate(**counts).order_by('at'))


def _volume(operations: QuerySet[Any], group_by: str) -> list[dict[str, Any]]:
    return _steps(operations, group_by, total=Count('pk'), successful=_GOOD, failed=_BAD)


def _performance(operations: QuerySet[Any], group_by: str) -> list[dict[str, Any]]:
    steps = _steps(
        operations,
        group_by,
        average_duration_seconds=Avg(duration()),
        resources_processed=Sum('resources_processed'),
    )
    return [
        {**step, 'average_duration_seconds': seconds(step['average_duration_seconds'])}
        for step in steps
    ]


def _by_type(operations: QuerySet[Any]) -> list[dict[str, Any]]:
    counted = (
        operations.order_by()
        .values('operation_type')
        .annotate(total=Count('pk'), successful=_GOOD, failed=_BAD, average=Avg(duration()))
        .order_by('operation_type')
    )
    return [
        {**row, 'average_duration_seconds': seconds(row.pop('average'))} for row in list(counted)
    ]


def _by_kind(fabric: HedgehogFabric) -> list[dict[str, Any]]:
    """How the objects stand now; what they were in the past nobody has kept."""
    counted = (
        fabric.resources.order_by()
        .values('kind')
        .annotate(
            total=Count('pk', distinct=True),
            conflicts_open=Count('pk', filter=IN_CONFLICT, distinct=True),
            errors=Count('pk', filter=WITH_ERRORS, distinct=True),
            troubled=Count('pk', filter=TROUBLED, distinct=True),
        )
        .order_by('kind')
    )
    return [
        {
            'kind': row['kind'],
            'synced': row['total'] - row['troubled'],
            'conflicts': row['conflicts_open'],
            'errors': row['errors'],
        }
        for row in counted
    ]
