"""A user who may only read gets 403 on every write; limits on objects hold."""

from users.models import ObjectPermission
from utilities.testing import APITestCase

from netbox_hedgehog.models import GitRepository, HedgehogFabric, HedgehogResource

from .builders import a_fabric, a_repository, a_resource

BASE = '/api/plugins/hedgehog'

ACTIONS = (
    ('fabrics', 'init-gitops'),
    ('fabrics', 'ingest-raw'),
    ('fabrics', 'sync'),
    ('fabrics', 'files/upload'),
    ('git-repositories', 'test-connection'),
    ('git-repositories', 'webhook-secret'),
    ('git-repositories', 'register-webhook'),
)


class ReaderTest(APITestCase):
    user_permissions = (
        'netbox_hedgehog.view_gitrepository',
        'netbox_hedgehog.view_hedgehogfabric',
        'netbox_hedgehog.view_hedgehogresource',
    )

    @classmethod
    def setUpTestData(cls):
        repository = a_repository()
        fabric = a_fabric(git_repository=repository, gitops_initialized=True)
        cls.rows = {
            'git-repositories': repository,
            'fabrics': fabric,
            'resources': a_resource(fabric),
        }

    def send(self, method, url, data):
        return getattr(self.client, method)(url, data, format='json', **self.header)

    def test_every_write_is_refused(self):
        for name, row in self.rows.items():
            listed, detail = f'{BASE}/{name}/', f'{BASE}/{name}/{row.pk}/'
            for method, url, data in (
                ('post', listed, {}),
                ('put', listed, [{'id': row.pk}]),
                ('patch', listed, [{'id': row.pk}]),
                ('delete', listed, [{'id': row.pk}]),
                ('put', detail, {}),
                ('patch', detail, {'description': 'x'}),
                ('delete', detail, {}),
            ):
                with self.subTest(method=method, url=url):
                    self.assertHttpStatus(self.send(method, url, data), 403)
        for name, action in ACTIONS:
            with self.subTest(action):
                url = f'{BASE}/{name}/{self.rows[name].pk}/{action}/'
                self.assertHttpStatus(self.send('post', url, {}), 403)
        self.assertEqual(GitRepository.objects.count(), 1)
        self.assertEqual(HedgehogFabric.objects.get().description, '')

    def test_every_read_is_answered(self):
        for name, row in self.rows.items():
            for url in (f'{BASE}/{name}/', f'{BASE}/{name}/{row.pk}/'):
                self.assertHttpStatus(self.client.get(url, **self.header), 200)

    def test_limits_on_objects_hold_for_writes(self):
        other = a_resource(self.rows['fabrics'], kind='Switch', name='leaf-1')
        self.add_permissions('netbox_hedgehog.change_hedgehogresource')
        ObjectPermission.objects.filter(actions__contains=['change']).update(
            constraints={'kind': 'Switch'}
        )
        body = {'draft_spec': {'role': 'spine'}}
        mine, theirs = (f'{BASE}/resources/{row.pk}/' for row in (other, self.rows['resources']))
        self.assertHttpStatus(self.send('patch', mine, body), 200)
        self.assertHttpStatus(self.send('patch', theirs, body), 404)
        self.assertFalse(HedgehogResource.objects.get(kind='VPC').has_draft)

    def test_repository_may_not_be_borrowed(self):
        """A fabric is given only a repository that its editor may see."""
        self.add_permissions('netbox_hedgehog.change_hedgehogfabric')
        ObjectPermission.objects.filter(
            object_types__model='gitrepository', actions__contains=['view']
        ).delete()
        hidden = a_repository()
        fabric = self.rows['fabrics']
        url = f'{BASE}/fabrics/{fabric.pk}/'
        for repository in (hidden.pk, {'id': hidden.pk}, {'name': hidden.name}):
            response = self.send('patch', url, {'git_repository': repository})
            self.assertHttpStatus(response, 400)
        self.add_permissions('netbox_hedgehog.view_gitrepository')
        response = self.send('patch', url, {'git_repository': hidden.pk})
        self.assertHttpStatus(response, 200)
