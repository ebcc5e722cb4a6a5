"""How a fabric stands: the one derivation that every page, the API and the runner use.

Computed from rows, never stored as an opinion; the first condition that holds wins.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.identity import CommitId, RepoPath
from hedgehog_gitops.layout import is_yaml_name
from hedgehog_gitops.workflows.reading import entries_below

from ..choices import (
    OPEN_CONFLICT_STATUSES,
    OPEN_DUPLICATE_STATUSES,
    OPEN_OUTBOX_STATES,
    OPEN_UPLOAD_STATES,
    OVER_OPERATION_STATUSES,
    RUNNING_OPERATION_STATUSES,
    SYNC_STATUS_TRANSITIONS,
    OperationStatusChoices,
    SyncDirectionChoices,
    SyncOperationTypeChoices,
    SyncStatusChoices,
)
from ..models import FabricSyncState, HedgehogFabric, SyncOperation
from .announce import announce
from .features import Feature, is_on, switched_off
from .load import engine_fabric
from .locks import lease_held
from .messages import status_changed
from .moved import folder_moved
from .stores import existing_store

__all__ = [
    'EDITS',
    'MOVED',
    'UNSEEN',
    'UPLOADS',
    'gitops_status',
    'last_operation',
    'move_status',
    'running_operation',
    'settled_status',
    'sync_status',
    'wants_initialising',
    'why_behind',
]

_Status = SyncStatusChoices

# What sets a fabric apart from Git.
EDITS, UPLOADS, MOVED, UNSEEN = 'edits', 'uploads', 'moved', 'unseen'


def sync_status(fabric: HedgehogFabric) -> str:
    """Returns the fabric's status, a value of SyncStatusChoices."""
    if fabric.git_repository_id is None:
        return _Status.NOT_CONFIGURED
    if not fabric.sync_enabled or fabric.sync_direction == SyncDirectionChoices.DISABLED:
        return _Status.DISABLED
    if running_operation(fabric) is not None:
        return _Status.SYNCING
    return settled_status(fabric)


def settled_status(fabric: HedgehogFabric) -> str:
    """Returns the status of a configured fabric on which nothing runs."""
    state = getattr(fabric, 'sync_state', None)
    last = last_operation(fabric)
    if last is not None and _is_trouble(last):
        return _Status.ERROR
    if state is None or not state.last_synced_commit:
        return _Status.NEVER_SYNCED
    if fabric.conflicts.filter(resolution_status__in=OPEN_CONFLICT_STATUSES).exists():
        return _Status.CONFLICTS
    if _is_behind(fabric, state):
        return _Status.OUT_OF_SYNC
    return _Status.IN_SYNC


def _is_trouble(last: SyncOperation) -> bool:
    """Whether an operation's end says something about the fabric, not about a request alone."""
    failed = last.status == OperationStatusChoices.FAILED
    return failed and last.last_reason not in _OF_A_REQUEST


# What somebody decided was overtaken by Git: the rows show what is there now.
_OF_A_REQUEST = ('DuplicatesMoved',)


def move_status(state: FabricSyncState, new: str) -> None:
    """Writes a status, by the shortest way the table of transitions allows."""
    ways = [[state.sync_status]]
    while ways and ways[0][-1] != new:
        way = ways.pop(0)
        ways += [[*way, step] for step in SYNC_STATUS_TRANSITIONS[way[-1]] if step not in way]
    if not ways:
        raise ValueError(f'A fabric cannot get from {state.sync_status} to {new}')
    if state.sync_status == new:
        return
    state.sync_status = new
    FabricSyncState.objects.filter(pk=state.pk).update(sync_status=new)
    transaction.on_commit(partial(announce, status_changed(state.fabric_id, new)))


def running_operation(fabric: HedgehogFabric) -> SyncOperation | None:
    """Returns the operation at work now; one whose worker died does not count."""
    running = (
        fabric.sync_operations.filter(status__in=RUNNING_OPERATION_STATUSES)
        .order_by('parent_id', '-pk')
        .first()
    )
    return running if running is not None and lease_held(fabric.pk) else None


def last_operation(fabric: HedgehogFabric) -> SyncOperation | None:
    """Returns the newest operation that came to an end; parts of another one do not count."""
    ended = fabric.sync_operations.filter(status__in=OVER_OPERATION_STATUSES, parent=None)
    return ended.order_by('-completed_at', '-pk').first()


def _duplicate_groups(fabric: HedgehogFabric, state: FabricSyncState | None) -> int | None:
    """How many wait to be settled; None while nobody has searched."""
    if state is None or state.last_duplicate_scan is None:
        return None
    return fabric.duplicate_groups.filter(resolution_status__in=OPEN_DUPLICATE_STATUSES).count()


