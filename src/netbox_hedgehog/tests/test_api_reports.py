"""Operations and conflicts as one fabric lists them, one operation in full, and the service."""

import uuid
from datetime import timedelta
from importlib.metadata import PackageNotFoundError
from unittest import mock

from django.utils import timezone

from netbox_hedgehog.models import (
    ConflictResolution,
    GitRepository,
    HedgehogFabric,
    SyncOperation,
)

from .builders import a_conflict, an_operation
from .pages import allow
from .test_api_versions import VersionsCase
from .test_sync_conflicts import ONE


class ListsTest(VersionsCase):
    def listed(self, what: str, **query):
        return self.get(f'fabrics/{self.fabric.pk}/{what}', **query)

    def clash(self) -> ConflictResolution:
        self.draft('one', 2001)
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
        self.run_operation(self.fabric)
        return ConflictResolution.objects.get()

    def test_operations(self) -> None:
        self.edited()
        page = self.listed('sync-operations').data
        self.assertEqual(page['count'], SyncOperation.objects.count())
        newest = page['results'][0]
        self.assertEqual((newest['operation_type'], newest['status']), ('sync', 'completed'))
        self.assertEqual((newest['initiated_by'], newest['success_rate']), ('alice', 1.0))
        self.assertGreater(newest['duration_seconds'], 0)
        self.assertIn('updated', newest['summary'])
        self.assertEqual(len(self.listed('sync-operations', limit=1).data['results']), 1)
        of_type = self.listed('sync-operations', operation_type='directory_init').data['results']
        self.assertEqual({each['operation_type'] for each in of_type}, {'directory_init'})
        later = (timezone.now() + timedelta(hours=1)).isoformat()
        self.assertEqual(self.listed('sync-operations', started_after=later).data['count'], 0)
        self.assertEqual(self.listed('sync-operations', status='failed').data['count'], 0)

    def test_what_the_query_cannot_say(self) -> None:
        for what, query in (
            ('sync-operations', {'status': 'odd'}),
            ('sync-operations', {'operation_type': 'odd'}),
            ('sync-operations', {'started_after': 'yesterday'}),
            ('sync-operations', {'started_after': '2026-02-31T00:00:00Z'}),
            ('conflicts', {'status': 'odd'}),
            ('conflicts', {'severity': 'odd'}),
            ('conflicts', {'auto_resolvable': 'maybe'}),
            ('conflicts', {'resource_kind': 'a\0b'}),
        ):
            data = self.refused(self.listed(what, **query), 400, 'ValidationFailed')
            self.assertIsInstance(data['details']['suggestions'], list)

    def test_conflicts(self) -> None:
        conflict = self.clash()
        a_conflict(self.row('two'), resolution_status='resolved', severity='low')
        page = self.listed('conflicts').data
        self.assertEqual((page['count'], page['active_conflicts']), (2, 1))
        self.assertEqual(page['resolved_conflicts'], 1)
        (row,) = self.listed('conflicts', status='detected', resource_kind='VPC').data['results']
        self.assertEqual(
            (row['conflict_id'], row['resource_name']), (str(conflict.conflict_id), 'one')
        )
        details, path = row['details'], 'spec.subnets.default.vlan'
        self.assertEqual(
            (
                details['base_values'][path],
                details['gui_values'][path],
                details['github_values'][path],
            ),
            (1001, 2001, 3001),
        )
        self.assertIsNotNone(details['gui_modification_time'])
        self.assertIsNotNone(details['github_modification_time'])
        options = {each['strategy']: each for each in row['resolution_options']}
        self.assertIn('vlan: 2001', options['gui_wins']['merge_preview'])
        self.assertIn('vlan: 3001', options['git_wins']['merge_preview'])
        self.assertTrue(row['resolution_url'].endswith(f'/{conflict.conflict_id}/resolve/'))
        self.assertEqual(self.listed('conflicts', severity='critical').data['count'], 0)
        self.assertEqual(self.listed('conflicts', auto_resolvable='true').data['count'], 1)

    def test_permissions(self) -> None:
        self.clash()
        self.alice.is_superuser = False
        self.alice.save()
        allow(self.alice, HedgehogFabric, 'view')
        for what, model in (('sync-operations', SyncOperation), ('conflicts', ConflictResolution)):
            self.assertEqual(self.listed(what).status_code, 403)
            allow(self.alice, model, 'view', pk=0)
            self.assertEqual(self.listed(what).data['count'], 0)
            allow(self.alice, model, 'view')
            self.assertGreater(self.listed(what).data['count'], 0)
        HedgehogFabric.objects.update(name='x')
        self.assertEqual(self.get('fabrics/0/conflicts').status_code, 404)


