"""Branches, pull requests and the outbox over REST: who may, what is queued, what is refused."""

from netbox_hedgehog.models import PullRequest, SyncOperation

from .builders import a_fabric, a_pull_request, a_repository, a_resource, an_entry
from .git_case import GitCase
from .test_api_actions import ActionTestCase


class BranchesCase(ActionTestCase):
    def setUp(self):
        super().setUp()
        self.fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)

    def permit(self, model, *names):
        self.add_permissions(*(f'netbox_hedgehog.{name}_{model}' for name in names))
        self.register_worker()

    def asked(self, kind='branch_merge'):
        return SyncOperation.objects.get(operation_type=kind)


class FabricBranchesTest(BranchesCase):
    def test_merging_needs_push(self):
        self.permit('hedgehogfabric', 'view', 'sync')
        path = f'fabrics/{self.fabric.pk}/branches/merge'
        self.assertHttpStatus(self.post(path, {'branch': 'feature'}), 403)
        self.permit('hedgehogfabric', 'push')
        data = {'branch': 'feature', 'prefer': 'branch'}
        self.assertHttpStatus(self.post(path, data), 202)
        self.assertEqual(self.asked().operation_config, data)

    def test_comparing_is_a_dry_run_of_it(self):
        self.permit('hedgehogfabric', 'view', 'sync', 'push')
        path = f'fabrics/{self.fabric.pk}/branches/compare'
        self.assertHttpStatus(self.post(path, {'branch': 'feature'}), 202)
        self.assertTrue(self.asked().operation_config['dry_run'])

    def test_a_side_that_is_none_is_refused(self):
        self.permit('hedgehogfabric', 'view', 'sync', 'push')
        path = f'fabrics/{self.fabric.pk}/branches/merge'
        response = self.post(path, {'branch': 'feature', 'prefer': 'mine'})
        self.assertRefused(response, 400, 'VALIDATION_FAILED', 'ValidationFailed')


class SyncOptionsTest(BranchesCase):
    def setUp(self):
        super().setUp()
        self.permit('hedgehogfabric', 'view', 'sync')
        self.path = f'fabrics/{self.fabric.pk}/sync'

    def test_dry_and_narrowed(self):
        filters = {'kinds': ['VPC'], 'names': ['vpc-*']}
        data = {'commit': False, 'resource_filters': filters}
        self.assertHttpStatus(self.post(self.path, data), 202)
        self.assertEqual(
            self.asked('sync').operation_config, {'dry_run': True, 'resource_filters': filters}
        )

    def test_a_plan_of_another_commit_is_refused(self):
        state = self.fabric.sync_state
        state.last_synced_commit = 'ab' * 20
        state.save()
        response = self.post(self.path, {'expected_commit': 'cd' * 20})
        self.assertRefused(response, 409, 'STALE_PLAN', 'StalePlan')
        self.assertHttpStatus(self.post(self.path, {'expected_commit': 'ab' * 20}), 202)

    def test_many_at_once_leave_out_what_cannot_be(self):
        off = a_fabric(git_repository=a_repository(), sync_enabled=False)
        data = {'fabrics': [self.fabric.slug, str(off.pk)]}
        response = self.post('fabrics/sync', data)
        self.assertHttpStatus(response, 202)
        self.assertEqual([row['fabric'] for row in response.data['queued']], [self.fabric.pk])
        self.assertEqual([row['fabric'] for row in response.data['left']], [off.pk])
        self.assertHttpStatus(self.post('fabrics/sync', {'fabrics': ['nowhere']}), 400)

    def test_all_of_a_repository(self):
        repository = self.fabric.git_repository
        other = a_fabric(git_repository=repository, gitops_directory='other')
        self.permit('gitrepository', 'view', 'sync')
        response = self.post(f'git-repositories/{repository.pk}/sync', {})
        self.assertHttpStatus(response, 202)
        queued = {row['fabric'] for row in response.data['queued']}
        self.assertEqual(queued, {self.fabric.pk, other.pk})


