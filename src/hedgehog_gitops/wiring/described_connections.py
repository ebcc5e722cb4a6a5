"""Connections -> cables and interfaces.

A server's aggregate is drawn as one, so that its cables are known to belong together; what is no
matter of devices and ports goes to `fields`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import IntFlag

from ..documents import Value, without_nulls
from ..identity import ResourceKey
from .cable_groups import OUTSIDE
from .connections import ADDRESSED, SIDES
from .model import Cable, Device, End, Interface
from .objects import MadeOf, metadata_fields

__all__ = ['CableDrawer', 'Told']

_AGGREGATES = ('bundled', 'mclag', 'eslag')
_DOMAIN = {'peerLinks': 'peer', 'sessionLinks': 'session'}


class Told(IntFlag):
    """What is written on the cables of a Connection because convention says otherwise."""

    NOTHING = 0
    ORDER = 1
    NAME = 2


class CableDrawer:
    """Draws Connections onto devices; `told` says how much is written on the cables of each."""

    def __init__(self, devices: Mapping[str, Device], told: Mapping[str, Told]) -> None:
        self.cables: list[Cable] = []
        self.refused: list[tuple[ResourceKey, str]] = []
        self._devices, self._told = devices, told
        self._ports: dict[str, dict[str, Interface]] = {name: {} for name in devices}
        self._lags: dict[str, int] = {}

    def draw(self, made: MadeOf) -> None:
        """One Connection; what cannot be drawn is refused as a whole."""
        spec = without_nulls(made.spec)
        if not isinstance(spec, dict) or len(spec) != 1:
            self._refuse(made, 'it has not exactly one type')
            return
        kind, body = next(iter(spec.items()))
        if kind not in SIDES or not isinstance(body, dict):
            self._refuse(made, f'there is no drawing a Connection of the type {kind}')
            return
        links = list(_links(kind, body))
        problem = self._problem(kind, links)
        if problem:
            self._refuse(made, problem)
            return
        metadata = made.value.get('metadata')
        fields = metadata_fields(metadata if isinstance(metadata, dict) else {})
        fields |= {n: v for n, v in body.items() if n not in ('link', 'links', *_DOMAIN)}
        if kind in OUTSIDE:
            self._outward(made.key.name, kind, links[0][1], fields)
        else:
            self._cables(made.key.name, kind, links, fields)

    def devices(self) -> Iterator[Device]:
        """The devices with the interfaces that were needed."""
        for name, device in self._devices.items():
            yield replace(device, interfaces=tuple(self._ports[name].values()))

    def _refuse(self, made: MadeOf, problem: str) -> None:
        self.refused.append((made.key, f'Connection {made.key.name}: {problem}'))

    def _problem(self, kind: str, links: list[tuple[str, dict[str, Value]]]) -> str:
        """Why the links cannot be drawn; '' when they can."""
        if not links:
            return 'it has no link'
        seen: set[tuple[str, str]] = set()
        for _, link in links:
            if set(link) - set(SIDES[kind]):
                return 'its link says more than its ends'
            for side in SIDES[kind]:
                device, port = _port(link.get(side))
                if not port:
                    return f'the {side} of a link has no port'
                if device not in self._devices:
                    return f'there is no device {device}'
                if port in self._ports[device] or (device, port) in seen:
                    return f'the port {device}/{port} has a cable already'
                seen.add((device, port))
        return ''

    def _outward(
        self, name: str, kind: str, link: dict[str, Value], fields: dict[str, Value]
    ) -> None:
        device, port = _port(link['switch'])
        side = link['switch']
        interface = self._interface(port, side, kind)
        told = {'type': kind, **interface.fields, **fields}
        self._ports[device][port] = replace(interface, connection=name, fields=told)

    def _cables(
        self,
        name: str,
        kind: str,
        links: list[tuple[str, dict[str, Value]]],
        fields: dict[str, Value],
    ) -> None:
        near, far = SIDES[kind]
        servers = {_port(link[near])[0] for _, link in links}
        lag = self._lag(next(iter(servers))) if kind in _AGGREGATES and len(servers) == 1 else ''
        told = self._told.get(name, Told.NOTHING)
        label = name if told & Told.NAME else ''
        if label or kind == 'mclagDomain':
            fields = {**fields, 'type': kind}
        for number, (part, link) in enumerate(links):
            ends = []
            for side in (near, far):
                device, port = _port(link[side])
                interface = self._interface(port, link[side], kind)
                if lag and side == near:
                    interface = replace(interface, lag=lag)
                self._ports[device][port] = interface
                ends.append(End(device, port))
            own = {**fields, 'link': part} if part == 'session' else dict(fields)
            if told & Told.ORDER:
                own['order'] = number
            self.cables.append(Cable(ends[0], ends[1], label, own))

    def _lag(self, server: str) -> str:
        number = self._lags.get(server, 0)
        self._lags[server] = number + 1
        lag = f'bond{number}'
        self._ports[server][lag] = Interface(lag, is_lag=True)
        return lag

    def _interface(self, port: str, side: Value, kind: str) -> Interface:
        fields = {n: v for n, v in side.items() if n != 'port'} if isinstance(side, dict) else {}
        addresses: tuple[str, ...] = ()
        ip = fields.get('ip')
        if kind in ADDRESSED and isinstance(ip, str) and ip:
            addresses = (ip,)
            del fields['ip']
        return Interface(port, addresses=addresses, fields=fields)


def _links(kind: str, body: Mapping[str, Value]) -> Iterator[tuple[str, dict[str, Value]]]:
    """Each link, with the part of the Connection it stands in."""
    if kind == 'mclagDomain':
        for name, part in _DOMAIN.items():
            listed = body.get(name)
            for link in listed if isinstance(listed, list) else ():
                if isinstance(link, dict):
                    yield part, link
        return
    listed = body.get('links')
    single = body.get('link')
    for link in listed if isinstance(listed, list) else [single]:
        if isinstance(link, dict):
            yield '', link


def _port(side: Value) -> tuple[str, str]:
    port = side.get('port') if isinstance(side, dict) else None
    if not isinstance(port, str):
        return '', ''
    device, _, rest = port.partition('/')
    return device, rest if device else ''
