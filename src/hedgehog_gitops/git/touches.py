"""What each of the latest commits has changed below a folder, newest first.

Called through `GitStore` for lists of files that say who changed each one last, and of objects
that are gone. Lazily, so that a caller who knows enough has read no more of the history.
"""

from collections.abc import Iterator
from itertools import batched

from ..identity import CommitId, RepoPath
from .history import CommitInfo, log
from .process import Git
from .steps import changes_by_commit
from .trees import TreeChange

__all__ = ['touches']

_AT_ONCE = 100


def touches(
    git: Git, commit: CommitId, under: RepoPath, limit: int
) -> Iterator[tuple[CommitInfo, tuple[TreeChange, ...]]]:
    """Yields the commits that touched a folder, at most `limit`, with what they changed below it.

    A merge touches nothing by itself: what it brought was touched by the commits it joins.
    """
    paths = (under,) if under else ()
    for infos in batched(log(git, commit, paths=paths, limit=limit), _AT_ONCE):
        asked = ('diff-tree', '--stdin', '--root', '-r', '-z', '--raw', '--no-renames', '--')
        with git.answers(*asked, *paths, questions=[info.id for info in infos]) as stream:
            words = stream.read().decode('utf-8', 'surrogateescape').split('\0')
        changes = changes_by_commit(iter(words))
        for info in infos:
            yield info, tuple(changes.get(info.id, ()))
