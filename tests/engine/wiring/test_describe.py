"""Objects become devices and cables; what these cannot say is said."""

from hedgehog_gitops.documents import Value, read
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.kinds import CATALOGUE, identify
from hedgehog_gitops.wiring import (
    Cable,
    Described,
    Device,
    End,
    Interface,
    MadeOf,
    Wiring,
    WiringMapping,
    describe_wiring,
    generate_wiring,
    key_of,
)

from .lab import small

SWITCH = """\
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-01
  labels: {rack: a}
  annotations: {hnp.githedgehog.com/fabric: lab}
spec:
  role: border-leaf
  description: rack A
  profile: dell-s5248f-on
  ip: 172.30.0.8/21
  asn: 65101
  boot: {serial: SN-1, mac: "02:00:5e:00:00:01"}
  groups: [rack-a]
  redundancy: {group: rack-a, type: eslag}
  vtepIP: null
"""

SWITCH_GROUP = """\
apiVersion: wiring.githedgehog.com/v1beta1
kind: SwitchGroup
metadata: {name: alone}
spec: {}
"""


def described(text: str, mapping: WiringMapping | None = None) -> Described:
    objects = []
    for document in read(text.encode()).documents:
        key = identify(document.value, CATALOGUE).key
        assert key is not None
        objects.append(MadeOf(key, document.value))
    return describe_wiring(objects, mapping or WiringMapping())


def connection(name: str, spec: dict[str, Value]) -> MadeOf:
    value: dict[str, Value] = {
        'apiVersion': 'wiring.githedgehog.com/v1beta1',
        'kind': 'Connection',
        'metadata': {'name': name},
        'spec': spec,
    }
    return MadeOf(key_of('Connection', name), value)


def made() -> list[MadeOf]:
    return list(generate_wiring(small()).objects)


def codes(found: Described) -> list[tuple[str, ResourceKey | None]]:
    return [(finding.code, finding.resource) for finding in found.findings]


class TestDevices:
    def test_what_an_inventory_has_a_place_for(self) -> None:
        (switch,) = described(SWITCH).wiring.devices
        assert switch == Device(
            'leaf-01',
            'border-leaf',
            'dell-s5248f-on',
            'rack A',
            'SN-1',
            '172.30.0.8/21',
            ('group:rack-a', 'eslag:rack-a'),
            {'asn': 65101, 'boot': {'mac': '02:00:5e:00:00:01'}, 'labels': {'rack': 'a'}},
        )

    def test_slugs_of_an_own_mapping(self) -> None:
        mapping = WiringMapping(
            roles={'edge': 'border-leaf'},
            profiles={'s5248': 'dell-s5248f-on', 'dell-s5248f-on': ''},
        )
        (switch,) = described(SWITCH, mapping).wiring.devices
        assert (switch.role, switch.model) == ('edge', 's5248')

    def test_an_older_version_is_told_and_left(self) -> None:
        found = described(SWITCH.replace('v1beta1', 'v1alpha2'))
        assert found.wiring.devices == ()
        assert codes(found) == [('WiringNotDescribed', key_of('Switch', 'leaf-01'))]

    def test_a_group_no_switch_names_cannot_be_said(self) -> None:
        found = described(SWITCH + '---\n' + SWITCH_GROUP)
        assert codes(found) == [('WiringInexact', key_of('SwitchGroup', 'alone'))]


