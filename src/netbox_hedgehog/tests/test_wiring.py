"""A fabric from NetBox's devices and back, on a real Git server: one commit, rows, hand edits."""

import os
import time
from io import StringIO
from typing import Any

from core.models import ObjectChange, ObjectType
from dcim.models import Cable, Device, DeviceType, Interface, InterfaceTemplate, Site
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db.backends.postgresql.psycopg_any import NumericRange
from django.test import tag
from extras.models import CustomField, Tag
from ipam.models import VLAN, VRF, IPAddress, Prefix, VLANGroup

from netbox_hedgehog.choices import OPEN_CONFLICT_STATUSES
from netbox_hedgehog.choices import SyncOperationTypeChoices as Type
from netbox_hedgehog.jobs import enqueue_device_import, enqueue_generation, enqueue_undo
from netbox_hedgehog.models import ConflictResolution, HedgehogFabric, SyncOperation
from netbox_hedgehog.sync.runner import work_off
from netbox_hedgehog.sync.versions import NeedsPerson
from netbox_hedgehog.sync.wiring import preview_device_import, preview_generation, wiring_state

from .git_case import BASE, GitCase, logger
from .inventory_case import Inventory, seen_in
from .pages import allow

LARGE = 'HEDGEHOG_LARGE_WIRING'
RECORD = f'{BASE}/.hnp/generated/wiring.yaml'
LEAF = f'{BASE}/managed/switches/leaf-01.yaml'
SELECT = {'select': {'sites': ['amsterdam-1']}}


class WiringCase(GitCase):
    """A fabric that is laid out, and a site with two spines, two leaves and three servers."""

    def setUp(self) -> None:
        super().setUp()
        self.fabric = self.ready_fabric()
        self.inventory = Inventory()
        self.inventory.fabric(2, 2, 3)

    def generated(self, user: Any = None, /, **options: Any) -> SyncOperation:
        options = {**SELECT, **options}
        _, operation = enqueue_generation(self.fabric, options, user or self.alice, 'api')
        return self._done(operation)

    def imported(self, user: Any = None, /, **options: Any) -> SyncOperation:
        _, operation = enqueue_device_import(self.fabric, options, user or self.alice, 'api')
        return self._done(operation)

    def _done(self, operation: SyncOperation) -> SyncOperation:
        work_off(self.fabric.pk, logger)
        operation.refresh_from_db()
        return operation

    def kinds(self) -> dict[str, int]:
        kinds = list(self.fabric.resources.values_list('kind', flat=True))
        return {kind: kinds.count(kind) for kind in sorted(set(kinds))}

    def other_site(self) -> Site:
        return Site.objects.create(name='Berlin', slug='berlin')


