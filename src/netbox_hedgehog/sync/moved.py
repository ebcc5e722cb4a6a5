"""Whether a branch moved where a fabric lives: what its neighbours commit does not concern it."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.git import GitStore
from hedgehog_gitops.identity import CommitId, RepoPath, TreeId

from ..models import HedgehogFabric
from .stores import store_path

__all__ = ['folders_moved', 'known_head']

_Folder = tuple[CommitId, RepoPath]

# A commit never changes, so each is asked once; what is missing may still come, and is not kept.
_SEEN: dict[Path, dict[_Folder, TreeId]] = defaultdict(dict)
_MOST_SEEN = 4096


def known_head(fabric: HedgehogFabric) -> str | None:
    """The remote head as last seen; only the repository's own default branch is watched there."""
    repository = fabric.git_repository
    state = getattr(repository, 'state', None)
    if repository is None or state is None:
        return None
    if fabric.effective_branch != repository.default_branch:
        return None
    return state.head_commit or None


def folders_moved(fabrics: Iterable[HedgehogFabric]) -> set[int]:
    """The fabrics whose folder differs from the synced commit to the head, by their keys.

    One that this machine cannot tell of counts as moved. Each clone is asked once for all of them.
    """
    asked: dict[Path, list[tuple[int, _Folder, _Folder]]] = defaultdict(list)
    for fabric in fabrics:
        head, synced = known_head(fabric), fabric.sync_state.last_synced_commit
        if head is None or head == synced or fabric.git_repository is None:
            continue
        base = RepoPath(fabric.gitops_directory)
        pair = (CommitId(synced), base), (CommitId(head), base)
        asked[store_path(fabric.git_repository)].append((fabric.pk, *pair))
    moved: set[int] = set()
    for clone, questions in asked.items():
        trees = _trees(clone, {folder for _, *pair in questions for folder in pair})
        for pk, synced_folder, head_folder in questions:
            then, now = trees.get(synced_folder), trees.get(head_folder)
            if then is None or then != now:
                moved.add(pk)
    return moved


def _trees(clone: Path, folders: set[_Folder]) -> dict[_Folder, TreeId]:
    """The trees of these folders, as far as this machine has them."""
    seen = _SEEN[clone]
    known = {folder: seen[folder] for folder in folders if folder in seen}
    if len(known) == len(folders):
        return known
    try:
        fresh = GitStore.open(clone).tree_ids(folders - known.keys())
    except EngineError:
        return known
    if len(seen) > _MOST_SEEN:
        seen.clear()
    seen.update(fresh)
    return known | fresh
