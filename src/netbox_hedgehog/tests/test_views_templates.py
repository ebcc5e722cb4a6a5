"""The Templates tab: the list, a template with its live preview, and rendering after a look."""

from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from netbox_hedgehog.models import HedgehogFabric, SyncOperation
from netbox_hedgehog.sync.runner import work_off

from .git_case import logger
from .pages import a_waiting_worker, allow, strict_templates
from .test_sync_templates import OF_A, TEMPLATE, VPCS, TemplateCase

NAME = 'vpcs.yaml.j2'


class TemplatePagesTest(TemplateCase):
    def setUp(self) -> None:
        super().setUp()
        self.client = Client()
        self.client.force_login(self.alice)

    def address(self, page: str) -> str:
        return reverse(f'plugins:netbox_hedgehog:hedgehogfabric_{page}', args=[self.fabric.pk])

    def page(self, page: str, **query) -> str:
        with strict_templates() as missing:
            response = self.client.get(self.address(page), query)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(missing, [])
        return response.content.decode()

    def tried(self, text: str) -> str:
        with strict_templates() as missing:
            response = self.client.post(
                self.address('template_preview'), {'name': NAME, 'text': text}
            )
        self.assertEqual((response.status_code, missing), (200, []))
        return response.content.decode()

    def press(self, **data) -> SyncOperation:
        with a_waiting_worker():
            response = self.client.post(self.address('render'), data)
        self.assertEqual(response.status_code, 302)
        work_off(self.fabric.pk, logger)
        return SyncOperation.objects.filter(operation_type='template_render').latest('pk')

    def test_the_list_and_a_template(self) -> None:
        shown = self.page('templates')
        for words in (f'?name={NAME}', 'A VPC for each name', 'vlan: vlan', 'Never', 'Render all'):
            self.assertIn(words, shown)
        self.rendered()
        self.assertIn('This version', self.page('templates'))
        shown = self.page('templates', name=NAME)
        for words in ('{% for name in names %}', 'VPC/default/b', 'Save and render', '1001'):
            self.assertIn(words, shown)
        self.assertIn(self.fabric.resources.get(name='b').get_absolute_url(), shown)
        self.assertIn('There is no template', self.page('templates', name='x.yaml.j2'))

    def test_a_preview_while_typing(self) -> None:
        shown = self.tried(VPCS.replace('1001', '1600').replace('\n', '\r\n'))
        for words in ('hh-added', '1601', '2 made, 0 changed', 'What is rendered'):
            self.assertIn(words, shown)
        self.assertNotIn('\r', shown)
        shown = self.tried(VPCS.replace('{{ name }}', '{{ nome }}'))
        self.assertIn('data-bad-lines="12"', shown)
        self.assertIn('TemplateUndefined', shown)
        self.assertNotIn('1600', self.person.files()[TEMPLATE].decode())

    def test_rendering_after_a_look(self) -> None:
        shown = self.page('render')
        for words in ('managed/vpcs/a.yaml', '2 made', 'hh-added', 'expected_commit'):
            self.assertIn(words, shown)
        done = self.press(name=NAME, expected_commit=self.person.pull())
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertIn('There is nothing to change', self.page('render', name=NAME))
        shown = self.client.get(done.get_absolute_url()).content.decode()
        self.assertIn('2 made, 0 changed, 0 removed, 0 held', shown)

    def test_a_text_is_saved_with_what_it_makes_unless_somebody_changed_it(self) -> None:
        version = self.templates().one(NAME)['version']
        text = VPCS.replace('1001', '1800').replace('\n', '\r\n')
        done = self.press(edited=NAME, text=text, version=version)
        self.assertEqual(done.status, 'completed', done.last_error_message)
        files = self.person.files()
        self.assertEqual(files[TEMPLATE].decode(), VPCS.replace('1001', '1800'))
        self.assertIn(b'vlan: 1800', files[OF_A])
        done = self.press(edited=NAME, text=VPCS, version=version)
        self.assertEqual((done.status, done.last_reason), ('failed', 'StalePlan'))
        self.assertEqual(self.person.files(), files)

    def test_a_conflict_offers_the_rules(self) -> None:
        self.rendered()
        self.by_hand(b'vlan: 1001', b'vlan: 2222')
        self.person.push({TEMPLATE: VPCS.replace('1001', '1500').encode()})
        self.run_operation(self.fabric)
        self.assertIn('The template is right', self.page('render'))
        self.assertIn('+      vlan: 1500', self.page('render', clash='ours'))
        self.press(clash='ours')
        self.assertIn(b'vlan: 1500', self.person.files()[OF_A])

    def test_who_may_only_look(self) -> None:
        self.rendered()
        bob = get_user_model().objects.create_user('bob')
        allow(bob, HedgehogFabric, 'view')
        self.client.force_login(bob)
        shown = self.page('templates', name=NAME)
        self.assertNotIn(self.fabric.resources.get(name='b').get_absolute_url(), shown)
        self.assertIn('hh-line', shown)
        self.assertNotIn('Save and render', shown)
        self.assertEqual(self.client.get(self.address('render')).status_code, 403)
        self.assertEqual(self.client.post(self.address('render')).status_code, 403)
        self.assertEqual(self.client.post(self.address('template_preview')).status_code, 403)
        made = SyncOperation.objects.filter(operation_type='template_render')
        self.assertEqual(made.count(), 1)
