"""Rules of one VPC: its mode, its subnets, what they permit one another, its static routes.

What holds for the DHCP of a subnet stands in `dhcp.py`, what holds between VPCs in
`vpcs_across.py`.
"""

from collections.abc import Iterator

from ...documents import FieldPath, Value
from ..problem import Problem
from .addresses import covered, prefix_of
from .dhcp import dhcp_problems
from .namespaces import LAST_VLAN, is_vlan
from .reading import is_absent, items, mapping, text, texts
from .saying import bad_address, bad_prefix, error, host_bits, overlap, required
from .subnet import Subnet, subnets_of

__all__ = ['vpc_problems']

_MODES = ('', 'l3vni')
_MOST_SUBNETS = 20
_LONGEST_PREFIX = 30


def vpc_problems(spec: dict[str, Value]) -> Iterator[Problem]:
    """Problems of a VPC alone."""
    yield from _mode(text(spec.get('mode')))
    yield from _count(spec.get('subnets'))
    subnets = subnets_of(spec)
    for subnet in subnets:
        yield from _subnet(subnet)
    if len(subnets) > 1:
        yield from _vlans(subnets)
        yield from _overlaps(subnets)
    if permit := items(spec.get('permit')):
        yield from _permits(permit, mapping(spec.get('subnets')))
    for index, route in enumerate(items(spec.get('staticRoutes'))):
        yield from _route(mapping(route), ('spec', 'staticRoutes', index))


def _mode(mode: str) -> Iterator[Problem]:
    if mode not in _MODES:
        known = 'not supported yet' if mode == 'l3flat' else 'unknown'
        message = f'mode {mode!r} is {known}; leave it out, or write l3vni'
        yield error('VpcModeRefused', message, ('spec', 'mode'))


def _count(subnets: Value) -> Iterator[Problem]:
    if subnets is None or subnets == {}:
        yield error('SubnetsMissing', 'a VPC needs at least one subnet', ('spec', 'subnets'))
    elif isinstance(subnets, dict) and len(subnets) > _MOST_SUBNETS:
        message = f'{len(subnets)} subnets; the cluster accepts at most {_MOST_SUBNETS}'
        yield error('SubnetsTooMany', message, ('spec', 'subnets'))


def _subnet(subnet: Subnet) -> Iterator[Problem]:
    yield from _prefix(subnet)
    if not subnet.host_bgp:
        yield from _gateway(subnet)
        yield from _vlan(subnet)
    if subnet.config.get('dhcp'):
        yield from dhcp_problems(subnet)


def _prefix(subnet: Subnet) -> Iterator[Problem]:
    value = subnet.config.get('subnet')
    if is_absent(value):
        path = (*subnet.path, 'subnet')
        yield required(path, 'a subnet of a VPC has a prefix', 'for example 10.0.1.0/24')
    elif isinstance(value, str) and subnet.prefix is None:
        yield bad_prefix(value, (*subnet.path, 'subnet'))
    elif subnet.prefix and subnet.prefix.length > _LONGEST_PREFIX:
        message = f'{value} is too small: the longest prefix of a subnet is /{_LONGEST_PREFIX}'
        yield error('SubnetTooSmall', message, (*subnet.path, 'subnet'))


def _gateway(subnet: Subnet) -> Iterator[Problem]:
    value = text(subnet.config.get('gateway'))
    if value and subnet.gateway is None:
        yield bad_address(value, (*subnet.path, 'gateway'))
    elif value and subnet.prefix and subnet.gateway and not subnet.prefix.holds(subnet.gateway):
        message = f'the gateway {value} is not in the subnet {subnet.prefix}'
        first, path = subnet.prefix.at(1), (*subnet.path, 'gateway')
        yield error('GatewayOutsideSubnet', message, path, f'{first} is used when left out')


def _vlan(subnet: Subnet) -> Iterator[Problem]:
    value, vlan = subnet.config.get('vlan'), subnet.vlan
    if value is None or vlan == 0:
        yield required((*subnet.path, 'vlan'), 'a subnet without hostBGP needs a VLAN')
    elif vlan is not None and not is_vlan(vlan):
        message = f'VLAN {vlan} is not between 1 and {LAST_VLAN}'
        yield error('VlanInvalid', message, (*subnet.path, 'vlan'))


def _vlans(subnets: list[Subnet]) -> Iterator[Problem]:
    names: dict[int, str] = {}
    for subnet in subnets:
        if not subnet.vlan or subnet.host_bgp:
            continue
        other = names.setdefault(subnet.vlan, subnet.name)
        if other != subnet.name:
            message = f'VLAN {subnet.vlan} is also the VLAN of subnet {other}'
            yield error('VlanRepeated', message, (*subnet.path, 'vlan'))


def _overlaps(subnets: list[Subnet]) -> Iterator[Problem]:
    prefixes = [(subnet.prefix, subnet) for subnet in subnets if subnet.prefix]
    for (wider, other), (prefix, subnet) in covered(prefixes):
        path = (*subnet.path, 'subnet')
        yield overlap(str(prefix), f'{wider} (subnet {other.name})', path)


def _permits(permit: list[Value], subnets: dict[str, Value]) -> Iterator[Problem]:
    for index, policy in enumerate(permit):
        if not isinstance(policy, list):
            continue
        path: FieldPath = ('spec', 'permit', index)
        names = texts(policy)
        if len(policy) < 2:
            message = 'a policy permits subnets one another, so it names at least two'
            yield error('PermitTooShort', message, path)
        if len(set(names)) != len(names):
            yield error('PermitRepeatsSubnet', 'a policy names each subnet once', path)
        for place, name in enumerate(policy):
            if subnets and isinstance(name, str) and name not in subnets:
                message = f'subnet {name!r} is not one of this VPC'
                yield error('SubnetMissing', message, (*path, place), _has(subnets))


def _has(subnets: dict[str, Value]) -> str:
    return f'it has {", ".join(list(subnets)[:5])}'


def _route(route: dict[str, Value], path: FieldPath) -> Iterator[Problem]:
    value, place = route.get('prefix'), (*path, 'prefix')
    if is_absent(value):
        yield required(place, 'a static route has a prefix')
    elif isinstance(value, str):
        prefix = prefix_of(value)
        if prefix is None:
            yield bad_prefix(value, place)
        elif prefix.has_host_bits:
            yield host_bits(prefix, value, place)
    hops = route.get('nextHops')
    if hops is None or hops == []:
        yield required((*path, 'nextHops'), 'a static route needs at least one next hop')
