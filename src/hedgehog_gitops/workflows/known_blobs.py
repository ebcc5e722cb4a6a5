"""What is in each file, kept beside the clone by blob id, so that no blob is parsed twice for it.

Used by `reading.py` and the workflows that ask it. What a blob's documents are depends on its
bytes only.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any

from ..documents import Limits, Reading
from ..git import GitStore
from ..identity import BlobId, RepoPath, ResourceKey
from ..kinds import Disposition
from ..layout import BlobReading, DocumentIdentity, Fabric, identities, identities_of
from .caches import Cache, is_passing, shares
from .readable import readable

__all__ = ['About', 'KnownBlobs', 'Row', 'reading_of']

# Raise this when `identities` learns to see something else in the same bytes.
_VERSION = 6
_BATCH_BYTES = 32 * 2**20
_LIMITS = Limits()
_NOTHING_PARSED: Mapping[BlobId, Reading] = {}

# What is kept of a blob: of the usual one (a single managed object, nothing wrong with it) only
# the object's name, of any other the whole reading. Ten thousand names load in a few milliseconds.
type Row = str | dict[str, Any]


class About:
    """The objects and the files somebody wants to know the places of."""

    def __init__(self, keys: Iterable[ResourceKey], paths: Iterable[RepoPath] = ()) -> None:
        self._keys = {str(key) for key in keys}
        self._paths = set(paths)

    def wants(self, path: RepoPath, row: Row) -> bool:
        if isinstance(row, str):
            return row in self._keys or path in self._paths
        return path in self._paths or any(key in self._keys for _, key, _ in row['documents'])


class KnownBlobs:
    """The rows of one fabric's blobs: read from the cache, completed from the store."""

    def __init__(self, store: GitStore, fabric: Fabric, limits: Limits = _LIMITS) -> None:
        self._store, self._limits, self._catalogue = store, limits, fabric.catalogue
        stamp = (_VERSION, fabric.catalogue.digest, limits)
        self._cache = Cache.of(store, 'identities', fabric, stamp)

    def readings(
        self, blobs: Iterable[BlobId], parsed: Mapping[BlobId, Reading] = _NOTHING_PARSED
    ) -> dict[BlobId, BlobReading]:
        """Returns what is in each blob; those already `parsed` are not read again."""
        wanted = list(dict.fromkeys(blobs))
        self._complete(wanted, parsed)
        return {blob: reading_of(self._rows[blob]) for blob in wanted}

    def rows_of_tree(self, blobs: Collection[BlobId]) -> Mapping[str, Row]:
        """Returns the rows of a whole tree; blobs of the past go once they are the majority."""
        self._complete(blobs, _NOTHING_PARSED)
        if len(self._rows) > 2 * len(blobs) + 1000:
            self._rows = {str(blob): self._rows[blob] for blob in blobs}
            self._keep()
        return self._rows

    @cached_property
    def _rows(self) -> dict[str, Row]:
        return self._cache.read()

    def _complete(self, blobs: Iterable[BlobId], parsed: Mapping[BlobId, Reading]) -> None:
        missing = [blob for blob in dict.fromkeys(blobs) if blob not in self._rows]
        for blob in missing:
            if blob in parsed:
                self._rows[blob] = _row(identities_of(parsed[blob], catalogue=self._catalogue))
        unread = [blob for blob in missing if blob not in parsed]
        sizes, refused = readable(self._store, unread, self._limits)
        for blob, reading in refused.items():
            self._rows[blob] = _row(identities_of(reading, catalogue=self._catalogue))
        for batch in shares(sizes, _BATCH_BYTES):
            for blob, data in self._store.read_blobs(batch).items():
                found = identities(data, limits=self._limits, catalogue=self._catalogue)
                self._rows[blob] = _row(found)
        if missing:
            self._keep()

    def _keep(self) -> None:
        self._cache.write({blob: row for blob, row in self._rows.items() if _may_be_kept(row)})


def reading_of(row: Row) -> BlobReading:
    """Returns what a row stands for."""
    if isinstance(row, str):
        identity = DocumentIdentity(0, ResourceKey.parse(row), Disposition.MANAGED)
        return BlobReading((identity,))
    return BlobReading.from_json(row)


def _may_be_kept(row: Row) -> bool:
    return isinstance(row, str) or not is_passing(f['code'] for f in row['findings'])


def _row(reading: BlobReading) -> Row:
    if len(reading.documents) == 1 and not reading.findings:
        (only,) = reading.documents
        if only.key and only.document == 0 and only.disposition is Disposition.MANAGED:
            return str(only.key)
    return reading.as_json()
