"""The rows of a run -> database: saved one by one, or in bulk with change log and search index.

`apply.py` decides what becomes of each row and calls `write`, in the runner's one transaction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched

from core.choices import ObjectChangeActionChoices as Logged
from extras.models import Tag
from netbox.context import current_request
from netbox.search import get_indexer
from netbox.search.backends import search_backend

from hedgehog_gitops.identity import BlobId, CommitId, ResourceKey
from hedgehog_gitops.workflows.sync import DesiredObject, Incoming

from ..choices import ResourceConflictStatusChoices as ConflictStatus
from ..choices import ResourceStateChoices as State
from ..models import HedgehogResource, ResourceSyncState
from .directions import Taking
from .drafts import resource_key
from .origin import Actor

__all__ = ['DRAFT_FIELDS', 'Desired', 'Steps', 'Work', 'write']

# Up to this many changed objects are saved one by one.
ONE_BY_ONE = 100
BATCH = 1000

DRAFT_FIELDS = ('draft_spec', 'draft_text', 'draft_labels', 'draft_annotations')
_ROW_FIELDS = (
    'api_version',
    'desired_spec',
    'labels',
    'annotations',
    'last_updated',
    *DRAFT_FIELDS,
    'draft_updated',
    'draft_updated_by',
)


@dataclass(frozen=True, slots=True)
class Desired:
    """What reached the branch, and what must stay as it is meanwhile.

    `touched` are objects whose edit the remote confirmed; `held` are objects in conflict, whose
    base stays; `buried` were deleted in NetBox and wait to be deleted in Git.
    """

    incoming: Incoming
    commit: CommitId
    now: datetime
    sizes: Mapping[BlobId, int] = field(default_factory=dict)
    touched: frozenset[ResourceKey] = frozenset()
    held: frozenset[ResourceKey] = frozenset()
    buried: frozenset[ResourceKey] = frozenset()
    taking: Taking = field(default_factory=Taking)


@dataclass(slots=True)
class Work:
    create: list[tuple[HedgehogResource, DesiredObject]] = field(default_factory=list)
    update: list[HedgehogResource] = field(default_factory=list)
    states: list[tuple[HedgehogResource, DesiredObject | None]] = field(default_factory=list)
    delete: list[HedgehogResource] = field(default_factory=list)
    drafted: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        return len(self.create) + len(self.update) + len(self.delete)


class Steps:
    """Counts what is done for each object: sorted, written, logged, its place in Git noted."""

    _EACH = 4

    def __init__(self, objects: int, told: Callable[[int, int], None]) -> None:
        self._objects, self._told, self._done = objects, told, 0

    def did(self, count: int) -> None:
        """Tells how many of the objects that comes to; no object is done before its last step."""
        self._done = min(self._done + count, self._EACH * self._objects)
        self._told(self._done // self._EACH, self._objects)

    def over(self) -> None:
        """Tells that all are done, those that needed nothing among them."""
        self._told(self._objects, self._objects)


def write(work: Work, desired: Desired, actor: Actor, steps: Steps) -> None:
    if work.size <= ONE_BY_ONE and current_request.get() is not None:
        _write_singly(work, actor, steps)
    else:
        _write_in_bulk(work, desired, actor, steps)
    _write_states(work, desired)
    steps.did(work.size)


def _write_singly(work: Work, actor: Actor, steps: Steps) -> None:
    for row in (*(row for row, _ in work.create), *work.update):
        row._changelog_message = actor.message
        row.save()
        steps.did(2)
    for row in work.delete:
        row.snapshot()
        row._changelog_message = actor.message
        row.delete()
        steps.did(2)


def _write_in_bulk(work: Work, desired: Desired, actor: Actor, steps: Steps) -> None:
    fresh = [row for row, _ in work.create]
    for row in (*fresh, *work.update, *work.delete):
        row._changelog_message = actor.message
    HedgehogResource.objects.bulk_create(fresh, batch_size=BATCH)
    steps.did(len(fresh))
    # Rows that were just made have no tags; without this each one would be asked for them.
    none = Tag.objects.none()
    list(none)
    for row in fresh:
        row._prefetched_objects_cache = {'tags': none}
    for row in work.update:
        row.last_updated = desired.now
    _log_in_bulk(work, fresh, actor, steps)
    # Django's bulk_update takes minutes for thousands of rows; the upsert takes seconds.
    HedgehogResource.objects.bulk_create(
        work.update,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=('id',),
        update_fields=_ROW_FIELDS,
    )
    steps.did(len(work.update))
    search_backend.cache(fresh, remove_existing=False)
    indexed = {name for name, _ in get_indexer(HedgehogResource).fields}
    if indexed & set(_ROW_FIELDS):
        search_backend.cache(work.update)
    _delete_in_bulk(work.delete)


def _log_in_bulk(work: Work, fresh: Sequence[HedgehogResource], actor: Actor, steps: Steps) -> None:
    for rows, action in (
        (fresh, Logged.ACTION_CREATE),
        (work.update, Logged.ACTION_UPDATE),
        (work.delete, Logged.ACTION_DELETE),
    ):
        for some in batched(rows, BATCH):
            if action == Logged.ACTION_DELETE:
                for row in some:
                    row.snapshot()
            entries = [row.to_objectchange(action) for row in some]
            actor.log(entry for entry in entries if entry.has_changes)
            steps.did(len(some))


def _delete_in_bulk(rows: Iterable[HedgehogResource]) -> None:
    # The change log is written already; with a request set, NetBox would write it once more.
    token = current_request.set(None)
    try:
        for some in batched(rows, BATCH):
            HedgehogResource.objects.filter(pk__in=[row.pk for row in some]).delete()
    finally:
        current_request.reset(token)


def _write_states(work: Work, desired: Desired) -> None:
    """Notes where each object lies in Git, beside the change-logged rows."""
    rows = [(row, wanted) for row, wanted in (*work.create, *work.states)]
    kept = {
        state.resource_id: state
        for some in batched((row.pk for row, _ in rows), 5000)
        for state in ResourceSyncState.objects.filter(resource_id__in=some)
    }
    states = []
    for row, wanted in rows:
        state = kept.get(row.pk) or ResourceSyncState(resource=row)
        _set_state(state, row, wanted, desired)
        states.append(state)
    ResourceSyncState.objects.bulk_create(
        states,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=('resource',),
        update_fields=_STATE_FIELDS,
    )


_STATE_FIELDS = (
    'managed_file_path',
    'file_hash',
    'blob_id',
    'file_size_bytes',
    'base_text',
    'desired_commit',
    'desired_updated',
    'last_file_sync',
    'last_synced_commit',
    'conflict_status',
    'resource_state',
    'last_state_change',
    'state_change_reason',
    'last_sync_error',
    'sync_error_count',
    'findings',
    'canonical_digest',
)


def _set_state(
    state: ResourceSyncState,
    row: HedgehogResource,
    wanted: DesiredObject | None,
    desired: Desired,
) -> None:
    key = resource_key(row)
    held = key in desired.held
    state.last_synced_commit = desired.commit
    state.last_file_sync = desired.now
    if not held:
        state.last_sync_error, state.sync_error_count = '', 0
    if wanted is not None:
        state.managed_file_path = wanted.path
        state.file_hash = wanted.file_sha256
        state.blob_id = wanted.blob
        state.file_size_bytes = desired.sizes.get(wanted.blob)
        state.desired_commit = desired.commit
        state.desired_updated = desired.now
        state.canonical_digest = wanted.digest
        state.findings = [finding.as_json() for finding in wanted.findings]
        if not held:
            state.base_text = wanted.text.decode('utf-8', 'replace')
            state.conflict_status = ConflictStatus.NONE
    wanted_state = State.DRAFT if row.has_draft else State.COMMITTED
    if state.resource_state != wanted_state:
        state.resource_state = wanted_state
        state.last_state_change = desired.now
        state.state_change_reason = f'commit {desired.commit[:12]}'
