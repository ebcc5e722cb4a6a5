"""A conflict is a value: both sides and their base are kept until somebody decides."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..identity import CommitId, RepoPath, ResourceKey

__all__ = ['ClashRule', 'Conflict', 'ConflictKind', 'Settlement', 'Side', 'later_side']


class ConflictKind(StrEnum):
    """Why the two sides cannot both stand."""

    CONCURRENT_MODIFICATION = 'concurrent_modification'
    MISSING_RESOURCE = 'missing_resource'
    MERGE_CONFLICT = 'merge_conflict'
    DUPLICATE_IDENTITY = 'duplicate_identity'
    HISTORY_REWRITTEN = 'history_rewritten'
    DETECTION_ERROR = 'detection_error'


class ClashRule(StrEnum):
    """What becomes of an object both sides changed: where they clash, and where they do not."""

    MERGE = 'merge'
    """Changes of different fields are joined; a clash waits for a person."""
    OURS = 'ours'
    """As MERGE, and at a clash the edit is right."""
    THEIRS = 'theirs'
    """As MERGE, and at a clash Git is right."""
    LATER = 'later'
    """As MERGE, and at a clash the side that was changed later is right."""
    HOLD = 'hold'
    """Nothing is joined without a person."""


def later_side(ours: datetime | None, theirs: datetime | None) -> ClashRule | None:
    """Which side was changed later; None where that is not known.

    Git knows no time below a second, so within one nobody was later.
    """
    if ours is None or theirs is None:
        return None
    ours = ours.replace(microsecond=0)
    if ours == theirs:
        return None
    return ClashRule.OURS if ours > theirs else ClashRule.THEIRS


@dataclass(frozen=True, slots=True)
class Side:
    """One version of an object: its exact text (None: absent there) and what Kubernetes reads.

    `author`, `when` and `commit` tell who made it, as far as that is known.
    """

    text: bytes | None
    value: dict[str, Any] | None
    path: RepoPath | None = None
    document: int | None = None
    author: str = ''
    when: datetime | None = None
    commit: CommitId | None = None


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


@dataclass(frozen=True, slots=True)
class Settlement:
    """A conflict that a rule has decided: by which rule, and what the object says then."""

    conflict: Conflict
    rule: ClashRule
    outcome: Side

    def as_json(self) -> dict[str, Any]:
        return {**self.conflict.as_json(), 'rule': str(self.rule)}
