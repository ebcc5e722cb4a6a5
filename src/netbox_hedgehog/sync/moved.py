"""Whether a branch moved where a fabric lives: what its neighbours commit does not concern it."""

from functools import lru_cache
from pathlib import Path

from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.git import GitStore
from hedgehog_gitops.identity import CommitId, RepoPath, TreeId

from ..models import HedgehogFabric
from .stores import store_path

__all__ = ['folder_moved']


def folder_moved(fabric: HedgehogFabric, synced: str, head: str) -> bool:
    """Whether the fabric's folder differs at two commits; yes where this machine cannot tell."""
    if synced == head:
        return False
    if fabric.git_repository is None:
        return True
    clone, base = store_path(fabric.git_repository), RepoPath(fabric.gitops_directory)
    try:
        return _tree(clone, CommitId(synced), base) != _tree(clone, CommitId(head), base)
    except (EngineError, LookupError):
        return True


@lru_cache(maxsize=4096)
def _tree(clone: Path, commit: CommitId, base: RepoPath) -> TreeId:
    """A commit never changes, so each is asked once; what is missing may come: LookupError."""
    tree = GitStore.open(clone).tree_id(commit, base)
    if tree is None:
        raise LookupError(commit)
    return tree
