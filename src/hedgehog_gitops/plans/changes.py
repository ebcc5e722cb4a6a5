"""What a plan does to a tree: a closed set of changes."""

from dataclasses import dataclass
from typing import Any

from ..identity import BlobId, RepoPath, ResourceKey

__all__ = ['Change', 'Delete', 'Move', 'Write', 'change_as_json']


@dataclass(frozen=True, slots=True)
class Write:
    """Puts `content` at `path`. `replaces` is the blob standing there now, None for a new file."""

    path: RepoPath
    content: bytes
    reason: str
    replaces: BlobId | None = None
    mode: str = '100644'
    resource: ResourceKey | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """Moves a file without touching its bytes."""

    source: RepoPath
    path: RepoPath
    blob: BlobId
    reason: str
    mode: str = '100644'
    resource: ResourceKey | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Removes a file; `blob` is what stands there now."""

    path: RepoPath
    blob: BlobId
    reason: str
    resource: ResourceKey | None = None


type Change = Write | Move | Delete


def change_as_json(change: Change) -> dict[str, Any]:
    """`{"action": create|update|delete|move, "path", "resource", "reason"[, "from"]}`."""
    match change:
        case Write():
            action = 'create' if change.replaces is None else 'update'
        case Move():
            action = 'move'
        case Delete():
            action = 'delete'
    answer: dict[str, Any] = {
        'action': action,
        'path': change.path,
        'resource': str(change.resource) if change.resource else None,
        'reason': change.reason,
    }
    if isinstance(change, Move):
        answer['from'] = change.source
    return answer
