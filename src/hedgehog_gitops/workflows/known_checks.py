"""The answers of `checked_blob.py` for every file of a fabric: kept by blob id, made in parallel.

Used by `check.py`. A whole tree's findings are kept too, under the tree's id. Where nothing can be
written nothing is kept.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..documents import Limits, Reading, read
from ..git import GitSettings, GitStore
from ..identity import BlobId, TreeId
from ..kinds import Catalogue
from ..layout import Fabric
from .caches import Cache, is_passing, shares
from .checked_blob import CheckedBlob, Row, check_reading
from .progress import Progress
from .readable import readable

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
        stamp = (_VERSION, fabric.catalogue.digest, limits)
        self._trees = Cache.of(store, 'check-tree', fabric, stamp)
        self._blobs = Cache.of(store, 'check-blobs', fabric, stamp)

    def of_tree(self, tree: TreeId) -> dict[str, Any] | None:
        """What was kept about a whole folder, if it was this very tree that was looked at."""
        cache = self._trees.read()
        return cache.get('answer') if cache.get('tree') == tree else None

    def keep_tree(self, tree: TreeId, answer: Mapping[str, Any]) -> None:
        """Keeps what was found about a whole folder."""
        self._trees.write_if_possible({'tree': tree, 'answer': answer})

    def of_blobs(self, blobs: Collection[BlobId], progress: Progress) -> dict[BlobId, CheckedBlob]:
        """The answer for each blob; those not known yet are read and checked."""
        rows: dict[str, Row] = self._blobs.read()
        wanted = list(dict.fromkeys(blobs))
        missing = [blob for blob in wanted if blob not in rows]
        for made in self._made(missing, progress):
            rows.update(made)
        if missing:
            kept: dict[str, Row] = {blob: rows[blob] for blob in wanted if _may_be_kept(rows[blob])}
            self._blobs.write_if_possible(kept)
        return {blob: CheckedBlob.from_row(rows[blob]) for blob in wanted}

    def _made(self, blobs: list[BlobId], progress: Progress) -> Iterator[dict[str, Row]]:
        sizes, refused = readable(self._store, blobs, self._limits)
        yield {blob: _checked(reading, self._catalogue) for blob, reading in refused.items()}
        parts = list(shares(sizes, _SHARE_BYTES, _SHARE_FILES))
        job = _Job(self._store.git_dir, self._store.settings, self._limits, self._catalogue)
        done = 0
        for part, rows in zip(parts, self._rows(job, parts), strict=True):
            done += len(part)
            progress.advance(done, len(sizes))
            yield rows

    def _rows(self, job: '_Job', parts: Sequence[list[BlobId]]) -> Iterator[dict[str, Row]]:
        if self._workers < 2 or len(parts) < 2:
            yield from map(job.rows, parts)
            return
        # Twenty milliseconds that a look at unchanged files need not pay.
        from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor

        finished = 0
        try:
            workers = min(self._workers, len(parts))
            with ProcessPoolExecutor(workers, initializer=_begin, initargs=(job,)) as pool:
                for rows in pool.map(_rows, parts):
                    finished += 1
                    yield rows
        except BrokenProcessPool:
            # One of them was killed, for want of memory perhaps: this process does the rest alone.
            yield from map(job.rows, parts[finished:])


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
            blob: _checked(read(data, self.limits), self.catalogue)
            for blob, data in contents.items()
        }


def _checked(reading: Reading, catalogue: Catalogue) -> Row:
    return check_reading(reading, catalogue).as_row()


def _may_be_kept(row: Row) -> bool:
    return not is_passing(finding['code'] for finding in row[1])


# What a process of the pool is there for: given once, so that validators are compiled once.
_given: list[_Job] = []


def _begin(job: _Job) -> None:
    _given[:] = [job]


def _rows(share: list[BlobId]) -> dict[str, Row]:
    return _given[0].rows(share)
