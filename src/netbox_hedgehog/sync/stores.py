"""Where the bare clones live: one folder per repository, a cache that may be deleted at any time.

Nothing is kept here that is not also on the remote or in PostgreSQL. Whoever opens a store for
writing holds the repository's lock.
"""

import stat
from pathlib import Path

from hedgehog_gitops.errors import EngineError, NeedsPerson
from hedgehog_gitops.git import GitSettings, GitStore
from hedgehog_gitops.identity import CommitId

from ..models import FabricSyncState, GitRepository, HedgehogFabric
from .locks import repository_held
from .settings import sync_settings

# How long whoever erases a clone waits for a synchronisation of it to end, in seconds.
_ERASING = 30.0

__all__ = [
    'EngineError',
    'erase_store',
    'existing_store',
    'open_hurried',
    'open_store',
    'remake_store',
    'store_path',
    'synced_commit',
    'synced_copy',
]


def store_path(repository: GitRepository) -> Path:
    """Returns the folder of this repository's clone; its uuid survives renames."""
    return sync_settings().store_root / f'{repository.uuid}.git'


def open_store(repository: GitRepository) -> GitStore:
    """Opens the clone for writing, or makes an empty one; the caller holds the lock."""
    path = store_path(repository)
    _make_private(path.parent)
    return GitStore.open_or_create(path, git_settings(repository))


def open_hurried(repository: GitRepository, limit: float) -> GitStore:
    """Opens the clone for somebody who waits: no Git process takes more than `limit` seconds."""
    store = open_store(repository)
    return GitStore(
        store.git_dir, GitSettings(timeout=min(limit, git_settings(repository).timeout))
    )


def remake_store(repository: GitRepository) -> None:
    """Puts an empty clone in the place of a damaged one; the caller holds the lock."""
    GitStore.start_over(store_path(repository), git_settings(repository))


def erase_store(repository: GitRepository) -> int:
    """Overwrites and removes the clone of this machine; returns how many files it had."""
    with repository_held(repository.pk, _ERASING):
        return GitStore.erase(store_path(repository))


def existing_store(repository: GitRepository) -> GitStore | None:
    """Opens the clone for reading where this machine has one; readers take no lock."""
    path = store_path(repository)
    return GitStore.open(path, git_settings(repository)) if path.is_dir() else None


def synced_commit(fabric: HedgehogFabric) -> CommitId | None:
    """Returns the commit NetBox has read last; None for a fabric that never was read."""
    known = FabricSyncState.objects.filter(fabric=fabric).exclude(last_synced_commit='')
    commit = known.values_list('last_synced_commit', flat=True).first()
    return CommitId(commit) if commit else None


def synced_copy(fabric: HedgehogFabric) -> tuple[GitStore, CommitId] | None:
    """Returns the clone and that commit, for reading; None where this machine has not got it."""
    commit = synced_commit(fabric) if fabric.git_repository is not None else None
    store = existing_store(fabric.git_repository) if commit is not None else None
    if store is None or commit is None or store.resolve(commit) is None:
        return None
    return store, commit


def git_settings(repository: GitRepository) -> GitSettings:
    """Returns the limits for every Git process that serves this repository."""
    limit = sync_settings().git_operation_timeout
    return GitSettings(timeout=float(min(repository.timeout_seconds, limit)))


def _make_private(folder: Path) -> None:
    """Makes the folder of all clones; a folder another account could write to is refused."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_mode & stat.S_IWOTH:
        raise NeedsPerson(
            'StoreUnsafe',
            f'The store directory {folder} can be written to by every account of this machine.',
            hint="Set 'store_root' to a folder that only NetBox's account can write to.",
        )
