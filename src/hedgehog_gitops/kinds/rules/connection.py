"""Rules of one Connection: its type, its ports, how many devices it joins.

The addresses of its links stand in `links.py`, those of a static external in
`static_external.py`, what holds between connections in `connections_across.py`.
"""

from collections.abc import Iterator

from ...documents import Value
from ..problem import Problem
from .links import DEVICES, MCLAG, Link, Side, link_problems, links_of, type_of, types_of
from .ports import device_of, is_port
from .reading import mapping, within
from .saying import error, required, warning
from .static_external import static_external_problems

__all__ = ['connection_problems']

_TYPES = 'unbundled, bundled, eslag, fabric, mesh, gateway, vpcLoopback, external, staticExternal'
_ONE = (1, 1)
_SWITCHES = {
    'unbundled': _ONE,
    'bundled': _ONE,
    'eslag': (1, 4),
    'fabric': (2, 2),
    'mesh': (2, 2),
    'gateway': _ONE,
    'vpcLoopback': _ONE,
}
_SERVERS = {'unbundled': _ONE, 'bundled': _ONE, 'eslag': _ONE}


def connection_problems(spec: dict[str, Value]) -> Iterator[Problem]:
    """Problems of a Connection alone."""
    types = types_of(spec)
    if not types:
        message = f'a Connection has one of {_TYPES}'
        yield error('ConnectionTypeMissing', message, ('spec',))
        return
    kind = type_of(types)
    if len(types) > 1:
        others = ', '.join(other for other in types if other != kind)
        message = f'the cluster reads only {kind} and leaves {others} out'
        yield warning('ConnectionTypesSeveral', message, ('spec',), 'one Connection for each')
    if kind in MCLAG:
        message = 'MCLAG is deprecated and no longer supported; the cluster checks no further'
        yield warning('MclagDeprecated', message, ('spec', kind), 'use eslag')
        return
    links = links_of(spec, kind)
    if links is None:
        return
    yield from _ports(links, kind)
    yield from link_problems(links, kind)
    if kind == 'staticExternal':
        yield from static_external_problems(mapping(within(spec, kind, 'link', 'switch')))


def _ports(links: list[Link], kind: str) -> Iterator[Problem]:
    """The form of each port; only where all are good the devices are counted."""
    seen: set[str] = set()
    good = True
    for side in (side for link in links for side in link.sides):
        port = side.port
        if not port or not is_port(port):
            good = False
            yield from _bad_port(side)
        elif port in seen:
            message = f'the port {port} is used twice in this connection'
            yield error('PortRepeated', message, (*side.path, 'port'))
        else:
            seen.add(port)
    if good:
        yield from _devices(links, kind)


def _bad_port(side: Side) -> Iterator[Problem]:
    if side.port:
        message = f'{side.port!r} is no port: write device/port, such as leaf-01/E1/1'
        yield error('PortInvalid', message, (*side.path, 'port'))
    elif side.port == '':
        yield required((*side.path, 'port'), f'the {side.name} of a link has a port')


def _devices(links: list[Link], kind: str) -> Iterator[Problem]:
    devices: dict[str, set[str]] = {'Switch': set(), 'Server': set(), 'Gateway': set()}
    for link in links:
        for side in link.sides:
            devices[DEVICES.get(side.name, 'Switch')].add(device_of(side.port or ''))
    yield from _count(devices['Switch'], _SWITCHES.get(kind), kind, 'switches')
    yield from _count(devices['Server'], _SERVERS.get(kind), kind, 'servers')


def _count(
    devices: set[str], allowed: tuple[int, int] | None, kind: str, called: str
) -> Iterator[Problem]:
    if allowed is None or allowed[0] <= len(devices) <= allowed[1]:
        return
    least, most = allowed
    wanted = str(least) if least == most else f'{least} to {most}'
    found = ', '.join(sorted(devices)) or 'none'
    message = f'{kind} joins {wanted} {called}; found {found}'
    yield error('DeviceCountWrong', message, ('spec', kind))
