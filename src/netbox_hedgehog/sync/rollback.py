"""Brings drafts, outbox and settings of a checkpoint back, and looks whether all of it is so.

`finish.py` calls it in its transaction: `forget` before the rows follow Git, `bring_back` after.
The tree has been brought back by the operation's commit by then.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.identity import CommitId, ResourceKey
from hedgehog_gitops.workflows import same_tree

from ..choices import (
    OPEN_CONFLICT_STATUSES,
    OPEN_OUTBOX_STATES,
    OutboxActionChoices,
    OutboxStateChoices,
    ResolutionStatusChoices,
    ResourceConflictStatusChoices,
    ResourceStateChoices,
)
from ..models import (
    Checkpoint,
    ConflictResolution,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    ResourceSyncState,
)
from .checkpoints import DRAFT_FIELDS, DRAFTED, ENTRY_FIELDS, SETTINGS
from .digest import fabric_digest
from .run import Run

__all__ = ['bring_back', 'forget', 'unverified']

_NAMES = ('api_group', 'kind', 'namespace', 'name')


def forget(run: Run, checkpoint: Checkpoint) -> set[ResourceKey]:
    """Ends all drafts of now; the checkpoint made before this operation has them.

    Returns the objects whose deletion waited: their rows have to come back.
    """
    reason = f'Rolled back to the checkpoint {checkpoint}.'
    waiting = OutboxEntry.objects.filter(fabric=run.fabric, state__in=OPEN_OUTBOX_STATES)
    buried = {
        ResourceKey.parse(entry.identity)
        for entry in waiting.filter(action=OutboxActionChoices.DELETE)
    }
    waiting.update(state=OutboxStateChoices.DISCARDED, reason=reason)
    ConflictResolution.objects.filter(
        fabric=run.fabric, resolution_status__in=OPEN_CONFLICT_STATUSES
    ).update(
        resolution_status=ResolutionStatusChoices.ABANDONED,
        resolution_notes=reason,
        resolved_in=run.operation,
        resolved_at=timezone.now(),
    )
    ResourceSyncState.objects.filter(resource__fabric=run.fabric).exclude(
        conflict_status=ResourceConflictStatusChoices.NONE
    ).update(conflict_status=ResourceConflictStatusChoices.NONE, last_sync_error='')
    for row in HedgehogResource.objects.filter(DRAFTED, fabric=run.fabric):
        _end_draft(row, run.actor.message)
    return buried


def bring_back(run: Run, checkpoint: Checkpoint) -> None:
    """Makes drafts, waiting edits and settings what they were."""
    snapshot = checkpoint.snapshot
    users = _users(snapshot)
    for draft in snapshot.get('drafts', ()):
        _redraft(run, draft, users)
    for entry in snapshot.get('outbox', ()):
        _wait_again(run, entry, users)
    _set_settings(run, snapshot.get('settings', {}))


def unverified(run: Run, checkpoint: Checkpoint, tip: CommitId) -> EngineError | None:
    """Says what is not as it was, although everything was done; None when all of it is."""
    wrong = []
    if not same_tree(run.store, run.place, CommitId(checkpoint.commit), tip):
        wrong.append('the files in Git differ')
    if checkpoint.digest and fabric_digest(run.fabric) != checkpoint.digest:
        wrong.append('the objects in NetBox differ')
    if not wrong:
        return None
    return EngineError(
        'RollbackNotVerified',
        f'After the rollback to {checkpoint.commit[:12]} {" and ".join(wrong)}.',
        hint='The findings say which objects; undo this operation to have the former state back.',
    )


def _end_draft(row: HedgehogResource, message: str) -> None:
    row.snapshot()
    row._changelog_message = message
    if row.desired_spec is None:
        row.delete()
        return
    row.clear_draft()
    row.save()
    _note_state(row, ResourceStateChoices.COMMITTED)


def _redraft(run: Run, draft: Mapping[str, Any], users: Mapping[int, Any]) -> None:
    names = {name: draft[name] for name in _NAMES}
    row = HedgehogResource.objects.filter(fabric=run.fabric, **names).first()
    if row is None:
        row = HedgehogResource(fabric=run.fabric, api_version=draft['api_version'], **names)
        row.labels, row.annotations = draft['labels'], draft['annotations']
    else:
        row.snapshot()
    for name in DRAFT_FIELDS:
        setattr(row, name, draft[name])
    when = draft['draft_updated']
    row.draft_updated = datetime.fromisoformat(when) if when else None
    row.draft_updated_by = users.get(draft['draft_updated_by_id'])
    row._changelog_message = run.actor.message
    row.save()
    ResourceSyncState.objects.get_or_create(resource=row)
    _note_state(row, ResourceStateChoices.DRAFT)


def _wait_again(run: Run, kept: Mapping[str, Any], users: Mapping[int, Any]) -> None:
    """The edit waits as before; whether it meets a conflict is found out when it is published."""
    names = {name: kept[name] for name in _NAMES}
    row = HedgehogResource.objects.filter(fabric=run.fabric, **names).first()
    fields = {name: kept[name] for name in ENTRY_FIELDS if name != 'user_id'}
    OutboxEntry.objects.create(
        fabric=run.fabric,
        resource=row if kept['action'] != OutboxActionChoices.DELETE else None,
        user=users.get(kept['user_id']),
        change_set_id=uuid.UUID(kept['change_set_id']),
        request_id=uuid.UUID(kept['request_id']) if kept['request_id'] else None,
        state=OutboxStateChoices.PENDING,
        **fields,
    )
    if row is not None and kept['action'] == OutboxActionChoices.DELETE:
        row.snapshot()
        row._changelog_message = run.actor.message
        row.delete()


def _set_settings(run: Run, settings: Mapping[str, Any]) -> None:
    fabric = HedgehogFabric.objects.get(pk=run.fabric.pk)
    wanted = {name: settings[name] for name in SETTINGS if name in settings}
    if all(getattr(fabric, name) == value for name, value in wanted.items()):
        return
    fabric.snapshot()
    for name, value in wanted.items():
        setattr(fabric, name, value)
        setattr(run.fabric, name, value)
    fabric._changelog_message = run.actor.message
    fabric.save()


def _note_state(row: HedgehogResource, state: str) -> None:
    ResourceSyncState.objects.filter(resource=row).update(
        resource_state=state,
        last_state_change=timezone.now(),
        state_change_reason='rolled back',
    )


def _users(snapshot: Mapping[str, Any]) -> dict[int, Any]:
    """Those who drafted, as far as they still exist; their names are in the entries anyway."""
    rows: Iterable[Mapping[str, Any]] = (*snapshot.get('drafts', ()), *snapshot.get('outbox', ()))
    wanted = {row.get('draft_updated_by_id') or row.get('user_id') for row in rows}
    return get_user_model().objects.in_bulk([pk for pk in wanted if pk is not None])
