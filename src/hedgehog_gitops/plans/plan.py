"""A plan: everything one operation will change, and why. A pure value.

Made by the deciding rooms, shown by `explain`, carried out by `workflows/carry_out.py` only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..findings import Finding
from ..identity import CommitId
from .changes import Change
from .conflict import Conflict, Settlement

__all__ = ['OperationKind', 'Plan']


class OperationKind(StrEnum):
    """What was asked for; the word that stands in records, trailers and the archive log."""

    INIT = 'directory_init'
    DROP = 'file_drop'
    INGESTION = 'file_ingestion'
    EDIT = 'sync'
    RENDER = 'template_render'
    GENERATE = 'wiring_generation'
    UNDO = 'undo'
    MERGE = 'branch_merge'
    RESTORE = 'restore'
    FILES = 'file_operations'
    CLEANUP = 'cleanup'
    DUPLICATES = 'duplicate_resolution'


@dataclass(frozen=True, slots=True)
class Plan:
    """Changes to make on top of `base`, what was found on the way, and what a person must decide.

    `subject` and `body` become the commit message. `counts` are documents or files, by name.
    `settled` are conflicts that a rule has decided; the changes follow it. `joins` is a commit
    whose history the new commit joins.
    """

    operation: OperationKind
    base: CommitId | None
    subject: str
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    settled: tuple[Settlement, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    body: tuple[str, ...] = ()
    joins: CommitId | None = None

    @property
    def is_empty(self) -> bool:
        """True when carrying this out would not change a single byte."""
        return not self.changes and self.joins is None
