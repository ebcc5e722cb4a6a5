"""The steps of one operation between fetching and the record: plan and commit, publish.

`runner.py` calls them in this order and goes round again when somebody else's commit came first.
All commits of a round are stacked on the fetched head and pushed together.
"""

import random
import time
from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import transaction

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.plans import Conflict, Plan
from hedgehog_gitops.workflows.edit import plan_edits
from hedgehog_gitops.workflows.ingest import plan_ingest
from hedgehog_gitops.workflows.onboard import plan_onboarding
from hedgehog_gitops.workflows.trailers import CHANGE_SET_ID, NETBOX_OPERATION, is_commit
from hedgehog_gitops.workflows.undo import plan_undo

from ..choices import OperationDirectionChoices as Direction
from ..choices import OperationStatusChoices as Status
from ..choices import OutboxStateChoices, SyncOperationTypeChoices
from ..models import OutboxEntry, SyncOperation
from .edits import edits_of
from .generations import requested
from .landing import land
from .load import authorship, engine_operation
from .locks import fence
from .outbox import ChangeSet, change_sets, open_entries
from .run import Cancelled, Outdated, Run, by_operation, commit, owner
from .terms import RESOLVES
from .upload_steps import add_uploads, mark_uploads_pushing
from .uploads import pushing_uploads

__all__ = ['forget_stack', 'pause', 'publish', 'stack']

_Type = SyncOperationTypeChoices
_State = OutboxStateChoices


def stack(run: Run) -> None:
    """Makes this round's commits, none of which anybody else can see yet."""
    run.progress.stage('plan')
    run.made, run.conflicts, run.refused, run.findings, run.counts = [], {}, {}, [], {}
    run.clashes, run.settled, run.refused_uploads, run.needless = [], [], {}, []
    _find_published(run)
    if run.operation.operation_type == _Type.DIRECTORY_INIT:
        _add_onboarding(run)
    if run.operation.operation_type == _Type.UNDO:
        _add_undo(run)
    if run.publishing.ingests:
        add_uploads(run)
        _add_ingestion(run)
    _add_change_sets(run)
    if run.made:
        run.progress.stage('commit_made')


def publish(run: Run) -> None:
    """Moves the remote branch to the stack; returns only when the server has confirmed it."""
    _stop_if_cancelled(run)
    if requested(run.fabric.pk) > run.generation and not run.last_round:
        raise Outdated('somebody asked again')
    if not run.made:
        return
    _note_intent(run)
    run.progress.stage('push_sent')
    land(run)
    run.progress.stage('push_confirmed')


def pause(attempt: int) -> None:
    """Waits a little, and not as long as the one who was faster."""
    time.sleep(random.uniform(0.05, 0.2) * attempt)  # noqa: S311 - jitter, no secret


def forget_stack(run: Run) -> None:
    """Removes the refs that kept unpublished commits alive."""
    for ref in run.store.list_refs('refs/outbox/'):
        run.store.delete_ref(ref)


def _find_published(run: Run) -> None:
    """Recognises what an earlier push has brought to the branch although nobody heard the answer.

    The outcome of a broken push is decided here, by reading the branch.
    """
    again, since = run.seen is not None, run.seen or run.synced
    run.seen = run.head
    pushing = list(open_entries(run.fabric).filter(state=_State.PUSHING).select_related('user'))
    uploads = pushing_uploads(run.fabric)
    unsure = SyncOperation.objects.filter(
        fabric=run.fabric, last_reason__in=_MAY_HAVE_PUBLISHED, commit_sha=''
    )
    looking = again or pushing or uploads or unsure.exists()
    if run.head is None or since == run.head or not looking:
        return
    for info in run.store.log(run.head, since=since, limit=1000):
        operation = info.trailers.get(NETBOX_OPERATION)
        if operation:
            unsure.filter(operation_id=operation).update(
                commit_sha=info.id, status=Status.COMPLETED, last_reason='', last_error_message=''
            )
        if operation == str(run.operation.operation_id):
            run.operation.commit_sha = info.id
        change_set = info.trailers.get(CHANGE_SET_ID)
        for entry in pushing:
            if is_commit(info, entry.new_commit) and str(entry.change_set_id) == change_set:
                run.published[entry.pk] = (entry, info.id)
        for upload in uploads:
            if is_commit(info, upload.new_commit) and str(upload.change_set_id) == change_set:
                run.uploaded[upload.pk] = (upload, info.id)


# How an operation ends whose commit may be on the branch although nobody has seen it there.
_MAY_HAVE_PUBLISHED = (
    'WorkerDied',
    'OutcomeUnknown',
    'RemoteUnreachable',
    'HostUnknown',
    'GitTimedOut',
)


def _add_onboarding(run: Run) -> None:
    about = engine_operation(run.operation)
    plan = plan_onboarding(run.store, run.tip, run.place, about, run.limits)
    commit(run, plan, run.operation, by_operation(run, run.operation))


def _add_undo(run: Run) -> None:
    operation = run.operation
    undone = operation.undoes
    if undone is None or not undone.commit_sha:
        raise NeedsPerson('NothingToUndo', 'The operation to undo made no commit.')
    plan = plan_undo(run.store, run.tip, undone.commit_sha, engine_operation(operation))
    commit(run, plan, operation, by_operation(run, operation))


def _add_ingestion(run: Run) -> None:
    operation = owner(run, 'ingestion', _Type.FILE_INGESTION, Direction.INTERNAL)
    about = engine_operation(operation)
    # Only somebody who asks for ingestion itself brings back what was undone.
    again = run.publishing.by_person and run.operation.operation_type == _Type.FILE_INGESTION
    plan = plan_ingest(run.store, run.tip, run.place, about, run.limits, leave_undone=not again)
    run.counts = dict(plan.counts)
    run.clashes += plan.conflicts
    commit(run, plan, operation, by_operation(run, operation))


