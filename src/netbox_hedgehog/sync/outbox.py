"""Edits waiting to be published, with who made them and why.

`signal_receivers` writes them in the transaction of the edit, the runner publishes and closes them.
An entry keeps the text the edit started from, so that an edit of something Git has meanwhile
changed is recognised whenever it is published.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from hedgehog_gitops.documents import edit_document, emit
from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.identity import ResourceKey

from ..choices import (
    OPEN_CONFLICT_STATUSES,
    ConflictStrategyChoices,
    OutboxActionChoices,
    OutboxStateChoices,
    ResolutionStatusChoices,
    ResourceConflictStatusChoices,
    ResourceStateChoices,
)
from ..models import (
    ConflictResolution,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    ResourceSyncState,
)
from .drafts import first_good, git_text, identity_of, read_draft
from .intent import wanted
from .origin import from_git
from .settings import reading_limits

__all__ = [
    'REVIVED',
    'Editor',
    'back_to_waiting',
    'note_unread',
    'open_entries',
    'outcome_text',
    'record_edit',
    'record_removal',
]

_Action = OutboxActionChoices
_State = OutboxStateChoices

# Marks a removal or a renaming that was taken back: the row has to come again from Git.
REVIVED = 'revived'

# An entry that failed, was declined or met a conflict still takes a further edit in; one on its way
# or under review does not.
_FOLDABLE = (_State.PENDING, _State.FAILED, _State.CONFLICT, _State.DECLINED)
_OPEN = (*_FOLDABLE, _State.PUSHING, _State.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class Editor:
    """Who edits, in which request, and what they said about it."""

    user: Any
    request_id: uuid.UUID
    message: str = ''

    @property
    def name(self) -> str:
        return self.user.username if self.user is not None else ''


def open_entries(fabric: HedgehogFabric) -> QuerySet[OutboxEntry]:
    """Returns everything of a fabric that waits, oldest first."""
    return OutboxEntry.objects.filter(fabric=fabric, state__in=_OPEN).order_by('created', 'pk')


@transaction.atomic
def record_edit(resource: HedgehogResource, editor: Editor) -> OutboxEntry | None:
    """Notes what a saved draft wants to change; None when it changes nothing that is not noted."""
    waiting = list(_same_identity(resource).select_for_update())
    if not resource.has_draft:
        _discard_edits(resource, waiting, editor)
        return None
    newest = waiting[-1] if waiting else None
    first, base = (waiting[0].base_text, newest.base_text) if newest is not None else ('', '')
    state, text = wanted(resource, first, base)
    if newest is not None and newest.action != _Action.DELETE:
        if newest.new_state == state and newest.new_text == text:
            return None
    elif newest is None and _says_what_git_says(resource, state, text):
        return None
    _note_drafted(resource)
    if newest is not None and _folds(newest, editor):
        return _fold(newest, resource, state, text, editor)
    if newest is not None and newest.state == _State.PENDING:
        OutboxEntry.objects.filter(pk=newest.pk).update(closed=True)
    if newest is None:
        return _start(resource, None, git_text(resource), (state, text), editor)
    base = outcome_text(newest)
    return _start(resource, newest, base, wanted(resource, first, base), editor)


@transaction.atomic
def record_removal(resource: HedgehogResource, editor: Editor) -> OutboxEntry | None:
    """Leaves a tombstone for a deleted row; None when Git never knew the object."""
    # The row is not deleted yet; it is locked before its edits, as everywhere.
    HedgehogResource.objects.select_for_update().filter(pk=resource.pk).first()
    waiting = list(_same_identity(resource).select_for_update())
    gone = (_State.PUSHING, _State.IN_REVIEW)
    on_its_way = [entry for entry in waiting if entry.state in gone or entry.closed]
    for entry in waiting:
        if entry not in on_its_way:
            _discard(entry, 'The object was deleted in NetBox.')
    renamed = _renaming([entry for entry in waiting if entry not in on_its_way])
    base = waiting[0].base_text if waiting else git_text(resource)
    blob = waiting[0].base_blob if waiting else _blob(resource)
    commit = waiting[0].base_commit if waiting else _commit(resource)
    if on_its_way:
        base, blob = outcome_text(on_its_way[-1]), ''
    if not base and resource.desired_spec is None:
        return None
    # Git still has it under the name it had.
    name = identity_of(ResourceKey.parse(renamed.was)) if renamed is not None else {}
    return OutboxEntry.objects.create(
        **{**_identity(resource), **name},
        **_authored(editor),
        fabric=resource.fabric,
        change_set_id=_change_set(resource.fabric_id, editor),
        action=_Action.DELETE,
        base_blob=blob,
        base_commit=commit,
        base_text=base,
    )


@transaction.atomic
def back_to_waiting(fabric: HedgehogFabric, reason: str) -> None:
    """Puts entries whose commit did not arrive back in line; the caller has read the branch."""
    entries = list(open_entries(fabric).select_for_update())
    followed: set[str] = set()
    for entry in reversed(entries):
        if entry.state == _State.PUSHING:
            # With a later edit of the same object behind it, this one stays a commit of its own.
            OutboxEntry.objects.filter(pk=entry.pk).update(
                state=_State.PENDING,
                closed=entry.closed or entry.identity in followed,
                new_commit='',
                expected_commit='',
                reason=reason,
            )
        followed.add(entry.identity)


def note_unread(fabric: HedgehogFabric, reason: str) -> None:
    """Says why nobody knows yet whether what was sent has arrived."""
    open_entries(fabric).filter(state=_State.PUSHING).update(reason=reason)


def outcome_text(entry: OutboxEntry) -> str:
    """Returns the text the object will have once this entry is published."""
    if entry.action == _Action.DELETE or entry.new_text:
        return entry.new_text
    if entry.action in (_Action.CREATE, _Action.RENAME):
        return emit(entry.new_state['value']).decode()
    return _edited(entry.base_text, entry.new_state) if entry.base_text else ''


def _edited(base: str, state: dict[str, Any]) -> str:
    document = first_good(base)
    if document is None or not isinstance(document.value, dict):
        return base
    try:
        return edit_document(document.text, state['value'], reading_limits()).text.decode()
    except NeedsPerson:
        return base


def _note_drafted(resource: HedgehogResource) -> None:
    ResourceSyncState.objects.filter(resource=resource).exclude(
        resource_state=ResourceStateChoices.DRAFT
    ).update(
        resource_state=ResourceStateChoices.DRAFT,
        last_state_change=timezone.now(),
        state_change_reason='edited',
    )


def _says_what_git_says(resource: HedgehogResource, state: dict[str, Any], text: str) -> bool:
    base = git_text(resource)
    if not base and resource.desired_spec is None:
        return False
    if text and text.strip() != base.strip():
        return False
    desired = (resource.desired_spec or {}, resource.labels or {}, resource.annotations or {})
    return desired == (state['spec'], state['labels'], state['annotations'])


def _folds(entry: OutboxEntry, editor: Editor) -> bool:
    if entry.state not in _FOLDABLE or entry.closed:
        return False
    # In a conflict there is one NetBox side, whoever touched it last.
    return entry.state == _State.CONFLICT or entry.user == editor.user


def _fold(
    entry: OutboxEntry, resource: HedgehogResource, state: Any, text: str, editor: Editor
) -> OutboxEntry:
    """Takes a further edit into an entry that is not on its way yet."""
    if entry.state == _State.FAILED:
        entry.state = _State.PENDING
    if entry.state == _State.DECLINED:
        entry.state, entry.pull_request = _State.PENDING, None
    if entry.action == _Action.DELETE:
        entry.action = _Action.UPDATE
    entry.resource = resource
    entry.new_state = {**state, 'was': entry.was} if entry.was else state
    entry.new_text = text
    entry.reason = entry.reason if entry.state == _State.CONFLICT else ''
    entry.next_attempt_at = None
    for name, value in _authored(editor).items():
        setattr(entry, name, value or getattr(entry, name))
    entry.save()
    return entry


def _start(
    resource: HedgehogResource,
    before: OutboxEntry | None,
    base: str,
    asked: tuple[dict[str, Any], str],
    editor: Editor,
) -> OutboxEntry:
    """Begins an entry on top of what Git has, or of what an earlier entry will make of it."""
    state, text = asked
    action = _Action.UPDATE if base or resource.desired_spec is not None else _Action.CREATE
    if before is not None and before.action == _Action.DELETE:
        action = _Action.CREATE
    if action == _Action.UPDATE and (old := _renamed_from(resource, base)):
        action = _Action.RENAME
        state = {**state, 'was': old}
    return OutboxEntry.objects.create(
        **_identity(resource),
        **_authored(editor),
        fabric=resource.fabric,
        resource=resource,
        change_set_id=_change_set(resource.fabric_id, editor),
        action=action,
        base_blob='' if before else _blob(resource),
        base_commit=before.base_commit if before else _commit(resource),
        base_text=base,
        new_state=state,
        new_text=text,
    )


def _renamed_from(resource: HedgehogResource, base: str) -> str:
    old = read_draft(base) if base else None
    if old is None or not old.ok:
        return ''
    was = f'{old.api_group}/{old.kind}/{old.namespace}/{old.name}'
    return was if was != resource.identity else ''


def _same_identity(resource: HedgehogResource) -> QuerySet[OutboxEntry]:
    """Everything open about this object: by row, and by name for what outlives the row."""
    same = Q(resource=resource) if resource.pk else Q(pk__in=[])
    names = {name: value for name, value in _identity(resource).items() if name != 'api_version'}
    return OutboxEntry.objects.filter(
        same | Q(**names), fabric_id=resource.fabric_id, state__in=_OPEN
    ).order_by('created', 'pk')


def _change_set(fabric_id: int, editor: Editor) -> uuid.UUID:
    """Returns the id of the commit this edit belongs to: that of the request's other edits."""
    # Only entries that no worker has taken yet: a commit on its way takes nothing more in.
    same = OutboxEntry.objects.filter(
        fabric_id=fabric_id,
        request_id=editor.request_id,
        user=editor.user,
        state=_State.PENDING,
        closed=False,
    )
    return same.values_list('change_set_id', flat=True).first() or uuid.uuid4()


