"""Every rule that looks at one object: a case it speaks about, and a near one it does not.

A case names the object of the healthy fabric, the field, a bad value with its code, a fine value.
"""

from typing import Any

import pytest

from .healthy import GONE, alone, changed, healthy

NET = 'spec.subnets.default'
DHCP = f'{NET}.dhcp'
EXPOSE = 'spec.peering.vpc-2.expose[0]'
ACL = 'spec.inboundACL.statements[0]'
FLAGS = f'{ACL}.tcpFilters'
ESLAG = 'spec.eslag.links'
STATIC = 'spec.staticExternal.link.switch'
MAC = '0c:20:12:fe:01:02'
ONE_PORT = {'external': {'link': {'switch': {'port': 'leaf-1/E1/7'}}}}


def lease(mac: str, ip: str) -> dict[str, Any]:
    return {mac: {'ip': ip}}


def link(server: str, switch: str) -> dict[str, Any]:
    return {'server': {'port': server}, 'switch': {'port': switch}}


def many(count: int) -> dict[str, Any]:
    return {f's{n}': {'subnet': f'10.0.{n}.0/24', 'vlan': 1000 + n} for n in range(count)}


CASES: list[tuple[str, str, Any, str, Any]] = [
    ('VPC/vpc-1', 'metadata.labels."fabric.githedgehog.com/vpc"', 'x', 'LabelRecomputed', GONE),
    ('VPC/vpc-1', 'metadata.labels', {'a.fabric.githedgehog.com/x': ''}, 'LabelRecomputed', {}),
    ('VPC/vpc-1', 'metadata.name', 'twelve-signs', 'NameTooLong', 'eleven-sign'),
    ('VPC/vpc-1', 'metadata.name', 'ext.one', 'VpcNameReserved', 'text.one'),
    ('Server/server-1', 'metadata.namespace', 'fab', 'NamespaceNotDefault', 'default'),
    ('VPC/vpc-1', 'spec.mode', 'l3flat', 'VpcModeRefused', 'l3vni'),
    ('VPC/vpc-1', 'spec.mode', 'l2', 'VpcModeRefused', ''),
    ('VPC/vpc-2', 'spec.subnets', {}, 'SubnetsMissing', many(1)),
    ('VPC/vpc-2', 'spec.subnets', GONE, 'SubnetsMissing', many(2)),
    ('VPC/vpc-2', 'spec.subnets', many(21), 'SubnetsTooMany', many(20)),
    ('VPC/vpc-2', f'{NET}.subnet', GONE, 'FieldRequired', '10.0.0.0/30'),
    ('VPC/vpc-2', f'{NET}.subnet', '10.0.4.0/31', 'SubnetTooSmall', '10.0.4.0/30'),
    ('VPC/vpc-2', f'{NET}.subnet', '10.0.4.0/255.255.255.0', 'PrefixInvalid', '10.0.4.7/24'),
    ('VPC/vpc-2', f'{NET}.subnet', '10.0.04.0/24', 'PrefixInvalid', '2001:db8::/30'),
    ('VPC/vpc-2', f'{NET}.gateway', '10.0.5.1', 'GatewayOutsideSubnet', '10.0.4.254'),
    ('VPC/vpc-2', f'{NET}.gateway', '10.0.4.1/24', 'AddressInvalid', ''),
    ('VPC/vpc-2', f'{NET}.vlan', GONE, 'FieldRequired', 1),
    ('VPC/vpc-2', f'{NET}.vlan', 0, 'FieldRequired', '1001'),
    ('VPC/vpc-2', f'{NET}.vlan', 4095, 'VlanInvalid', 4094),
    ('VPC/vpc-1', 'spec.subnets.plain.vlan', 1001, 'VlanRepeated', 1004),
    ('VPC/vpc-1', 'spec.subnets.plain.subnet', '10.0.2.128/25', 'PrefixesOverlap', '10.0.4.0/25'),
    ('VPC/vpc-1', f'{DHCP}.relay', '10.99.0.5/24', 'DhcpServerAndRelay', ''),
    ('VPC/vpc-1', 'spec.subnets.relayed.dhcp.relay', '10.99.0.5', 'PrefixInvalid', '10.99.0.5/32'),
    ('VPC/vpc-1', 'spec.subnets.relayed.dhcp.relay', '', 'RelayMissing', '10.9.0.5/24'),
    ('VPC/vpc-3', 'spec.subnets.bgp.dhcp', {'enable': True}, 'DhcpOnHostBgp', {'enable': False}),
    ('VPC/vpc-2', DHCP, {'options': {'interfaceMTU': 1500}}, 'DhcpSettingDropped', {'options': {}}),
    ('VPC/vpc-2', DHCP, {'range': {'start': '10.0.4.9'}}, 'DhcpSettingDropped', {'range': None}),
    ('VPC/vpc-2', DHCP, {'static': lease(MAC, '10.0.4.9')}, 'LeasesWithoutDhcp', {'static': {}}),
    ('VPC/vpc-1', f'{DHCP}.range.end', '10.0.2.9', 'DhcpRangeOutsideSubnet', '10.0.1.255'),
    ('VPC/vpc-1', f'{DHCP}.range.start', '10.0.1.1', 'DhcpRangeTaken', '10.0.1.2'),
    ('VPC/vpc-1', f'{DHCP}.range.start', '10.0.1.0', 'DhcpRangeTaken', ''),
    ('VPC/vpc-1', f'{NET}.gateway', '10.0.1.10', 'DhcpRangeTaken', '10.0.1.9'),
    ('VPC/vpc-1', f'{DHCP}.range.start', '10.0.1.99', 'DhcpRangeReversed', '10.0.1.98'),
    ('VPC/vpc-1', f'{DHCP}.range.end', 'last', 'AddressInvalid', GONE),
    ('VPC/vpc-1', f'{DHCP}.options.dnsServers[0]', '8.8.8', 'AddressInvalid', '8.8.8.8'),
    ('VPC/vpc-1', f'{DHCP}.options.timeServers', ['a.example'], 'AddressInvalid', ['::1']),
    ('VPC/vpc-1', f'{DHCP}.options.interfaceMTU', 0, 'DhcpOptionDefaulted', GONE),
    ('VPC/vpc-1', f'{DHCP}.options.leaseTimeSeconds', 0, 'DhcpOptionDefaulted', 1),
    ('VPC/vpc-1', f'{DHCP}.options.interfaceMTU', 95, 'MtuInvalid', 96),
    ('VPC/vpc-1', f'{DHCP}.options.interfaceMTU', 9037, 'MtuInvalid', 9036),
    ('VPC/vpc-1', f'{DHCP}.options.leaseTimeSeconds', -1, 'LeaseTimeInvalid', 1),
    (
        'VPC/vpc-1',
        f'{DHCP}.options.advertisedRoutes[0].gateway',
        '10.0.2.1',
        'RouteGatewayOutsideSubnet',
        '10.0.1.200',
    ),
    ('VPC/vpc-1', f'{DHCP}.options.advertisedRoutes', [{}], 'FieldRequired', []),
    ('VPC/vpc-1', f'{DHCP}.static', lease('0c:20:12', '10.0.1.5'), 'MacInvalid', {}),
    (
        'VPC/vpc-1',
        f'{DHCP}.static',
        {**lease(MAC, '10.0.1.5'), **lease(MAC.upper().replace(':', '-'), '10.0.1.6')},
        'MacRepeated',
        {**lease(MAC, '10.0.1.5'), **lease('0c20.12fe.0109', '10.0.1.6')},
    ),
    ('VPC/vpc-1', f'{DHCP}.static', lease(MAC, ''), 'FieldRequired', lease(MAC, '10.0.1.9')),
    ('VPC/vpc-1', f'{DHCP}.static', lease(MAC, 'x'), 'AddressInvalid', lease(MAC, '10.0.1.9')),
    (
        'VPC/vpc-1',
        f'{DHCP}.static',
        lease(MAC, '10.0.2.9'),
        'LeaseOutsideSubnet',
        lease(MAC, '10.0.1.254'),
    ),
    ('VPC/vpc-1', f'{DHCP}.static', lease(MAC, '10.0.1.1'), 'LeaseTaken', lease(MAC, '10.0.1.2')),
    ('VPC/vpc-1', f'{DHCP}.static', lease(MAC, '10.0.1.255'), 'LeaseTaken', None),
    (
        'VPC/vpc-1',
        f'{DHCP}.static."{MAC}".ip',
        '10.0.1.101',
        'LeaseRepeated',
        '10.0.1.102',
    ),
    ('VPC/vpc-1', 'spec.permit[0]', ['default'], 'PermitTooShort', ['plain', 'default']),
    (
        'VPC/vpc-1',
        'spec.permit[0]',
        ['plain', 'plain'],
        'PermitRepeatsSubnet',
        ['plain', 'relayed'],
    ),
    ('VPC/vpc-1', 'spec.permit[0][0]', 'none', 'SubnetMissing', 'plain'),
    ('VPC/vpc-1', 'spec.staticRoutes[0].prefix', '10.42.0.1/24', 'PrefixHostBits', '10.42.0.1/32'),
    ('VPC/vpc-1', 'spec.staticRoutes[0].prefix', '10.42.0.0', 'PrefixInvalid', '0.0.0.0/0'),
    ('VPC/vpc-1', 'spec.staticRoutes[0].prefix', '', 'FieldRequired', '10.42.0.0/16'),
    ('VPC/vpc-1', 'spec.staticRoutes[0].nextHops', [], 'FieldRequired', ['10.99.0.0']),
    ('VPCAttachment/one', 'spec.subnet', GONE, 'FieldRequired', 'vpc-1/default'),
    ('VPCAttachment/one', 'spec.connection', '', 'FieldRequired', 'eslag'),
    ('VPCAttachment/one', 'spec.subnet', '/default', 'SubnetFormInvalid', 'a/b'),
    ('VPCAttachment/one', 'spec.subnet', 'vpc-1/', 'SubnetFormInvalid', 'a/b'),
    ('VPCAttachment/one', 'spec.subnet', 'vpc-1', 'SubnetDefaulted', 'vpc-1/default'),
    ('VPCPeering/peering', 'spec.remote', 'border', 'RemoteRefused', ''),
    ('VPCPeering/peering', 'spec.permit', [], 'FieldRequired', [{'a': {}, 'b': {}}]),
    ('VPCPeering/peering', 'spec.permit', [{'a': {}}], 'PeeringNotOfTwo', [{'a': {}, 'b': None}]),
    (
        'VPCPeering/peering',
        'spec.permit[1]',
        {'vpc-1': {}, 'vpc-3': {}},
        'PeeringPairsDiffer',
        {'vpc-2': {}, 'vpc-1': {}},
    ),
    ('ExternalPeering/out', 'spec.permit.vpc.name', GONE, 'FieldRequired', 'vpc-1'),
    ('ExternalPeering/out', 'spec.permit.external', GONE, 'FieldRequired', {'name': 'bgp'}),
    ('ExternalPeering/out', 'spec.permit.external.prefixes[0]', {}, 'FieldRequired', None),
    ('GatewayPeering/through', 'spec.peering', GONE, 'FieldRequired', {'a': {}, 'b': {}}),
    ('GatewayPeering/through', 'spec.peering', {'a': {}}, 'PeeringNotOfTwo', {'a': {}, 'b': {}}),
    ('GatewayPeering/through', f'{EXPOSE}.default', True, 'ExposeDefaultNotAlone', False),
    ('GatewayPeering/through', f'{EXPOSE}.ips', [], 'FieldRequired', [{'not': '10.0.0.0/8'}]),
    ('GatewayPeering/through', f'{EXPOSE}.nat', {'static': {}}, 'ExposeNatIncomplete', None),
    (
        'GatewayPeering/through',
        f'{EXPOSE}.ips[0]',
        {},
        'ExposeBlockUnclear',
        {'cidr': '10.0.0.0/8'},
    ),
    ('GatewayPeering/through', f'{EXPOSE}.ips[0].cidr', '10.0.0.0', 'PrefixInvalid', '10.0.0.0/32'),
    (
        'GatewayPeering/outwards',
        'spec.peering."ext.fixed".expose[0]',
        {'ips': [{'vpcSubnet': 'default'}]},
        'ExposeSubnetOfExternal',
        {'ips': [{'cidr': '10.0.0.0/8'}]},
    ),
    ('External/bgp', 'spec.inboundCommunity', GONE, 'FieldRequired', '0:0'),
    ('External/bgp', 'spec.inboundCommunity', '65536:1', 'CommunityInvalid', '65535:1'),
    ('External/bgp', 'spec.outboundCommunity', '50000', 'CommunityInvalid', '5:1'),
    ('External/fixed', 'spec.inboundCommunity', '1:1', 'CommunityBesideStatic', ''),
    ('External/fixed', 'spec.static.prefixes', [], 'FieldRequired', ['0.0.0.0/0']),
    ('External/fixed', 'spec.static.prefixes[0]', '0.0.0.0', 'PrefixInvalid', '1.0.0.0/8'),
    ('External/fixed', 'spec.static.prefixes[0]', '0.0.0.0/0', 'PrefixesOverlap', '1.0.0.0/8'),
    ('ExternalAttachment/bgp', 'spec.external', GONE, 'FieldRequired', 'bgp'),
    ('ExternalAttachment/bgp', 'spec.switch.ip', GONE, 'FieldRequired', '100.1.10.1/31'),
    ('ExternalAttachment/bgp', 'spec.switch.ip', '100.1.10.1', 'PrefixInvalid', '::1/64'),
    ('ExternalAttachment/bgp', 'spec.neighbor.asn', 0, 'FieldRequired', 4200000000),
    ('ExternalAttachment/bgp', 'spec.neighbor.ip', '100.1.10', 'AddressInvalid', '::1'),
    ('ExternalAttachment/fixed', 'spec.neighbor.asn', 64102, 'BgpBesideStatic', 0),
    ('ExternalAttachment/fixed', 'spec.static.proxy', True, 'StaticIpOrProxy', False),
    ('ExternalAttachment/fixed', 'spec.static.ip', GONE, 'StaticIpOrProxy', '100.1.11.1/30'),
    ('ExternalAttachment/fixed', 'spec.static.ip', '100.1.11.1', 'PrefixInvalid', '::1/64'),
    ('ExternalAttachment/fixed', 'spec.static.remoteIP', '', 'FieldRequired', '100.1.11.3'),
    ('ExternalAttachment/fixed', 'spec.static.remoteIP', 'x', 'AddressInvalid', '::1'),
    ('ExternalAttachment/bgp', f'{ACL}.seq', 9, 'AclSequenceReserved', 10),
    ('ExternalAttachment/bgp', f'{ACL}.seq', 20, 'AclSequenceRepeated', 21),
    ('ExternalAttachment/bgp', f'{ACL}.action', 'allow', 'AclWordUnknown', 'transit'),
    ('ExternalAttachment/bgp', f'{ACL}.srcPrefix', 'all', 'PrefixInvalid', '10.0.0.1/8'),
    ('ExternalAttachment/bgp', f'{ACL}.icmpCode', 0, 'AclFilterMisplaced', None),
    ('ExternalAttachment/bgp', f'{ACL}.protocol', 'udp', 'AclFilterMisplaced', 'tcp'),
    ('ExternalAttachment/bgp', f'{FLAGS}.established', True, 'AclFlagsContradict', False),
    ('ExternalAttachment/bgp', f'{FLAGS}.ack', True, 'AclFlagsContradict', False),
    ('ExternalAttachment/bgp', f'{ACL}.portRangeBegin', 91, 'AclPortsReversed', 90),
    ('ExternalAttachment/bgp', f'{ACL}.portRangeBegin', 0, 'AclPortsReversed', 1),
    ('IPv4Namespace/other', 'spec.subnets', ['10.0.0.0/8', '10.1.0.0/16'], 'PrefixesOverlap', []),
    ('IPv4Namespace/other', 'spec.subnets[0]', '10.0.0.0', 'PrefixInvalid', '10.0.0.1/16'),
    (
        'IPv4Namespace/other',
        'spec.subnets',
        [f'10.{n}.0.0/16' for n in range(11)],
        'NamespaceSubnetsTooMany',
        [f'10.{n}.0.0/16' for n in range(10)],
    ),
    (
        'VLANNamespace/other',
        'spec.ranges[0]',
        {'from': 9, 'to': 8},
        'VlanRangeInvalid',
        {'from': 9},
    ),
    ('VLANNamespace/other', 'spec.ranges[0]', {'to': 8}, 'VlanRangeInvalid', {'from': 1, 'to': 0}),
    ('VLANNamespace/other', 'spec.ranges[1].to', 4095, 'VlanRangeInvalid', 4094),
    ('VLANNamespace/other', 'spec.ranges[1].from', 2999, 'VlanRangesOverlap', 3001),
    ('Switch/leaf-1', 'spec.protocolIP', '172.30.8.1/31', 'HostPrefixExpected', GONE),
    ('Switch/leaf-1', 'spec.ip', '172.30.0.8', 'PrefixInvalid', '172.30.0.8/21'),
    ('Switch/spine-1', 'spec.vtepIP', '172.30.12.3/32', 'VtepOnSpine', ''),
    ('Switch/leaf-1', 'spec.redundancy.type', GONE, 'RedundancyIncomplete', 'eslag'),
    ('Switch/leaf-1', 'spec.redundancy.group', '', 'RedundancyIncomplete', 'x'),
    ('Switch/leaf-1', 'spec.redundancy.type', 'mclag', 'MclagDeprecated', 'eslag'),
    ('Switch/leaf-1', 'spec.groups[0]', '', 'GroupNameEmpty', 'x'),
    ('Switch/leaf-1', 'spec.portSpeeds."E1/1"', 'SPEED_25G', 'SpeedPrefixDropped', '10G'),
    ('Connection/eslag', 'spec', {'management': {}}, 'ConnectionTypeMissing', ONE_PORT),
    ('Connection/external', 'spec.external', None, 'ConnectionTypeMissing', ONE_PORT['external']),
    ('Connection/eslag', 'spec.fabric', {}, 'ConnectionTypesSeveral', None),
    ('Connection/eslag', 'spec', {'mclag': {'links': []}}, 'MclagDeprecated', ONE_PORT),
    ('Connection/eslag', f'{ESLAG}[0].switch.port', 'leaf-1', 'PortInvalid', 'leaf-1/E1/1/1'),
    ('Connection/eslag', f'{ESLAG}[0].switch', GONE, 'FieldRequired', {'port': 'leaf-1/E1'}),
    ('Connection/eslag', f'{ESLAG}[0].server.port', 'server-1/p2', 'PortRepeated', 'server-1/p3'),
    (
        'Connection/eslag',
        f'{ESLAG}[0].server.port',
        'server-2/p1',
        'DeviceCountWrong',
        'server-1/p',
    ),
    (
        'Connection/eslag',
        ESLAG,
        [link(f'server-1/p{n}', f'leaf-{n}/E1/1') for n in range(5)],
        'DeviceCountWrong',
        [link(f'server-1/p{n}', f'leaf-{n}/E1/1') for n in range(4)],
    ),
    (
        'Connection/bundled',
        'spec.bundled.links[0].switch.port',
        'leaf-2/E1/2',
        'DeviceCountWrong',
        'leaf-1/E1/4',
    ),
    ('Connection/bundled', 'spec.bundled.links', GONE, 'DeviceCountWrong', [link('a/b', 'c/d')]),
    (
        'Connection/fabric',
        'spec.fabric.links[1].leaf.port',
        'leaf-2/E1/50',
        'DeviceCountWrong',
        'leaf-1/E1/9',
    ),
    (
        'Connection/loopback',
        'spec.vpcLoopback.links[0].switch2.port',
        'leaf-2/E1/31',
        'DeviceCountWrong',
        'leaf-1/E1/30',
    ),
    ('Connection/fabric', 'spec.fabric.links[0].leaf.ip', GONE, 'LinkOneSided', '172.30.128.1/31'),
    (
        'Connection/fabric',
        'spec.fabric.links[0].spine.ip',
        '10.0.0.0/31',
        'LinkNetworksDiffer',
        '172.30.128.0/31',
    ),
    ('Connection/static', f'{STATIC}.nextHop', '172.31.0.5', 'NextHopOutside', '172.31.255.9'),
    ('Connection/static', f'{STATIC}.ip', GONE, 'FieldRequired', '172.31.255.1/29'),
    (
        'Connection/static',
        f'{STATIC}.subnets[1]',
        '0.0.0.0/0',
        'DefaultRouteNotAlone',
        '10.0.0.0/8',
    ),
    ('Connection/static', f'{STATIC}.subnets[1]', '192.168.1.9/24', 'PrefixHostBits', '10.0.0.0/8'),
    (
        'Connection/static',
        f'{STATIC}.subnets[1]',
        '192.168.0.0/16',
        'PrefixesOverlap',
        '10.0.0.0/8',
    ),
    ('Connection/static', f'{STATIC}.subnets[1]', 'all', 'PrefixInvalid', '10.0.0.0/8'),
    ('Connection/static', f'{STATIC}.subnets', ['0.0.0.0/0', 'x'], 'DefaultRouteNotAlone', []),
]


@pytest.mark.parametrize(
    ('ident', 'field', 'bad', 'code', 'fine'),
    CASES,
    ids=[f'{case[3]}-{case[0]}-{case[1]}' for case in CASES],
)
def test_a_rule_of_one_object(ident: str, field: str, bad: Any, code: str, fine: Any) -> None:
    assert alone(edited(ident, field, bad)) == {code}
    assert alone(edited(ident, field, fine)) == set()


def edited(ident: str, field: str, new: Any) -> Any:
    return changed(healthy(), {f'{ident} {field}': new})[ident]


def test_lengths_of_both_ends_are_judged() -> None:
    ends = {'spine': {'port': 'a/b', 'ip': '10.0.0.1/30'}, 'leaf': {'port': 'c/d'}}
    ends['leaf']['ip'] = '10.0.0.2/30'
    assert alone(edited('Connection/fabric', 'spec.fabric.links', [ends])) == {'LinkLengthWrong'}


def test_several_types_are_read_as_the_first() -> None:
    value = edited('Connection/eslag', 'spec.mclagDomain', {})
    assert alone(value) == {'ConnectionTypesSeveral', 'MclagDeprecated'}
