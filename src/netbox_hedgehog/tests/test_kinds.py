"""Each kind has a menu entry, a list page and a REST alias, and each reaches its own kind only."""

import pickle
import re
from logging import getLogger
from types import SimpleNamespace
from uuid import uuid4

import yaml
from django.test import RequestFactory
from django.urls import resolve, reverse
from netbox.context_managers import event_tracking
from utilities.request import copy_safe_request
from utilities.testing import APITestCase, TestCase

from hedgehog_gitops.kinds import CATALOGUE
from netbox_hedgehog import navigation
from netbox_hedgehog.forms.draft_text import kind_template
from netbox_hedgehog.models import HedgehogFabric, HedgehogResource
from netbox_hedgehog.sync.own_kinds import current_identity
from netbox_hedgehog.tables import KIND_TABLES
from netbox_hedgehog.tables.kinds import SpecColumn
from netbox_hedgehog.ui.kinds import KINDS, list_page

from .builders import a_fabric, a_resource
from .pages import allow

WIRING = 'wiring.githedgehog.com'
SPECS = {
    'Switch': {
        'role': 'spine', 'profile': 'vs', 'groups': ['g'], 'asn': 65100,
        'redundancy': {'type': 'eslag', 'group': 'eslag-1'},
    },
    'Server': {'description': 'rack four'},
    'Connection': {
        'unbundled': {'link': {'server': {'port': 's-1/e1'}, 'switch': {'port': 'leaf-1/E1/1'}}}
    },
    'VLANNamespace': {'ranges': [{'from': 1000, 'to': 2999}, {'from': 7}]},
    'VPC': {'subnets': {'default': {'vlan': 1001, 'subnet': '10.0.1.0/24'}, 'x': {'vlan': 1002}}},
    'VPCAttachment': {'subnet': 'vpc-1', 'connection': 'conn-1', 'nativeVLAN': True},
    'VPCPeering': {'permit': [{'vpc-1': {}, 'vpc-2': {}}]},
    'External': {'ipv4Namespace': 'default', 'inboundCommunity': '65102:1000'},
    'ExternalAttachment': {'external': 'ext-1', 'switch': {'vlan': 10}},
    'ExternalPeering': {'permit': {'vpc': {'name': 'vpc-1'}, 'external': {'name': 'ext-1'}}},
    'IPv4Namespace': {'subnets': ['10.0.0.0/16']},
    'Gateway': {'asn': 65534, 'groups': [{'name': 'gw-1', 'priority': 0}]},
    'GatewayPeering': {'peering': {'vpc-1': {}, 'vpc-2': {}}, 'gatewayGroup': 'gw-1'},
}  # fmt: skip
SHOWN = {
    'Switch': ('spine', 'vs', 'eslag eslag-1'),
    'Server': ('rack four',),
    'Connection': ('unbundled', 's-1, leaf-1'),
    'VLANNamespace': ('1000-2999, 7-7',),
    'VPC': ('1001, 1002', '10.0.1.0/24'),
    'VPCAttachment': ('vpc-1', 'default', 'conn-1'),
    'VPCPeering': ('vpc-1, vpc-2',),
    'External': ('65102:1000',),
    'ExternalAttachment': ('ext-1', '10'),
    'ExternalPeering': ('vpc-1', 'ext-1'),
    'IPv4Namespace': ('10.0.0.0/16',),
    'Gateway': ('65534', 'gw-1'),
    'GatewayPeering': ('vpc-1, vpc-2', 'gw-1'),
}
# What hand-written files hold where something else belongs.
NONSENSE = (None, {}, {'subnets': 7, 'permit': 'x', 'ranges': [3], 'redundancy': [], 'groups': 1})


def one_of_each(fabric):
    return {
        kind: a_resource(
            fabric, kind=kind, name=f'one-{kind.lower()}', desired_spec=SPECS.get(kind, {}),
            **{k: v for k, v in current_identity(kind).items() if k != 'kind'},
        )
        for kind in KINDS
    }  # fmt: skip


