"""Templates over REST, on a real repository: who may, what is answered, what is committed."""

from django.contrib.auth import get_user_model
from django.test import Client
from rest_framework.test import APIClient

from netbox_hedgehog.models import HedgehogFabric, SyncOperation
from netbox_hedgehog.sync.runner import work_off
from netbox_hedgehog.sync.templates import templates_of

from .git_case import BASE, logger, vpc
from .pages import a_waiting_worker, allow
from .test_sync_templates import OF_A, TEMPLATE, VPCS, TemplateCase


class TemplateApiTest(TemplateCase):
    def setUp(self) -> None:
        super().setUp()
        self.client = APIClient()
        self.client.force_authenticate(self.alice)

    def address(self, action: str = '') -> str:
        tail = f'{action}/' if action else ''
        return f'/api/plugins/hedgehog/fabrics/{self.fabric.pk}/templates/{tail}'

    def post(self, action: str, /, **data):
        return self.client.post(self.address(action), data, format='json')

    def test_list(self) -> None:
        answer = self.client.get(self.address())
        self.assertEqual(answer.status_code, 200)
        (row,) = answer.data['templates']
        self.assertEqual((row['name'], row['path']), ('vpcs.yaml.j2', TEMPLATE))
        self.assertEqual(row['variables'][1]['default'], 1001)

    def test_preview_and_validate_commit_nothing(self) -> None:
        head = self.person.pull()
        answer = self.post('preview', templates=['vpcs.yaml.j2'], variables={'names': ['x']})
        self.assertEqual(answer.status_code, 200, answer.data)
        self.assertIn('name: x', answer.data['preview']['rendered']['vpcs.yaml.j2'])
        self.assertEqual(len(answer.data['preview']['reports'][0]['made']), 1)
        answer = self.post('validate')
        self.assertEqual((answer.status_code, answer.data['valid']), (200, True))
        answer = self.post('validate', texts={'vpcs.yaml.j2': '{{ nome }}'})
        self.assertEqual((answer.status_code, answer.data['valid']), (200, False))
        self.assertEqual(answer.data['findings'][0]['code'], 'TemplateUndefined')
        answer = self.post('render', commit=False)
        self.assertEqual((answer.status_code, len(answer.data['preview']['changes'])), (200, 3))
        self.assertEqual(self.person.pull(), head)

    def test_errors_of_the_folder_count_in_validation(self) -> None:
        file = f'{BASE}/managed/vpcs/other.yaml'
        sound = vpc('other', 1900).replace(b'10.0.1.', b'10.0.9.')
        self.person.push({file: sound.replace(b'1900', b'91900')})
        self.run_operation(self.fabric)
        answer = self.post('validate')
        self.assertEqual((answer.status_code, answer.data['valid']), (200, False), answer.data)
        standing = [each for each in answer.data['findings'] if each['severity'] == 'error']
        self.assertEqual({each['file'] for each in standing}, {file})
        self.assertIn('(this stands in Git already)', standing[0]['message'])
        # A preview is about what rendering changes, and it would change nothing of this.
        preview = self.post('preview').data['preview']
        self.assertNotIn(file, {each['file'] for each in preview['findings']})
        self.person.push({file: sound})
        self.run_operation(self.fabric)
        self.assertTrue(self.post('validate').data['valid'])

    def test_an_object_names_its_template_and_the_version(self) -> None:
        self.rendered()
        commit = self.person.log()[1].id
        version = templates_of(self.fabric).one('vpcs.yaml.j2')['version']
        resource = self.fabric.resources.get(name='a')
        address = f'/api/plugins/hedgehog/resources/{resource.pk}/file-mapping/'
        made = {
            'source': 'template',
            'template': 'vpcs.yaml.j2',
            'version': version,
            'commit': commit,
            'is_current': True,
            'adopted': False,
        }
        self.assertEqual(self.client.get(address).data['made_by'], made)
        page = Client()
        page.force_login(self.alice)
        shown = page.get(resource.get_absolute_url()).content.decode()
        for words in ('templates/vpcs.yaml.j2', 'templates/?name=vpcs.yaml.j2', commit[:12]):
            self.assertIn(words, shown)
        self.assertNotIn('the template is another one by now', shown)
        self.person.push({TEMPLATE: f'{VPCS}# by Pat\n'.encode()})
        self.run_operation(self.fabric)
        made['is_current'] = False
        self.assertEqual(self.client.get(address).data['made_by'], made)
        shown = page.get(resource.get_absolute_url()).content.decode()
        self.assertIn('the template is another one by now', shown)

    def test_render_is_an_operation(self) -> None:
        self.assertEqual(self.post('render').status_code, 503)
        with a_waiting_worker():
            answer = self.post('render', texts={'vpcs.yaml.j2': VPCS.replace('1001', '1700')})
        self.assertEqual(answer.status_code, 202, answer.data)
        work_off(self.fabric.pk, logger)
        done = SyncOperation.objects.get(pk=answer.data['operation']['id'])
        self.assertEqual((done.status, done.user_name), ('completed', 'alice'))
        self.assertIn(b'vlan: 1700', self.person.files()[OF_A])

    def test_what_is_refused_says_why(self) -> None:
        for status, data in (
            (422, {'templates': ['other.yaml.j2']}),
            (422, {'templates': ['../../x.yaml.j2']}),
            (422, {'environment': 'production'}),
            (422, {'variables': {'fabric': 1}}),
            (409, {'expected_commit': 'a' * 40}),
            (400, {'template': 'vpcs.yaml.j2'}),
            (400, {'clash': 'mine'}),
        ):
            with self.subTest(data=data):
                answer = self.post('preview', **data)
                self.assertEqual(answer.status_code, status, answer.data)

    def test_who_may(self) -> None:
        bob = get_user_model().objects.create_user('bob')
        self.client.force_authenticate(bob)
        self.assertEqual(self.client.get(self.address()).status_code, 403)
        allow(bob, HedgehogFabric, 'view')
        bob = get_user_model().objects.get(pk=bob.pk)
        self.client.force_authenticate(bob)
        self.assertEqual(self.client.get(self.address()).status_code, 200)
        for action in ('preview', 'validate', 'render'):
            self.assertEqual(self.post(action).status_code, 403, action)
        allow(bob, HedgehogFabric, 'push', name='another fabric')
        self.client.force_authenticate(get_user_model().objects.get(pk=bob.pk))
        self.assertEqual(self.post('render').status_code, 403)
