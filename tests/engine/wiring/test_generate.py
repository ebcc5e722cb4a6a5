"""Devices and cables become objects a cluster takes; what has no meaning is said."""

from dataclasses import replace

import pytest

from hedgehog_gitops.findings import Severity
from hedgehog_gitops.wiring import (
    Cable,
    Device,
    End,
    Interface,
    Pool,
    Subnet,
    VlanGroup,
    Vrf,
    Wiring,
    WiringMapping,
    generate_networks,
    generate_wiring,
)

from .lab import cable, connections, leaf, server, small, spec, spine, with_cables


def port(text: str) -> dict[str, str]:
    return {'port': text}


class TestDevices:
    def test_a_switch(self) -> None:
        made = generate_wiring(small())
        assert spec(made, 'Switch', 'leaf-01') == {
            'role': 'server-leaf',
            'description': 'rack A',
            'profile': 'dell-s5248f-on',
            'boot': {'serial': 'SN-1'},
            'groups': ['rack-a'],
            'redundancy': {'group': 'rack-a', 'type': 'eslag'},
        }
        assert spec(made, 'SwitchGroup', 'rack-a') == {}
        assert spec(made, 'Server', 'server-01') == {}

    @pytest.mark.parametrize('role', ['leaf', 'server', 'external', 'pdu'])
    def test_a_name_of_two_devices_makes_nothing_of_either(self, role: str) -> None:
        other = Device('leaf-02', role, interfaces=(Interface('E1/7'),))
        wiring = small()
        made = generate_wiring(replace(wiring, devices=(other, *wiring.devices)))
        assert not made.whole
        assert [f.code for f in made.findings if f.severity is Severity.ERROR] == [
            'WiringNameTaken'
        ]
        told = ' '.join(map(str, (each.value for each in made.objects)))
        assert 'leaf-02' not in told and 'leaf-01' in told

    @pytest.mark.parametrize('tag', ['group:Rack A', 'eslag:E_1'])
    def test_a_group_that_cannot_be_holds_its_switch_alone(self, tag: str) -> None:
        wiring = small()
        devices = [replace(d, tags=(tag,)) if d.name == 'leaf-02' else d for d in wiring.devices]
        made = generate_wiring(replace(wiring, devices=tuple(devices)))
        (finding,) = made.findings
        assert finding.code == 'WiringNameInvalid'
        assert repr(tag.partition(':')[2]) in finding.message
        names = {each.key.name for each in made.objects if each.key.kind != 'Connection'}
        assert names >= {'leaf-01', 'rack-a', 'server-01'} and 'leaf-02' not in names

    def test_a_name_beyond_the_fabric_may_be_of_two(self) -> None:
        wiring = small()
        routers = [Device('isp', 'external'), Device('isp', 'external'), Device('pdu', 'pdu')]
        made = generate_wiring(replace(wiring, devices=(*routers, *wiring.devices)))
        assert made.whole

    def test_fields_lie_over_what_is_derived_and_give_labels(self) -> None:
        fields = {'asn': 65101, 'boot': {'mac': '02:00:5e:00:00:01'}, 'labels': {'rack': 'a'}}
        made = generate_wiring(Wiring((replace(leaf(1), fields=fields),)))
        assert spec(made, 'Switch', 'leaf-01')['boot'] == {
            'serial': 'SN-1',
            'mac': '02:00:5e:00:00:01',
        }
        (switch,) = (each for each in made.objects if each.key.kind == 'Switch')
        assert switch.spec['asn'] == 65101
        assert 'labels' not in switch.spec
        assert switch.value['metadata'] == {
            'name': 'leaf-01',
            'namespace': 'default',
            'labels': {'rack': 'a'},
        }

    def test_names_as_people_write_them(self) -> None:
        made = generate_wiring(Wiring((replace(leaf(1), name=' Leaf_01 Rack A'),)))
        assert made.whole
        assert spec(made, 'Switch', 'leaf-01-rack-a')

    def test_a_name_that_is_none_and_a_name_twice(self) -> None:
        devices = (replace(leaf(1), name='Blatt-ü'), leaf(2), replace(leaf(2), name='LEAF-02'))
        made = generate_wiring(Wiring(devices))
        assert [f.code for f in made.findings] == ['WiringNameInvalid', 'WiringNameTaken']
        assert not made.whole

    def test_a_role_without_meaning_is_counted_and_left_out(self) -> None:
        made = generate_wiring(Wiring((leaf(1), Device('pdu-1', 'pdu'), Device('pdu-2', 'pdu'))))
        (finding,) = made.findings
        assert (finding.code, finding.severity) == ('WiringRoleUnknown', Severity.INFO)
        assert finding.message.startswith('2 devices have the role pdu')
        assert made.whole

    def test_roles_and_profiles_are_data(self) -> None:
        mapping = WiringMapping(roles={'tor': 'border-leaf'}, profiles={'s5248': 'dell-s5248f-on'})
        made = generate_wiring(Wiring((Device('a', 'tor', 's5248'),)), mapping)
        assert spec(made, 'Switch', 'a') == {'role': 'border-leaf', 'profile': 'dell-s5248f-on'}