class TestConnections:
    def test_there_and_back(self) -> None:
        found = describe_wiring(made())
        assert found.findings == ()
        again = generate_wiring(found.wiring)
        assert {m.key: m.value for m in again.objects} == {m.key: m.value for m in made()}
        assert not any(cable.connection for cable in found.wiring.cables)

    def test_an_aggregate_of_a_server_is_drawn(self) -> None:
        wiring = describe_wiring(made()).wiring
        (first,) = (each for each in wiring.devices if each.name == 'server-01')
        assert first.interfaces == (
            Interface('bond0', is_lag=True),
            Interface('enp2s1', lag='bond0'),
            Interface('enp2s2', lag='bond0'),
        )

    def test_an_own_name_is_written_on_the_cables(self) -> None:
        links: list[Value] = [
            {'spine': {'port': 'spine-01/E1/9'}, 'leaf': {'port': 'leaf-02/E1/9'}},
        ]
        found = describe_wiring([*made(), connection('uplinks', {'fabric': {'links': links}})])
        assert found.findings == ()
        (cable,) = (each for each in found.wiring.cables if each.connection)
        assert cable == Cable(
            End('spine-01', 'E1/9'), End('leaf-02', 'E1/9'), 'uplinks', {'type': 'fabric'}
        )

    def test_two_connections_between_the_same_devices(self) -> None:
        links: list[Value] = [
            {'spine': {'port': 'spine-01/E1/9'}, 'leaf': {'port': 'leaf-01/E1/9'}},
        ]
        objects = [*made(), connection('second', {'fabric': {'links': links}})]
        found = describe_wiring(objects)
        assert found.findings == ()
        again = {each.key: each.spec for each in generate_wiring(found.wiring).objects}
        assert again == {each.key: each.spec for each in objects}

    def test_links_that_are_in_no_order_keep_theirs(self) -> None:
        links: list[Value] = [
            {'server': {'port': 'server-09/b'}, 'switch': {'port': 'leaf-02/E1/9'}},
            {'server': {'port': 'server-09/a'}, 'switch': {'port': 'leaf-01/E1/9'}},
        ]
        name = 'server-09--eslag--leaf-01--leaf-02'
        server = generate_wiring(Wiring((Device('server-09', 'server'),))).objects
        objects = [*made(), *server, connection(name, {'eslag': {'links': links}})]
        found = describe_wiring(objects)
        assert found.findings == ()
        last = found.wiring.cables[-2:]
        assert [(each.connection, each.fields) for each in last] == [
            ('', {'order': 0}),
            ('', {'order': 1}),
        ]
        again = {each.key: each.spec for each in generate_wiring(found.wiring).objects}
        assert again[key_of('Connection', name)] == {'eslag': {'links': links}}

    def test_what_leads_out_is_an_interface(self) -> None:
        spec: dict[str, Value] = {
            'staticExternal': {
                'link': {'switch': {'port': 'leaf-01/E1/6', 'ip': '172.30.1.5/24', 'vlan': 100}},
                'withinVPC': 'vpc-1',
            }
        }
        found = describe_wiring([*made(), connection('to-dc', spec)])
        assert found.findings == ()
        (leaf,) = (each for each in found.wiring.devices if each.name == 'leaf-01')
        assert leaf.interfaces[-1] == Interface(
            'E1/6',
            addresses=('172.30.1.5/24',),
            connection='to-dc',
            fields={'type': 'staticExternal', 'vlan': 100, 'withinVPC': 'vpc-1'},
        )

    def test_what_cannot_be_drawn_is_refused_as_a_whole(self) -> None:
        def link(server: str, switch: str) -> dict[str, Value]:
            return {
                'link': {'server': {'port': server}, 'switch': {'port': switch}},
            }

        bad = [
            connection('no-device', {'unbundled': link('server-99/a', 'leaf-01/E1/30')}),
            connection('no-port', {'unbundled': link('server-03', 'leaf-01/E1/31')}),
            connection('port-taken', {'unbundled': link('server-03/z', 'leaf-01/E1/1')}),
            connection('no-type', {}),
            connection('other-type', {'magic': {}}),
            connection('no-link', {'bundled': {'links': []}}),
        ]
        found = describe_wiring([*made(), *bad])
        assert codes(found) == [('WiringNotDescribed', each.key) for each in bad]
        assert len(found.wiring.cables) == len(small().cables)

    def test_a_server_that_is_none_of_a_fabric(self) -> None:
        spec: dict[str, Value] = {
            'unbundled': {
                'link': {'server': {'port': 'server-03/x'}, 'switch': {'port': 'leaf-01/odd port'}}
            }
        }
        found = describe_wiring([*made(), connection('odd', spec)])
        assert codes(found) == [('WiringInexact', key_of('Connection', 'odd'))]
