"""One good object of each kind, and what is said when it is spoilt in one place."""

from copy import deepcopy
from typing import Any

import pytest

from hedgehog_gitops.documents import parse_field_path, set_field
from hedgehog_gitops.kinds import CATALOGUE, schema_problems

GOOD: dict[str, dict[str, Any]] = {
    'Connection': {
        'fabric': {
            'links': [
                {
                    'spine': {'port': 'spine-1/E1/1', 'ip': '10.30.0.0/31'},
                    'leaf': {'port': 'leaf-1/E1/1', 'ip': '10.30.0.1/31'},
                }
            ]
        }
    },
    'External': {'ipv4Namespace': 'default', 'inboundCommunity': '65102:1000'},
    'ExternalAttachment': {
        'external': 'isp',
        'connection': 'leaf-1--external',
        'switch': {'ip': '10.9.0.1/24', 'vlan': 100},
        'neighbor': {'asn': 65102, 'ip': '10.9.0.2'},
        'inboundACL': {
            'statements': [
                {
                    'seq': 10,
                    'action': 'permit',
                    'protocol': 'tcp',
                    'srcPrefix': '0.0.0.0/0',
                    'dstPrefix': '10.0.0.0/24',
                    'tcpFilters': {'established': True, 'notSyn': True},
                }
            ]
        },
    },
    'ExternalPeering': {
        'permit': {
            'vpc': {'name': 'vpc-1', 'subnets': ['default']},
            'external': {'name': 'isp', 'prefixes': [{'prefix': '0.0.0.0/0'}]},
        }
    },
    'Gateway': {
        'asn': 65010,
        'groups': [{'name': 'default', 'priority': 1}],
        'interfaces': {'eth0': {'ips': ['10.1.0.1/31'], 'mtu': 1500}},
        'neighbors': [{'asn': 65100, 'ip': '10.1.0.0', 'source': 'eth0'}],
        'logs': {'default': 'info', 'tags': {'nat': 'debug'}, 'rateLimit': {'burst': 0}},
    },
    'GatewayGroup': {},
    'GatewayPeering': {
        'gatewayGroup': 'default',
        'acl': {'default': 'deny', 'rules': [{'action': 'allow', 'from': 'vpc-1', 'to': 'vpc-2'}]},
        'peering': {
            'vpc-1': {
                'expose': [{'ips': [{'cidr': '10.0.0.0/24'}], 'as': [{'cidr': '1.0.0.0/24'}]}]
            },
            'vpc-2': {'expose': [{'default': True, 'nat': {'masquerade': {'idleTimeout': '2m'}}}]},
        },
    },
    'IPv4Namespace': {'subnets': ['10.0.0.0/16']},
    'Server': {'description': 'with two cards'},
    'ServerProfile': {'nics': [{'name': 'nic1', 'ports': [{'name': 'p1'}]}]},
    'Switch': {
        'role': 'server-leaf',
        'profile': 'vs',
        'boot': {'mac': '0c:20:12:fe:01:01'},
        'groups': ['mclag-1'],
        'redundancy': {'group': 'mclag-1', 'type': 'mclag'},
        'portBreakouts': {'E1/1': '4x25G'},
        'portAutoNegs': {'E1/2': True},
        'portFECs': {'E1/3': 'rs'},
        'linkFlapErrDisable': {'flapThreshold': 50, 'recoveryInterval': 0},
        'ecmp': {'roceQPN': True},
    },
    'SwitchGroup': {},
    'SwitchProfile': {
        'displayName': 'Some Switch',
        'features': {'acls': True},
        'ports': {'E1/1': {'nos': 'Ethernet0', 'profile': 'SFP28'}},
        'portProfiles': {
            'SFP28': {
                'speed': {'default': '25G', 'supported': ['10G', '25G']},
                'breakout': {'default': '1x25G', 'supported': {'1x25G': {'offsets': ['0']}}},
            }
        },
    },
    'VLANNamespace': {'ranges': [{'from': 1000, 'to': 2999}]},
    'VPC': {
        'ipv4Namespace': 'default',
        'subnets': {
            'default': {
                'subnet': '10.0.1.0/24',
                'vlan': 1001,
                'dhcp': {
                    'enable': True,
                    'range': {'start': '10.0.1.10'},
                    'options': {'leaseTimeSeconds': 3600, 'interfaceMTU': 9036},
                    'static': {'0c:20:12:fe:01:01': {'ip': '10.0.1.9'}},
                },
            }
        },
        'permit': [['default', 'other']],
        'staticRoutes': [{'prefix': '10.5.0.0/24', 'nextHops': ['10.0.1.2']}],
    },
    'VPCAttachment': {'subnet': 'vpc-1/default', 'connection': 'server-1', 'nativeVLAN': True},
    'VPCPeering': {'permit': [{'vpc-1': {'subnets': ['default']}, 'vpc-2': {}}]},
}

