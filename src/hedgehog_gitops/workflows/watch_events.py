"""What a watcher tells: one event for each thing that happened, as values and as JSON.

Made by `watch.py`, printed by the command line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import EngineError
from ..findings import Finding
from ..identity import CommitId, RepoPath
from ..plans import Plan, change_as_json
from .outcome import Outcome

__all__ = ['Event', 'done', 'failed', 'left_alone', 'refused', 'started']


@dataclass(frozen=True, slots=True)
class Event:
    """`name` is one of watching, dropped, ingested, left, refused, error, stopped."""

    name: str
    commit: CommitId | None = None
    files: tuple[str, ...] = ()
    plan: Plan | None = None
    pushed: bool = False
    findings: tuple[Finding, ...] = ()
    reason: str = ''
    message: str = ''
    hint: str = ''
    retry_after: float | None = None

    @property
    def is_trouble(self) -> bool:
        """True when somebody has to do something, or a later try has to succeed."""
        return self.name in ('refused', 'error')

    def as_json(self) -> dict[str, Any]:
        """The object `--json` prints as one line."""
        answer: dict[str, Any] = {'event': self.name}
        if self.plan is not None:
            answer |= {
                'commit': self.commit,
                'pushed': self.pushed,
                'files': list(self.files),
                'changes': [change_as_json(change) for change in self.plan.changes],
                'findings': [finding.as_json() for finding in self.findings],
                'conflicts': [conflict.as_json() for conflict in self.plan.conflicts],
                'counts': dict(self.plan.counts),
            }
        elif self.is_trouble:
            answer |= {'reason': self.reason, 'message': self.message, 'hint': self.hint}
            answer |= {'files': list(self.files), 'retry_after': self.retry_after}
        elif self.findings:
            answer |= {
                'files': list(self.files),
                'findings': [finding.as_json() for finding in self.findings],
            }
        elif self.name == 'watching':
            answer |= {'commit': self.commit, 'files': list(self.files)}
        return answer


def started(folder: RepoPath, commit: CommitId | None) -> Event:
    """The watcher looks at this folder from now on."""
    return Event('watching', commit, (folder,))


def done(name: str, outcome: Outcome) -> Event:
    """A plan was carried out; the files are those it changed."""
    return Event(
        name,
        outcome.made,
        tuple(change.path for change in outcome.plan.changes),
        outcome.plan,
        outcome.published,
        outcome.plan.findings,
    )


def left_alone(findings: Sequence[Finding]) -> Event:
    """Files in raw/ that are not taken in."""
    files = tuple(finding.file for finding in findings if finding.file)
    return Event('left', files=files, findings=tuple(findings))


def refused(elsewhere: Sequence[RepoPath], retry_after: float) -> Event:
    """The work tree holds other changes than those in raw/."""
    return Event(
        'refused',
        files=tuple(elsewhere),
        reason='WorkTreeDirty',
        message=f'{len(elsewhere)} paths outside raw/ hold what is in no commit yet.',
        hint='Commit them or put them aside with `git stash -u`; raw/ is taken in afterwards.',
        retry_after=retry_after,
    )


def failed(error: EngineError, retry_after: float) -> Event:
    """Something stopped the round; the next try follows by itself."""
    return Event(
        'error',
        reason=error.reason,
        message=error.message,
        hint=error.hint,
        retry_after=retry_after,
    )
