"""Pages of fabrics: NetBox's own test cases, the buttons, the tabs and the status panel."""

from unittest import mock

from core.models import Job
from django.urls import reverse
from utilities.testing import TestCase, ViewTestCases

from netbox_hedgehog.models import (
    Checkpoint,
    ConflictResolution,
    GitRepository,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    RawUpload,
    SyncOperation,
    YAMLDuplicateGroup,
)
from netbox_hedgehog.sync.status import gitops_status, sync_status

from .builders import a_conflict, a_fabric, a_repository, a_resource, an_entry, an_operation
from .pages import PluginUrls, a_waiting_worker, allow

FAILURE = {
    'status': 'failed',
    'last_reason': 'CredentialsRefused',
    'last_error_message': 'The server refused the credential. Enter a new one.',
}


class HedgehogFabricPagesTest(
    PluginUrls,
    ViewTestCases.PrimaryObjectViewTestCase,
    ViewTestCases.BulkRenameObjectsViewTestCase,
):
    model = HedgehogFabric

    @classmethod
    def setUpTestData(cls):
        repository = a_repository(name='Fabrics')
        rows = [a_fabric(name=f'Fabric number {n}', git_repository=repository) for n in range(3)]
        cls.form_data = {
            'name': 'Fabric X',
            'slug': 'fabric-x',
            'status': 'planned',
            'git_repository': repository.pk,
            'branch': 'trunk',
            'gitops_directory': 'sites/x',
            'sync_enabled': True,
            'sync_direction': 'git_to_gui',
            'publish_mode': 'manual',
            'sync_interval': 600,
            'conflict_strategy': 'git_wins',
            'archive_strategy': 'move_to_archive',
            'bad_document_policy': 'hold_file',
            'annotate': False,
            'keep_layout': True,
            'duplicate_detection_enabled': False,
            'duplicate_scan_interval': 7200,
            'duplicate_resolution_mode': 'report',
            'template_environment': 'lab',
            'template_change_mode': 'apply',
            'template_removal_mode': 'hold',
            'kubernetes_namespace': 'default',
            'gitops_tool': 'argocd',
            'description': 'Made by a test',
        }
        cls.bulk_edit_data = {
            'status': 'maintenance',
            'duplicate_resolution_mode': 'automatic',
            'template_change_mode': 'apply',
            'sync_direction': 'manual_only',
            'publish_mode': 'manual',
            'sync_interval': 900,
            'archive_strategy': 'git_history_only',
            'description': 'Together',
        }
        cls.csv_data = (
            'name,slug,git_repository,gitops_directory,status',
            'One,one,Fabrics,import/one,planned',
            'Two,two,Fabrics,import/two,active',
            'Three,three,,,active',
        )
        cls.csv_update_data = ('id,description', *(f'{row.pk},Text {row.pk}' for row in rows))


