"""The one transaction that ends an operation: rows, outbox, conflicts, state, record.

Everything before it can be repeated; everything in it happens together or not at all.
"""

from dataclasses import replace
from typing import Any

from core.choices import ObjectChangeActionChoices
from django.db import transaction
from django.utils import timezone

from hedgehog_gitops.documents.loading import collector_resting
from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.findings import Severity
from hedgehog_gitops.identity import CommitId, ResourceKey
from hedgehog_gitops.ingest import raw_files
from hedgehog_gitops.workflows.reading import entries_below
from hedgehog_gitops.workflows.sync import Incoming, incoming, objects_at

from ..choices import (
    OPEN_CONFLICT_STATUSES,
    OPEN_OUTBOX_STATES,
    ConnectionStatusChoices,
    OutboxActionChoices,
    OutboxStateChoices,
    ResolutionStatusChoices,
)
from ..models import (
    ConflictResolution,
    FabricSyncState,
    GitRepositoryState,
    HedgehogResource,
    OutboxEntry,
    SyncOperation,
)
from . import circuit
from .app_tokens import forget_token
from .apply import Applied, Desired, apply_desired
from .digest import fabric_digest
from .directions import Taking
from .drafts import resource_key
from .duplicate_steps import let_go, look_again, note_duplicates
from .error_records import errors_of, never_over, note_errors, of_failure
from .failing import count_failures
from .finish_conflicts import done_entries, keep_conflicts
from .joining import join_followers
from .locks import fence, lock_rows
from .measures import note_measures
from .named_steps import note_done
from .origin import from_git
from .outbox import REVIVED, back_to_waiting, note_unread, open_entries
from .outside import changed_outside
from .progress import PLANNING
from .record import (
    close_failed,
    close_operation,
    note_detection_error,
    note_findings,
    note_plan,
    note_rewritten_history,
)
from .review_publish import note_addresses, record_reviews
from .rollback import bring_back, forget, unverified
from .run import Run
from .run_errors import note_run_errors
from .status import move_status, settled_status
from .steps import forget_stack
from .template_updates import note_templates
from .untold import note_untold, tell_noted
from .uploads import close_upload, keep_waiting, postpone, refuse_upload

__all__ = ['fail', 'finish', 'note_contact']

_State = OutboxStateChoices


def finish(run: Run) -> None:
    """Records what the remote has confirmed, and brings the rows to it."""
    with collector_resting():
        _finish(run)


def fail(operation: SyncOperation, error: EngineError, user: Any = None) -> None:
    """Ends an operation that could not go through; the outbox keeps what waits, and says why."""
    with transaction.atomic():
        note_findings(operation, getattr(error, 'findings', ()))
        if operation.fabric is not None:
            note_untold(operation, user or operation.initiated_by)
        close_failed(operation, error)
        if operation.fabric is None:
            return
        # Parts that had a row already published nothing either.
        operation.children.filter(commit_sha='').delete()
        if error.reason == 'HistoryRewritten':
            state = FabricSyncState.objects.get(fabric=operation.fabric)
            repository_state = GitRepositoryState.objects.filter(
                repository=operation.git_repository
            ).first()
            head = repository_state.head_commit if repository_state else ''
            note_rewritten_history(operation.fabric, operation, state.last_synced_commit, head)
        if error.reason == 'InternalError' and operation.current_phase in PLANNING:
            note_detection_error(operation.fabric, operation)
        # What was sent stays so: whether it arrived, only reading the branch can tell.
        note_unread(operation.fabric, f'{error.reason}: {error}')
        postpone(operation.fabric, f'{error.reason}: {error}')
        let_go(operation, error)
        met = (of_failure(error), *errors_of(getattr(error, 'findings', ())))
        note_errors(operation.fabric, operation, met, never_over)
        _note_failure(operation, error)
    tell_noted(operation)


