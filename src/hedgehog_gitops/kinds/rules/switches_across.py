"""What switches and gateways must not share, and VLAN namespaces that do not go together."""

from collections.abc import Hashable, Iterator
from itertools import pairwise

from ...documents import FieldPath
from .addresses import prefix_of
from .fabric import DEFAULT, Fabric, FabricObject, Place
from .namespaces import vlan_ranges
from .reading import number, text, texts, within
from .saying import error
from .switch import LEAF_ROLES

__all__ = ['addresses_across', 'asns_across', 'switch_namespaces_across']

_ADDRESSES = {
    'ip': ('Switch',),
    'protocolIP': ('Switch', 'Gateway'),
    'vtepIP': ('Switch', 'Gateway'),
}


def addresses_across(fabric: Fabric) -> Iterator[Place]:
    """Addresses which two switches or gateways have; MCLAG peers share their VTEP."""
    for field, kinds in _ADDRESSES.items():
        taken: dict[Hashable, FabricObject] = {}
        for thing in (thing for kind in kinds for thing in fabric.each(kind)):
            written = text(thing.spec.get(field))
            prefix = prefix_of(written) if written else None
            if prefix is None or (field == 'vtepIP' and _is_mclag(thing)):
                continue
            first = taken.setdefault(prefix.address, thing)
            if first is not thing:
                message = f'{field} {written} is already used by {first}'
                yield thing, error('AddressTaken', message, ('spec', field))


def asns_across(fabric: Fabric) -> Iterator[Place]:
    """AS numbers which two leaves have; spines share one, and so do MCLAG peers."""
    taken: dict[int, FabricObject] = {}
    for thing in fabric.each('Switch'):
        asn = number(thing.spec.get('asn'))
        if not asn or thing.spec.get('role') not in LEAF_ROLES or _is_mclag(thing):
            continue
        first = taken.setdefault(asn, thing)
        if first is not thing:
            yield thing, error('AsnTaken', f'ASN {asn} is already used by {first}', ('spec', 'asn'))


def switch_namespaces_across(fabric: Fabric) -> Iterator[Place]:
    """Switches whose VLAN namespaces have VLANs in common."""
    known: dict[tuple[str, ...], str] = {}
    for thing in fabric.each('Switch'):
        names = tuple(texts(thing.spec.get('vlanNamespaces'))) or (DEFAULT,)
        if len(names) > 1 and names not in known:
            known[names] = _common(fabric, names)
        if known.get(names):
            path: FieldPath = ('spec', 'vlanNamespaces')
            yield thing, error('VlanNamespacesOverlap', known[names], path)


def _common(fabric: Fabric, names: tuple[str, ...]) -> str:
    ranges = sorted(
        (*bounds, name)
        for name in names
        if (namespace := fabric.find('VLANNamespace', name))
        for bounds in vlan_ranges(namespace.spec)
    )
    for (_, last, one), (first, _, other) in pairwise(ranges):
        if last >= first and (one != other or names.count(one) > 1):
            return f'VLANNamespaces {one} and {other} both have VLAN {first}'
    return ''


def _is_mclag(thing: FabricObject) -> bool:
    return within(thing.spec, 'redundancy', 'type') == 'mclag'