class FabricButtonsTest(TestCase):
    """Each button asks for its own permission, on this very fabric, and queues its own work."""

    buttons = {
        'init_gitops': ('init', 'directory_init'),
        'ingest_raw': ('ingest', 'file_ingestion'),
        'sync': ('sync', 'sync'),
    }

    def setUp(self):
        super().setUp()
        self.fabric = a_fabric(git_repository=a_repository())
        self.page = self.fabric.get_absolute_url()
        allow(self.user, HedgehogFabric, 'view')
        self.enterContext(a_waiting_worker())

    def _address(self, name, fabric=None):
        pk = (fabric or self.fabric).pk
        return reverse(f'plugins:netbox_hedgehog:hedgehogfabric_{name}', args=[pk])

    def test_without_permission_no_button_and_403(self):
        shown = self.client.get(self.page).content.decode()
        for name in self.buttons:
            with self.subTest(name):
                self.assertNotIn(f'action="{self._address(name)}"', shown)
                self.assertHttpStatus(self.client.post(self._address(name)), 403)
        self.assertFalse(SyncOperation.objects.exists())

    def test_each_permission_gives_its_button_only(self):
        for name, (permission, operation_type) in self.buttons.items():
            with self.subTest(name):
                SyncOperation.objects.all().delete()
                self.user.object_permissions.all().delete()
                allow(self.user, HedgehogFabric, 'view', permission)
                shown = self.client.get(self.page).content.decode()
                forms = {each for each in self.buttons if f'"{self._address(each)}"' in shown}
                self.assertEqual(forms, {name})
                response = self.client.post(self._address(name), follow=True)
                self.assertContains(response, 'Queued')
                operation = SyncOperation.objects.get()
                self.assertEqual(operation.operation_type, operation_type)
                self.assertEqual(operation.initiated_by, self.user)
                self.assertEqual(operation.trigger_type, 'manual')
                self.assertTrue(Job.objects.filter(pk=operation.job_id, user=self.user).exists())

    def test_a_tab_has_its_button_for_whoever_may_press_it_on_the_fabric(self):
        SyncOperation.objects.all().delete()
        HedgehogFabric.objects.filter(pk=self.fabric.pk).update(gitops_initialized=True)
        for tab, model, permission, button in (
            ('checkpoints', Checkpoint, 'push', 'make_checkpoint'),
            ('uploads', RawUpload, 'ingest', 'upload'),
            ('duplicates', YAMLDuplicateGroup, 'settle', 'scan_duplicates'),
        ):
            with self.subTest(tab):
                self.user.object_permissions.all().delete()
                allow(self.user, HedgehogFabric, 'view')
                allow(self.user, model, 'view')
                self.assertNotContains(self.client.get(self._address(tab)), self._address(button))
                allow(self.user, HedgehogFabric, permission)
                self.assertContains(self.client.get(self._address(tab)), self._address(button))

    def test_a_constrained_permission_reaches_its_own_fabric_only(self):
        other = a_fabric(git_repository=a_repository())
        allow(self.user, HedgehogFabric, 'sync', pk=other.pk)
        self.assertNotContains(self.client.get(self.page), f'action="{self._address("sync")}"')
        self.assertHttpStatus(self.client.post(self._address('sync')), 404)
        self.assertContains(
            self.client.get(other.get_absolute_url()), f'action="{self._address("sync", other)}"'
        )

    def test_get_starts_nothing(self):
        allow(self.user, HedgehogFabric, 'init', 'ingest', 'sync')
        for name in self.buttons:
            self.assertRedirects(self.client.get(self._address(name)), self.page)
        self.assertFalse(SyncOperation.objects.exists())

    def test_what_cannot_work_is_said_and_not_queued(self):
        allow(self.user, HedgehogFabric, 'init', 'ingest', 'sync')
        lonely = a_fabric()
        off = a_fabric(git_repository=a_repository(), sync_enabled=False)
        dead = a_fabric(git_repository=a_repository(enabled=False))
        for fabric, name, words in (
            (lonely, 'init_gitops', 'This fabric has no Git repository'),
            (off, 'sync', 'Synchronisation is switched off'),
            (dead, 'ingest_raw', 'The Git repository of this fabric is disabled'),
        ):
            with self.subTest(name):
                self.assertContains(self.client.get(fabric.get_absolute_url()), words)
                response = self.client.post(self._address(name, fabric), follow=True)
                self.assertContains(response, words)
        self.assertFalse(SyncOperation.objects.exists())

    def test_without_a_worker_nothing_is_promised(self):
        allow(self.user, HedgehogFabric, 'sync')
        with mock.patch(
            'netbox_hedgehog.jobs.operations.any_workers_for_queue', return_value=False
        ):
            response = self.client.post(self._address('sync'), follow=True)
        self.assertContains(response, 'worker')
        self.assertNotContains(response, 'Queued')
        self.assertFalse(SyncOperation.objects.exists())

    def test_many_at_once(self):
        other = a_fabric(git_repository=a_repository())
        hidden = a_fabric(git_repository=a_repository())
        address = reverse('plugins:netbox_hedgehog:hedgehogfabric_bulk_sync')
        chosen = {'pk': [self.fabric.pk, other.pk, hidden.pk, 'x']}
        self.assertHttpStatus(self.client.post(address, chosen), 403)
        allow(self.user, HedgehogFabric, 'sync', pk__in=[self.fabric.pk, other.pk])
        self.assertHttpStatus(self.client.post(address, chosen), 302)
        started = set(SyncOperation.objects.values_list('fabric_id', flat=True))
        self.assertEqual(started, {self.fabric.pk, other.pk})


