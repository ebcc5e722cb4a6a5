"""Who touched each file of a folder last, and when: read from the latest commits alone.

Called by the plugin's page of files. One walk answers for the whole folder, and ends as soon as
every file is accounted for.
"""

from collections.abc import Collection

from ..git import GitStore
from ..identity import CommitId, RepoPath
from .history import Entry, entry_of

__all__ = ['last_touched']


def last_touched(
    store: GitStore,
    head: CommitId,
    under: RepoPath,
    paths: Collection[RepoPath],
    limit: int = 1000,
) -> dict[RepoPath, Entry]:
    """Returns the newest commit of each path; one older than the latest `limit` has none."""
    open_paths, found = set(paths), dict[RepoPath, Entry]()
    if not open_paths:
        return found
    for info, changes in store.touches(head, under, limit):
        if news := open_paths.intersection(change.path for change in changes):
            entry = entry_of(info)
            found.update((path, entry) for path in news)
            open_paths -= news
            if not open_paths:
                break
    return found
