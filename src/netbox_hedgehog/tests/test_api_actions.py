"""The actions: who may, what they answer, and that a job is really queued."""

import uuid
from unittest.mock import patch

from core.models import Job
from django.conf import settings
from django_rq.queues import get_queue
from users.models import ObjectPermission
from utilities.rqworker import NetBoxRQWorker
from utilities.testing import APITestCase
from utilities.testing.mixins import RQQueueTestMixin

from netbox_hedgehog.models import HedgehogFabric, SyncOperation
from netbox_hedgehog.sync.credentials import seal

from .builders import a_fabric, a_repository
from .git_case import GitCase

BASE = '/api/plugins/hedgehog'


def plugin_settings(**changed):
    return patch.dict(settings.PLUGINS_CONFIG['netbox_hedgehog'], changed)


BODY = {
    *('success', 'error', 'error_code', 'reason', 'details', 'request_id', 'timestamp'),
    'documentation_url',
}


class ActionTestCase(RQQueueTestMixin, APITestCase):
    def post(self, path, data=None, **headers):
        url = f'{BASE}/{path}/'
        return self.client.post(url, data or {}, format='json', **{**self.header, **headers})

    def get(self, path):
        return self.client.get(f'{BASE}/{path}/', **self.header)

    def register_worker(self):
        """A worker that says it is there, as RQ's own do; it never takes a job."""
        queue = get_queue('default')
        worker = NetBoxRQWorker([queue], connection=queue.connection, name=f'test-{uuid.uuid4()}')
        worker.register_birth()
        self.addCleanup(worker.register_death)

    def assertRefused(self, response, status, error_code, reason):
        self.assertHttpStatus(response, status)
        body = response.data
        self.assertEqual(
            (body['success'], body['error_code'], body['reason']), (False, error_code, reason)
        )
        self.assertTrue(body['error'])
        self.assertEqual(set(body), BODY)
        self.assertLessEqual(
            {'field_errors', 'validation_errors', 'suggestions'}, set(body['details'])
        )
        # Whatever went wrong, there is a word about what to do.
        self.assertTrue(body['details']['suggestions'])


