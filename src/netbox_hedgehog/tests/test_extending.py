"""Packages that are really installed: validators, recovery handlers, receivers of signals."""

import importlib
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from core.models import Job
from django.utils import timezone

from hedgehog_gitops.testing.faults import Fault
from hedgehog_gitops.workflows.validators import use_validators
from netbox_hedgehog.choices import SyncOperationTypeChoices as Type
from netbox_hedgehog.jobs import enqueue_operation
from netbox_hedgehog.models import SyncOperation
from netbox_hedgehog.sync.drafts import read_draft
from netbox_hedgehog.sync.extending import use_installed_validators

from .git_case import BASE, GitTransactionCase, vpc
from .test_api_actions import plugin_settings

PACKAGES = Path(__file__).parents[3] / 'tests' / 'packages'
ONE = f'{BASE}/managed/vpcs/one.yaml'


class ExtendingCase(GitTransactionCase):
    packages: tuple[str, ...] = ()

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.site = tempfile.TemporaryDirectory(prefix='hedgehog-site-')
        cls.addClassCleanup(cls.site.cleanup)
        for name in cls.packages:
            install(PACKAGES / name, cls.site.name)
        sys.path.insert(0, cls.site.name)
        importlib.invalidate_caches()
        cls.addClassCleanup(cls._leave)
        use_installed_validators()

    @classmethod
    def _leave(cls) -> None:
        sys.path.remove(cls.site.name)
        for name in ('site_naming', 'broken_naming', 'site_recovery'):
            sys.modules.pop(name, None)
        use_validators(())

    def setUp(self) -> None:
        if not PACKAGES.is_dir():
            self.skipTest('the test packages are not here')
        super().setUp()
        self.fabric = self.ready_fabric()


def install(package: Path, target: str) -> None:
    """Installs a copy: building leaves nothing in the source."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / package.name
        copy.mkdir()
        for file in package.glob('*.*'):
            (copy / file.name).write_bytes(file.read_bytes())
        options = ['--quiet', '--no-index', '--no-deps', '--no-build-isolation', '--target', target]
        subprocess.run([sys.executable, '-m', 'pip', 'install', *options, copy], check=True)


class ValidatorsTest(ExtendingCase):
    packages = ('site-naming', 'broken-naming')

    def test_ingestion_the_row_and_the_draft_are_asked(self) -> None:
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one') + b'---\n' + vpc('ber-2')})
        operation = self.run_operation(self.fabric)
        found = [f for f in operation.findings if f['code'] == 'SitePrefixMissing']
        self.assertEqual({each['resource'].split('/')[-1] for each in found}, {'one'})
        broken = {f['message'] for f in operation.findings if f['code'] == 'ValidatorBroken'}
        self.assertTrue(all('broken-naming 0.0.9' in message for message in broken))
        self.assertEqual(len(broken), 3)
        rows = {row.name: row.sync_state.findings for row in self.fabric.resources.all()}
        self.assertIn('SitePrefixMissing', {each['code'] for each in rows['one']})
        self.assertNotIn('SitePrefixMissing', {each['code'] for each in rows['ber-2']})
        self.assertEqual(self.fabric.error_records.filter(reason='SitePrefixMissing').count(), 1)

    def test_an_edit_in_netbox_is_told_what_it_makes_wrong(self) -> None:
        text = vpc('two').decode()
        codes = {finding['code'] for finding in read_draft(text, fabric=self.fabric).findings}
        self.assertIn('SitePrefixMissing', codes)


class HandlersTest(ExtendingCase):
    packages = ('site-recovery',)

    def ran(self, attempt: int = 1) -> tuple[Job, SyncOperation]:
        job, operation = enqueue_operation(
            self.fabric, Type.SYNC, user=self.alice, trigger_type='api'
        )
        self.run_jobs()
        job.refresh_from_db()
        operation.refresh_from_db()
        self.assertEqual(operation.status, 'failed')
        return job, operation

    def later(self, operation: SyncOperation) -> list[Job]:
        again = SyncOperation.objects.filter(pk__gt=operation.pk, status='pending')
        return [each.job for each in again.select_related('job')]

    def test_one_says_when_to_try_again(self) -> None:
        self.server.password = 'rotated'
        job, operation = self.ran()
        (again,) = self.later(operation)
        self.assertGreater(again.scheduled, timezone.now() + timedelta(seconds=500))
        told = [entry['message'] for entry in job.log_entries]
        (answer,) = [line for line in told if 'RetryAfter' in line]
        self.assertIn('b_password of site-recovery 2.0.1', answer)
        self.assertIn(f'operation={operation.operation_id} stage=recovery', answer)

    def test_one_that_breaks_is_named_and_the_next_is_asked(self) -> None:
        self.server.password = 'rotated'
        job, operation = self.ran()
        told = [entry['message'] for entry in job.log_entries]
        (broken,) = [line for line in told if 'broke off' in line]
        self.assertIn('a_broken of site-recovery 2.0.1 broke off: RuntimeError: it broke', broken)
        self.assertEqual(len(self.later(operation)), 1)

    def test_one_says_to_give_up(self) -> None:
        self.server.add(Fault(containing='info/refs', status=503, times=None))
        _, operation = self.ran()
        self.assertEqual(operation.last_reason, 'RemoteUnreachable')
        self.assertEqual(self.later(operation), [])

    def test_no_handler_goes_beyond_the_settings(self) -> None:
        self.server.password = 'rotated'
        with plugin_settings(max_retry_attempts=0):
            _, operation = self.ran()
        self.assertEqual(self.later(operation), [])

    def test_signals_reach_a_package(self) -> None:
        package = importlib.import_module('site_recovery')
        package.connect()
        self.addCleanup(package.disconnect)
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        operation = self.run_operation(self.fabric)
        names = [name for name, _ in package.heard]
        self.assertEqual(names, ['file_changed', 'operation_finished'])
        arguments = dict(package.heard)
        self.assertEqual(arguments['operation_finished']['operation'], operation)
        self.assertEqual(arguments['file_changed']['paths'], (f'{BASE}/raw/one.yaml',))
