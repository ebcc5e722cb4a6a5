"""How a fabric stands: the one derivation that every page, the API and the runner use.

Computed from rows, never stored as an opinion; the first condition that holds wins.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction

from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.identity import CommitId, RepoPath
from hedgehog_gitops.layout import is_yaml_name
from hedgehog_gitops.workflows.reading import entries_below

from ..choices import (
    RUNNING_OPERATION_STATUSES,
    SYNC_STATUS_TRANSITIONS,
    OperationStatusChoices,
    SyncOperationTypeChoices,
    SyncStatusChoices,
)
from ..models import FabricSyncState, HedgehogFabric, SyncOperation
from .announce import announce
from .fabric_counts import FabricCounts, fabric_counts
from .features import Feature, is_on, switched_off
from .load import engine_fabric
from .locks import lease_held
from .messages import status_changed
from .moved import folders_moved, known_head
from .status_facts import StatusFacts, ended_operations, status_facts
from .stores import existing_store

__all__ = [
    'EDITS',
    'MOVED',
    'UNSEEN',
    'UPLOADS',
    'AtWork',
    'at_work',
    'gitops_status',
    'last_operation',
    'move_status',
    'running_operation',
    'settled_status',
    'status_told',
    'sync_status',
    'sync_statuses',
    'wants_initialising',
    'why_behind',
]

_Status = SyncStatusChoices

# What sets a fabric apart from Git.
EDITS, UPLOADS, MOVED, UNSEEN = 'edits', 'uploads', 'moved', 'unseen'


def sync_status(fabric: HedgehogFabric) -> str:
    """Returns the fabric's status, a value of SyncStatusChoices."""
    return sync_statuses([fabric])[fabric.pk]


def sync_statuses(fabrics: Iterable[HedgehogFabric]) -> dict[int, str]:
    """Returns the status of each fabric by its key, in as many queries for a thousand as for one.

    `select_related('sync_state', 'git_repository__state')` spares three of them.
    """
    return _statuses(list(fabrics), _decided)


def why_behind(fabric: HedgehogFabric) -> list[str]:
    """Why a fabric that was synchronised is out of sync: EDITS, UPLOADS, MOVED, UNSEEN."""
    facts = status_facts([fabric])[fabric.pk]
    if not facts.synced_commit:
        return []
    moved = fabric.pk in folders_moved([fabric])
    return list(_reasons_behind(replace(facts, moved=moved)))


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


def settled_status(fabric: HedgehogFabric) -> str:
    """Returns the status of a configured fabric on which nothing runs."""
    return _statuses([fabric], _decided_settled)[fabric.pk]


def _statuses(
    fabrics: list[HedgehogFabric], decide: Callable[[StatusFacts], str]
) -> dict[int, str]:
    facts = status_facts(fabrics)
    found = {pk: decide(each) for pk, each in facts.items()}
    # Git is asked last, and only where all is well by what the rows say.
    well = [fabric for fabric in fabrics if found[fabric.pk] == _Status.IN_SYNC]
    moved = folders_moved(well)
    return found | {pk: decide(replace(facts[pk], moved=True)) for pk in moved}


def _decided(facts: StatusFacts) -> str:
    """The first condition that holds; pure, and the only rule there is."""
    if not facts.configured:
        return _Status.NOT_CONFIGURED
    if not facts.enabled:
        return _Status.DISABLED
    if facts.running:
        return _Status.SYNCING
    return _decided_settled(facts)


def _decided_settled(facts: StatusFacts) -> str:
    if _is_trouble(facts):
        return _Status.ERROR
    if not facts.synced_commit:
        return _Status.NEVER_SYNCED
    if facts.open_conflicts:
        return _Status.CONFLICTS
    if next(_reasons_behind(facts), None) is not None:
        return _Status.OUT_OF_SYNC
    return _Status.IN_SYNC


def _reasons_behind(facts: StatusFacts) -> Iterator[str]:
    if facts.open_edits:
        yield EDITS
    if facts.open_uploads:
        yield UPLOADS
    if facts.moved:
        yield MOVED
    if _is_unseen(facts):
        yield UNSEEN


def _is_trouble(facts: StatusFacts) -> bool:
    """Whether an operation's end says something about the fabric, not about a request alone."""
    failed = facts.last_status == OperationStatusChoices.FAILED
    return failed and facts.last_reason not in _OF_A_REQUEST


# What somebody asked for was overtaken, by Git or by their own second click: the rows and the
# pages show what is there now.
_OF_A_REQUEST = ('DuplicatesMoved', 'FileChanged', 'FileMissing', 'StalePlan')


def _is_unseen(facts: StatusFacts) -> bool:
    """Whether nobody has looked for so long that "in sync" would be a guess."""
    if not facts.sync_interval or facts.last_sync is None:
        return False
    return facts.last_sync < facts.now - timedelta(seconds=2 * facts.sync_interval)


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
        .defer('plan', 'findings', 'payload')
        .first()
    )
    return running if running is not None and lease_held(fabric.pk) else None


def last_operation(fabric: HedgehogFabric) -> SyncOperation | None:
    """Returns the newest operation that came to an end, without what it planned."""
    return ended_operations().filter(fabric=fabric).defer('plan', 'payload').first()


@dataclass(frozen=True, slots=True)
class AtWork:
    """What runs on a fabric, and what ended last."""

    running: SyncOperation | None
    last: SyncOperation | None


def at_work(fabric: HedgehogFabric) -> AtWork:
    """Asks for both now."""
    return AtWork(running_operation(fabric), last_operation(fabric))


def gitops_status(fabric: HedgehogFabric) -> dict[str, Any]:
    """Returns everything the status page and `gitops-status/` show. None: nobody has counted."""
    return status_told(fabric, at_work(fabric), fabric_counts(fabric))


def status_told(fabric: HedgehogFabric, work: AtWork, counts: FabricCounts) -> dict[str, Any]:
    """The same, of what was asked already."""
    state = getattr(fabric, 'sync_state', None)
    scanned = state is not None and state.last_duplicate_scan is not None
    return {
        'initialized': fabric.gitops_initialized,
        'gitops_directory': fabric.gitops_directory,
        'raw_directory_path': fabric.raw_directory_path,
        'managed_directory_path': fabric.managed_directory_path,
        'archive_strategy': fabric.archive_strategy,
        'sync_status': sync_status(fabric),
        'last_sync': state.last_sync if state else None,
        'head_commit': known_head(fabric),
        'last_synced_commit': (state.last_synced_commit or None) if state else None,
        **_counted_files(fabric),
        'resources': counts.resources,
        'conflicts': counts.conflicts,
        'duplicate_groups': counts.duplicates if scanned else None,
        'outbox_pending': counts.outbox,
        'uploads_pending': counts.uploads,
        'features': {feature.value: is_on(feature) for feature in Feature},
        'switched_off': list(switched_off().values()),
        'running_operation': _short(work.running),
        'last_operation': _short(work.last),
        'findings': list(work.last.findings) if work.last is not None else [],
    }


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
