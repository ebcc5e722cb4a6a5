"""Paths that get back what stood there before, as changes.

Used by `undo.py` and `restore.py`; each change goes from `new`, which stands there, to `old`.
"""

from collections.abc import Iterator, Mapping, Sequence

from ..errors import NeedsPerson
from ..git import GitStore, TreeChange
from ..identity import BlobId, RepoPath, TreeEntry
from ..plans import Change, Delete, Move, Write

__all__ = ['put_back']


def put_back(store: GitStore, pending: Sequence[TreeChange], reason: str) -> list[Change]:
    """Returns moves where a file only has to go back to its old place, and its bytes elsewhere."""
    return list(_put_back(store, pending, reason))


def _put_back(store: GitStore, pending: Sequence[TreeChange], reason: str) -> Iterator[Change]:
    added = {c.new: c.path for c in pending if c.old is None and c.new is not None}
    moved = {c.path: added.pop(c.old) for c in pending if c.new is None and c.old in added}
    sources = set(moved.values())
    needed = [c.old.blob for c in pending if c.old is not None and c.old.is_file]
    contents = store.read_blobs(needed)
    for change in pending:
        if change.old is not None:
            yield _restored(change.path, change.old, change.new, moved, contents, reason)
        elif change.new is not None and change.path not in sources:
            yield Delete(change.path, change.new.blob, reason)


def _restored(
    path: RepoPath,
    old: TreeEntry,
    new: TreeEntry | None,
    moved: Mapping[RepoPath, RepoPath],
    contents: Mapping[BlobId, bytes],
    reason: str,
) -> Change:
    if not old.is_file:
        raise NeedsPerson(
            'PathRefused',
            f'{path} was a symbolic link or a submodule; such entries are never written.',
            hint='Restore it with `git checkout COMMIT -- PATH`.',
        )
    if path in moved:
        return Move(moved[path], path, old.blob, reason, old.mode)
    replaced = new.blob if new is not None else None
    return Write(path, contents[old.blob], reason, replaced, old.mode)
