"""Two plans' changes as one: the second was made on the tree the first would leave.

Used by `onboard.py` and `ingest.py`, where ingestion works on a layout that is completed, and on
files that are moved to raw/, by the same commit. Pure.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from ..identity import RepoPath, TreeEntry, blob_id
from ..layout import Snapshot
from ..plans import Change, Delete, Move, Write

__all__ = ['applied', 'joined']


def applied(snapshot: Snapshot, changes: Iterable[Change]) -> Snapshot:
    """Returns the snapshot as the changes would leave it."""
    entries, contents = dict(snapshot.entries), dict(snapshot.contents)
    changes = list(changes)
    for change in changes:
        # What leaves a path goes first: another change may put something new there.
        if not isinstance(change, Write):
            entries.pop(change.source if isinstance(change, Move) else change.path, None)
    for change in changes:
        if isinstance(change, Write):
            blob = blob_id(change.content)
            contents[blob] = change.content
            entries[change.path] = TreeEntry(change.mode, blob)
        elif isinstance(change, Move):
            entries[change.path] = TreeEntry(change.mode, change.blob)
    return Snapshot(snapshot.commit, entries, contents)


def joined(first: Iterable[Change], second: Iterable[Change]) -> tuple[Change, ...]:
    """Returns changes which lead from the tree before `first` to the tree after `second`."""
    pending: dict[RepoPath, Change] = {change.path: change for change in first}
    made = {path for path, change in pending.items() if not isinstance(change, Delete)}
    rest: list[Change] = []
    for change in second:
        source = change.source if isinstance(change, Move) else change.path
        earlier = pending.pop(source, None)
        if earlier is not None:
            rest += _merged(earlier, change)
        elif isinstance(change, Write) and change.path in made:
            # Its file went elsewhere a moment ago, so here nothing stood to begin with.
            rest.append(replace(change, replaces=None))
        else:
            rest.append(change)
    return _without_removals_of_what_is_written([*pending.values(), *rest])


def _without_removals_of_what_is_written(changes: list[Change]) -> tuple[Change, ...]:
    removed = {change.path: change.blob for change in changes if isinstance(change, Delete)}
    placed = {change.path for change in changes if not isinstance(change, Delete)}
    kept: list[Change] = []
    for change in changes:
        if isinstance(change, Write) and change.path in removed:
            kept.append(replace(change, replaces=removed[change.path]))
        elif not (isinstance(change, Delete) and change.path in placed):
            kept.append(change)
    return tuple(kept)


def _merged(earlier: Change, later: Change) -> list[Change]:
    """What one path's two changes come to; `earlier` left the file that `later` takes up."""
    match later:
        case Write():
            if isinstance(earlier, Move):
                return [*_removal(earlier), replace(later, replaces=None)]
            stood = earlier.replaces if isinstance(earlier, Write) else earlier.blob
            return [replace(later, replaces=stood)]
        case Move():
            if isinstance(earlier, Move):
                return [replace(later, source=earlier.source)]
            content = earlier.content if isinstance(earlier, Write) else b''
            return [*_removal(earlier), Write(later.path, content, later.reason, None, later.mode)]
        case Delete():
            return _removal(earlier)
        case _:
            assert_never(later)


def _removal(earlier: Change) -> list[Change]:
    """Removes what stood there before the earlier change, if anything did."""
    match earlier:
        case Write(path=path, replaces=stood):
            return [] if stood is None else [Delete(path, stood, earlier.reason)]
        case Move(source=path, blob=stood) | Delete(path=path, blob=stood):
            return [Delete(path, stood, earlier.reason)]
        case _:
            assert_never(earlier)
