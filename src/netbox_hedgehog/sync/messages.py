"""The messages the plugin sends while something happens: one shape for every delivery.

Built here and nowhere else, so that SSE, WebSocket and whatever else delivers them say the same.
`MESSAGES` says which there are and who may hear them; docs/reference/live.md describes each. No
secret, no file content.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils import timezone

from ..choices import OperationStatusChoices
from ..models import SyncOperation

__all__ = [
    'MESSAGES',
    'DuplicateDetectionUpdate',
    'ResolutionProgress',
    'ending_of',
    'message',
    'operation_over',
    'operation_progress',
    'search_progress',
    'settling_progress',
    'status_changed',
]

# Type of a message -> whose permission it takes to hear it, beside that for the fabric: that for
# the operation it is about, for the conflicts or groups it names, or none.
MESSAGES = {
    'sync_started': 'operation',
    'sync_progress': 'operation',
    'sync_completed': 'operation',
    'sync_failed': 'operation',
    'sync_cancelled': 'operation',
    'file_changed': 'operation',
    'conflict_detected': 'objects',
    'conflict_resolved': 'objects',
    'resolution_complete': 'objects',
    'duplicate_detected': 'objects',
    'template_updated': 'operation',
    'resolution_progress': 'operation',
    'duplicate_detection_update': 'operation',
    'status_changed': '',
    'alert_raised': '',
    'alert_cleared': '',
}

_ENDINGS = {
    OperationStatusChoices.FAILED: 'sync_failed',
    OperationStatusChoices.CANCELLED: 'sync_cancelled',
}


@dataclass(frozen=True, slots=True)
class DuplicateDetectionUpdate:
    """How far a search for duplicates is, and what it has found by now.

    `done` and `total` count files; `groups_by_kind` counts groups by relation.
    """

    status: str
    phase: str = ''
    done: int = 0
    total: int | None = None
    groups_total: int = 0
    groups_by_kind: Mapping[str, int] = field(default_factory=dict)
    message: str = ''

    def payload(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ResolutionProgress:
    """How many of the conflicts or duplicate groups somebody decided on are settled by now.

    `subject` is `conflicts` or `duplicates`; `done` includes what `failed`.
    """

    status: str
    subject: str
    phase: str = ''
    done: int = 0
    total: int | None = None
    failed: int = 0
    message: str = ''

    def payload(self) -> dict[str, Any]:
        return asdict(self)


def message(
    kind: str, fabric_id: int | None, operation: str, payload: dict[str, Any]
) -> dict[str, Any]:
    """Returns one message in the shape every delivery uses; the channel adds its `id`."""
    return {
        'type': kind,
        'fabric': fabric_id,
        'operation': operation,
        'at': timezone.now().isoformat(),
        'payload': payload,
    }


def operation_progress(operation: SyncOperation, said: str = '') -> dict[str, Any]:
    """Says how far a running operation is; `said` is the last line of its log."""
    return message(
        'sync_progress',
        operation.fabric_id,
        str(operation.operation_id),
        {
            'status': operation.status,
            'phase': operation.current_phase,
            'done': operation.progress_done,
            'total': operation.progress_total,
            'message': said,
        },
    )


def search_progress(operation: SyncOperation, said: str = '') -> DuplicateDetectionUpdate:
    """Says how far a running search for duplicates is."""
    return DuplicateDetectionUpdate(
        operation.status,
        operation.current_phase,
        operation.progress_done,
        operation.progress_total,
        message=said,
    )


def settling_progress(operation: SyncOperation, said: str = '') -> ResolutionProgress:
    """Says how far the settling of duplicates is, while it runs."""
    return ResolutionProgress(
        operation.status,
        'duplicates',
        operation.current_phase,
        operation.progress_done,
        operation.progress_total,
        message=said,
    )


def operation_over(operation: SyncOperation) -> dict[str, Any]:
    """Says how an operation ended."""
    return message(
        ending_of(operation),
        operation.fabric_id,
        str(operation.operation_id),
        {
            'status': operation.status,
            'reason': operation.last_reason,
            'message': operation.last_error_message,
            'commit': operation.commit_sha,
        },
    )


def ending_of(operation: SyncOperation) -> str:
    """Returns the name of the message and of the event that an operation ends with."""
    return _ENDINGS.get(operation.status, 'sync_completed')


def status_changed(fabric_id: int, status: str) -> dict[str, Any]:
    """Says that a fabric's status is another one now."""
    return message('status_changed', fabric_id, '', {'sync_status': status})
