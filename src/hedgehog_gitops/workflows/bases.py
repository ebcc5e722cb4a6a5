"""What each object looked like when it was ingested last, looked up in history when asked for.

Made by `ingest.py`. The archive log says which original each managed file came from last; the
original's bytes are in history, whatever became of the file. The newest entry counts in which this
very object was ingested: an original may hold further objects, and such as were held.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..documents import Limits
from ..errors import EngineError
from ..git import GitStore
from ..identity import BlobId, ResourceKey
from ..ingest import documents_by_key
from ..layout import (
    ArchiveEntry,
    Fabric,
    Located,
    Snapshot,
    log_paths,
    managed_path,
    origins_by_path,
    read_log,
)

__all__ = ['Bases']

type _Mark = tuple[BlobId, tuple[tuple[int, int | None], ...]]


@dataclass
class Bases(Mapping[ResourceKey, bytes]):
    """The last ingested text of every object in `known`, as far as history has it."""

    store: GitStore
    snapshot: Snapshot
    fabric: Fabric
    known: Mapping[ResourceKey, tuple[Located, ...]]
    limits: Limits

    def __getitem__(self, key: ResourceKey) -> bytes:
        for entry in self._entries_of(key):
            texts = self._texts(entry)
            if key in texts:
                return texts[key]
        raise KeyError(key)

    def __iter__(self) -> Iterator[ResourceKey]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)

    def _entries_of(self, key: ResourceKey) -> Iterator[ArchiveEntry]:
        """The entries which name the object's file, newest first.

        A person may have renamed it, so the place it belongs to is looked up as well.
        """
        paths = [place.path for place in self.known[key]]
        paths.append(managed_path(self.fabric, key))
        numbers = {n for path in paths for n in self._origins.get(self.fabric.below(path), ())}
        return (self._log[number] for number in sorted(numbers, reverse=True))

    @cached_property
    def _log(self) -> list[ArchiveEntry]:
        entries = self.snapshot.entries
        logs = [path for path in log_paths(self.fabric, entries) if entries[path].is_file]
        return [entry for path in logs for entry in read_log(self.snapshot.read(path))]

    @cached_property
    def _origins(self) -> Mapping[str, list[int]]:
        return origins_by_path(self._log)

    @cached_property
    def _originals(self) -> dict[BlobId, bytes]:
        """The newest original of every object, read in one go."""
        newest = {entry.original_blob for key in self.known for entry in self._newest(key)}
        try:
            return self.store.read_blobs(newest)
        except EngineError:
            # A log may name what this history does not have; the others are read one by one.
            return {}

    def _newest(self, key: ResourceKey) -> list[ArchiveEntry]:
        entry = next(self._entries_of(key), None)
        return [entry] if entry else []

    @cached_property
    def _read(self) -> dict[_Mark, Mapping[ResourceKey, bytes]]:
        return {}

    def _texts(self, entry: ArchiveEntry) -> Mapping[ResourceKey, bytes]:
        held = tuple((held.index, held.item) for held in entry.documents_held)
        mark = (entry.original_blob, held)
        if mark not in self._read:
            data = self._bytes(entry.original_blob)
            self._read[mark] = documents_by_key(data, self.limits, self.fabric.catalogue, held=held)
        return self._read[mark]

    def _bytes(self, blob: BlobId) -> bytes:
        if blob not in self._originals:
            try:
                self._originals |= self.store.read_blobs([blob])
            except EngineError:
                self._originals[blob] = b''
        return self._originals[blob]
