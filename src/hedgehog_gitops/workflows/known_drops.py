"""Which files somebody hands over were ingested before, so that nothing has to be done for them.

Called by uploads in NetBox before `plan_drop`: the same file twice makes no second commit.
"""

from collections.abc import Iterable, Sequence

from ..git import GitStore
from ..identity import BlobId, CommitId, blob_id
from ..layout import ArchiveEntry, Fabric, log_paths, origins_by_path, read_log
from .drop import DroppedFile
from .reading import entries_below

__all__ = ['new_drops']


def new_drops(
    store: GitStore, head: CommitId | None, fabric: Fabric, files: Sequence[DroppedFile]
) -> list[DroppedFile]:
    """Returns the files that are not what all of their objects were last ingested from.

    A file whose object was deleted since, or came in another version later, is new: whoever hands
    it over again wants it back.
    """
    present = entries_below(store, head, fabric.base)
    entries = list(_entries(store, [present[path].blob for path in log_paths(fabric, present)]))
    newest = {path: entries[at[-1]] for path, at in origins_by_path(entries).items()}
    known = {
        entry.original_blob
        for entry in entries
        if _says_everything(entry)
        and all(newest[path] is entry and fabric.path(path) in present for path in _managed(entry))
    }
    return [file for file in files if blob_id(file.data) not in known]


def _entries(store: GitStore, blobs: Sequence[BlobId]) -> Iterable[ArchiveEntry]:
    contents = store.read_blobs(blobs) if blobs else {}
    for blob in blobs:
        yield from read_log(contents[blob])


def _says_everything(entry: ArchiveEntry) -> bool:
    """Whether all of the original's documents became managed files that can be looked for."""
    return bool(_managed(entry)) and not entry.documents_held and not entry.documents_unmanaged


def _managed(entry: ArchiveEntry) -> tuple[str, ...]:
    return (*entry.documents_created, *entry.documents_updated, *entry.documents_unchanged)
