"""Background work: thin JobRunners that take ids in and call `sync/`.

`enqueue_operation` is the one door for pages, API, receivers and commands. The row in
SyncOperation is the request; a job only wakes a worker, which carries out whatever waits.
"""

import logging
import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.choices import JobNotificationChoices, JobStatusChoices
from core.exceptions import JobFailed
from core.models import Job
from django.db import transaction
from django.utils import timezone
from django_rq.queues import get_queue
from netbox.jobs import JobRunner, system_job
from netbox.registry import registry
from rq.exceptions import NoSuchJobError
from rq.job import Job as RQJob
from rq.job import JobStatus
from utilities.exceptions import RQWorkerNotRunningException
from utilities.rqworker import any_workers_for_queue, get_workers_for_queue

from ..choices import OPEN_OPERATION_STATUSES, OperationStatusChoices, TriggerTypeChoices
from ..choices import SyncOperationTypeChoices as Type
from ..models import (
    HedgehogFabric,
    SyncOperation,
)
from ..sync import generations, recover
from ..sync.extending import decided_after
from ..sync.locks import lease_held
from ..sync.run_log import RunLog
from ..sync.runner import Ending, work_off
from ..sync.settings import FIRST_DELAY, sync_settings

__all__ = [
    'HERE',
    'NOW',
    'IngestRawFilesJob',
    'InitialiseDirectoryJob',
    'OperationJob',
    'PeriodicJob',
    'ScheduleJob',
    'Start',
    'SyncFabricJob',
    'count_workers',
    'enqueue_operation',
    'worker_available',
]


@dataclass(frozen=True, slots=True)
class Start:
    """When and where an operation begins. `here` is for commands: in this very process."""

    at: datetime | None = None
    attempt: int = 1
    here: bool = False


NOW = Start()
HERE = Start(here=True)


class HedgehogJob(JobRunner):
    """Gives every job of the plugin its queue and its time limit, which NetBox does not carry."""

    @classmethod
    def enqueue(cls, *args: Any, **kwargs: Any) -> Job:
        settings = sync_settings()
        kwargs['queue_name'] = kwargs.get('queue_name') or settings.queue
        kwargs['job_timeout'] = kwargs.get('job_timeout') or settings.job_timeout
        return super().enqueue(*args, **kwargs)


class OperationJob(HedgehogJob):
    """Carries out what waits for one fabric, the operation it was made for among it."""

    class Meta:
        name = 'Hedgehog: operation'

    def run(self, operation_id: str, attempt: int = 1, **kwargs: Any) -> None:
        fabric_id = self.job.object_id
        endings = work_off(fabric_id, self.logger, self.job)
        _reap_schedule()
        for ending in endings:
            if ending.status == OperationStatusChoices.PENDING:
                _take_another_turn(ending)
            if ending.status == OperationStatusChoices.FAILED:
                mine = str(ending.operation_id) == operation_id
                _try_again(ending, attempt if mine else 1, self.logger)
        # Another job may have carried the operation out before this one had its turn.
        mine = SyncOperation.objects.filter(operation_id=operation_id).first()
        if mine is None:
            return
        self.job.data = {
            'operation': operation_id,
            'status': mine.status,
            'reason': mine.last_reason,
        }
        if mine.status == OperationStatusChoices.FAILED:
            self.job.error = mine.last_error_message
            raise JobFailed()


class SyncFabricJob(OperationJob):
    """Brings NetBox and a fabric's directory in Git together."""

    class Meta:
        name = 'Hedgehog: synchronise fabric'


class InitialiseDirectoryJob(OperationJob):
    """Creates the layout in a fabric's directory."""

    class Meta:
        name = 'Hedgehog: initialise directory'


class IngestRawFilesJob(OperationJob):
    """Takes in the files below a fabric's raw/ folder."""

    class Meta:
        name = 'Hedgehog: ingest raw files'


class PeriodicJob(HedgehogJob):
    """A system job that comes back to life after its worker was killed."""

    @classmethod
    def enqueue_once(cls, *args: Any, **kwargs: Any) -> Job:
        # A worker that was killed leaves this job "running", and a Redis that lost its data leaves
        # it "scheduled": NetBox takes both for alive for ever.
        close_abandoned(cls)
        kwargs.setdefault('notifications', JobNotificationChoices.NOTIFICATION_NEVER)
        return super().enqueue_once(*args, **kwargs)


