"""Undo: a commit -> a plan that takes it back, as one further commit.

Every path the commit changed gets back what stood there before. Where a later commit changed one
of them again, nothing is undone and the paths are named. The archive log is only ever appended
to: it keeps the undone operation's entries and gets one more, `undo`, for each of their originals.
"""

import re
from collections.abc import Iterable, Mapping

from ..errors import NeedsPerson
from ..findings import Finding, Severity
from ..git import CommitInfo, GitStore, TreeChange
from ..identity import CommitId, RepoPath, TreeEntry
from ..layout import ArchiveEntry, append_entries, read_log
from ..plans import Change, Operation, OperationKind, Plan, Write
from .logged import came_back
from .outcome import NeedsDecision
from .owned_paths import LOG
from .put_back import put_back
from .trailers import names_operation

__all__ = ['find_operation', 'plan_undo']

_REASON = 'undo'


def plan_undo(
    store: GitStore, head: CommitId | None, operation_or_commit: str, operation: Operation
) -> Plan:
    """Returns the plan that takes an operation back; empty when that was done already."""
    if head is None:
        raise _unknown(operation_or_commit)
    undone = find_operation(store, head, operation_or_commit)
    before = undone.parents[0] if undone.parents else None
    now = store.list_tree(head)
    logs: list[TreeChange] = []
    pending: list[TreeChange] = []
    for change in store.changed(before, undone.id):
        if _is_appended_log(change):
            logs.append(change)
        elif now.get(change.path) != change.old:
            pending.append(change)
    _refuse_touched_since(pending, now)
    back = put_back(store, pending, _REASON)
    if back:
        back += [_with_undo_entries(store, log, now, operation, head) for log in logs]
    return Plan(
        operation=OperationKind.UNDO,
        base=head,
        subject=f'Undo "{undone.subject}"',
        changes=tuple(back),
        body=(f'This takes back commit {undone.id}.',),
    )


def find_operation(store: GitStore, head: CommitId, operation_or_commit: str) -> CommitInfo:
    """Returns the newest commit of an operation, or the commit named; it must be in the history."""
    found = _by_operation(store, head, operation_or_commit) or _by_name(
        store, head, operation_or_commit
    )
    if found is None:
        raise _unknown(operation_or_commit)
    # A merge of ours stands on the branch it was made for; of others' merges that is not known.
    if len(found.parents) > 1 and not names_operation(found.trailers, operation_or_commit):
        raise NeedsDecision(
            'MergeCommit',
            f'{found.id[:12]} joins two histories; which side is to be taken back is not said.',
            hint='Name the commits of that side one by one.',
        )
    return found


def _by_operation(store: GitStore, head: CommitId, name: str) -> CommitInfo | None:
    if re.fullmatch('[0-9a-f]{4,12}|[0-9a-f]{40}|HEAD.*', name):
        return None
    return next((info for info in store.log(head) if names_operation(info.trailers, name)), None)


def _by_name(store: GitStore, head: CommitId, name: str) -> CommitInfo | None:
    commit = store.resolve(name)
    if commit is None or not store.is_ancestor(commit, head):
        return None
    return store.log(commit, limit=1)[0]


def _unknown(name: str) -> NeedsPerson:
    return NeedsPerson(
        'OperationUnknown',
        f'No operation and no commit of this branch is called {name!r}.',
        hint='`hedgehog-gitops history` lists both.',
    )


def _is_appended_log(change: TreeChange) -> bool:
    """True for a log that went on, or was divided; one that was begun goes with its commit."""
    found = LOG.fullmatch(change.path)
    if found is None or change.new is None:
        return False
    return change.old is not None or found[2] is not None


def _refuse_touched_since(pending: Iterable[TreeChange], now: Mapping[RepoPath, TreeEntry]) -> None:
    touched = [change.path for change in pending if now.get(change.path) != change.new]
    if not touched:
        return
    message = 'was changed again after the commit that is to be undone'
    named = ', '.join(touched[:5]) + (f' and {len(touched) - 5} more' if len(touched) > 5 else '')
    raise NeedsDecision(
        'ChangedSince',
        f'Later commits changed the same files: {named}.',
        hint='Undo those commits first, newest before oldest, or edit the files by hand.',
        findings=tuple(
            Finding(Severity.ERROR, 'ChangedSince', message, file=path) for path in touched
        ),
    )


def _with_undo_entries(
    store: GitStore,
    log: TreeChange,
    now: Mapping[RepoPath, TreeEntry],
    operation: Operation,
    head: CommitId,
) -> Change:
    undone = _entries(store, log.new)[len(_entries(store, log.old)) :]
    entries = [came_back(entry, 'undo', operation, head) for entry in undone]
    current = now.get(log.path)
    data = store.read_blobs([current.blob])[current.blob] if current is not None else None
    replaced = current.blob if current is not None else None
    return Write(log.path, append_entries(data, entries, operation.now), _REASON, replaced)


def _entries(store: GitStore, log: TreeEntry | None) -> list[ArchiveEntry]:
    return read_log(store.read_blobs([log.blob])[log.blob]) if log is not None else []
