"""Plan -> commit -> moved branch -> Outcome. The only writer: every other file only decides.

Called by the command line and by the plugin's runner. A plan is carried out on the very commit it
was made from; when the branch moved meanwhile, `BranchMoved` says so, nothing was published, and
`carried_out` makes the plan again on the new head.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import assert_never

from ..errors import BranchMoved
from ..git import Authorship, ExistingBlob, GitStore, NewBlob, TreeEdit
from ..identity import CommitId, RepoPath
from ..plans import Delete, Move, Plan, Write, commit_message
from .outcome import Outcome
from .progress import Progress, Silent
from .targets import Target

__all__ = ['PENDING_REF', 'carried_out', 'carry_out', 'commit_plan', 'tree_edits']

# Holds the commit between its making and the move of the branch, so that Git does not forget it.
PENDING_REF = 'refs/hedgehog/pending'
_SILENT = Silent()


def tree_edits(plan: Plan) -> Mapping[RepoPath, TreeEdit]:
    """Returns what the plan does to each path of the tree."""
    edits: dict[RepoPath, TreeEdit] = {}
    for change in plan.changes:
        match change:
            case Write():
                edits[change.path] = NewBlob(change.content, change.mode)
            case Move():
                edits.setdefault(change.source, None)
                edits[change.path] = ExistingBlob(change.blob, change.mode)
            case Delete():
                edits.setdefault(change.path, None)
            case _:
                assert_never(change)
    return edits


def commit_plan(
    store: GitStore,
    plan: Plan,
    parent: CommitId | None,
    authorship: Authorship,
    ref: str = PENDING_REF,
) -> CommitId | None:
    """Makes the plan's one commit on `parent` and points `ref` at it; an empty plan makes none."""
    if plan.is_empty:
        return parent
    joined = (plan.joins,) if plan.joins is not None else ()
    return store.commit(parent, tree_edits(plan), commit_message(plan), authorship, ref, joined)


def carry_out(
    plan: Plan,
    store: GitStore,
    target: Target,
    authorship: Authorship,
    progress: Progress = _SILENT,
) -> Outcome:
    """Commits the plan and moves the target to it, or raises and leaves the target as it was."""
    started = time.perf_counter()
    _forget(store, PENDING_REF)
    progress.stage('commit')
    commit = commit_plan(store, plan, plan.base, authorship)
    committed = time.perf_counter()
    if commit is not None:
        progress.stage('publish')
        commit = target.move(commit, plan.base)
        _forget(store, PENDING_REF)
    return Outcome(
        commit=commit,
        base=plan.base,
        plan=plan,
        published=target.publishes and commit is not None,
        timings={'commit': committed - started, 'publish': time.perf_counter() - committed},
    )


def carried_out(
    make_plan: Callable[[CommitId | None], Plan],
    store: GitStore,
    target: Target,
    authorship: Authorship,
    pause: Callable[[int], None],
    attempts: int = 5,
    progress: Progress = _SILENT,
) -> Outcome:
    """Plans and carries out until the branch holds still; `pause(n)` waits after the n-th race."""
    for attempt in range(1, attempts + 1):
        started = time.perf_counter()
        head = target.head()
        progress.stage('plan')
        plan = make_plan(head)
        planned = time.perf_counter() - started
        try:
            outcome = carry_out(plan, store, target, authorship, progress)
        except BranchMoved:
            if attempt == attempts:
                raise
            pause(attempt)
            continue
        return replace(outcome, timings={'plan': planned, **outcome.timings})
    raise AssertionError('at least one attempt is made')


def _forget(store: GitStore, ref: str) -> None:
    if store.resolve(ref) is not None:
        store.delete_ref(ref)