class OneOperationTest(VersionsCase):
    def shown(self, operation: SyncOperation):
        return self.get(f'sync-operations/{operation.operation_id}').data

    def test_one_that_is_over(self) -> None:
        done = self.edited()
        GitRepository.objects.get().state.__class__.objects.update(
            rate_limit_remaining=4999, rate_limit_reset=timezone.now()
        )
        SyncOperation.objects.filter(pk=done.pk).update(
            api_calls_made=3, network_transfer_bytes=10, pull_request_url='https://x.example/1'
        )
        found = self.shown(done)
        self.assertEqual(found['progress']['overall_progress'], 100)
        self.assertEqual(found['statistics']['resources_updated'], done.resources_updated)
        self.assertEqual(found['estimated_completion'], found['completed_at'])
        host = found['github_integration']
        self.assertEqual((host['commit_sha'], host['branch_name']), (done.commit_sha, 'main'))
        self.assertEqual((host['rate_limit_remaining'], host['operations_count']), (4999, 3))
        self.assertIsNotNone(host['rate_limit_reset'])
        self.assertEqual(host['pull_request_url'], 'https://x.example/1')
        measured = found['performance_metrics']
        self.assertEqual(measured['network_transfer_bytes'], 10)
        self.assertGreater(measured['git_commands'], 0)
        self.assertGreater(measured['memory_usage_mb'], 20)
        self.assertGreater(measured['phase_seconds']['fetch'], 0)
        self.assertGreater(measured['processing_time_seconds'], 0)
        self.assertEqual(found['result']['commit_info']['commit_sha'], done.commit_sha)
        self.assertNotIn('progress', self.get('sync-operations').data['results'][0])
        only = self.get(f'sync-operations/{done.pk}', fields='id,progress').data
        self.assertEqual(set(only), {'id', 'progress'})

    def test_one_at_work(self) -> None:
        SyncOperation.objects.update(
            started_at=timezone.now() - timedelta(seconds=8), completed_at=timezone.now()
        )
        running = an_operation(
            self.fabric, operation_type='sync', status='in_progress', current_phase='commit',
            progress_done=1, progress_total=2, started_at=timezone.now(),
        )  # fmt: skip
        found = self.shown(running)
        self.assertEqual(found['progress']['phase_progress'], 50)
        self.assertEqual(found['progress']['overall_progress'], 58)
        self.assertEqual(found['progress']['current_operation'], 'commit')
        self.assertIsNotNone(found['estimated_completion'])
        self.assertIsNone(found['result'])
        waiting = an_operation(self.fabric, operation_type='undo', status='pending')
        self.assertIsNone(self.shown(waiting)['estimated_completion'])

    def test_conflicts_it_found(self) -> None:
        operation = an_operation(self.fabric, status='partially_completed')
        resource = self.row('one')
        row = a_conflict(resource, sync_operation=operation)
        (shown,) = self.shown(operation)['current_conflicts']
        self.assertEqual((shown['resource_id'], shown['resource_name']), (resource.pk, 'one'))
        self.assertIs(shown['requires_attention'], True)
        self.assertIn(str(row.conflict_id), shown['resolution_url'])

    def test_cancelling(self) -> None:
        waiting = an_operation(self.fabric, status='pending')
        asked = {'reason': 'Not today', 'notify_users': False}
        answer = self.post(f'sync-operations/{waiting.pk}/cancel', **asked)
        self.assertEqual(answer.status_code, 200, answer.data)
        details = answer.data['cancellation_details']
        self.assertIsNotNone(details['cancelled_at'])
        self.assertEqual(
            (details['cleanup_performed'], details['partial_changes_reverted']), (True, True)
        )
        self.assertEqual(answer.data['final_status']['status'], 'cancelled')
        waiting.refresh_from_db()
        by = {'cancelled_by': 'alice', 'cancelled_quietly': True}
        self.assertEqual(waiting.operation_config, {'cancel_reason': 'Not today', **by})
        running = an_operation(
            self.fabric, status='in_progress', resources_targeted=4, resources_processed=1
        )
        answer = self.post(f'sync-operations/{running.pk}/cancel')
        self.assertEqual(answer.status_code, 202)
        self.assertIsNone(answer.data['cancellation_details']['cancelled_at'])
        self.assertEqual(answer.data['final_status']['partial_completion_rate'], 0.25)
        self.refused(self.post(f'sync-operations/{waiting.pk}/cancel'), 409, 'OperationOver')
        bad = self.post(f'sync-operations/{running.pk}/cancel', cleanup_changes=False)
        self.refused(bad, 400, 'ValidationFailed')
        self.assertEqual(self.post(f'sync-operations/{uuid.uuid4()}/cancel').status_code, 404)