def note_contact(run: Run) -> None:
    """Notes that the server answered, and where the branch stood."""
    fields: dict[str, Any] = {
        'connection_status': ConnectionStatusChoices.CONNECTED,
        'validation_error': '',
        'last_fetched': timezone.now(),
    }
    if run.branch == run.fabric.git_repository.default_branch:
        fields['head_commit'] = run.head or ''
    GitRepositoryState.objects.filter(repository=run.fabric.git_repository).update(**fields)
    circuit.note_success(run.fabric.git_repository)


def _finish(run: Run) -> None:
    tip = run.tip
    run.progress.stage('apply')
    news, outside = _news(run, tip), changed_outside(run)
    sizes = run.store.blob_sizes({wanted.blob for wanted in news.objects})
    raw = raw_files(entries_below(run.store, tip, run.place.raw), run.place)
    looked = look_again(run, tip)
    now = timezone.now()
    with run.actor.tracking(), from_git(), transaction.atomic():
        lock_rows(run.fabric, _concerned(run, news))
        record_reviews(run)
        _close_entries(run)
        note_addresses(run)
        buried = forget(run, run.checkpoint) if run.rolls_back else set()
        news = _with_objects(run, tip, news, buried)
        held = {conflict.resource for _, conflict in run.conflicts.values()} | _in_conflict(run)
        done = frozenset(ResourceKey.parse(entry.identity) for entry in done_entries(run))
        desired = Desired(
            news, tip, now, sizes, done, frozenset(held), _buried(run), _taking(run, done)
        )
        applied = apply_desired(run.fabric, desired, run.actor, run.progress.advance)
        keep_conflicts(run, now)
        _note_initialised(run)
        wrong = None
        if run.rolls_back:
            bring_back(run, run.checkpoint)
            wrong = unverified(run, run.checkpoint, tip)
        note_duplicates(run, looked, now)
        note_untold(run.operation, run.actor.user, outside, [e for e, _ in run.refused.values()])
        note_templates(run, outside)
        _close_operations(run, news, applied, wrong)
        note_done(run, now)
        digest = fabric_digest(run.fabric) if applied.processed or run.checkpoint else ''
        state = fence(run.fabric.pk, run.epoch)
        _note_state(run, state, tip, now, digest, len(raw))
        FabricSyncState.objects.filter(pk=state.pk).update(read_anew=bool(applied.behind))
        _note_status(run, state)
        run.progress.stage('before_database_commit')
    run.progress.stage('recorded')
    forget_stack(run)
    tell_noted(run.operation)


def _concerned(run: Run, news: Incoming) -> set[ResourceKey]:
    """The objects whose rows or edits this operation may change."""
    edited = {ResourceKey.parse(entry.identity) for entry in open_entries(run.fabric)}
    return edited | {wanted.key for wanted in news.objects} | set(news.removed)


def _news(run: Run, tip: CommitId) -> Incoming:
    # What was left as it is lately may have to be taken over now: the whole folder tells.
    base = None if run.read_anew else run.synced
    news = incoming(run.store, base, tip, run.place, run.limits)
    if base is not None:
        return _with_revived(run, tip, news)
    # Nothing is known about what was before, so whatever Git does not have is gone.
    held = {finding.file for finding in news.findings if finding.severity is Severity.ERROR}
    present = {wanted.key for wanted in news.objects}
    rows = HedgehogResource.objects.filter(fabric=run.fabric, desired_spec__isnull=False)
    gone = tuple(
        resource_key(row)
        for row in rows.select_related('sync_state').order_by('pk')
        if resource_key(row) not in present and row.sync_state.managed_file_path not in held
    )
    return Incoming(news.objects, gone, news.findings)


def _taking(run: Run, done: frozenset[ResourceKey]) -> Taking:
    changes = [change for made in run.brought for change in made.plan.changes]
    ours = frozenset(change.resource for change in changes if change.resource)
    return Taking(ours | done, run.publishing.by_person, run.synced is None)


