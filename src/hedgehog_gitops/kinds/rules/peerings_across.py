"""What must fit for peerings: one namespace on both sides, subnets that exist, one per pair."""

from collections.abc import Iterator

from ...documents import FieldPath, Value
from ..references import EXTERNAL_PREFIX
from .addresses import Prefix, prefix_of
from .fabric import Fabric, FabricObject, Place, namespace_of
from .reading import items, mapping, text, within
from .saying import error
from .subnet_names import missing_subnet

__all__ = [
    'external_peerings_across',
    'gateway_peerings_across',
    'pairs_across',
    'vpc_peerings_across',
]

_PERMIT: FieldPath = ('spec', 'permit')
_CALLED = {'ipv4Namespace': 'IPv4Namespace', 'vlanNamespace': 'VLANNamespace'}


def vpc_peerings_across(fabric: Fabric) -> Iterator[Place]:
    """Problems of VPCPeerings with their VPCs."""
    for thing in fabric.each('VPCPeering'):
        permit = items(thing.spec.get('permit'))
        first = mapping(permit[0] if permit else None)
        pair = [vpc for name in first if (vpc := fabric.find('VPC', name))]
        if len(pair) == 2:
            for field in _CALLED:
                yield from _differ(thing, (pair[0], pair[1]), field, _PERMIT)
        for index, entry in enumerate(permit):
            for name, side in mapping(entry).items():
                path = (*_PERMIT, index, name, 'subnets')
                yield from _subnets(thing, fabric.find('VPC', name), mapping(side), path)


def external_peerings_across(fabric: Fabric) -> Iterator[Place]:
    """Problems of ExternalPeerings with their VPC and External."""
    for thing in fabric.each('ExternalPeering'):
        side = mapping(within(thing.spec, 'permit', 'vpc'))
        vpc = fabric.find('VPC', text(side.get('name')))
        external = fabric.find('External', text(within(thing.spec, 'permit', 'external', 'name')))
        if vpc and external:
            yield from _differ(thing, (vpc, external), 'ipv4Namespace', _PERMIT)
        yield from _subnets(thing, vpc, side, (*_PERMIT, 'vpc', 'subnets'))


def gateway_peerings_across(fabric: Fabric) -> Iterator[Place]:
    """Problems of what GatewayPeerings expose of their VPCs."""
    for thing in fabric.each('GatewayPeering'):
        for name, side in mapping(thing.spec.get('peering')).items():
            vpc = fabric.find('VPC', name)
            if vpc is None:
                continue
            for index, expose in enumerate(items(mapping(side).get('expose'))):
                path = ('spec', 'peering', name, 'expose', index, 'ips')
                for place, block in enumerate(items(mapping(expose).get('ips'))):
                    yield from _exposed(thing, vpc, mapping(block), (*path, place), fabric)


def pairs_across(fabric: Fabric) -> Iterator[Place]:
    """A second peering between the same two, of whatever kind."""
    taken: dict[frozenset[str], FabricObject] = {}
    for kind in ('VPCPeering', 'ExternalPeering', 'GatewayPeering'):
        for thing in fabric.each(kind):
            pair = _pair(thing)
            first = taken.setdefault(pair, thing) if len(pair) == 2 else thing
            if first is not thing:
                message = f'{" and ".join(sorted(pair))} already peer by {first}'
                yield thing, error('PeeringRepeated', message, ('spec',))


def _pair(thing: FabricObject) -> frozenset[str]:
    if thing.kind.kind == 'GatewayPeering':
        return frozenset(mapping(thing.spec.get('peering')))
    if thing.kind.kind == 'VPCPeering':
        return frozenset(
            name for entry in items(thing.spec.get('permit')) for name in mapping(entry)
        )
    vpc, external = (
        text(within(thing.spec, 'permit', side, 'name')) for side in ('vpc', 'external')
    )
    return frozenset((vpc, EXTERNAL_PREFIX + external)) if vpc and external else frozenset()


def _differ(
    thing: FabricObject, pair: tuple[FabricObject, FabricObject], field: str, path: FieldPath
) -> Iterator[Place]:
    one, other = (namespace_of(side, field) for side in pair)
    if one and other and one != other:
        message = f'{pair[0]} is in {_CALLED[field]} {one} and {pair[1]} in {other}'
        yield thing, error('PeeringNamespacesDiffer', message, path)


def _subnets(
    thing: FabricObject, vpc: FabricObject | None, side: dict[str, Value], path: FieldPath
) -> Iterator[Place]:
    names = side.get('subnets')
    if vpc is None or not isinstance(names, list):
        return
    for index, name in enumerate(names):
        if isinstance(name, str) and (problem := missing_subnet(vpc, name, (*path, index))):
            yield thing, problem


def _exposed(
    thing: FabricObject,
    vpc: FabricObject,
    block: dict[str, Value],
    path: FieldPath,
    fabric: Fabric,
) -> Iterator[Place]:
    name, cidr = block.get('vpcSubnet'), block.get('cidr')
    if (
        isinstance(name, str)
        and name
        and (problem := missing_subnet(vpc, name, (*path, 'vpcSubnet')))
    ):
        yield thing, problem
    prefix = prefix_of(cidr) if isinstance(cidr, str) else None
    if prefix and not _within(prefix, vpc, fabric):
        message = f'{prefix} is not in a subnet of {vpc}'
        yield thing, error('ExposeOutsideVpc', message, (*path, 'cidr'))


def _within(prefix: Prefix, vpc: FabricObject, fabric: Fabric) -> bool:
    """Also true where a subnet cannot be read, which is told of elsewhere."""
    subnets = fabric.subnets[vpc.key.name]
    return not subnets or any(
        subnet.prefix is None or subnet.prefix.covers(prefix) for subnet in subnets
    )
