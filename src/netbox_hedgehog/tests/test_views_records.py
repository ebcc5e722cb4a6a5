"""Pages of operations, conflicts and the outbox: readable, filterable, never writable."""

from django.urls import NoReverseMatch, reverse
from utilities.testing import TestCase, ViewTestCases

from netbox_hedgehog.models import (
    ConflictResolution,
    ErrorRecord,
    OutboxEntry,
    PullRequest,
    SyncOperation,
)

from .builders import (
    a_conflict,
    a_fabric,
    a_pull_request,
    a_repository,
    a_resource,
    an_entry,
    an_error,
    an_operation,
)
from .pages import PluginUrls, a_waiting_worker, allow

BASE = 'spec:\n  subnets:\n    default:\n      vlan: 1001\n'


class Cases:
    class Record(
        PluginUrls,
        ViewTestCases.GetObjectViewTestCase,
        ViewTestCases.ListObjectsViewTestCase,
    ):
        def test_no_page_writes(self):
            for action in ('add', 'edit', 'delete', 'bulk_edit', 'bulk_import', 'bulk_delete'):
                for kwargs in ({}, {'pk': 1}):
                    with self.subTest(action, **kwargs), self.assertRaises(NoReverseMatch):
                        reverse(self._get_base_url().format(action), kwargs=kwargs)

        def test_posting_is_refused(self):
            self.user.is_superuser = True
            self.user.save()
            row = self.model.objects.first()
            for address in (row.get_absolute_url(), self._get_url('list')):
                self.assertHttpStatus(self.client.post(address, {'name': 'x'}), 405)


class SyncOperationPagesTest(Cases.Record):
    model = SyncOperation

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for _ in range(3):
            an_operation(fabric)


class ConflictResolutionPagesTest(Cases.Record):
    model = ConflictResolution

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for _ in range(3):
            a_conflict(a_resource(fabric))


class OutboxEntryPagesTest(Cases.Record):
    model = OutboxEntry

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for _ in range(3):
            an_entry(a_resource(fabric))


class PullRequestPagesTest(Cases.Record):
    model = PullRequest

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for _ in range(3):
            a_pull_request(fabric)


class ErrorRecordPagesTest(Cases.Record):
    model = ErrorRecord

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for _ in range(3):
            an_error(fabric)

    def test_an_error_leads_to_the_line_of_its_file(self):
        fabric = a_fabric(gitops_directory='fabrics/own')
        allow(self.user, ErrorRecord, 'view')
        inside = an_error(fabric, path='fabrics/own/raw/torn.yaml', line=6)
        files = reverse('plugins:netbox_hedgehog:hedgehogfabric_files', args=[fabric.pk])
        link = f'<a href="{files}?path=raw%2Ftorn.yaml#L6">fabrics/own/raw/torn.yaml</a>'
        self.assertContains(self.client.get(inside.get_absolute_url()), link)
        outside = an_error(fabric, path='elsewhere/torn.yaml', line=6)
        self.assertNotContains(self.client.get(outside.get_absolute_url()), files)


class ButtonsCase(TestCase):
    """Buttons of one record: shown with the permission, refused without."""

    def setUp(self):
        super().setUp()
        self.fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)

    def press(self, row, name, *permissions):
        model = type(row)
        address = reverse(f'plugins:netbox_hedgehog:{model._meta.model_name}_{name}', args=[row.pk])
        allow(self.user, model, 'view')
        self.assertNotContains(self.client.get(row.get_absolute_url()), address)
        self.assertHttpStatus(self.client.post(address), 403)
        allow(self.user, model, *permissions)
        self.assertContains(self.client.get(row.get_absolute_url()), address)
        with a_waiting_worker():
            self.assertHttpStatus(self.client.post(address), 302)
        row.refresh_from_db()


