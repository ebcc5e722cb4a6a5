"""An operation as the API tells it: how far it is, what it did, what is left; from rows alone.

What nobody measured is None. The views add addresses.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from ..choices import (
    OPEN_CONFLICT_STATUSES,
    OVER_OPERATION_STATUSES,
    SUCCESSFUL_OPERATION_STATUSES,
    OperationStatusChoices,
)
from ..choices import OperationPhaseChoices as Phase
from ..choices import SyncOperationTypeChoices as Type
from ..models import SyncOperation
from .links import commit_page
from .measures import megabytes

__all__ = ['cancellation', 'operation_report', 'short_row', 'usual_duration']

# The phases of every operation, in their order; each counts the same.
_PHASES = (Phase.FETCH, Phase.READ, Phase.PLAN, Phase.COMMIT, Phase.PUBLISH, Phase.RECORD)
# How many earlier runs the usual duration is taken from.
_PAST = 20


def operation_report(operation: SyncOperation) -> dict[str, Any]:
    """Returns everything the page of one operation needs beside its row's own fields."""
    conflicts = operation.detected_conflicts.select_related('resource').order_by('pk')
    return {
        'estimated_completion': _estimated(operation),
        'progress': _progress(operation),
        'statistics': {
            name: getattr(operation, name)
            for name in (
                'resources_processed',
                'resources_created',
                'resources_updated',
                'resources_deleted',
                'resources_skipped',
                'conflicts_detected',
                'conflicts_resolved',
                'conflicts_pending',
            )
        },
        'current_conflicts': [
            _conflict(row) for row in conflicts if row.resolution_status in OPEN_CONFLICT_STATUSES
        ],
        'github_integration': _integration(operation),
        'performance_metrics': {
            'api_calls_made': operation.api_calls_made,
            'git_commands': operation.git_commands,
            'network_transfer_bytes': operation.network_transfer_bytes,
            'memory_usage_mb': megabytes(operation.memory_peak_bytes),
            'phase_seconds': operation.phase_seconds,
            'processing_time_seconds': operation.duration_seconds,
        },
        'errors': _of_severity(operation, 'error'),
        'warnings': _of_severity(operation, 'warning'),
        'result': _result(operation),
    }


def cancellation(operation: SyncOperation) -> dict[str, Any]:
    """Returns what cancelling came to; None while it still runs to its next safe point."""
    over = operation.status == OperationStatusChoices.CANCELLED
    committed = bool(operation.commit_sha)
    return {
        'cancellation_details': {
            'cancelled_at': operation.completed_at if over else None,
            'resources_processed_before_cancel': operation.resources_processed,
            # What was prepared was never published; there is nothing to take back.
            'cleanup_performed': True if over else None,
            'partial_changes_reverted': not committed if over else None,
        },
        'final_status': {
            'status': operation.status,
            'partial_completion_rate': operation.success_rate,
            'changes_committed': committed,
            'rollback_required': False,
        },
    }


def short_row(operation: SyncOperation) -> dict[str, Any]:
    """Returns one line of a list of operations."""
    return {
        'id': operation.pk,
        'operation_id': str(operation.operation_id),
        'operation_type': operation.operation_type,
        'status': operation.status,
        'started_at': operation.started_at,
        'completed_at': operation.completed_at,
        'duration_seconds': operation.duration_seconds,
        'resources_processed': operation.resources_processed,
        'success_rate': operation.success_rate,
        'initiated_by': operation.user_name or None,
        'summary': operation.last_error_message or _summary(operation),
        'error_count': operation.error_count,
    }


def usual_duration(fabric_id: int | None, operation_type: str) -> float | None:
    """Returns the median of what such operations took on this fabric lately, in seconds."""
    past = SyncOperation.objects.filter(
        fabric_id=fabric_id,
        operation_type=operation_type,
        status__in=SUCCESSFUL_OPERATION_STATUSES,
        parent=None,
    )
    recent = past.exclude(started_at=None).exclude(completed_at=None).order_by('-pk')
    measured = [
        (ended - begun).total_seconds()
        for begun, ended in recent.values_list('started_at', 'completed_at')[:_PAST]
    ]
    return median(measured) if measured else None


def _estimated(operation: SyncOperation) -> datetime | None:
    if operation.started_at is None or operation.completed_at is not None:
        return operation.completed_at
    usual = usual_duration(operation.fabric_id, operation.operation_type)
    return None if usual is None else operation.started_at + timedelta(seconds=usual)


def _progress(operation: SyncOperation) -> dict[str, Any]:
    done, total = operation.progress_done, operation.progress_total
    of_phase = min(done / total, 1.0) if total else None
    return {
        'overall_progress': _overall(operation, of_phase),
        'phase_progress': None if of_phase is None else round(100 * of_phase),
        'current_operation': operation.current_phase or None,
        'operations_completed': done,
        'operations_total': total,
    }


