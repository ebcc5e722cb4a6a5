"""What must fit for a VPCAttachment: the subnet, the connection, its switches, its neighbours.

A VPC, connection or switch that does not exist is told of by `dangling.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ...documents import Value
from ..problem import Problem
from .fabric import DEFAULT, Fabric, FabricObject, Place, Wired, namespace_of
from .reading import mapping, text, texts, within
from .saying import error
from .subnet_names import missing_subnet

__all__ = ['attachments_across']

_SUBNET = ('spec', 'subnet')
_CONNECTION = ('spec', 'connection')
_ATTACHABLE = ('unbundled', 'bundled', 'eslag')


@dataclass(frozen=True, slots=True)
class _Attached:
    """What an attachment joins; only objects that exist, and a subnet that is known."""

    spec: dict[str, Value]
    vpc: FabricObject
    subnet: dict[str, Value]
    wired: Wired
    switches: list[FabricObject]


def attachments_across(fabric: Fabric) -> Iterator[Place]:
    """Problems of VPCAttachments with what they attach, and with one another."""
    taken: dict[tuple[str, str], FabricObject] = {}
    native: dict[str, FabricObject] = {}
    for thing in fabric.each('VPCAttachment'):
        vpc, _, part = text(thing.spec.get('subnet')).partition('/')
        subnet, connection = part or DEFAULT, text(thing.spec.get('connection'))
        for problem in _fit(thing.spec, fabric, (vpc, subnet), connection):
            yield thing, problem
        if vpc and connection:
            yield from _twice(thing, f'{vpc}/{subnet}', connection, taken)
            yield from _native(thing, connection, native)


def _fit(
    spec: dict[str, Value], fabric: Fabric, subnet: tuple[str, str], connection: str
) -> Iterator[Problem]:
    vpc, wired = fabric.find('VPC', subnet[0]), fabric.connections.get(connection)
    if vpc and (problem := missing_subnet(vpc, subnet[1], _SUBNET)):
        yield problem
    if wired is None or not wired.type:
        return
    if wired.type not in _ATTACHABLE:
        yield _wrong_type(wired)
    elif vpc:
        config = mapping(within(vpc.spec, 'subnets', subnet[1]))
        yield from _misfits(_Attached(spec, vpc, config, wired, fabric.switches_of(wired)))


def _wrong_type(wired: Wired) -> Problem:
    message = f'{wired.thing} is of type {wired.type}; VPCs attach to {", ".join(_ATTACHABLE)}'
    return error('ConnectionTypeWrong', message, _CONNECTION)


def _misfits(attached: _Attached) -> Iterator[Problem]:
    yield from _mode(attached)
    if attached.subnet.get('hostBGP') is True:
        yield from _host_bgp(attached)
    namespace = namespace_of(attached.vpc, 'vlanNamespace')
    for switch in attached.switches:
        if namespace and namespace not in (texts(switch.spec.get('vlanNamespaces')) or [DEFAULT]):
            message = f'{switch} does not carry VLANNamespace {namespace} of {attached.vpc}'
            suggestion = f'add {namespace} to spec.vlanNamespaces of {switch}'
            yield error('VlanNamespaceNotOnSwitch', message, _CONNECTION, suggestion)


def _mode(attached: _Attached) -> Iterator[Problem]:
    mode = text(attached.vpc.spec.get('mode'))
    if mode and attached.wired.type == 'eslag':
        message = f'{attached.vpc} has mode {mode}, which does not work on ESLAG connections'
        yield error('ModeNotOnEslag', message, _CONNECTION)


def _host_bgp(attached: _Attached) -> Iterator[Problem]:
    if attached.wired.type != 'unbundled':
        message = f'a hostBGP subnet attaches to unbundled only, not to {attached.wired.type}'
        yield error('HostBgpNotUnbundled', message, _CONNECTION)
    if attached.spec.get('nativeVLAN') is True:
        message = 'a hostBGP subnet has no native VLAN; leave the VLAN of the subnet out instead'
        yield error('HostBgpNativeVlan', message, ('spec', 'nativeVLAN'))
    for switch in attached.switches:
        if within(switch.spec, 'redundancy', 'type') == 'mclag':
            message = f'{switch} is an MCLAG peer, where no hostBGP subnet attaches'
            yield error('HostBgpOnMclag', message, _CONNECTION)


def _twice(
    thing: FabricObject,
    subnet: str,
    connection: str,
    taken: dict[tuple[str, str], FabricObject],
) -> Iterator[Place]:
    first = taken.setdefault((subnet, connection), thing)
    if first is not thing:
        message = f'{subnet} is already attached to {connection} by {first}'
        yield thing, error('SubnetAttachedTwice', message, _SUBNET)


def _native(
    thing: FabricObject, connection: str, native: dict[str, FabricObject]
) -> Iterator[Place]:
    if thing.spec.get('nativeVLAN') is not True:
        return
    first = native.setdefault(connection, thing)
    if first is not thing:
        message = f'{connection} already has a native VLAN by {first}'
        yield thing, error('NativeVlanTaken', message, ('spec', 'nativeVLAN'))
