"""What the command line brings along: the repository, who is asking, the clock, the patience.

The engine reads neither environment nor clock; both are read here and passed in. The writing verbs
share `write`, the reading ones `opened`; `watch` puts the pieces together itself.
"""

import os
import random
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..errors import NeedsPerson
from ..findings import Finding, Severity
from ..git import (
    Authorship,
    GitSettings,
    GitStore,
    Identity,
    Remote,
    WorkingRepository,
    find_repository,
)
from ..identity import CommitId
from ..plans import Operation, OperationKind, Plan
from ..workflows import (
    LocalBranch,
    Progress,
    RemoteBranch,
    Target,
    TrackedBranch,
    carried_out,
    command_line_trailers,
)
from .answer import Answer
from .explain import diff_shown, plan_shown
from .parts import Part
from .progress import progress_shown

__all__ = ['Asked', 'Opened', 'opened', 'pause', 'signed', 'target_of', 'write']

type MakesPlan = Callable[[GitStore, CommitId | None, Operation, Progress], Plan]
_REMOTE_PROTOCOLS = ('https', 'ssh', 'http', 'file')


@dataclass(frozen=True, slots=True)
class Asked:
    """The options every writing verb has."""

    repo: Path
    dry_run: bool
    push: bool
    json: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A person's repository, opened, and the commit its HEAD names."""

    repository: WorkingRepository
    store: GitStore
    head: CommitId | None

    def commit(self) -> CommitId:
        """Returns the head; a repository without any commit has nothing to look at."""
        if self.head is None:
            raise NeedsPerson(
                'NoCommit',
                f'{self.repository.git_dir} has no commit yet.',
                hint='`hedgehog-gitops init` makes the first one.',
            )
        return self.head

    def findings(self) -> tuple[Finding, ...]:
        """Says that files not committed were not looked at."""
        paths = self.repository.uncommitted()
        if not paths:
            return ()
        message = f'{len(paths)} paths differ from the commit and were not looked at'
        return (Finding(Severity.INFO, 'NotCommitted', message, file=paths[0]),)


def opened(repo: Path) -> Opened:
    """Opens a repository for reading."""
    settings = GitSettings(hermetic=False, environment=dict(os.environ))
    repository = find_repository(repo, settings)
    store = GitStore(repository.git_dir, settings)
    return Opened(repository, store, store.resolve('HEAD'))


def write(asked: Asked, kind: OperationKind, fabric: str, make_plan: MakesPlan) -> Answer:
    """Makes a plan on the current branch and carries it out, or shows it (`--dry-run`)."""
    here = opened(asked.repo)
    with here.repository.exclusively(), progress_shown(quiet=asked.json) as progress:
        here.repository.finish_interrupted_move()
        _refuse_uncommitted(here.repository)
        target = target_of(here, push=asked.push)
        operation, authorship = signed(here.repository, kind, fabric)

        def planned(head: CommitId | None) -> Plan:
            return make_plan(here.store, head, operation, progress)

        if asked.dry_run:
            progress.stage('plan')
            head = target.head()
            plan = planned(head)
            return _answer(plan, None, {'dry_run': True}, diff_shown(here.store, plan))
        outcome = carried_out(planned, here.store, target, authorship, pause, progress=progress)
    more = {'base': outcome.base, 'pushed': outcome.published, 'operation': operation.id}
    return _answer(outcome.plan, outcome.made, more, plan_shown(outcome))


def target_of(here: Opened, *, push: bool) -> Target:
    """The branch HEAD is on, and its upstream too where it is to be pushed."""
    ref = here.repository.current_ref()
    if ref is None:
        raise NeedsPerson(
            'DetachedHead',
            'HEAD is not on a branch, so a commit made here would belong to none.',
            hint='`git switch BRANCH` goes back to one.',
        )
    local = LocalBranch(here.store, here.repository, ref)
    if not push:
        return local
    upstream = here.repository.upstream(ref)
    if upstream is None:
        raise NeedsPerson(
            'NoUpstream',
            f'{ref} has no upstream to push to.',
            hint='Set one with `git branch --set-upstream-to=REMOTE/BRANCH`.',
        )
    remote = Remote(upstream.url, allow_protocols=_REMOTE_PROTOCOLS)
    at_server = RemoteBranch(here.store, remote, upstream.branch)
    return TrackedBranch(local, at_server, upstream.tracking)


def signed(
    repository: WorkingRepository, kind: OperationKind, fabric: str
) -> tuple[Operation, Authorship]:
    """Begins an operation of the person whose repository this is, now."""
    author = _identity(repository, 'AUTHOR')
    now = datetime.now(UTC)
    operation = Operation(id=str(uuid.uuid4()), now=now, user=author.name)
    trailers = command_line_trailers(kind, operation, fabric)
    committer = _identity(repository, 'COMMITTER')
    return operation, Authorship(author, committer, now.astimezone(), trailers)


def pause(attempt: int) -> None:
    """Waits before the next try, each time longer and never in step with the other writer."""
    time.sleep(random.uniform(0.05, 0.2) * 2**attempt)  # noqa: S311 - jitter, no secret


def _answer(
    plan: Plan, commit: CommitId | None, more: Mapping[str, object], body: list[Part]
) -> Answer:
    counts = {'counts': dict(plan.counts)} if plan.counts else {}
    return Answer(
        commit=commit,
        changes=plan.changes,
        findings=plan.findings,
        conflicts=plan.conflicts,
        more={**counts, **more},
        body=body,
    )


def _refuse_uncommitted(repository: WorkingRepository) -> None:
    paths = repository.uncommitted()
    if not paths:
        return
    named = ', '.join(paths[:5]) + (f' and {len(paths) - 5} more' if len(paths) > 5 else '')
    raise NeedsPerson(
        'WorkTreeDirty',
        f'The work tree holds what is in no commit yet: {named}.',
        hint='Commit these files, or put them aside with `git stash -u`; what is new in raw/ is '
        'taken in by `hedgehog-gitops watch --once`.',
    )


def _identity(repository: WorkingRepository, role: str) -> Identity:
    return Identity(*repository.identity(role))
