"""What waits, and what a person does about it: try again, take back, close a pull request.

Called by pages and API; publishing what was asked for is an operation as always.
"""

from django.db import transaction
from django.db.models import QuerySet

from hedgehog_gitops.errors import NeedsPerson

from ..choices import OPEN_OUTBOX_STATES, OutboxActionChoices, OutboxStateChoices
from ..models import HedgehogResource, OutboxEntry, PullRequest
from .outbox import REVIVED, Editor, record_edit

__all__ = [
    'NeedsPerson',
    'discard_draft',
    'discard_edit',
    'request_close',
    'retry_edit',
    'say_of_waiting',
    'waiting_edits',
]

_State = OutboxStateChoices


@transaction.atomic
def retry_edit(entry: OutboxEntry) -> OutboxEntry:
    """Puts an edit that failed or was declined back in line."""
    now = OutboxEntry.objects.select_for_update().get(pk=entry.pk)
    if now.state not in (_State.FAILED, _State.DECLINED, _State.PENDING):
        raise NeedsPerson(
            'NothingToRetry',
            f'This edit is {now.get_state_display().lower()}; there is nothing to try again.',
            hint='Only what failed, was declined or waits is tried again.',
        )
    now.state, now.reason, now.next_attempt_at, now.pull_request = _State.PENDING, '', None, None
    now.save()
    return now


@transaction.atomic
def discard_edit(entry: OutboxEntry, editor: Editor) -> None:
    """Takes an edit back: the draft goes, and what Git says stands."""
    # The object's row comes first, as for whoever saves it and for whoever publishes.
    row = HedgehogResource.objects.select_for_update().filter(pk=entry.resource_id).first()
    now = OutboxEntry.objects.select_for_update().get(pk=entry.pk)
    if not now.open or now.state == _State.PUSHING:
        raise NeedsPerson(
            'EditOnItsWay',
            'This edit is on its way to Git or over, and cannot be taken back.',
            hint='Undo the operation that published it.',
        )
    if now.action == OutboxActionChoices.DELETE:
        now.state, now.reason = _State.DISCARDED, f'Taken back by {editor.name or "NetBox"}.'
        now.new_state = {REVIVED: True}
        now.save()
        return
    if row is None:
        OutboxEntry.objects.filter(pk=now.pk).update(state=_State.DISCARDED)
        return
    row.snapshot()
    row.clear_draft()
    row._changelog_message = editor.message or 'The edit was taken back.'
    if row.desired_spec is None:
        # It was never in Git: without its draft there is nothing left of it.
        row.delete()
        return
    row.save()
    if row.pk is not None:
        record_edit(row, editor)


def waiting_edits(resource: HedgehogResource) -> QuerySet[OutboxEntry]:
    """Returns what of this object waits for Git, the oldest first."""
    return resource.outbox_entries.filter(state__in=OPEN_OUTBOX_STATES).order_by('created', 'pk')


def say_of_waiting(resource: HedgehogResource, message: str) -> None:
    """Gives edits that no worker has taken yet the words of their commit; none for no words."""
    if message:
        waiting = waiting_edits(resource).filter(state=_State.PENDING, closed=False)
        waiting.update(message=message)


@transaction.atomic
def discard_draft(resource: HedgehogResource, editor: Editor) -> None:
    """Drops the draft of an object with all that waits of it."""
    row = HedgehogResource.objects.select_for_update().get(pk=resource.pk)
    entries = list(waiting_edits(row).select_for_update())
    if not row.has_draft and not entries:
        raise NeedsPerson(
            'NothingToDiscard', 'This object has no draft.', hint='What Git says stands already.'
        )
    if any(entry.state == _State.PUSHING for entry in entries):
        raise NeedsPerson(
            'EditOnItsWay',
            'The edit is on its way to Git, and cannot be taken back.',
            hint='Undo the operation that publishes it.',
        )
    row.snapshot()
    row.clear_draft()
    row._changelog_message = editor.message or 'The draft was dropped.'
    if row.desired_spec is None:
        # It was never in Git: without its draft there is nothing left of it.
        row.delete()
        return
    row.save()
    record_edit(row, editor)


@transaction.atomic
def request_close(pull_request: PullRequest) -> PullRequest:
    """Has the next operation close a pull request; its edits stay in NetBox, as drafts."""
    now = PullRequest.objects.select_for_update().get(pk=pull_request.pk)
    if not now.open:
        raise NeedsPerson(
            'PullRequestOver',
            'This pull request is over already.',
            hint='Its page tells how it ended.',
        )
    now.close_requested = True
    now.save(update_fields=('close_requested',))
    return now