class GenerateTest(WiringCase):
    def test_one_commit_makes_the_objects_and_their_rows(self) -> None:
        before = len(self.person.log())
        done = self.generated()
        self.assertEqual(
            (done.operation_type, done.status, done.findings),
            (Type.WIRING_GENERATION, 'completed', []),
        )
        self.assertEqual(
            self.kinds(), {'Connection': 7, 'Server': 3, 'Switch': 4, 'SwitchGroup': 1}
        )
        self.assertEqual(len(self.person.log()), before + 1)
        self.assertEqual(self.person.log()[0].author.name, 'Alice Ng')
        text = self.person.files()[LEAF].decode()
        self.assertIn('profile: dell-s5248f-on', text)
        self.assertIn('serial: SN-0001', text)
        again = self.generated()
        self.assertEqual((again.status, again.commit_sha), ('completed', ''))
        state = wiring_state(self.fabric)
        self.assertEqual(state['selection'], {'sites': ['amsterdam-1']})
        self.assertEqual(state['generated'], self.kinds())

    def test_a_moved_cable_is_one_small_commit(self) -> None:
        self.generated()
        cable = Cable.objects.get(
            pk=self.inventory.interfaces['server-003', 'enp2s1'].cable_id
            or Interface.objects.get(device__name='server-003', name='enp2s1').cable_id
        )
        cable.delete()
        self.inventory.cable('server-003:enp2s1', 'leaf-01:E1/20')
        done = self.generated(select={})
        paths = [change['path'] for change in done.plan['changes']]
        self.assertEqual(
            sorted(paths),
            [RECORD, f'{BASE}/managed/connections/server-003--eslag--leaf-01--leaf-02.yaml'],
        )

    def test_a_hand_edit_stays_or_is_a_conflict(self) -> None:
        self.generated()
        text = self.person.files()[LEAF]
        self.person.push({LEAF: text.replace(b'spec:\n', b'spec:\n  asn: 65101 # Pat\n')})
        device = Device.objects.get(name='leaf-01')
        device.description = 'moved'
        device.save()
        self.assertEqual(self.generated().status, 'completed')
        self.assertIn(b'asn: 65101 # Pat\n', self.person.files()[LEAF])
        text = self.person.files()[LEAF]
        self.person.push({LEAF: text.replace(b'moved', b'by hand')})
        device.description = 'moved again'
        device.save()
        done = self.generated()
        self.assertEqual(done.status, 'partially_completed')
        conflict = ConflictResolution.objects.get(fabric=self.fabric)
        self.assertEqual(conflict.conflicting_fields, ['spec.description'])
        self.assertIn(b'by hand', self.person.files()[LEAF])
        # A synchronisation does not look at it, and so does not end it.
        self.run_operation(self.fabric)
        conflict.refresh_from_db()
        self.assertIn(conflict.resolution_status, OPEN_CONFLICT_STATUSES)
        device.description = 'by hand'
        device.save()
        self.assertEqual(self.generated().status, 'completed')
        conflict.refresh_from_db()
        self.assertEqual(conflict.resolution_status, 'resolved')

    def test_undo_takes_the_objects_away_again(self) -> None:
        done = self.generated()
        enqueue_undo(done, self.alice, 'api')
        work_off(self.fabric.pk, logger)
        self.assertEqual(self.kinds(), {})

    def test_a_preview_writes_nothing_and_needs_no_worker(self) -> None:
        head = self.person.pull()
        shown = preview_generation(self.fabric, SELECT, self.alice)
        self.assertEqual(shown['counts']['made'], 15)
        self.assertIn('+        port: leaf-01/E1/49\n', shown['diff'])
        self.assertEqual(self.person.pull(), head)

    def test_the_command_does_the_same(self) -> None:
        for choice in (['--site', 'amsterdam-1'], ['--hold-removed']):
            call_command('hedgehog_generate', 'lab', '--user', 'alice', *choice, stdout=StringIO())
        self.assertEqual(self.kinds()['Connection'], 7)
        first, second = SyncOperation.objects.filter(
            fabric=self.fabric, operation_type=Type.WIRING_GENERATION
        ).order_by('pk')
        self.assertEqual((first.trigger_type, bool(first.commit_sha)), ('cli', True))
        self.assertEqual((second.status, second.commit_sha), ('completed', ''))

    def test_addresses_panels_and_what_leads_out(self) -> None:
        spine = Interface.objects.get(device__name='spine-01', name='Ethernet1/1')
        leaf = Interface.objects.get(device__name='leaf-01', name='E1/49')
        for interface, address in ((spine, '172.31.0.0/31'), (leaf, '172.31.0.1/31')):
            IPAddress.objects.create(address=address, assigned_object=interface)
        field = CustomField.objects.create(name='hedgehog', type='json')
        field.object_types.set([ObjectType.objects.get_for_model(Interface)])
        outward = {'hedgehog': {'type': 'external'}}
        self.inventory.interface('leaf-02', 'E1/30', custom_field_data=outward)
        self.generated()
        connections = {
            row.name: row.desired_spec for row in self.fabric.resources.filter(kind='Connection')
        }
        (link,) = connections['spine-01--fabric--leaf-01']['fabric']['links']
        self.assertEqual(link['spine'], {'port': 'spine-01/E1/1', 'ip': '172.31.0.0/31'})
        self.assertEqual(
            connections['leaf-02--external--e1-30'],
            {'external': {'link': {'switch': {'port': 'leaf-02/E1/30'}}}},
        )

    def test_vpcs_come_from_prefixes_and_vlans(self) -> None:
        mark = Tag.objects.create(name='lab', slug='lab')
        group = VLANGroup.objects.create(
            name='Default', slug='default', vid_ranges=[NumericRange(1000, 2000)]
        )
        pool = Prefix.objects.create(prefix='10.0.0.0/16', status='container')
        vrf = VRF.objects.create(name='VPC-1')
        for each in (group, pool, vrf):
            each.tags.add(mark)
        vlan = VLAN.objects.create(vid=1001, name='Web', group=group)
        Prefix.objects.create(prefix='10.0.1.0/24', vrf=vrf, vlan=vlan)
        self.generated(select={'sites': ['amsterdam-1'], 'vpc_tag': 'lab'})
        vpc = self.fabric.resources.get(kind='VPC')
        self.assertEqual(
            (vpc.name, vpc.desired_spec),
            ('vpc-1', {'subnets': {'web': {'subnet': '10.0.1.0/24', 'vlan': 1001}}}),
        )
        ranges = self.fabric.resources.get(kind='VLANNamespace').desired_spec['ranges']
        self.assertEqual(ranges, [{'from': 1000, 'to': 1999}])
        self.assertEqual(self.fabric.resources.get(kind='IPv4Namespace').name, 'default')


