"""REST lists, details and writes, by NetBox's own test cases."""

from utilities.testing import APITestCase, APIViewTestCases

from netbox_hedgehog.models import (
    Checkpoint,
    ConflictResolution,
    ErrorRecord,
    GitRepository,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    PullRequest,
    RawUpload,
    SyncOperation,
)
from netbox_hedgehog.ui.kinds import KINDS

from .builders import (
    GROUP,
    a_checkpoint,
    a_conflict,
    a_fabric,
    a_pull_request,
    a_repository,
    a_resource,
    an_entry,
    an_error,
    an_operation,
    an_upload,
)

NAMESPACE = 'plugins-api:netbox_hedgehog'


class Cases:
    """Holds the bases, so that no test runner takes them for tests."""

    class Reading(APIViewTestCases.GetObjectViewTestCase, APIViewTestCases.ListObjectsViewTestCase):
        view_namespace = NAMESPACE

        def test_nothing_but_reading(self):
            """A record cannot be written, whatever the permissions."""
            self.user.is_superuser = True
            self.user.save()
            detail, listed = self._get_detail_url(self.model.objects.first()), self._get_list_url()
            for url, method in (
                (listed, 'post'),
                (listed, 'patch'),
                (listed, 'delete'),
                (detail, 'put'),
                (detail, 'patch'),
                (detail, 'delete'),
            ):
                with self.subTest(method):
                    response = getattr(self.client, method)(url, {}, format='json', **self.header)
                    self.assertHttpStatus(response, 405)

    class Writing(
        APIViewTestCases.GetObjectViewTestCase,
        APIViewTestCases.ListObjectsViewTestCase,
        APIViewTestCases.CreateObjectViewTestCase,
        APIViewTestCases.UpdateObjectViewTestCase,
        APIViewTestCases.DeleteObjectViewTestCase,
    ):
        view_namespace = NAMESPACE


class RootTest(APITestCase):
    def test_plugin_is_listed(self):
        self.user.is_superuser = True
        self.user.save()
        response = self.client.get('/api/plugins/hedgehog/', **self.header)
        self.assertHttpStatus(response, 200)
        self.assertEqual(
            set(response.data),
            {
                'checkpoints',
                'conflicts',
                'duplicate-files',
                'duplicate-groups',
                'errors',
                'fabrics',
                'git-repositories',
                'outbox',
                'pull-requests',
                'resolution-policies',
                'resources',
                'sync-operations',
                'uploads',
                *(shown.path for shown in KINDS.values()),
            },
        )
        self.assertIn('hedgehog', str(self.client.get('/api/plugins/', **self.header).data))


class GitRepositoryTest(Cases.Writing):
    model = GitRepository
    brief_fields = ['description', 'display', 'id', 'name', 'url']
    create_data = [
        {'name': f'new {number}', 'remote_url': f'https://git.example.com/new/{number}.git'}
        for number in range(3)
    ]
    update_data = {'name': 'renamed', 'default_branch': 'production'}
    bulk_update_data = {'description': 'together', 'enabled': False}

    @classmethod
    def setUpTestData(cls):
        for _ in range(3):
            a_repository()


class HedgehogFabricTest(Cases.Writing):
    model = HedgehogFabric
    user_permissions = ('netbox_hedgehog.view_gitrepository',)
    brief_fields = ['description', 'display', 'id', 'name', 'slug', 'url']
    bulk_update_data = {'description': 'together', 'sync_interval': 600}

    @classmethod
    def setUpTestData(cls):
        repository = a_repository(enabled=False)
        for _ in range(3):
            a_fabric(git_repository=repository)
        cls.create_data = [
            {'name': 'New 1', 'slug': 'new-1', 'git_repository': repository.pk},
            {'name': 'New 2', 'slug': 'new-2', 'status': 'planned'},
            {'name': 'New 3', 'slug': 'new-3', 'sync_direction': 'git_to_gui'},
        ]
        cls.update_data = {'name': 'Renamed', 'archive_strategy': 'keep_in_place'}


