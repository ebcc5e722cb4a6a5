"""The messages a sync sends out: one shape for REST, SSE, WebSocket and polling.

Built here and nowhere else, so that all deliveries say the same. No secret, no file content.
"""

import uuid
from typing import Any

from django.utils import timezone

from ..models import SyncOperation

__all__ = ['message', 'operation_over', 'operation_progress']


def message(
    kind: str, fabric_id: int | None, operation: str, payload: dict[str, Any]
) -> dict[str, Any]:
    """Returns one message in the shape every delivery uses."""
    return {
        'id': uuid.uuid4().hex,
        'type': kind,
        'fabric': fabric_id,
        'operation': operation,
        'at': timezone.now().isoformat(),
        'payload': payload,
    }


def operation_progress(operation: SyncOperation) -> dict[str, Any]:
    """Says how far a running operation is."""
    return message(
        'sync_progress',
        operation.fabric_id,
        str(operation.operation_id),
        {
            'status': operation.status,
            'current_phase': operation.current_phase,
            'done': operation.progress_done,
            'total': operation.progress_total,
        },
    )


def operation_over(operation: SyncOperation) -> dict[str, Any]:
    """Says how an operation ended."""
    kind = 'sync_failed' if operation.status == 'failed' else 'sync_completed'
    return message(
        kind,
        operation.fabric_id,
        str(operation.operation_id),
        {
            'status': operation.status,
            'reason': operation.last_reason,
            'message': operation.last_error_message,
            'commit': operation.commit_sha,
        },
    )
