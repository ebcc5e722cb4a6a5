"""`validate_gitops` really asks: a healthy fabric passes, each kind of damage is named."""

import json
from io import StringIO
from typing import Any
from unittest import mock

from django.core.management import call_command

from netbox_hedgehog.models import ResourceSyncState
from netbox_hedgehog.sync.credentials import seal
from netbox_hedgehog.sync.webhook_secrets import replace_secret

from .git_case import BASE
from .test_sync_conflicts import ONE, ConflictCase

COMMAND = 'netbox_hedgehog.management.commands.validate_gitops'


class ValidateTest(ConflictCase):
    def report(self, *, worker: bool = True) -> tuple[int, dict[str, Any]]:
        out = StringIO()
        # Whether a worker serves the queue is asked of Redis; the acceptance test has a real one.
        with mock.patch(f'{COMMAND}.worker_available', lambda: worker):
            try:
                call_command('validate_gitops', '--fabric', 'lab', '--json', stdout=out)
                status = 0
            except SystemExit as ended:
                status = ended.code
        return status, json.loads(out.getvalue())

    def assertFails(self, count: int, reason: str) -> None:
        status, report = self.report()
        self.assertEqual((status, report['overall_success']), (1, False))
        self.assertEqual(report['tests_failed'], count, report)
        self.assertIn(reason, ' '.join(report['recommendations']))

    def test_a_healthy_fabric(self) -> None:
        before = len(self.server.requests)
        status, report = self.report()
        self.assertEqual(status, 0, report)
        self.assertEqual(
            [*report],
            [
                'overall_success',
                'success_rate',
                'tests_passed',
                'tests_failed',
                'performance_metrics',
                'recommendations',
            ],
        )
        self.assertEqual((report['overall_success'], report['success_rate']), (True, 100.0))
        self.assertEqual((report['tests_passed'], report['tests_failed']), (14, 0))
        metrics = report['performance_metrics']
        self.assertGreater(metrics['average_response_time'], 0)
        self.assertGreater(metrics['memory_usage_mb'], 10)
        self.assertEqual(metrics['concurrent_operations'], 0)
        self.assertEqual(len(report['recommendations']), 1, 'the missing webhook secret')
        self.assertGreater(len(self.server.requests), before, 'the server was asked')

    def test_a_table_for_people(self) -> None:
        out = StringIO()
        with mock.patch(f'{COMMAND}.worker_available', lambda: True):
            call_command('validate_gitops', stdout=out)
        self.assertIn('2 objects say the same in Git and in NetBox', out.getvalue())
        self.assertIn('14 passed, 0 failed (100.0 %)', out.getvalue())

    def test_a_broken_password(self) -> None:
        repository = self.fabric.git_repository
        repository.encrypted_credentials = seal(repository, {'username': 'git', 'password': 'no'})
        repository.save()
        self.assertFails(1, 'CredentialsRefused')
        _, report = self.report()
        self.assertIsNone(report['performance_metrics']['average_response_time'])

    def test_secrets_that_cannot_be_opened(self) -> None:
        repository = self.fabric.git_repository
        replace_secret(repository, self.alice, None)
        self.assertEqual(self.report()[1]['recommendations'], [])
        repository.refresh_from_db()
        for name in ('webhook_secret', 'encrypted_credentials'):
            sealed = getattr(repository, name)
            setattr(repository, name, sealed[:-4] + 'AAAA')
        repository.save()
        self.assertFails(2, 'webhook secret')
        self.assertFails(2, 'credential: CredentialUnreadable')

    def test_a_damaged_structure(self) -> None:
        self.person.push({f'{BASE}/.hnp/manifest.yaml': None})
        self.assertFails(2, 'StructureIncomplete')
        self.person.push({f'{BASE}/.hnp/manifest.yaml': b'kind: [\n', ONE: b'kind: [\n'})
        self.assertFails(3, 'ManifestUnreadable')
        self.assertFails(3, 'one.yaml:')

    def test_a_lost_worker(self) -> None:
        status, report = self.report(worker=False)
        self.assertEqual((status, report['tests_failed']), (1, 1))
        self.assertIn('NoWorker', report['recommendations'][0])

    def test_what_a_dead_worker_left(self) -> None:
        operation = self.run_operation(self.fabric)
        type(operation).objects.filter(pk=operation.pk).update(status='in_progress')
        self.assertFails(1, 'WorkerDied')

    def test_a_row_that_says_something_else_than_git(self) -> None:
        state = ResourceSyncState.objects.filter(resource__name='two')
        state.update(canonical_digest='0' * 64)
        self.assertFails(1, 'VPC/default/two')

    def test_git_has_moved_on(self) -> None:
        self.in_git(ONE, b'vlan: 1001', b'vlan: 1002')
        self.assertFails(1, 'Behind')

    def test_a_conflict_and_an_edit_that_waits_too_long(self) -> None:
        self.draft('one', 2001)
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
        self.run_operation(self.fabric)
        self.draft('two', 2002)
        self.fabric.outbox_entries.update(created='2026-01-01T00:00Z')
        self.assertFails(2, 'ConflictsOpen')
        self.assertFails(2, 'has waited for')
