"""Each feature flag and each setting of the mission, on and off: the rest works either way."""

from unittest import mock

from django.urls import reverse
from utilities.testing import TestCase

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.testing.faults import Fault
from netbox_hedgehog import navigation
from netbox_hedgehog.choices import SyncOperationTypeChoices as Type
from netbox_hedgehog.jobs import enqueue_operation
from netbox_hedgehog.models import ConflictResolution, OutboxEntry, SyncOperation
from netbox_hedgehog.sync import runner
from netbox_hedgehog.sync.features import Feature, is_on, require, switched_off
from netbox_hedgehog.sync.stores import git_settings

from .builders import a_fabric, a_repository
from .git_case import BASE, GitTransactionCase, vpc
from .pages import a_waiting_worker
from .test_api_actions import ActionTestCase, plugin_settings
from .test_api_resolve import a_clash
from .test_sync_conflicts import ONE, ConflictCase


def without(feature: Feature):
    return plugin_settings(**{feature.value: False})


class FeatureTest(TestCase):
    def test_all_are_on_and_each_can_be_switched_off(self) -> None:
        self.assertEqual(switched_off(), {})
        for feature in Feature:
            with self.subTest(feature), without(feature):
                self.assertFalse(is_on(feature))
                self.assertEqual(list(switched_off()), [feature.value])
                with self.assertRaises(NeedsPerson) as caught:
                    require(feature)
                self.assertEqual(caught.exception.reason, 'FeatureDisabled')
                self.assertIn(feature.value, caught.exception.message)
            require(feature)

    def test_uploads_leave_the_menu_with_directory_management(self) -> None:
        def entries() -> set[str]:
            return {item.link for _, items in navigation.menu_groups() for item in items}

        uploads = 'plugins:netbox_hedgehog:rawupload_list'
        self.assertIn(uploads, entries())
        with without(Feature.DIRECTORY_MANAGEMENT):
            self.assertNotIn(uploads, entries())
            self.assertIn('plugins:netbox_hedgehog:outboxentry_list', entries())


class FeatureApiTest(ActionTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)
        self.user.is_superuser = True
        self.user.save()
        self.register_worker()
        SyncOperation.objects.all().delete()

    def path(self, action: str) -> str:
        return f'fabrics/{self.fabric.pk}/{action}'

    def test_directory_management(self) -> None:
        upload = {'name': 'a.yaml', 'content': 'kind: VPC\n'}
        asked = (('init-gitops', {}), ('ingest-raw', {}), ('files/upload', upload))
        with without(Feature.DIRECTORY_MANAGEMENT):
            for action, data in asked:
                with self.subTest(action):
                    response = self.post(self.path(action), data)
                    self.assertRefused(response, 409, 'FEATURE_DISABLED', 'FeatureDisabled')
            self.assertFalse(SyncOperation.objects.exists())
            self.assertHttpStatus(self.post(self.path('sync')), 202)
        for action, data in asked:
            with self.subTest(action):
                self.assertHttpStatus(self.post(self.path(action), data), 202)

    def test_bidirectional_sync(self) -> None:
        with without(Feature.BIDIRECTIONAL_SYNC):
            for data in ({'publish': True}, {'direction': 'gui_to_git'}):
                response = self.post(self.path('sync'), data)
                self.assertRefused(response, 409, 'FEATURE_DISABLED', 'FeatureDisabled')
            self.assertHttpStatus(self.post(self.path('sync')), 202)
        self.assertHttpStatus(self.post(self.path('sync'), {'publish': True}), 202)

    def test_conflict_resolution(self) -> None:
        conflict = a_clash(self.fabric, 'one')
        one, decide = f'conflicts/{conflict.pk}/resolve', {'resolution_strategy': 'gui_wins'}
        many = {**decide, 'conflict_ids': [str(conflict.pk)]}
        with without(Feature.CONFLICT_RESOLUTION):
            for path, data in (
                (one, decide),
                (self.path('conflicts/resolve-bulk'), many),
                (self.path('sync'), {'conflict_resolution': {'strategy': 'gui_wins'}}),
            ):
                response = self.post(path, data)
                self.assertRefused(response, 409, 'FEATURE_DISABLED', 'FeatureDisabled')
        conflict.refresh_from_db()
        self.assertTrue(conflict.open)
        self.assertHttpStatus(self.post(one, decide), 202)

    def test_the_status_tells_what_is_off(self) -> None:
        with without(Feature.CONFLICT_RESOLUTION):
            status = self.get(self.path('gitops-status')).data
        self.assertFalse(status['features']['conflict_resolution_enabled'])
        self.assertTrue(status['features']['bidirectional_sync_enabled'])
        self.assertEqual(len(status['switched_off']), 1)


class FeaturePagesTest(TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.user.is_superuser = True
        self.user.save()
        self.fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)
        SyncOperation.objects.all().delete()

    def url(self, name: str) -> str:
        return reverse(f'plugins:netbox_hedgehog:hedgehogfabric{name}', args=[self.fabric.pk])

    def test_a_button_that_is_off_queues_nothing_and_says_why(self) -> None:
        off = Feature.DIRECTORY_MANAGEMENT
        with without(off), a_waiting_worker():
            page = self.client.get(self.url(''))
            self.assertContains(page, off.value)
            for name in ('_init_gitops', '_ingest_raw', '_upload'):
                with self.subTest(name):
                    answer = self.client.post(self.url(name), follow=True)
                    self.assertContains(answer, off.value)
            self.assertFalse(SyncOperation.objects.exists())
            self.client.post(self.url('_sync'))
            self.assertEqual(SyncOperation.objects.get().operation_type, 'sync')
        self.assertNotContains(self.client.get(self.url('')), off.value)

    def test_a_conflict_is_shown_and_cannot_be_decided(self) -> None:
        conflict = a_clash(self.fabric, 'one')
        page = reverse('plugins:netbox_hedgehog:conflictresolution_resolve', args=[conflict.pk])
        with without(Feature.CONFLICT_RESOLUTION):
            self.assertContains(self.client.get(conflict.get_absolute_url()), 'spec.subnets')
            answer = self.client.get(page, follow=True)
            self.assertContains(answer, Feature.CONFLICT_RESOLUTION.value)
        self.assertEqual(self.client.get(page).status_code, 200)