class TestConnections:
    def test_one_of_each_type(self) -> None:
        made = generate_wiring(small())
        assert made.findings == ()
        assert connections(made) == {
            'spine-01--fabric--leaf-01': {
                'fabric': {
                    'links': [
                        {'spine': port('spine-01/E1/1'), 'leaf': port('leaf-01/E1/49')},
                        {'spine': port('spine-01/E1/2'), 'leaf': port('leaf-01/E1/50')},
                    ]
                }
            },
            'spine-02--fabric--leaf-01': {
                'fabric': {
                    'links': [{'spine': port('spine-02/E1/1'), 'leaf': port('leaf-01/E1/51')}]
                }
            },
            'leaf-01--mesh--leaf-02': {
                'mesh': {
                    'links': [{'leaf1': port('leaf-01/E1/52'), 'leaf2': port('leaf-02/E1/52')}]
                }
            },
            'server-01--eslag--leaf-01--leaf-02': {
                'eslag': {
                    'links': [
                        {'server': port('server-01/enp2s1'), 'switch': port('leaf-01/E1/1')},
                        {'server': port('server-01/enp2s2'), 'switch': port('leaf-02/E1/1')},
                    ],
                    'mtu': 9036,
                }
            },
            'server-02--bundled--leaf-01': {
                'bundled': {
                    'links': [
                        {'server': port('server-02/enp2s1'), 'switch': port('leaf-01/E1/2')},
                        {'server': port('server-02/enp2s2'), 'switch': port('leaf-01/E1/3')},
                    ]
                }
            },
            'server-03--unbundled--leaf-02': {
                'unbundled': {
                    'link': {'server': port('server-03/eth0'), 'switch': port('leaf-02/E1/4/1')}
                }
            },
            'leaf-02--gateway--gateway-1': {
                'gateway': {
                    'links': [{'switch': port('leaf-02/E1/5'), 'gateway': port('gateway-1/enp1s0')}]
                }
            },
            'leaf-01--vpc-loopback': {
                'vpcLoopback': {
                    'links': [{'switch1': port('leaf-01/E1/10'), 'switch2': port('leaf-01/E1/11')}]
                }
            },
        }

    def test_mclag_where_the_switches_are(self) -> None:
        leaves = [leaf(number, ('mclag:pair',)) for number in (1, 2)]
        cables = (
            cable('server-01:enp2s1', 'leaf-01:E1/1'),
            cable('server-01:enp2s2', 'leaf-02:E1/1'),
            cable('leaf-01:E1/57', 'leaf-02:E1/57', type='mclagDomain'),
            cable('leaf-01:E1/58', 'leaf-02:E1/58', type='mclagDomain', link='session'),
        )
        made = generate_wiring(Wiring((*leaves, server(1, ('enp2s1', 'enp2s2'))), cables))
        assert made.findings == ()
        assert connections(made)['leaf-01--mclag-domain--leaf-02'] == {
            'mclagDomain': {
                'peerLinks': [{'switch1': port('leaf-01/E1/57'), 'switch2': port('leaf-02/E1/57')}],
                'sessionLinks': [
                    {'switch1': port('leaf-01/E1/58'), 'switch2': port('leaf-02/E1/58')}
                ],
            }
        }
        assert 'server-01--mclag--leaf-01--leaf-02' in connections(made)

    def test_cables_between_mclag_switches_that_do_not_say_what_they_are(self) -> None:
        leaves = [leaf(number, ('mclag:pair',)) for number in (1, 2)]
        for fields, codes in (({}, ['WiringConnectionDoubtful']), ({'type': 'mesh'}, [])):
            link = cable('leaf-01:E1/57', 'leaf-02:E1/57', **fields)
            made = generate_wiring(Wiring(tuple(leaves), (link,)))
            assert [finding.code for finding in made.findings] == codes
            assert [*connections(made)] == ['leaf-01--mesh--leaf-02']

    def test_what_leads_out(self) -> None:
        ports = (
            Interface('E1/5', fields={'type': 'external'}),
            Interface(
                'E1/6',
                connection='to-dc',
                addresses=('172.30.1.5/24',),
                fields={
                    'type': 'staticExternal',
                    'vlan': 100,
                    'nextHop': '172.30.1.1',
                    'withinVPC': 'vpc-1',
                },
            ),
        )
        devices = (replace(leaf(1), interfaces=ports), Device('router', 'external'))
        made = generate_wiring(Wiring(devices, (cable('router:ge0', 'leaf-01:E1/7'),)))
        assert connections(made) == {
            'leaf-01--external--e1-5': {'external': {'link': {'switch': port('leaf-01/E1/5')}}},
            'leaf-01--external--e1-7': {'external': {'link': {'switch': port('leaf-01/E1/7')}}},
            'to-dc': {
                'staticExternal': {
                    'link': {
                        'switch': {
                            'port': 'leaf-01/E1/6',
                            'ip': '172.30.1.5/24',
                            'vlan': 100,
                            'nextHop': '172.30.1.1',
                        }
                    },
                    'withinVPC': 'vpc-1',
                }
            },
        }

    def test_addresses_of_links(self) -> None:
        spine_ports = (Interface('E1/1', addresses=('2001:db8::/127', '172.31.0.0/31')),)
        leaf_ports = (Interface('E1/49', addresses=('172.31.0.1/31',)),)
        devices = (
            replace(spine(1), interfaces=spine_ports),
            replace(leaf(1), interfaces=leaf_ports),
        )
        made = generate_wiring(Wiring(devices, (cable('spine-01:E1/1', 'leaf-01:E1/49'),)))
        assert connections(made)['spine-01--fabric--leaf-01']['fabric'] == {
            'links': [
                {
                    'spine': {'port': 'spine-01/E1/1', 'ip': '172.31.0.0/31'},
                    'leaf': {'port': 'leaf-01/E1/49', 'ip': '172.31.0.1/31'},
                }
            ]
        }

    def test_a_name_on_the_cables_rules_and_others_join_it(self) -> None:
        named = Wiring(
            (spine(1), leaf(1)),
            (
                cable('spine-01:E1/1', 'leaf-01:E1/49', 'uplinks'),
                cable('spine-01:E1/2', 'leaf-01:E1/50'),
            ),
        )
        assert list(connections(generate_wiring(named))) == ['uplinks']

    def test_two_cables_to_one_switch_have_two_names(self) -> None:
        wiring = Wiring(
            (leaf(1), server(1)),
            (cable('server-01:eth0', 'leaf-01:E1/1'), cable('server-01:eth1', 'leaf-01:E1/2')),
        )
        assert list(connections(generate_wiring(wiring))) == [
            'server-01--unbundled--leaf-01',
            'server-01--unbundled--leaf-01--eth1',
        ]

    @pytest.mark.parametrize(
        ('other', 'code', 'whole'),
        [
            (cable('spine-01:E1/9', 'spine-02:E1/9'), 'WiringCableUnclear', True),
            (cable('spine-01:Ethernet36', 'leaf-01:E1/9'), 'WiringPortUnknown', False),
            (cable('spine-01:E1/9', 'pdu:1'), 'WiringCableLeft', True),
            (cable('spine-01:E1/9', 'leaf-02:E1/9', 'No Name'), 'WiringNameInvalid', False),
            (
                cable('server-03:eth9', 'leaf-02:E1/9', type='magic'),
                'WiringConnectionUnclear',
                False,
            ),
            (
                cable('spine-01:E1/9', 'leaf-01:E1/9', mtu=1500),
                None,
                True,
            ),
        ],
    )
    def test_what_cannot_be_mapped_is_said(
        self, other: Cable, code: str | None, whole: bool
    ) -> None:
        made = generate_wiring(with_cables(small(), other))
        assert [finding.code for finding in made.findings] == ([code] if code else [])
        assert made.whole is whole
        assert set(connections(generate_wiring(small()))) <= set(connections(made))

    def test_a_name_on_cables_that_do_not_belong_together(self) -> None:
        others = (
            cable('spine-01:E1/9', 'leaf-01:E1/9', 'one'),
            cable('spine-02:E1/9', 'leaf-01:E1/19', 'one'),
        )
        made = generate_wiring(with_cables(small(), *others))
        assert [finding.code for finding in made.findings] == ['WiringConnectionUnclear']

    def test_cables_that_say_different_things(self) -> None:
        wiring = Wiring(
            (leaf(1), server(1, ('a', 'b'))),
            (
                cable('server-01:a', 'leaf-01:E1/1', mtu=9036),
                cable('server-01:b', 'leaf-01:E1/2', mtu=1500),
            ),
        )
        made = generate_wiring(wiring)
        assert [finding.code for finding in made.findings] == ['WiringConnectionUnclear']

    def test_the_management_network_is_no_wiring(self) -> None:
        made = generate_wiring(
            Wiring((leaf(1), leaf(2)), (cable('leaf-01:mgmt0', 'leaf-02:Management1'),))
        )
        assert (connections(made), made.findings) == ({}, ())

    def test_two_cables_of_a_server_that_change_places_rename_nothing(self) -> None:
        def made(first: str, second: str) -> dict[str, object]:
            cables = (cable('server-01:b10', second), cable('server-01:b9', first))
            devices = (leaf(1), leaf(2), server(1, ('b9', 'b10')))
            return connections(generate_wiring(Wiring(devices, cables)))

        before, after = made('leaf-01:E1/1', 'leaf-02:E1/1'), made('leaf-02:E1/1', 'leaf-01:E1/1')
        assert list(before) == list(after) == ['server-01--eslag--leaf-01--leaf-02']
        (found,) = after.values()
        assert found == {
            'eslag': {
                'links': [
                    {'server': port('server-01/b9'), 'switch': port('leaf-02/E1/1')},
                    {'server': port('server-01/b10'), 'switch': port('leaf-01/E1/1')},
                ]
            }
        }

    def test_a_cable_that_is_plugged_elsewhere_moves_nothing_else(self) -> None:
        wiring = small()
        before = connections(generate_wiring(wiring))
        moved = tuple(
            Cable(each.a, End('leaf-01', 'E1/7'), each.connection, each.fields)
            if each.a.device == 'server-03'
            else each
            for each in wiring.cables
        )
        after = connections(generate_wiring(replace(wiring, cables=moved)))
        assert {name for name in before if before[name] != after.get(name)} == {
            'server-03--unbundled--leaf-02'
        }
        assert set(after) - set(before) == {'server-03--unbundled--leaf-01'}


