"""The first step of one operation: reads the remote branch and refuses what no sync can work on.

`runner.py` calls it at the start of every round; `steps.py` goes on from the head it found.
"""

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.workflows.own_kinds import with_own_kinds
from hedgehog_gitops.workflows.reading import entries_below

from ..choices import SyncOperationTypeChoices, TriggerTypeChoices
from .generations import requested
from .load import engine_fabric
from .run import Run

__all__ = ['fetch']

_Type = SyncOperationTypeChoices
# More branches than this are not fetched to find out what became of one.
_LOOKED_AT = 10
_BY_A_PERSON = (TriggerTypeChoices.MANUAL, TriggerTypeChoices.API, TriggerTypeChoices.CLI)


def fetch(run: Run) -> None:
    """Reads the remote branch and refuses what no sync can work on."""
    run.progress.stage('fetch')
    run.generation = requested(run.fabric.pk)
    run.head = run.store.fetch(run.remote, run.branch)
    run.progress.stage('after_fetch')
    # What the fabric knows of kinds is part of the commit, like everything else it says.
    run.place = with_own_kinds(run.store, run.head, engine_fabric(run.fabric))
    if run.head is None and not _may_create_branch(run):
        raise _no_branch(run)
    if run.synced is not None and not _still_there(run):
        _follow_or_refuse(run)
    if run.operation.operation_type != _Type.DIRECTORY_INIT and not _has_manifest(run):
        raise NeedsPerson(
            'DirectoryNotInitialized',
            f'{run.place.base or "/"} on branch {run.branch} has no manifest yet.',
            hint='Initialise the fabric first.',
        )


def _follow_or_refuse(run: Run) -> None:
    """Rewritten history is followed only where a person initialises the fabric again."""
    by_person = run.operation.trigger_type in _BY_A_PERSON
    if run.operation.operation_type == _Type.DIRECTORY_INIT and by_person:
        run.log.warning(f'The history was rewritten: {run.synced} is gone; following {run.head}')
        run.synced, run.follows_rewritten = None, True
        return
    raise NeedsPerson(
        'HistoryRewritten',
        f'The history of {run.branch} was rewritten: the commit NetBox knows '
        f'({str(run.synced)[:12]}) is not part of it any more. Nothing was changed here.',
        hint='Push the missing commits again, or initialise the fabric again to follow the '
        'branch as it is now.',
    )


def _may_create_branch(run: Run) -> bool:
    """A branch is made only where there is nothing at all to branch from."""
    if run.operation.operation_type != _Type.DIRECTORY_INIT:
        return False
    return not run.store.remote_heads(run.remote)


def _no_branch(run: Run) -> NeedsPerson:
    heads = sorted(run.store.remote_heads(run.remote))
    if not heads:
        return NeedsPerson(
            'RepositoryEmpty',
            f'The repository is empty: it has no branch {run.branch}.',
            hint='Initialise the fabric: that makes the branch and its first commit.',
        )
    there = f'The repository has no branch {run.branch}; it has {", ".join(heads[:5])}.'
    if renamed := _renamed_to(run, heads):
        return NeedsPerson(
            'BranchRenamed',
            f'{there} {renamed} has everything NetBox knows of {run.branch}.',
            hint=f'If it was renamed, choose {renamed} in the fabric or the repository; edits that '
            'wait are kept.',
        )
    return NeedsPerson(
        'BranchMissing',
        there,
        hint='Create the branch, or choose another one in the fabric or the repository; edits that '
        'wait are kept.',
    )


def _renamed_to(run: Run, heads: list[str]) -> str:
    """The branch that took the missing one's place: the only one that has its last commit."""
    if run.synced is None or run.store.resolve(run.synced) is None:
        return ''
    found = []
    for name in heads[:_LOOKED_AT]:
        head = run.store.fetch(run.remote, name)
        if head is not None and run.store.is_ancestor(run.synced, head):
            found.append(name)
    return found[0] if len(found) == 1 else ''


def _still_there(run: Run) -> bool:
    if run.head is None or run.store.resolve(run.synced) is None:
        return False
    return run.store.is_ancestor(run.synced, run.head)


def _has_manifest(run: Run) -> bool:
    return run.place.manifest in entries_below(run.store, run.head, run.place.hnp)
