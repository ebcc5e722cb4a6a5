"""`hedgehog-gitops merge`: brings another branch in, objects field by field."""

from enum import StrEnum
from typing import Annotated

import typer

from ..errors import NeedsPerson
from ..git import GitStore
from ..identity import CommitId
from ..plans import ClashRule, Operation, OperationKind, Plan
from ..workflows import BranchMerge, NeedsDecision, Progress, find_fabric, plan_branch_merge
from .answer import Answer
from .desk import Asked, write
from .options import DryRun, FabricDir, Json, Limit, Push, Repo, read_directory, read_limits

__all__ = ['merge']


class Prefer(StrEnum):
    """Which side is right where both changed the same."""

    NEITHER = 'neither'
    BRANCH = 'branch'
    HERE = 'here'


_RULES = {
    Prefer.NEITHER: ClashRule.MERGE,
    Prefer.BRANCH: ClashRule.OURS,
    Prefer.HERE: ClashRule.THEIRS,
}


def merge(  # noqa: PLR0913, PLR0917 -- options of one verb
    repo: Repo,
    fabric_dir: FabricDir,
    branch: Annotated[str, typer.Option(metavar='BRANCH', help='The branch to bring in.')],
    prefer: Annotated[
        Prefer, typer.Option(help='Which side is right where both changed the same field.')
    ] = Prefer.NEITHER,
    dry_run: DryRun = False,
    push: Push = False,
    limit: Limit = None,
    json: Json = False,
) -> Answer:
    """Merge a branch into the current one; nothing is merged while a clash is left."""
    base, limits = read_directory(fabric_dir), read_limits(limit)

    def planned(
        store: GitStore, head: CommitId | None, operation: Operation, progress: Progress
    ) -> Plan:
        source = store.resolve(branch)
        if head is None or source is None:
            raise NeedsPerson(
                'BranchMissing',
                f'There is no branch {branch} here.',
                hint='`git branch --all` lists them; `git fetch` brings those of a server.',
            )
        wanted = BranchMerge(source, head, branch, 'the current branch', _RULES[prefer])
        plan = plan_branch_merge(store, wanted, find_fabric(store, head, base), operation, limits)
        _refuse_clashes(plan, branch)
        return plan

    return write(Asked(repo, dry_run, push, json), OperationKind.MERGE, base, planned)


def _refuse_clashes(plan: Plan, branch: str) -> None:
    """Files that cannot be merged by meaning stop the merge; objects are told as conflicts."""
    clashes = tuple(finding for finding in plan.findings if finding.code == 'MergeConflict')
    if clashes:
        raise NeedsDecision(
            'MergeConflict',
            f'{len(clashes)} files changed on {branch} and here cannot be merged by their meaning.',
            hint='Merge them with `git merge`.',
            findings=clashes,
        )
