"""Restoring and file operations through the runner: one commit each, drafts told and kept."""

import base64
from datetime import timedelta

from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from hedgehog_gitops.testing.faults import Fault
from netbox_hedgehog.jobs.operations import _try_again, enqueue_operation
from netbox_hedgehog.models import Checkpoint, SyncOperation
from netbox_hedgehog.sync import recover
from netbox_hedgehog.sync.runner import Ending, work_off

from .git_case import BASE, logger, vpc
from .test_sync_conflicts import ONE, TWO, ConflictCase

KEY = 'vpc.githedgehog.com/VPC/default/one'


class NamedCase(ConflictCase):
    """Asks for restores and file operations as alice."""

    def restore(self, **options) -> SyncOperation:
        return self.run_operation(self.fabric, 'restore', options=options)

    def files(self, *operations, **options) -> SyncOperation:
        _, operation = enqueue_operation(
            self.fabric,
            'file_operations',
            user=self.alice,
            trigger_type='cli',
            options=options,
        )
        payload = {'operations': list(operations)}
        SyncOperation.objects.filter(pk=operation.pk).update(payload=payload)
        work_off(self.fabric.pk, logger)
        operation.refresh_from_db()
        return operation

    def with_copies(self) -> None:
        plugins = settings.PLUGINS_CONFIG['netbox_hedgehog']
        changed = override_settings(
            PLUGINS_CONFIG={
                **settings.PLUGINS_CONFIG,
                'netbox_hedgehog': {**plugins, 'backup_copies': True},
            }
        )
        changed.enable()
        self.addCleanup(changed.disable)

    def synced(self) -> str:
        self.fabric.sync_state.refresh_from_db()
        return self.fabric.sync_state.last_synced_commit

    def vlan(self, name: str = 'one') -> int:
        return self.row(name).desired_spec['subnets']['default']['vlan']


class RestoreTest(NamedCase):
    def test_an_object_goes_back_and_the_row_follows(self) -> None:
        before, then = self.person.files()[ONE], self.synced()
        self.draft('one', 2001)
        self.run_operation(self.fabric)
        commits = len(self.person.log())
        restore = self.restore(to_commit=then, resource=KEY)
        self.assertEqual(restore.status, 'completed', restore.last_error_message)
        self.assertEqual(self.person.files()[ONE], before)
        self.assertEqual(self.vlan(), 1001)
        self.assertEqual(len(self.person.log()), commits + 1)
        head = self.person.log()[0]
        self.assertEqual((head.id, head.author.name), (restore.commit_sha, 'Alice Ng'))
        self.assertEqual(head.trailers['Hedgehog-Operation'], 'restore')
        self.assertIn('LaterChangeReplaced', {each['code'] for each in restore.findings})

    def test_a_deleted_object_comes_back(self) -> None:
        then = self.synced()
        self.person.push({ONE: None})
        self.run_operation(self.fabric)
        self.assertFalse(self.fabric.resources.filter(name='one').exists())
        self.restore(to_commit=then, resource=KEY)
        self.assertEqual(self.vlan(), 1001)

    def test_a_draft_that_stands_on_it_is_told_and_kept(self) -> None:
        then = self.synced()
        self.in_git(ONE, b'10.0.1.0/24', b'10.7.1.0/24')
        self.run_operation(self.fabric)
        self.draft('one', 2001)
        restore = self.restore(to_commit=then, resource=KEY)
        self.assertEqual(restore.status, 'completed', restore.last_error_message)
        self.assertIn('DraftKept', {each['code'] for each in restore.findings})
        self.assertTrue(self.row('one').has_draft)
        self.assertIn(b'10.0.1.0/24', self.person.files()[ONE])
        self.assertNotIn(b'2001', self.person.files()[ONE])

    def test_the_whole_folder(self) -> None:
        then, before = self.synced(), self.person.files(BASE)
        self.draft('one', 2001)
        self.run_operation(self.fabric)
        self.person.push({f'{BASE}/raw/x.yaml': vpc('three'), TWO: None, 'outside': b'x'})
        self.run_operation(self.fabric)
        restore = self.restore(to_commit=then)
        self.assertEqual(restore.status, 'completed', restore.last_error_message)
        after = self.person.files()
        log = f'{BASE}/.hnp/archive-log.yaml'
        self.assertEqual(
            {path: text for path, text in after.items() if path.startswith(BASE) and path != log},
            {path: text for path, text in before.items() if path != log},
        )
        self.assertEqual(after['outside'], b'x')
        self.assertEqual({row.name for row in self.fabric.resources.all()}, {'one', 'two'})

    def test_what_was_not_there_needs_the_word_delete(self) -> None:
        then = self.person.log()[-1].id
        refused = self.restore(to_commit=then, resource=KEY)
        self.assertEqual((refused.status, refused.last_reason), ('failed', 'NotThereThen'))
        self.assertIn(ONE, self.person.files())
        self.restore(to_commit=then, resource=KEY, delete=True)
        self.assertNotIn(ONE, self.person.files())
        self.assertFalse(self.fabric.resources.filter(name='one').exists())

    def test_an_original_comes_back_byte_for_byte_and_stays(self) -> None:
        raw = f'{BASE}/raw/two.yaml'
        restore = self.restore(original=raw)
        self.assertEqual(restore.status, 'completed', restore.last_error_message)
        self.assertEqual(self.person.files()[raw], vpc('one') + b'---\n' + vpc('two'))
        self.run_operation(self.fabric)
        self.assertIn(raw, self.person.files())

    def test_a_plan_that_was_shown_and_is_stale(self) -> None:
        then = self.synced()
        self.person.push({'x': b'x'})
        refused = self.restore(to_commit=then, expected_commit=then)
        self.assertEqual((refused.status, refused.last_reason), ('failed', 'StalePlan'))

    def test_a_restore_is_undone_like_anything_else(self) -> None:
        then = self.synced()
        self.draft('one', 2001)
        self.run_operation(self.fabric)
        restore = self.restore(to_commit=then)
        self.run_operation(self.fabric)
        undo = SyncOperation.objects.create(
            fabric=self.fabric,
            git_repository=self.fabric.git_repository,
            operation_type='undo',
            trigger_type='cli',
            initiated_by=self.alice,
            user_name='alice',
            undoes=restore,
        )
        work_off(self.fabric.pk, logger)
        undo.refresh_from_db()
        self.assertEqual(undo.status, 'completed', undo.last_error_message)
        self.assertEqual(self.vlan(), 2001)
        reasons = [each.reason for each in Checkpoint.objects.order_by('pk')]
        self.assertEqual(reasons, ['restore', 'undo'])


