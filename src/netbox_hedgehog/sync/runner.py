"""One operation from lock to record.

`jobs.py` calls `work_off`; everything else of the house only asks for operations. No database
transaction is open while the network is used, and the remote, not memory, says what was published.
"""

import logging
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from hedgehog_gitops.errors import BranchMoved, EngineError, NeedsPerson, Rejected, TryAgainLater
from hedgehog_gitops.identity import CommitId

from ..choices import (
    OperationStatusChoices,
    SyncDirectionChoices,
    SyncOperationTypeChoices,
    SyncStatusChoices,
    TriggerTypeChoices,
)
from ..models import FabricSyncState, GitRepositoryState, HedgehogFabric, SyncOperation
from . import circuit
from . import progress as progress_room
from .announce import announce
from .cancel import close_cancelled
from .dry_run import finish_dry
from .features import needed_by, require
from .fetching import fetch
from .finish import fail, finish, note_contact
from .generations import is_behind, mark_processed, requested
from .load import engine_fabric, open_remote
from .locks import RepositoryInUse, claim_lease, fabric_locked, repository_held
from .looking_ahead import look_ahead
from .measures import note_measures
from .messages import operation_over
from .notify import tell_started
from .origin import Actor
from .people import check_permission, person_for
from .publishing import BY_A_PERSON, publishing_for
from .recover import close_dead_operations, waiting_operations
from .reporting import Told, report_for, send
from .reviews import follow_up
from .run import Cancelled, Outdated, Run
from .run_log import RunLog, logging_to
from .settings import REPOSITORY_PATIENCE, reading_limits, sync_settings
from .status import move_status
from .steps import pause, publish, stack
from .stores import open_store, remake_store
from .untold import tell_left, tell_noted

__all__ = ['Ending', 'work_off']

_Status = OperationStatusChoices
_STATUS_WORDS = dict(OperationStatusChoices())
_Type = SyncOperationTypeChoices


@dataclass(frozen=True, slots=True)
class Ending:
    """How one operation ended. `after` is set when trying again later may help."""

    operation_id: uuid.UUID
    status: str
    reason: str = ''
    message: str = ''
    after: float | None = None


def work_off(fabric_id: int, logger: logging.Logger, job: Any = None) -> list[Ending]:
    """Carries out everything that was asked for a fabric, one operation after another.

    Returns at once when another worker is at it: that one finds what was asked for meanwhile.
    """
    endings: list[Ending] = []
    while True:
        with fabric_locked(fabric_id) as got:
            if not got:
                RunLog(logger, fabric_id, '-').info('another worker is on it and goes on with this')
                return endings
            close_dead_operations(fabric_id)
            tell_left(fabric_id)
            endings += _work_through(fabric_id, logger, job)
        if _gave_way(endings):
            return endings
        # Somebody may have asked between the last look and the release of the lock.
        if not waiting_operations(fabric_id) and not _again(fabric_id, endings):
            return endings


def _work_through(fabric_id: int, logger: logging.Logger, job: Any) -> list[Ending]:
    endings: list[Ending] = []
    while True:
        waiting = waiting_operations(fabric_id)
        if not waiting and not _again(fabric_id, endings):
            return endings
        operation = waiting[0] if waiting else _ask_once_more(fabric_id)
        endings.append(_run(operation, logger, job))
        look_ahead(fabric_id, operation.resources_created + operation.resources_updated, logger)
        if _gave_way(endings):
            return endings


def _gave_way(endings: list[Ending]) -> bool:
    """Says whether the last operation found its repository in use and waits for another turn."""
    return bool(endings) and endings[-1].status == _Status.PENDING


def _again(fabric_id: int, endings: list[Ending]) -> bool:
    """Says whether a trigger came in after the last operation had read the branch."""
    failed = bool(endings) and endings[-1].status == _Status.FAILED
    return not failed and is_behind(fabric_id)


def _ask_once_more(fabric_id: int) -> SyncOperation:
    """Makes the operation for triggers that found one running already."""
    before = SyncOperation.objects.filter(fabric_id=fabric_id, parent=None).order_by('-pk').first()
    return SyncOperation.objects.create(
        fabric=HedgehogFabric.objects.select_related('git_repository').get(pk=fabric_id),
        operation_type=_Type.SYNC,
        trigger_type=TriggerTypeChoices.AUTOMATIC,
        initiated_by=before.initiated_by if before else None,
        user_name=before.user_name if before else '',
        request_id=uuid.uuid4(),
    )


