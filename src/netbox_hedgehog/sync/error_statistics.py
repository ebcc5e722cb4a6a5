"""Counts of recorded errors over a window of time, by reason, path and fabric, with the trend.

Only rows are counted. A window longer than `error_retention_days` sees the errors that are over
only as far as they are kept.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDay, TruncHour

from ..choices import OperationStatusChoices
from .reasons import nature_of

__all__ = ['DEFAULT_WINDOW', 'WINDOWS', 'statistics']


@dataclass(frozen=True, slots=True)
class Window:
    """A length of time, and the step in which its trend is shown."""

    length: timedelta
    step: Any


WINDOWS: Mapping[str, Window] = {
    '24h': Window(timedelta(hours=24), TruncHour),
    '7d': Window(timedelta(days=7), TruncDay),
    '30d': Window(timedelta(days=30), TruncDay),
}
DEFAULT_WINDOW = '24h'
MAX_PATHS = 20


def statistics(
    records: QuerySet[Any], operations: QuerySet[Any], name: str, now: datetime
) -> dict[str, Any]:
    """Counts the errors and operations the caller may see; `name` is one of WINDOWS."""
    window = WINDOWS[name]
    since = now - window.length
    met = records.filter(last_seen__gte=since)
    by_reason = [
        {**row, **_words(row['reason'])} for row in _counted(met, since, 'reason', 'reason')
    ]
    new = met.filter(first_seen__gte=since).count()
    before = records.filter(first_seen__gte=since - window.length, first_seen__lt=since).count()
    ended = operations.filter(completed_at__gte=since, parent=None)
    return {
        'window': name,
        'since': since,
        'until': now,
        'errors': met.count(),
        'new': new,
        'resolved': records.filter(resolved_at__gte=since).count(),
        'open': records.filter(resolved_at=None).count(),
        'new_before': before,
        'change': new - before,
        'operations': ended.count(),
        'operations_failed': ended.filter(status=OperationStatusChoices.FAILED).count(),
        'by_reason': by_reason,
        **{f'by_{part}': _summed(by_reason, part) for part in ('category', 'severity', 'recovery')},
        'by_path': _counted(met.exclude(path=''), since, 'path', 'path')[:MAX_PATHS],
        'by_fabric': [
            {'fabric': row.pop('fabric_id'), 'name': row.pop('fabric__name'), **row}
            for row in _counted(met, since, 'fabric__name', 'fabric_id', 'fabric__name')
        ],
        'trend': _trend(records, since, window.step),
    }


def _counted(met: QuerySet[Any], since: datetime, by: str, *fields: str) -> list[dict[str, Any]]:
    counted = (
        met.order_by()
        .values(*fields)
        .annotate(
            errors=Count('pk'),
            new=Count('pk', filter=Q(first_seen__gte=since)),
            open=Count('pk', filter=Q(resolved_at=None)),
        )
    )
    return list(counted.order_by('-errors', by))


def _words(reason: str) -> dict[str, str]:
    nature = nature_of(reason)
    return {
        'category': str(nature.category),
        'severity': str(nature.gravity),
        'recovery': str(nature.recovery),
    }


def _summed(by_reason: Iterable[Mapping[str, Any]], part: str) -> list[dict[str, Any]]:
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for row in by_reason:
        sums[row[part]].update({name: row[name] for name in ('errors', 'new', 'open')})
    ordered = sorted(sums.items(), key=lambda each: (-each[1]['errors'], each[0]))
    return [
        {'word': word, **{name: counts[name] for name in ('errors', 'new', 'open')}}
        for word, counts in ordered
    ]


def _trend(records: QuerySet[Any], since: datetime, step: Any) -> list[dict[str, Any]]:
    """New and resolved errors per hour or day; steps without any are left out."""
    points: dict[datetime, dict[str, int]] = defaultdict(lambda: {'new': 0, 'resolved': 0})
    for name, field in (('new', 'first_seen'), ('resolved', 'resolved_at')):
        rows = (
            records.filter(**{f'{field}__gte': since})
            .order_by()
            .annotate(at=step(field))
            .values('at')
            .annotate(count=Count('pk'))
        )
        for row in rows:
            points[row['at']][name] = row['count']
    return [{'at': at, **points[at]} for at in sorted(points)]