class PullRequestActionsTest(BranchesCase):
    def setUp(self):
        super().setUp()
        self.row = a_pull_request(self.fabric)

    def test_merge(self):
        path = f'pull-requests/{self.row.pk}/merge'
        self.permit('pullrequest', 'view')
        self.assertHttpStatus(self.post(path, {}), 403)
        self.permit('pullrequest', 'merge')
        key = 'vpc.githedgehog.com/VPC/default/a'
        self.assertHttpStatus(self.post(path, {'decisions': {key: 'base'}}), 202)
        wanted = {'branch': self.row.branch, 'decisions': {key: 'base'}}
        self.assertEqual(self.asked().operation_config, wanted)

    def test_what_is_over_is_not_merged_and_not_closed(self):
        self.permit('pullrequest', 'view', 'merge', 'close')
        PullRequest.objects.update(state='closed')
        for action in ('merge', 'close'):
            response = self.post(f'pull-requests/{self.row.pk}/{action}', {})
            self.assertRefused(response, 409, 'VALIDATION_FAILED', 'PullRequestOver')

    def test_close(self):
        self.permit('pullrequest', 'view', 'close')
        self.assertHttpStatus(self.post(f'pull-requests/{self.row.pk}/close', {}), 202)
        self.row.refresh_from_db()
        self.assertTrue(self.row.close_requested)


class OutboxActionsTest(BranchesCase):
    def setUp(self):
        super().setUp()
        self.entry = an_entry(a_resource(self.fabric), state='failed', reason='PushDeclined')

    def test_retry_and_discard_have_permissions_of_their_own(self):
        self.permit('outboxentry', 'view')
        for action in ('retry', 'discard'):
            path = f'outbox/{self.entry.pk}/{action}'
            self.assertHttpStatus(self.post(path, {}), 403)
            self.permit('outboxentry', action)
            self.assertHttpStatus(self.post(path, {}), 202)
            self.entry.refresh_from_db()
            wanted = 'pending' if action == 'retry' else 'discarded'
            self.assertEqual(self.entry.state, wanted)

    def test_what_is_on_its_way_or_over_is_left(self):
        self.permit('outboxentry', 'view', 'retry', 'discard')
        for state, action, reason in (
            ('pushing', 'discard', 'EditOnItsWay'),
            ('done', 'discard', 'EditOnItsWay'),
            ('done', 'retry', 'NothingToRetry'),
        ):
            type(self.entry).objects.update(state=state)
            response = self.post(f'outbox/{self.entry.pk}/{action}', {})
            self.assertRefused(response, 409, 'VALIDATION_FAILED', reason)


class RepositoryBranchesTest(GitCase):
    """Against a real server."""

    def setUp(self):
        super().setUp()
        self.fabric = self.ready_fabric()
        self.client.force_login(self.alice)
        number = self.fabric.git_repository.pk
        self.path = f'/api/plugins/hedgehog/git-repositories/{number}/branches/'

    def test_listed_and_made(self):
        (main,) = self.client.get(self.path).json()
        self.assertEqual((main['name'], main['default'], main['ahead']), ('main', True, 0))
        made = self.client.post(self.path, {'name': 'feature/x'}, content_type='application/json')
        self.assertEqual((made.status_code, made.json()['commit']), (201, main['commit']))
        self.person.push({'README': b'x'})
        self.run_operation(self.fabric)
        rows = {row['name']: row for row in self.client.get(self.path).json()}
        self.assertEqual((rows['feature/x']['ahead'], rows['feature/x']['behind']), (0, 1))

    def test_names_and_starts_that_cannot_be(self):
        for data, reason in (
            ({'name': 'main'}, 'BranchExists'),
            ({'name': '../x'}, 'BranchNameRefused'),
            ({'name': 'y', 'start': 'nowhere'}, 'BranchMissing'),
        ):
            response = self.client.post(self.path, data, content_type='application/json')
            self.assertEqual(response.json().get('reason'), reason, response.json())
            self.assertGreaterEqual(response.status_code, 400)