SPOILT = [
    ('Connection', 'spec.fabric.links[0].leaf.ip', '10.30.0.1', 'PatternMismatch'),
    ('Connection', 'spec.fabric.links', [], 'TooFewItems'),
    ('Connection', 'spec.mclag', {'links': [{}]}, 'TooFewItems'),
    ('Connection', 'spec.unbundled', {'link': {}, 'mtu': '9036'}, 'WrongType'),
    ('External', 'spec.inboundCommunity', 65102, 'WrongType'),
    ('External', 'spec.static', {'prefixes': '0.0.0.0/0'}, 'WrongType'),
    ('ExternalAttachment', 'spec.neighbor', None, 'FieldMissing'),
    ('ExternalAttachment', 'spec.inboundACL.statements[0].seq', None, 'FieldMissing'),
    ('ExternalPeering', 'spec.permit.external.prefixes', ['0.0.0.0/0'], 'WrongType'),
    ('ExternalPeering', 'spec.permit.vpc.subnet', 'a', 'UnknownField'),
    ('Gateway', 'spec.logs.rateLimit.burst', -1, 'OutOfRange'),
    ('Gateway', 'spec.groups', ['default'], 'WrongType'),
    ('GatewayGroup', 'spec.anything', 1, 'UnknownField'),
    ('GatewayGroup', 'metadata', None, 'FieldMissing'),
    ('GatewayPeering', 'spec.acl.default', 'allow', 'ValueNotAllowed'),
    ('GatewayPeering', 'spec.acl.rules[0].action', None, 'FieldMissing'),
    ('IPv4Namespace', 'spec.subnets', [], 'TooFewItems'),
    ('IPv4Namespace', 'spec.subnets[0]', {'cidr': '10.0.0.0/16'}, 'WrongType'),
    ('Server', 'spec.description', ['a'], 'WrongType'),
    ('Server', 'spec.nics', [], 'UnknownField'),
    ('ServerProfile', 'spec.nics[0].ports', {}, 'WrongType'),
    ('ServerProfile', 'spec.nics[0].label', 'a', 'UnknownField'),
    ('Switch', 'spec.role', 'core', 'ValueNotAllowed'),
    ('Switch', 'spec.redundancy.type', '', 'ValueNotAllowed'),
    ('Switch', 'spec.linkFlapErrDisable.flapThreshold', 0, 'OutOfRange'),
    ('Switch', 'spec.portFECs."E1/3"', 'none', 'ValueNotAllowed'),
    ('SwitchGroup', 'spec.members', [], 'UnknownField'),
    ('SwitchProfile', 'spec.features.acls', 'yes', 'WrongType'),
    ('SwitchProfile', 'spec.portProfiles.SFP28.speed.supported', '25G', 'WrongType'),
    ('VLANNamespace', 'spec.ranges[0].from', '1000', 'WrongType'),
    ('VLANNamespace', 'spec.ranges', [{}] * 21, 'TooManyItems'),
    ('VPC', 'spec.subnets.default.vlan', '1001', 'WrongType'),
    ('VPC', 'spec.permit', ['default'], 'WrongType'),
    ('VPC', 'spec.subnets.default.cidr', '10.0.1.0/24', 'UnknownField'),
    ('VPCAttachment', 'spec.nativeVLAN', 'true', 'WrongType'),
    ('VPCAttachment', 'spec.vpc', 'vpc-1', 'UnknownField'),
    ('VPCPeering', 'spec.permit', [], 'TooFewItems'),
    ('VPCPeering', 'spec.permit[0].vpc-1.subnets', [], 'TooFewItems'),
]


def good(name: str) -> dict[str, Any]:
    kind = CATALOGUE.by_kind(name)
    assert kind is not None
    value = {'apiVersion': kind.api_version, 'kind': name, 'metadata': {'name': 'a'}}
    return {**value, 'spec': deepcopy(GOOD[name])}


def test_every_kind_with_a_table_is_here() -> None:
    tabled = {kind.kind for kind in CATALOGUE.kinds if kind.schema}
    assert tabled == GOOD.keys() == {name for name, *_ in SPOILT}


@pytest.mark.parametrize('name', GOOD)
def test_a_good_object_is_accepted_on_the_fast_path(name: str) -> None:
    kind = CATALOGUE.by_kind(name)
    assert kind and kind.schema
    assert kind.schema.accepts(good(name))
    assert schema_problems(good(name), kind) == ()


@pytest.mark.parametrize(('name', 'place', 'value', 'code'), SPOILT)
def test_a_spoilt_object_is_told_where(name: str, place: str, value: Any, code: str) -> None:
    kind = CATALOGUE.by_kind(name)
    assert kind is not None
    path = parse_field_path(place)
    (problem, *further) = schema_problems(set_field(good(name), path, value), kind)
    assert not further
    assert problem.code == code
    assert problem.path[: len(path)] == path
