"""Where what a file of managed/ held lies in a commit: its objects, or of others its bytes.

Used by `undo.py` and `restore.py`, which bring paths back: somebody may have moved a file since, or
made its object anew elsewhere.
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..git import GitStore
from ..identity import BlobId, CommitId, RepoPath, ResourceKey, TreeEntry, blob_id
from ..kinds import Disposition
from ..layout import Fabric, is_yaml_name
from .known_blobs import About, KnownBlobs
from .reading import fabric_to_check, inventory

__all__ = ['Found', 'Whereabouts']

_MANIFEST = '.hnp/manifest.yaml'
_EMPTY = blob_id(b'')


@dataclass(frozen=True, slots=True)
class Found:
    """A file that holds the object `key`; without one, a file with the very bytes asked for."""

    path: RepoPath
    blob: BlobId
    key: ResourceKey | None


class Whereabouts:
    """What lies where in the commit `head`; `now` are all of its files."""

    def __init__(self, store: GitStore, head: CommitId, now: Mapping[RepoPath, TreeEntry]) -> None:
        self._store, self._head, self._now = store, head, now
        self._trees: dict[CommitId, Mapping[RepoPath, TreeEntry]] = {head: now}
        self._fabrics: dict[RepoPath, tuple[Fabric, KnownBlobs]] = {}

    def elsewhere(
        self, files: Mapping[RepoPath, TreeEntry], apart_from: Container[RepoPath]
    ) -> dict[RepoPath, list[Found]]:
        """Returns for each file of managed/ the others in which what it held lies now."""
        by_base: dict[RepoPath, dict[RepoPath, BlobId]] = defaultdict(dict)
        for path, entry in files.items():
            base = self._base(path)
            if base is not None and entry.is_file and entry.blob != _EMPTY:
                by_base[base][path] = entry.blob
        found: dict[RepoPath, list[Found]] = {}
        for base, held in by_base.items():
            found |= self._in_fabric(base, held, apart_from)
        return {path: others for path, others in found.items() if others}

    def stood(self, found: Found, commit: CommitId) -> bool:
        """Whether that file had it in another commit already."""
        if commit not in self._trees:
            self._trees[commit] = self._store.list_tree(commit)
        entry = self._trees[commit].get(found.path)
        if entry is None or not entry.is_file:
            return False
        if found.key is None:
            return entry.blob == found.blob
        return found.key in self.keys(found.path, entry)

    def keys(self, path: RepoPath, entry: TreeEntry | None) -> set[ResourceKey]:
        """The objects a file of managed/ has with these bytes."""
        base = self._base(path)
        if base is None or entry is None or not entry.is_file or not is_yaml_name(path):
            return set()
        return self._keys(self._fabric(base)[1], [entry.blob])[entry.blob]

    def _in_fabric(
        self, base: RepoPath, held: Mapping[RepoPath, BlobId], apart_from: Container[RepoPath]
    ) -> dict[RepoPath, list[Found]]:
        fabric, known = self._fabric(base)
        keys = self._keys(known, (blob for path, blob in held.items() if is_yaml_name(path)))
        about = About(key for each in keys.values() for key in each)
        places = inventory(self._store, fabric, self._now, about=about, known=known).by_key
        found: dict[RepoPath, list[Found]] = {}
        for path, blob in held.items():
            others = [
                Found(at.path, at.blob, key)
                for key in sorted(keys.get(blob, ()))
                for at in places.get(key, ())
            ]
            if not keys.get(blob):
                others = [Found(other, blob, None) for other in self._by_blob.get(blob, ())]
                others = [other for other in others if self._base(other.path) == base]
            found[path] = [each for each in others if each.path not in apart_from]
        return found

    def _keys(self, known: KnownBlobs, blobs: Iterable[BlobId]) -> dict[BlobId, set[ResourceKey]]:
        return {
            blob: {
                row.key
                for row in reading.documents
                if row.key is not None and row.disposition is Disposition.MANAGED
            }
            for blob, reading in known.readings(blobs).items()
        }

    def _fabric(self, base: RepoPath) -> tuple[Fabric, KnownBlobs]:
        if base not in self._fabrics:
            fabric = fabric_to_check(self._store, self._head, base)
            self._fabrics[base] = fabric, KnownBlobs(self._store, fabric)
        return self._fabrics[base]

    def _base(self, path: RepoPath) -> RepoPath | None:
        """The folder of the fabric in whose managed/ a path lies."""
        text = f'/{path}'
        bases = [text[1 : found.start()] for found in re.finditer('/managed/', text)]
        # Its manifest may have gone with what is to be undone.
        known = (base for base in bases if base in self._bases)
        return RepoPath(next(known, bases[0])) if bases else None

    @cached_property
    def _bases(self) -> set[str]:
        paths = [f'/{path}' for path in self._now if path.endswith(_MANIFEST)]
        return {p.removesuffix(f'/{_MANIFEST}').removeprefix('/') for p in paths}

    @cached_property
    def _by_blob(self) -> Mapping[BlobId, list[RepoPath]]:
        found: dict[BlobId, list[RepoPath]] = defaultdict(list)
        for path, entry in self._now.items():
            found[entry.blob].append(path)
        return found
