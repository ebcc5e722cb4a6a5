"""The picture of a fabric: what is joined, where it lies, and that names do no harm in it."""

import xml.etree.ElementTree as ET
from itertools import combinations

from django.test import SimpleTestCase
from django.urls import reverse
from utilities.testing import TestCase

from netbox_hedgehog.models import HedgehogFabric, HedgehogResource
from netbox_hedgehog.sync.topology import ShownState, counted, fabric_topology, topology_of
from netbox_hedgehog.ui.topology import Words, draw, place
from netbox_hedgehog.ui.topology.names import natural, shortened

from .builders import a_conflict, a_fabric, a_resource
from .pages import allow, strict_templates

WIRING = 'wiring.githedgehog.com'
SVG = '{http://www.w3.org/2000/svg}'


def a_row(pk, kind, name, spec, **fields):
    return {
        'pk': pk, 'kind': kind, 'name': name, 'desired_spec': spec, 'draft_spec': None,
        'draft_updated': None, 'sync_state__error_count': 0, 'sync_state__last_sync_error': '',
        **fields,
    }  # fmt: skip


def joined(kind, *pairs):
    """The spec of a connection; one link for each pair of sides."""
    return {kind: {'links': [{side: {'port': port} for side, port in pair} for pair in pairs]}}


def to_servers(server, *leaves):
    return joined('eslag', *((('server', f'{server}/e{n}'), ('switch', f'{leaf}/E1/{n}'))
                             for n, leaf in enumerate(leaves)))  # fmt: skip


