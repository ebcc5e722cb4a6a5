"""The names of the trailers our commits carry, shared by the command line and the plugin.

Written by whoever calls `carry_out`, read by `history.py` and `undo.py`: a commit found in a log
leads back to the operation, the person and the fabric.
"""

from collections.abc import Mapping

from ..git import CommitInfo
from ..plans import Operation, OperationKind

__all__ = [
    'CHANGE_SET_ID',
    'CO_AUTHORED_BY',
    'HEDGEHOG_FABRIC',
    'HEDGEHOG_OPERATION',
    'NETBOX_FABRIC',
    'NETBOX_OPERATION',
    'NETBOX_REQUEST_ID',
    'NETBOX_USER',
    'OPERATION_ID',
    'PLANNED_COMMIT',
    'command_line_trailers',
    'is_commit',
    'names_operation',
    'operation_kind_of',
    'operation_of',
]

OPERATION_ID = 'Operation-Id'
HEDGEHOG_OPERATION = 'Hedgehog-Operation'
HEDGEHOG_FABRIC = 'Hedgehog-Fabric'

NETBOX_REQUEST_ID = 'NetBox-Request-Id'
NETBOX_USER = 'NetBox-User'
NETBOX_FABRIC = 'NetBox-Fabric'
NETBOX_OPERATION = 'NetBox-Operation'
CHANGE_SET_ID = 'Change-Set-Id'
CO_AUTHORED_BY = 'Co-authored-by'

# In a commit that a host made of ours: the name ours had.
PLANNED_COMMIT = 'Planned-Commit'

_IDS = (OPERATION_ID, NETBOX_OPERATION, CHANGE_SET_ID)


def command_line_trailers(
    kind: OperationKind, operation: Operation, fabric: str
) -> tuple[tuple[str, str], ...]:
    """Returns what a commit of the command line says about itself."""
    about = ((OPERATION_ID, operation.id), (HEDGEHOG_OPERATION, str(kind)))
    return (*about, (HEDGEHOG_FABRIC, fabric)) if fabric else about


def operation_of(trailers: Mapping[str, str]) -> str | None:
    """Returns the id of the operation a commit belongs to, None for a person's own commit."""
    return next((trailers[name] for name in _IDS if name in trailers), None)


def operation_kind_of(trailers: Mapping[str, str]) -> str | None:
    """Returns what the commit says it did, None for a commit of somebody else."""
    return trailers.get(HEDGEHOG_OPERATION)


def is_commit(info: CommitInfo, planned: str) -> bool:
    """True for the commit that was planned under this name, or what a host made of it."""
    return bool(planned) and planned in (info.id, info.trailers.get(PLANNED_COMMIT))


def names_operation(trailers: Mapping[str, str], operation: str) -> bool:
    """True when any of the commit's ids is `operation`."""
    return any(trailers.get(name) == operation for name in _IDS)
