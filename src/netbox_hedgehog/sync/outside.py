"""What others changed in Git since the last sync: told to subscribers, rules and listeners."""

from dataclasses import dataclass

from hedgehog_gitops.identity import shown_path
from hedgehog_gitops.workflows.trailers import NETBOX_OPERATION

from .run import Run

__all__ = ['Outside', 'changed_outside']

# Commits looked at; of more nobody reads every author.
MAX_COMMITS = 1000


@dataclass(frozen=True, slots=True)
class Outside:
    """Files of the fabric that differ between two commits, and who made the commits."""

    base: str
    head: str
    paths: tuple[str, ...]
    authors: tuple[str, ...]


def changed_outside(run: Run) -> Outside | None:
    """Returns what came from others; None when every new commit is the plugin's own."""
    if run.synced is None or run.head is None or run.head == run.synced:
        return None
    commits = run.store.log(run.head, since=run.synced, limit=MAX_COMMITS)
    foreign = [commit for commit in commits if NETBOX_OPERATION not in commit.trailers]
    if not foreign:
        return None
    changes = run.store.changed(run.synced, run.head, run.place.base)
    if not changes:
        return None
    authors = dict.fromkeys(commit.author.name for commit in foreign)
    paths = tuple(sorted(shown_path(change.path) for change in changes))
    return Outside(run.synced, run.head, paths, tuple(authors))