class FabricActionTest(ActionTestCase):
    actions = {'init-gitops': 'init', 'ingest-raw': 'ingest', 'sync': 'sync'}
    types = {'init-gitops': 'directory_init', 'ingest-raw': 'file_ingestion', 'sync': 'sync'}

    @classmethod
    def setUpTestData(cls):
        cls.fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)

    def path(self, action):
        return f'fabrics/{self.fabric.pk}/{action}'

    def permit(self, *names):
        self.add_permissions(*(f'netbox_hedgehog.{name}_hedgehogfabric' for name in names))

    def test_accepted(self):
        self.register_worker()
        self.permit('view', *self.actions.values())
        for action, operation_type in self.types.items():
            with self.subTest(action):
                before = len(get_queue('default'))
                with self.captureOnCommitCallbacks(execute=True):
                    response = self.post(self.path(action))
                self.assertHttpStatus(response, 202)
                job, operation = response.data['job'], response.data['operation']
                self.assertEqual(response['Location'], job['url'])
                self.assertTrue(job['url'].endswith(f'/api/core/jobs/{job["id"]}/'))
                self.assertTrue(
                    operation['url'].endswith(f'{BASE}/sync-operations/{operation["id"]}/')
                )
                row = SyncOperation.objects.get(operation_id=operation['operation_id'])
                self.assertEqual(row.operation_type, operation_type)
                self.assertEqual((row.initiated_by, row.trigger_type), (self.user, 'api'))
                self.assertEqual(row.job_id, job['id'])
                self.assertEqual(str(row.request_id), response['X-Request-ID'])
                self.assertEqual(len(get_queue('default')), before + 1)

    def test_a_plain_sync_joins_the_one_that_waits(self):
        self.register_worker()
        self.permit('view', 'sync')
        with self.captureOnCommitCallbacks(execute=True):
            first = self.post(self.path('sync')).data
        with self.captureOnCommitCallbacks(execute=True):
            second = self.post(self.path('sync')).data
        self.assertEqual(first['operation']['id'], second['operation']['id'])
        self.fabric.sync_state.refresh_from_db()
        self.assertEqual(self.fabric.sync_state.requested_generation, 2)

    def test_no_worker(self):
        self.permit('view', *self.actions.values())
        for action in self.actions:
            with self.subTest(action):
                self.assertRefused(self.post(self.path(action)), 503, 'NO_WORKER', 'NoWorker')
        self.assertFalse(SyncOperation.objects.exists())
        self.assertFalse(Job.objects.filter(object_id=self.fabric.pk).exists())

    def test_permission_of_another_action_is_not_enough(self):
        self.register_worker()
        for action, needed in self.actions.items():
            others = {'view', 'add', 'change', 'delete', 'push', *self.actions.values()} - {needed}
            ObjectPermission.objects.all().delete()
            self.permit(*others)
            with self.subTest(action):
                response = self.post(self.path(action))
                self.assertRefused(response, 403, 'PERMISSION_DENIED', 'PermissionDenied')
        self.assertFalse(SyncOperation.objects.exists())

    def test_permission_is_checked_on_the_object(self):
        self.register_worker()
        self.permit('view')
        self.permit('sync')
        ObjectPermission.objects.filter(actions__contains=['sync']).update(
            constraints={'status': 'maintenance'}
        )
        self.assertHttpStatus(self.post(self.path('sync')), 403)
        HedgehogFabric.objects.update(status='maintenance')
        self.assertHttpStatus(self.post(self.path('sync')), 202)

    def test_what_may_not_be_seen_is_not_there(self):
        self.register_worker()
        self.permit('sync')
        self.assertRefused(self.post(self.path('sync')), 404, 'FABRIC_NOT_FOUND', 'NotFound')
        self.permit('view')
        self.assertHttpStatus(self.post('fabrics/999999/sync'), 404)
        ObjectPermission.objects.filter(actions__contains=['view']).update(
            constraints={'status': 'planned'}
        )
        self.assertHttpStatus(self.post(self.path('sync')), 404)
        self.assertHttpStatus(self.get(self.path('gitops-status')), 404)

    def test_read_only_token(self):
        self.permit('view', *self.actions.values())
        self.token.write_enabled = False
        self.token.save()
        for action in self.actions:
            with self.subTest(action):
                self.assertHttpStatus(self.post(self.path(action)), 403)
        self.assertHttpStatus(self.get(self.path('gitops-status')), 200)

    def test_nobody_is_nobody(self):
        for action in self.actions:
            response = self.client.post(f'{BASE}/{self.path(action)}/', {}, format='json')
            self.assertIn(response.status_code, (401, 403))

    def test_state_forbids_it(self):
        self.register_worker()
        self.permit('view', *self.actions.values())
        HedgehogFabric.objects.update(gitops_initialized=False)
        response = self.post(self.path('ingest-raw'))
        self.assertRefused(response, 409, 'DIRECTORY_NOT_INITIALIZED', 'DirectoryNotInitialized')
        self.assertIn('init-gitops', response.data['details']['suggestions'][0])
        HedgehogFabric.objects.update(sync_enabled=False)
        self.assertRefused(self.post(self.path('sync')), 409, 'VALIDATION_FAILED', 'SyncDisabled')
        type(self.fabric.git_repository).objects.update(enabled=False)
        for action in self.actions:
            response = self.post(self.path(action))
            self.assertRefused(response, 409, 'REPOSITORY_ACCESS_DENIED', 'RepositoryDisabled')
        HedgehogFabric.objects.update(git_repository=None)
        for action in self.actions:
            response = self.post(self.path(action))
            self.assertRefused(response, 409, 'REPOSITORY_ACCESS_DENIED', 'NoRepository')
        self.assertFalse(SyncOperation.objects.exists())

    def test_malformed_body(self):
        self.register_worker()
        self.permit('view', *self.actions.values())
        for action, body in (
            ('sync', {'direction': 'sideways'}),
            ('sync', {'dircetion': 'git_to_gui'}),
            ('sync', ['git_to_gui']),
            ('init-gitops', {'force_recreate': 'perhaps'}),
            ('init-gitops', {'create_readme_files': False}),
            ('ingest-raw', {'bad_documents': 'eat'}),
            ('ingest-raw', {'validation_strict': True, 'bad_documents': 'hold_document'}),
        ):
            with self.subTest(action=action, body=body):
                response = self.post(self.path(action), body)
                self.assertRefused(response, 400, 'VALIDATION_FAILED', 'ValidationFailed')
                self.assertTrue(response.data['details']['field_errors'])
        self.assertFalse(SyncOperation.objects.exists())

    def test_direction(self):
        self.register_worker()
        self.permit('view', 'sync')
        for direction in ('gui_to_git', 'bidirectional', 'gui_to_github'):
            self.assertHttpStatus(self.post(self.path('sync'), {'direction': direction}), 403)
        self.assertHttpStatus(self.post(self.path('sync'), {'publish': True}), 403)
        response = self.post(self.path('sync'), {'direction': 'github_to_gui'})
        self.assertHttpStatus(response, 202)
        operation = SyncOperation.objects.get(pk=response.data['operation']['id'])
        self.assertEqual(operation.operation_config, {'direction': 'git_to_gui'})
        self.permit('push')
        self.assertHttpStatus(self.post(self.path('sync'), {'direction': 'gui_to_git'}), 202)
        HedgehogFabric.objects.update(sync_direction='git_to_gui')
        response = self.post(self.path('sync'), {'direction': 'gui_to_git'})
        self.assertRefused(response, 422, 'VALIDATION_FAILED', 'DirectionNotPermitted')

    def test_a_strategy_for_this_once(self):
        self.register_worker()
        self.permit('view', 'sync')
        for asked, strategy in (
            ({}, None),
            ({'strategy': 'user_decision'}, 'user_decision'),
            ({'auto_resolve_simple': True, 'escalate_complex': False}, None),
            ({'auto_resolve_simple': False}, 'user_decision'),
            ({'escalate_complex': True, 'strategy': 'merge_automatic'}, 'escalated'),
        ):
            with self.subTest(asked):
                response = self.post(self.path('sync'), {'conflict_resolution': asked})
                self.assertHttpStatus(response, 202)
                operation = SyncOperation.objects.get(pk=response.data['operation']['id'])
                expected = {'conflict_strategy': strategy} if strategy else {}
                self.assertEqual(operation.operation_config, expected)
        for wrong in (
            {'strategy': 'coin'},
            {'strategy': 'gui_wins', 'auto_resolve_simple': False},
            {'strategy': 'git_wins', 'escalate_complex': True},
            {'auto_resolve_simple': False, 'escalate_complex': True},
        ):
            with self.subTest(wrong):
                response = self.post(self.path('sync'), {'conflict_resolution': wrong})
                self.assertRefused(response, 400, 'VALIDATION_FAILED', 'ValidationFailed')

    def test_who_is_told_by_mail(self):
        self.register_worker()
        self.permit('view', 'sync')
        told = {'notifications': {'email': ['noc@example.com']}}
        response = self.post(self.path('sync'), told)
        operation = SyncOperation.objects.get(pk=response.data['operation']['id'])
        self.assertEqual(operation.operation_config, {'mail_to': ['noc@example.com']})
        response = self.post(self.path('sync'), {'notifications': {'email': ['noc']}})
        self.assertRefused(response, 400, 'VALIDATION_FAILED', 'ValidationFailed')

    def test_a_side_that_wins_is_chosen_by_who_may_decide_conflicts(self):
        self.register_worker()
        self.permit('view', 'sync')
        asked = {'conflict_resolution': {'strategy': 'git_wins'}}
        self.assertHttpStatus(self.post(self.path('sync'), asked), 403)
        self.add_permissions('netbox_hedgehog.resolve_conflictresolution')
        self.assertHttpStatus(self.post(self.path('sync'), asked), 202)

    def test_words_of_a_pull_request_need_one(self):
        self.register_worker()
        self.permit('view', 'sync')
        asked = {'pr_title': ' CHG-7:\nanother VLAN ', 'pr_body': 'Why'}
        response = self.post(self.path('sync'), {'options': asked})
        self.assertRefused(response, 422, 'VALIDATION_FAILED', 'NoPullRequest')
        self.assertFalse(SyncOperation.objects.exists())
        response = self.post(self.path('sync'), {'options': {**asked, 'create_pr': True}})
        self.assertHttpStatus(response, 202)
        operation = SyncOperation.objects.get(pk=response.data['operation']['id'])
        words = {'pr_title': 'CHG-7: another VLAN', 'pr_body': 'Why'}
        self.assertEqual(operation.operation_config, {'create_pr': True, **words})
        for name, reason in (('main', 'BranchExists'), ('a..b', 'BranchNameRefused')):
            named = {'create_pr': True, 'branch_name': name}
            response = self.post(self.path('sync'), {'options': named})
            self.assertRefused(response, 422, 'VALIDATION_FAILED', reason)
        response = self.post(self.path('sync'), {'options': {'branch_name': 'change/7'}})
        self.assertRefused(response, 422, 'VALIDATION_FAILED', 'NoPullRequest')
        HedgehogFabric.objects.update(publish_mode='pull_request')
        self.assertHttpStatus(self.post(self.path('sync'), {'options': asked}), 202)
        long = {'pr_title': 'x' * 231, 'create_pr': True}
        response = self.post(self.path('sync'), {'options': long})
        self.assertRefused(response, 400, 'VALIDATION_FAILED', 'ValidationFailed')

    def test_get_is_not_an_action(self):
        self.permit('view', *self.actions.values())
        for action in self.actions:
            self.assertHttpStatus(self.get(self.path(action)), 405)

    def test_gitops_status(self):
        self.assertHttpStatus(self.get(self.path('gitops-status')), 403)
        self.permit('view')
        response = self.get(self.path('gitops-status'))
        self.assertHttpStatus(response, 200)
        self.assertEqual(
            set(response.data),
            {
                'initialized', 'gitops_directory', 'raw_directory_path', 'managed_directory_path',
                'archive_strategy', 'sync_status', 'last_sync', 'head_commit', 'last_synced_commit',
                'raw_files', 'managed_files', 'unmanaged_files', 'archived_files', 'resources',
                'conflicts', 'duplicate_groups', 'outbox_pending',
                'uploads_pending', 'running_operation',
                'last_operation', 'findings', 'features', 'switched_off',
            },
        )  # fmt: skip
        self.assertIs(response.data['initialized'], True)
        self.assertIsNone(response.data['managed_files'])
        listed = self.client.get(f'{BASE}/fabrics/{self.fabric.pk}/', **self.header).data
        self.assertEqual(listed['sync_status']['value'], response.data['sync_status'])