def _overall(operation: SyncOperation, of_phase: float | None) -> int | None:
    """The share of the phases that are behind it, in per cent; None once it failed on its way."""
    if operation.status in SUCCESSFUL_OPERATION_STATUSES:
        return 100
    if operation.status in OVER_OPERATION_STATUSES:
        return None
    if operation.current_phase not in _PHASES:
        return 0
    behind = _PHASES.index(operation.current_phase) + (of_phase or 0.0)
    return round(100 * behind / len(_PHASES))


def _conflict(row: Any) -> dict[str, Any]:
    return {
        'conflict_id': str(row.conflict_id),
        'resource_id': row.resource_id,
        'resource_name': row.resource.name if row.resource else None,
        'conflict_type': row.conflict_type,
        'severity': row.severity,
        'requires_attention': row.open,
    }


def _integration(operation: SyncOperation) -> dict[str, Any]:
    state = getattr(operation.git_repository, 'state', None)
    return {
        'operations_count': operation.api_calls_made,
        'rate_limit_remaining': state.rate_limit_remaining if state else None,
        'rate_limit_reset': state.rate_limit_reset if state else None,
        'commit_sha': operation.commit_sha or None,
        'branch_name': operation.branch_name or None,
        'pull_request_url': operation.pull_request_url or None,
    }


def _of_severity(operation: SyncOperation, severity: str) -> list[dict[str, Any]]:
    return [each for each in operation.findings if each.get('severity') == severity]


def _result(operation: SyncOperation) -> dict[str, Any] | None:
    """What came of it, in the words that its kind has; None while it is not over."""
    if operation.status not in SUCCESSFUL_OPERATION_STATUSES:
        return None
    changes = list(_changes(operation))
    common = {
        'backup_location': operation.base_commit or None,
        'commit_info': _commit_info(operation, changes),
        'timing': {
            'started_at': operation.started_at,
            'completed_at': operation.completed_at,
            'duration_seconds': operation.duration_seconds,
        },
    }
    if operation.operation_type == Type.DIRECTORY_INIT:
        return {**common, 'directories_created': _folders(changes)}
    if operation.operation_type == Type.FILE_INGESTION:
        return {**common, **_ingested(operation, changes)}
    return common


def _changes(operation: SyncOperation) -> Iterable[dict[str, Any]]:
    return (operation.plan or {}).get('changes') or []


def _commit_info(operation: SyncOperation, changes: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not operation.commit_sha:
        return None
    return {
        'commit_sha': operation.commit_sha,
        'commit_url': commit_page(operation.git_repository, operation.commit_sha),
        'files_added': sum(change['action'] == 'create' for change in changes),
    }


def _folders(changes: list[dict[str, Any]]) -> list[str]:
    made = {change['path'].rpartition('/')[0] for change in changes if change['action'] == 'create'}
    return sorted(made - {''})


def _ingested(operation: SyncOperation, changes: list[dict[str, Any]]) -> dict[str, Any]:
    errors = [each for each in _of_severity(operation, 'error') if each.get('file')]
    written = [change for change in changes if change['resource'] is not None]
    moved = [change for change in changes if change['action'] == 'move']
    return {
        'read_commit': operation.base_commit or None,
        'summary': {
            'files_archived': len(moved),
            'files_errored': len({each['file'] for each in errors}),
            'documents_seen': operation.documents_seen,
            'documents_ingested': operation.documents_ingested,
            'documents_held': operation.documents_held,
            'documents_unmanaged': operation.documents_unmanaged,
            'processing_time_seconds': operation.duration_seconds,
        },
        'results': {
            'processed_files': [
                {
                    'target_file': change['path'],
                    'operation': change['action'],
                    'resource': change['resource'],
                    'reason': change['reason'],
                }
                for change in written
            ],
            'errored_files': [
                {
                    'source_file': each['file'],
                    'error': each['message'],
                    'reason': each['code'],
                    'line': each.get('line'),
                    'column': each.get('column'),
                    'document_index': each.get('document'),
                }
                for each in errors
            ],
        },
    }


def _summary(operation: SyncOperation) -> str:
    done = (
        (operation.resources_created, 'created'),
        (operation.resources_updated, 'updated'),
        (operation.resources_deleted, 'deleted'),
        (operation.conflicts_detected, 'in conflict'),
    )
    said = ', '.join(f'{count} {word}' for count, word in done if count)
    return said or ('nothing to do' if operation.status in SUCCESSFUL_OPERATION_STATUSES else '')
