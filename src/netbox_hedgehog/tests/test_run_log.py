"""Every line of a run says fabric, operation and stage, and the page of the job shows them."""

import re
import threading

from core.models import Job
from django.db import connection
from django.urls import reverse

from netbox_hedgehog.choices import SyncOperationTypeChoices as Type
from netbox_hedgehog.jobs import enqueue_operation, enqueue_resolution, enqueue_undo
from netbox_hedgehog.models import ConflictResolution, SyncOperation
from netbox_hedgehog.sync import runner
from netbox_hedgehog.sync.locks import fabric_locked
from netbox_hedgehog.sync.outbox import Editor
from netbox_hedgehog.sync.resolution import Decision

from .git_case import BASE, GitTransactionCase, logger, vpc

LINE = re.compile(r'fabric=(\d+) operation=(-|[0-9a-f-]{36}) stage=(\w+): .')
ONE = f'{BASE}/managed/vpcs/one.yaml'


class RunLogTest(GitTransactionCase):
    def ask(self, kind: str) -> SyncOperation:
        asked = enqueue_operation(self.fabric, kind, user=self.alice, trigger_type='api')
        return self.ran(*asked)

    def ran(self, job: Job, operation: SyncOperation) -> SyncOperation:
        self.run_jobs()
        job.refresh_from_db()
        operation.refresh_from_db()
        operation.job = job
        return operation

    def lines(self, operation: SyncOperation) -> list[re.Match]:
        messages = [entry['message'] for entry in operation.job.log_entries]
        self.assertTrue(messages)
        found = [LINE.match(message) for message in messages]
        self.assertNotIn(None, found, messages)
        for line in found:
            self.assertEqual(line[1], str(self.fabric.pk))
        return found

    def stages(self, operation: SyncOperation) -> list[str]:
        mine = [line for line in self.lines(operation) if line[2] == str(operation.operation_id)]
        return list(dict.fromkeys(line[3] for line in mine))

    def test_all_types_of_operations_and_all_stages(self) -> None:
        whole = [
            'begin', 'fetch', 'after_fetch', 'plan', 'commit_made', 'push_sent', 'push_confirmed',
            'apply', 'before_database_commit', 'recorded', 'end',
        ]  # fmt: skip
        self.fabric = self.make_fabric()
        self.person.push({'README.md': b'x\n'})
        self.assertEqual(self.stages(self.ask(Type.DIRECTORY_INIT)), whole)
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        ingestion = self.ask(Type.FILE_INGESTION)
        self.assertEqual(self.stages(ingestion), whole)
        quiet = [stage for stage in whole if not stage.startswith(('commit', 'push'))]
        self.assertEqual(self.stages(self.ask(Type.SYNC)), quiet)
        row = self.fabric.resources.get()
        self.person.push({ONE: self.person.files()[ONE].replace(b'1001', b'3001')})
        self.edit(row, draft_spec={**row.desired_spec, 'subnets': {'default': {'vlan': 7}}})
        self.run_jobs()
        made = enqueue_resolution(
            [ConflictResolution.objects.get()],
            Decision('gui_wins'),
            Editor(self.alice, ingestion.request_id),
            'api',
        )
        resolution = made.operations[0]
        self.assertEqual(self.stages(self.ran(resolution.job, resolution)), whole)
        undo = self.ran(*enqueue_undo(resolution, self.alice, 'api'))
        self.assertEqual(undo.status, 'completed', undo.last_error_message)
        self.assertEqual(self.stages(undo), whole)

    def test_a_failure_names_the_stage_at_which_it_happened(self) -> None:
        self.fabric = self.ready_fabric()
        self.server.password = 'another'
        failed = self.ask(Type.SYNC)
        (told,) = [line for line in self.lines(failed) if 'CredentialsRefused' in line.string]
        self.assertEqual(told[3], 'fetch')

    def test_the_page_of_the_job_shows_the_lines(self) -> None:
        self.fabric = self.ready_fabric()
        operation = self.ask(Type.SYNC)
        self.client.force_login(self.alice)
        page = self.client.get(reverse('core:job_log', args=[operation.job.pk]))
        shown = page.content.decode()
        for stage in ('begin', 'fetch', 'plan', 'apply', 'end'):
            line = f'operation={operation.operation_id} stage={stage}'
            self.assertIn(line, shown)

    def test_whoever_finds_another_worker_says_so_in_the_same_form(self) -> None:
        self.fabric = self.ready_fabric()
        held, release = threading.Event(), threading.Event()

        def another_worker() -> None:
            with fabric_locked(self.fabric.pk):
                held.set()
                release.wait(30)
            connection.close()

        thread = threading.Thread(target=another_worker)
        thread.start()
        self.assertTrue(held.wait(30))
        try:
            with self.assertLogs('netbox_hedgehog.tests') as logs:
                runner.work_off(self.fabric.pk, logger)
        finally:
            release.set()
            thread.join()
        self.assertRegex(logs.records[0].getMessage(), LINE)
