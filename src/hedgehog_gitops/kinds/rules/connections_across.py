"""What connections must not share: ports and link addresses; and what an ESLAG needs of switches.

The cluster does not look at MCLAG connections, so neither do these rules.
"""

from collections.abc import Iterator

from ..problem import Problem
from .addresses import Address
from .fabric import Fabric, FabricObject, Place, Wired
from .links import ADDRESSED, MCLAG
from .ports import one_name
from .reading import text, within
from .saying import error

__all__ = ['eslags_across', 'link_addresses_across', 'ports_across']


def ports_across(fabric: Fabric) -> Iterator[Place]:
    """Ports which two connections use; E1/4 and its first lane E1/4/1 are one port."""
    taken: dict[str, FabricObject] = {}
    for wired in fabric.connections.values():
        if wired.type in MCLAG:
            continue
        for link in wired.links:
            for side in link.sides:
                first = taken.setdefault(one_name(side.port), wired.thing) if side.port else None
                if first and first is not wired.thing:
                    message = f'the port {side.port} is already used by {first}'
                    yield wired.thing, error('PortTaken', message, (*side.path, 'port'))


def link_addresses_across(fabric: Fabric) -> Iterator[Place]:
    """Addresses which two ends of links have."""
    taken: dict[Address, FabricObject] = {}
    for wired in fabric.connections.values():
        if wired.type not in ADDRESSED:
            continue
        for side in (side for link in wired.links for side in link.sides):
            if side.prefix is None:
                continue
            address = side.prefix.address
            if address in taken:
                message = f'the address {address} is already used by {taken[address]}'
                yield wired.thing, error('LinkAddressTaken', message, (*side.path, 'ip'))
            else:
                taken[address] = wired.thing


def eslags_across(fabric: Fabric) -> Iterator[Place]:
    """ESLAG connections whose switches are not all of one redundancy group of type eslag."""
    for wired in fabric.connections.values():
        if wired.type == 'eslag':
            for problem in _eslag(wired, fabric):
                yield wired.thing, problem


def _eslag(wired: Wired, fabric: Fabric) -> Iterator[Problem]:
    path = ('spec', 'eslag', 'links')
    switches = {str(switch): _redundancy(switch) for switch in fabric.switches_of(wired)}
    groups = sorted({group for group, _ in switches.values() if group})
    if len(groups) > 1:
        message = f'the switches are in different redundancy groups: {", ".join(groups)}'
        yield error('EslagGroupsDiffer', message, path)
    bare = [name for name, (group, _) in switches.items() if not group]
    if bare:
        message = f'{", ".join(bare)} {"has" if len(bare) == 1 else "have"} no redundancy group'
        yield error('EslagGroupMissing', message, path, 'set spec.redundancy on the switches')
    # Without a group and a type there is one thing to mend, and it is told already.
    others = [
        f'{kind or "none"} at {name}'
        for name, (group, kind) in switches.items()
        if kind != 'eslag' and (group or kind)
    ]
    if others:
        message = f'the switches need redundancy type eslag; found {", ".join(others)}'
        yield error('EslagTypeWrong', message, path)


def _redundancy(switch: FabricObject) -> tuple[str, str]:
    group = text(within(switch.spec, 'redundancy', 'group'))
    return group or '', text(within(switch.spec, 'redundancy', 'type')) or ''