class ConnectionTest(GitCase, ActionTestCase):
    def setUp(self):
        super().setUp()
        for name in ('view', 'test'):
            self.add_permissions(f'netbox_hedgehog.{name}_gitrepository')

    def ask(self, **fields):
        repository = self.make_repository(**fields)
        response = self.post(f'git-repositories/{repository.pk}/test-connection')
        repository.state.refresh_from_db()
        return repository, response

    def test_head_comes_from_the_server(self):
        head = self.person.push({'README.md': b'hello'})
        repository, response = self.ask()
        self.assertHttpStatus(response, 200)
        self.assertEqual((response.data['ok'], response.data['head_commit']), (True, head))
        self.assertGreater(response.data['latency_seconds'], 0)
        self.assertIs(response.data['can_write'], True)
        self.assertEqual(repository.state.connection_status, 'connected')
        self.assertEqual(repository.state.head_commit, head)

    def test_wrong_password(self):
        repository = self.make_repository()
        repository.encrypted_credentials = seal(repository, {'username': 'git', 'password': 'no'})
        repository.save()
        response = self.post(f'git-repositories/{repository.pk}/test-connection')
        self.assertRefused(response, 502, 'REPOSITORY_ACCESS_DENIED', 'CredentialsRefused')
        repository.state.refresh_from_db()
        self.assertEqual(repository.state.connection_status, 'failed')
        self.assertIsNone(response.data['details']['connection']['head_commit'])

    def test_server_that_does_not_answer(self):
        _, response = self.ask(url='http://127.0.0.1:9/nobody/home.git')
        self.assertRefused(response, 502, 'NETWORK_ERROR', 'RemoteUnreachable')

    def test_repository_that_is_not_there(self):
        _, response = self.ask(url=f'{self.server.url}/nothing.git')
        self.assertRefused(response, 502, 'REPOSITORY_ACCESS_DENIED', 'RemoteNotFound')
        self.assertTrue(response.data['details']['suggestions'])

    def test_branch_that_is_not_there(self):
        self.person.push({'README.md': b'hello'})
        _, response = self.ask(default_branch='production')
        self.assertRefused(response, 502, 'REPOSITORY_ACCESS_DENIED', 'BranchMissing')

    def test_no_credential_is_said_before_anybody_is_asked(self):
        repository = a_repository(url=self.url, authentication_type='basic')
        response = self.post(f'git-repositories/{repository.pk}/test-connection')
        self.assertRefused(response, 409, 'VALIDATION_FAILED', 'CredentialMissing')

    def test_disabled_repository_is_not_contacted(self):
        _, response = self.ask(enabled=False)
        self.assertRefused(response, 409, 'VALIDATION_FAILED', 'RepositoryDisabled')

    def test_needs_the_permission(self):
        ObjectPermission.objects.filter(actions__contains=['test']).delete()
        for name in ('add', 'change', 'sync'):
            self.add_permissions(f'netbox_hedgehog.{name}_gitrepository')
        _, response = self.ask()
        self.assertRefused(response, 403, 'PERMISSION_DENIED', 'PermissionDenied')
