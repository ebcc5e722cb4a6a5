"""How many rows a fabric has of each sort, and how many of them wait: one query for all of them.

The tabs of every page of a fabric show these numbers, and its status panel most of them.
"""

from dataclasses import dataclass

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ..choices import (
    OPEN_CONFLICT_STATUSES,
    OPEN_DUPLICATE_STATUSES,
    OPEN_OUTBOX_STATES,
    OPEN_UPLOAD_STATES,
    OperationStatusChoices,
)
from ..models import (
    Checkpoint,
    ConflictResolution,
    ErrorRecord,
    HealthAlert,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    RawUpload,
    SyncOperation,
    YAMLDuplicateGroup,
)
from .standing import NO_DRAFT

__all__ = ['FabricCounts', 'counts_of', 'fabric_counts']


@dataclass(frozen=True, slots=True)
class FabricCounts:
    """The numbers of one fabric at one moment; of what can be over, those that are not."""

    resources: int = 0
    drafts: int = 0
    operations: int = 0
    operations_pending: int = 0
    conflicts: int = 0
    duplicates: int = 0
    outbox: int = 0
    uploads: int = 0
    errors: int = 0
    alerts: int = 0
    checkpoints: int = 0


def fabric_counts(fabric: HedgehogFabric) -> FabricCounts:
    """Counts now."""
    # A name by itself would be that of the fabric's own relation.
    counted = {f'of_{name}': _count(rows) for name, rows in _rows().items()}
    told = HedgehogFabric.objects.filter(pk=fabric.pk).order_by().values(**counted).first() or {}
    return FabricCounts(**{name.removeprefix('of_'): count for name, count in told.items()})


def counts_of(fabric: HedgehogFabric) -> FabricCounts:
    """Counts once for an object as a page has read it, however many of its parts ask."""
    known: FabricCounts | None = fabric.__dict__.get('_counts')
    if known is None:
        known = fabric.__dict__['_counts'] = fabric_counts(fabric)
    return known


def _rows() -> dict[str, QuerySet]:
    operations, resources = SyncOperation.objects, HedgehogResource.objects
    return {
        'resources': resources.all(),
        'drafts': resources.exclude(NO_DRAFT),
        'operations': operations.all(),
        'operations_pending': operations.filter(status=OperationStatusChoices.PENDING),
        'conflicts': ConflictResolution.objects.filter(
            resolution_status__in=OPEN_CONFLICT_STATUSES
        ),
        'duplicates': YAMLDuplicateGroup.objects.filter(
            resolution_status__in=OPEN_DUPLICATE_STATUSES
        ),
        'outbox': OutboxEntry.objects.filter(state__in=OPEN_OUTBOX_STATES),
        'uploads': RawUpload.objects.filter(state__in=OPEN_UPLOAD_STATES),
        'errors': ErrorRecord.objects.filter(resolved_at=None),
        'alerts': HealthAlert.objects.filter(cleared_at=None),
        'checkpoints': Checkpoint.objects.all(),
    }


def _count(rows: QuerySet) -> Coalesce:
    mine = rows.filter(fabric=OuterRef('pk')).order_by().values('fabric')
    return Coalesce(Subquery(mine.annotate(counted=Count('pk')).values('counted')), 0)