class KindPagesTest(TestCase):
    user_permissions = tuple(
        f'netbox_hedgehog.{action}_hedgehogresource'
        for action in ('view', 'add', 'change', 'delete')
    )

    def setUp(self):
        super().setUp()
        allow(self.user, HedgehogFabric, 'view')
        self.fabric = a_fabric(name='Lab')
        self.rows = one_of_each(self.fabric)

    def test_the_table_of_kinds_says_what_the_catalogue_says(self):
        for kind, shown in KINDS.items():
            self.assertEqual(CATALOGUE.by_kind(kind).plural, shown.path)
            self.assertIn(kind, KIND_TABLES)

    def test_each_list_shows_its_own_kind_with_what_matters(self):
        for kind in KINDS:
            with self.subTest(kind):
                response = self.client.get(list_page(kind))
                self.assertHttpStatus(response, 200)
                self.assertEqual([row.pk for row in response.context['table'].data],
                                 [self.rows[kind].pk])  # fmt: skip
                page = response.content.decode()
                inside = re.findall(r'<td[^>]*>(.*?)</td>', page, re.DOTALL)
                cells = {re.sub(r'<[^>]+>', '', each).strip() for each in inside}
                self.assertLessEqual(set(SHOWN.get(kind, ())), cells)

    def test_each_menu_entry_is_a_path_of_its_own(self):
        urls = [str(item.url) for group in navigation.menu.groups for item in group.items]
        self.assertEqual(len(urls), len(set(urls)))
        self.assertFalse([url for url in urls if '?' in url])
        for kind in KINDS:
            self.assertIn(list_page(kind), urls)

    def test_every_column_sorts_and_survives_nonsense(self):
        for kind, row in self.rows.items():
            for number, spec in enumerate(NONSENSE):
                a_resource(
                    self.fabric, kind=kind, name=f'odd-{kind.lower()}-{number}',
                    api_group=row.api_group, desired_spec=spec,
                )  # fmt: skip
            rows = HedgehogResource.objects.filter(kind=kind).select_related('fabric', 'sync_state')
            for name, column in KIND_TABLES[kind].base_columns.items():
                if column.orderable is not False and name not in ('pk', 'actions'):
                    for way in ('', '-'):
                        with self.subTest(kind=kind, sort=f'{way}{name}'):
                            table = KIND_TABLES[kind](rows, order_by=f'{way}{name}')
                            self.assertEqual(len(list(table.rows)), len(NONSENSE) + 1)
            shown = KIND_TABLES[kind](rows)
            cells = [row.get_cell(name) for row in shown.rows for name in shown.sequence
                     if isinstance(shown.base_columns[name], SpecColumn)]  # fmt: skip
            self.assertTrue(all(cells))

    def test_sorting_goes_by_what_is_said_now(self):
        for name, role, draft in (('b', 'zz', None), ('c', 'mm', None), ('d', 'a', {'role': 'q'})):
            a_resource(self.fabric, api_group=WIRING, kind='Switch', name=name,
                       desired_spec={'role': role}, draft_spec=draft)  # fmt: skip
        response = self.client.get(list_page('Switch', sort='role'))
        self.assertEqual(
            [row.name for row in response.context['table'].data], ['c', 'd', 'one-switch', 'b']
        )

    def test_buttons_lead_to_the_kind(self):
        page = self.client.get(list_page('VPC')).content.decode()
        base = reverse('plugins:netbox_hedgehog:vpc_list')
        for place in ('add/', 'import/', 'edit/', 'delete/'):
            self.assertIn(f'="{base}{place}', page)
        self.assertNotIn(f'="{reverse("plugins:netbox_hedgehog:hedgehogresource_bulk_edit")}', page)

    def test_all_that_match_are_all_of_the_kind(self):
        """The box *select all* must never reach another kind."""
        address = reverse('plugins:netbox_hedgehog:vpc_bulk_edit')
        data = {'_all': '1', 'pk': [self.rows['VPC'].pk], 'sync_priority': 7, '_apply': '1'}
        self.assertHttpStatus(self.client.post(address, data), 302)
        changed = HedgehogResource.objects.filter(sync_priority=7)
        self.assertEqual([row.kind for row in changed], ['VPC'])

        address = reverse('plugins:netbox_hedgehog:vpc_bulk_delete')
        data = {'_all': '1', 'pk': [self.rows['VPC'].pk], 'confirm': '1', '_confirm': '1'}
        self.assertHttpStatus(self.client.post(address, data), 302)
        self.assertEqual(HedgehogResource.objects.count(), len(KINDS) - 1)

    def test_in_the_background_too(self):
        """A job has the class of the page and the request, and nothing else."""
        address = reverse('plugins:netbox_hedgehog:vpc_bulk_edit')
        data = {'_all': '1', 'pk': [self.rows['VPC'].pk], 'sync_priority': 7, '_apply': '1'}
        sent = RequestFactory().post(address, data)
        sent.user, sent.id = self.user, uuid4()
        copied = copy_safe_request(sent)
        copied.job = SimpleNamespace(logger=getLogger('kinds'), job=SimpleNamespace(error=''))
        view = resolve(address).func.view_class
        self.assertIs(pickle.loads(pickle.dumps(view)), view)
        with event_tracking(copied):
            view.as_view()(copied)
        changed = HedgehogResource.objects.filter(sync_priority=7)
        self.assertEqual([row.kind for row in changed], ['VPC'])

    def test_another_kind_cannot_be_named_there(self):
        address = reverse('plugins:netbox_hedgehog:vpc_bulk_delete')
        data = {'pk': [self.rows['Switch'].pk], 'confirm': '1', '_confirm': '1'}
        self.client.post(address, data)
        self.assertTrue(HedgehogResource.objects.filter(pk=self.rows['Switch'].pk).exists())

    def test_a_new_one_starts_from_its_template(self):
        for kind, shown in KINDS.items():
            with self.subTest(kind):
                response = self.client.get(reverse(shown.page('add')))
                self.assertHttpStatus(response, 200)
                self.assertEqual(response.context['form'].initial['text'], kind_template(kind))

    def test_an_import_takes_its_own_kind_only(self):
        address = reverse('plugins:netbox_hedgehog:vpc_bulk_import')
        for kind, status in (('Server', 200), ('VPC', 302)):
            group = current_identity(kind)['api_group']
            text = '{{apiVersion: {}/v1beta1, kind: {}, metadata: {{name: new}}, spec: {{}}}}'
            text = text.format(group, kind)
            data = {'data': f'fabric,text\nLab,"{text}"', 'format': 'csv', 'csv_delimiter': ','}
            with self.subTest(kind):
                response = self.client.post(address, {**data, 'import_method': 'direct'})
                self.assertHttpStatus(response, status)
                found = HedgehogResource.objects.filter(kind=kind, name='new').exists()
                self.assertEqual(found, status == 302)

    def test_export_is_csv_of_the_columns_and_yaml_of_the_objects(self):
        self.rows['VPC'].draft_spec = {'vlanNamespace': 'other'}
        self.rows['VPC'].save()
        a_resource(self.fabric, name='second')
        response = self.client.get(list_page('VPC', export='yaml'))
        self.assertEqual(response['Content-Type'], 'text/yaml; charset=utf-8')
        documents = list(yaml.safe_load_all(response.content))
        self.assertEqual([each['metadata']['name'] for each in documents], ['one-vpc', 'second'])
        self.assertEqual(documents[0]['spec'], {'vlanNamespace': 'other'})
        everything = self.client.get(
            reverse('plugins:netbox_hedgehog:hedgehogresource_list'), {'export': 'yaml'}
        )
        self.assertEqual(len(list(yaml.safe_load_all(everything.content))), len(KINDS) + 1)
        table = self.client.get(list_page('VPC', export='table'))
        self.assertIn('VLANs', table.content.decode().splitlines()[0])
        self.assertIn('netbox_vpcs.csv', table['Content-Disposition'])

    def test_filters_of_the_spec_see_drafts(self):
        a_resource(self.fabric, api_group=WIRING, kind='Switch', name='drafted',
                   desired_spec={'role': 'spine'}, draft_spec={'role': 'border-leaf'})  # fmt: skip
        for asked, wanted in (('spine', ['one-switch']), ('border-leaf', ['drafted'])):
            response = self.client.get(list_page('Switch', role=asked))
            self.assertEqual([row.name for row in response.context['table'].data], wanted)
        for asked, wanted in (('unbundled', 1), ('mclag', 0)):
            response = self.client.get(list_page('Connection', connection_type=asked))
            self.assertEqual(len(response.context['table'].data), wanted)

    def test_nobody_sees_what_they_may_not(self):
        self.user.object_permissions.all().delete()
        allow(self.user, HedgehogResource, 'view', name='nothing')
        response = self.client.get(list_page('VPC'))
        self.assertEqual(list(response.context['table'].data), [])
        self.user.object_permissions.all().delete()
        for place in ('list', 'add', 'bulk_import', 'bulk_edit', 'bulk_delete'):
            with self.subTest(place):
                self.assertHttpStatus(self.client.get(reverse(KINDS['VPC'].page(place))), 403)


