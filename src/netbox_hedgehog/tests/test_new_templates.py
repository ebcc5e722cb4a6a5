"""Templates made in NetBox: of chosen objects, of ready ones; their versions, and back to one."""

from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from netbox_hedgehog.jobs import enqueue_undo
from netbox_hedgehog.models import HedgehogFabric, HedgehogResource, SyncOperation
from netbox_hedgehog.sync.runner import work_off

from .builders import a_fabric, a_resource
from .git_case import BASE, logger, vpc
from .pages import a_waiting_worker, allow, strict_templates
from .test_sync_templates import OF_A, TEMPLATE, VPCS, TemplateCase

NEW = f'{BASE}/templates/one.yaml.j2'
OF_ONE = f'{BASE}/managed/vpcs/one.yaml'


class NewTemplateCase(TemplateCase):
    def setUp(self) -> None:
        super().setUp()
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one', 2900).replace(b'10.0.1.', b'10.0.9.')})
        self.run_operation(self.fabric)
        self.one = self.fabric.resources.get(name='one')
        allow(self.alice, HedgehogResource, 'view')
        self.alice = get_user_model().objects.get(pk=self.alice.pk)


class NewTemplatePagesTest(NewTemplateCase):
    def setUp(self) -> None:
        super().setUp()
        self.client = Client()
        self.client.force_login(self.alice)

    def address(self, page: str) -> str:
        return reverse(f'plugins:netbox_hedgehog:hedgehogfabric_{page}', args=[self.fabric.pk])

    def choose(self, *rows: HedgehogResource, **fields):
        with strict_templates() as missing:
            response = self.client.post(
                reverse('plugins:netbox_hedgehog:hedgehogresource_bulk_template'),
                {'pk': [row.pk for row in rows], **fields},
            )
        self.assertEqual(missing, [])
        return response

    def page(self, page: str, **query) -> str:
        with strict_templates() as missing:
            response = self.client.get(self.address(page), query)
        self.assertEqual((response.status_code, missing), (200, []))
        return response.content.decode()

    def press(self, **data) -> SyncOperation:
        with a_waiting_worker():
            response = self.client.post(self.address('render'), data)
        self.assertEqual(response.status_code, 302)
        work_off(self.fabric.pk, logger)
        return SyncOperation.objects.filter(operation_type='template_render').latest('pk')

    def test_the_list_leads_there_and_the_fields_are_offered(self) -> None:
        listed = reverse('plugins:netbox_hedgehog:hedgehogresource_list')
        self.assertIn('Make a Template', self.client.get(listed).content.decode())
        shown = self.choose(self.one).content.decode()
        for words in ('spec.subnets.default.vlan', 'metadata.name', 'VPC one', 'Make the text'):
            self.assertIn(words, shown)
        self.assertIn('name: one', shown)

    def test_made_saved_adopted_and_undone(self) -> None:
        before = self.person.files()
        shown = self.choose(
            self.one, field=['spec.subnets.default.vlan', 'metadata.name'], variable=['vlan', '']
        ).context['text']
        self.assertIn('vlan: {{ vlan | to_yaml }}', shown)
        self.assertIn('type: vlan', shown)
        preview = self.client.post(
            self.address('template_preview'), {'edited': 'one.yaml.j2', 'new': '1', 'text': shown}
        ).content.decode()
        self.assertIn('0 made, 1 changed', preview)
        done = self.press(edited='one.yaml.j2', new='1', text=shown.replace('\n', '\r\n'))
        self.assertEqual(done.status, 'completed', done.last_error_message)
        files = self.person.files()
        self.assertEqual(files[NEW].decode(), shown)
        self.assertIn(b'hnp.githedgehog.com/template: templates/one.yaml.j2', files[OF_ONE])
        enqueue_undo(done, self.alice, 'api')
        work_off(self.fabric.pk, logger)
        self.assertEqual(self.person.files(), before)

    def test_a_name_that_is_taken_or_none_is_refused_before_anything_is_queued(self) -> None:
        for name, why in (('vpcs.yaml.j2', 'already'), ('vpcs.txt', 'no name of a template')):
            data = {'edited': name, 'new': '1', 'text': VPCS}
            shown = self.client.post(self.address('template_preview'), data).content.decode()
            self.assertIn(why, shown)
            with a_waiting_worker():
                self.client.post(self.address('render'), data)
        self.assertIn('Give it a name', self.client.post(
            self.address('template_preview'), {'edited': '', 'new': '1', 'text': 'x'}
        ).content.decode())  # fmt: skip
        self.assertFalse(SyncOperation.objects.filter(operation_type='template_render').exists())

    def test_objects_of_two_fabrics_and_none_are_refused(self) -> None:
        other = a_resource(a_fabric(), name='else')
        for rows in ((), (self.one, other)):
            self.assertEqual(self.choose(*rows).status_code, 302)

    def test_a_field_that_differs_says_so(self) -> None:
        self.person.push({f'{BASE}/raw/two.yaml': vpc('two', 2901)})
        self.run_operation(self.fabric)
        two = self.fabric.resources.get(name='two')
        response = self.choose(
            self.one, two, field=['spec.subnets.default.vlan'], variable=['vlan']
        )
        self.assertIn('cannot stand for spec.subnets.default.vlan', response.context['problem'])
        self.assertNotIn(
            'spec.subnets.default.vlan', [f['field'] for f in response.context['fields']]
        )

    def test_ready_ones_can_be_chosen_and_are_rendered(self) -> None:
        shown = self.page('template_new', ready='leaf-spine')
        self.assertIn('every leaf to every spine', shown)
        self.assertIn('value="leaf-spine.yaml.j2"', shown)
        self.assertIn('hedgehog-template', self.page('template_new'))
        self.assertIn('No template called x', self.page('template_new', ready='x'))
        text = self.client.get(self.address('template_new'), {'ready': 'vpc'}).context['text']
        done = self.press(edited='vpc.yaml.j2', new='1', text=text)
        self.assertIn('vpc-1', self.names(), done.findings)

    def test_versions_are_listed_compared_and_brought_back(self) -> None:
        self.rendered()
        first = self.person.pull()
        self.rendered({'vpcs.yaml.j2': VPCS.replace('1001', '1500')})
        shown = self.page('templates', name='vpcs.yaml.j2')
        self.assertIn('Render as then', shown)
        self.assertIn('from=', shown)
        shown = self.page('render', name='vpcs.yaml.j2', to_commit=first)
        for words in ('As of commit', '-      vlan: 1500', '+      vlan: 1001'):
            self.assertIn(words, shown)
        done = self.press(name='vpcs.yaml.j2', to_commit=first)
        self.assertEqual(done.status, 'completed', done.last_error_message)
        files = self.person.files()
        self.assertEqual(files[TEMPLATE].decode(), VPCS)
        self.assertIn(b'vlan: 1001', files[OF_A])

    def test_what_is_made_no_more_may_stay(self) -> None:
        self.rendered()
        self.fabric.template_context = {'names': ['a']}
        self.fabric.save()
        self.assertIn('1 removed', self.page('render'))
        self.assertIn('1 held', self.page('render', removed='hold'))
        self.press(removed='hold')
        self.assertIn('b', self.names())
        self.press(removed='follow')
        self.assertNotIn('b', self.names())

    def test_who_may_not_push(self) -> None:
        bob = get_user_model().objects.create_user('bob')
        allow(bob, HedgehogFabric, 'view')
        allow(bob, HedgehogResource, 'view')
        self.client.force_login(bob)
        self.assertEqual(self.client.get(self.address('template_new')).status_code, 403)
        self.assertEqual(self.choose(self.one).status_code, 403)
        self.assertNotIn('New template', self.page('templates'))


