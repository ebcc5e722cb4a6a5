"""Groups of VLANs, pools of prefixes, VRFs with their prefixes -> namespaces and VPCs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from ..documents import Value
from ..findings import Finding
from .model import Pool, Subnet, VlanGroup, Vrf, Wiring
from .naming import object_name
from .objects import MadeOf, error, layered, made

__all__ = ['Networks', 'network_objects']

_DEFAULT = 'default'


@dataclass(slots=True)
class Networks:
    """The objects made, and what could not be."""

    objects: list[MadeOf] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def network_objects(wiring: Wiring) -> Networks:
    """Makes the namespaces and the VPCs."""
    result = Networks()
    for group in wiring.vlan_groups:
        result.objects += _named(result, 'VLANNamespace', group.name, _ranges(group))
    pools = [pool for pool in wiring.pools if pool.prefixes]
    for pool in pools:
        subnets: list[Value] = list(pool.prefixes)
        result.objects += _named(result, 'IPv4Namespace', pool.name, {'subnets': subnets})
    for vrf in wiring.vrfs:
        name = object_name(vrf.name)
        if not name:
            result.findings.append(_bad_name('VRF', vrf.name))
        else:
            spec = _vpc(vrf, pools, result.findings)
            result.objects.append(made('VPC', name, spec, vrf.fields))
    return result


def _named(result: Networks, kind: str, text: str, spec: dict[str, Value]) -> Iterator[MadeOf]:
    name = object_name(text)
    if name:
        yield made(kind, name, spec, {})
    else:
        result.findings.append(_bad_name(kind, text))


def _bad_name(what: str, text: str) -> Finding:
    message = f'no name of an object can be made of the name {text!r} of a {what}'
    return error('WiringNameInvalid', message, 'letters, digits and hyphens')


def _ranges(group: VlanGroup) -> dict[str, Value]:
    return {'ranges': [{'from': first, 'to': last} for first, last in group.ranges]}


def _vpc(vrf: Vrf, pools: list[Pool], findings: list[Finding]) -> dict[str, Value]:
    spec: dict[str, Value] = {}
    spaces = {space for subnet in vrf.subnets if (space := _space_of(subnet, pools))}
    groups = {object_name(subnet.group) for subnet in vrf.subnets if subnet.group}
    for name, found in (('ipv4Namespace', spaces), ('vlanNamespace', groups)):
        if len(found) > 1:
            message = f'the prefixes of the VRF {vrf.name} are of several: {", ".join(found)}'
            findings.append(error('WiringVrfUnclear', message, f'a VPC has one {name}'))
        elif found and found != {_DEFAULT}:
            spec[name] = next(iter(found))
    subnets: dict[str, Value] = {}
    for subnet in vrf.subnets:
        name = object_name(subnet.name) or _DEFAULT
        if name in subnets:
            message = f'the VRF {vrf.name} has two prefixes that would be the subnet {name}'
            findings.append(error('WiringVrfUnclear', message, 'give their VLANs different names'))
            continue
        own: dict[str, Value] = {'subnet': subnet.prefix}
        if subnet.vlan is not None:
            own['vlan'] = subnet.vlan
        subnets[name] = layered(own, subnet.fields)
    if subnets:
        spec['subnets'] = subnets
    return layered(spec, vrf.fields)


def _space_of(subnet: Subnet, pools: list[Pool]) -> str:
    try:
        inner = IPv4Network(subnet.prefix)
        return next(
            (
                object_name(pool.name)
                for pool in pools
                if any(inner.subnet_of(IPv4Network(outer)) for outer in pool.prefixes)
            ),
            '',
        )
    except ValueError:
        # A prefix that is none is said by the rules of the VPC.
        return ''
