"""The steps of one operation between fetching and the record: plan and commit, publish.

`runner.py` calls them in this order and goes round again when somebody else's commit came first.
All commits of a round are stacked on the fetched head and pushed together.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.git import CommitInfo
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.workflows.trailers import CHANGE_SET_ID, NETBOX_OPERATION, is_commit
from hedgehog_gitops.workflows.undo import plan_undo_together

from ..choices import OperationDirectionChoices as Direction
from ..choices import OperationStatusChoices as Status
from ..choices import OutboxStateChoices, SyncOperationTypeChoices
from ..models import OutboxEntry, SyncOperation
from .directory_steps import plan_directory, plan_drops
from .duplicate_steps import add_settlement
from .edit_steps import add_change_sets
from .generations import requested
from .landing import land
from .load import engine_operation
from .locks import fence
from .merge_steps import add_merge
from .named_steps import (
    add_cleanup,
    add_files,
    add_restore,
    find_checkpoint,
    is_published,
    note_checkpoint,
    with_copies,
)
from .outbox import open_entries
from .review_publish import note_lanes, publish_lanes
from .review_steps import add_edits, add_ingestion_lane, commit_alone, take_merged
from .run import Cancelled, Lane, Outdated, Run, by_operation, commit, owner
from .template_steps import add_render
from .upload_steps import add_uploads, mark_uploads_pushing
from .uploads import pushing_uploads
from .wiring_steps import add_generation, add_import

__all__ = ['forget_stack', 'pause', 'publish', 'stack']

_Type = SyncOperationTypeChoices
_State = OutboxStateChoices


def stack(run: Run) -> None:
    """Makes this round's commits, none of which anybody else can see yet."""
    run.progress.stage('plan')
    run.made, run.conflicts, run.refused, run.findings, run.counts = [], {}, {}, [], {}
    run.clashes, run.settled, run.refused_uploads, run.needless = [], [], {}, []
    run.lanes, run.merged_branch, run.settlement = [], '', None
    _find_published(run)
    if run.operation.operation_type == _Type.DIRECTORY_INIT:
        commit_alone(run, plan_directory(run))
    if (alone := _ALONE.get(run.operation.operation_type)) is not None:
        find_checkpoint(run)
        if not is_published(run):
            alone(run)
    take_merged(run)
    if run.publishing.by_review:
        _stack_for_review(run)
    else:
        if run.publishing.ingests:
            _add_raw_files(run)
        add_change_sets(run)
    if run.all_made:
        run.progress.stage('commit_made')


def publish(run: Run) -> None:
    """Moves the remote branch to the stack; returns only when the server has confirmed it."""
    _stop_if_cancelled(run)
    if requested(run.fabric.pk) > run.generation and not run.last_round:
        raise Outdated('somebody asked again')
    if not (run.made or run.lanes or run.reviews):
        return
    _note_intent(run)
    run.tried += run.made
    run.progress.stage('push_sent')
    if run.made:
        land(run)
    publish_lanes(run)
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
    news = run.store.log(run.head, since=since, limit=1000)
    _find_tried(run, news, since)
    for info in news:
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


def _find_tried(run: Run, news: Sequence[CommitInfo], since: CommitId | None) -> None:
    """Notes which commits of an earlier round have arrived: they are in the record like any other.

    What they publish is found by its rows, together with what dead workers have sent.
    """
    found = [
        replace(made, commit=info.id, entries=(), uploads=())
        for info in reversed(news)
        for made in run.tried
        if is_commit(info, made.commit)
    ]
    run.tried = []
    if found:
        run.landed += found
        run.landed_on = run.landed_on or since


# How an operation ends whose commit may be on the branch although nobody has seen it there.
_MAY_HAVE_PUBLISHED = (
    'WorkerDied',
    'OutcomeUnknown',
    'RemoteUnreachable',
    'HostUnknown',
    'GitTimedOut',
)


def _stack_for_review(run: Run) -> None:
    # What lays a directory out takes in what lies there, too; a lane would begin before it.
    if run.publishing.ingests and not run.made:
        add_ingestion_lane(run, lambda lane: _add_raw_files(run, lane))
    add_edits(run)


def _add_raw_files(run: Run, lane: Lane | None = None) -> None:
    add_uploads(run, lane)
    _add_ingestion(run, lane)


def _add_undo(run: Run) -> None:
    operation = run.operation
    undone = operation.undoes
    commits = undone.commits() if undone is not None else []
    if not commits:
        raise NeedsPerson('NothingToUndo', 'The operation to undo made no commit.')
    plan = plan_undo_together(run.store, run.tip, commits, engine_operation(operation))
    commit_alone(run, with_copies(run, plan))


# Operations of one commit that do nothing else.
_ALONE = {
    _Type.UNDO: _add_undo,
    _Type.RESTORE: add_restore,
    _Type.FILE_OPERATIONS: add_files,
    _Type.CLEANUP: add_cleanup,
    _Type.BRANCH_MERGE: add_merge,
    _Type.DUPLICATE_RESOLUTION: add_settlement,
    _Type.TEMPLATE_RENDER: add_render,
    _Type.WIRING_GENERATION: add_generation,
    _Type.DEVICE_IMPORT: add_import,
}


def _add_ingestion(run: Run, lane: Lane | None = None) -> None:
    operation = owner(run, 'ingestion', _Type.FILE_INGESTION, Direction.INTERNAL)
    plan = plan_drops(run, operation, lane.tip if lane is not None else run.tip)
    run.counts = dict(plan.counts)
    run.clashes += plan.conflicts
    commit(run, plan, operation, by_operation(run, operation), lane=lane)


def _note_intent(run: Run) -> None:
    """Writes down what is about to be pushed, so that whoever comes next can find it."""
    with transaction.atomic():
        for made in run.all_made:
            if made.operation is not run.operation:
                made.operation.save()
            for entry in made.entries:
                _mark_pushing(entry, made.commit, run.head)
            mark_uploads_pushing(made.uploads, made.commit)
        note_lanes(run)
        note_checkpoint(run)
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