def _with_revived(run: Run, tip: CommitId, news: Incoming) -> Incoming:
    """Objects whose removal here lost against Git: nothing changed there, yet the row is gone."""
    keys = {
        settlement.conflict.resource
        for entry, settlement in run.settled
        if entry.action == OutboxActionChoices.DELETE and settlement.outcome.text is not None
    }
    decided = ConflictResolution.objects.filter(
        fabric=run.fabric, resolution_status=ResolutionStatusChoices.IN_PROGRESS
    )
    keys.update(
        ResourceKey.parse(row.resource_key)
        for row in decided
        if row.gui_state is None and (row.resolved_state or {}).get('text')
    )
    keys.update(ResourceKey.parse(entry.was or entry.identity) for entry in _taken_back(run))
    return _with_objects(run, tip, news, keys)


def _with_objects(run: Run, tip: CommitId, news: Incoming, keys: set[ResourceKey]) -> Incoming:
    keys = keys - {wanted.key for wanted in news.objects}
    if not keys:
        return news
    revived = objects_at(run.store, tip, run.place, keys, run.limits)
    return replace(news, objects=(*news.objects, *revived))


def _taken_back(run: Run) -> list[OutboxEntry]:
    """Removals and renamings taken back: Git has the object, and the row is to come again."""
    return list(
        OutboxEntry.objects.filter(
            fabric=run.fabric, state=_State.DISCARDED, new_state__has_key=REVIVED
        )
    )


def _close_entries(run: Run) -> None:
    """Entries that the remote confirmed are done; the others wait on, with the reason."""
    for entry, commit in done_entries(run).items():
        OutboxEntry.objects.filter(pk=entry.pk).update(
            state=_State.DONE, new_commit=commit or '', reason=''
        )
    for entry, error in run.refused.values():
        OutboxEntry.objects.filter(pk=entry.pk).update(
            state=_State.FAILED, reason=f'{error.reason}: {error}'
        )
    count_failures(run)
    for entry, conflict in run.conflicts.values():
        OutboxEntry.objects.filter(pk=entry.pk).update(
            state=_State.CONFLICT, reason=conflict.message
        )
    for entry in _taken_back(run):
        OutboxEntry.objects.filter(pk=entry.pk).update(new_state=None)
    # Whatever else was on its way has not arrived: the branch was read.
    reason = f'{run.refusal.reason}: {run.refusal}' if run.refusal else ''
    back_to_waiting(run.fabric, reason)
    join_followers(run.fabric)
    _close_uploads(run, reason)


def _close_uploads(run: Run, reason: str) -> None:
    arrived = {upload: made.commit for made in run.brought for upload in made.uploads}
    arrived.update(run.uploaded.values())
    for upload in (*arrived, *run.needless):
        close_upload(upload, arrived.get(upload), run.operation)
    for upload, error in run.refused_uploads.values():
        refuse_upload(upload, f'{error.reason}: {error}', run.operation)
    keep_waiting(run.fabric, reason)
    if run.refusal:
        postpone(run.fabric, reason)


def _in_conflict(run: Run) -> set[ResourceKey]:
    waiting = OutboxEntry.objects.filter(fabric=run.fabric, state=_State.CONFLICT)
    return {ResourceKey.parse(entry.identity) for entry in waiting}


def _buried(run: Run) -> frozenset[ResourceKey]:
    """Objects deleted or renamed here that Git still has: sync must not bring their rows back."""
    waiting = OutboxEntry.objects.filter(
        fabric=run.fabric,
        action__in=(OutboxActionChoices.DELETE, OutboxActionChoices.RENAME),
        state__in=OPEN_OUTBOX_STATES,
    )
    return frozenset(ResourceKey.parse(entry.was or entry.identity) for entry in waiting)


def _note_state(
    run: Run, state: FabricSyncState, tip: CommitId, now: Any, digest: str, raw: int
) -> None:
    state.last_sync = state.last_git_sync = now
    state.last_synced_commit = state.desired_state_commit = tip
    state.connection_error = ''
    state.sync_error = str(run.refusal) if run.refusal else ''
    state.raw_files = raw
    if run.publishing.ingests:
        state.held_documents = run.counts.get('held', 0)
    state.tree_digest = digest or state.tree_digest
    state.processed_generation = max(state.processed_generation, run.generation)
    state.save()
    if run.branch == run.fabric.git_repository.default_branch:
        GitRepositoryState.objects.filter(repository=run.fabric.git_repository).update(
            head_commit=tip
        )