class GeneratePermissionTest(WiringCase):
    def test_whoever_cannot_see_all_of_it_changes_nothing(self) -> None:
        self.generated()
        bob = get_user_model().objects.create_user('bob')
        allow(bob, HedgehogFabric, 'view', 'push')
        allow(bob, Interface, 'view')
        allow(bob, Cable, 'view')
        allow(bob, Device, 'view', name__startswith='leaf')
        done = self.generated(bob)
        self.assertEqual((done.status, done.last_reason), ('failed', 'InventoryHidden'))
        self.assertEqual(self.kinds()['Server'], 3)
        allow(bob, Device, 'view')
        self.assertEqual(self.generated(bob).status, 'completed')

    def test_a_user_who_may_not_push_is_refused(self) -> None:
        bob = get_user_model().objects.create_user('bob')
        allow(bob, HedgehogFabric, 'view', 'sync')
        done = self.generated(bob)
        self.assertEqual((done.status, done.last_reason), ('failed', 'PermissionDenied'))


class ImportTest(WiringCase):
    def test_there_and_back_into_another_site(self) -> None:
        field = IPAddress.objects.create(
            address='172.30.0.9/21', assigned_object=self.inventory.interface('leaf-01', 'M1')
        )
        leaf = Device.objects.get(name='leaf-01')
        leaf.primary_ip4 = field
        leaf.save()
        before = seen_in(self.inventory.site)
        self.generated()
        Cable.objects.all().delete()
        Device.objects.all().delete()
        IPAddress.objects.all().delete()
        site = self.other_site()
        shown = preview_device_import(self.fabric, {'site': 'berlin'}, self.alice)
        self.assertEqual(Device.objects.count(), 0)
        created = shown['created']
        self.assertEqual((created['devices'], created['cables']), (7, 10))
        self.assertEqual(shown['findings'], [])
        done = self.imported(site='berlin')
        self.assertEqual((done.status, done.commit_sha), ('completed', ''))
        self.assertEqual(done.plan['import']['created'], shown['created'])
        self.assertEqual(seen_in(site), before)
        # What was imported generates the same: there is nothing to commit but the choice.
        again = self.generated(select={'sites': ['berlin']})
        self.assertEqual(
            [change['path'] for change in again.plan['changes']], [f'{BASE}/.hnp/wiring.yaml']
        )
        log = ObjectChange.objects.filter(request_id=done.request_id)
        self.assertTrue(log.filter(changed_object_type__model='device').exists())
        self.assertEqual({change.user for change in log}, {self.alice})

    def test_again_makes_nothing(self) -> None:
        self.generated()
        self.other_site()
        self.imported(site='berlin')
        done = self.imported(site='berlin')
        told = done.plan['import']
        self.assertEqual({name: count for name, count in told['created'].items() if count}, {})
        self.assertEqual((told['same'], told['differences']), ({'devices': 7, 'cables': 10}, []))

    def test_what_differs_is_told_and_kept(self) -> None:
        self.generated()
        self.other_site()
        self.imported(site='berlin')
        here = Device.objects.filter(site__slug='berlin')
        leaf = here.get(name='leaf-01')
        leaf.name, leaf.description = 'Leaf_01', 'ours'
        leaf.save()
        moved = Interface.objects.get(device=here.get(name='server-001'), name='enp2s1')
        Cable.objects.get(pk=moved.cable_id).delete()
        moved.refresh_from_db()
        other = here.get(name='leaf-02')
        spare = Interface.objects.create(device=other, name='E1/40', type='other')
        Cable(a_terminations=[moved], b_terminations=[spare]).save()
        told = self.imported(site='berlin').plan['import']
        self.assertEqual(
            {
                tuple(each[name] for name in ('device', 'about', 'netbox', 'git'))
                for each in told['differences']
            },
            {
                ('Leaf_01', 'description', 'ours', ''),
                ('server-001', 'cable of enp2s1', 'leaf-02 E1/40', 'leaf-01 E1/1'),
            },
        )
        leaf.refresh_from_db()
        self.assertEqual(leaf.description, 'ours')
        self.assertEqual(sum(told['created'].values()), 0)

    def test_a_device_type_with_ports_brings_them_along(self) -> None:
        self.generated()
        model = DeviceType.objects.get(slug='dell-s5248f-on')
        for number in (1, 49):
            InterfaceTemplate.objects.create(
                device_type=model, name=f'Ethernet1/{number}', type='25gbase-x-sfp28'
            )
        site = self.other_site()
        self.imported(site='berlin')
        names = Interface.objects.filter(device__site=site, device__name='leaf-01')
        self.assertIn('Ethernet1/49', {row.name for row in names if row.cable_id})
        self.assertNotIn('E1/49', {row.name for row in names})

    def test_it_is_one_transaction_in_the_users_permissions(self) -> None:
        self.generated()
        self.other_site()
        bob = get_user_model().objects.create_user('bob')
        allow(bob, HedgehogFabric, 'view', 'sync')
        allow(bob, Site, 'view')
        allow(bob, Device, 'view', 'add')
        allow(bob, Interface, 'view')
        with self.assertRaises(NeedsPerson) as refused:
            preview_device_import(self.fabric, {'site': 'berlin'}, bob)
        self.assertEqual(refused.exception.reason, 'PermissionDenied')
        self.assertIn('dcim.add_cable', str(refused.exception))
        done = self.imported(bob, site='berlin')
        self.assertEqual((done.status, done.last_reason), ('failed', 'PermissionDenied'))
        self.assertEqual(Device.objects.filter(site__slug='berlin').count(), 0)

    def test_places_that_are_not_there(self) -> None:
        self.generated()
        for options, reason in (
            ({}, 'SiteMissing'),
            ({'site': 'nowhere'}, 'SiteMissing'),
            ({'site': 'amsterdam-1', 'location': 'hall'}, 'SiteMissing'),
            ({'site': 'amsterdam-1', 'tags': ['no']}, 'TagMissing'),
        ):
            with self.subTest(options), self.assertRaises(NeedsPerson) as refused:
                preview_device_import(self.fabric, options, self.alice)
            self.assertEqual(refused.exception.reason, reason)


