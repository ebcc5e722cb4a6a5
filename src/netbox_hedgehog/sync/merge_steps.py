"""A feature branch -> one merge commit on the fabric's branch, where NetBox does the merging.

`steps.stack` calls it for an operation that asks for it. With a clash in it nothing is merged: each
clash becomes a conflict of its own, and the operation says how to go on.
"""

from collections.abc import Mapping

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.findings import Severity
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.plans import ClashRule
from hedgehog_gitops.workflows import BranchMerge, plan_branch_merge

from ..choices import PullRequestStateChoices
from .load import engine_operation
from .run import Run, by_operation, commit

__all__ = ['PREFER', 'add_merge']

# Which side is right where both changed the same, as pages and REST say it.
PREFER = {
    'neither': ClashRule.MERGE,
    'branch': ClashRule.OURS,
    'base': ClashRule.THEIRS,
}


def add_merge(run: Run) -> None:
    """Makes the merge commit, or says what keeps the branches apart."""
    options = run.operation.operation_config
    name = str(options.get('branch', ''))
    source = run.store.fetch(run.remote, name)
    if source is None or run.head is None:
        raise NeedsPerson(
            'BranchMissing',
            f'The repository has no branch {name or "with this name"}.',
            hint='Name a branch that is there.',
        )
    wanted = BranchMerge(
        source,
        run.head,
        name,
        run.branch,
        PREFER.get(options.get('prefer', ''), ClashRule.MERGE),
        _rules(options.get('decisions') or {}),
        keeps_settings=True,
    )
    about = engine_operation(run.operation)
    plan = plan_branch_merge(run.store, wanted, run.place, about, run.limits)
    files = [f for f in plan.findings if f.code == 'MergeConflict' and f.severity is Severity.ERROR]
    if plan.conflicts or files:
        run.clashes += plan.conflicts
        run.findings += plan.findings
        run.refusal = _refused(name, len(plan.conflicts), len(files))
        return
    commit(run, plan, run.operation, by_operation(run, run.operation))
    run.merged_branch = name
    for review in run.reviews:
        if review.pull_request.branch == name and review.state == PullRequestStateChoices.OPEN:
            review.state, review.merge_commit = PullRequestStateChoices.MERGED, run.tip


def _rules(decisions: Mapping[str, str]) -> dict[ResourceKey, ClashRule]:
    return {ResourceKey.parse(key): PREFER[side] for key, side in decisions.items()}


def _refused(name: str, objects: int, files: int) -> NeedsPerson:
    clashes = [
        f'{count} {what}' for count, what in ((objects, 'objects'), (files, 'other files')) if count
    ]
    return NeedsPerson(
        'MergeConflict',
        f'{" and ".join(clashes)} were changed on {name} and on the branch it goes into. '
        'Nothing was merged.',
        hint='Merge again and say which side is right, for all of them or object by object; '
        'other files are merged in Git.',
    )
