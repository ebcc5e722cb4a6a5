"""What waits, and what a person does about it: try again, take back, close a pull request.

Called by pages and API; publishing what was asked for is an operation as always.
"""

from django.db import transaction

from hedgehog_gitops.errors import NeedsPerson

from ..choices import OutboxActionChoices, OutboxStateChoices
from ..models import HedgehogResource, OutboxEntry, PullRequest
from .outbox import REVIVED, Editor, record_edit

__all__ = ['NeedsPerson', 'discard_edit', 'request_close', 'retry_edit']

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