def _note_initialised(run: Run) -> None:
    """The manifest stands on the remote, as was read or confirmed; only an undo takes it away."""
    initialised = run.fabric.gitops_initialized
    if run.refusal or (initialised and run.operation.undoes_id is None):
        return
    there = run.place.manifest in entries_below(run.store, run.tip, run.place.hnp)
    if there == initialised:
        return
    fabric = type(run.fabric).objects.get(pk=run.fabric.pk)
    fabric.snapshot()
    fabric.gitops_initialized = there
    fabric._changelog_message = run.actor.message
    fabric.save()
    if run.actor.user is None:
        run.actor.log([fabric.to_objectchange(ObjectChangeActionChoices.ACTION_UPDATE)])
    run.fabric.gitops_initialized = there


def _close_operations(
    run: Run, news: Incoming, applied: Applied, wrong: EngineError | None
) -> None:
    """Writes what was measured into the operation and its parts."""
    operation = run.operation
    operation.base_commit = run.landed_on or run.head or ''
    note_measures(run)
    used = {made.operation.operation_id for made in run.all_made}
    for made in run.all_made:
        note_plan(made.operation, made.plan, made.commit)
        if made.operation is not operation:
            note_findings(made.operation, made.plan.findings)
            close_operation(made.operation)
    if run.reports:
        operation.plan = {**(operation.plan or {}), 'reports': run.reports}
    if run.imported is not None:
        operation.plan = {'import': run.imported}
    for child in run.children.values():
        if child.operation_id not in used and child.pk is not None:
            child.delete()
    # Documents that stay in raw/ are held in this run too, although it made no commit for them.
    operation.documents_held = max(operation.documents_held, run.counts.get('held', 0))
    operation.documents_seen = max(operation.documents_seen, run.counts.get('seen', 0))
    operation.resources_created = applied.created
    operation.resources_updated = applied.updated
    operation.resources_deleted = applied.deleted
    operation.resources_skipped = applied.skipped
    operation.resources_processed = applied.processed
    operation.resources_targeted = applied.processed + applied.skipped + len(run.conflicts)
    operation.conflicts_pending = run.fabric.conflicts.filter(
        resolution_status__in=OPEN_CONFLICT_STATUSES
    ).count()
    note_findings(operation, (*run.findings, *news.findings, *applied.findings))
    if failure := run.refusal or wrong:
        arrived = wrong is None and operation.operation_id in used
        close_failed(operation, failure, published=arrived)
    else:
        # What was handed over is in Git now.
        operation.payload = None
        close_operation(operation)
    note_run_errors(run, news, applied.findings)


def _note_status(run: Run, state: FabricSyncState) -> None:
    run.fabric.sync_state = state
    move_status(state, settled_status(run.fabric))


def _note_failure(operation: SyncOperation, error: EngineError) -> None:
    circuit.note_failure(operation.git_repository, error)
    fields = {'sync_error': str(error)}
    if error.reason == 'CredentialsRefused' and operation.git_repository is not None:
        forget_token(operation.git_repository)
    if error.reason in _CONNECTION:
        fields['connection_error'] = str(error)
        GitRepositoryState.objects.filter(repository=operation.git_repository).update(
            connection_status=ConnectionStatusChoices.FAILED, validation_error=str(error)
        )
    state, _ = FabricSyncState.objects.get_or_create(fabric=operation.fabric)
    FabricSyncState.objects.filter(pk=state.pk).update(**fields)
    if operation.fabric.git_repository_id is not None and operation.fabric.sync_enabled:
        move_status(state, settled_status(operation.fabric))


_CONNECTION = (
    'CredentialsRefused',
    'RemoteNotFound',
    'HostUnknown',
    'RemoteUnreachable',
    'CertificateRefused',
    'HostKeyRefused',
    'UrlRefused',
    'CredentialMissing',
    'CredentialUnreadable',
    'EncryptionKeyMissing',
)
