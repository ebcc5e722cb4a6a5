"""An object's versions: its text after every commit that changed it, from the raw drop on.

Used by `history.py`, `blame.py`, `difference.py` and `restore.py`. The file is followed through
moves by what lies in it, and the drops it was ingested from are told by the archive log, or where
that is lost by what the ingesting commit took away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..documents import Document, Limits, read
from ..git import CommitInfo, GitStore, Step, TreeChange
from ..identity import BlobId, CommitId, RepoPath, ResourceKey
from ..layout import Fabric, managed_path
from .known_blobs import About, KnownBlobs
from .logged import archive_entries
from .meanings import objects_in
from .reading import entries_below, inventory
from .trail import followed, moved_from

__all__ = ['ObjectVersion', 'Place', 'object_at', 'object_versions']

_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Place:
    """The object in one file of one commit."""

    path: RepoPath
    blob: BlobId
    mode: str
    document: Document

    @property
    def value(self) -> dict[str, Any]:
        return self.document.value if isinstance(self.document.value, dict) else {}

    @property
    def text(self) -> bytes:
        return self.document.text


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """The object as one commit left it.

    `place` is where it lies, None where it is gone; `drops` are files of raw/ that describe it as
    well. `parents` are the versions it was made from.
    """

    info: CommitInfo
    place: Place | None
    drops: Mapping[RepoPath, Place] = field(default_factory=dict)
    parents: tuple['ObjectVersion', ...] = field(default=(), repr=False)

    @property
    def commit(self) -> CommitId:
        return self.info.id

    @property
    def value(self) -> dict[str, Any] | None:
        return self.place.value if self.place is not None else None

    @property
    def text(self) -> bytes | None:
        return self.place.text if self.place is not None else None


def object_versions(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    key: ResourceKey,
    limits: Limits = _LIMITS,
    since: CommitId | None = None,
) -> list[ObjectVersion]:
    """Returns every version of the object, newest first; none when there never was one.

    With `since` only those made after that commit.
    """
    known, below = KnownBlobs(store, fabric, limits), fabric.path('')

    def earlier(step: Step, everything: Sequence[TreeChange]) -> list[RepoPath]:
        taken = {
            change.path: change.old.blob
            for change in everything
            if change.old is not None and change.old.is_file and change.path.startswith(below)
        }
        rows = known.readings(taken.values())
        held = [p for p, blob in taken.items() if any(r.key == key for r in rows[blob].documents)]
        return [*moved_from(step, everything), *held]

    steps = followed(store, head, _paths(store, head, fabric, key), earlier, since)
    return _Reader(store, fabric, key, limits).versions(steps)


def object_at(
    store: GitStore,
    commit: CommitId,
    fabric: Fabric,
    key: ResourceKey,
    limits: Limits = _LIMITS,
) -> Place | None:
    """Returns the object as a commit has it in managed/; None when it has none."""
    entries = entries_below(store, commit, fabric.managed)
    found = inventory(store, fabric, entries, limits, About([key])).by_key.get(key, ())
    if not found:
        return None
    own = _own_path(fabric, key)
    at = min(found, key=lambda place: (place.path != own, place.path, place.document))
    document = read(store.read_blobs([at.blob])[at.blob], limits).documents[at.document]
    return Place(at.path, at.blob, entries[at.path].mode, document)


def _paths(store: GitStore, head: CommitId, fabric: Fabric, key: ResourceKey) -> list[RepoPath]:
    """Where it lies, where it would lie, and the drops the archive log knows for these files."""
    entries = entries_below(store, head, fabric.managed)
    found = inventory(store, fabric, entries, about=About([key])).by_key
    paths = [place.path for place in found.get(key, ())]
    if own := _own_path(fabric, key):
        paths.append(own)
    below = {fabric.below(path) for path in paths}
    for entry in archive_entries(store, head, fabric):
        made = (*entry.documents_created, *entry.documents_updated, *entry.documents_unchanged)
        if below.intersection(made):
            paths.append(fabric.path(entry.original_file))
    return paths


def _own_path(fabric: Fabric, key: ResourceKey) -> RepoPath | None:
    kind = fabric.catalogue.find(key.group, key.kind)
    return managed_path(fabric, key) if kind is not None and kind.managed else None


class _Reader:
    """Finds the object in the files of each step; every blob is read once."""

    def __init__(self, store: GitStore, fabric: Fabric, key: ResourceKey, limits: Limits) -> None:
        self._store, self._fabric, self._key, self._limits = store, fabric, key, limits
        self._own = _own_path(fabric, key)
        self._documents: dict[BlobId, Document | None] = {}

    def versions(self, steps: Sequence[Step]) -> list[ObjectVersion]:
        self._read(entry.blob for step in steps for entry in step.files.values() if entry.is_file)
        made: dict[CommitId, ObjectVersion] = {}
        kept: list[ObjectVersion] = []
        for step in reversed(steps):
            parents = tuple(made[parent] for parent in step.info.parents)
            version = self._version(step, parents)
            same = next((parent for parent in parents if _same(version, parent)), None)
            if not parents and version.place is None and not version.drops:
                made[step.info.id] = version
            elif same is not None:
                # The commit changed another object of the file: nothing happened here.
                made[step.info.id] = same
            else:
                made[step.info.id] = version
                kept.append(version)
        return kept[::-1]

    def _version(self, step: Step, parents: tuple[ObjectVersion, ...]) -> ObjectVersion:
        places = {place.path: place for place in self._places(step)}
        raw = f'{self._fabric.raw}/'
        drops = {path: place for path, place in places.items() if path.startswith(raw)}
        rest = [place for path, place in places.items() if path not in drops]
        main = min(rest, key=lambda place: (place.path != self._own, place.path), default=None)
        return ObjectVersion(step.info, main, drops, parents)

    def _places(self, step: Step) -> Iterable[Place]:
        for path, entry in step.files.items():
            document = self._documents.get(entry.blob) if entry.is_file else None
            if document is not None:
                yield Place(path, entry.blob, entry.mode, document)

    def _read(self, blobs: Iterable[BlobId]) -> None:
        wanted = list(dict.fromkeys(blobs))
        sizes = self._store.blob_sizes(wanted)
        readable = [blob for blob in wanted if self._limits.admits(sizes[blob])]
        for blob, data in self._store.read_blobs(readable).items():
            self._documents[blob] = self._find(data)

    def _find(self, data: bytes) -> Document | None:
        found = objects_in(read(data, self._limits).documents, self._fabric.catalogue)
        return next((document for document, key, _ in found if key == self._key), None)


def _same(one: ObjectVersion, other: ObjectVersion) -> bool:
    return _seen(one) == _seen(other)


def _seen(version: ObjectVersion) -> object:
    places = [*version.drops.values(), *([version.place] if version.place else [])]
    return [(place.path, place.text) for place in places]
