"""What an import tells of NetBox's side: what the fabric has not, and whose members differ."""

from dcim.models import Cable, Device, Interface, Site
from django.contrib.auth import get_user_model
from extras.models import Tag
from ipam.models import IPAddress

from netbox_hedgehog.models import HedgehogFabric
from netbox_hedgehog.sync.versions import NeedsPerson
from netbox_hedgehog.sync.wiring import preview_device_import

from .git_case import BASE
from .inventory_case import Inventory, seen_in
from .pages import allow
from .test_wiring import WiringCase


class ExtrasTest(WiringCase):
    def test_what_netbox_alone_has_is_told_and_kept(self) -> None:
        spine = Interface.objects.get(device__name='spine-01', name='Ethernet1/1')
        leaf = Interface.objects.get(device__name='leaf-01', name='E1/49')
        for interface, address in ((spine, '172.31.0.0/31'), (leaf, '172.31.0.1/31')):
            IPAddress.objects.create(address=address, assigned_object=interface)
        self.assertEqual(self.generated().status, 'completed')
        mine = Inventory.of(self.inventory.site)
        mine.device('server-099', 'server', 'r650')
        mine.device('pdu-1', 'pdu', 'pdu')
        mine.cable('server-099:eno1', 'leaf-01:E1/40')
        mine.cable('leaf-01:E1/47', 'leaf-02:E1/47')
        IPAddress.objects.create(address='172.31.9.5/24', assigned_object=spine)
        IPAddress.objects.create(address='10.0.0.9/24', assigned_object=mine.found('leaf-02:E1/1'))
        mine.devices['leaf-01'].tags.add('group:spare')
        bond = mine.found('server-001:bond0')
        mine.interface('server-001', 'enp2s3', lag=bond)
        Interface.objects.filter(device__name='server-002', name='enp2s2').update(lag=None)
        before = seen_in(self.inventory.site)
        told = self.imported(site='amsterdam-1').plan['import']
        self.assertEqual(
            [(each['device'], each['about'], each['netbox']) for each in told['extras']],
            [
                ('server-099', 'device', 'server'),
                ('server-099', 'cable of eno1', 'leaf-01 E1/40'),
                ('leaf-01', 'cable of E1/47', 'leaf-02 E1/47'),
                ('spine-01', 'address of Ethernet1/1', '172.31.9.5/24'),
            ],
        )
        self.assertEqual(told['extras_total'], 4)
        differences = {
            tuple(each[name] for name in ('device', 'about', 'netbox', 'git'))
            for each in told['differences']
        }
        rack, members = 'eslag:rack-1, group:rack-1', 'enp2s1, enp2s2'
        self.assertEqual(
            differences,
            {
                ('leaf-01', 'tags', f'{rack}, group:spare', rack),
                ('server-001', 'aggregate bond0', f'bond0: {members}, enp2s3', members),
                ('server-002', 'aggregate bond0', 'bond0: enp2s1', members),
            },
        )
        self.assertEqual(sum(told['created'].values()), 0)
        self.assertEqual(seen_in(self.inventory.site), before)

    def test_which_devices_of_the_site_are_the_fabrics(self) -> None:
        mark = Tag.objects.create(name='lab', slug='lab')
        for row in self.inventory.devices.values():
            row.tags.add(mark)
        self.inventory.device('server-098', 'server', 'r650').tags.add(mark)
        self.inventory.device('server-099', 'server', 'r650')
        spare = Device.objects.get(name='server-098')
        self.generated(select={'sites': ['amsterdam-1'], 'tags': ['lab']})
        self.person.push({f'{BASE}/managed/servers/server-098.yaml': None})
        self.run_operation(self.fabric)
        shown = preview_device_import(self.fabric, {'site': 'amsterdam-1'}, self.alice)
        self.assertEqual([each['device'] for each in shown['extras']], [spare.name])
        # In a site the fabric's choice does not mean, the import's own answers say which.
        berlin = Inventory('Berlin')
        berlin.device('server-097', 'server', 'r650')
        for options, extras in (({}, ['server-097']), ({'tags': ['lab']}, [])):
            shown = preview_device_import(self.fabric, {'site': 'berlin', **options}, self.alice)
            self.assertEqual([each['device'] for each in shown['extras']], extras)

    def test_a_new_port_joins_the_aggregate_whatever_it_is_called(self) -> None:
        self.generated()
        Interface.objects.filter(device__name='server-001', name='bond0').update(name='po1')
        port = Interface.objects.get(device__name='server-001', name='enp2s2')
        Cable.objects.get(pk=port.cable_id).delete()
        port.refresh_from_db()
        port.delete()
        told = self.imported(site='amsterdam-1').plan['import']
        self.assertEqual((told['differences'], told['extras']), ([], []))
        self.assertEqual((told['created']['interfaces'], told['created']['cables']), (1, 1))
        again = Interface.objects.get(device__name='server-001', name='enp2s2')
        self.assertEqual(again.lag.name, 'po1')

    def test_what_cannot_be_seen_is_not_compared(self) -> None:
        self.generated()
        spine = Interface.objects.get(device__name='spine-01', name='Ethernet1/1')
        IPAddress.objects.create(address='172.31.0.0/31', assigned_object=spine)
        bob = get_user_model().objects.create_user('bob')
        allow(bob, HedgehogFabric, 'view', 'sync')
        for model in (Site, Device, Interface, Cable):
            allow(bob, model, 'view')
        with self.assertRaises(NeedsPerson) as refused:
            preview_device_import(self.fabric, {'site': 'amsterdam-1'}, bob)
        self.assertEqual(refused.exception.reason, 'InventoryHidden')
        self.assertIn('IP addresses', str(refused.exception))
