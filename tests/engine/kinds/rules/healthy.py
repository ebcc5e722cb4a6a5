"""A small fabric with every kind that has rules, about which nothing is said."""

from copy import deepcopy
from typing import Any

from hedgehog_gitops.documents import parse_field_path, read, set_field, unset_field
from hedgehog_gitops.kinds import CATALOGUE, identify
from hedgehog_gitops.kinds.rules import FabricObject, fabric_problems, object_problems

__all__ = ['GONE', 'Objects', 'across', 'alone', 'changed', 'codes', 'healthy', 'thing']

GONE: Any = object()
"""As the new value of a field: the field is left out."""

type Objects = dict[str, Any]

WIRING = 'wiring.githedgehog.com/v1beta1'
VPC = 'vpc.githedgehog.com/v1beta1'
GATEWAY = 'gateway.githedgehog.com/v1alpha1'

TEXT = """
VLANNamespace/default: {ranges: [{from: 1000, to: 1999}]}
VLANNamespace/other: {ranges: [{from: 2000, to: 2999}, {from: 3000}]}
IPv4Namespace/default: {subnets: [10.0.0.0/16, 10.2.0.0/16]}
IPv4Namespace/other: {subnets: [10.0.0.0/16]}
SwitchGroup/eslag-1: {}
SwitchGroup/eslag-2: {}
Switch/leaf-1:
  {role: server-leaf, groups: [eslag-1], redundancy: {group: eslag-1, type: eslag}, asn: 65101,
   ip: 172.30.0.8/21, protocolIP: 172.30.8.1/32, vtepIP: 172.30.12.1/32,
   vlanNamespaces: [default, other], portSpeeds: {E1/1: 25G}}
Switch/leaf-2:
  {role: server-leaf, groups: [eslag-1], redundancy: {group: eslag-1, type: eslag}, asn: 65102,
   ip: 172.30.0.9/21, protocolIP: 172.30.8.2/32, vtepIP: 172.30.12.2/32}
Switch/leaf-3:
  {role: border-leaf, groups: [eslag-2], redundancy: {group: eslag-2, type: eslag}, asn: 65103}
Switch/spine-1: {role: spine, asn: 65100, ip: 172.30.0.10/21}
Server/server-1: {}
Server/server-2: {}
Gateway/gw-1:
  {protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, groups: [{name: default, priority: 0}]}
Connection/eslag:
  {eslag: {links: [{server: {port: server-1/p1}, switch: {port: leaf-1/E1/1}},
                   {server: {port: server-1/p2}, switch: {port: leaf-2/E1/1}}]}}
Connection/bundled:
  {bundled: {links: [{server: {port: server-2/p1}, switch: {port: leaf-1/E1/2}},
                     {server: {port: server-2/p2}, switch: {port: leaf-1/E1/3}}]}}
Connection/unbundled:
  {unbundled: {link: {server: {port: server-2/p3}, switch: {port: leaf-2/E1/2}}}}
Connection/fabric:
  {fabric: {links: [{spine: {port: spine-1/E1/1, ip: 172.30.128.0/31},
                     leaf: {port: leaf-1/E1/49, ip: 172.30.128.1/31}},
                    {spine: {port: spine-1/E1/2}, leaf: {port: leaf-1/E1/50}}]}}
Connection/mesh:
  {mesh: {links: [{leaf1: {port: leaf-1/E1/51, ip: 172.30.128.2/31},
                   leaf2: {port: leaf-2/E1/51, ip: 172.30.128.3/31}}]}}
Connection/gateway:
  {gateway: {links: [{switch: {port: spine-1/E1/9}, gateway: {port: gw-1/enp2s1}}]}}
Connection/loopback:
  {vpcLoopback: {links: [{switch1: {port: leaf-1/E1/31}, switch2: {port: leaf-1/E1/32}}]}}
Connection/external: {external: {link: {switch: {port: leaf-3/E1/1}}}}
Connection/static:
  {staticExternal: {withinVPC: vpc-1, link: {switch: {port: leaf-3/E1/2, ip: 172.31.255.1/24,
   nextHop: 172.31.255.5, subnets: [192.168.0.0/24, 192.168.1.0/24]}}}}
VPC/vpc-1:
  subnets:
    default:
      subnet: 10.0.1.0/24
      gateway: 10.0.1.1
      vlan: 1001
      dhcp:
        enable: true
        range: {start: 10.0.1.10, end: 10.0.1.99}
        options:
          dnsServers: [10.0.1.2]
          interfaceMTU: 1500
          leaseTimeSeconds: 60
          advertisedRoutes: [{destination: 10.9.0.0/16, gateway: 10.0.1.3}]
        static: {"0c:20:12:fe:01:02": {ip: 10.0.1.100}, "0c:20:12:fe:01:03": {ip: 10.0.1.101}}
    relayed: {subnet: 10.0.2.0/24, vlan: 1002, dhcp: {relay: 10.99.0.5/24, relayVPC: vpc-2}}
    plain: {subnet: 10.0.3.0/24, vlan: 1003}
  permit: [[default, relayed], [relayed, plain]]
  staticRoutes: [{prefix: 10.42.0.0/24, nextHops: [10.0.1.4]}]
VPC/vpc-2: {subnets: {default: {subnet: 10.0.4.0/24, vlan: 1004}}}
VPC/vpc-3:
  {mode: l3vni, ipv4Namespace: other, vlanNamespace: other,
   subnets: {default: {subnet: 10.0.4.0/24, vlan: 2001}, bgp: {subnet: 10.0.5.0/24, hostBGP: true}}}
VPCAttachment/one: {subnet: vpc-1/default, connection: eslag}
VPCAttachment/two: {subnet: vpc-2/default, connection: eslag, nativeVLAN: true}
VPCAttachment/three: {subnet: vpc-1/default, connection: unbundled, nativeVLAN: true}
VPCAttachment/four: {subnet: vpc-3/default, connection: bundled}
VPCPeering/peering:
  {permit: [{vpc-1: {subnets: [default]}, vpc-2: {}}, {vpc-1: {subnets: [plain]}, vpc-2: {}}]}
External/bgp: {inboundCommunity: "65102:5000", outboundCommunity: "50000:50001"}
External/fixed: {static: {prefixes: [0.0.0.0/1, 128.0.0.0/1]}}
ExternalAttachment/bgp:
  external: bgp
  connection: external
  switch: {ip: 100.1.10.1/24, vlan: 100}
  neighbor: {asn: 64102, ip: 100.1.10.6}
  inboundACL:
    statements:
      - {seq: 10, action: permit, protocol: tcp, srcPrefix: any, dstPrefix: 10.0.0.0/8,
         portRangeBegin: 80, portRangeEnd: 90, tcpFilters: {syn: true, notAck: true}}
      - {seq: 20, action: deny, protocol: icmp, srcPrefix: any, dstPrefix: any, icmpType: 8}
ExternalAttachment/fixed:
  {external: fixed, connection: external, switch: {}, neighbor: {},
   static: {remoteIP: 100.1.11.2, ip: 100.1.11.1/31, vlan: 101}}
ExternalPeering/out:
  {permit: {vpc: {name: vpc-1, subnets: [default]},
            external: {name: bgp, prefixes: [{prefix: 0.0.0.0/0}]}}}
GatewayPeering/through:
  peering:
    vpc-2: {expose: [{ips: [{cidr: 10.0.4.0/25}, {vpcSubnet: default}]}]}
    vpc-3:
      expose: [{ips: [{vpcSubnet: default}], as: [{cidr: 192.168.5.0/24}], nat: {static: {}}}]
GatewayPeering/outwards:
  peering:
    vpc-2: {expose: [{ips: [{vpcSubnet: default}]}]}
    ext.fixed: {expose: [{default: true}]}
"""


