"""The archive log of a commit, with its older parts, as entries: oldest first.

Used by `versions.py` and `originals.py`.
"""

from ..git import GitStore
from ..identity import CommitId
from ..layout import ArchiveEntry, Fabric, log_paths, read_log
from .reading import entries_below

__all__ = ['archive_entries']


def archive_entries(store: GitStore, commit: CommitId, fabric: Fabric) -> list[ArchiveEntry]:
    """Returns every entry; what is no entry is passed over."""
    entries = entries_below(store, commit, fabric.hnp)
    logs = [path for path in log_paths(fabric, entries) if entries[path].is_file]
    contents = store.read_blobs(entries[path].blob for path in logs)
    return [entry for path in logs for entry in read_log(contents[entries[path].blob])]