@system_job(interval=1)
class ScheduleJob(PeriodicJob):
    """Every minute: starts what is due, and what a dead worker left."""

    class Meta:
        name = 'Hedgehog: schedule'

    def run(self, **kwargs: Any) -> None:
        _revive_periodic()
        for fabric_id in recover.recover_dead_workers():
            self.logger.warning(f'fabric={fabric_id}: a worker died here; its work is taken up')
        started = set()
        now = timezone.now()
        for fabric in (*recover.unfinished_fabrics(), *recover.due_fabrics(now)):
            if fabric.pk not in started:
                started.add(fabric.pk)
                enqueue_operation(
                    fabric, Type.SYNC, user=None, trigger_type=TriggerTypeChoices.SCHEDULED
                )
        if started:
            self.logger.info(f'Started {len(started)} fabrics')
        for fabric in recover.due_scans(now):
            if fabric.pk not in started:
                started.add(fabric.pk)
                enqueue_operation(
                    fabric,
                    Type.DUPLICATE_SCAN,
                    user=None,
                    trigger_type=TriggerTypeChoices.SCHEDULED,
                )
        for fabric in recover.fabrics_with_old_copies(sync_settings().backup_retention_days, now):
            if fabric.pk not in started:
                enqueue_operation(
                    fabric, Type.CLEANUP, user=None, trigger_type=TriggerTypeChoices.SCHEDULED
                )


_JOBS = {
    Type.SYNC: SyncFabricJob,
    Type.DIRECTORY_INIT: InitialiseDirectoryJob,
    Type.FILE_INGESTION: IngestRawFilesJob,
}


def enqueue_operation(
    fabric: HedgehogFabric,
    operation_type: str,
    *,
    user: Any,
    trigger_type: str,
    request_id: uuid.UUID | None = None,
    options: dict[str, Any] | None = None,
    start: Start = NOW,
) -> tuple[Job, SyncOperation]:
    """Asks for an operation and starts a job for it.

    A plain sync joins one that waits or runs already; the request is counted, so that the one at
    work goes round once more. With `start=HERE` the work is done before this returns.
    """
    if trigger_type == TriggerTypeChoices.MANUAL and not start.here and not worker_available():
        raise RQWorkerNotRunningException()
    with transaction.atomic():
        # Counting takes the state row's lock, so that two requests do not both start one. What
        # is put off is not counted: whoever works meanwhile need not hurry for it.
        if start.at is None:
            generations.request(fabric.pk)
        plain = operation_type == Type.SYNC and not options and start == NOW
        if plain and (found := _joinable(fabric)):
            return found
        operation = SyncOperation.objects.create(
            fabric=fabric,
            git_repository=fabric.git_repository,
            operation_type=operation_type,
            trigger_type=trigger_type,
            initiated_by=user,
            user_name=user.username if user is not None else '',
            request_id=request_id or uuid.uuid4(),
            operation_config=options or {},
        )
        if not start.here:
            return _start(operation, start), operation
    job = _start(operation, start)
    operation.refresh_from_db()
    return job, operation


def worker_available() -> bool:
    """Says whether a worker serves the plugin's queue, so that a request would be carried out."""
    return bool(any_workers_for_queue(sync_settings().queue))


def count_workers() -> int:
    """Says how many workers serve the plugin's queue now."""
    return int(get_workers_for_queue(sync_settings().queue))


def close_abandoned(runner: type[JobRunner]) -> int:
    """Closes jobs of a class that NetBox believes alive although the queue does not know them."""
    alive = JobStatusChoices.ENQUEUED_STATE_CHOICES
    believed = Job.objects.filter(name=runner.name, status__in=alive)
    gone = [job for job in believed if _is_abandoned(job)]
    for job in gone:
        job.terminate(status=JobStatusChoices.STATUS_ERRORED, error='WorkerDied')
    return len(gone)


def _start(operation: SyncOperation, start: Start) -> Job:
    runner = _JOBS.get(operation.operation_type, OperationJob)
    job = runner.enqueue(
        instance=operation.fabric,
        user=operation.initiated_by,
        schedule_at=start.at,
        immediate=start.here,
        notifications=(
            JobNotificationChoices.NOTIFICATION_NEVER
            if operation.initiated_by is None
            else JobNotificationChoices.NOTIFICATION_ON_FAILURE
        ),
        operation_id=str(operation.operation_id),
        attempt=start.attempt,
    )
    if not start.here:
        # The worker may be faster and have set it itself; both say the same.
        SyncOperation.objects.filter(pk=operation.pk).update(job=job)
        operation.job = job
    return job


