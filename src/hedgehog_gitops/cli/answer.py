"""What a verb answers: the exit status and the JSON are decided here, nowhere else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import EngineError
from ..findings import Finding, Severity
from ..identity import CommitId
from ..plans import Change, Conflict, change_as_json
from ..workflows import NeedsDecision
from .parts import Line, Part
from .report import findings_shown

__all__ = ['Answer']

DONE, DONE_WITH_ERRORS, REFUSED, PERSON_MUST_DECIDE = range(4)


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one verb.

    `commit` is the commit made, or the one looked at; None when nothing was made. `more` holds
    what a verb adds to the JSON, `body` what it shows to a person. `text` is printed instead of
    both. Findings of a severity in `failing` make the exit status 1.
    """

    commit: CommitId | None = None
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    failure: EngineError | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    body: Sequence[Part] = ()
    text: str | None = None
    wants_json: bool = False
    list_all: bool = False
    hint: str = '--json lists all'
    failing: tuple[Severity, ...] = (Severity.ERROR,)

    @property
    def exit_status(self) -> int:
        """2 before 3 before 1 before 0."""
        if self.failure is not None and not self._is_decision:
            return REFUSED
        if self.conflicts or self.failure is not None:
            return PERSON_MUST_DECIDE
        failed = any(finding.severity in self.failing for finding in self.findings)
        return DONE_WITH_ERRORS if failed else DONE

    @property
    def _is_decision(self) -> bool:
        return isinstance(self.failure, NeedsDecision)

    def all_findings(self) -> tuple[Finding, ...]:
        """The findings of the plan and those a refusal names."""
        named = self.failure.findings if isinstance(self.failure, NeedsDecision) else ()
        return (*self.findings, *named)

    def parts(self) -> list[Part]:
        """What a person is shown, in order."""
        findings = findings_shown(self.all_findings(), list_all=self.list_all, hint=self.hint)
        return [*self.body, *findings, *map(_conflict_line, self.conflicts)]

    def as_json(self) -> dict[str, Any]:
        """The one object `--json` prints."""
        answer: dict[str, Any] = {
            'ok': self.exit_status == DONE,
            'commit': self.commit,
            'changes': [change_as_json(change) for change in self.changes],
            'findings': [finding.as_json() for finding in self.all_findings()],
            'conflicts': [conflict.as_json() for conflict in self.conflicts],
            **self.more,
        }
        if self.failure is not None:
            answer['error'] = {
                'reason': self.failure.reason,
                'message': self.failure.message,
                'hint': self.failure.hint,
            }
        return answer


def _conflict_line(conflict: Conflict) -> Line:
    fields = f' ({", ".join(conflict.fields)})' if conflict.fields else ''
    about = f'{conflict.kind}: {conflict.resource}: {conflict.message}{fields}'
    return Line(about, 'conflict', 'bold magenta')