class HedgehogResourceTest(Cases.Writing):
    model = HedgehogResource
    brief_fields = ['description', 'display', 'id', 'kind', 'name', 'namespace', 'url']
    update_data = {'draft_spec': {'subnets': {'default': {'vlan': 1001}}}}
    bulk_update_data = {'sync_priority': 5}

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for _ in range(3):
            a_resource(fabric)
        identity = {
            'fabric': fabric.pk,
            'api_group': GROUP,
            'api_version': 'v1beta1',
            'kind': 'VPC',
        }
        cls.create_data = [
            {**identity, 'name': f'new-{number}', 'draft_spec': {'subnets': {}}}
            for number in range(3)
        ]


class SyncOperationTest(Cases.Reading):
    model = SyncOperation
    brief_fields = ['display', 'id', 'operation_id', 'operation_type', 'status', 'url']

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for _ in range(3):
            an_operation(fabric, plan={'changes': []})

    def test_found_by_uuid_too(self):
        self.add_permissions('netbox_hedgehog.view_syncoperation')
        operation = SyncOperation.objects.first()
        url = f'{self._get_list_url()}{operation.operation_id}/'
        self.assertEqual(self.client.get(url, **self.header).data['id'], operation.pk)
        for nobody in ('00000000-0000-0000-0000-000000000000', 'abc'):
            response = self.client.get(f'{self._get_list_url()}{nobody}/', **self.header)
            self.assertHttpStatus(response, 404)

    def test_uuid_does_not_get_around_permissions(self):
        self.add_permissions('netbox_hedgehog.view_syncoperation')
        from users.models import ObjectPermission

        ObjectPermission.objects.update(constraints={'status': 'failed'})
        url = f'{self._get_list_url()}{SyncOperation.objects.first().operation_id}/'
        self.assertHttpStatus(self.client.get(url, **self.header), 404)

    def test_lists_leave_long_fields_out_unless_asked(self):
        self.add_permissions('netbox_hedgehog.view_syncoperation')
        row = self.client.get(self._get_list_url(), **self.header).data['results'][0]
        self.assertNotIn('plan', row)
        asked = f'{self._get_list_url()}?fields=id,plan'
        row = self.client.get(asked, **self.header).data['results'][0]
        self.assertEqual(row['plan'], {'changes': []})
        detail = self._get_detail_url(SyncOperation.objects.first())
        self.assertIn('plan', self.client.get(detail, **self.header).data)


class ConflictResolutionTest(Cases.Reading):
    model = ConflictResolution
    brief_fields = ['conflict_id', 'conflict_type', 'display', 'id', 'severity', 'url']

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for _ in range(3):
            a_conflict(a_resource(fabric))


class ErrorRecordTest(Cases.Reading):
    model = ErrorRecord
    brief_fields = ['display', 'id', 'open', 'path', 'reason', 'url']

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for _ in range(3):
            an_error(fabric)


class OutboxEntryTest(Cases.Reading):
    model = OutboxEntry
    brief_fields = ['action', 'display', 'id', 'kind', 'name', 'state', 'url']

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for _ in range(3):
            an_entry(a_resource(fabric))


class PullRequestTest(Cases.Reading):
    model = PullRequest
    brief_fields = ['branch', 'display', 'id', 'state', 'title', 'url']

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for _ in range(3):
            a_pull_request(fabric)


class RawUploadTest(
    APIViewTestCases.GetObjectViewTestCase,
    APIViewTestCases.ListObjectsViewTestCase,
):
    model = RawUpload
    view_namespace = NAMESPACE
    brief_fields = ['display', 'id', 'name', 'state', 'url']

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for _ in range(3):
            an_upload(fabric)


class CheckpointTest(
    APIViewTestCases.GetObjectViewTestCase,
    APIViewTestCases.ListObjectsViewTestCase,
):
    model = Checkpoint
    view_namespace = NAMESPACE
    brief_fields = ['checkpoint_id', 'commit', 'display', 'id', 'name', 'url']

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for _ in range(3):
            a_checkpoint(fabric, snapshot={'settings': {'annotate': True}})
