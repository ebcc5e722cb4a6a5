"""Templates that ask NetBox: the rows, who may see them, and that nobody takes others' away."""

import json

from dcim.models import (
    Cable,
    Device,
    DeviceRole,
    DeviceType,
    Interface,
    MACAddress,
    Manufacturer,
    Region,
    Site,
)
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from extras.models import ConfigContext, CustomField, Tag
from ipam.models import ASN, RIR, VLAN, VRF, IPAddress, Prefix
from rest_framework.test import APIClient
from utilities.testing import TestCase

from hedgehog_gitops.templates import NETBOX_FIELDS, Query, QueryRefused
from netbox_hedgehog.models import HedgehogFabric, SyncOperation
from netbox_hedgehog.sync.netbox_answers import asker_for
from netbox_hedgehog.sync.netbox_rows import KINDS
from netbox_hedgehog.sync.runner import work_off

from .git_case import BASE, GitCase, logger
from .pages import allow

AT = f'{BASE}/templates/servers.yaml.j2'
KEPT = f'{BASE}/.hnp/netbox/servers.yaml.json'
SERVERS = """\
{# hedgehog-template
netbox:
  hosts:
    objects: devices
    where: {role: server}
    fields: [name, serial]
#}
{% for host in netbox.hosts %}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: {{ host.name }}
spec:
  description: serial {{ host.serial }}
{% endfor %}
"""


def devices(*names: str) -> list[Device]:
    site, _ = Site.objects.get_or_create(name='Lab', slug='lab')
    role, _ = DeviceRole.objects.get_or_create(name='Server', slug='server')
    maker, _ = Manufacturer.objects.get_or_create(name='Acme', slug='acme')
    sort, _ = DeviceType.objects.get_or_create(manufacturer=maker, model='R1', slug='r1')
    return [
        Device.objects.create(
            name=name, site=site, role=role, device_type=sort, serial=f'S-{name}', position=None
        )
        for name in names
    ]