def _run(operation: SyncOperation, logger: logging.Logger, job: Any) -> Ending:
    """Runs one operation and closes it, whatever happens."""
    log = RunLog(logger, operation.fabric_id, operation.operation_id)
    with logging_to(log):
        generation = requested(operation.fabric_id)
        first = operation.started_at is None
        if not _begin(operation, job):
            log.info('was cancelled before it began')
            return _ending(operation, None)
        log.info(f'{operation.get_operation_type_display()} begins')
        if first:
            tell_started(operation, operation.initiated_by)
        try:
            return _ended(operation, log)
        finally:
            if operation.status != _Status.PENDING:
                mark_processed(operation.fabric_id, generation)
                announce(operation_over(operation))


def _ended(operation: SyncOperation, log: RunLog) -> Ending:
    ending: Ending
    told: Told | None = None
    try:
        ending, told = _locked(operation, log)
    except Cancelled:
        close_cancelled(operation)
        log.info('stopped on request; nothing was published')
        ending = _ending(operation, None)
        tell_noted(operation)
    except RepositoryInUse as error:
        return _give_way(operation, log, error)
    except EngineError as error:
        fail(operation, error)
        log.error(f'{error.reason}: {error}')
        after = error.after if isinstance(error, TryAgainLater) else None
        ending = _ending(operation, after)
    except Exception as error:
        fail(operation, EngineError(*_unexpected(error)))
        log.error(f'{operation.last_reason}: {error!r}')
        raise
    log.stage = 'end'
    log.info(f'ended: {_STATUS_WORDS[ending.status]}')
    if told is not None:
        send(told, log)
    return ending


def _locked(operation: SyncOperation, log: Any) -> tuple[Ending, Told | None]:
    fabric = _configured(operation)
    repository = fabric.git_repository
    with repository_held(repository.pk, REPOSITORY_PATIENCE):
        circuit.admit(repository, by_person=operation.trigger_type in BY_A_PERSON)
        run = _prepared(operation, fabric, log)
        run.store.clean_stale_locks()
        try:
            run.store.repack()
            return _counted(run), report_for(run)
        except EngineError as error:
            if error.reason != 'StoreBroken':
                raise
            log.warning('The local copy is damaged and is made anew')
            remake_store(repository)
            run = _prepared(operation, fabric, log)
            return _counted(run), report_for(run)


def _counted(run: Run) -> Ending:
    """Notes what it took, also where it fails."""
    try:
        return _rounds(run)
    finally:
        note_measures(run)


def _rounds(run: Run) -> Ending:
    """Fetches, plans and publishes until the branch holds still for as long as that takes."""
    limit = sync_settings().max_retry_attempts + 1
    for attempt in range(1, limit + 1):
        try:
            _round(run)
            break
        except (TryAgainLater, Outdated) as error:
            again = isinstance(error, Outdated) or error.reason in _READ_AGAIN
            if not again or attempt == limit:
                _give_up(run, error)
                break
            run.log.info(f'round {attempt}: {error}; reading again')
            pause(attempt)
        run.last_round = attempt + 1 == limit
    if run.refusal is not None and (run.tip is None or not run.fabric.gitops_initialized):
        raise run.refusal
    if run.dry:
        finish_dry(run)
    else:
        finish(run)
    return _ending(run.operation, getattr(run.refusal, 'after', None))


# The branch moved, or nobody knows whether it did: reading it again decides.
_READ_AGAIN = ('BranchMoved', 'OutcomeUnknown')


def _round(run: Run) -> None:
    fetch(run)
    note_contact(run)
    follow_up(run)
    stack(run)
    if run.dry:
        return
    try:
        publish(run)
    except (Rejected, NeedsPerson) as error:
        # What others pushed is not held up by what the server does not take from us.
        run.made.clear()
        run.lanes.clear()
        run.needless.clear()
        run.refusal = error


