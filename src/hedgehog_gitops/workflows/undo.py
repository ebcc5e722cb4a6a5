"""Undo: one commit or several -> a plan that takes them back, as one further commit.

Every path the commits changed gets back what stood there before the first of them. What they made
and somebody has moved since is followed to where it lies. Where another commit changed it again, or
made anew elsewhere what would come back, nothing is undone and the files are named. The archive log
is only ever appended to: it keeps the undone operation's entries and gets one more, `undo`, for
each of their originals.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

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
from .whereabouts import Whereabouts

__all__ = ['find_operation', 'plan_undo', 'plan_undo_together']

_REASON = 'undo'
_NAMED = 20
_AGAIN = 'was changed again after the commit that is to be undone'


def plan_undo(
    store: GitStore, head: CommitId | None, operation_or_commit: str, operation: Operation
) -> Plan:
    """Returns the plan that takes an operation back; empty when that was done already."""
    return plan_undo_together(store, head, (operation_or_commit,), operation)


def plan_undo_together(
    store: GitStore, head: CommitId | None, names: Sequence[str], operation: Operation
) -> Plan:
    """Returns the plan that takes several operations or commits back at once, or none of them."""
    if head is None:
        raise _unknown(names[0])
    undone = _in_order(store, head, [find_operation(store, head, name) for name in names])
    trails, logs = _followed(store, undone)
    now = store.list_tree(head)
    places = Whereabouts(store, head, now)
    followed, carried_on = _followed_away(places, trails, now)
    changed = [trail for trail in trails.values() if now.get(trail.path) != trail.before]
    pending = [TreeChange(trail.path, trail.before, now.get(trail.path)) for trail in changed]
    pending += [TreeChange(path, None, now[path]) for path in followed]
    in_the_way = [_InTheWay(t.path, t, _AGAIN) for t in changed if not t.leads_to(now.get(t.path))]
    in_the_way += carried_on or _made_anew(places, trails, pending, _parents(undone))
    _refuse(store, head, in_the_way)
    back = put_back(store, pending, _REASON)
    moved = [*changed, *followed.values()]
    concerned = {commit for trail in moved for commit in trail.commits}
    for path, changes in logs.items():
        entries = [
            came_back(entry, 'undo', operation, head)
            for commit, change in changes
            if commit in concerned
            for entry in _added(store, change)
        ]
        if entries:
            back.append(_appended(store, path, entries, now.get(path), operation))
    return _plan(head, undone, back)


def _plan(head: CommitId, undone: Sequence[CommitInfo], changes: Iterable[Change]) -> Plan:
    further = f' and {len(undone) - 1} more' if len(undone) > 1 else ''
    return Plan(
        operation=OperationKind.UNDO,
        base=head,
        subject=f'Undo "{undone[-1].subject}"{further}',
        changes=tuple(changes),
        body=tuple(f'This takes back commit {info.id}.' for info in undone),
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


@dataclass(slots=True)
class _Trail:
    """What became of one path by the commits that are to be undone, oldest first."""

    path: RepoPath
    commits: list[CommitId] = field(default_factory=list)
    changes: list[TreeChange] = field(default_factory=list)

    @property
    def before(self) -> TreeEntry | None:
        return self.changes[0].old

    @property
    def after(self) -> TreeEntry | None:
        return self.changes[-1].new

    def leads_to(self, entry: TreeEntry | None) -> bool:
        """True when nobody else's change is in what stands there now."""
        unbroken = all(one.new == next_.old for one, next_ in pairwise(self.changes))
        return unbroken and any(change.new == entry for change in self.changes)


type _Logs = dict[RepoPath, list[tuple[CommitId, TreeChange]]]


def _followed(
    store: GitStore, undone: Sequence[CommitInfo]
) -> tuple[dict[RepoPath, _Trail], _Logs]:
    """The paths the commits changed, and apart from them the logs they appended to."""
    trails: dict[RepoPath, _Trail] = {}
    logs: _Logs = defaultdict(list)
    for info in undone:
        for change in store.changed(info.parents[0] if info.parents else None, info.id):
            if change.path not in trails and _is_appended_log(change):
                logs[change.path].append((info.id, change))
                continue
            trail = trails.setdefault(change.path, _Trail(change.path))
            trail.commits.append(info.id)
            trail.changes.append(change)
    return trails, logs


def _in_order(store: GitStore, head: CommitId, found: Sequence[CommitInfo]) -> list[CommitInfo]:
    """Oldest first, each once."""
    by_id = {info.id: info for info in found}
    if len(by_id) == 1:
        return list(by_id.values())
    return [info for info in reversed(store.log(head)) if info.id in by_id]