class TestNetworks:
    def test_namespaces_and_a_vpc(self) -> None:
        wiring = Wiring(
            vlan_groups=(VlanGroup('pod-1', ((1000, 1999), (2100, 2199))),),
            pools=(Pool('default', ('10.0.0.0/16',)), Pool('edge', ('10.9.0.0/16',))),
            vrfs=(
                Vrf(
                    'Vpc 1',
                    (
                        Subnet('Web', '10.9.1.0/24', 1001, 'pod-1', {'dhcp': {'enable': True}}),
                        Subnet('', '10.9.2.0/24', 1002, 'pod-1'),
                    ),
                    {'mode': 'l3vni'},
                ),
            ),
        )
        made = generate_networks(wiring)
        assert made.findings == ()
        assert spec(made, 'VLANNamespace', 'pod-1') == {
            'ranges': [{'from': 1000, 'to': 1999}, {'from': 2100, 'to': 2199}]
        }
        assert spec(made, 'IPv4Namespace', 'edge') == {'subnets': ['10.9.0.0/16']}
        assert spec(made, 'VPC', 'vpc-1') == {
            'ipv4Namespace': 'edge',
            'vlanNamespace': 'pod-1',
            'subnets': {
                'web': {'subnet': '10.9.1.0/24', 'vlan': 1001, 'dhcp': {'enable': True}},
                'default': {'subnet': '10.9.2.0/24', 'vlan': 1002},
            },
            'mode': 'l3vni',
        }

    def test_what_a_vpc_cannot_be(self) -> None:
        subnets = (
            Subnet('a', '10.0.1.0/24', 1, 'one'),
            Subnet('a', '10.0.2.0/24', 2, 'two'),
        )
        made = generate_networks(Wiring(vrfs=(Vrf('v', subnets), Vrf('ü'))))
        assert [finding.code for finding in made.findings] == [
            'WiringVrfUnclear',
            'WiringVrfUnclear',
            'WiringNameInvalid',
        ]