class KindAliasTest(APITestCase):
    def setUp(self):
        super().setUp()
        self.fabric = a_fabric()
        self.rows = one_of_each(self.fabric)
        allow(self.user, HedgehogFabric, 'view')
        allow(self.user, HedgehogResource, 'view', 'add', 'change', 'delete')

    def _address(self, kind, row=None):
        name = f'plugins-api:netbox_hedgehog-api:{KINDS[kind].base_name}'
        return reverse(f'{name}-detail', args=[row.pk]) if row else reverse(f'{name}-list')

    def test_each_alias_lists_its_own_kind(self):
        for kind, row in self.rows.items():
            with self.subTest(kind):
                address = self._address(kind)
                self.assertTrue(address.endswith(f'/api/plugins/hedgehog/{KINDS[kind].path}/'))
                found = self.client.get(address, **self.header).json()
                self.assertEqual([each['id'] for each in found['results']], [row.pk])

    def test_an_object_of_another_kind_is_not_there(self):
        response = self.client.get(self._address('VPC', self.rows['Switch']), **self.header)
        self.assertHttpStatus(response, 404)

    def test_the_kind_is_understood_when_one_is_made(self):
        data = {'fabric': self.fabric.pk, 'name': 'fresh', 'spec': {'role': 'spine'}}
        response = self.client.post(self._address('Switch'), data, format='json', **self.header)
        self.assertHttpStatus(response, 201)
        row = HedgehogResource.objects.get(pk=response.json()['id'])
        self.assertEqual((row.api_group, row.api_version, row.kind), (WIRING, 'v1beta1', 'Switch'))
        self.assertEqual(row.draft_spec, {'role': 'spine'})

    def test_another_kind_is_refused(self):
        text = 'apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: {name: s}\n'
        for data in ({'name': 'x', 'kind': 'Server'}, {'draft_text': text}):
            with self.subTest(data):
                response = self.client.post(
                    self._address('Switch'), {'fabric': self.fabric.pk, **data},
                    format='json', **self.header,
                )  # fmt: skip
                self.assertHttpStatus(response, 400)

    def test_it_is_changed_and_deleted_there(self):
        address = self._address('VPC', self.rows['VPC'])
        response = self.client.patch(address, {'spec': {'a': 1}}, format='json', **self.header)
        self.assertHttpStatus(response, 200)
        self.assertEqual(response.json()['draft_spec'], {'a': 1})
        self.assertHttpStatus(self.client.delete(address, **self.header), 204)

    def test_bulk_reaches_the_kind_only(self):
        data = [{'id': self.rows['Switch'].pk}]
        response = self.client.delete(self._address('VPC'), data, format='json', **self.header)
        self.assertHttpStatus(response, 400)
        self.assertTrue(HedgehogResource.objects.filter(pk=self.rows['Switch'].pk).exists())

    def test_without_permission_nothing(self):
        self.user.object_permissions.all().delete()
        self.assertHttpStatus(self.client.get(self._address('VPC'), **self.header), 403)