class PullRequestButtonsTest(ButtonsCase):
    def test_merge_asks_for_an_operation(self):
        row = a_pull_request(self.fabric)
        self.press(row, 'merge', 'merge')
        operation = SyncOperation.objects.get(operation_type='branch_merge')
        self.assertEqual(operation.operation_config, {'branch': row.branch})

    def test_close_is_noted_and_a_sync_asked_for(self):
        row = a_pull_request(self.fabric)
        self.press(row, 'close', 'close')
        self.assertTrue(row.close_requested)
        self.assertTrue(SyncOperation.objects.filter(operation_type='sync').exists())

    def test_what_has_a_number_is_merged_at_its_host(self):
        row = a_pull_request(self.fabric, number=7)
        allow(self.user, PullRequest, 'view', 'merge')
        address = reverse('plugins:netbox_hedgehog:pullrequest_merge', args=[row.pk])
        self.client.post(address)
        self.assertFalse(SyncOperation.objects.filter(operation_type='branch_merge').exists())

    def test_what_is_over_has_no_buttons(self):
        row = a_pull_request(self.fabric, state='merged')
        allow(self.user, PullRequest, 'view', 'merge', 'close')
        self.assertNotContains(self.client.get(row.get_absolute_url()), '/merge/')


class OutboxButtonsTest(ButtonsCase):
    def test_try_again(self):
        entry = an_entry(a_resource(self.fabric), state='declined', reason='closed')
        self.press(entry, 'retry', 'retry')
        self.assertEqual((entry.state, entry.reason), ('pending', ''))

    def test_take_back(self):
        row = a_resource(self.fabric, draft_spec={'subnets': {'a': {}}})
        entry = row.outbox_entries.get() if row.outbox_entries.exists() else an_entry(row)
        self.press(entry, 'discard', 'discard')
        self.assertEqual(entry.state, 'discarded')
        row.refresh_from_db()
        self.assertFalse(row.has_draft)


class UndoPageTest(TestCase):
    user_permissions = ('netbox_hedgehog.view_syncoperation',)

    def setUp(self):
        super().setUp()
        fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)
        self.operation = an_operation(fabric, status='completed', commit_sha='ab' * 20)
        self.address = reverse(
            'plugins:netbox_hedgehog:syncoperation_undo', args=[self.operation.pk]
        )

    def test_the_button_needs_the_permission_and_a_commit(self):
        page = self.operation.get_absolute_url()
        self.assertNotContains(self.client.get(page), self.address)
        self.assertHttpStatus(self.client.post(self.address), 403)
        allow(self.user, SyncOperation, 'view', 'undo')
        self.assertContains(self.client.get(page), self.address)
        SyncOperation.objects.update(commit_sha='')
        self.assertContains(self.client.get(page), 'has made no commit')

    def test_queues_the_undo_once_and_leads_to_it(self):
        allow(self.user, SyncOperation, 'view', 'undo')
        with a_waiting_worker(), self.captureOnCommitCallbacks(execute=False):
            response = self.client.post(self.address)
            self.client.post(self.address)
        undo = SyncOperation.objects.get(operation_type='undo')
        self.assertRedirects(response, undo.get_absolute_url())
        self.assertEqual((undo.undoes, undo.initiated_by), (self.operation, self.user))


class CancelPageTest(TestCase):
    user_permissions = ('netbox_hedgehog.view_syncoperation',)

    def test_only_what_is_not_over_has_the_button(self):
        operation = an_operation(a_fabric())
        address = reverse('plugins:netbox_hedgehog:syncoperation_cancel', args=[operation.pk])
        page = operation.get_absolute_url()
        self.assertNotContains(self.client.get(page), address)
        self.assertHttpStatus(self.client.post(address), 403)
        allow(self.user, SyncOperation, 'view', 'cancel')
        self.assertContains(self.client.get(page), address)
        self.assertContains(self.client.post(address, follow=True), 'Cancelled')
        self.assertNotContains(self.client.get(page), address)
        self.assertContains(self.client.post(address, follow=True), 'is over')


