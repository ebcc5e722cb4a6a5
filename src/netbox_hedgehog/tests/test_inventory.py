"""Which rows of NetBox are a fabric's, and what is read of them."""

from dcim.models import Cable, FrontPort, Location, PortMapping, RearPort
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from extras.models import Tag

from hedgehog_gitops.wiring import Cable as Wire
from hedgehog_gitops.wiring import End, Selection
from netbox_hedgehog.sync.inventory import chosen_devices, inventory_for

from .inventory_case import Inventory


class InventoryTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = get_user_model().objects.create_superuser('ada')
        cls.inventory = Inventory()
        site = cls.inventory.site
        hall = Location.objects.create(name='Hall', slug='hall', site=site)
        rows = Location.objects.create(name='Row 1', slug='row-1', site=site, parent=hall)
        cls.inventory.device('spine-01', 'spine', 'dell-s5232f-on', location=hall)
        cls.inventory.device('leaf-01', 'server-leaf', 'dell-s5248f-on', location=rows)
        cls.inventory.device('leaf-02', 'server-leaf', 'dell-s5248f-on')
        mark = Tag.objects.create(name='Lab', slug='lab')
        for name in ('spine-01', 'leaf-02'):
            cls.inventory.devices[name].tags.add(mark)

    def names(self, **chosen):
        given = {name: tuple(slugs) for name, slugs in chosen.items()}
        return [row.name for row in chosen_devices(Selection(**given))]

    def test_each_part_of_a_choice_narrows(self):
        everything = ['leaf-01', 'leaf-02', 'spine-01']
        self.assertEqual(self.names(sites=['amsterdam-1']), everything)
        self.assertEqual(self.names(sites=['elsewhere']), [])
        self.assertEqual(self.names(locations=['hall']), ['leaf-01', 'spine-01'])
        self.assertEqual(self.names(locations=['row-1']), ['leaf-01'])
        self.assertEqual(self.names(locations=['no-such']), [])
        self.assertEqual(self.names(tags=['lab']), ['leaf-02', 'spine-01'])
        self.assertEqual(self.names(tags=['lab'], locations=['hall']), ['spine-01'])
        self.assertEqual(self.names(), [])

    def test_a_cable_counts_through_panels_and_from_either_side(self):
        panel = self.inventory.device('panel-1', 'panel', 'panel')
        front = FrontPort.objects.create(device=panel, name='F1', type='lc')
        rear = RearPort.objects.create(device=panel, name='R1', type='lc')
        PortMapping.objects.create(
            device=panel,
            front_port=front,
            front_port_position=1,
            rear_port=rear,
            rear_port_position=1,
        )
        spine = self.inventory.interface('spine-01', 'E1/1')
        leaf = self.inventory.interface('leaf-01', 'E1/49')
        Cable(a_terminations=[spine], b_terminations=[front]).save()
        Cable(a_terminations=[rear], b_terminations=[leaf]).save()
        self.inventory.cable('leaf-02:E1/49', 'spine-01:E1/2')
        wiring = inventory_for(self.user, Selection(sites=('amsterdam-1',)))
        self.assertEqual(
            wiring.cables,
            (
                Wire(End('spine-01', 'E1/1'), End('leaf-01', 'E1/49')),
                Wire(End('leaf-02', 'E1/49'), End('spine-01', 'E1/2')),
            ),
        )

    def test_devices_that_are_not_chosen_are_known_to_be_elsewhere(self):
        self.inventory.cable('spine-01:E1/1', 'leaf-01:E1/49')
        wiring = inventory_for(self.user, Selection(tags=('lab',)))
        self.assertEqual([each.name for each in wiring.devices], ['leaf-02', 'spine-01'])
        (cable,) = wiring.cables
        self.assertEqual(cable.b, End('leaf-01 (elsewhere)', 'E1/49'))

    def test_a_field_that_is_no_mapping_is_told(self):
        device = self.inventory.devices['leaf-01']
        type(device).objects.filter(pk=device.pk).update(custom_field_data={'hedgehog': [1]})
        wiring = inventory_for(self.user, Selection(sites=('amsterdam-1',)))
        self.assertEqual([finding.code for finding in wiring.findings], ['WiringFieldInvalid'])

    def test_the_number_of_queries_does_not_grow(self):
        def count():
            with CaptureQueriesContext(connection) as queries:
                inventory_for(self.user, Selection(sites=('amsterdam-1',)))
            return len(queries)

        self.inventory.cable('spine-01:E1/1', 'leaf-01:E1/49')
        count()
        before = count()
        for number in range(2, 8):
            self.inventory.cable(f'spine-01:E1/{number}', f'leaf-02:E1/{number}')
        self.assertEqual(count(), before)