class FabricStatusPanelTest(TestCase):
    """One derivation on every page; an error comes with its reason and a button to retry."""

    def setUp(self):
        super().setUp()
        self.fabric = a_fabric(git_repository=a_repository())
        allow(self.user, HedgehogFabric, 'view', 'init', 'ingest', 'sync')

    def _same_everywhere(self, words):
        self.assertEqual(sync_status(self.fabric), gitops_status(self.fabric)['sync_status'])
        for name in ('overview', 'hedgehogfabric_list'):
            self.assertContains(self.client.get(reverse(f'plugins:netbox_hedgehog:{name}')), words)
        self.assertContains(self.client.get(self.fabric.get_absolute_url()), words)

    def test_never_synced(self):
        self._same_everywhere('Never synchronised')

    def test_conflicts(self):
        self.fabric.sync_state.last_synced_commit = 'a' * 40
        self.fabric.sync_state.save()
        a_conflict(a_resource(self.fabric))
        self._same_everywhere('>Conflicts<')

    def test_error_with_reason_and_retry_of_the_same_work(self):
        for kind, view in (
            ('sync', 'sync'),
            ('directory_init', 'init_gitops'),
            ('file_ingestion', 'ingest_raw'),
        ):
            with self.subTest(kind):
                SyncOperation.objects.all().delete()
                an_operation(self.fabric, operation_type=kind, **FAILURE)
                self._same_everywhere('>Error<')
                response = self.client.get(self.fabric.get_absolute_url())
                self.assertContains(response, 'CredentialsRefused')
                self.assertContains(response, 'Enter a new one.')
                panel = response.content.decode().split('hh-fabric-status')[1].split('</table')[0]
                address = reverse(
                    f'plugins:netbox_hedgehog:hedgehogfabric_{view}', args=[self.fabric.pk]
                )
                self.assertIn(f'action="{address}"', panel)
                self.assertIn('Retry', panel)

    def test_no_retry_without_permission(self):
        an_operation(self.fabric, **FAILURE)
        self.user.object_permissions.all().delete()
        allow(self.user, HedgehogFabric, 'view')
        response = self.client.get(self.fabric.get_absolute_url())
        self.assertContains(response, 'CredentialsRefused')
        self.assertNotContains(response, 'Retry')

    def test_no_cluster_is_never_in_sync(self):
        self.assertContains(self.client.get(self.fabric.get_absolute_url()), 'Not configured')

    def test_refreshes_itself_while_something_waits_and_stops_after(self):
        operation = an_operation(self.fabric)
        address = reverse('plugins:netbox_hedgehog:hedgehogfabric_status', args=[self.fabric.pk])
        page = self.client.get(self.fabric.get_absolute_url())
        self.assertContains(page, f'hx-get="{address}?seen=')
        asked = self.client.get(address, headers={'HX-Request': 'true'})
        self.assertContains(asked, 'every 2s')
        self.assertNotIn('HX-Refresh', asked)
        SyncOperation.objects.filter(pk=operation.pk).update(status='completed')
        asked = self.client.get(address, headers={'HX-Request': 'true'})
        self.assertNotContains(asked, 'every 2s')
        self.assertEqual(asked['HX-Refresh'], 'true')

    def test_fragment_is_restricted_too(self):
        address = reverse('plugins:netbox_hedgehog:hedgehogfabric_status', args=[self.fabric.pk])
        self.user.object_permissions.all().delete()
        self.assertHttpStatus(self.client.get(address), 403)

    def test_findings_of_the_last_operation_with_their_place(self):
        an_operation(
            self.fabric,
            status='partially_completed',
            findings_total=1,
            findings=[
                {
                    'severity': 'error',
                    'code': 'DuplicateKey',
                    'message': 'The key "name" stands twice.',
                    'file': 'fabrics/lab/gitops/raw/broken.yaml',
                    'document': 0,
                    'line': 5,
                    'column': 3,
                    'resource': None,
                }
            ],
        )
        response = self.client.get(self.fabric.get_absolute_url())
        self.assertContains(response, 'fabrics/lab/gitops/raw/broken.yaml:5:3')
        self.assertContains(response, 'DuplicateKey')


