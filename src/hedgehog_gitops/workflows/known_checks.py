"""The answers of `checked_blob.py` for every file of a fabric: kept by blob id, made in parallel.

Used by `check.py`. A whole tree's findings are kept too, under the tree's id. Caches may be deleted
at any moment; a damaged one counts as none, and where nothing can be written nothing is kept.
"""

import contextlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..documents import Limits
from ..errors import NeedsPerson
from ..git import GitSettings, GitStore
from ..identity import BlobId, TreeId
from ..kinds import Catalogue
from ..layout import Fabric
from .checked_blob import CheckedBlob, Row, check_blob
from .progress import Progress

__all__ = ['KnownChecks']

# Raise this when the same bytes, catalogue and limits begin to give other findings.
_VERSION = 1
# What one process takes at a time; fewer files than this are not worth a second process.
_SHARE_FILES = 400
_SHARE_BYTES = 4 * 2**20


class KnownChecks:
    """The cache of one fabric: of single files and of the whole folder."""

    def __init__(self, store: GitStore, fabric: Fabric, limits: Limits, workers: int = 1) -> None:
        self._store, self._limits, self._workers = store, limits, workers
        self._catalogue = fabric.catalogue
        base = fabric.base.encode('utf-8', 'surrogateescape')
        self._name = sha256(base).hexdigest()[:16]
        said = repr((_VERSION, fabric.catalogue.digest, limits))
        self._stamp = sha256(said.encode()).hexdigest()

    def of_tree(self, tree: TreeId) -> dict[str, Any] | None:
        """What was kept about a whole folder, if it was this very tree that was looked at."""
        cache = self._read('tree')
        return cache.get('answer') if cache.get('tree') == tree else None

    def keep_tree(self, tree: TreeId, answer: Mapping[str, Any]) -> None:
        """Keeps what was found about a whole folder."""
        self._write('tree', {'tree': tree, 'answer': answer})

    def of_blobs(self, blobs: Collection[BlobId], progress: Progress) -> dict[BlobId, CheckedBlob]:
        """The answer for each blob; those not known yet are read and checked."""
        rows: dict[str, Row] = self._read('blobs').get('rows', {})
        wanted = list(dict.fromkeys(blobs))
        missing = [blob for blob in wanted if blob not in rows]
        for made in self._made(missing, progress):
            rows.update(made)
        if missing:
            kept = {blob: rows[blob] for blob in wanted if not _is_passing(rows[blob])}
            self._write('blobs', {'rows': kept})
        return {blob: CheckedBlob.from_row(rows[blob]) for blob in wanted}

    def _made(self, blobs: list[BlobId], progress: Progress) -> Iterator[dict[str, Row]]:
        shares = list(_shares(self._store.blob_sizes(blobs)))
        job = _Job(self._store.git_dir, self._store.settings, self._limits, self._catalogue)
        done = 0
        for share, rows in zip(shares, self._rows(job, shares), strict=True):
            done += len(share)
            progress.advance(done, len(blobs))
            yield rows

    def _rows(self, job: '_Job', shares: Sequence[list[BlobId]]) -> Iterator[dict[str, Row]]:
        if self._workers < 2 or len(shares) < 2:
            yield from map(job.rows, shares)
            return
        # Twenty milliseconds that a look at unchanged files need not pay.
        from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor

        finished = 0
        try:
            workers = min(self._workers, len(shares))
            with ProcessPoolExecutor(workers, initializer=_begin, initargs=(job,)) as pool:
                for rows in pool.map(_rows, shares):
                    finished += 1
                    yield rows
        except BrokenProcessPool:
            # One of them was killed, for want of memory perhaps: this process does the rest alone.
            yield from map(job.rows, shares[finished:])

    def _read(self, what: str) -> dict[str, Any]:
        try:
            cache = json.loads(self._store.read_cache(f'check-{what}-{self._name}') or b'{}')
            return dict(cache['content']) if cache.get('stamp') == self._stamp else {}
        except (ValueError, AttributeError, KeyError, TypeError):
            return {}

    def _write(self, what: str, content: Mapping[str, Any]) -> None:
        text = json.dumps({'stamp': self._stamp, 'content': content}, separators=(',', ':'))
        # A person may be reading a repository they cannot write to.
        with contextlib.suppress(NeedsPerson):
            self._store.write_cache(f'check-{what}-{self._name}', text.encode())


@dataclass(frozen=True, slots=True)
class _Job:
    """What a process needs to answer for some blobs; it reads them itself."""

    git_dir: Path
    settings: GitSettings
    limits: Limits
    catalogue: Catalogue

    def rows(self, blobs: Iterable[BlobId]) -> dict[str, Row]:
        contents = GitStore(self.git_dir, self.settings).read_blobs(blobs)
        return {
            blob: check_blob(data, self.limits, self.catalogue).as_row()
            for blob, data in contents.items()
        }


def _is_passing(row: Row) -> bool:
    """Whether the file might be read next time: it took too long on a busy machine, perhaps."""
    return any(finding['code'] == 'TooSlow' for finding in row[1])


# What a process of the pool is there for: given once, so that validators are compiled once.
_given: list[_Job] = []


def _begin(job: _Job) -> None:
    _given[:] = [job]


def _rows(share: list[BlobId]) -> dict[str, Row]:
    return _given[0].rows(share)


def _shares(sizes: Mapping[BlobId, int]) -> Iterator[list[BlobId]]:
    """So many blobs at a time as a process should hold in memory."""
    share: list[BlobId] = []
    held = 0
    for blob, size in sizes.items():
        if share and (len(share) >= _SHARE_FILES or held + size > _SHARE_BYTES):
            yield share
            share, held = [], 0
        share.append(blob)
        held += size
    if share:
        yield share
