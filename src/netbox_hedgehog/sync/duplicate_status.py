"""How a fabric stands with its duplicates, from rows alone; for the tab and for REST."""

from typing import Any

from django.db.models import Count

from ..choices import (
    OPEN_DUPLICATE_STATUSES,
    OPEN_OPERATION_STATUSES,
    DuplicateComparisonChoices,
    DuplicateStatusChoices,
)
from ..choices import SyncOperationTypeChoices as Type
from ..models import DuplicateScan, HedgehogFabric

__all__ = ['duplicate_status']

_Status = DuplicateStatusChoices


def duplicate_status(fabric: HedgehogFabric) -> dict[str, Any]:
    """What the last search read and found, and what became of the groups; unknown is None."""
    scan = DuplicateScan.objects.filter(fabric=fabric).first()
    state = getattr(fabric, 'sync_state', None)
    counted = _by_status(fabric)
    return {
        'enabled': fabric.duplicate_detection_enabled,
        'mode': fabric.duplicate_resolution_mode,
        'policy': scan.policy_name if scan else '',
        'last_duplicate_scan': state.last_duplicate_scan if state else None,
        'scanned_commit': scan.commit if scan else None,
        'files_scanned': scan.files if scan else None,
        'files_parsed': scan.files_parsed if scan else None,
        'objects_found': scan.objects_total if scan else None,
        'scan_seconds': scan.seconds if scan else None,
        'near_misses': scan.near_misses_total if scan else None,
        'near_duplicates': scan.near_misses if scan else None,
        'groups_total': sum(counted.values()),
        'groups_open': sum(counted.get(status, 0) for status in OPEN_DUPLICATE_STATUSES),
        'groups_by_kind': _by_comparison(fabric),
        'resolved': counted.get(_Status.RESOLVED, 0),
        'ignored': counted.get(_Status.IGNORED, 0),
        'waiting_for_person': counted.get(_Status.MANUAL_REQUIRED, 0),
        'failed': counted.get(_Status.FAILED, 0),
        'running_operation': _running(fabric),
    }


def _by_status(fabric: HedgehogFabric) -> dict[str, int]:
    rows = fabric.duplicate_groups.order_by().values_list('resolution_status')
    return dict(rows.annotate(count=Count('pk')))


def _by_comparison(fabric: HedgehogFabric) -> dict[str, int]:
    rows = fabric.duplicate_groups.filter(resolution_status__in=OPEN_DUPLICATE_STATUSES)
    counted = dict(rows.order_by().values_list('comparison').annotate(count=Count('pk')))
    return {name: counted.get(name, 0) for name in DuplicateComparisonChoices.values()}


def _running(fabric: HedgehogFabric) -> Any:
    waiting = fabric.sync_operations.filter(
        operation_type__in=(Type.DUPLICATE_SCAN, Type.DUPLICATE_RESOLUTION),
        status__in=OPEN_OPERATION_STATUSES,
    )
    return waiting.order_by('pk').values_list('operation_id', flat=True).first()
