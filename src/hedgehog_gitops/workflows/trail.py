"""A file's way through history: its commits, also those from before it was moved.

Used by `versions.py` and `history.py`. A path joins the trail where the trail begins: the commit
that put the file there took it away elsewhere.
"""

from collections.abc import Callable, Iterable, Sequence

from ..git import GitStore, Step, TreeChange
from ..identity import CommitId, RepoPath

__all__ = ['FindsEarlier', 'followed', 'moved_from']

_MOVES_FOLLOWED = 20

type FindsEarlier = Callable[[Step, Sequence[TreeChange]], Iterable[RepoPath]]


def followed(
    store: GitStore,
    head: CommitId,
    paths: Iterable[RepoPath],
    earlier: FindsEarlier,
    since: CommitId | None = None,
) -> list[Step]:
    """Returns the commits that touched the paths or those they came from, newest first.

    Those that `since` holds already are left out.

    `earlier` is shown each commit in which something new came to the paths, with everything that
    commit changed, and names the paths it came from.
    """
    known = list(dict.fromkeys(paths))
    asked: set[CommitId] = set()
    found: list[Step] = []
    for _ in range(_MOVES_FOLLOWED):
        found = store.steps(head, known, since)
        further: list[RepoPath] = []
        for step in found:
            if step.info.id not in asked and _begins_here(step):
                asked.add(step.info.id)
                further += earlier(step, _everything(store, step))
        further = [path for path in dict.fromkeys(further) if path not in known]
        if not further:
            break
        known += further
    return found


def moved_from(step: Step, everything: Sequence[TreeChange]) -> list[RepoPath]:
    """The paths from which the commit took away exactly what it put to the paths."""
    added = {change.new.blob for change in step.changes if change.new and change.old is None}
    return [c.path for c in everything if c.old and c.new is None and c.old.blob in added]


def _begins_here(step: Step) -> bool:
    """Something came to one of the paths and nothing left another of them."""
    came = any(change.old is None for change in step.changes)
    return came and all(change.new is not None for change in step.changes)


def _everything(store: GitStore, step: Step) -> list[TreeChange]:
    """What the commit itself changed; the graph's parents may lie further back."""
    (real,) = store.log(step.info.id, limit=1)
    return store.changed(real.parents[0], step.info.id) if real.parents else []
