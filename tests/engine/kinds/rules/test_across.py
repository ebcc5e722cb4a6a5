"""Every rule that looks at several objects: what it says of whom, and a near case that is fine."""

from dataclasses import replace
from typing import Any

import pytest

from hedgehog_gitops.findings import Severity
from hedgehog_gitops.kinds import CATALOGUE
from hedgehog_gitops.kinds.rules import fabric_problems, kinds_concerned, problems_brought
from hedgehog_gitops.kinds.rules.across import _RULES
from hedgehog_gitops.kinds.rules.fabric import Fabric

from .healthy import GONE, across, changed, found, healthy

NET = 'spec.subnets.default'
ESLAG = 'spec.eslag.links[0].switch.port'
PERMIT = 'spec.permit[0].vpc-1.subnets'
MESH = 'spec.mesh.links[0].leaf1'
UNBUNDLED = 'spec.unbundled.link.switch.port'
EXPOSED = 'spec.peering.vpc-2.expose[0].ips'

CASES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        'ReferenceMissing',
        'VPCAttachment/one',
        {'VPCAttachment/one spec.connection': 'none'},
        {'VPCAttachment/one spec.connection': 'unbundled', 'VPCAttachment/three': GONE},
    ),
    (
        'ReferenceMissing',
        'Switch/leaf-2',
        {'Switch/leaf-2 spec.groups': ['none']},
        {'Switch/leaf-2 spec.groups': ['eslag-2']},
    ),
    (
        'ReferenceMissing',
        'GatewayPeering/outwards',
        {'External/fixed': GONE, 'ExternalAttachment/fixed': GONE},
        {'ExternalAttachment/fixed': GONE},
    ),
    (
        'SubnetMissing',
        'VPCAttachment/one',
        {'VPCAttachment/one spec.subnet': 'vpc-1/none'},
        {'VPCAttachment/one spec.subnet': 'vpc-1'},
    ),
    ('SubnetMissing', 'VPCPeering/peering', {f'VPCPeering/peering {PERMIT}': ['none']}, {}),
    (
        'SubnetMissing',
        'ExternalPeering/out',
        {'ExternalPeering/out spec.permit.vpc.subnets': ['none']},
        {'ExternalPeering/out spec.permit.vpc.subnets': ['plain']},
    ),
    (
        'SubnetMissing',
        'GatewayPeering/through',
        {f'GatewayPeering/through {EXPOSED}[1].vpcSubnet': 'none'},
        {},
    ),
    (
        'ExposeOutsideVpc',
        'GatewayPeering/through',
        {f'GatewayPeering/through {EXPOSED}[0].cidr': '10.0.4.0/23'},
        {f'GatewayPeering/through {EXPOSED}[0].cidr': '10.0.4.0/24'},
    ),
    (
        'SubnetTaken',
        'VPC/vpc-2',
        {f'VPC/vpc-2 {NET}.subnet': '10.0.3.128/25', 'GatewayPeering/through': GONE},
        {f'VPC/vpc-2 {NET}.subnet': '10.0.4.0/25'},
    ),
    (
        'SubnetTaken',
        'VPC/vpc-2',
        {f'VPC/vpc-2 {NET}.subnet': '10.0.0.0/17'},
        {f'VPC/vpc-2 {NET}.subnet': '10.0.4.0/22'},
    ),
    (
        'SubnetOutsideNamespace',
        'VPC/vpc-1',
        {'VPC/vpc-1 spec.subnets.plain.subnet': '10.1.0.0/24'},
        {'VPC/vpc-1 spec.subnets.plain.subnet': '10.2.0.0/16'},
    ),
    ('VlanTaken', 'VPC/vpc-2', {f'VPC/vpc-2 {NET}.vlan': 1003}, {f'VPC/vpc-2 {NET}.vlan': 1005}),
    (
        'VlanOutsideNamespace',
        'VPC/vpc-2',
        {f'VPC/vpc-2 {NET}.vlan': 2000},
        {f'VPC/vpc-2 {NET}.vlan': 1999},
    ),
    (
        'VlanOutsideNamespace',
        'VPC/vpc-3',
        {f'VPC/vpc-3 {NET}.vlan': 3001},
        {f'VPC/vpc-3 {NET}.vlan': 3000},
    ),
    (
        'ConnectionTypeWrong',
        'VPCAttachment/one',
        {'VPCAttachment/one spec.connection': 'mesh'},
        {'VPCAttachment/one spec.connection': 'bundled'},
    ),
    (
        'ConnectionTypeWrong',
        'ExternalAttachment/bgp',
        {'ExternalAttachment/bgp spec.connection': 'static'},
        {},
    ),
    (
        'ModeNotOnEslag',
        'VPCAttachment/one',
        {'VPC/vpc-1 spec.mode': 'l3vni', 'VPCAttachment/three': GONE},
        {'VPC/vpc-3 spec.mode': ''},
    ),
    (
        'HostBgpNotUnbundled',
        'VPCAttachment/four',
        {'VPCAttachment/four spec.subnet': 'vpc-3/bgp'},
        {
            'VPCAttachment/four spec.subnet': 'vpc-3/bgp',
            'VPCAttachment/four spec.connection': 'unbundled',
            'Switch/leaf-2 spec.vlanNamespaces': ['default', 'other'],
        },
    ),
    (
        'HostBgpNativeVlan',
        'VPCAttachment/three',
        {f'VPC/vpc-1 {NET}.hostBGP': True, 'VPCAttachment/one': GONE},
        {
            f'VPC/vpc-1 {NET}.hostBGP': True,
            'VPCAttachment/one': GONE,
            'VPCAttachment/three spec.nativeVLAN': False,
        },
    ),
    (
        'HostBgpOnMclag',
        'VPCAttachment/three',
        {
            f'VPC/vpc-1 {NET}.hostBGP': True,
            'VPCAttachment/one': GONE,
            'VPCAttachment/two': GONE,
            'Connection/eslag': GONE,
            'VPCAttachment/three spec.nativeVLAN': False,
            'Switch/leaf-2 spec.redundancy.type': 'mclag',
        },
        {},
    ),
    (
        'VlanNamespaceNotOnSwitch',
        'VPCAttachment/four',
        {'Switch/leaf-1 spec.vlanNamespaces': GONE, 'Switch/leaf-1 spec.groups': []},
        {'Switch/leaf-1 spec.groups': []},
    ),
    (
        'SubnetAttachedTwice',
        'VPCAttachment/two',
        {'VPCAttachment/two spec.subnet': 'vpc-1'},
        {'VPCAttachment/two spec.subnet': 'vpc-1/plain'},
    ),
    (
        'NativeVlanTaken',
        'VPCAttachment/two',
        {'VPCAttachment/one spec.nativeVLAN': True},
        {'VPCAttachment/one spec.nativeVLAN': False},
    ),
    (
        'ExternalNotStatic',
        'ExternalAttachment/fixed',
        {'ExternalAttachment/fixed spec.external': 'bgp'},
        {'ExternalAttachment/bgp spec.external': 'fixed'},
    ),
    (
        'ExternalVlanTaken',
        'ExternalAttachment/fixed',
        {'ExternalAttachment/fixed spec.static.vlan': 100},
        {'ExternalAttachment/fixed spec.static.vlan': GONE},
    ),
    (
        'PeeringNamespacesDiffer',
        'ExternalPeering/out',
        {'External/bgp spec.ipv4Namespace': 'other'},
        {'External/bgp spec.ipv4Namespace': 'default'},
    ),
    (
        'PeeringNamespacesDiffer',
        'VPCPeering/peering',
        {
            'VPC/vpc-2 spec.vlanNamespace': 'other',
            f'VPC/vpc-2 {NET}.vlan': 2002,
            'VPCAttachment/two': GONE,
        },
        {},
    ),
    (
        'PeeringRepeated',
        'VPCPeering/second',
        {'VPCPeering/second': {'permit': [{'vpc-2': {}, 'vpc-1': {}}]}},
        {'GatewayPeering/second': {'peering': {'vpc-1': {}, 'vpc-3': {}}}},
    ),
    (
        'PeeringRepeated',
        'GatewayPeering/second',
        {'GatewayPeering/second': {'peering': {'vpc-1': {}, 'ext.bgp': {}}}},
        {'GatewayPeering/second': {'peering': {'vpc-1': {}, 'ext.fixed': {}}}},
    ),
    (
        'PortTaken',
        'Connection/unbundled',
        {f'Connection/unbundled {UNBUNDLED}': 'leaf-2/E1/1'},
        {f'Connection/unbundled {UNBUNDLED}': 'leaf-2/E1/11'},
    ),
    (
        'PortTaken',
        'Connection/unbundled',
        {f'Connection/unbundled {UNBUNDLED}': 'leaf-2/E1/1/1'},
        {f'Connection/unbundled {UNBUNDLED}': 'leaf-2/E1/1/2'},
    ),
    (
        'LinkAddressTaken',
        'Connection/mesh',
        {
            f'Connection/mesh {MESH}.ip': '172.30.128.0/31',
            'Connection/mesh spec.mesh.links[0].leaf2.ip': GONE,
        },
        {f'Connection/mesh {MESH}.ip': '172.30.128.2/31'},
    ),
    (
        'EslagGroupsDiffer',
        'Connection/eslag',
        {f'Connection/eslag {ESLAG}': 'leaf-3/E1/9'},
        {f'Connection/eslag {ESLAG}': 'leaf-2/E1/9'},
    ),
    (
        'EslagGroupMissing',
        'Connection/eslag',
        {'Switch/leaf-1 spec.redundancy': {}, 'Switch/leaf-2 spec.redundancy': GONE},
        {'Switch/leaf-3 spec.redundancy': {}},
    ),
    (
        'EslagGroupMissing',
        'Connection/eslag',
        {'Switch/leaf-2 spec.redundancy': GONE},
        {'Switch/leaf-3 spec.redundancy': GONE},
    ),
    (
        'EslagTypeWrong',
        'Connection/eslag',
        {'Switch/leaf-1 spec.redundancy.type': 'mclag'},
        {'Switch/leaf-3 spec.redundancy.type': 'mclag'},
    ),
    (
        'VlanNamespacesOverlap',
        'Switch/leaf-1',
        {'VLANNamespace/default spec.ranges[0].to': 2000},
        {'VLANNamespace/default spec.ranges[0].to': 1998},
    ),
    (
        'AddressTaken',
        'Switch/leaf-2',
        {'Switch/leaf-2 spec.ip': '172.30.0.8/24'},
        {'Switch/leaf-2 spec.ip': '172.30.0.7/24'},
    ),
    (
        'AddressTaken',
        'Gateway/gw-1',
        {'Gateway/gw-1 spec.protocolIP': '172.30.8.2/32'},
        {'Gateway/gw-1 spec.protocolIP': '172.30.12.2/32'},
    ),
    (
        'AsnTaken',
        'Switch/leaf-2',
        {'Switch/leaf-2 spec.asn': 65101},
        {'Switch/leaf-2 spec.asn': 65100},
    ),
]


