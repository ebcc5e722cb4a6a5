"""Which states are open, and which state may follow which; `sync/` asks before it writes one."""

from .conflicts import ResolutionStatusChoices
from .duplicates import DuplicateStatusChoices
from .fabrics import SyncStatusChoices
from .operations import OperationStatusChoices
from .outbox import OutboxStateChoices
from .pull_requests import PullRequestStateChoices
from .resources import ResourceStateChoices
from .uploads import UploadStateChoices

__all__ = [
    'OPEN_CONFLICT_STATUSES',
    'OPEN_DUPLICATE_STATUSES',
    'OPEN_OPERATION_STATUSES',
    'OPEN_OUTBOX_STATES',
    'OPEN_PULL_REQUEST_STATES',
    'OPEN_UPLOAD_STATES',
    'OPERATION_STATUS_TRANSITIONS',
    'OVER_OPERATION_STATUSES',
    'RESOURCE_STATE_TRANSITIONS',
    'RUNNING_OPERATION_STATUSES',
    'SUCCESSFUL_OPERATION_STATUSES',
    'SYNC_STATUS_TRANSITIONS',
    'may_follow_operation_status',
    'may_follow_resource_state',
    'may_follow_sync_status',
]


RUNNING_OPERATION_STATUSES = (
    OperationStatusChoices.INITIALIZING,
    OperationStatusChoices.IN_PROGRESS,
    OperationStatusChoices.DETECTING_CONFLICTS,
    OperationStatusChoices.RESOLVING_CONFLICTS,
    OperationStatusChoices.SYNCING_DATA,
    OperationStatusChoices.FINALIZING,
)

OPEN_OPERATION_STATUSES = (OperationStatusChoices.PENDING, *RUNNING_OPERATION_STATUSES)

SUCCESSFUL_OPERATION_STATUSES = (
    OperationStatusChoices.COMPLETED,
    OperationStatusChoices.PARTIALLY_COMPLETED,
)

OVER_OPERATION_STATUSES = (
    *SUCCESSFUL_OPERATION_STATUSES,
    OperationStatusChoices.FAILED,
    OperationStatusChoices.CANCELLED,
)

OPEN_CONFLICT_STATUSES = (
    ResolutionStatusChoices.PENDING,
    ResolutionStatusChoices.IN_PROGRESS,
    ResolutionStatusChoices.FAILED,
    ResolutionStatusChoices.MANUAL_REQUIRED,
    ResolutionStatusChoices.ESCALATED,
)

# A group that failed, or that the rules leave undecided, still waits for somebody.
OPEN_DUPLICATE_STATUSES = (
    DuplicateStatusChoices.DETECTED,
    DuplicateStatusChoices.PLANNED,
    DuplicateStatusChoices.RESOLVING,
    DuplicateStatusChoices.MANUAL_REQUIRED,
    DuplicateStatusChoices.FAILED,
)

# A failed entry stays open: the edit is still wanted, and a person retries or discards it. So does
# one whose pull request was declined.
OPEN_OUTBOX_STATES = (
    OutboxStateChoices.PENDING,
    OutboxStateChoices.PUSHING,
    OutboxStateChoices.CONFLICT,
    OutboxStateChoices.FAILED,
    OutboxStateChoices.IN_REVIEW,
    OutboxStateChoices.DECLINED,
)

OPEN_PULL_REQUEST_STATES = (PullRequestStateChoices.PREPARING, PullRequestStateChoices.OPEN)

# What was refused goes out by itself once the cause is mended, or a person takes it back.
OPEN_UPLOAD_STATES = (
    UploadStateChoices.WAITING,
    UploadStateChoices.PUSHING,
    UploadStateChoices.REFUSED,
    UploadStateChoices.IN_REVIEW,
    UploadStateChoices.DECLINED,
)

_S = SyncStatusChoices
_SYNCABLE = (_S.ERROR, _S.NEVER_SYNCED, _S.CONFLICTS, _S.OUT_OF_SYNC, _S.IN_SYNC)