def _give_up(run: Run, error: Exception) -> None:
    """Ends the rounds; what has arrived already is recorded all the same."""
    given_up = _given_up(error)
    if not run.landed or given_up.reason == 'OutcomeUnknown':
        raise given_up from error
    run.made.clear()
    run.needless.clear()
    run.refusal = given_up


def _given_up(error: Exception) -> EngineError:
    if isinstance(error, EngineError):
        return error
    return BranchMoved(
        'BranchMoved', 'The edit changed faster than it could be published.', after=1
    )


def _begin(operation: SyncOperation, job: Any) -> bool:
    """Marks the operation as running; False when somebody has cancelled it meanwhile."""
    waiting = SyncOperation.objects.filter(pk=operation.pk, status=_Status.PENDING)
    if not waiting.update(status=_Status.INITIALIZING):
        operation.refresh_from_db()
        return False
    operation.status = _Status.INITIALIZING
    operation.started_at = timezone.now()
    operation.request_id = operation.request_id or uuid.uuid4()
    if job is not None:
        operation.job = job
    operation.save(update_fields=('status', 'started_at', 'request_id', 'job'))
    return True


def _configured(operation: SyncOperation) -> HedgehogFabric:
    """Returns the fabric as it stands now, if it may be synchronised at all."""
    fabric = HedgehogFabric.objects.select_related('git_repository').get(pk=operation.fabric_id)
    operation.fabric = fabric
    repository = fabric.git_repository
    if repository is None:
        raise NeedsPerson(
            'RepositoryMissing',
            'This fabric has no Git repository.',
            hint='Choose one in the fabric.',
        )
    if not repository.enabled:
        raise NeedsPerson(
            'RepositoryDisabled',
            f'The Git repository {repository} is disabled.',
            hint='Enable the repository.',
        )
    if not fabric.sync_enabled or fabric.sync_direction == SyncDirectionChoices.DISABLED:
        raise NeedsPerson(
            'SyncDisabled',
            'Synchronisation is switched off for this fabric.',
            hint='Switch it on in the fabric.',
        )
    if feature := needed_by(operation.operation_type):
        require(feature)
    operation.git_repository = repository
    operation.branch_name = fabric.effective_branch
    return fabric


def _prepared(operation: SyncOperation, fabric: HedgehogFabric, log: Any) -> Run:
    repository = fabric.git_repository
    user = person_for(operation)
    check_permission(operation, fabric, user)
    FabricSyncState.objects.get_or_create(fabric=fabric)
    GitRepositoryState.objects.get_or_create(repository=repository)
    epoch = claim_lease(fabric.pk, repository.pk)
    state = FabricSyncState.objects.get(fabric=fabric)
    fabric.sync_state = state
    move_status(state, SyncStatusChoices.SYNCING)
    message = f'{operation.get_operation_type_display()} {str(operation.operation_id)[:8]}'
    return Run(
        operation=operation,
        fabric=fabric,
        place=engine_fabric(fabric),
        store=open_store(repository),
        remote=open_remote(repository),
        branch=fabric.effective_branch,
        epoch=epoch,
        synced=CommitId(state.last_synced_commit) if state.last_synced_commit else None,
        publishing=publishing_for(operation, fabric),
        actor=Actor(user, operation.request_id, message),
        progress=progress_room.OperationProgress(operation, log),
        log=log,
        limits=reading_limits(),
        read_anew=state.read_anew,
        hosted=repository.has_host,
        dry=bool(operation.operation_config.get('dry_run')),
    )


def _give_way(operation: SyncOperation, log: Any, error: RepositoryInUse) -> Ending:
    """Lets the operation wait for another turn: nothing of it has happened yet, nothing failed."""
    operation.status = _Status.PENDING
    operation.save(update_fields=('status',))
    log.info(f'{error} It waits for another turn')
    return _ending(operation, error.after)


def _ending(operation: SyncOperation, after: float | None) -> Ending:
    return Ending(
        operation.operation_id,
        operation.status,
        operation.last_reason,
        operation.last_error_message,
        after,
    )


def _unexpected(error: Exception) -> tuple[str, str]:
    name = type(error).__name__
    if 'Timeout' in name:
        return 'JobTimedOut', 'The job took longer than its time limit and was stopped.'
    return 'InternalError', f'{name}: this is an error of the plugin; the job log has the details.'
