"""A decision about conflicts is carried out: rows and outbox, in one transaction.

Views and API call `resolve`, then start an operation when `publishes` says so. What was decided
goes out as an ordinary edit made on the version of Git that was looked at; so when Git has moved on
meanwhile it is merged once more, or becomes a conflict again, and never overwrites anything.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.identity import ResourceKey

from ..choices import ConflictStrategyChoices as Strategy
from ..choices import (
    OutboxActionChoices,
    OutboxStateChoices,
    ResolutionStatusChoices,
    ResourceConflictStatusChoices,
    ResourceStateChoices,
)
from ..models import ConflictResolution, HedgehogResource, OutboxEntry, ResourceSyncState
from .drafts import identity_of, without_origin
from .features import Feature, require
from .notify import tell_settled
from .origin import from_git
from .outbox import Editor
from .resolution import Decision, Preview, preview, seen_token, waiting_entries
from .terms import RESOLVES

__all__ = ['Resolved', 'resolve', 'set_aside']

_Action = OutboxActionChoices
_State = OutboxStateChoices
_Status = ResolutionStatusChoices


@dataclass(frozen=True, slots=True)
class Resolved:
    """What became of one conflict. `publishes`: an operation has to carry the decision on."""

    conflict: ConflictResolution
    publishes: bool


@transaction.atomic
def resolve(
    conflict_id: int,
    decision: Decision,
    editor: Editor,
    *,
    seen: str = '',
    change_set: uuid.UUID | None = None,
) -> Resolved:
    """Decides one conflict; refuses it when the sides are not those the decision is about."""
    require(Feature.CONFLICT_RESOLUTION)
    rows = ConflictResolution.objects.select_related('fabric', 'resource')
    # The object's row comes first, as for whoever saves it and for whoever publishes.
    _row(rows.get(pk=conflict_id))
    conflict = rows.select_for_update(of=('self',)).get(pk=conflict_id)
    _require_open(conflict, seen)
    if decision.strategy in (Strategy.SKIPPED, Strategy.ESCALATED):
        return set_aside(conflict, decision, editor)
    entries = _entries(conflict)
    _require_same(conflict, entries[-1])
    outcome = preview(conflict, decision)
    if outcome.takes_git:
        publishes = _take_git(conflict, entries, editor)
    else:
        _publish(conflict, entries, outcome, decision, editor, change_set or uuid.uuid4())
        publishes = True
    _note(conflict, decision, editor, outcome, publishes)
    return Resolved(conflict, publishes)


def set_aside(conflict: ConflictResolution, decision: Decision, editor: Editor) -> Resolved:
    """Leaves the conflict open, and says that it was looked at: for later, or for somebody else."""
    escalated = decision.strategy == Strategy.ESCALATED
    conflict.resolution_strategy = decision.strategy
    conflict.resolution_status = _Status.ESCALATED if escalated else _Status.MANUAL_REQUIRED
    conflict.resolution_notes = decision.notes
    conflict.resolved_by, conflict.resolution_attempted_at = editor.user, timezone.now()
    conflict.save()
    wanted = ResourceConflictStatusChoices
    if conflict.resource is not None:
        ResourceSyncState.objects.filter(resource=conflict.resource).update(
            conflict_status=wanted.ESCALATED if escalated else wanted.REQUIRES_MANUAL
        )
    return Resolved(conflict, publishes=False)


def _require_open(conflict: ConflictResolution, seen: str) -> None:
    if not conflict.open or conflict.resolution_status == _Status.IN_PROGRESS:
        raise NeedsPerson(
            'ConflictDecided',
            'This conflict has been decided already.',
            hint='Open its page to see how.',
        )
    if seen and seen != seen_token(conflict):
        raise NeedsPerson(
            'ConflictMoved',
            'Git or NetBox changed after this conflict was shown.',
            hint='Look at the new versions and decide again.',
        )


def _entries(conflict: ConflictResolution) -> list[OutboxEntry]:
    """The edits that wait for this decision, oldest first."""
    entries = list(waiting_entries(conflict).select_for_update())
    if not entries:
        raise NeedsPerson(
            'DecidedInFiles',
            'No edit of NetBox waits for this conflict.',
            hint='Make the files in Git say the same; the next synchronisation ends it.',
        )
    return entries


def _require_same(conflict: ConflictResolution, entry: OutboxEntry) -> None:
    """Refuses a decision about a version of NetBox's side that somebody has edited further."""
    shown, wanted = conflict.gui_state, entry.new_state or {}
    if entry.action == _Action.DELETE:
        same = shown is None
    elif entry.new_text:
        same = shown is not None and shown['text'].strip() == entry.new_text.strip()
    else:
        parts = shown.keys() & wanted.keys() & {'spec', 'labels', 'annotations'} if shown else ()
        same = shown is not None and all((shown[n] or {}) == (wanted[n] or {}) for n in parts)
    if not same:
        raise NeedsPerson(
            'ConflictMoved',
            'NetBox changed after this conflict was found.',
            hint='Synchronise, look at the new versions and decide again.',
        )


