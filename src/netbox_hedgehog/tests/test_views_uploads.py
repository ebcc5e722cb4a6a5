"""Pages of uploads: handing over, looking, taking back."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from utilities.testing import TestCase, ViewTestCases

from netbox_hedgehog.models import HedgehogFabric, RawUpload, SyncOperation

from .builders import a_fabric, a_repository, a_resource, an_operation, an_upload
from .git_case import vpc
from .pages import PluginUrls, a_waiting_worker, allow
from .test_api_actions import plugin_settings


class RawUploadPagesTest(
    PluginUrls,
    ViewTestCases.GetObjectViewTestCase,
    ViewTestCases.ListObjectsViewTestCase,
    ViewTestCases.DeleteObjectViewTestCase,
):
    model = RawUpload

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for _ in range(3):
            an_upload(fabric)

    def test_shows_what_waits_and_why(self):
        self.user.is_superuser = True
        self.user.save()
        upload = RawUpload.objects.first()
        operation = an_operation(upload.fabric)
        RawUpload.objects.update(
            state='refused', reason='PathTaken: no', sync_operation=operation, content=vpc('shown')
        )
        page = self.client.get(upload.get_absolute_url())
        for words in ('PathTaken: no', 'shown', operation.get_absolute_url()):
            self.assertContains(page, words)
        RawUpload.objects.update(content=None)
        self.assertNotContains(self.client.get(upload.get_absolute_url()), 'What waits')
        self.assertContains(page, 'Take back')
        RawUpload.objects.update(state='done')
        self.assertNotContains(self.client.get(upload.get_absolute_url()), 'Take back')

    def test_one_on_its_way_cannot_be_taken_back(self):
        self.user.is_superuser = True
        self.user.save()
        upload = RawUpload.objects.first()
        RawUpload.objects.update(state='pushing')
        address = reverse('plugins:netbox_hedgehog:rawupload_delete', args=[upload.pk])
        response = self.client.post(address, {'confirm': True}, follow=True)
        self.assertContains(response, 'on its way to Git')
        self.assertEqual(RawUpload.objects.count(), 3)


class UploadFormTest(TestCase):
    def setUp(self):
        super().setUp()
        self.fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)
        self.address = reverse(
            'plugins:netbox_hedgehog:hedgehogfabric_upload', args=[self.fabric.pk]
        )
        allow(self.user, HedgehogFabric, 'view')

    def post(self, worker=True, **data):
        if not worker:
            return self.client.post(self.address, data)
        with a_waiting_worker():
            return self.client.post(self.address, data)

    def test_needs_the_permission_on_this_very_fabric(self):
        self.assertNotContains(self.client.get(self.fabric.get_absolute_url()), self.address)
        self.assertHttpStatus(self.client.get(self.address), 403)
        self.assertHttpStatus(self.post(name='a.yaml', text='x'), 403)
        other = a_fabric(git_repository=a_repository(), gitops_initialized=True)
        allow(self.user, HedgehogFabric, 'ingest', pk=other.pk)
        self.assertHttpStatus(self.post(name='a.yaml', text='x'), 404)
        self.assertNotContains(self.client.get(self.fabric.get_absolute_url()), self.address)
        self.assertFalse(RawUpload.objects.exists())

    def test_files_and_a_pasted_text_are_one_change_set(self):
        allow(self.user, HedgehogFabric, 'ingest')
        self.assertContains(self.client.get(self.fabric.get_absolute_url()), self.address)
        self.assertContains(self.client.get(self.address), 'multiple')
        files = [SimpleUploadedFile(f'{name}.yaml', vpc(name)) for name in 'ab']
        response = self.post(files=files, name='lab/c.yaml', text='x: 1\r\n', message='Three')
        self.assertRedirects(
            response, self.fabric.get_absolute_url(), fetch_redirect_response=False
        )
        self.assertEqual(RawUpload.objects.values('change_set_id').distinct().count(), 1)
        kept = {upload.name: bytes(upload.content) for upload in RawUpload.objects.all()}
        self.assertEqual(kept, {'a.yaml': vpc('a'), 'b.yaml': vpc('b'), 'lab/c.yaml': b'x: 1\n'})
        operation = SyncOperation.objects.get()
        self.assertEqual(
            (operation.operation_type, operation.trigger_type, operation.initiated_by),
            ('file_ingestion', 'manual', self.user),
        )
        self.assertContains(
            self.client.get(self.fabric.get_absolute_url()), operation.get_absolute_url()
        )

    def test_what_is_wrong_is_said_and_nothing_kept(self):
        allow(self.user, HedgehogFabric, 'ingest')
        for data, words in (
            ({}, 'Choose a file'),
            ({'text': 'x'}, 'Give the pasted text'),
            ({'name': 'a.yaml'}, 'There is no text'),
            ({'name': 'a.sh', 'text': 'x'}, 'is not read for objects'),
            ({'name': '../a.yaml', 'text': 'x'}, 'leads out of raw'),
        ):
            with self.subTest(words):
                self.assertContains(self.post(**data), words)
        with plugin_settings(max_file_size=5):
            file = SimpleUploadedFile('a.yaml', b'x' * 6)
            self.assertContains(self.post(files=[file]), '5 are allowed')
        self.assertContains(self.post(worker=False, name='a.yaml', text='x'), 'worker')
        self.assertFalse(RawUpload.objects.exists())
        self.assertFalse(SyncOperation.objects.exists())

    def test_what_cannot_work_is_said_on_the_button(self):
        allow(self.user, HedgehogFabric, 'ingest')
        HedgehogFabric.objects.update(sync_direction='disabled')
        page = self.client.get(self.fabric.get_absolute_url())
        self.assertContains(page, 'Synchronisation is switched off')
        self.assertRedirects(self.client.get(self.address), self.fabric.get_absolute_url())
        self.post(name='a.yaml', text='x')
        self.assertFalse(RawUpload.objects.exists())


class FindingsShownTest(TestCase):
    """Findings of objects: counted by the database, filtered, listed, linked."""

    @classmethod
    def setUpTestData(cls):
        cls.fabric = a_fabric()
        cls.bad, cls.odd, cls.good = (a_resource(cls.fabric, name=n) for n in 'xyz')
        error = {
            'severity': 'error', 'code': 'VlanRange', 'message': 'too large', 'file': 'f.yaml',
            'line': 9, 'field': 'spec.vlan', 'suggestion': 'Use 100.',
        }  # fmt: skip
        warning = {**error, 'severity': 'warning', 'code': 'UnknownField'}
        cls.bad.sync_state.findings = [error, error, warning]
        cls.odd.sync_state.findings = [warning]
        for row in (cls.bad, cls.odd):
            row.sync_state.save()

    def setUp(self):
        super().setUp()
        self.user.is_superuser = True
        self.user.save()
        self.list = reverse('plugins:netbox_hedgehog:hedgehogresource_list')

    def test_the_list_can_be_narrowed_and_counts(self):
        page = self.client.get(f'{self.list}?has_errors=true')
        self.assertContains(page, '2 E')
        self.assertContains(page, self.bad.get_absolute_url())
        self.assertNotContains(page, self.odd.get_absolute_url())
        page = self.client.get(f'{self.list}?has_warnings=false')
        self.assertContains(page, self.good.get_absolute_url())
        self.assertNotContains(page, self.bad.get_absolute_url())

    def test_the_fabric_page_counts_and_links(self):
        page = self.client.get(self.fabric.get_absolute_url()).content.decode()
        for severity in ('errors', 'warnings'):
            self.assertIn(f'?fabric_id={self.fabric.pk}&amp;has_{severity}=true', page)

    def test_more_findings_take_no_more_queries(self):
        counted = []
        for page in (self.fabric.get_absolute_url(), self.list):
            self.client.get(page)
            with CaptureQueriesContext(connection) as few:
                self.client.get(page)
            counted.append(len(few))
        for number in range(20):
            row = a_resource(self.fabric, name=f'more-{number}')
            row.sync_state.findings = self.bad.sync_state.findings
            row.sync_state.save()
        for page, few in zip((self.fabric.get_absolute_url(), self.list), counted, strict=True):
            with CaptureQueriesContext(connection) as many:
                self.client.get(page)
            self.assertEqual(len(many), few, page)

    def test_the_page_of_the_object_says_field_and_suggestion(self):
        page = self.client.get(self.bad.get_absolute_url())
        for words in ('VlanRange', 'spec.vlan', 'Use 100.', 'f.yaml:9'):
            self.assertContains(page, words)

    def test_an_old_finding_without_them_is_shown_too(self):
        self.bad.sync_state.findings = [{'severity': 'error', 'code': 'X', 'message': 'old'}]
        self.bad.sync_state.save()
        self.assertContains(self.client.get(self.bad.get_absolute_url()), 'old')