@pytest.mark.parametrize(
    ('code', 'ident', 'bad', 'fine'),
    CASES,
    ids=[f'{case[0]}-{case[1]}-{number}' for number, case in enumerate(CASES)],
)
def test_a_rule_of_several_objects(
    code: str, ident: str, bad: dict[str, Any], fine: dict[str, Any]
) -> None:
    assert across(changed(healthy(), bad)) == {(ident, code)}
    assert across(changed(healthy(), fine)) == set()


def test_mclag_peers_share_what_others_may_not() -> None:
    peers = {
        f'Switch/mclag-{n}': {
            'role': 'server-leaf',
            'redundancy': {'group': 'eslag-1', 'type': 'mclag'},
            'asn': 65109,
            'vtepIP': '172.30.12.99/32',
        }
        for n in (1, 2)
    }
    assert across(changed(healthy(), peers)) == set()


def test_the_cluster_does_not_look_at_ports_of_mclag() -> None:
    link = {'server': {'port': 'server-1/p1'}, 'switch': {'port': 'leaf-1/E1/1'}}
    mclag = {'Connection/mclag': {'mclag': {'links': [link, link]}}}
    assert across(changed(healthy(), mclag)) == set()


def test_a_namespace_that_cannot_be_read_is_not_judged_by() -> None:
    broken = {'IPv4Namespace/other spec.subnets': ['10.9.0.0/16', '10.0.0.0']}
    assert across(changed(healthy(), broken)) == set()


