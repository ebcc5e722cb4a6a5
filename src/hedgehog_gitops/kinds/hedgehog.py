"""The Hedgehog kinds as data, after the CustomResourceDefinitions of July 2026.

Only `catalogue.py` reads this table. A new kind is a new row, never a new branch in code.
"""

from dataclasses import replace
from typing import TypedDict, Unpack

from .kind import ITSELF, MAP_KEYS, FilledField, Kind, ListKey, OldField, Reference, ReferenceForm
from .schemas import OLD_FIELDS, RELEASE, TABLES
from .structural import Schema

__all__ = ['GROUPS', 'HEDGEHOG_KINDS', 'RENAMED_KINDS']

WIRING = 'wiring.githedgehog.com'
VPC = 'vpc.githedgehog.com'
GATEWAY = 'gateway.githedgehog.com'
AGENT = 'agent.githedgehog.com'
DHCP = 'dhcp.githedgehog.com'
GATEWAY_INTERNAL = 'gwint.githedgehog.com'
FABRICATOR = 'fabricator.githedgehog.com'

GROUPS = (WIRING, VPC, GATEWAY, AGENT, DHCP, GATEWAY_INTERNAL, FABRICATOR)

RENAMED_KINDS = {(GATEWAY, 'Peering'): 'GatewayPeering'}

_SHORT_NAME = 11

_SERVER_SWITCH = ('bundled', 'mclag', 'eslag')


_DEVICES = {'server': 'Server', 'gateway': 'Gateway'}


def _ports(*fields: str) -> tuple[Reference, ...]:
    return tuple(
        Reference(
            f'spec.{field}.port',
            (_DEVICES.get(field.rpartition('.')[2], 'Switch'),),
            ReferenceForm.DEVICE_PORT,
        )
        for field in fields
    )


_CONNECTION_REFERENCES = (
    *_ports('unbundled.link.server', 'unbundled.link.switch'),
    *_ports(
        *(f'{kind}.links[].{side}' for kind in _SERVER_SWITCH for side in ('server', 'switch'))
    ),
    *_ports(
        *(
            f'mclagDomain.{links}[].{side}'
            for links in ('peerLinks', 'sessionLinks')
            for side in ('switch1', 'switch2')
        )
    ),
    *_ports('fabric.links[].spine', 'fabric.links[].leaf'),
    *_ports('mesh.links[].leaf1', 'mesh.links[].leaf2'),
    *_ports('gateway.links[].switch', 'gateway.links[].gateway'),
    *_ports('vpcLoopback.links[].switch1', 'vpcLoopback.links[].switch2'),
    *_ports('external.link.switch', 'staticExternal.link.switch'),
    Reference('spec.staticExternal.withinVPC', ('VPC',)),
)

_CONNECTION_LIST_KEYS = (
    *(ListKey(f'spec.{kind}.links', ('server.port',)) for kind in _SERVER_SWITCH),
    ListKey('spec.mclagDomain.peerLinks', ('switch1.port',)),
    ListKey('spec.mclagDomain.sessionLinks', ('switch1.port',)),
    ListKey('spec.fabric.links', ('spine.port', 'leaf.port')),
    ListKey('spec.mesh.links', ('leaf1.port',)),
    ListKey('spec.gateway.links', ('switch.port',)),
    ListKey('spec.vpcLoopback.links', ('switch1.port',)),
    ListKey('spec.staticExternal.link.switch.subnets', (ITSELF,)),
)


class _Details(TypedDict, total=False):
    """What a row may say beyond the name of its kind."""

    plural: str
    name_limit: int
    references: tuple[Reference, ...]
    list_keys: tuple[ListKey, ...]
    sorted_lists: tuple[str, ...]
    filled_fields: tuple[FilledField, ...]
    older_versions: tuple[str, ...]


def _main(group: str, kind: str, **details: Unpack[_Details]) -> Kind:
    details.setdefault('older_versions', ('v1alpha2', 'v1alpha1'))
    return replace(_newer(group, 'v1beta1', kind, **details), main=True)


def _newer(group: str, version: str, kind: str, **details: Unpack[_Details]) -> Kind:
    details.setdefault('plural', f'{kind.lower()}s')
    return Kind(
        group,
        version,
        kind,
        managed=True,
        main=False,
        old_fields=tuple(OldField(*row) for row in OLD_FIELDS.get(kind, ())),
        schema=Schema(TABLES[kind], 'built-in tables', RELEASE),
        **details,
    )


def _internal(group: str, version: str, kind: str) -> Kind:
    return Kind(group, version, kind, f'{kind.lower()}s', managed=False, main=False)


