"""Who cancelled an operation, why, and whether people are told: kept in its options."""

from typing import Any

from ..models import SyncOperation

__all__ = [
    'CANCELLED_BY',
    'CANCEL_REASON',
    'cancelled_because',
    'cancelled_by',
    'is_quiet',
    'note_cancellation',
]

# Options of an operation.
CANCEL_REASON = 'cancel_reason'
CANCELLED_BY = 'cancelled_by'
_QUIETLY = 'cancelled_quietly'


def note_cancellation(operation: SyncOperation, by: Any, why: str, notify_users: bool) -> None:
    """Notes it in the options; the caller saves."""
    noted: dict[str, Any] = {CANCELLED_BY: by.username} if by is not None else {}
    if why:
        noted[CANCEL_REASON] = why
    if not notify_users:
        noted[_QUIETLY] = True
    operation.operation_config = {**operation.operation_config, **noted}


def cancelled_by(operation: SyncOperation) -> str:
    """Returns the name of who cancelled it; empty where nobody is known."""
    return str(operation.operation_config.get(CANCELLED_BY, ''))


def cancelled_because(operation: SyncOperation) -> str:
    """Returns the reason that was given."""
    return str(operation.operation_config.get(CANCEL_REASON, ''))


def is_quiet(operation: SyncOperation) -> bool:
    """Says whether people are not to be told of it."""
    return bool(operation.operation_config.get(_QUIETLY))
