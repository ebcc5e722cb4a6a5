"""Files handed over in NetBox: two commits, exactly once, whatever comes between."""

import uuid
from datetime import timedelta
from unittest import mock

from django.contrib.auth import get_user_model
from django.utils import timezone
from utilities.exceptions import AbortRequest

from hedgehog_gitops.errors import NeedsPerson
from netbox_hedgehog import jobs
from netbox_hedgehog.models import HedgehogFabric, RawUpload, SyncOperation
from netbox_hedgehog.sync.outbox import Editor
from netbox_hedgehog.sync.recover import unfinished_fabrics
from netbox_hedgehog.sync.runner import work_off
from netbox_hedgehog.sync.status import sync_status
from netbox_hedgehog.sync.uploads import DroppedFile, prune_uploads, receive

from .git_case import BASE, GitCase, logger, vpc
from .pages import allow
from .test_api_actions import plugin_settings

RAW = f'{BASE}/raw'


class UploadCase(GitCase):
    def setUp(self) -> None:
        super().setUp()
        self.fabric = self.ready_fabric()

    def upload(self, *files: tuple[str, bytes], user: object = None, message: str = '') -> list:
        editor = Editor(user or self.alice, uuid.uuid4(), message)
        dropped = [DroppedFile(name, data) for name, data in files]
        _, operation, uploads = jobs.enqueue_upload(self.fabric, dropped, editor, 'api')
        self.operation = operation
        return uploads

    def work(self) -> SyncOperation:
        work_off(self.fabric.pk, logger)
        self.operation.refresh_from_db()
        return self.operation

    def states(self) -> list[str]:
        return list(RawUpload.objects.order_by('pk').values_list('state', flat=True))


