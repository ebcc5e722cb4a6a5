"""A row of JSON for every blob that is asked about: kept by blob id, made in parallel if missing.

Used by `known_checks.py` and `duplicate_rows.py`, each with a function of its own that makes the
row of one file. Rows lie in a cache beside the clone, or with a caller who brings those it has. The
last part of a row is the findings in it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..documents import Limits, Reading, read
from ..git import GitSettings, GitStore
from ..identity import BlobId
from ..kinds import Catalogue
from .caches import Cache, is_passing, shares
from .progress import Progress
from .readable import readable

__all__ = ['BlobRows', 'MakesRow', 'Row', 'may_be_kept']

type Row = list[Any]
type MakesRow = Callable[[bytes, Reading, Catalogue], Row]
"""Makes the row of one file; a function of a module, so that other processes find it. A file too
large to be read has no bytes."""

# What one process takes at a time; fewer files than this are not worth a second process.
_SHARE_FILES = 400
_SHARE_BYTES = 4 * 2**20


@dataclass(frozen=True, slots=True)
class BlobRows:
    """How the rows of one sort are made, and where they are kept."""

    store: GitStore
    catalogue: Catalogue
    limits: Limits
    make: MakesRow
    workers: int = 1

    def cached(self, cache: Cache, blobs: Collection[BlobId], progress: Progress) -> dict[str, Row]:
        """The row for each blob, with the cache brought up to date."""
        rows: dict[str, Row] = cache.read()
        wanted = dict.fromkeys(blobs)
        made = self.missing(rows, wanted, progress)
        rows.update(made)
        if made:
            kept: dict[str, Row] = {blob: rows[blob] for blob in wanted if may_be_kept(rows[blob])}
            cache.write_if_possible(kept)
        return rows

    def missing(
        self, rows: Mapping[str, Row], blobs: Iterable[BlobId], progress: Progress
    ) -> dict[str, Row]:
        """The rows of those blobs that have none yet."""
        made: dict[str, Row] = {}
        for some in self._made([blob for blob in blobs if blob not in rows], progress):
            made.update(some)
        return made

    def _made(self, blobs: list[BlobId], progress: Progress) -> Iterator[dict[str, Row]]:
        if not blobs:
            return
        sizes, refused = readable(self.store, blobs, self.limits)
        yield {blob: self.make(b'', reading, self.catalogue) for blob, reading in refused.items()}
        parts = list(shares(sizes, _SHARE_BYTES, _SHARE_FILES))
        done = 0
        for part, rows in zip(parts, self._rows(parts), strict=True):
            done += len(part)
            progress.advance(done, len(sizes))
            yield rows

    def _rows(self, parts: Sequence[list[BlobId]]) -> Iterator[dict[str, Row]]:
        if self.workers < 2 or len(parts) < 2:
            yield from map(self._own_rows, parts)
            return
        # Twenty milliseconds that a look at unchanged files need not pay.
        from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor

        making = _Making(self.limits, self.catalogue, self.make)
        job = _Job(self.store.git_dir, self.store.settings, making)
        finished = 0
        try:
            workers = min(self.workers, len(parts))
            with ProcessPoolExecutor(workers, initializer=_begin, initargs=(job,)) as pool:
                for rows in pool.map(_rows, parts):
                    finished += 1
                    yield rows
        except BrokenProcessPool:
            # One of them was killed, for want of memory perhaps: this process does the rest alone.
            yield from map(self._own_rows, parts[finished:])

    def _own_rows(self, blobs: list[BlobId]) -> dict[str, Row]:
        return _Making(self.limits, self.catalogue, self.make).rows(self.store, blobs)


def may_be_kept(row: Row) -> bool:
    """Whether the row would be the same next time."""
    return not is_passing(finding['code'] for finding in row[-1])


@dataclass(frozen=True, slots=True)
class _Making:
    """What a row is made with."""

    limits: Limits
    catalogue: Catalogue
    make: MakesRow

    def rows(self, store: GitStore, blobs: Iterable[BlobId]) -> dict[str, Row]:
        return {
            blob: self.make(data, read(data, self.limits), self.catalogue)
            for blob, data in store.read_blobs(blobs).items()
        }


@dataclass(frozen=True, slots=True)
class _Job:
    """What a process needs to answer for some blobs; it reads them itself."""

    git_dir: Path
    settings: GitSettings
    making: _Making

    def rows(self, blobs: Iterable[BlobId]) -> dict[str, Row]:
        return self.making.rows(GitStore(self.git_dir, self.settings), blobs)


# What a process of the pool is there for: given once, so that validators are compiled once.
_given: list[_Job] = []


def _begin(job: _Job) -> None:
    _given[:] = [job]


def _rows(share: list[BlobId]) -> dict[str, Row]:
    return _given[0].rows(share)
