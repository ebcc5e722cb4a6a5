"""Requests become operations, operations become jobs, and no trigger is lost."""

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest import mock

from core.models import Job
from django.db import connection
from django.utils import timezone
from django_rq.queues import get_queue
from rq.job import Job as RQJob
from utilities.exceptions import RQWorkerNotRunningException

from netbox_hedgehog.choices import SyncOperationTypeChoices as Type
from netbox_hedgehog.jobs import (
    HousekeepingJob,
    ScheduleJob,
    close_abandoned,
    enqueue_operation,
)
from netbox_hedgehog.models import ErrorRecord, FabricSyncState, OutboxEntry, SyncOperation
from netbox_hedgehog.sync import generations, progress
from netbox_hedgehog.sync.locks import fabric_locked, repository_held
from netbox_hedgehog.sync.runner import Ending, work_off
from netbox_hedgehog.sync.settings import sync_settings

from .git_case import BASE, GitTransactionCase, vpc


class JobsTest(GitTransactionCase):
    def ask(self, fabric, kind: str = Type.SYNC, **options):
        return enqueue_operation(fabric, kind, user=self.alice, trigger_type='api', **options)

    def test_a_request_is_a_row_a_job_and_a_count(self) -> None:
        fabric = self.make_fabric()
        before = generations.requested(fabric.pk)
        request_id = uuid.uuid4()
        job, operation = self.ask(fabric, Type.DIRECTORY_INIT, request_id=request_id)
        self.assertEqual(generations.requested(fabric.pk), before + 1)
        self.assertEqual(
            (operation.status, operation.job, operation.user_name), ('pending', job, 'alice')
        )
        self.assertEqual(operation.request_id, request_id)
        rq_job = get_queue('default').fetch_job(str(job.job_id))
        self.assertEqual(rq_job.timeout, sync_settings().job_timeout)
        self.assertEqual(set(rq_job.kwargs) - {'job', 'job_id'}, {'operation_id', 'attempt'})
        self.run_jobs()
        job.refresh_from_db()
        operation.refresh_from_db()
        self.assertEqual((job.status, operation.status), ('completed', 'completed'))
        self.assertTrue(any(str(operation.operation_id) in e['message'] for e in job.log_entries))
        self.assertFalse(generations.is_behind(fabric.pk))

    def test_a_plain_sync_joins_one_that_waits(self) -> None:
        fabric = self.ready_fabric()
        first, second = self.ask(fabric), self.ask(fabric)
        self.assertEqual(first, second)
        self.assertNotEqual(self.ask(fabric, options={'publish': True})[1], first[1])
        self.assertNotEqual(self.ask(fabric, Type.FILE_INGESTION)[1], first[1])

    def test_a_request_while_one_runs_is_served_by_going_round_again(self) -> None:
        fabric = self.ready_fabric()
        _, operation = self.ask(fabric)
        joined = []
        told = progress.OperationProgress.stage

        def reached(this, name: str) -> None:
            told(this, name)
            if name == 'apply' and not joined:
                self.person.push({f'{BASE}/raw/late.yaml': vpc('late')})
                joined.append(self.ask(fabric)[1])

        with mock.patch.object(progress.OperationProgress, 'stage', reached):
            self.run_jobs()
        self.assertEqual(joined, [operation])
        self.assertTrue(fabric.resources.filter(name='late').exists())
        self.assertFalse(generations.is_behind(fabric.pk))

    def test_a_dead_operation_is_not_joined_and_is_closed(self) -> None:
        fabric = self.ready_fabric()
        job, dead = self.ask(fabric)
        get_queue('default').empty()
        SyncOperation.objects.filter(pk=dead.pk).update(status='in_progress')
        Job.objects.filter(pk=job.pk).update(status='running', started=timezone.now())
        _, fresh = self.ask(fabric)
        self.assertNotEqual(fresh, dead)
        self.run_jobs()
        dead.refresh_from_db()
        fresh.refresh_from_db()
        self.assertEqual((dead.status, dead.last_reason), ('failed', 'WorkerDied'))
        self.assertEqual(fresh.status, 'completed')
        job.refresh_from_db()
        self.assertEqual(job.status, 'failed')

    def test_a_passing_trouble_is_tried_again_later(self) -> None:
        fabric = self.ready_fabric()
        port = self.server.port
        self.server.__exit__(None, None, None)
        job, operation = self.ask(fabric)
        self.run_jobs()
        operation.refresh_from_db()
        job.refresh_from_db()
        self.assertEqual((operation.status, operation.last_reason), ('failed', 'RemoteUnreachable'))
        self.assertEqual(job.status, 'failed')
        self.assertIn(str(port), job.error)
        again = SyncOperation.objects.get(status='pending')
        self.assertEqual(again.job.status, 'scheduled')
        self.assertGreater(again.job.scheduled, timezone.now() - timedelta(seconds=60))
        self.assertFalse(generations.is_behind(fabric.pk))

    def test_who_finds_the_repository_in_use_waits_for_another_turn(self) -> None:
        fabric = self.ready_fabric()
        job, operation = self.ask(fabric)
        waited = mock.patch('netbox_hedgehog.sync.runner.REPOSITORY_PATIENCE', 0.1)
        told = mock.patch('netbox_hedgehog.sync.runner.tell_started')
        with waited, told as started, self.repository_in_use(fabric):
            self.run_jobs()
        operation.refresh_from_db()
        job.refresh_from_db()
        self.assertEqual((job.status, operation.status), ('completed', 'pending'))
        self.assertEqual((operation.last_reason, operation.completed_at), ('', None))
        self.assertFalse(ErrorRecord.objects.exists())
        self.assertTrue(generations.is_behind(fabric.pk))
        self.assertEqual(operation.job.status, 'scheduled')
        self.assertLess(operation.job.scheduled, timezone.now() + timedelta(seconds=4))
        started.assert_called_once()

        Job.objects.filter(pk=operation.job_id).update(scheduled=timezone.now())
        with told as started:
            self.assertEqual([e.status for e in self.worked_off(fabric)], ['completed'])
        started.assert_not_called()
        self.assertFalse(generations.is_behind(fabric.pk))

    def test_a_person_is_told_when_no_worker_runs(self) -> None:
        fabric = self.make_fabric()
        with self.assertRaises(RQWorkerNotRunningException):
            enqueue_operation(fabric, Type.SYNC, user=self.alice, trigger_type='manual')
        self.assertFalse(SyncOperation.objects.exists())

    def test_the_schedule_starts_what_is_due_once(self) -> None:
        fabric = self.ready_fabric(duplicate_detection_enabled=False)
        self.schedule()
        self.assertFalse(SyncOperation.objects.filter(trigger_type='scheduled').exists())
        self.age(fabric)
        self.schedule()
        self.schedule()
        self.assertEqual(SyncOperation.objects.filter(trigger_type='scheduled').count(), 1)
        self.person.push({f'{BASE}/managed/vpcs/one.yaml': vpc('one')})
        self.run_jobs()
        self.assertTrue(fabric.resources.filter(name='one').exists())

    def test_the_schedule_leaves_switched_off_fabrics_alone(self) -> None:
        fabric = self.ready_fabric(duplicate_detection_enabled=False)
        for change in (
            {'sync_interval': 0},
            {'sync_enabled': False},
            {'sync_direction': 'disabled'},
        ):
            usual = {'sync_interval': 300, 'sync_enabled': True, 'sync_direction': 'bidirectional'}
            type(fabric).objects.filter(pk=fabric.pk).update(**{**usual, **change})
            self.age(fabric)
            self.schedule()
            self.assertFalse(
                SyncOperation.objects.filter(trigger_type='scheduled').exists(), change
            )

    def test_the_schedule_has_duplicates_searched_after_a_new_commit(self) -> None:
        fabric = self.ready_fabric()
        self.schedule()
        self.schedule()
        scan = SyncOperation.objects.get(operation_type=Type.DUPLICATE_SCAN)
        self.assertEqual(scan.trigger_type, 'scheduled')
        self.run_jobs()
        self.schedule()
        scans = fabric.sync_operations.filter(operation_type=scan.operation_type)
        self.assertEqual(scans.count(), 1)
        scan.refresh_from_db()
        self.assertEqual(scan.status, 'completed', scan.last_error_message)

    def test_the_schedule_takes_up_what_a_dead_worker_left(self) -> None:
        fabric = self.ready_fabric()
        _, dead = self.ask(fabric)
        get_queue('default').empty()
        SyncOperation.objects.filter(pk=dead.pk).update(status='syncing_data')
        self.schedule()
        dead.refresh_from_db()
        self.assertEqual(dead.status, 'failed')
        self.run_jobs()
        self.assertFalse(generations.is_behind(fabric.pk))
        self.assertEqual(fabric.sync_operations.order_by('-pk').first().status, 'completed')

    def test_a_schedule_whose_worker_was_killed_comes_back_to_life(self) -> None:
        job = ScheduleJob.enqueue_once(interval=1)
        get_queue('default').empty()
        old = timezone.now() - timedelta(minutes=5)
        Job.objects.filter(pk=job.pk).update(status='running', started=old, created=old)
        fresh = ScheduleJob.enqueue_once(interval=1)
        self.assertNotEqual(fresh.pk, job.pk)
        job.refresh_from_db()
        self.assertEqual((job.status, job.error), ('errored', 'WorkerDied'))
        self.assertEqual(close_abandoned(ScheduleJob), 0)

    def test_a_schedule_that_redis_has_lost_begins_again(self) -> None:
        job = ScheduleJob.enqueue_once(interval=1, schedule_at=timezone.now())
        Job.objects.filter(pk=job.pk).update(created=timezone.now() - timedelta(minutes=5))
        self.assertEqual(ScheduleJob.enqueue_once(interval=1).pk, job.pk, 'it is alive')
        RQJob.fetch(str(job.job_id), connection=get_queue('default').connection).delete()
        fresh = ScheduleJob.enqueue_once(interval=1)
        self.assertNotEqual(fresh.pk, job.pk)
        self.assertEqual(close_abandoned(ScheduleJob), 0)

    def test_old_records_go(self) -> None:
        fabric = self.ready_fabric()
        old = timezone.now() - timedelta(days=91)
        SyncOperation.objects.filter(fabric=fabric).update(completed_at=old)
        HousekeepingJob(Job(name='x', job_id=uuid.uuid4())).run()
        self.assertFalse(SyncOperation.objects.filter(completed_at=old).exists())

    def test_nobody_waits_behind_a_worker_of_the_same_fabric(self) -> None:
        fabric = self.ready_fabric()
        with fabric_locked(fabric.pk):
            _, operation = self.ask(fabric)
        self.assertEqual(operation.status, 'pending')
        self.assertEqual(OutboxEntry.objects.count(), 0)

    @contextmanager
    def repository_in_use(self, fabric) -> Iterator[None]:
        """Another worker, with a session of its own, holds the clone's lock."""
        held, done = threading.Event(), threading.Event()

        def hold() -> None:
            with repository_held(fabric.git_repository_id, 5):
                held.set()
                done.wait(60)
            connection.close()

        thread = threading.Thread(target=hold)
        thread.start()
        self.assertTrue(held.wait(10))
        try:
            yield
        finally:
            done.set()
            thread.join()

    def worked_off(self, fabric) -> list[Ending]:
        return work_off(fabric.pk, logging.getLogger(__name__))

    def schedule(self) -> None:
        ScheduleJob(Job(name='x', job_id=uuid.uuid4())).run()

    def age(self, fabric) -> None:
        old = timezone.now() - timedelta(seconds=fabric.sync_interval + 60)
        SyncOperation.objects.filter(fabric=fabric).update(created=old)
        FabricSyncState.objects.filter(fabric=fabric).update(last_sync=old)