def a_whole_fabric(leaves, servers, spines=2):
    """Rows of a spine-leaf fabric with leaves in pairs and each server on one pair."""
    rows = [('Switch', f'spine-{n}', {'role': 'spine'}) for n in range(spines)]
    for n in range(leaves):
        redundancy = {'group': f'eslag-{n // 2}', 'type': 'eslag'}
        rows.append(('Switch', f'leaf-{n}', {'role': 'server-leaf', 'redundancy': redundancy}))
        for spine in range(spines):
            sides = [(('spine', f'spine-{spine}/E1/{p}'), ('leaf', f'leaf-{n}/E1/{50 + p}'))
                     for p in (1, 2)]  # fmt: skip
            rows.append(('Connection', f'spine-{spine}--leaf-{n}', joined('fabric', *sides)))
    for n in range(servers):
        home = 2 * (n % (leaves // 2))
        rows.append(('Server', f'server-{n}', {}))
        spec = to_servers(f'server-{n}', f'leaf-{home}', f'leaf-{home + 1}')
        rows.append(('Connection', f'server-{n}--eslag', spec))
    return [a_row(pk, *row) for pk, row in enumerate(rows, start=1)]


def words(**fields):
    return Words(
        **{
            'title': 'Topology',
            'states': {state: state.name for state in ShownState},
            'kinds': {},
            'servers': lambda n: f'{n} servers',
            'more': lambda n: f'{n} more',
            'cables': lambda n: f'{n} cables',
            'address': lambda pks: f'/resources/?{"&".join(f"id={pk}" for pk in pks)}',
            'server_list': '/servers/',
            **fields,
        }
    )


def drawn(topology):
    return ET.fromstring(draw(topology, place(topology, 'Not connected'), words()))


class WhatIsJoinedTest(SimpleTestCase):
    def test_parallel_links_are_one_bundle_with_every_port_told(self):
        found = topology_of(a_whole_fabric(leaves=2, servers=0, spines=1))
        bundle = next(each for each in found.bundles if ('Switch', 'leaf-0') in each.ends)
        self.assertEqual(bundle.cables, 2)
        self.assertEqual(
            bundle.links[0].ports,
            ('spine-0/E1/1 - leaf-0/E1/51', 'spine-0/E1/2 - leaf-0/E1/52'),
        )

    def test_the_worst_state_wins_and_conflict_is_the_worst(self):
        rows = [
            a_row(1, 'Switch', 'leaf', {}),
            a_row(2, 'Connection', 'a', to_servers('s', 'leaf')),
            a_row(3, 'Connection', 'b', to_servers('s', 'leaf'), sync_state__error_count=1),
            a_row(4, 'Connection', 'c', to_servers('s', 'leaf'), draft_updated='now'),
        ]
        self.assertEqual(topology_of(rows).bundles[0].state, ShownState.PROBLEM)
        self.assertEqual(topology_of(rows, {4}).bundles[0].state, ShownState.CONFLICT)
        self.assertEqual(
            [link.state for link in topology_of(rows).bundles[0].links],
            [ShownState.IN_STEP, ShownState.PROBLEM, ShownState.DRAFT],
        )

    def test_what_is_named_and_not_there_is_shown_as_that(self):
        found = topology_of([a_row(1, 'Connection', 'a', to_servers('gone', 'leaf'))])
        self.assertEqual(
            {key: (each.pk, each.state) for key, each in found.devices.items()},
            {
                ('Server', 'gone'): (None, ShownState.MISSING),
                ('Switch', 'leaf'): (None, ShownState.MISSING),
            },
        )
        self.assertEqual(found.number_of('Server'), 0)

    def test_a_draft_is_drawn_as_drafted(self):
        row = a_row(1, 'Connection', 'a', to_servers('s', 'old'), draft_spec=to_servers('s', 'new'))
        self.assertIn(('Switch', 'new'), topology_of([row]).devices)
        self.assertNotIn(('Switch', 'old'), topology_of([row]).devices)

    def test_the_outside_stands_for_its_connection(self):
        spec = {'external': {'link': {'switch': {'port': 'leaf/E1/9'}}}}
        found = topology_of([a_row(7, 'Connection', 'to-the-world', spec)])
        self.assertEqual(found.devices['Outside', 'to-the-world'].pk, 7)

    def test_the_outside_is_called_as_the_external_behind_it(self):
        spec = {'external': {'link': {'switch': {'port': 'leaf/E1/9'}}}}
        attached = {'connection': 'to-the-world', 'external': 'internet'}
        rows = [
            a_row(7, 'Connection', 'to-the-world', spec),
            a_row(8, 'ExternalAttachment', 'x', attached),
        ]
        self.assertEqual(topology_of(rows).devices['Outside', 'to-the-world'].label, 'internet')

    def test_connections_that_join_nothing_are_told(self):
        found = topology_of([a_row(1, 'Connection', 'empty', {}), a_row(2, 'Switch', 'a', {})])
        self.assertEqual([link.name for link in found.unread], ['empty'])

    def test_nonsense_in_fields_is_survived(self):
        for spec in (None, {'role': 7, 'redundancy': 'x'}, {'redundancy': {'group': [1]}}):
            with self.subTest(spec=spec):
                self.assertEqual(
                    topology_of([a_row(1, 'Switch', 'a', spec)]).number_of('Switch'), 1
                )

    def test_counted_servers_keep_every_cable_and_every_switch(self):
        whole = topology_of(a_whole_fabric(leaves=4, servers=30))
        fewer = counted(whole)
        stand_ins = [each for each in fewer.devices.values() if each.kind == 'Servers']
        self.assertEqual(sorted(each.stands_for for each in stand_ins), [15, 15])
        self.assertEqual(
            sum(each.cables for each in fewer.bundles), sum(each.cables for each in whole.bundles)
        )
        self.assertEqual(fewer.number_of('Switch'), 6)


class WhereItLiesTest(SimpleTestCase):
    def test_nothing_lies_over_anything_else(self):
        for leaves, servers in ((2, 6), (24, 480), (96, 0)):
            with self.subTest(leaves=leaves):
                topology = topology_of(a_whole_fabric(leaves, servers))
                picture = place(topology, 'Not connected')
                self.assertEqual(set(picture.boxes), set(topology.devices))
                self._apart(list(picture.boxes.values()))
                self._apart([block.box for block in picture.blocks])
                for box in picture.boxes.values():
                    self.assertGreaterEqual(box.x, 0)
                    self.assertLessEqual(box.x + box.width, picture.width)
                    self.assertLessEqual(box.bottom, picture.height)

    def _apart(self, boxes):
        for one, other in combinations(boxes, 2):
            beside = one.x + one.width <= other.x or other.x + other.width <= one.x
            under = one.bottom <= other.y or other.bottom <= one.y
            self.assertTrue(beside or under, (one, other))

    def test_spines_lie_over_leaves_and_leaves_over_their_servers(self):
        picture = place(topology_of(a_whole_fabric(leaves=4, servers=8)), '')
        boxes = {name: box for (_kind, name), box in picture.boxes.items()}
        self.assertLess(boxes['spine-1'].bottom, boxes['leaf-0'].y)
        self.assertLess(boxes['leaf-0'].bottom, boxes['server-0'].y)
        self.assertEqual(boxes['leaf-0'].y, boxes['leaf-1'].y)
        self.assertEqual(
            [block.title for block in picture.blocks], ['ESLAG eslag-0', 'ESLAG eslag-1']
        )

    def test_rows_wrap_before_they_are_too_wide_for_a_screen(self):
        picture = place(topology_of(a_whole_fabric(leaves=24, servers=480)), '')
        self.assertLess(picture.width, 3 * picture.height)
        self.assertGreater(len({block.box.y for block in picture.blocks}), 1)

    def test_servers_on_no_switch_have_a_block_of_their_own(self):
        topology = topology_of([a_row(1, 'Server', 'alone', {}), a_row(2, 'Switch', 'leaf', {})])
        titles = [block.title for block in place(topology, 'Not connected').blocks]
        self.assertEqual(titles, ['', 'Not connected'])

    def test_names_are_sorted_as_people_do_and_cut_in_the_middle(self):
        self.assertEqual(
            sorted(['leaf-10', 'leaf-9', 'a'], key=natural), ['a', 'leaf-9', 'leaf-10']
        )
        self.assertEqual(shortened('a-very-long-name-01', 9), 'a-ve…e-01')
        self.assertEqual(shortened('short', 9), 'short')


class HowItIsDrawnTest(SimpleTestCase):
    def test_every_device_and_every_bundle_is_a_link_with_a_tooltip(self):
        topology = topology_of(a_whole_fabric(leaves=4, servers=6))
        links = drawn(topology).findall(f'.//{SVG}a')
        self.assertEqual(len(links), len(topology.devices) + len(topology.bundles))
        for link in links:
            self.assertTrue(link.get('href'))
            self.assertTrue(link.find(f'{SVG}title').text)

    def test_the_number_of_parallel_cables_stands_at_the_line(self):
        picture = drawn(topology_of(a_whole_fabric(leaves=2, servers=0, spines=1)))
        lines = [each for each in picture.iter(f'{SVG}a') if each.get('data-ends')]
        self.assertEqual([line.find(f'{SVG}text').text for line in lines], ['2', '2'])

    def test_a_state_is_a_class_and_a_sign(self):
        rows = [a_row(1, 'Switch', 'leaf', {}, sync_state__error_count=2)]
        device = drawn(topology_of(rows)).find(f'{SVG}a')
        self.assertIn('hh-is-problem', device.get('class'))
        self.assertIn('!', [text.text for text in device.findall(f'{SVG}text')])

    def test_names_are_text_and_never_markup(self):
        nasty = '"><script>alert(1)</script>&'
        rows = [
            a_row(1, 'Switch', nasty, {'role': nasty, 'redundancy': {'group': nasty}}),
            a_row(2, 'Connection', nasty, to_servers('s', nasty)),
            a_row(3, 'Connection', 'x', {'external': {'link': {'switch': {'port': f'{nasty}/1'}}}}),
        ]
        picture = drawn(topology_of(rows))
        self.assertEqual(list(picture.iter(f'{SVG}script')), [])
        self.assertIn(nasty, {each.get('data-name') for each in picture.iter(f'{SVG}a')})

    def test_a_loop_is_told_by_its_switch(self):
        sides = (('switch1', 'leaf/E1/1'), ('switch2', 'leaf/E1/2'))
        rows = [
            a_row(1, 'Switch', 'leaf', {}),
            a_row(2, 'Connection', 'loop', joined('vpcLoopback', sides)),
        ]
        device = drawn(topology_of(rows)).find(f'{SVG}a')
        self.assertIn('leaf/E1/1 - leaf/E1/2', device.find(f'{SVG}title').text)


class TopologyTabTest(TestCase):
    def setUp(self):
        super().setUp()
        self.fabric = a_fabric()
        self.rows = {}
        for row in a_whole_fabric(leaves=2, servers=3, spines=1):
            self.rows[row['name']] = a_resource(
                self.fabric,
                api_group=WIRING,
                kind=row['kind'],
                name=row['name'],
                desired_spec=row['desired_spec'],
            )
        self.address = reverse(
            'plugins:netbox_hedgehog:hedgehogfabric_topology', args=[self.fabric.pk]
        )
        allow(self.user, HedgehogFabric, 'view')

    def _picture(self, query=''):
        response = self.client.get(f'{self.address}{query}')
        self.assertHttpStatus(response, 200)
        return response.context['svg']

    def test_it_leads_to_every_object(self):
        allow(self.user, HedgehogResource, 'view')
        with strict_templates() as missing:
            shown = self._picture()
        self.assertEqual(missing, [])
        for row in self.rows.values():
            self.assertIn(f'href="{row.get_absolute_url()}"', shown)

    def test_states_come_from_the_records(self):
        allow(self.user, HedgehogResource, 'view')
        a_conflict(self.rows['leaf-0'])
        state = self.rows['leaf-1'].sync_state
        state.findings = [{'severity': 'error', 'code': 'X', 'message': 'x'}]
        state.save()
        found = fabric_topology(HedgehogResource.objects.filter(fabric=self.fabric))
        self.assertEqual(found.devices['Switch', 'leaf-0'].state, ShownState.CONFLICT)
        self.assertEqual(found.devices['Switch', 'leaf-1'].state, ShownState.PROBLEM)
        self.assertIn('hh-is-conflict', self._picture())

    def test_nobody_sees_what_they_may_not(self):
        allow(self.user, HedgehogResource, 'view', name='leaf-0')
        shown = self._picture()
        self.assertIn(self.rows['leaf-0'].get_absolute_url(), shown)
        self.assertNotIn('leaf-1', shown)
        self.assertNotIn('server-0', shown)

    def test_without_any_permission_there_is_no_tab(self):
        self.assertHttpStatus(self.client.get(self.address), 200)
        page = self.client.get(self.fabric.get_absolute_url()).content.decode()
        self.assertNotIn(self.address, page)

    def test_servers_are_counted_when_asked(self):
        allow(self.user, HedgehogResource, 'view')
        self.assertIn('3 servers', self._picture('?servers=counted'))
        self.assertNotIn('3 servers', self._picture('?servers=each'))

    def test_queries_do_not_grow_with_the_fabric(self):
        allow(self.user, HedgehogResource, 'view')
        self._picture()
        before = self._queries()
        for row in a_whole_fabric(leaves=8, servers=40)[20:]:
            a_resource(
                self.fabric,
                api_group=WIRING,
                kind=row['kind'],
                name=f'more-{row["name"]}',
                desired_spec=row['desired_spec'],
            )
        self.assertEqual(self._queries(), before)

    def _queries(self):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            self._picture()
        return len(queries)