def _take_git(conflict: ConflictResolution, entries: Sequence[OutboxEntry], editor: Editor) -> bool:
    """Git's side stands: the edit is dropped. Says whether the row is still to be brought back."""
    _discard(entries, 'Git won the conflict.')
    row = _row(conflict)
    if row is None:
        return conflict.git_state is not None
    with from_git():
        row.snapshot()
        row._changelog_message = _message(conflict, 'Git wins')
        if conflict.git_state is None:
            row.delete()
            conflict.resource = None
            return False
        row.clear_draft()
        row.save()
    _rebase(row, conflict, ResourceStateChoices.COMMITTED)
    return False


def _publish(
    conflict: ConflictResolution,
    entries: Sequence[OutboxEntry],
    outcome: Preview,
    decision: Decision,
    editor: Editor,
    change_set: uuid.UUID,
) -> None:
    """What was decided becomes the waiting edit, made on the version of Git that was looked at."""
    *older, entry = entries
    _discard(older, 'Part of a later edit that was in conflict.')
    row = _row(conflict)
    if row is not None and outcome.value is not None:
        _redraft(row, conflict, outcome.value, editor)
    git = (conflict.git_state or {}).get('text') or ''
    was = entry.was
    entry.action = _action(git, outcome, was)
    entry.base_text, entry.base_blob, entry.base_commit = git, '', conflict.git_commit
    entry.new_text = outcome.text or '' if entry.action == _Action.CREATE else ''
    entry.new_state = _state(outcome.value, conflict)
    if entry.action == _Action.RENAME:
        entry.new_state['was'] = was
    entry.state, entry.reason, entry.closed = _State.PENDING, '', False
    entry.next_attempt_at = None
    entry.change_set_id, entry.request_id = change_set, editor.request_id
    entry.user, entry.user_name = editor.user, editor.name
    entry.message = _message(conflict, str(dict(Strategy)[decision.strategy]))
    entry.save()


def _action(git: str, outcome: Preview, was: str) -> str:
    if outcome.value is None:
        return _Action.DELETE
    if git:
        return _Action.RENAME if was else _Action.UPDATE
    return _Action.CREATE


def _state(value: dict[str, Any] | None, conflict: ConflictResolution) -> dict[str, Any]:
    """The wanted object as an outbox entry holds it, marked as somebody's decision."""
    mark = {RESOLVES: str(conflict.conflict_id)}
    if value is None:
        return mark
    metadata = value.get('metadata') or {}
    return {
        'spec': value.get('spec') or {},
        'labels': metadata.get('labels') or {},
        'annotations': without_origin(metadata.get('annotations')),
        'value': value,
        **mark,
    }


def _redraft(
    row: HedgehogResource, conflict: ConflictResolution, value: dict[str, Any], editor: Editor
) -> None:
    """The row's draft says what was decided, until the remote has confirmed it."""
    state = _state(value, conflict)
    with from_git():
        row.snapshot()
        row.draft_spec, row.draft_labels = state['spec'], state['labels']
        row.draft_annotations, row.draft_text = state['annotations'], ''
        row.draft_updated, row.draft_updated_by = timezone.now(), editor.user
        row._changelog_message = _message(conflict, 'decided')
        row.save()
    _rebase(row, conflict, ResourceStateChoices.DRAFT)


def _rebase(row: HedgehogResource, conflict: ConflictResolution, state: str) -> None:
    """While the conflict was open, the base stood where the two sides last agreed."""
    ResourceSyncState.objects.filter(resource=row).update(
        base_text=(conflict.git_state or {}).get('text') or '',
        conflict_status=ResourceConflictStatusChoices.RESOLVING
        if state == ResourceStateChoices.DRAFT
        else ResourceConflictStatusChoices.RESOLVED,
        resource_state=state,
        last_state_change=timezone.now(),
        state_change_reason='conflict decided',
        last_sync_error='',
    )


def _note(
    conflict: ConflictResolution,
    decision: Decision,
    editor: Editor,
    outcome: Preview,
    publishes: bool,
) -> None:
    now = timezone.now()
    conflict.resolution_strategy = decision.strategy
    conflict.resolution_notes = decision.notes
    conflict.user_decisions = dict(decision.fields)
    conflict.resolved_by, conflict.resolution_attempted_at = editor.user, now
    conflict.resolved_state = {'text': outcome.text, 'spec': (outcome.value or {}).get('spec')}
    conflict.resolution_status = _Status.IN_PROGRESS if publishes else _Status.RESOLVED
    conflict.resolved_at = None if publishes else now
    conflict.save()
    if not publishes:
        transaction.on_commit(partial(tell_settled, conflict, editor.user), robust=True)


def _discard(entries: Sequence[OutboxEntry], reason: str) -> None:
    OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(
        state=_State.DISCARDED, reason=reason
    )


def _row(conflict: ConflictResolution) -> HedgehogResource | None:
    if not conflict.resource_key:
        return None
    key = ResourceKey.parse(conflict.resource_key)
    return (
        HedgehogResource.objects.select_for_update(of=('self',))
        .filter(
            fabric=conflict.fabric,
            **identity_of(key),
        )
        .first()
    )


def _message(conflict: ConflictResolution, how: str) -> str:
    key = ResourceKey.parse(conflict.resource_key)
    return f'Resolve conflict of {key.kind}/{key.name}: {how}'
