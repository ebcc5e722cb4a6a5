"""Files handed over by REST: who may, what is answered, and that they are kept."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django_rq.queues import get_queue
from users.models import ObjectPermission

from netbox_hedgehog.models import HedgehogFabric, RawUpload, SyncOperation

from .builders import a_fabric, a_repository, an_upload
from .git_case import vpc
from .test_api_actions import BASE, ActionTestCase, plugin_settings


class UploadApiTest(ActionTestCase):
    def setUp(self):
        super().setUp()
        self.fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)
        self.path = f'fabrics/{self.fabric.pk}/files/upload'
        self.add_permissions(
            'netbox_hedgehog.view_hedgehogfabric',
            'netbox_hedgehog.ingest_hedgehogfabric',
            'netbox_hedgehog.view_rawupload',
        )

    def upload(self, data, **headers):
        return self.client.post(f'{BASE}/{self.path}/', data, **{**self.header, **headers})

    def test_json(self):
        self.register_worker()
        with self.captureOnCommitCallbacks(execute=True):
            response = self.post(
                self.path, {'name': 'lab/a.yaml', 'content': ' b: 1\r\n', 'message': 'Say so'}
            )
        self.assertHttpStatus(response, 202)
        self.assertEqual(response['Location'], response.data['job']['url'])
        upload = RawUpload.objects.get()
        self.assertEqual((upload.name, bytes(upload.content)), ('lab/a.yaml', b' b: 1\r\n'))
        self.assertEqual((upload.user, upload.message, upload.size), (self.user, 'Say so', 7))
        self.assertEqual(str(upload.request_id), response['X-Request-ID'])
        operation = SyncOperation.objects.get()
        self.assertEqual(response.data['operation']['id'], operation.pk)
        self.assertEqual(
            (operation.operation_type, operation.trigger_type), ('file_ingestion', 'api')
        )
        self.assertEqual(upload.sync_operation, operation)
        self.assertEqual(response.data['uploads'][0]['id'], upload.pk)
        self.assertEqual(len(get_queue('default')), 1)

    def test_several_texts_are_one_change_set(self):
        self.register_worker()
        files = [{'name': f'{name}.yaml', 'content': name} for name in 'ab']
        self.assertHttpStatus(self.post(self.path, {'files': files}), 202)
        self.assertEqual(RawUpload.objects.values('change_set_id').distinct().count(), 1)
        self.assertEqual(RawUpload.objects.count(), 2)

    def test_a_form_with_many_files(self):
        self.register_worker()
        parts = [SimpleUploadedFile(f'{name}.yaml', b'\xff\x00' + vpc(name)) for name in 'ab']
        response = self.upload({'files': parts, 'message': 'Two'})
        self.assertHttpStatus(response, 202)
        self.assertEqual(
            {bytes(upload.content) for upload in RawUpload.objects.all()},
            {b'\xff\x00' + vpc(name) for name in 'ab'},
        )
        self.assertEqual(RawUpload.objects.first().message, 'Two')
        for message in ('x' * 201, 'a\0b'):
            parts = {'files': SimpleUploadedFile('c.yaml', b''), 'message': message}
            self.assertHttpStatus(self.upload(parts), 400)

    def test_what_cannot_be_taken(self):
        self.register_worker()
        for body, status, reason in (
            ({}, 400, 'ValidationFailed'),
            ({'name': 'a.yaml'}, 400, 'ValidationFailed'),
            ({'content': 'x'}, 400, 'ValidationFailed'),
            ({'name': 'a.yaml', 'content': 'x', 'force': True}, 400, 'ValidationFailed'),
            ({'name': '../../a.yaml', 'content': 'x'}, 400, 'PathRefused'),
            ({'name': 'a.sh', 'content': 'x'}, 400, 'FileTypeRefused'),
        ):
            with self.subTest(body):
                self.assertRefused(self.post(self.path, body), status, 'VALIDATION_FAILED', reason)
        with plugin_settings(max_file_size=10, max_upload_files=1):
            body = {'name': 'a.yaml', 'content': 'x' * 11}
            self.assertRefused(self.post(self.path, body), 413, 'VALIDATION_FAILED', 'FileTooLarge')
            parts = {'files': SimpleUploadedFile('a.yaml', b'x' * 11)}
            self.assertRefused(self.upload(parts), 413, 'VALIDATION_FAILED', 'FileTooLarge')
            files = {'files': [{'name': f'{name}.yaml', 'content': ''} for name in 'ab']}
            self.assertRefused(
                self.post(self.path, files), 413, 'VALIDATION_FAILED', 'TooManyFiles'
            )
        with plugin_settings(max_waiting_bytes=10):
            body = {'name': 'a.yaml', 'content': 'x' * 11}
            reason = 'TooMuchWaiting'
            self.assertRefused(self.post(self.path, body), 409, 'VALIDATION_FAILED', reason)
        self.assertFalse(RawUpload.objects.exists())
        self.assertFalse(SyncOperation.objects.exists())

    def test_without_a_worker_nothing_is_kept(self):
        body = {'name': 'a.yaml', 'content': 'x'}
        self.assertRefused(self.post(self.path, body), 503, 'NO_WORKER', 'NoWorker')
        self.assertFalse(RawUpload.objects.exists())

    def test_state_forbids_it(self):
        self.register_worker()
        body = {'name': 'a.yaml', 'content': 'x'}
        for change, reason in (
            ({'sync_direction': 'disabled'}, 'SyncDisabled'),
            ({'sync_enabled': False}, 'SyncDisabled'),
            ({'gitops_initialized': False}, 'DirectoryNotInitialized'),
            ({'git_repository': None}, 'NoRepository'),
        ):
            HedgehogFabric.objects.update(**change)
            with self.subTest(reason):
                response = self.post(self.path, body)
                self.assertHttpStatus(response, 409)
                self.assertEqual(response.data['reason'], reason)
        self.assertFalse(RawUpload.objects.exists())

    def test_by_hand_only_takes_what_a_person_hands_over(self):
        self.register_worker()
        HedgehogFabric.objects.update(sync_direction='manual_only', publish_mode='manual')
        self.assertHttpStatus(self.post(self.path, {'name': 'a.yaml', 'content': 'x'}), 202)

    def test_who_may_not_ingest_is_refused(self):
        self.register_worker()
        body = {'name': 'a.yaml', 'content': 'x'}
        ingest = ObjectPermission.objects.filter(actions__contains=['ingest'])
        ingest.update(constraints={'slug': 'another'})
        self.assertHttpStatus(self.post(self.path, body), 403)
        ingest.delete()
        self.assertRefused(self.post(self.path, body), 403, 'PERMISSION_DENIED', 'PermissionDenied')
        self.assertFalse(RawUpload.objects.exists())

    def test_one_that_waits_can_be_taken_back(self):
        waiting, pushing = an_upload(self.fabric), an_upload(self.fabric, state='pushing')
        delete = lambda upload: self.client.delete(f'{BASE}/uploads/{upload.pk}/', **self.header)  # noqa: E731
        self.assertHttpStatus(delete(waiting), 403)
        self.add_permissions('netbox_hedgehog.delete_rawupload')
        self.assertHttpStatus(delete(waiting), 204)
        self.assertHttpStatus(delete(pushing), 409)
        self.assertEqual(list(RawUpload.objects.all()), [pushing])

    def test_the_bytes_are_in_no_answer(self):
        upload = an_upload(self.fabric, content=b'CANARY')
        for path in ('uploads', f'uploads/{upload.pk}', 'uploads?fields=id,content'):
            response = self.client.get(f'{BASE}/{path}', follow=True, **self.header)
            self.assertHttpStatus(response, 200)
            self.assertNotIn('CANARY', response.content.decode())
