"""The management commands do the work here and now, and fail loudly."""

import os
import termios
from io import StringIO

from django.core.management import call_command
from django.core.management.base import CommandError, OutputWrapper
from django_rq.queues import get_queue

from netbox_hedgehog.management.progress_line import ProgressLine
from netbox_hedgehog.models import SyncOperation
from netbox_hedgehog.sync.stores import store_path

from .git_case import BASE, GitTransactionCase, vpc


class CommandsTest(GitTransactionCase):
    def call(self, *words: str) -> str:
        out = StringIO()
        call_command(*words, stdout=out, stderr=out)
        return out.getvalue()

    def test_from_nothing_to_rows(self) -> None:
        fabric = self.make_fabric()
        told = self.call('init_gitops', 'Lab', '--user', 'alice')
        self.assertIn('completed', told)
        fabric.refresh_from_db()
        self.assertTrue(fabric.gitops_initialized)
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one') + b'---\nkind: VPC\n'})
        told = self.call('ingest_raw_files', fabric.slug)
        self.assertIn('partially_completed', told)
        self.assertIn('documents: 1 of 2', told)
        self.assertIn('raw/one.yaml', told)
        self.assertTrue(fabric.resources.filter(name='one').exists())
        self.person.push({f'{BASE}/managed/vpcs/one.yaml': None}, 'Remove')
        self.assertIn('deleted: 1', self.call('hedgehog_sync', str(fabric.pk)))
        self.assertIn('Lab', self.call('hedgehog_sync', '--all'))

    def test_a_terminal_sees_how_far_it_is_and_keeps_none_of_it(self) -> None:
        self.make_fabric()
        terminal, end = os.openpty()
        out = StringIO()
        with os.fdopen(end, 'w') as err:
            call_command('init_gitops', 'Lab', stdout=out, stderr=err)
            os.set_blocking(terminal, False)
            shown = os.read(terminal, 65536).decode()
        os.close(terminal)
        lines = shown.split('\r\x1b[K')
        phases = [line.removeprefix('Lab: ').split()[0] for line in lines if line]
        for phase in ('fetch', 'plan', 'commit', 'publish', 'record'):
            self.assertIn(phase, phases)
        self.assertEqual((lines[0], lines[-1]), ('', ''), 'the line is taken away in the end')
        self.assertNotIn('\n', shown)
        self.assertIn('completed', out.getvalue())

    def test_without_a_terminal_nothing_is_told_of_it(self) -> None:
        self.make_fabric()
        err = StringIO()
        call_command('init_gitops', 'Lab', stdout=StringIO(), stderr=err)
        self.assertEqual(err.getvalue(), '')

    def test_a_line_tells_how_much_and_is_no_wider_than_the_terminal(self) -> None:
        operation = SyncOperation(
            fabric=self.make_fabric(), current_phase='read', progress_done=3, progress_total=10
        )
        terminal, end = os.openpty()
        with os.fdopen(end, 'w') as err:
            termios.tcsetwinsize(end, (24, 12))
            line = ProgressLine(OutputWrapper(err))
            line.show(operation)
            line.show(operation)
            line.clear()
            shown = os.read(terminal, 4096).decode()
        os.close(terminal)
        self.assertEqual(shown, '\r\x1b[KLab: read 3\r\x1b[K')

    def test_a_failure_ends_with_its_reason(self) -> None:
        self.make_fabric()
        with self.assertRaisesRegex(CommandError, 'RepositoryEmpty'):
            self.call('hedgehog_sync', 'Lab')
        with self.assertRaisesRegex(CommandError, 'Lab'):
            self.call('hedgehog_sync', '--all')

    def test_the_copy_of_this_machine_is_erased_and_fetched_again(self) -> None:
        fabric = self.ready_fabric()
        folder = store_path(fabric.git_repository)
        self.assertTrue(folder.is_dir())
        told = self.call('hedgehog_erase_clone', 'lab')
        self.assertRegex(told, r'^[1-9]\d* files of the copy')
        self.assertIn('filter-repo', told)
        self.assertFalse(folder.exists())
        self.assertEqual(list(folder.parent.glob(f'{folder.name}*')), [])
        self.assertIn('completed', self.call('hedgehog_sync', 'Lab'))
        with self.assertRaisesRegex(CommandError, "no repository 'Elsewhere'"):
            self.call('hedgehog_erase_clone', 'Elsewhere')

    def test_a_dry_run_tells_its_commits_and_filters_narrow_what_is_published(self) -> None:
        fabric = self.ready_fabric(publish_mode='manual')
        managed = f'{BASE}/managed/vpcs'
        self.person.push({f'{managed}/{name}.yaml': vpc(name) for name in ('one', 'two')})
        self.call('hedgehog_sync', 'Lab')
        for name in ('one', 'two'):
            row = fabric.resources.get(name=name)
            self.edit(row, self.alice, draft_labels={'site': name})
        before = self.person.pull()

        told = self.call('hedgehog_sync', 'Lab', '--publish', '--dry-run', '--name', 'o*')
        self.assertIn('would make 1 commits', told)
        self.assertIn('+    site: one', told)
        self.assertNotIn('site: two', told)
        self.assertEqual(self.person.pull(), before)

        self.assertIn('no commits', self.call('hedgehog_sync', 'Lab', '--dry-run'))
        self.call('hedgehog_sync', 'Lab', '--publish', '--namespace', 'elsewhere')
        self.call('hedgehog_sync', 'Lab', '--publish', '--kind', 'Switch')
        self.assertEqual(self.person.pull(), before)
        self.call('hedgehog_sync', 'Lab', '--publish', '--kind', 'VPC', '--name', 'o*')
        files = self.person.files(managed)
        self.assertIn(b'site: one', files[f'{managed}/one.yaml'])
        self.assertNotIn(b'site', files[f'{managed}/two.yaml'])
        self.call('hedgehog_sync', '--all', '--publish')
        self.assertIn(b'site: two', self.person.files(managed)[f'{managed}/two.yaml'])

    def test_unknown_names_are_refused(self) -> None:
        self.make_fabric()
        with self.assertRaisesRegex(CommandError, "no fabric 'Elsewhere'.*lab"):
            self.call('init_gitops', 'Elsewhere')
        with self.assertRaisesRegex(CommandError, "no active user 'nobody'"):
            self.call('init_gitops', 'Lab', '--user', 'nobody')
        with self.assertRaisesRegex(CommandError, 'Name a fabric'):
            self.call('hedgehog_sync')

    def test_a_worker_can_be_asked_instead(self) -> None:
        self.make_fabric()
        self.assertIn('waiting', self.call('init_gitops', 'Lab', '--enqueue'))
        self.assertEqual(get_queue('default').count, 1)

    def test_what_a_dead_worker_left_is_taken_up(self) -> None:
        fabric = self.ready_fabric()
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        self.call('hedgehog_sync', 'Lab', '--enqueue')
        get_queue('default').empty()
        dead = SyncOperation.objects.get(status='pending')
        SyncOperation.objects.filter(pk=dead.pk).update(status='in_progress')
        told = self.call('hedgehog_recover', '--now')
        self.assertIn('closed on 1 fabrics', told)
        dead.refresh_from_db()
        self.assertEqual((dead.status, dead.last_reason), ('failed', 'WorkerDied'))
        self.assertTrue(fabric.resources.filter(name='one').exists())

    def test_a_checkpoint_is_made_listed_and_gone_back_to(self) -> None:
        fabric = self.ready_fabric()
        with self.assertRaisesRegex(CommandError, 'name'):
            self.call('hedgehog_checkpoint', 'Lab')
        told = self.call('hedgehog_checkpoint', 'Lab', 'Friday', '--user', 'alice')
        self.assertIn('Friday', told)
        number = told.split()[0]
        self.person.push({f'{BASE}/managed/vpcs/one.yaml': vpc('one')})
        self.call('hedgehog_sync', 'Lab')
        self.assertIn('Friday', self.call('hedgehog_checkpoint', 'Lab', '--list'))
        self.call('hedgehog_checkpoint', 'Lab', '--rollback', number, '--user', 'alice')
        self.assertNotIn(f'{BASE}/managed/vpcs/one.yaml', self.person.files())
        self.assertFalse(fabric.resources.exists())
        with self.assertRaisesRegex(CommandError, 'no checkpoint 0'):
            self.call('hedgehog_checkpoint', 'Lab', '--rollback', '0')

    def test_a_checkpoint_of_what_was_never_read(self) -> None:
        self.make_fabric()
        with self.assertRaisesRegex(CommandError, 'NeverSynchronised'):
            self.call('hedgehog_checkpoint', 'Lab', 'Friday')
