"""What a person did in raw/ of a work tree -> a plan that commits just that, byte for byte.

Called by `watch.py`. Unlike a drop that is handed over, the files already lie where they belong:
a changed file replaces the version before, and a file that was removed is removed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..git import GitStore
from ..identity import CommitId, RepoPath, TreeEntry, blob_id
from ..layout import Fabric
from ..plans import Change, Delete, Operation, OperationKind, Plan, Write
from .reading import entries_below

__all__ = ['FoundFile', 'plan_taking_in']

_REASON = 'drop'


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file as it lies in the work tree."""

    data: bytes
    executable: bool = False


def plan_taking_in(
    store: GitStore,
    head: CommitId | None,
    fabric: Fabric,
    found: Mapping[RepoPath, FoundFile | None],
    operation: Operation,
) -> Plan:
    """Returns what makes raw/ at `head` say the same as the work tree; None is a removed file."""
    entries = entries_below(store, head, fabric.raw)
    changes = [
        change
        for path in sorted(found)
        if (change := _change(path, found[path], entries.get(path))) is not None
    ]
    return Plan(
        operation=OperationKind.DROP,
        base=head,
        subject=_subject(fabric, changes),
        changes=tuple(changes),
        body=(f'As {operation.user} left them in raw/; ingestion is a commit of its own.',),
        counts={'taken in': len(changes)},
    )


def _change(path: RepoPath, found: FoundFile | None, there: TreeEntry | None) -> Change | None:
    if found is None:
        return None if there is None else Delete(path, there.blob, _REASON)
    mode = '100755' if found.executable else '100644'
    if there == TreeEntry(mode, blob_id(found.data)):
        return None
    return Write(path, found.data, _REASON, there.blob if there is not None else None, mode)


def _subject(fabric: Fabric, changes: Sequence[Change]) -> str:
    if len(changes) == 1:
        return f'Take in {fabric.below(changes[0].path)} for {fabric.slug}'
    return f'Take in {len(changes)} files of raw/ for {fabric.slug}'