SYNC_STATUS_TRANSITIONS: dict[str, frozenset[str]] = {
    _S.NOT_CONFIGURED: frozenset({_S.DISABLED, _S.NEVER_SYNCED, _S.OUT_OF_SYNC}),
    _S.DISABLED: frozenset({_S.NOT_CONFIGURED, _S.OUT_OF_SYNC, _S.NEVER_SYNCED}),
    _S.SYNCING: frozenset({_S.NOT_CONFIGURED, _S.DISABLED, *_SYNCABLE}),
    _S.ERROR: frozenset({_S.NOT_CONFIGURED, _S.DISABLED, _S.SYNCING}),
    _S.NEVER_SYNCED: frozenset({_S.NOT_CONFIGURED, _S.DISABLED, _S.SYNCING, _S.ERROR}),
    _S.CONFLICTS: frozenset({_S.NOT_CONFIGURED, _S.DISABLED, _S.SYNCING, _S.ERROR}),
    _S.OUT_OF_SYNC: frozenset({_S.NOT_CONFIGURED, _S.DISABLED, _S.SYNCING, _S.ERROR}),
    _S.IN_SYNC: frozenset({_S.NOT_CONFIGURED, _S.DISABLED, _S.SYNCING, _S.OUT_OF_SYNC, _S.ERROR}),
}

_R = ResourceStateChoices

RESOURCE_STATE_TRANSITIONS: dict[str, frozenset[str]] = {
    _R.DRAFT: frozenset({_R.DRAFT, _R.COMMITTED}),
    _R.COMMITTED: frozenset({_R.PENDING, _R.SYNCED, _R.DRAFT}),
    _R.PENDING: frozenset({_R.SYNCED, _R.DRIFTED, _R.COMMITTED}),
    _R.SYNCED: frozenset({_R.DRIFTED, _R.PENDING, _R.DRAFT}),
    _R.DRIFTED: frozenset({_R.SYNCED, _R.COMMITTED, _R.PENDING, _R.DRAFT}),
    _R.ORPHANED: frozenset({_R.COMMITTED, _R.PENDING, _R.DRAFT}),
}

_O = OperationStatusChoices
_OVER = OVER_OPERATION_STATUSES
_WORK = (_O.DETECTING_CONFLICTS, _O.RESOLVING_CONFLICTS, _O.SYNCING_DATA, _O.FINALIZING)

OPERATION_STATUS_TRANSITIONS: dict[str, frozenset[str]] = {
    _O.PENDING: frozenset({_O.INITIALIZING, _O.FAILED, _O.CANCELLED}),
    # An operation that finds its repository in use gives way, and waits for another turn.
    _O.INITIALIZING: frozenset({_O.IN_PROGRESS, _O.PENDING, _O.FAILED, _O.CANCELLED}),
    _O.IN_PROGRESS: frozenset({*_WORK, *_OVER}),
    _O.DETECTING_CONFLICTS: frozenset({*_WORK, *_OVER}),
    _O.RESOLVING_CONFLICTS: frozenset({*_WORK, *_OVER}),
    _O.SYNCING_DATA: frozenset({*_WORK, *_OVER}),
    _O.FINALIZING: frozenset(_OVER),
    **{over: frozenset() for over in _OVER},
}


def may_follow_sync_status(old: str, new: str) -> bool:
    """Says whether a fabric's status may change from `old` to `new`; staying is always fine."""
    return old == new or new in SYNC_STATUS_TRANSITIONS[old]


def may_follow_resource_state(old: str, new: str) -> bool:
    """Says whether a resource's state may change from `old` to `new`; staying is always fine."""
    return old == new or new in RESOURCE_STATE_TRANSITIONS[old]


def may_follow_operation_status(old: str, new: str) -> bool:
    """Says whether an operation's status may change from `old` to `new`; staying is always fine."""
    return old == new or new in OPERATION_STATUS_TRANSITIONS[old]
