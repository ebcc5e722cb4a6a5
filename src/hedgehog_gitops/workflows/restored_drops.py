"""What the archive log says about drops that come back to raw/: nobody ingests them unasked.

Used by `restore.py` and `originals.py`; `undone_drops.py` reads it.
"""

from collections.abc import Iterable

from ..git import GitStore
from ..identity import BlobId, CommitId, blob_id
from ..layout import ArchiveEntry, Fabric, append_entries
from ..plans import Change, Delete, Move, Operation, Write
from .logged import archive_entries, came_back
from .reading import entries_below

__all__ = ['restore_entries']


def restore_entries(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    changes: Iterable[Change],
    operation: Operation,
) -> list[Change]:
    """Returns the change of the log which notes the drops that `changes` bring back, if any."""
    back = {
        (fabric.below(change.path), _blob(change))
        for change in changes
        if not isinstance(change, Delete) and change.path.startswith(f'{fabric.raw}/')
    }
    if not back:
        return []
    newest: dict[tuple[str, BlobId], ArchiveEntry] = {}
    for entry in archive_entries(store, head, fabric):
        newest[entry.original_file, entry.original_blob] = entry
    known = [newest[each] for each in sorted(back) if each in newest]
    log = entries_below(store, head, fabric.hnp).get(fabric.archive_log)
    if not known or log is None or not log.is_file:
        return []
    entries = [came_back(entry, 'restore', operation, head) for entry in known]
    data = store.read_blobs([log.blob])[log.blob]
    written = append_entries(data, entries, operation.now)
    return [Write(fabric.archive_log, written, 'restore', log.blob, log.mode)]


def _blob(change: Write | Move) -> BlobId:
    return change.blob if isinstance(change, Move) else blob_id(change.content)