@pytest.mark.parametrize('ranges', [[{'from': '1000', 'to': '1999'}], [None]])
def test_ranges_of_a_wrong_type_are_not_judged_by(ranges: Any) -> None:
    assert across(changed(healthy(), {'VLANNamespace/default spec.ranges': ranges})) == set()


def test_namespaces_of_a_wrong_type_are_not_one_namespace() -> None:
    spec = {'ipv4Namespace': 5, 'vlanNamespace': [], 'subnets': {}}
    odd = {
        f'VPC/odd-{n}': spec | {'subnets': {'a': {'subnet': '10.0.9.0/24', 'vlan': 9}}}
        for n in 'ab'
    }
    assert across(changed(healthy(), odd)) == set()


def test_what_no_file_describes_is_proposed_by_a_near_name() -> None:
    slips = {
        'VPCAttachment/one spec.connection': 'eslga',
        'VPCAttachment/two spec.subnet': 'vpc-9/x',
    }
    things = [found(value) for value in changed(healthy(), slips).values()]
    problems = [problem for _, problem in fabric_problems(things, CATALOGUE)]
    assert {problem.suggestion for problem in problems} == {"did you mean 'eslag'?", ''}
    assert [problem.severity for problem in problems] == [Severity.ERROR] * 2


def test_what_the_cluster_does_not_look_up_is_no_error() -> None:
    link = {'server': {'port': 'none/p1'}, 'switch': {'port': 'none/E1/1'}}
    unseen = {
        'Connection/mclag': {'mclag': {'links': [link]}},
        'Connection/two': {'external': {'link': {'switch': {'port': 'leaf-3/E1/8'}}}, 'mesh': {}},
        'Connection/two spec.staticExternal': {'withinVPC': 'none'},
        'Connection/gateway spec.gateway.links[0].gateway.port': 'none/p1',
        'SwitchProfile/own': {},
        'Switch/leaf-1 spec.profile': 'shipped',
    }
    things = [found(value) for value in changed(healthy(), unseen).values()]
    problems = [problem for _, problem in fabric_problems(things, CATALOGUE)]
    assert {problem.code for problem in problems} == {'ReferenceMissing'}
    assert {problem.severity for problem in problems} == {Severity.INFO}
    assert len(problems) == 5


