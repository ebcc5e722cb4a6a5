"""What a Connection joins: its type, and for every cable the devices and ports at its ends.

Whoever draws or walks a fabric asks it; the rules of Connections read more than that.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ..documents import Value
from .rules.links import DEVICES, links_of, type_of, types_of
from .rules.reading import mapping

__all__ = ['Cable', 'End', 'cables_of', 'connection_type']

_DOMAIN = 'mclagDomain'
_DOMAIN_LINKS = ('peerLinks', 'sessionLinks')


class End(NamedTuple):
    """Where a cable is plugged in. `kind` is the device's: Switch, Server or Gateway."""

    kind: str
    device: str
    port: str


class Cable(NamedTuple):
    """One cable; a single end where the other is outside of the fabric."""

    ends: tuple[End, ...]


def connection_type(spec: dict[str, Value]) -> str:
    """The type of a Connection as the cluster reads it, such as `eslag`; empty without one."""
    return type_of(types_of(spec))


def cables_of(spec: dict[str, Value]) -> list[Cable]:
    """The cables of a Connection, in their order; what names no device is left out."""
    kind = connection_type(spec)
    if kind == _DOMAIN:
        return list(_domain_cables(mapping(spec[kind])))
    links = links_of(spec, kind) or []
    found = (
        tuple(_end(side.name, side.port) for side in link.sides if _names_device(side.port))
        for link in links
    )
    return [Cable(ends) for ends in found if ends]


def _domain_cables(domain: dict[str, Value]) -> Iterator[Cable]:
    for name in _DOMAIN_LINKS:
        links = domain.get(name)
        for link in links if isinstance(links, list) else ():
            sides = [
                mapping(mapping(link).get(side)).get('port') for side in ('switch1', 'switch2')
            ]
            ends = tuple(_end('switch', port) for port in sides if _names_device(port))
            if ends:
                yield Cable(ends)


def _names_device(port: Value) -> bool:
    return isinstance(port, str) and bool(port.partition('/')[0])


def _end(side: str, port: Value) -> End:
    device, _, rest = str(port).partition('/')
    return End(DEVICES.get(side, 'Switch'), device, rest)