class UploadTest(UploadCase):
    def test_two_commits_the_file_as_it_is_and_its_ingestion(self) -> None:
        before = len(self.person.log())
        data = b'# by hand\r\n' + vpc('one')
        (upload,) = self.upload(('one.yaml', data), message='From\n\nthe lab')
        operation = self.work()
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        ingestion, drop = self.person.log()[:2]
        self.assertEqual(len(self.person.log()), before + 2)
        self.assertEqual(drop.subject, 'From the lab')
        for commit in (ingestion, drop):
            self.assertEqual(commit.author.name, 'Alice Ng')
            self.assertEqual(commit.trailers['NetBox-User'], 'alice')
        self.assertEqual(drop.trailers['Change-Set-Id'], str(upload.change_set_id))
        self.assertEqual(drop.trailers['NetBox-Request-Id'], str(upload.request_id))
        tree = self.person.store.list_tree(drop.id, RAW)
        blob = tree[f'{RAW}/one.yaml'].blob
        self.assertEqual(self.person.store.read_blobs([blob])[blob], data)
        upload.refresh_from_db()
        self.assertEqual((upload.state, upload.new_commit), ('done', drop.id))
        self.assertEqual(upload.path, f'{RAW}/one.yaml')
        self.assertIsNone(upload.content)
        self.assertEqual(upload.sync_operation, operation)
        self.assertEqual(operation.documents_ingested, 1)
        self.assertEqual(operation.commit_sha, ingestion.id)
        part = operation.children.get()
        self.assertEqual((part.operation_type, part.commit_sha), ('file_drop', drop.id))
        self.assertEqual(self.fabric.resources.get().name, 'one')

    def test_one_request_is_one_commit_and_two_users_are_two(self) -> None:
        bob = get_user_model().objects.create_superuser('bob')
        before = len(self.person.log())
        self.upload(('a.yaml', vpc('a')), ('sub/b.yaml', vpc('b')))
        self.upload(('c.yaml', vpc('c')), user=bob)
        self.work()
        self.assertEqual(
            [commit.author.name for commit in self.person.log()[:3]][1:], ['bob', 'Alice Ng']
        )
        self.assertEqual(len(self.person.log()), before + 3)
        self.assertEqual(self.fabric.resources.count(), 3)

    def test_the_same_name_twice_keeps_both(self) -> None:
        self.upload(('x.yaml', vpc('a')))
        self.upload(('x.yaml', vpc('b')))
        self.work()
        self.assertEqual(self.fabric.resources.count(), 2)
        paths = set(RawUpload.objects.values_list('path', flat=True))
        self.assertEqual(paths, {f'{RAW}/x.yaml', f'{RAW}/x-2.yaml'})

    def test_the_same_file_twice_makes_no_second_commit(self) -> None:
        for _ in range(2):
            self.upload(('x.yaml', vpc('a')))
        self.work()
        head = self.person.pull()
        self.assertEqual(self.states(), ['done', 'done'])
        self.upload(('x.yaml', vpc('a')))
        self.assertEqual(self.work().status, 'completed')
        self.assertEqual(self.person.pull(), head)
        self.assertIn('nothing was committed', RawUpload.objects.order_by('pk').last().reason)

    def test_an_object_deleted_since_comes_back_with_its_file(self) -> None:
        self.upload(('x.yaml', vpc('a')))
        self.work()
        self.person.push({f'{BASE}/managed/vpcs/a.yaml': None})
        self.upload(('x.yaml', vpc('a')))
        self.work()
        self.assertEqual(self.fabric.resources.get().name, 'a')

    def test_an_edit_since_is_not_reverted_by_the_old_file(self) -> None:
        self.upload(('x.yaml', vpc('a')))
        self.work()
        path = f'{BASE}/managed/vpcs/a.yaml'
        edited = self.person.files()[path].replace(b'vlan: 1001', b'vlan: 1055')
        self.person.push({path: edited})
        self.upload(('x.yaml', vpc('a')))
        self.work()
        self.assertEqual(self.person.files()[path], edited)

    def test_findings_are_on_the_operation(self) -> None:
        (upload,) = self.upload(('bad.yaml', b'kind: VPC\nmetadata: {name: [}\n'))
        operation = self.work()
        self.assertEqual(operation.status, 'partially_completed')
        self.assertTrue(operation.findings)
        self.assertGreater(operation.documents_held, 0)
        upload.refresh_from_db()
        self.assertEqual((upload.state, upload.sync_operation), ('done', operation))
        self.assertIn(f'{RAW}/bad.yaml', self.person.files())

    def test_an_offline_host_loses_nothing(self) -> None:
        self.upload(('x.yaml', vpc('a')))
        self.server.__exit__(None, None, None)
        operation = self.work()
        self.assertEqual(operation.status, 'failed')
        upload = RawUpload.objects.get()
        self.assertEqual((upload.state, bytes(upload.content)), ('waiting', vpc('a')))
        self.assertIn(operation.last_reason, upload.reason)
        self.assertEqual(upload.attempts, 1)
        self.assertGreater(upload.next_attempt_at, timezone.now())
        self.assertEqual(list(unfinished_fabrics()), [])
        RawUpload.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
        self.assertEqual(list(unfinished_fabrics()), [self.fabric])

    def test_a_push_whose_answer_was_lost_is_recognised(self) -> None:
        self.upload(('x.yaml', vpc('a')))
        with (
            mock.patch('netbox_hedgehog.sync.runner.finish', side_effect=KeyboardInterrupt),
            self.assertRaises(KeyboardInterrupt),
        ):
            self.work()
        self.assertEqual(self.states(), ['pushing'])
        log = self.person.log()
        self.run_operation(self.fabric)
        self.assertEqual(self.person.log(), log)
        upload = RawUpload.objects.get()
        self.assertEqual((upload.state, upload.new_commit), ('done', log[1].id))
        self.assertEqual(upload.path, f'{RAW}/x.yaml')
        self.assertIsNone(upload.content)
        self.assertEqual(self.fabric.resources.count(), 1)

    def test_one_that_cannot_be_placed_holds_nobody_back(self) -> None:
        self.person.push({f'{RAW}/taken.yaml': vpc('t')})
        HedgehogFabric.objects.update(archive_strategy='keep_in_place')
        self.upload(('taken.yaml/x.yaml', vpc('a')), ('good.yaml', vpc('b')))
        self.work()
        bad, good = RawUpload.objects.order_by('pk')
        self.assertEqual((bad.state, good.state), ('refused', 'done'))
        self.assertTrue(bad.reason.startswith('PathTaken'))
        self.assertIsNotNone(bad.content)

    def test_who_may_no_longer_ingest_is_refused_when_it_comes_to_it(self) -> None:
        bob = get_user_model().objects.create_user('bob')
        allow(bob, HedgehogFabric, 'view', 'ingest')
        self.upload(('x.yaml', vpc('a')), user=bob)
        bob.is_active = False
        bob.save()
        head = self.person.pull()
        self.work()
        self.run_operation(self.fabric)
        self.assertEqual(self.states(), ['refused'])
        self.assertIn('PermissionDenied', RawUpload.objects.get().reason)
        self.assertEqual(self.person.pull(), head)

    def test_a_refused_push_keeps_the_bytes(self) -> None:
        self.upload(('x.yaml', vpc('a')))
        self.upload(('x.yaml', vpc('a')))
        hook = self.bare / 'hooks' / 'pre-receive'
        hook.write_text('#!/bin/sh\nexit 1\n')
        hook.chmod(0o755)
        self.work()
        self.assertEqual(self.states(), ['waiting', 'waiting'])
        self.assertEqual({bytes(u.content) for u in RawUpload.objects.all()}, {vpc('a')})
        hook.unlink()
        self.run_operation(self.fabric)
        self.assertEqual(self.states(), ['done', 'done'])

    def test_what_waits_can_be_taken_back_and_what_is_sent_cannot(self) -> None:
        (upload,) = self.upload(('x.yaml', vpc('a')))
        self.assertEqual(sync_status(self.fabric), 'out_of_sync')
        RawUpload.objects.update(state='pushing')
        with self.assertRaises(AbortRequest):
            upload.delete()
        RawUpload.objects.update(state='waiting')
        upload.delete()
        head = self.person.pull()
        self.work()
        self.assertEqual(self.person.pull(), head)

    def test_records_are_pruned_and_what_waits_is_not(self) -> None:
        self.upload(('x.yaml', vpc('a')))
        self.work()
        self.upload(('y.yaml', vpc('b')))
        later = timezone.now() + timedelta(days=91)
        self.assertEqual(prune_uploads(0, later), 0)
        self.assertEqual(prune_uploads(90, later), 1)
        self.assertEqual(self.states(), ['waiting'])


