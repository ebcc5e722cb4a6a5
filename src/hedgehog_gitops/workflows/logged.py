"""The archive log of a commit, with its older parts, as entries: oldest first.

Used by whatever looks up an original or brings one back.
"""

from dataclasses import replace

from ..git import GitStore
from ..identity import CommitId
from ..layout import ArchiveEntry, Fabric, log_paths, read_log
from ..plans import Operation
from .reading import entries_below

__all__ = ['archive_entries', 'came_back']


def archive_entries(store: GitStore, commit: CommitId, fabric: Fabric) -> list[ArchiveEntry]:
    """Returns every entry; what is no entry is passed over."""
    entries = entries_below(store, commit, fabric.hnp)
    logs = [path for path in log_paths(fabric, entries) if entries[path].is_file]
    contents = store.read_blobs(entries[path].blob for path in logs)
    return [entry for path in logs for entry in read_log(contents[entries[path].blob])]


def came_back(entry: ArchiveEntry, how: str, operation: Operation, head: CommitId) -> ArchiveEntry:
    """Returns the entry which says that an original lies in raw/ again, and how it came there."""
    return replace(
        entry,
        operation=how,
        operation_id=operation.id,
        timestamp=operation.timestamp,
        read_commit=head,
        documents_created=(),
        documents_updated=(),
        documents_unchanged=(),
        documents_unmanaged=(),
        documents_held=(),
        archived_to='',
        user=operation.user,
    )