class FileOperationsTest(NamedCase):
    def test_many_files_are_one_commit_and_their_bytes_leave_the_row(self) -> None:
        commits = len(self.person.log())
        done = self.files(
            {'action': 'create', 'path': 'unmanaged/note.txt', 'content': 'hello\n'},
            {
                'action': 'update',
                'path': ONE,
                'content_base64': base64.b64encode(vpc('one', 77)).decode(),
            },
            {'action': 'move', 'path': 'README.md', 'to': 'unmanaged/README.md'},
            message='Tidy up',
        )
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertEqual(len(self.person.log()), commits + 1)
        self.assertEqual(self.person.log()[0].subject, 'Tidy up')
        self.assertEqual(self.person.files()[f'{BASE}/unmanaged/note.txt'], b'hello\n')
        self.assertEqual(self.vlan(), 77)
        self.assertIsNone(done.payload)
        self.assertEqual((done.files_created, done.files_updated, done.files_moved), (1, 1, 1))

    def test_one_that_cannot_be_done_stops_all(self) -> None:
        before = self.person.pull()
        done = self.files(
            {'action': 'create', 'path': 'unmanaged/note.txt', 'content': 'x'},
            {'action': 'delete', 'path': ONE, 'expected_blob': 'a' * 40},
        )
        self.assertEqual((done.status, done.last_reason), ('failed', 'FileChanged'))
        self.assertEqual([each['file'] for each in done.findings], [ONE])
        self.assertEqual(self.person.pull(), before)
        self.assertFalse(Checkpoint.objects.exists())

    def test_deleting_is_kept_as_a_backup_with_paths_and_blobs(self) -> None:
        head, blob = self.person.pull(), self.row('one').sync_state.blob_id
        done = self.files({'action': 'delete', 'path': ONE})
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertFalse(self.fabric.resources.filter(name='one').exists())
        backup = Checkpoint.objects.get()
        self.assertEqual((backup.reason, backup.commit), ('file_operations', head))
        self.assertEqual(backup.files, [{'path': ONE, 'blob': blob, 'action': 'delete'}])
        self.assertEqual((backup.sync_operation, backup.user_name), (done, 'alice'))

    def test_creating_only_needs_no_backup(self) -> None:
        self.files({'action': 'create', 'path': 'unmanaged/x', 'content': ''})
        self.assertFalse(Checkpoint.objects.exists())

    def test_copies_are_kept_for_their_time(self) -> None:
        self.with_copies()
        text = self.person.files()[ONE]
        done = self.files({'action': 'delete', 'path': ONE})
        (copy,) = [path for path in self.person.files() if '/.hnp/backups/' in path]
        self.assertTrue(copy.endswith('Z/managed/vpcs/one.yaml'))
        self.assertEqual(self.person.files()[copy], text)
        self.assertEqual(done.commit_sha, self.person.pull())
        now = timezone.now()
        self.assertEqual(list(recover.fabrics_with_old_copies(30, now)), [])
        late = now + timedelta(days=31)
        self.assertEqual(list(recover.fabrics_with_old_copies(30, late)), [self.fabric])
        old = f'{BASE}/.hnp/backups/20200101T000000Z/managed/vpcs/one.yaml'
        self.person.push({old: text})
        Checkpoint.objects.update(created=now - timedelta(days=31))
        self.run_operation(self.fabric, 'cleanup', user=None, trigger_type='scheduled')
        files = self.person.files()
        self.assertNotIn(old, files)
        self.assertIn(copy, files)
        self.assertEqual(self.person.log()[0].trailers['Hedgehog-Operation'], 'cleanup')
        self.assertEqual(list(recover.fabrics_with_old_copies(30, late)), [])

    def test_a_push_nobody_heard_of_is_recognised_and_not_done_twice(self) -> None:
        unreachable = Fault(
            containing='service=git-upload-pack', method='GET', status=503, times=None
        )
        lost = Fault(
            containing='git-receive-pack',
            method='POST',
            drop='after',
            before=lambda: self.server.add(unreachable),
        )
        commits = len(self.person.log())
        self.server.add(lost)
        create = {'action': 'create', 'path': 'unmanaged/once.txt', 'content': 'x'}
        first = self.files(create)
        self.assertEqual(first.status, 'failed')
        self.server.clear()
        self.assertEqual(len(self.person.log()), commits + 1)
        _try_again(Ending(first.operation_id, 'failed', after=0.0), 1, logger)
        again = SyncOperation.objects.order_by('pk').last()
        self.assertEqual(again.payload['earlier'], [str(first.operation_id)])
        again.job.delete()
        work_off(self.fabric.pk, logger)
        again.refresh_from_db()
        self.assertEqual(again.status, 'completed', again.last_error_message)
        log = self.person.log()
        self.assertEqual(len(log), commits + 1)
        self.assertEqual(again.commit_sha, log[0].id)