@tag('slow')
class LargeWiringTest(GitCase):
    """A hundred switches and five hundred servers, there and back; on request only.

    `HEDGEHOG_LARGE_WIRING=1 ./test FILE::LargeWiringTest --timeout=0 -rP` prints the times.
    """

    def test_a_hundred_switches_and_five_hundred_servers(self) -> None:
        if not os.environ.get(LARGE):
            self.skipTest(f'set {LARGE}=1 for a hundred switches and five hundred servers')
        fabric = self.ready_fabric()
        inventory = Inventory()
        self.timed('built in NetBox', lambda: inventory.fabric(4, 96, 500))
        before = seen_in(inventory.site)
        self.assertEqual((len(before['devices']), len(before['cables'])), (600, 4 * 96 + 1000))
        options = {'select': {'sites': ['amsterdam-1']}}
        self.timed('previewed', lambda: preview_generation(fabric, options, self.alice))
        _, operation = enqueue_generation(fabric, options, self.alice, 'api')
        self.timed('generated, pushed, taken over', lambda: work_off(fabric.pk, logger))
        operation.refresh_from_db()
        self.assertEqual((operation.status, operation.findings), ('completed', []))
        self.assertEqual(fabric.resources.filter(kind='Switch').count(), 100)
        _, operation = enqueue_generation(fabric, {}, self.alice, 'api')
        self.timed('generated again', lambda: work_off(fabric.pk, logger))
        operation.refresh_from_db()
        self.assertEqual((operation.status, operation.commit_sha), ('completed', ''))
        site = Site.objects.create(name='Berlin', slug='berlin')
        there = {'site': 'berlin'}
        shown = self.timed(
            'import previewed', lambda: preview_device_import(fabric, there, self.alice)
        )
        _, operation = enqueue_device_import(fabric, there, self.alice, 'api')
        self.timed('imported', lambda: work_off(fabric.pk, logger))
        operation.refresh_from_db()
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertEqual(operation.plan['import']['created'], shown['created'])
        self.assertEqual(seen_in(site), before)
        _, operation = enqueue_device_import(fabric, there, self.alice, 'api')
        self.timed('imported again', lambda: work_off(fabric.pk, logger))
        operation.refresh_from_db()
        self.assertEqual(operation.plan['import']['same'], {'devices': 600, 'cables': 1384})

    def timed(self, what: str, do: Any) -> Any:
        begun = time.monotonic()
        result = do()
        print(f'{what}: {time.monotonic() - begun:.1f} s', flush=True)  # noqa: T201 - the figure
        return result
