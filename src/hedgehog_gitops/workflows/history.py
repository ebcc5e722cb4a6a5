"""Who changed a fabric or one object, when, and by which operation. Read from Git alone.

Called by `hedgehog-gitops history`, by the plugin's pages, and by `undo.py` to find an operation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..git import CommitInfo, GitStore
from ..identity import CommitId, RepoPath, ResourceKey
from ..layout import Fabric, managed_path
from .known_blobs import About
from .reading import entries_below, inventory
from .trailers import operation_kind_of, operation_of

__all__ = ['Entry', 'fabric_history', 'resource_history']

_RENAMES_FOLLOWED = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One commit of a history. `operation` is None where a person committed by hand."""

    commit: CommitId
    author: str
    email: str
    when: datetime
    subject: str
    operation: str | None
    kind: str | None

    def as_json(self) -> dict[str, Any]:
        return {
            'commit': self.commit,
            'author': self.author,
            'email': self.email,
            'when': self.when.isoformat(),
            'subject': self.subject,
            'operation': self.operation,
            'kind': self.kind,
        }


def fabric_history(
    store: GitStore, head: CommitId, fabric: Fabric, limit: int | None = None
) -> list[Entry]:
    """Returns the commits that touched the fabric's folder, newest first."""
    paths = (fabric.base,) if fabric.base else ()
    return _entries(store.log(head, paths=paths, limit=limit))


def resource_history(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    key: ResourceKey,
    limit: int | None = None,
) -> list[Entry]:
    """Returns the commits that touched the object's file, also under its earlier names.

    An object that is gone is looked for where its file would lie.
    """
    entries = entries_below(store, head, fabric.managed)
    found = inventory(store, fabric, entries, about=About([key])).by_key
    paths = [place.path for place in found.get(key, ())]
    kind = fabric.catalogue.find(key.group, key.kind)
    if kind is not None and kind.managed:
        paths.append(managed_path(fabric, key))
    return _entries(_followed(store, head, list(dict.fromkeys(paths)), limit))


def _followed(
    store: GitStore, head: CommitId, paths: list[RepoPath], limit: int | None
) -> list[CommitInfo]:
    """The log of the paths; where the oldest commit moved the file there, of its old path too."""
    log: list[CommitInfo] = []
    for _ in range(_RENAMES_FOLLOWED):
        log = store.log(head, paths=paths, limit=limit) if paths else []
        earlier = [path for path in _moved_from(store, log, paths) if path not in paths]
        if not earlier:
            break
        paths += earlier
    return log


def _moved_from(
    store: GitStore, log: Sequence[CommitInfo], paths: Sequence[RepoPath]
) -> list[RepoPath]:
    if not log or not log[-1].parents:
        return []
    changes = store.changed(log[-1].parents[0], log[-1].id)
    added = {c.new.blob for c in changes if c.new and c.old is None and c.path in paths}
    return [c.path for c in changes if c.old and c.new is None and c.old.blob in added]


def _entries(log: Sequence[CommitInfo]) -> list[Entry]:
    return [
        Entry(
            commit=info.id,
            author=info.author.name,
            email=info.author.email,
            when=info.when,
            subject=info.subject,
            operation=operation_of(info.trailers),
            kind=operation_kind_of(info.trailers),
        )
        for info in log
    ]