def _is_appended_log(change: TreeChange) -> bool:
    """True for a log that went on, or was divided; one that was begun goes with its commit."""
    found = LOG.fullmatch(change.path)
    if found is None or change.new is None:
        return False
    return change.old is not None or found[2] is not None


@dataclass(frozen=True, slots=True)
class _InTheWay:
    """A file that keeps a path from being brought back, and why."""

    path: RepoPath
    trail: _Trail
    why: str


def _followed_away(
    places: Whereabouts, trails: Mapping[RepoPath, _Trail], now: Mapping[RepoPath, TreeEntry]
) -> tuple[dict[RepoPath, _Trail], list[_InTheWay]]:
    """What was made and then only moved, by where it lies; and what was changed as well."""
    gone = {
        path: trail.after
        for path, trail in trails.items()
        if trail.before is None and trail.after is not None and path not in now
    }
    followed: dict[RepoPath, _Trail] = {}
    in_the_way: list[_InTheWay] = []
    for path, others in places.elsewhere(gone, apart_from=trails).items():
        trail = trails[path]
        new = {each.path for each in others if not places.stood(each, trail.commits[-1])}
        if len(new) == 1 and {now[each].blob for each in new} == {gone[path].blob}:
            followed[new.pop()] = trail
        else:
            why = f'has what was put into {path}, and was changed since'
            in_the_way += [_InTheWay(each, trail, why) for each in sorted(new)]
    return followed, in_the_way


def _made_anew(
    places: Whereabouts,
    trails: Mapping[RepoPath, _Trail],
    pending: Sequence[TreeChange],
    parents: Mapping[CommitId, CommitId | None],
) -> list[_InTheWay]:
    """Files that describe an object by now which would come back beside them."""
    restored = {c.path: c.old for c in pending if c.old is not None}
    there = {change.path: change.new for change in pending}
    in_the_way: list[_InTheWay] = []
    for path, others in places.elsewhere(restored, apart_from=there).items():
        trail, held = trails[path], places.keys(path, there[path])
        before = parents[trail.commits[0]]
        for found in others:
            was_so = before is not None and places.stood(found, before)
            if found.key is not None and found.key not in held and not was_so:
                why = f'describes {found.key}, which would come back in {path}'
                in_the_way.append(_InTheWay(found.path, trail, why))
    return in_the_way


def _parents(undone: Iterable[CommitInfo]) -> dict[CommitId, CommitId | None]:
    return {info.id: info.parents[0] if info.parents else None for info in undone}


def _refuse(store: GitStore, head: CommitId, in_the_way: Sequence[_InTheWay]) -> None:
    if not in_the_way:
        return
    paths = list(dict.fromkeys(each.path for each in in_the_way))
    named = ', '.join(paths[:5]) + (f' and {len(paths) - 5} more' if len(paths) > 5 else '')
    raise NeedsDecision(
        'ChangedSince',
        f'Later commits changed the same files or objects: {named}.',
        hint='Undo those commits first, newest before oldest, or edit the files by hand.',
        findings=tuple(
            Finding(Severity.ERROR, 'ChangedSince', message, file=each.path)
            for each, message in zip(in_the_way, _messages(store, head, in_the_way), strict=True)
        ),
    )


def _messages(store: GitStore, head: CommitId, in_the_way: Sequence[_InTheWay]) -> Iterable[str]:
    """Who stands in the way; looked up for as many as anybody reads."""
    for number, each in enumerate(in_the_way):
        others = []
        if number < _NAMED:
            log = store.log(head, since=each.trail.commits[0], paths=[each.path])
            others = [info for info in log if info.id not in each.trail.commits]
        by = ''
        if others:
            by = f' by {others[0].id[:12]} ({others[0].author.name}: {others[0].subject})'
        yield f'{each.why}{by}'


def _appended(
    store: GitStore,
    path: RepoPath,
    entries: Sequence[ArchiveEntry],
    current: TreeEntry | None,
    operation: Operation,
) -> Change:
    data = store.read_blobs([current.blob])[current.blob] if current is not None else None
    replaced = current.blob if current is not None else None
    return Write(path, append_entries(data, entries, operation.now), _REASON, replaced)


def _added(store: GitStore, log: TreeChange) -> list[ArchiveEntry]:
    return _entries(store, log.new)[len(_entries(store, log.old)) :]


def _entries(store: GitStore, log: TreeEntry | None) -> list[ArchiveEntry]:
    return read_log(store.read_blobs([log.blob])[log.blob]) if log is not None else []
