"""What Git says -> rows, in the runner's one transaction.

A handful of objects is saved one by one, with everything NetBox does on a save; above that rows,
change log and search index are written in bulk, which takes seconds instead of minutes. Either way
every change is in the change log under the operation's request id.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import batched
from typing import Any

from core.choices import ObjectChangeActionChoices as Logged
from django.core.exceptions import ValidationError
from extras.models import Tag
from netbox.context import current_request
from netbox.search import get_indexer
from netbox.search.backends import search_backend

from hedgehog_gitops.findings import Finding, Severity
from hedgehog_gitops.identity import BlobId, CommitId, ResourceKey
from hedgehog_gitops.workflows.sync import DesiredObject, Incoming

from ..choices import OPEN_OUTBOX_STATES, OutboxActionChoices
from ..choices import ResourceConflictStatusChoices as ConflictStatus
from ..choices import ResourceStateChoices as State
from ..models import HedgehogFabric, HedgehogResource, OutboxEntry, ResourceSyncState
from .directions import Taking, not_taken
from .drafts import resource_key, without_origin
from .origin import Actor
from .storable import storable

__all__ = ['Applied', 'Desired', 'apply_desired']

# Up to this many changed objects are saved one by one.
ONE_BY_ONE = 100
BATCH = 1000

_DRAFT_FIELDS = ('draft_spec', 'draft_text', 'draft_labels', 'draft_annotations')
_ROW_FIELDS = (
    'api_version',
    'desired_spec',
    'labels',
    'annotations',
    'last_updated',
    *_DRAFT_FIELDS,
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
class Applied:
    """What became of the rows, counted; `behind` stay as they are although Git differs."""

    created: int = 0
    updated: int = 0
    deleted: int = 0
    skipped: int = 0
    behind: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def processed(self) -> int:
        return self.created + self.updated + self.deleted


@dataclass(slots=True)
class _Work:
    create: list[tuple[HedgehogResource, DesiredObject]] = field(default_factory=list)
    update: list[HedgehogResource] = field(default_factory=list)
    states: list[tuple[HedgehogResource, DesiredObject | None]] = field(default_factory=list)
    delete: list[HedgehogResource] = field(default_factory=list)
    drafted: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        return len(self.create) + len(self.update) + len(self.delete)


def apply_desired(fabric: HedgehogFabric, desired: Desired, actor: Actor) -> Applied:
    """Brings the rows of a fabric to what Git says; the caller holds the transaction."""
    applied = Applied()
    rows = _existing(fabric, desired)
    work = _Work()
    # Read after the rows are locked: whoever drafts on now has to wait, and finds its entry kept.
    work.drafted = _drafted(fabric)
    for wanted in desired.incoming.objects:
        _sort_object(fabric, wanted, rows.get(wanted.key), desired, work, applied)
    for key in desired.touched - {wanted.key for wanted in desired.incoming.objects}:
        if key in rows and _end_draft(rows[key], work):
            work.update.append(rows[key])
            work.states.append((rows[key], None))
    for key in desired.incoming.removed:
        if key in rows and desired.taking.leaves(fabric, rows[key], key):
            applied.behind += 1
            applied.findings.append(not_taken(key, None))
        elif key in rows:
            _sort_removed(rows[key], key, desired, work)
    # The change log leads from a row to the commit it comes from.
    _write(work, desired, replace(actor, message=f'{actor.message} at {desired.commit[:12]}'))
    applied.created, applied.updated = len(work.create), len(work.update)
    applied.deleted = len(work.delete)
    return applied


def _drafted(fabric: HedgehogFabric) -> frozenset[str]:
    waiting = OutboxEntry.objects.filter(fabric=fabric, state__in=OPEN_OUTBOX_STATES)
    return frozenset(entry.identity for entry in waiting.exclude(action=OutboxActionChoices.DELETE))


def _existing(fabric: HedgehogFabric, desired: Desired) -> dict[ResourceKey, HedgehogResource]:
    """Reads and locks the rows that may have to change; tags come along for the change log."""
    keys = {wanted.key for wanted in desired.incoming.objects} | desired.touched
    keys.update(desired.incoming.removed)
    rows: dict[ResourceKey, HedgehogResource] = {}
    for names in batched(sorted({key.name for key in keys}), 5000):
        found = (
            HedgehogResource.objects.filter(fabric=fabric, name__in=names)
            .order_by()
            .select_for_update(of=('self',))
            .prefetch_related('tags', 'sync_state')
        )
        rows.update((resource_key(row), row) for row in found)
    return {key: rows[key] for key in keys if key in rows}


def _sort_object(
    fabric: HedgehogFabric,
    wanted: DesiredObject,
    row: HedgehogResource | None,
    desired: Desired,
    work: _Work,
    applied: Applied,
) -> None:
    """Decides what one object of Git means for its row."""
    problem = storable(wanted.spec, wanted.labels, wanted.annotations, wanted.text)
    fresh = row is None
    if row is None:
        row = HedgehogResource(
            fabric=fabric,
            api_group=wanted.key.group,
            kind=wanted.key.kind,
            namespace=wanted.key.namespace,
            name=wanted.key.name,
        )
    if fresh and wanted.key in desired.buried:
        applied.skipped += 1
        return
    if desired.taking.leaves(fabric, None if fresh else row, wanted.key) and (
        fresh or not _says_the_same(row, wanted)
    ):
        applied.behind += 1
        applied.findings.append(not_taken(wanted.key, wanted.path))
        return
    if not fresh:
        row.snapshot()
    before = None if fresh else _compared(row)
    _take_over(row, wanted, work)
    problem = problem or _problem(row)
    if problem:
        applied.skipped += 1
        applied.findings.append(_refused(wanted, problem))
        return
    if fresh:
        work.create.append((row, wanted))
        return
    if _compared(row) != before:
        work.update.append(row)
    work.states.append((row, wanted))


def _says_the_same(row: HedgehogResource, wanted: DesiredObject) -> bool:
    theirs = (wanted.spec or {}, dict(wanted.labels), without_origin(wanted.annotations))
    return theirs == (row.desired_spec or {}, row.labels or {}, row.annotations or {})


def _take_over(row: HedgehogResource, wanted: DesiredObject, work: _Work) -> None:
    row.api_version = wanted.api_version.rpartition('/')[2]
    row.desired_spec = wanted.spec if wanted.spec is not None else {}
    row.labels = dict(wanted.labels)
    row.annotations = without_origin(wanted.annotations)
    _end_draft(row, work)


def _end_draft(row: HedgehogResource, work: _Work) -> bool:
    """Forgets a draft nothing of which waits any more: the remote has confirmed it."""
    if not row.has_draft or row.identity in work.drafted:
        return False
    if not hasattr(row, '_prechange_snapshot'):
        row.snapshot()
    row.clear_draft()
    return True


def _compared(row: HedgehogResource) -> tuple[Any, ...]:
    drafts = tuple(getattr(row, name) for name in _DRAFT_FIELDS)
    return (row.api_version, row.desired_spec, row.labels, row.annotations, *drafts)


def _problem(row: HedgehogResource) -> str:
    """Says why a row cannot be stored; values of labels are Git's business, not the form's."""
    try:
        row.clean_fields(exclude=('fabric', 'owner', 'draft_updated_by', *_DRAFT_FIELDS))
    except ValidationError as error:
        return '; '.join(f'{name}: {" ".join(texts)}' for name, texts in error.message_dict.items())
    return ''


def _sort_removed(row: HedgehogResource, key: ResourceKey, desired: Desired, work: _Work) -> None:
    """Deletes a row whose object is gone from Git, unless somebody is editing it."""
    if key not in desired.held and row.identity not in work.drafted:
        work.delete.append(row)
        return
    row.snapshot()
    row.desired_spec = None
    work.update.append(row)
    work.states.append((row, None))


def _write(work: _Work, desired: Desired, actor: Actor) -> None:
    if work.size <= ONE_BY_ONE and current_request.get() is not None:
        _write_singly(work, actor)
    else:
        _write_in_bulk(work, desired, actor)
    _write_states(work, desired)


def _write_singly(work: _Work, actor: Actor) -> None:
    for row in (*(row for row, _ in work.create), *work.update):
        row._changelog_message = actor.message
        row.save()
    for row in work.delete:
        row.snapshot()
        row._changelog_message = actor.message
        row.delete()


def _write_in_bulk(work: _Work, desired: Desired, actor: Actor) -> None:
    fresh = [row for row, _ in work.create]
    for row in (*fresh, *work.update, *work.delete):
        row._changelog_message = actor.message
    HedgehogResource.objects.bulk_create(fresh, batch_size=BATCH)
    # Rows that were just made have no tags; without this each one would be asked for them.
    none = Tag.objects.none()
    list(none)
    for row in fresh:
        row._prefetched_objects_cache = {'tags': none}
    for row in work.update:
        row.last_updated = desired.now
    _log_in_bulk(work, fresh, actor)
    # Django's bulk_update takes minutes for thousands of rows; the upsert takes seconds.
    HedgehogResource.objects.bulk_create(
        work.update,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=('id',),
        update_fields=_ROW_FIELDS,
    )
    search_backend.cache(fresh, remove_existing=False)
    indexed = {name for name, _ in get_indexer(HedgehogResource).fields}
    if indexed & set(_ROW_FIELDS):
        search_backend.cache(work.update)
    _delete_in_bulk(work.delete)


def _log_in_bulk(work: _Work, fresh: Sequence[HedgehogResource], actor: Actor) -> None:
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


def _delete_in_bulk(rows: Iterable[HedgehogResource]) -> None:
    # The change log is written already; with a request set, NetBox would write it once more.
    token = current_request.set(None)
    try:
        for some in batched(rows, BATCH):
            HedgehogResource.objects.filter(pk__in=[row.pk for row in some]).delete()
    finally:
        current_request.reset(token)


def _write_states(work: _Work, desired: Desired) -> None:
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
        state.managed_file_path = wanted.path[:500]
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


def _refused(wanted: DesiredObject, problem: str) -> Finding:
    return Finding(
        Severity.ERROR,
        'ResourceNotStorable',
        f'{wanted.key} stays in Git but cannot be stored in NetBox: {problem}',
        file=wanted.path,
        document=wanted.document,
        resource=wanted.key,
    )