class SwitchedOffTest(ConflictCase):
    """What the runner does, against a real server."""

    def test_edits_wait_and_git_still_comes_in(self) -> None:
        self.draft('one', 2001)
        with without(Feature.BIDIRECTIONAL_SYNC):
            self.person.push({f'{BASE}/raw/three.yaml': vpc('three')})
            self.assertEqual(self.run_operation(self.fabric).status, 'completed')
            self.assertTrue(self.fabric.resources.filter(name='three').exists())
            self.assertEqual(OutboxEntry.objects.get().state, 'pending')
            self.assertIn(b'vlan: 1001', self.person.files()[ONE])
        self.run_operation(self.fabric)
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])

    def test_raw_files_stay_and_edits_still_go_out(self) -> None:
        raw = f'{BASE}/raw/three.yaml'
        with without(Feature.DIRECTORY_MANAGEMENT):
            self.person.push({raw: vpc('three'), f'{BASE}/README.md': None})
            self.draft('one', 2001)
            self.assertEqual(self.run_operation(self.fabric).status, 'completed')
            files = self.person.files()
            self.assertIn(raw, files)
            self.assertNotIn(f'{BASE}/README.md', files)
            self.assertIn(b'vlan: 2001', files[ONE])
            refused = self.run_operation(self.fabric, Type.FILE_INGESTION)
            self.assertEqual((refused.status, refused.last_reason), ('failed', 'FeatureDisabled'))
        self.run_operation(self.fabric)
        self.assertNotIn(raw, self.person.files())
        self.assertIn(f'{BASE}/README.md', self.person.files())

    def test_no_side_wins_by_itself_and_what_does_not_clash_is_merged(self) -> None:
        self.use('git_wins')
        self.draft('one', 2001)
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
        with without(Feature.CONFLICT_RESOLUTION):
            self.run_operation(self.fabric)
            self.assertTrue(ConflictResolution.objects.get().open)
            self.assertEqual(self.row('one').draft_spec['subnets']['default']['vlan'], 2001)
        self.run_operation(self.fabric)
        self.draft('two', 2002)
        self.assertFalse(is_clashing(self))

    def test_a_directory_is_not_initialised_by_itself(self) -> None:
        with without(Feature.DIRECTORY_MANAGEMENT), self.captureOnCommitCallbacks(execute=True):
            other = a_fabric(git_repository=self.fabric.git_repository)
        self.assertFalse(other.sync_operations.exists())
        with self.captureOnCommitCallbacks(execute=True):
            other.save()
        self.assertEqual(other.sync_operations.get().operation_type, 'directory_init')


def is_clashing(case: ConflictCase) -> bool:
    case.run_operation(case.fabric)
    return ConflictResolution.objects.filter(resource_key__endswith='/two').exists()


class MissionSettingsTest(GitTransactionCase):
    def test_max_file_size_holds_larger_files(self) -> None:
        fabric = self.ready_fabric()
        raw = f'{BASE}/raw/one.yaml'
        self.person.push({raw: vpc('one')})
        with plugin_settings(max_file_size=64):
            operation = self.run_operation(fabric)
            self.assertEqual([each['code'] for each in operation.findings], ['FileTooLarge'])
            self.assertIn(raw, self.person.files())
        self.run_operation(fabric)
        self.assertNotIn(raw, self.person.files())

    def test_git_operation_timeout_ends_a_call(self) -> None:
        fabric = self.ready_fabric()
        self.assertEqual(git_settings(fabric.git_repository).timeout, 300.0)
        self.server.add(Fault(containing='info/refs', delay=6.0))
        with plugin_settings(git_operation_timeout=1):
            operation = self.run_operation(fabric)
        self.assertEqual((operation.status, operation.last_reason), ('failed', 'GitTimedOut'))

    def test_max_retry_attempts_bounds_the_rounds_and_the_follow_ups(self) -> None:
        fabric = self.ready_fabric()
        for attempts in (0, 2):
            with self.subTest(attempts), plugin_settings(max_retry_attempts=attempts):
                tried = []
                moved = runner.BranchMoved('BranchMoved', 'Somebody was faster.')

                def always_late(run, tried=tried, moved=moved):
                    tried.append(1)
                    raise moved

                with (
                    mock.patch.object(runner, 'publish', always_late),
                    mock.patch.object(runner, 'pause', lambda attempt: None),
                ):
                    _, operation = enqueue_operation(
                        fabric, Type.SYNC, user=self.alice, trigger_type='api'
                    )
                    self.run_jobs()
                operation.refresh_from_db()
                self.assertEqual(operation.last_reason, 'BranchMoved')
                self.assertEqual(len(tried), attempts + 1)
                again = SyncOperation.objects.filter(pk__gt=operation.pk)
                self.assertEqual(again.exists(), attempts > 0)
                again.delete()
