"""What an operation came to: returned by `carry_out`, printed or recorded by its caller."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import NeedsPerson
from ..findings import Finding
from ..identity import CommitId
from ..plans import Plan

__all__ = ['NeedsDecision', 'Outcome']


@dataclass(frozen=True, slots=True)
class Outcome:
    """The head after the operation, and whether this operation made it.

    `commit` is the target's head afterwards: the new commit, or `base` where nothing was to do.
    `published` is True only when the remote was read and has the commit.
    """

    commit: CommitId | None
    base: CommitId | None
    plan: Plan
    published: bool = False
    timings: Mapping[str, float] = field(default_factory=dict)

    @property
    def made(self) -> CommitId | None:
        """The commit this operation made, None when there was nothing to do."""
        return None if self.plan.is_empty else self.commit


class NeedsDecision(NeedsPerson):
    """Two sides cannot both stand and a person must choose; `findings` name the places."""

    def __init__(
        self, reason: str, message: str, *, hint: str = '', findings: tuple[Finding, ...] = ()
    ) -> None:
        super().__init__(reason, message, hint=hint)
        self.findings = findings