class RepositoryStatusTest(VersionsCase):
    def look(self):
        return self.get(f'git-repositories/{self.fabric.git_repository.pk}/status')

    def test_as_of_the_last_contact(self) -> None:
        GitRepository.objects.get().state.__class__.objects.update(
            last_validated=timezone.now(), rate_limit_remaining=7, rate_limit_reset=timezone.now(),
            validation_error='It was slow.',
        )  # fmt: skip
        found = self.look().data
        self.assertEqual(found['head_commit'], self.synced())
        self.assertEqual((found['rate_limit_remaining'], found['circuit_state']), (7, 'closed'))
        self.assertEqual(found['connection_error'], 'It was slow.')
        for name in ('last_fetched', 'last_validated', 'rate_limit_reset'):
            self.assertIsNotNone(found[name], name)
        (fabric,) = found['fabrics']
        self.assertEqual((fabric['fabric'], fabric['behind']), (self.fabric.pk, 0))
        older = self.person.log()[1].id
        self.fabric.sync_state.__class__.objects.update(last_synced_commit=older)
        self.assertEqual(self.look().data['fabrics'][0]['behind'], 1)
        self.fabric.sync_state.__class__.objects.update(last_synced_commit='')
        self.assertIsNone(self.look().data['fabrics'][0]['behind'])

    def test_fetch_is_sync(self) -> None:
        self.worker()
        path = f'git-repositories/{self.fabric.git_repository.pk}/fetch'
        answer = self.post(path)
        self.assertEqual((answer.status_code, len(answer.data['queued'])), (202, 1))

    def test_permissions(self) -> None:
        self.alice.is_superuser = False
        self.alice.save()
        self.assertEqual(self.look().status_code, 403)
        allow(self.alice, GitRepository, 'view')
        self.assertEqual(self.look().data['fabrics'], [])
        path = f'git-repositories/{self.fabric.git_repository.pk}/fetch'
        self.assertEqual(self.post(path).status_code, 403)


class ServiceStatusTest(VersionsCase):
    def test_counts(self) -> None:
        self.worker()
        an_operation(self.fabric, status='pending')
        an_operation(self.fabric, status='in_progress')
        GitRepository.objects.create(
            name='lost', url='https://git.example.com/a/b.git', encrypted_credentials='1:nothing'
        )
        found = self.get('status').data
        self.assertEqual(found['workers'], 1)
        self.assertEqual((found['operations_waiting'], found['operations_running']), (1, 1))
        self.assertEqual((found['operations_stuck'], found['credentials_unreadable']), (1, 1))
        self.assertTrue(found['plugin_version'] and found['netbox_version'])
        self.client.force_authenticate(None)
        self.assertIn(self.get('status').status_code, (401, 403))

    def test_without_a_worker(self) -> None:
        self.assertEqual(self.get('status').data['workers'], 0)
        name = 'netbox_hedgehog.sync.service_status.version'
        with mock.patch(name, side_effect=PackageNotFoundError):
            self.assertIsNone(self.get('status').data['plugin_version'])