def _add_change_sets(run: Run) -> None:
    """Makes one commit per user and request; what cannot stand is left out and kept."""
    blocked: set[str] = set()
    everything = open_entries(run.fabric).select_related('user', 'resource', 'fabric')
    waiting = [entry for entry in everything if entry.pk not in run.published]
    for change_set in change_sets(waiting):
        entries = tuple(entry for entry in change_set.entries if entry.identity not in blocked)
        ready = tuple(entry for entry in entries if run.publishing.may_publish(entry))
        _look_only(run, [entry for entry in entries if entry not in ready], blocked)
        if ready:
            _add_change_set(run, ChangeSet(change_set.id, ready), blocked)


def _add_change_set(run: Run, change_set: ChangeSet, blocked: set[str]) -> None:
    operation = _operation_for(run, change_set)
    plan, entries = _planned(run, change_set.entries, operation, change_set.message)
    for conflict in plan.conflicts:
        _keep_conflict(run, entries, conflict, blocked)
    entries = tuple(entry for entry in entries if entry.pk not in run.conflicts)
    _keep_settled(run, entries, plan)
    blocked.update(entry.identity for entry, _ in run.refused.values())
    when = max((entry.created for entry in entries), default=datetime.now(UTC))
    by = authorship(
        operation,
        change_set.user,
        when=when,
        change_set=change_set.id,
        request_id=change_set.entries[0].request_id,
    )
    if not commit(run, plan, operation, by, entries):
        # Git says already what these entries want: there is nothing to publish.
        run.published.update({entry.pk: (entry, None) for entry in entries})


def _planned(
    run: Run, entries: tuple[OutboxEntry, ...], operation: SyncOperation, subject: str
) -> tuple[Plan, tuple[OutboxEntry, ...]]:
    """Plans a change set; an edit that cannot be made at all is left out, not the others."""
    try:
        return _plan(run, entries, operation, subject), entries
    except NeedsPerson as error:
        if len(entries) == 1:
            run.refused[entries[0].pk] = (entries[0], error)
            return _plan(run, (), operation, subject), ()
    good = []
    for entry in entries:
        try:
            _plan(run, (entry,), operation, subject)
        except NeedsPerson as error:
            run.refused[entry.pk] = (entry, error)
        else:
            good.append(entry)
    return _plan(run, tuple(good), operation, subject), tuple(good)


def _plan(run: Run, entries: Iterable[OutboxEntry], operation: SyncOperation, subject: str) -> Plan:
    edits = [edit for entry in entries for edit in edits_of(entry)]
    about = engine_operation(operation)
    return plan_edits(run.store, run.tip, run.place, edits, about, subject, run.limits)


def _look_only(run: Run, entries: list[OutboxEntry], blocked: set[str]) -> None:
    """Finds out whether edits nobody may publish yet still fit to what Git says."""
    if not entries:
        return
    plan, planned = _planned(run, tuple(entries), run.operation, '')
    for conflict in plan.conflicts:
        _keep_conflict(run, planned, conflict, blocked)
    for entry in entries:
        run.refused.pop(entry.pk, None)
        blocked.add(entry.identity)


def _keep_conflict(
    run: Run, entries: Iterable[OutboxEntry], conflict: Conflict, blocked: set[str]
) -> None:
    for entry in entries:
        if entry.identity == str(conflict.resource) or _was(entry) == str(conflict.resource):
            run.conflicts[entry.pk] = (entry, conflict)
            blocked.add(entry.identity)


def _keep_settled(run: Run, entries: Iterable[OutboxEntry], plan: Plan) -> None:
    by_key = {entry.identity: entry for entry in entries}
    for settlement in plan.settled:
        if entry := by_key.get(str(settlement.conflict.resource)):
            run.settled.append((entry, settlement))


def _was(entry: OutboxEntry) -> str:
    return (entry.new_state or {}).get('was', '')


def _operation_for(run: Run, change_set: ChangeSet) -> SyncOperation:
    first = change_set.entries[0]
    decided = (first.new_state or {}).get(RESOLVES)
    kind = _Type.CONFLICT_RESOLUTION if decided else _Type.SYNC
    part = owner(run, change_set.id, kind, Direction.GUI_TO_GIT, change_set.user)
    if part is not run.operation:
        part.request_id, part.user_name = first.request_id, first.user_name
    return part


def _note_intent(run: Run) -> None:
    """Writes down what is about to be pushed, so that whoever comes next can find it."""
    with transaction.atomic():
        for made in run.made:
            if made.operation is not run.operation:
                made.operation.save()
            for entry in made.entries:
                _mark_pushing(entry, made.commit, run.head)
            mark_uploads_pushing(made.uploads, made.commit)
        fence(run.fabric.pk, run.epoch)


def _mark_pushing(entry: OutboxEntry, commit: CommitId, head: CommitId | None) -> None:
    now = OutboxEntry.objects.select_for_update().get(pk=entry.pk)
    used = ('state', 'action', 'new_state', 'new_text')
    if any(getattr(now, name) != getattr(entry, name) for name in used):
        raise Outdated('an edit came in')
    now.state = entry.state = _State.PUSHING
    now.expected_commit, now.new_commit = head or '', commit
    now.attempts += 1
    now.save(update_fields=('state', 'expected_commit', 'new_commit', 'attempts'))


def _stop_if_cancelled(run: Run) -> None:
    if SyncOperation.objects.filter(pk=run.operation.pk, cancel_requested=True).exists():
        raise Cancelled