class OperationPageTest(TestCase):
    user_permissions = ('netbox_hedgehog.view_syncoperation',)

    def test_tells_counts_files_findings_and_reason(self):
        fabric = a_fabric(gitops_directory='fabrics/own')
        operation = an_operation(
            fabric,
            status='partially_completed',
            documents_seen=47,
            documents_ingested=46,
            documents_held=1,
            files_created=46,
            commit_sha='feed' * 10,
            last_reason='DocumentsHeld',
            findings_total=1201,
            findings=[
                {'severity': 'warning', 'code': 'B', 'message': 'less', 'file': 'raw/b.yaml'},
                {
                    'severity': 'error',
                    'code': 'A',
                    'message': 'worse',
                    'file': 'fabrics/own/a',
                    'line': 3,
                },
            ],
            plan={
                'changes': [
                    {'action': 'move', 'path': 'new.yaml', 'from': 'old.yaml', 'reason': 'tidy'}
                ],
                'changes_total': 5,
            },
        )
        page = self.client.get(operation.get_absolute_url())
        for words in (
            '47 seen, 46 ingested, 0 unmanaged, 1 held',
            'DocumentsHeld',
            'feed' * 10,
            'old.yaml &rarr; new.yaml',
            'and 1199 more',
            'and 4 more',
        ):
            self.assertContains(page, words)
        shown = page.content.decode()
        self.assertLess(shown.index('worse'), shown.index('less'))
        files = reverse('plugins:netbox_hedgehog:hedgehogfabric_files', args=[fabric.pk])
        self.assertIn(f'<a href="{files}?path=a#L3">', shown)


class ConflictPageTest(TestCase):
    """Base, Git and NetBox side by side, with the fields that differ."""

    user_permissions = ('netbox_hedgehog.view_conflictresolution',)

    def _state(self, vlan):
        return {
            'text': BASE.replace('1001', str(vlan)),
            'spec': {'subnets': {'default': {'vlan': vlan}}},
            'labels': {},
            'annotations': {},
        }

    def test_three_sides_and_the_fields(self):
        conflict = a_conflict(
            a_resource(a_fabric()),
            base_state=self._state(1001),
            git_state=self._state(1002),
            gui_state=self._state(1003),
            git_commit='c0ffee',
            conflicting_fields=['spec.subnets.default.vlan', 'metadata.labels."a.b/c"'],
        )
        page = self.client.get(conflict.get_absolute_url())
        for words in (
            'Last agreed',
            'c0ffee',
            'spec.subnets.default.vlan',
            '-      vlan: 1001',
            '+      vlan: 1002',
            '+      vlan: 1003',
        ):
            self.assertContains(page, words)
        row = page.content.decode().split('spec.subnets.default.vlan</td>')[1].split('</tr>')[0]
        values = [cell.split('>')[1].split('<')[0] for cell in row.split('<td')[1:]]
        self.assertEqual(values, ['1001', '1002', '1003'])

    def test_a_side_that_is_gone_says_so(self):
        conflict = a_conflict(
            a_resource(a_fabric()),
            conflict_type='missing_resource',
            base_state=self._state(1),
            git_state=None,
            gui_state=self._state(2),
        )
        self.assertContains(self.client.get(conflict.get_absolute_url()), 'Deleted in Git.')

    def test_a_conflict_about_a_directory_has_a_page_too(self):
        fabric = a_fabric()
        conflict = ConflictResolution.objects.create(
            fabric=fabric, conflict_type='history_rewritten', path=fabric.gitops_directory
        )
        self.assertContains(self.client.get(conflict.get_absolute_url()), 'History rewritten')
        listed = self.client.get(reverse('plugins:netbox_hedgehog:conflictresolution_list'))
        self.assertContains(listed, conflict.get_absolute_url())


class OutboxPageTest(TestCase):
    user_permissions = ('netbox_hedgehog.view_outboxentry',)

    def test_shows_what_will_change(self):
        entry = an_entry(
            a_resource(a_fabric()),
            base_text=BASE,
            new_text=BASE.replace('1001', '1002'),
            message='Move to 1002',
            reason='PushDeclined: the branch is protected',
            state='failed',
        )
        page = self.client.get(entry.get_absolute_url())
        for words in ('-      vlan: 1001', '+      vlan: 1002', 'Move to 1002', 'PushDeclined'):
            self.assertContains(page, words)

    def test_a_removal_takes_every_line(self):
        entry = an_entry(a_resource(a_fabric()), action='delete', base_text=BASE)
        self.assertContains(self.client.get(entry.get_absolute_url()), '-spec:')