class FabricTabsTest(TestCase):
    """The tabs show the fabric's rows, the permitted ones only, and count them."""

    tabs = {
        'resources': HedgehogResource,
        'operations': SyncOperation,
        'conflicts': ConflictResolution,
        'outbox': OutboxEntry,
    }

    def setUp(self):
        super().setUp()
        self.fabric, self.other = a_fabric(), a_fabric()
        self.rows = {}
        for fabric in (self.fabric, self.other):
            resource = a_resource(fabric)
            self.rows[fabric] = {
                'resources': resource,
                'operations': an_operation(fabric),
                'conflicts': a_conflict(resource),
                'outbox': an_entry(resource),
            }
        allow(self.user, HedgehogFabric, 'view')

    def _address(self, tab):
        return reverse(f'plugins:netbox_hedgehog:hedgehogfabric_{tab}', args=[self.fabric.pk])

    def test_own_rows_only(self):
        for model in self.tabs.values():
            allow(self.user, model, 'view')
        for tab in self.tabs:
            with self.subTest(tab):
                response = self.client.get(self._address(tab))
                self.assertContains(response, self.rows[self.fabric][tab].get_absolute_url())
                self.assertNotContains(response, self.rows[self.other][tab].get_absolute_url())

    def test_rows_without_permission_stay_hidden_and_so_does_the_tab(self):
        page = self.client.get(self.fabric.get_absolute_url())
        for tab in self.tabs:
            with self.subTest(tab):
                self.assertNotContains(page, f'href="{self._address(tab)}"')
                response = self.client.get(self._address(tab))
                self.assertNotContains(response, self.rows[self.fabric][tab].get_absolute_url())

    def test_badges_count_what_waits(self):
        for model in self.tabs.values():
            allow(self.user, model, 'view')
        ConflictResolution.objects.update(resolution_status='resolved')
        OutboxEntry.objects.update(state='done')
        page = self.client.get(self.fabric.get_absolute_url()).content.decode()
        counted = {tab: _badge(page, self._address(tab)) for tab in self.tabs}
        self.assertEqual(
            counted, {'resources': '1', 'operations': '1', 'conflicts': None, 'outbox': None}
        )

    def test_contents_by_kind_link_to_the_filtered_list(self):
        allow(self.user, HedgehogResource, 'view')
        a_resource(self.fabric, kind='Switch', api_group='wiring.githedgehog.com', name='leaf-1')
        page = self.client.get(self.fabric.get_absolute_url())
        address = f'/plugins/hedgehog/switches/?fabric_id={self.fabric.pk}'
        self.assertContains(page, address)
        shown = self.client.get(address)
        self.assertContains(shown, 'leaf-1')
        self.assertNotContains(shown, self.rows[self.fabric]['resources'].name)


class FabricFormTest(TestCase):
    user_permissions = ('netbox_hedgehog.add_hedgehogfabric',)

    def test_a_repository_the_user_may_not_see_cannot_be_chosen(self):
        hidden = a_repository()
        response = self.client.post(
            reverse('plugins:netbox_hedgehog:hedgehogfabric_add'),
            {'name': 'X', 'git_repository': hidden.pk},
        )
        self.assertHttpStatus(response, 200)
        self.assertFalse(HedgehogFabric.objects.exists())
        self.assertTrue(GitRepository.objects.exists())


def _badge(page, address):
    """The number on the tab that leads to the address."""
    tab = page.split(f'href="{address}"', 1)[1].split('</a>', 1)[0]
    return tab.split('">')[-1].split('</span>')[0].strip() if 'badge' in tab else None