class MakeTemplateApiTest(NewTemplateCase):
    def post(self, **data):
        client = APIClient()
        client.force_authenticate(self.alice)
        address = f'/api/plugins/hedgehog/fabrics/{self.fabric.pk}/templates/make/'
        return client.post(address, data, format='json')

    def test_a_preview_and_an_operation(self) -> None:
        asked = {
            'name': 'one.yaml.j2',
            'resources': [self.one.pk],
            'variables': {'vlan': 'spec.subnets.default.vlan'},
        }
        answer = self.post(**asked, commit=False)
        self.assertEqual(answer.status_code, 200, answer.data)
        self.assertIn('{{ vlan | to_yaml }}', answer.data['preview']['text'])
        self.assertEqual(len(answer.data['preview']['reports'][0]['changed']), 1)
        self.assertNotIn(NEW, self.person.files())
        self.assertEqual(self.post(**asked).status_code, 503)
        with a_waiting_worker():
            answer = self.post(**asked)
        self.assertEqual(answer.status_code, 202, answer.data)
        work_off(self.fabric.pk, logger)
        done = SyncOperation.objects.get(pk=answer.data['operation']['id'])
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertIn(NEW, self.person.files())
        self.assertEqual(self.post(**asked, commit=False).status_code, 409)

    def test_a_ready_one_and_what_is_refused(self) -> None:
        answer = self.post(name='wiring.yaml.j2', ready='leaf-spine', commit=False)
        self.assertEqual(answer.status_code, 200, answer.data)
        self.assertIn('kind: Switch', answer.data['preview']['rendered']['wiring.yaml.j2'])
        one = self.one.pk
        for status, data in (
            (400, {}),
            (400, {'ready': 'other'}),
            (400, {'ready': 'vpc', 'resources': [one]}),
            (400, {'ready': 'vpc', 'variables': {'a': 'spec'}}),
            (400, {'resources': [one + 1000]}),
            (422, {'resources': [one], 'variables': {'a': 'spec.nothing'}}),
            (422, {'resources': [one], 'variables': {'a b': 'spec.mode'}}),
        ):
            with self.subTest(data=data):
                answer = self.post(name='x.yaml.j2', **data)
                self.assertEqual(answer.status_code, status, answer.data)
