"""What is in each file, kept beside the clone by blob id, so that no blob is parsed twice for it.

Used by `reading.py` and the workflows that ask it. What a blob's documents are depends on its
bytes only. The cache may be deleted at any moment; a damaged one counts as none.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any

from ..documents import Limits, Reading
from ..git import GitStore
from ..identity import BlobId, RepoPath, ResourceKey
from ..kinds import Disposition
from ..layout import BlobReading, DocumentIdentity, Fabric, identities, identities_of

__all__ = ['About', 'KnownBlobs', 'Row', 'reading_of']

# Raise this when `identities` learns to see something else in the same bytes.
_VERSION = 4
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
        said = repr((fabric.catalogue.digest, limits)).encode()
        self._version = f'{_VERSION}-{sha256(said).hexdigest()}'
        base = fabric.base.encode('utf-8', 'surrogateescape')
        self._name = f'identities-{sha256(base).hexdigest()[:16]}'

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
        try:
            cache = json.loads(self._store.read_cache(self._name) or b'{}')
            return dict(cache['blobs']) if cache.get('version') == self._version else {}
        except (ValueError, AttributeError, KeyError, TypeError):
            return {}

    def _complete(self, blobs: Iterable[BlobId], parsed: Mapping[BlobId, Reading]) -> None:
        missing = [blob for blob in dict.fromkeys(blobs) if blob not in self._rows]
        for blob in missing:
            if blob in parsed:
                self._rows[blob] = _row(identities_of(parsed[blob], catalogue=self._catalogue))
        for batch in self._batches([blob for blob in missing if blob not in parsed]):
            for blob, data in self._store.read_blobs(batch).items():
                found = identities(data, limits=self._limits, catalogue=self._catalogue)
                self._rows[blob] = _row(found)
        if missing:
            self._keep()

    def _keep(self) -> None:
        kept = {blob: row for blob, row in self._rows.items() if not _is_passing(row)}
        cache = {'version': self._version, 'blobs': kept}
        text = json.dumps(cache, separators=(',', ':'))
        self._store.write_cache(self._name, text.encode())

    def _batches(self, blobs: list[BlobId]) -> Iterable[list[BlobId]]:
        """So many blobs at a time as fit in memory comfortably."""
        batch: list[BlobId] = []
        size = 0
        for blob, length in self._store.blob_sizes(blobs).items():
            if batch and size + length > _BATCH_BYTES:
                yield batch
                batch, size = [], 0
            batch.append(blob)
            size += length
        if batch:
            yield batch


def reading_of(row: Row) -> BlobReading:
    """Returns what a row stands for."""
    if isinstance(row, str):
        identity = DocumentIdentity(0, ResourceKey.parse(row), Disposition.MANAGED)
        return BlobReading((identity,))
    return BlobReading.from_json(row)


def _is_passing(row: Row) -> bool:
    """Whether the file might be read next time: it took too long on a busy machine, perhaps."""
    return isinstance(row, dict) and any(f['code'] == 'TooSlow' for f in row['findings'])


def _row(reading: BlobReading) -> Row:
    if len(reading.documents) == 1 and not reading.findings:
        (only,) = reading.documents
        if only.key and only.document == 0 and only.disposition is Disposition.MANAGED:
            return str(only.key)
    return reading.as_json()