def gitops_status(fabric: HedgehogFabric) -> dict[str, Any]:
    """Returns everything the status page and `gitops-status/` show. None: nobody has counted."""
    state = getattr(fabric, 'sync_state', None)
    repository_state = getattr(fabric.git_repository, 'state', None)
    running, last = running_operation(fabric), last_operation(fabric)
    return {
        'initialized': fabric.gitops_initialized,
        'gitops_directory': fabric.gitops_directory,
        'raw_directory_path': fabric.raw_directory_path,
        'managed_directory_path': fabric.managed_directory_path,
        'archive_strategy': fabric.archive_strategy,
        'sync_status': sync_status(fabric),
        'last_sync': state.last_sync if state else None,
        'head_commit': _known_head(fabric, repository_state),
        'last_synced_commit': (state.last_synced_commit or None) if state else None,
        **_counted_files(fabric),
        'resources': fabric.resources.count(),
        'conflicts': fabric.conflicts.filter(resolution_status__in=OPEN_CONFLICT_STATUSES).count(),
        'duplicate_groups': _duplicate_groups(fabric, state),
        'outbox_pending': fabric.outbox_entries.filter(state__in=OPEN_OUTBOX_STATES).count(),
        'uploads_pending': fabric.uploads.filter(state__in=OPEN_UPLOAD_STATES).count(),
        'features': {feature.value: is_on(feature) for feature in Feature},
        'switched_off': list(switched_off().values()),
        'running_operation': _short(running),
        'last_operation': _short(last),
        'findings': list(last.findings) if last is not None else [],
    }


def _is_behind(fabric: HedgehogFabric, state: Any) -> bool:
    return next(_reasons_behind(fabric, state), None) is not None


def why_behind(fabric: HedgehogFabric) -> list[str]:
    """Why a fabric that was synchronised is out of sync: EDITS, UPLOADS, MOVED, UNSEEN."""
    state = getattr(fabric, 'sync_state', None)
    return list(_reasons_behind(fabric, state)) if state is not None else []


def _reasons_behind(fabric: HedgehogFabric, state: Any) -> Iterator[str]:
    if fabric.outbox_entries.filter(state__in=OPEN_OUTBOX_STATES).exists():
        yield EDITS
    if fabric.uploads.filter(state__in=OPEN_UPLOAD_STATES).exists():
        yield UPLOADS
    head = _known_head(fabric, getattr(fabric.git_repository, 'state', None))
    if head and folder_moved(fabric, state.last_synced_commit, head):
        yield MOVED
    if not fabric.sync_interval or state.last_sync is None:
        return
    # Nobody has looked for so long that "in sync" would be a guess.
    if state.last_sync < timezone.now() - timedelta(seconds=2 * fabric.sync_interval):
        yield UNSEEN


def wants_initialising(fabric: HedgehogFabric) -> bool:
    """Whether initialising is what helps: it never was, or the directory is not as it was left."""
    if not fabric.gitops_initialized:
        return True
    last = last_operation(fabric)
    if last is None or last.status != OperationStatusChoices.FAILED:
        return False
    initialising = last.operation_type == SyncOperationTypeChoices.DIRECTORY_INIT
    return initialising or last.last_reason in _ENDED_BY_INITIALISING


# What a synchronisation refuses, and initialising puts right.
_ENDED_BY_INITIALISING = ('DirectoryNotInitialized', 'HistoryRewritten', 'RepositoryEmpty')


def _known_head(fabric: HedgehogFabric, repository_state: Any) -> str | None:
    """The remote head as last seen; only the repository's own default branch is watched there."""
    if repository_state is None or fabric.git_repository is None:
        return None
    if fabric.effective_branch != fabric.git_repository.default_branch:
        return None
    return repository_state.head_commit or None


def _counted_files(fabric: HedgehogFabric) -> dict[str, int | None]:
    """Counts files at the synced commit, where this machine has the clone."""
    nothing = dict.fromkeys(('raw_files', 'managed_files', 'unmanaged_files', 'archived_files'))
    state = getattr(fabric, 'sync_state', None)
    if state is None or not state.last_synced_commit or fabric.git_repository is None:
        return nothing
    try:
        store = existing_store(fabric.git_repository)
        if store is None or store.resolve(state.last_synced_commit) is None:
            return {**nothing, 'raw_files': state.raw_files}
        place = engine_fabric(fabric)
        paths = list(entries_below(store, CommitId(state.last_synced_commit), place.base))
    except EngineError:
        return {**nothing, 'raw_files': state.raw_files}
    return {
        'raw_files': state.raw_files,
        'managed_files': _yaml_below(paths, place.managed),
        'unmanaged_files': _yaml_below(paths, place.unmanaged),
        'archived_files': sum('.archived' in path or '/.hnp/archive/' in path for path in paths),
    }


def _yaml_below(paths: list[RepoPath], folder: RepoPath) -> int:
    return sum(path.startswith(f'{folder}/') and is_yaml_name(path) for path in paths)


def _short(operation: SyncOperation | None) -> dict[str, Any] | None:
    if operation is None:
        return None
    return {
        'id': operation.pk,
        'operation_id': str(operation.operation_id),
        'operation_type': operation.operation_type,
        'status': operation.status,
        'current_phase': operation.current_phase,
        'started_at': operation.started_at,
        'completed_at': operation.completed_at,
        'reason': operation.last_reason,
        'message': operation.last_error_message,
        'commit_sha': operation.commit_sha or None,
    }
