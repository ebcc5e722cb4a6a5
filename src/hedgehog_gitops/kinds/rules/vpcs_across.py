"""What VPCs must share fairly: the subnets of an IPv4Namespace, the VLANs of a VLANNamespace.

A namespace that no file describes is not judged by: `default` comes with the installer.
"""

from collections.abc import Iterator

from .addresses import Prefix, covered, prefix_of
from .fabric import Fabric, FabricObject, Place, namespace_of
from .namespaces import is_vlan, vlan_ranges
from .pool import Pool
from .reading import items, text
from .saying import error
from .subnet import Subnet

__all__ = ['subnets_across', 'vlans_across']

type _Owned = tuple[Prefix, tuple[int, FabricObject, Subnet]]


def subnets_across(fabric: Fabric) -> Iterator[Place]:
    """Subnets which lie outside of their namespace, or overlap those of another VPC."""
    spaces: dict[str, list[_Owned]] = {}
    for order, vpc in enumerate(fabric.each('VPC')):
        space = spaces.setdefault(namespace_of(vpc, 'ipv4Namespace'), [])
        for subnet in fabric.subnets[vpc.key.name]:
            if subnet.prefix:
                space.append((subnet.prefix, (order, vpc, subnet)))
    spaces.pop('', None)
    for name, space in spaces.items():
        yield from _outside(fabric.find('IPv4Namespace', name), space)
        yield from _overlaps(space)


def _outside(namespace: FabricObject | None, space: list[_Owned]) -> Iterator[Place]:
    pool = _pool_of(namespace) if namespace else None
    if namespace is None or pool is None:
        return
    for prefix, (_, vpc, subnet) in space:
        if not pool.covers((prefix.version, prefix.first), (prefix.version, prefix.last)):
            message = f'{prefix} is not in a subnet of {namespace}'
            suggestion = f'it has {_shown(namespace)}'
            path = (*subnet.path, 'subnet')
            yield vpc, error('SubnetOutsideNamespace', message, path, suggestion)


def _pool_of(namespace: FabricObject) -> Pool | None:
    written = items(namespace.spec.get('subnets'))
    prefixes = [prefix for value in written if (prefix := prefix_of(text(value)))]
    if len(prefixes) != len(written):
        return None
    return Pool(((each.version, each.first), (each.version, each.last)) for each in prefixes)


def _shown(namespace: FabricObject) -> str:
    return ', '.join(str(value) for value in items(namespace.spec.get('subnets'))[:5])


def _overlaps(space: list[_Owned]) -> Iterator[Place]:
    """Told of the later VPC of a pair, at most once for each of its subnets."""
    told: set[tuple[int, str]] = set()
    for pair in covered(space):
        first, second = sorted(pair, key=lambda owned: owned[1][0])
        prefix, (order, vpc, subnet) = second
        other, (other_order, owner, _) = first
        if order != other_order and (order, subnet.name) not in told:
            told.add((order, subnet.name))
            message = f'{prefix} overlaps {other} of {owner}'
            yield vpc, error('SubnetTaken', message, (*subnet.path, 'subnet'))


def vlans_across(fabric: Fabric) -> Iterator[Place]:
    """VLANs which are outside of their namespace, or those of another VPC."""
    owners: dict[tuple[str, int], FabricObject] = {}
    pools: dict[str, Pool | None] = {}
    for vpc in fabric.each('VPC'):
        name = namespace_of(vpc, 'vlanNamespace')
        if name not in pools:
            namespace = fabric.find('VLANNamespace', name)
            pools[name] = _vlan_pool(namespace) if namespace else None
        for subnet in fabric.subnets[vpc.key.name]:
            if name and subnet.vlan:
                yield from _outside_ranges(vpc, subnet, name, pools[name])
                yield from _taken(vpc, subnet, owners.setdefault((name, subnet.vlan), vpc))


def _vlan_pool(namespace: FabricObject) -> Pool | None:
    ranges = vlan_ranges(namespace.spec)
    if len(ranges) != len(items(namespace.spec.get('ranges'))):
        return None
    return Pool(((0, first), (0, last)) for first, last in ranges)


def _outside_ranges(
    vpc: FabricObject, subnet: Subnet, name: str, pool: Pool | None
) -> Iterator[Place]:
    if pool is None or subnet.host_bgp or not is_vlan(subnet.vlan or 0):
        return
    vlan = (0, subnet.vlan or 0)
    if not pool.covers(vlan, vlan):
        message = f'VLAN {subnet.vlan} is in no range of VLANNamespace {name}'
        yield vpc, error('VlanOutsideNamespace', message, (*subnet.path, 'vlan'))


def _taken(vpc: FabricObject, subnet: Subnet, owner: FabricObject) -> Iterator[Place]:
    if owner is not vpc:
        message = f'VLAN {subnet.vlan} is already used by {owner}'
        yield vpc, error('VlanTaken', message, (*subnet.path, 'vlan'))