class RowsTest(TestCase):
    def rows(self, kind: str, *fields: str, **where) -> list[dict]:
        names = ('id', *fields) if fields else NETBOX_FIELDS[kind]
        ask = asker_for(
            get_user_model().objects.get_or_create(username='root', is_superuser=True)[0]
        )
        rows = ask('a', Query('q', kind, where, tuple(names), 5000), [])
        # Plain data, and nothing else: what the sandbox gets can be written as JSON.
        rows = json.loads(json.dumps(rows))
        return [{name: row[name] for name in fields or names} for row in rows]

    def refused(self, user=None, kind='devices', limit=10, before=(), **where) -> QueryRefused:
        user = user or get_user_model().objects.create_superuser('root')
        with self.assertRaises(QueryRefused) as refused:
            asker_for(user)('a', Query('q', kind, where, ('id',), limit), before)
        return refused.exception

    def test_the_fields_are_those_the_engine_knows(self) -> None:
        self.assertEqual(
            {kind: set(one.fields) for kind, one in KINDS.items()},
            {kind: set(fields) for kind, fields in NETBOX_FIELDS.items()},
        )

    def test_devices_with_config_context_custom_fields_and_tags(self) -> None:
        one, two = devices('a', 'b')
        field = CustomField.objects.create(name='rack_unit', type='integer')
        field.object_types.set([field.object_types.model.objects.get_for_model(Device)])
        one.custom_field_data['rack_unit'] = 7
        one.save()
        one.tags.add(Tag.objects.create(name='Edge', slug='edge'))
        ConfigContext.objects.create(name='ntp', data={'ntp': ['10.0.0.1']})
        first, second = self.rows('devices')
        self.assertEqual(
            (first['id'], first['name'], first['site'], first['role'], first['manufacturer']),
            (one.pk, 'a', 'lab', 'server', 'acme'),
        )
        self.assertEqual((first['tags'], second['tags']), (['edge'], []))
        self.assertEqual(first['custom_fields'], {'rack_unit': 7})
        self.assertEqual(first['config_context'], {'ntp': ['10.0.0.1']})
        self.assertEqual((first['rack'], first['position'], first['primary_ip4']), (None,) * 3)
        self.assertEqual(
            [row['id'] for row in self.rows('devices', 'id', cf_rack_unit=7)], [one.pk]
        )
        self.assertEqual(self.rows('devices', 'name', name=['a', 'b'], site='lab', tag='edge'),
                         [{'name': 'a'}])  # fmt: skip
        self.assertEqual(two.name, second['name'])

    def test_config_contexts_lightest_first_without_those_switched_off(self) -> None:
        here = Site.objects.create(name='DC 1', slug='dc1')
        heavy = ConfigContext.objects.create(name='a', weight=2000, data={'ntp': ['10.0.0.1']})
        light = ConfigContext.objects.create(name='b', weight=1000, data={'mtu': 9036})
        ConfigContext.objects.create(name='c', weight=1500, is_active=False, data={})
        heavy.sites.add(here)
        light.sites.add(here)
        ConfigContext.objects.create(name='d', weight=1, data={})
        self.assertEqual(
            self.rows('config-contexts', 'name', 'data', 'sites', site='dc1'),
            [
                {'name': 'b', 'data': {'mtu': 9036}, 'sites': ['dc1']},
                {'name': 'a', 'data': {'ntp': ['10.0.0.1']}, 'sites': ['dc1']},
            ],
        )
        off = self.rows('config-contexts', 'name', is_active=False)
        self.assertEqual(off, [{'name': 'c'}])
        refusal = self.refused(get_user_model().objects.create_user('bob'), 'config-contexts')
        self.assertEqual(refusal.code, 'TemplateQueryRefused')

    def test_interfaces_cables_and_addresses(self) -> None:
        one, two = devices('a', 'b')
        left = Interface.objects.create(
            device=one, name='E1/1', type='10gbase-t', mtu=9000, mode='tagged'
        )
        right = Interface.objects.create(device=two, name='E1/2', type='10gbase-t')
        left.primary_mac_address = MACAddress.objects.create(
            mac_address='00:11:22:33:44:55', assigned_object=left
        )
        left.save()
        address = IPAddress.objects.create(address='10.1.0.1/31', assigned_object=left)
        vlan = VLAN.objects.create(vid=7, name='seven')
        left.tagged_vlans.add(vlan)
        cable = Cable(a_terminations=[left], b_terminations=[right], label='c1')
        cable.save()
        row, other = self.rows('interfaces')
        self.assertEqual(
            (row['device'], row['name'], row['mtu'], row['mac_address'], row['cable']),
            ('a', 'E1/1', 9000, '00:11:22:33:44:55', cable.pk),
        )
        self.assertEqual((row['ip_addresses'], row['tagged_vlans']), (['10.1.0.1/31'], [7]))
        self.assertEqual(row['connected_to'], [{'device': 'b', 'name': 'E1/2'}])
        self.assertEqual(other['connected_to'], [{'device': 'a', 'name': 'E1/1'}])
        (found,) = self.rows('cables')
        self.assertEqual(found['a_ends'], [{'device': 'a', 'name': 'E1/1'}])
        self.assertEqual(found['b_ends'], [{'device': 'b', 'name': 'E1/2'}])
        (found,) = self.rows('ip-addresses')
        self.assertEqual(
            (found['id'], found['address'], found['device'], found['interface']),
            (address.pk, '10.1.0.1/31', 'a', 'E1/1'),
        )

    def test_what_is_related_is_told_to_who_may_view_it(self) -> None:
        one, two = devices('a', 'b')
        left = Interface.objects.create(device=one, name='E1/1', type='10gbase-t')
        right = Interface.objects.create(device=two, name='E1/2', type='10gbase-t')
        for host in (1, 2):
            IPAddress.objects.create(
                address=f'10.1.0.{host}/24', assigned_object=left, dns_name=f'h{host}.example'
            )
        Cable(a_terminations=[left], b_terminations=[right]).save()
        bob = get_user_model().objects.create_user('bob')
        for model in (Interface, Cable):
            allow(bob, model, 'view')
        allow(bob, Device, 'view', name='a')

        def asked(kind: str, *fields: str) -> list[dict]:
            query = Query('q', kind, {}, ('id', *fields), 99)
            return asker_for(bob)('a', query, [])

        with self.assertRaises(QueryRefused) as refused:
            asked('interfaces', 'ip_addresses')
        self.assertIn('may not view IP addresses', str(refused.exception))
        self.assertEqual(len(asked('interfaces', 'name')), 2)
        allow(bob, IPAddress, 'view', dns_name='h2.example')
        self.assertEqual(asked('interfaces', 'ip_addresses')[0]['ip_addresses'], ['10.1.0.2/24'])
        first, second = asked('interfaces', 'connected_to')
        self.assertEqual(first['connected_to'], [])
        self.assertEqual(second['connected_to'], [{'device': 'a', 'name': 'E1/1'}])
        (found,) = asked('cables', 'a_ends', 'b_ends')
        self.assertEqual(found['a_ends'], [{'device': 'a', 'name': 'E1/1'}])
        self.assertEqual(found['b_ends'], [])

    def test_sites_prefixes_vlans_and_asns(self) -> None:
        region = Region.objects.create(name='North', slug='north')
        site = Site.objects.create(name='Lab', slug='lab', region=region, time_zone='UTC')
        vrf = VRF.objects.create(name='red')
        Prefix.objects.create(prefix='10.0.0.0/24', vrf=vrf, scope=site)
        VLAN.objects.create(vid=9, name='nine', site=site)
        ASN.objects.create(asn=65001, rir=RIR.objects.create(name='Own', slug='own'))
        (found,) = self.rows('sites')
        self.assertEqual(
            (found['slug'], found['region'], found['time_zone']), ('lab', 'north', 'UTC')
        )
        (found,) = self.rows('prefixes', 'prefix', 'vrf', 'scope', 'is_pool')
        self.assertEqual(
            found, {'prefix': '10.0.0.0/24', 'vrf': 'red', 'scope': 'lab', 'is_pool': False}
        )
        (found,) = self.rows('vlans', 'vid', 'site')
        self.assertEqual(found, {'vid': 9, 'site': 'lab'})
        (found,) = self.rows('asns', 'asn', 'rir')
        self.assertEqual(found, {'asn': 65001, 'rir': 'own'})

    def test_what_cannot_be_asked_says_why(self) -> None:
        root = get_user_model().objects.create_superuser('root')
        refused = self.refused(root, nonsense=1)
        self.assertIn("no filter 'nonsense'", str(refused))
        refused = self.refused(root, site='nowhere')
        self.assertIn('q: site:', str(refused))
        bob = get_user_model().objects.create_user('bob')
        refused = self.refused(bob)
        self.assertEqual(refused.code, 'TemplateQueryRefused')
        self.assertIn('bob may not view devices', str(refused))
        self.assertIsNone(asker_for(None))

    def test_a_constrained_view_gives_less_and_takes_nothing_away(self) -> None:
        one, two = devices('a', 'b')
        bob = get_user_model().objects.create_user('bob')
        allow(bob, Device, 'view', name='a')
        bob = get_user_model().objects.get(pk=bob.pk)
        query = Query('q', 'devices', {}, ('id', 'name'), 10)
        self.assertEqual(asker_for(bob)('a', query, []), [{'id': one.pk, 'name': 'a'}])
        refused = self.refused(bob, before=[{'id': one.pk}, {'id': two.pk}])
        self.assertIn('1 of the devices q brought last are hidden', str(refused))
        gone = two.pk
        two.delete()
        self.assertEqual(len(asker_for(bob)('a', query, [{'id': gone}])), 1)

    def test_reads_do_not_grow_with_the_rows(self) -> None:
        ask = asker_for(get_user_model().objects.create_superuser('root'))
        query = Query('q', 'devices', {}, NETBOX_FIELDS['devices'], 100)
        counted = []
        for names in ('a', 'bcdef'):
            devices(*names)
            with CaptureQueriesContext(connection) as reads:
                rows = ask('a', query, [])
            counted.append((len(rows), len(reads)))
        (few, reads_of_few), (many, reads_of_many) = counted
        self.assertEqual((few, many), (1, 6))
        self.assertEqual(reads_of_few, reads_of_many)


