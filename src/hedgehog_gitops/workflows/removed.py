"""Which objects a fabric had and has no more, and where each can be brought back from.

Called by `hedgehog-gitops history --removed`, by the plugin's pages and API. One walk over the
latest commits; what was removed before those is found by the object's own history alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..documents import Limits
from ..git import GitStore, TreeChange
from ..identity import CommitId, RepoPath, ResourceKey
from ..layout import Fabric
from .history import Entry, entry_of
from .known_blobs import About, KnownBlobs
from .reading import entries_below, inventory

__all__ = ['Removed', 'removed_objects']

_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Removed:
    """An object that is gone. `entry` tells of its removal, `last` is the commit that still had it.

    What was renamed in its file is gone under its old name, too.
    """

    key: ResourceKey
    entry: Entry
    last: CommitId

    def as_json(self) -> dict[str, Any]:
        return {'resource': str(self.key), **self.entry.as_json(), 'last_commit': self.last}


def removed_objects(
    store: GitStore, head: CommitId, fabric: Fabric, limits: Limits = _LIMITS, commits: int = 500
) -> list[Removed]:
    """Returns what left managed/ with one of the latest `commits` that touched it, newest first."""
    known = KnownBlobs(store, fabric, limits)
    found: dict[ResourceKey, Removed] = {}
    for info, changes in store.touches(head, fabric.managed, commits):
        for key, path in _left(known, changes):
            gone = entry_of(info, action='delete', path=path)
            # What takes something away has a commit before it.
            found.setdefault(key, Removed(key, gone, info.parents[0]))
    entries = entries_below(store, head, fabric.managed)
    present = inventory(store, fabric, entries, limits, About(found)).by_key
    return [each for key, each in found.items() if key not in present]


def _left(
    known: KnownBlobs, changes: tuple[TreeChange, ...]
) -> Iterator[tuple[ResourceKey, RepoPath]]:
    """The objects that one of the changed files had, and none of them has any more."""
    old = {each.path: each.old.blob for each in changes if each.old and each.old.is_file}
    if not old:
        return
    new = {each.path: each.new.blob for each in changes if each.new and each.new.is_file}
    rows = known.readings([*old.values(), *new.values()])
    stayed = {each.key for blob in new.values() for each in rows[blob].documents}
    for path, blob in old.items():
        for document in rows[blob].documents:
            if document.key is not None and document.key not in stayed:
                yield document.key, path
