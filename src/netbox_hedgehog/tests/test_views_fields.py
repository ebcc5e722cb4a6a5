"""The Fields tab: the form of a text with its pickers, and a field written into the text."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from netbox_hedgehog.models import HedgehogFabric, HedgehogResource

from .builders import a_fabric, a_resource
from .pages import allow
from .test_views_resources import a_vpc
from .typed_text_case import TypedTextCase

ATTACHMENT = """\
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: new
spec:
  connection: nowhere   # not made yet
"""


class ResourceFieldsTest(TypedTextCase):
    view = 'fields'

    def answer(self, text, row=None, **fields):
        response = self.ask(text, row, **fields)
        self.assertHttpStatus(response, 200)
        return response.json()

    def test_the_fields_hold_what_the_text_says(self):
        answer = self.answer(self.text, self.row)
        self.assertEqual((answer['text'], answer['refusal']), (self.text, ''))
        self.assertInHTML('<span>spec</span>', answer['html'])
        self.assertIn(
            'data-hh-path="spec.subnets.default.vlan" data-hh-value="1001"', answer['html']
        )
        self.assertNotIn('metadata.name', answer['html'])

    def test_a_field_is_written_into_the_text_and_nothing_is_saved(self):
        answer = self.answer(
            self.text.replace('\n', '\r\n'),
            self.row,
            action='write',
            path='spec.subnets.default.vlan',
            value='1002',
        )
        self.assertEqual(answer['text'], self.text.replace('1001', '1002'))
        self.assertIn('data-hh-value="1002"', answer['html'])
        self.row.refresh_from_db()
        self.assertFalse(self.row.has_draft)

    def test_entries_come_and_go(self):
        added = self.answer(self.text, self.row, action='add', path='spec.subnets', value='lab')
        self.assertIn('data-hh-remove="spec.subnets.lab"', added['html'])
        gone = self.answer(added['text'], self.row, action='remove', path='spec.subnets.lab')
        self.assertEqual(gone['text'], self.text)

    def test_the_obstacle_is_told(self):
        path = 'spec.subnets.default.vlan'
        answer = self.answer(self.text, self.row, action='write', path=path, value='many')
        self.assertEqual(
            (answer['text'], answer['refusal']), (self.text, 'many is not a whole number.')
        )
        self.assertIn('not one readable object', self.answer('a: [', self.row)['html'])
        unknown = self.answer(self.text.replace('v1beta1', 'v9'), self.row)
        self.assertIn('are not known', unknown['html'])

    def test_what_the_form_does_not_know_is_said(self):
        answer = self.answer(f'{self.text}  invented: 1\n', self.row)
        self.assertIn('data-hh-unshown="spec.invented"', answer['html'])
        self.assertIn('does not know this field', answer['html'])

    def test_references_offer_what_the_fabric_has_and_the_user_may_see(self):
        a_resource(self.fabric, kind='Connection', name='server-1--leaf-1')
        a_resource(a_fabric(), kind='Connection', name='elsewhere')
        html = self.answer(ATTACHMENT, fabric=self.fabric.pk)['html']
        self.assertIn('<option value="server-1--leaf-1">', html)
        self.assertIn('<option value="vpc-1/default">', html)
        self.assertNotIn('elsewhere', html)
        self.assertIn('no such object', html)
        told = ATTACHMENT.replace('nowhere', 'server-1--leaf-1')
        self.assertNotIn('no such object', self.answer(told, fabric=self.fabric.pk)['html'])
        self.user.object_permissions.all().delete()
        allow(self.user, HedgehogFabric, 'view')
        allow(self.user, HedgehogResource, 'view', 'add', name='another')
        html = self.answer(ATTACHMENT, fabric=self.fabric.pk)['html']
        self.assertNotIn('<option value="server-1--leaf-1">', html)

    def test_a_new_object_has_a_form_without_a_fabric(self):
        html = self.answer(ATTACHMENT, fabric='nonsense')['html']
        self.assertIn('data-hh-path="metadata.name"', html)

    def test_only_for_those_who_may_edit_it(self):
        self.user.object_permissions.all().delete()
        allow(self.user, HedgehogResource, 'view')
        self.assertHttpStatus(self.ask(self.text, self.row), 403)
        self.assertHttpStatus(self.ask(self.text), 403)
        allow(self.user, HedgehogResource, 'change', name='another')
        self.assertHttpStatus(self.ask(self.text, self.row), 404)

    def test_the_number_of_queries_does_not_grow_with_the_fabric(self):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                self.answer(ATTACHMENT, fabric=self.fabric.pk)
            return len(captured)

        queries()
        before = queries()
        for number in range(20):
            a_resource(self.fabric, kind='Connection', name=f'connection-{number}')
            a_vpc(self.fabric, f'vpc-more-{number}')
        self.assertEqual(queries(), before)

    def test_the_editor_asks_for_it(self):
        page = reverse('plugins:netbox_hedgehog:hedgehogresource_edit', args=[self.row.pk])
        fields = reverse('plugins:netbox_hedgehog:hedgehogresource_fields', args=[self.row.pk])
        self.assertContains(self.client.get(page), f'data-url="{fields}"')
        add = reverse('plugins:netbox_hedgehog:vpc_add')
        new = reverse('plugins:netbox_hedgehog:hedgehogresource_fields_new')
        self.assertContains(self.client.get(add), f'data-url="{new}"')