_MAIN = (
    _main(
        WIRING,
        'Connection',
        references=_CONNECTION_REFERENCES,
        list_keys=_CONNECTION_LIST_KEYS,
    ),
    _main(
        VPC,
        'ExternalAttachment',
        references=(
            Reference('spec.external', ('External',)),
            Reference('spec.connection', ('Connection',)),
        ),
        list_keys=(ListKey('spec.inboundACL.statements', ('seq',)),),
        filled_fields=(
            FilledField('spec.switch', when='spec.static'),
            FilledField('spec.neighbor', when='spec.static'),
        ),
    ),
    _main(
        VPC,
        'ExternalPeering',
        references=(
            Reference('spec.permit.vpc.name', ('VPC',)),
            Reference('spec.permit.external.name', ('External',)),
        ),
        list_keys=(ListKey('spec.permit.external.prefixes', ('prefix',)),),
        sorted_lists=('spec.permit.vpc.subnets', 'spec.permit.external.prefixes'),
    ),
    _main(
        VPC,
        'External',
        name_limit=_SHORT_NAME,
        references=(Reference('spec.ipv4Namespace', ('IPv4Namespace',), fallback='default'),),
    ),
    _main(
        VPC,
        'IPv4Namespace',
        name_limit=_SHORT_NAME,
        sorted_lists=('spec.subnets',),
    ),
    _main(
        WIRING,
        'Server',
    ),
    _main(
        WIRING,
        'Switch',
        plural='switches',
        references=(
            Reference('spec.groups[]', ('SwitchGroup',)),
            Reference('spec.redundancy.group', ('SwitchGroup',)),
            Reference('spec.vlanNamespaces[]', ('VLANNamespace',), fallback='default'),
            Reference('spec.profile', ('SwitchProfile',)),
        ),
        sorted_lists=('spec.groups', 'spec.vlanNamespaces'),
    ),
    _main(
        WIRING,
        'SwitchGroup',
    ),
    _main(
        WIRING,
        'VLANNamespace',
        list_keys=(ListKey('spec.ranges', ('from',)),),
    ),
    _main(
        VPC,
        'VPCAttachment',
        references=(
            Reference('spec.subnet', ('VPC',), ReferenceForm.OWNER_PART),
            Reference('spec.connection', ('Connection',)),
        ),
    ),
    _main(
        VPC,
        'VPCPeering',
        references=(Reference('spec.permit[]', ('VPC',), ReferenceForm.MAP_KEY),),
        list_keys=(ListKey('spec.permit', (MAP_KEYS,)),),
    ),
    _main(
        VPC,
        'VPC',
        name_limit=_SHORT_NAME,
        references=(
            Reference('spec.ipv4Namespace', ('IPv4Namespace',), fallback='default'),
            Reference('spec.vlanNamespace', ('VLANNamespace',), fallback='default'),
            Reference('spec.subnets{}.dhcp.relayVPC', ('VPC',)),
        ),
        list_keys=(
            ListKey('spec.permit', (ITSELF,)),
            ListKey('spec.staticRoutes', ('prefix',)),
        ),
        sorted_lists=(
            'spec.subnets{}.dhcp.options.dnsServers',
            'spec.subnets{}.dhcp.options.timeServers',
            'spec.subnets{}.dhcp.options.advertisedRoutes',
        ),
        filled_fields=(
            FilledField('spec.subnets{}.dhcp.options.leaseTimeSeconds', value=3600),
            FilledField('spec.subnets{}.dhcp.options.interfaceMTU', value=9036),
        ),
    ),
)


_NEWER = (
    _newer(WIRING, 'v1beta1', 'SwitchProfile'),
    _newer(
        WIRING,
        'v1beta1',
        'ServerProfile',
        list_keys=(ListKey('spec.nics', ('name',)), ListKey('spec.nics[].ports', ('name',))),
    ),
    _newer(
        GATEWAY,
        'v1alpha1',
        'Gateway',
        references=(Reference('spec.groups[].name', ('GatewayGroup',), fallback='default'),),
        list_keys=(ListKey('spec.groups', ('name',)), ListKey('spec.neighbors', ('ip',))),
    ),
    _newer(GATEWAY, 'v1alpha1', 'GatewayGroup'),
    _newer(
        GATEWAY,
        'v1alpha1',
        'GatewayPeering',
        references=(
            Reference('spec.peering', ('VPC',), ReferenceForm.MAP_KEY),
            Reference('spec.peering', ('External',), ReferenceForm.PREFIXED_MAP_KEY),
            Reference('spec.gatewayGroup', ('GatewayGroup',), fallback='default'),
        ),
    ),
)

_INTERNAL = (
    _internal(GATEWAY, 'v1alpha1', 'VPCInfo'),
    _internal(AGENT, 'v1beta1', 'Agent'),
    _internal(AGENT, 'v1beta1', 'Catalog'),
    _internal(DHCP, 'v1beta1', 'DHCPSubnet'),
    _internal(GATEWAY_INTERNAL, 'v1alpha1', 'GatewayAgent'),
    _internal(FABRICATOR, 'v1beta1', 'Fabricator'),
    _internal(FABRICATOR, 'v1beta1', 'ControlNode'),
    _internal(FABRICATOR, 'v1beta1', 'FabNode'),
)

HEDGEHOG_KINDS = (*_MAIN, *_NEWER, *_INTERNAL)
