"""A conflict is a value: both sides and their base are kept until somebody decides."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..identity import CommitId, RepoPath, ResourceKey

__all__ = ['Conflict', 'ConflictKind', 'Side']


class ConflictKind(StrEnum):
    """Why the two sides cannot both stand."""

    CONCURRENT_MODIFICATION = 'concurrent_modification'
    MISSING_RESOURCE = 'missing_resource'
    DUPLICATE_IDENTITY = 'duplicate_identity'
    HISTORY_REWRITTEN = 'history_rewritten'
    DETECTION_ERROR = 'detection_error'


@dataclass(frozen=True, slots=True)
class Side:
    """One version of an object: its exact text (None: absent there) and what Kubernetes reads."""

    text: bytes | None
    value: dict[str, Any] | None
    path: RepoPath | None = None
    document: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Base, Git's and NetBox's version of one object, and the fields they disagree on."""

    kind: ConflictKind
    resource: ResourceKey
    message: str
    base: Side | None
    ours: Side
    theirs: Side
    fields: tuple[str, ...] = ()
    base_commit: CommitId | None = None
    git_commit: CommitId | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            'type': str(self.kind),
            'resource': str(self.resource),
            'message': self.message,
            'fields': list(self.fields),
            'files': [side.path for side in (self.ours, self.theirs) if side.path],
        }
