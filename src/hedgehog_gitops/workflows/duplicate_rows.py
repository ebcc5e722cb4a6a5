"""A fabric's files as the search for duplicates sees them: rows by blob, and what is set aside.

Used by `duplicates.py` and `settle.py`. The rows come from a caller who keeps them (`known`), or
from the cache beside the clone that `check` uses too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from ..documents import Limits
from ..duplicates import ROW_VERSION, Aside, Row, aside_by_log, described, is_scanned
from ..git import GitStore
from ..identity import BlobId, CommitId, RepoPath, TreeEntry, TreeId
from ..layout import Fabric, Snapshot, log_paths, read_log
from .blob_rows import BlobRows, may_be_kept
from .caches import Cache
from .progress import Progress
from .reading import entries_below, load

__all__ = ['LookedAt', 'aside_of', 'look_at', 'reading_stamp']


@dataclass(frozen=True, slots=True)
class LookedAt:
    """The files of one tree that are read for objects, the row of each blob, and what is aside.

    `learned` are the rows this look has made and a caller may keep.
    """

    entries: Mapping[RepoPath, TreeEntry]
    files: Mapping[RepoPath, BlobId]
    rows: Mapping[str, Row]
    aside: Aside
    learned: Mapping[str, Row]


def reading_stamp(fabric: Fabric, limits: Limits) -> str:
    """Names all that a row depends on beside the bytes: keep it beside the row."""
    return sha256(repr((ROW_VERSION, fabric.catalogue.digest, limits)).encode()).hexdigest()


def look_at(
    store: GitStore,
    commit: CommitId | TreeId,
    fabric: Fabric,
    known: Mapping[str, Row] | None,
    limits: Limits,
    progress: Progress,
    workers: int,
) -> LookedAt:
    """Reads what is not known yet of the fabric's folder."""
    entries = entries_below(store, commit, fabric.base)
    files = {
        path: entry.blob
        for path, entry in entries.items()
        if entry.is_file and is_scanned(fabric, path)
    }
    making = BlobRows(store, fabric.catalogue, limits, described, workers)
    wanted = dict.fromkeys(files.values())
    if known is None:
        cache = Cache.of(store, 'duplicates', fabric, reading_stamp(fabric, limits))
        rows = making.cached(cache, wanted, progress)
        return LookedAt(entries, files, rows, _aside(store, fabric, entries), {})
    made = making.missing(known, wanted, progress)
    learned = {blob: row for blob, row in made.items() if may_be_kept(row)}
    aside = _aside(store, fabric, entries)
    return LookedAt(entries, files, {**known, **made}, aside, learned)


def aside_of(fabric: Fabric, tree: Snapshot) -> Aside:
    """What the archive log of a tree sets aside."""
    logs = [path for path in log_paths(fabric, tree.entries) if tree.entries[path].is_file]
    return aside_by_log(fabric, (entry for path in logs for entry in read_log(tree.read(path))))


def _aside(store: GitStore, fabric: Fabric, entries: Mapping[RepoPath, TreeEntry]) -> Aside:
    return aside_of(fabric, load(store, None, entries, log_paths(fabric, entries)))