class RefusedAtOnceTest(UploadCase):
    def refused(self, *files: tuple[str, bytes]) -> str:
        with self.assertRaises(NeedsPerson) as caught:
            receive(
                self.fabric,
                [DroppedFile(name, data) for name, data in files],
                Editor(self.alice, uuid.uuid4()),
            )
        self.assertFalse(RawUpload.objects.exists())
        return caught.exception.reason

    def test_what_could_never_lie_in_raw(self) -> None:
        self.assertEqual(self.refused(('good.yaml', b''), ('../x.yaml', b'')), 'PathRefused')
        self.assertEqual(self.refused(('x.exe', b'')), 'FileTypeRefused')
        with plugin_settings(max_file_size=10, max_upload_files=1):
            self.assertEqual(self.refused(('x.yaml', b'x' * 11)), 'FileTooLarge')
            self.assertEqual(self.refused(('x.yaml', b''), ('y.yaml', b'')), 'TooManyFiles')

    def test_what_waits_has_an_end(self) -> None:
        with plugin_settings(max_waiting_bytes=10):
            both = ('x.yaml', b'123456'), ('y.yaml', b'12345')
            self.assertEqual(self.refused(*both), 'TooMuchWaiting')
            file = [DroppedFile('x.yaml', b'123456')]
            receive(self.fabric, file, Editor(self.alice, uuid.uuid4()))
            with self.assertRaisesRegex(NeedsPerson, '6 bytes of this fabric wait'):
                receive(self.fabric, file, Editor(self.alice, uuid.uuid4()))
            # What Git has does not count any more.
            RawUpload.objects.update(state='done')
            receive(self.fabric, file, Editor(self.alice, uuid.uuid4()))