class RenderFromNetBoxTest(GitCase):
    def setUp(self) -> None:
        super().setUp()
        self.devices = devices('srv-a', 'srv-b')
        self.fabric = self.ready_fabric()
        self.person.push({AT: SERVERS.encode()})
        self.run_operation(self.fabric)
        self.client = APIClient()

    def post(self, user, action: str, **data):
        self.client.force_authenticate(get_user_model().objects.get(pk=user.pk))
        address = f'/api/plugins/hedgehog/fabrics/{self.fabric.pk}/templates/{action}/'
        return self.client.post(address, data, format='json')

    def rendered(self, user=None) -> SyncOperation:
        from netbox_hedgehog.jobs import enqueue_render

        _job, operation = enqueue_render(self.fabric, {}, user, 'api' if user else 'scheduled')
        work_off(self.fabric.pk, logger)
        operation.refresh_from_db()
        return operation

    def names(self) -> list[str]:
        return sorted(self.fabric.resources.filter(kind='Server').values_list('name', flat=True))

    def test_rendered_as_who_asks_kept_and_repeated_by_nobody(self) -> None:
        allow(self.alice, Device, 'view')
        done = self.rendered(self.alice)
        self.assertEqual(done.status, 'completed', done.findings)
        self.assertEqual(self.names(), ['srv-a', 'srv-b'])
        kept = json.loads(self.person.files()[KEPT])
        self.assertEqual([row['serial'] for row in kept['hosts']['rows']], ['S-srv-a', 'S-srv-b'])
        self.devices[1].delete()
        done = self.rendered()
        self.assertEqual((done.status, done.commit_sha), ('completed', ''))
        self.assertEqual(self.names(), ['srv-a', 'srv-b'])
        self.rendered(self.alice)
        self.assertEqual(self.names(), ['srv-a'])

    def test_who_may_not_view_devices_renders_nothing_of_them(self) -> None:
        bob = get_user_model().objects.create_user('bob')
        allow(bob, HedgehogFabric, 'view', 'push', 'sync')
        answer = self.post(bob, 'preview')
        (found,) = answer.data['preview']['findings']
        self.assertEqual((found['code'], found['line']), ('TemplateQueryRefused', 3))
        self.assertEqual(answer.data['preview']['netbox_data'], {})
        done = self.rendered(bob)
        self.assertEqual((done.commit_sha, self.names()), ('', []))

    def test_the_preview_gives_the_data_for_the_command(self) -> None:
        allow(self.alice, Device, 'view')
        answer = self.post(self.alice, 'preview')
        rows = answer.data['preview']['netbox_data']['servers.yaml.j2']['hosts']
        self.assertEqual([row['name'] for row in rows], ['srv-a', 'srv-b'])
        listed = self.client.get(f'/api/plugins/hedgehog/fabrics/{self.fabric.pk}/templates/')
        (query,) = listed.data['templates'][0]['queries']
        self.assertEqual((query['name'], query['objects']), ('hosts', 'devices'))