def _discard_edits(resource: HedgehogResource, waiting: list[OutboxEntry], editor: Editor) -> None:
    """The draft was dropped: what waits is dropped too, and Git's side of a conflict stands."""
    dropped = [
        entry
        for entry in waiting
        if entry.state != _State.PUSHING and entry.action != _Action.DELETE
    ]
    for entry in dropped:
        _discard(entry, 'The draft was discarded.')
    if (renamed := _renaming(dropped)) is not None:
        _name_back(resource, renamed)
    state = ResourceSyncState.objects.filter(resource=resource)
    if resource.desired_spec is not None:
        state.filter(resource_state=ResourceStateChoices.DRAFT).update(
            resource_state=ResourceStateChoices.COMMITTED,
            last_state_change=timezone.now(),
            state_change_reason='draft discarded',
        )
    conflict = ConflictResolution.objects.filter(
        resource=resource, resolution_status__in=OPEN_CONFLICT_STATUSES
    ).first()
    if conflict is None:
        return
    conflict.resolution_status = ResolutionStatusChoices.RESOLVED
    conflict.resolution_strategy = ConflictStrategyChoices.GIT_WINS
    conflict.resolution_notes = 'The draft was discarded.'
    conflict.resolved_by, conflict.resolved_at = editor.user, timezone.now()
    conflict.save()
    # While the conflict was open, the base stood where the two sides last agreed.
    git = conflict.git_state or {}
    state.update(
        conflict_status=ResourceConflictStatusChoices.RESOLVED,
        base_text=git.get('text') or '',
        last_sync_error='',
    )