def _joinable(fabric: HedgehogFabric) -> tuple[Job, SyncOperation] | None:
    """Returns the plain sync that will serve this request too."""
    candidates = SyncOperation.objects.filter(
        fabric=fabric,
        operation_type=Type.SYNC,
        parent=None,
        job__isnull=False,
        operation_config={},
        status__in=OPEN_OPERATION_STATUSES,
    ).exclude(job__status=JobStatusChoices.STATUS_SCHEDULED)
    held = lease_held(fabric.pk)
    for operation in candidates.select_related('job').order_by('pk'):
        job = operation.job
        # What looks running while nobody holds the lock belongs to a dead worker.
        if operation.running and not held:
            continue
        if job.status in JobStatusChoices.ENQUEUED_STATE_CHOICES and not _is_abandoned(job):
            return job, operation
    return None


def _take_another_turn(ending: Ending) -> None:
    """Starts another job, soon, for an operation whose repository was in use."""
    operation = SyncOperation.objects.select_related('fabric', 'initiated_by').get(
        operation_id=ending.operation_id
    )
    # Those that wait for the same repository are not to come back all at once.
    delay = (ending.after or 0) * random.uniform(1, 3)  # noqa: S311 - jitter, no secret
    if operation.status == OperationStatusChoices.PENDING and operation.fabric is not None:
        _start(operation, Start(at=timezone.now() + timedelta(seconds=delay)))


def _try_again(ending: Ending, attempt: int, logger: logging.Logger) -> None:
    """Asks once more, later, where the trouble may have passed by then or a handler says so."""
    before = SyncOperation.objects.select_related('fabric', 'initiated_by').get(
        operation_id=ending.operation_id
    )
    if before.fabric is None:
        return
    log = RunLog(logger, before.fabric_id, before.operation_id)
    log.stage = 'recovery'
    after = decided_after(before, attempt, ending.after, log)
    if after is None or attempt > sync_settings().max_retry_attempts:
        return
    delay = max(after, FIRST_DELAY * 2 ** (attempt - 1))
    log.info(f'is tried again in {delay:.0f} s')
    with transaction.atomic():
        _job, again = enqueue_operation(
            before.fabric,
            before.operation_type,
            user=before.initiated_by,
            trigger_type=before.trigger_type,
            options=before.operation_config or None,
            start=Start(at=timezone.now() + timedelta(seconds=delay), attempt=attempt + 1),
        )
        SyncOperation.objects.filter(pk=again.pk).update(
            undoes=before.undoes_id, payload=_handed_on(before)
        )


def _handed_on(before: SyncOperation) -> dict[str, Any] | None:
    """What was handed over, and which tries came before: one of them may have arrived after all."""
    if before.payload is None:
        return None
    earlier = [*before.payload.get('earlier', ()), str(before.operation_id)]
    return {**before.payload, 'earlier': earlier}


def _reap_schedule() -> None:
    """Brings the minutely job back to life if its worker was killed while it ran."""
    if close_abandoned(ScheduleJob):
        ScheduleJob.enqueue_once(interval=1)


def _revive_periodic() -> None:
    """Does the same for the other periodic jobs; the schedule is the only one that looks."""
    for runner, options in registry['system_jobs'].items():
        if (
            runner is not ScheduleJob
            and issubclass(runner, PeriodicJob)
            and close_abandoned(runner)
        ):
            runner.enqueue_once(interval=options['interval'])


def _is_abandoned(job: Job) -> bool:
    """Asks RQ whether a job NetBox believes waiting or running is still known there."""
    queue = get_queue(job.queue_name or sync_settings().queue)
    try:
        status = RQJob.fetch(str(job.job_id), connection=queue.connection).get_status()
    except NoSuchJobError:
        # NetBox hands a job over only when the transaction that made it is committed.
        return job.created < timezone.now() - timedelta(seconds=10)
    if status not in (JobStatus.STARTED, JobStatus.QUEUED, JobStatus.SCHEDULED, JobStatus.DEFERRED):
        return True
    limit = timedelta(seconds=sync_settings().job_timeout + 60)
    return job.started is not None and job.started + limit < timezone.now()