@pytest.mark.parametrize(('code', 'told', 'edits', 'fine'), CASES)
def test_a_rule_reads_only_the_kinds_it_says(
    code: str, told: str, edits: dict[str, Any], fine: dict[str, Any]
) -> None:
    things = [found(value) for value in changed(healthy(), edits).values()]
    for rule, kinds in _RULES.items():
        of_kinds = [thing for thing in things if thing.kind.kind in kinds]
        assert list(map(str, rule(Fabric(of_kinds)))) == list(map(str, rule(Fabric(things))))


@pytest.mark.parametrize(('code', 'told', 'edits', 'fine'), CASES)
def test_a_change_is_told_what_it_brings(
    code: str, told: str, edits: dict[str, Any], fine: dict[str, Any]
) -> None:
    """By names and the kinds concerned alone, and nothing of what was wrong before."""
    old, new = healthy(), changed(healthy(), edits)
    touched = {ident for ident in {*old, *new} if old.get(ident) != new.get(ident)}
    before = [found(old[ident]) for ident in sorted(touched & old.keys())]
    after = [found(new[ident]) for ident in sorted(touched & new.keys())]
    removed = {ident.partition('/')[0] for ident in touched - new.keys()}
    concerned = kinds_concerned({i.partition('/')[0] for i in touched}, removed, CATALOGUE)
    others = [
        replace(thing, value=thing.value if thing.kind.kind in concerned else {})
        for ident, thing in ((ident, found(value)) for ident, value in old.items())
        if ident not in touched
    ]
    assert code in {problem.code for _, problem in problems_brought(others, before, after)}
    assert problems_brought(others, before, before) == []
    assert problems_brought(others, after, after) == []


def test_of_two_that_collide_the_changed_one_is_told() -> None:
    old = healthy()
    new = changed(old, {f'VPC/vpc-1 {NET}.vlan': 1004})
    others = [found(value) for ident, value in old.items() if ident != 'VPC/vpc-1']
    ((thing, problem),) = problems_brought(
        others, [found(old['VPC/vpc-1'])], [found(new['VPC/vpc-1'])]
    )
    assert str(thing) == 'VPC vpc-1'
    assert problem.message == 'VLAN 1004 is already used by VPC vpc-2'