def thing(ident: str, spec: Any) -> dict[str, Any]:
    """The document of an object named `Kind/name`."""
    kind, _, name = ident.partition('/')
    row = CATALOGUE.by_kind(kind)
    assert row
    return {'apiVersion': row.api_version, 'kind': kind, 'metadata': {'name': name}, 'spec': spec}


def healthy() -> Objects:
    """Its documents by `Kind/name`; made anew, so that they may be changed."""
    (document,) = read(TEXT.encode()).documents
    assert isinstance(document.value, dict), document.findings
    return {ident: thing(ident, deepcopy(spec)) for ident, spec in document.value.items()}


def changed(objects: Objects, edits: dict[str, Any]) -> Objects:
    """The same objects with fields changed; keys are `Kind/name` or `Kind/name field.path`."""
    result = dict(objects)
    for target, new in edits.items():
        ident, _, field = target.partition(' ')
        if not field:
            result.pop(ident) if new is GONE else result.update({ident: thing(ident, new)})
        elif new is GONE:
            result[ident] = unset_field(result[ident], parse_field_path(field))
        else:
            result[ident] = set_field(result[ident], parse_field_path(field), new)
    return result


def found(value: Any) -> FabricObject:
    """The object a document is."""
    identified = identify(value)
    assert identified.key and identified.kind, identified.finding
    return FabricObject(identified.key, value, identified.kind)


def alone(value: Any) -> set[str]:
    """The codes said about one document alone."""
    one = found(value)
    return {problem.code for problem in object_problems(one.key, one.value, one.kind)}


def across(objects: Objects) -> set[tuple[str, str]]:
    """`Kind/name` and code of what is said about a fabric."""
    things = [found(value) for value in objects.values()]
    return {
        (f'{one.key.kind}/{one.key.name}', problem.code)
        for one, problem in fabric_problems(things, CATALOGUE)
    }


def codes(objects: Objects) -> set[str]:
    """All codes said about objects, alone or together."""
    return {code for value in objects.values() for code in alone(value)} | {
        code for _, code in across(objects)
    }