def _renaming(entries: Iterable[OutboxEntry]) -> OutboxEntry | None:
    return next((entry for entry in entries if entry.action == _Action.RENAME), None)


def _name_back(resource: HedgehogResource, renamed: OutboxEntry) -> None:
    """Gives a row the name its object has in Git, and has Git's version of it read again."""
    key = ResourceKey.parse(renamed.was)
    OutboxEntry.objects.filter(pk=renamed.pk).update(new_state={'was': renamed.was, REVIVED: True})
    others = HedgehogResource.objects.filter(fabric_id=resource.fabric_id, **identity_of(key))
    with from_git():
        if others.exclude(pk=resource.pk).exists():
            # Another row stands for it by now: there is nothing in Git for this one.
            resource.delete()
            return
        for name, value in identity_of(key).items():
            setattr(resource, name, value)
        resource.save()


def _discard(entry: OutboxEntry, reason: str) -> None:
    OutboxEntry.objects.filter(pk=entry.pk).update(state=_State.DISCARDED, reason=reason)


def _identity(resource: HedgehogResource) -> dict[str, Any]:
    return {
        'api_group': resource.api_group,
        'api_version': resource.api_version,
        'kind': resource.kind,
        'namespace': resource.namespace,
        'name': resource.name,
    }


def _authored(editor: Editor) -> dict[str, Any]:
    return {
        'user': editor.user,
        'user_name': editor.name,
        'request_id': editor.request_id,
        'message': editor.message,
    }


def _blob(resource: HedgehogResource) -> str:
    state = getattr(resource, 'sync_state', None)
    return state.blob_id if state is not None else ''


def _commit(resource: HedgehogResource) -> str:
    """The commit as of which Git said what the edit is made on."""
    state = getattr(resource, 'sync_state', None)
    return state.desired_commit if state is not None else ''
