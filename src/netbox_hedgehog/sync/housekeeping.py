"""Removes records that are over and old. What is open is never touched, whatever its age.

The daily job and `manage.py hedgehog_housekeeping` call `clean_up`. Commits, and with them the
trailers that name user and operation, stay for ever.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from ..choices import OPEN_CONFLICT_STATUSES
from ..models import (
    Checkpoint,
    ConflictResolution,
    ErrorRecord,
    HealthAlert,
    RawUpload,
    SyncOperation,
)
from .checkpoints import prune_checkpoints
from .settings import SyncSettings, sync_settings
from .uploads import prune_uploads

__all__ = ['clean_up']


def clean_up(now: datetime) -> dict[str, int]:
    """Removes what the settings say, and returns how many rows of each kind went."""
    settings = sync_settings()
    return {
        # Uploads, conflicts and errors name operations, so these go last.
        Checkpoint._meta.model_name: prune_checkpoints(settings.operation_retention_days, now),
        RawUpload._meta.model_name: prune_uploads(settings.operation_retention_days, now),
        ConflictResolution._meta.model_name: _remove(
            _decided_conflicts(), 'resolved_at', settings.conflict_retention_days, now
        ),
        ErrorRecord._meta.model_name: _remove(
            ErrorRecord.objects.all(), 'resolved_at', settings.error_retention_days, now
        ),
        HealthAlert._meta.model_name: _remove(
            HealthAlert.objects.all(), 'cleared_at', settings.error_retention_days, now
        ),
        SyncOperation._meta.model_name: _operations(settings, now),
    }


def _remove(rows: QuerySet[Any], over: str, days: int, now: datetime) -> int:
    """Removes rows that have been over for that many days; 0 days keep all."""
    if not days:
        return 0
    old = rows.filter(**{f'{over}__lt': now - timedelta(days=days)})
    return _deleted(old)


def _decided_conflicts() -> QuerySet[ConflictResolution]:
    return ConflictResolution.objects.exclude(resolution_status__in=OPEN_CONFLICT_STATUSES)


def _operations(settings: SyncSettings, now: datetime) -> int:
    """Operations that are over, but for those that found what is still open."""
    found = ConflictResolution.objects.filter(
        resolution_status__in=OPEN_CONFLICT_STATUSES, sync_operation__isnull=False
    )
    met = ErrorRecord.objects.filter(resolved_at=None, operation__isnull=False)
    over = SyncOperation.objects.exclude(pk__in=found.values('sync_operation')).exclude(
        pk__in=met.values('operation')
    )
    return _remove(over, 'completed_at', settings.operation_retention_days, now)


def _deleted(rows: QuerySet[Any]) -> int:
    """Deletes and counts the rows themselves, not what the database takes along with them."""
    return rows.delete()[1].get(rows.model._meta.label, 0)
