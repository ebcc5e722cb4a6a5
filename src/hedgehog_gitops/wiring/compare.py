"""What an inventory has and a fabric has not, and aggregates whose members differ.

The plugin asks before it imports a fabric: what a fabric has and the inventory lacks is made, what
it has otherwise is told, and this is the other direction. Nothing of it is ever taken away.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .cable_groups import OUTSIDE, cable_groups
from .connections import ADDRESSED, type_of
from .devices import KnownDevice, known_devices
from .mapping import DEFAULT_MAPPING, EXTERNAL, WiringMapping
from .model import Cable, End, Interface, Wiring
from .naming import object_name

__all__ = ['Aggregate', 'Comparison', 'Extra', 'compare_wiring']

_Place = tuple[str, str]
"""A port: the name of its device's object, and what Hedgehog calls it."""


@dataclass(frozen=True, slots=True)
class Extra:
    """Something of a device that the fabric has not, in the inventory's own words."""

    device: str
    about: str
    has: str


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Ports of a server that are one aggregate on one side, and not on the other.

    `there` names each aggregate of the inventory with its members; `described` are the members of
    one Connection, none where the fabric has no aggregate of them.
    """

    device: str
    name: str
    there: str
    described: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both kinds of difference, in the order of the inventory."""

    extras: tuple[Extra, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()


def compare_wiring(
    there: Wiring, described: Wiring, mapping: WiringMapping = DEFAULT_MAPPING
) -> Comparison:
    """Compares what an inventory has with what `describe_wiring` made of the fabric's objects.

    Devices are met by the names of their objects. A port with another cable than the fabric says
    is left out: that is a difference, which whoever matches the ports tells.
    """
    here, fabric = _Side(there, mapping), _Side(described, mapping)
    extras = (*_devices(here, fabric), *_cables(here, fabric), *_addresses(here, fabric))
    return Comparison(extras, tuple(_aggregates(here, fabric)))


class _Side:
    """A wiring by the words both sides have in common: names of objects, and ports."""

    def __init__(self, wiring: Wiring, mapping: WiringMapping) -> None:
        self.wiring, self.mapping = wiring, mapping
        self.known = known_devices(wiring.devices, mapping)
        self.devices: dict[str, KnownDevice] = {}
        for each in self.known.by_name.values():
            if each.kind:
                self.devices.setdefault(each.name, each)
        self.ports: dict[_Place, Interface] = {}
        for each in self.devices.values():
            for interface in each.interfaces.values():
                place = each.name, self._port(each, interface.name)
                self.ports.setdefault(place, interface)

    def place(self, end: End) -> _Place | None:
        """Where a cable is plugged in; None for what is no device of a fabric."""
        known = self.known.by_name.get(end.device)
        if known is None or not known.kind:
            return None
        return known.name, self._port(known, end.interface)

    def is_management(self, place: _Place) -> bool:
        device = self.devices.get(place[0])
        return device is not None and device.is_switch and place[1].startswith('M')

    def leads_out(self, cable: Cable) -> bool:
        """Whether it ends beyond the fabric: at no interface, or on a device that is external."""
        known = [self.known.by_name.get(end.device) for end in (cable.a, cable.b) if end]
        return cable.b is None or any(each and each.meaning == EXTERNAL for each in known)

    def outward(self) -> Iterator[tuple[_Place, Interface]]:
        """The ports of switches that are said to lead out, with a cable or without."""
        for place, interface in self.ports.items():
            if self.devices[place[0]].is_switch and interface.fields.get('type') in OUTSIDE:
                yield place, interface

    def _port(self, device: KnownDevice, interface: str) -> str:
        return device.port(interface, self.mapping) or interface


def _devices(here: _Side, fabric: _Side) -> Iterator[Extra]:
    for device in here.wiring.devices:
        meaning = here.mapping.meaning(device.role)
        if not meaning or meaning == EXTERNAL:
            continue
        name = object_name(device.name)
        standing = here.devices.get(name)
        if name not in fabric.devices:
            yield Extra(device.name, 'device', meaning)
        elif standing is not None and standing.device is not device:
            yield Extra(device.name, 'device', f'{meaning}, a second {name}')


def _cables(here: _Side, fabric: _Side) -> Iterator[Extra]:
    """Cables between the fabric's devices, and what leads out of it."""
    wanted = {_key(fabric, cable) for cable in fabric.wiring.cables}
    outward = {place for place, _ in fabric.outward()}
    seen = {_key(here, cable) for cable in here.wiring.cables}
    told_elsewhere = {place for key in wanted - seen for place in key}
    used: set[_Place] = set()
    for cable in here.wiring.cables:
        key = _key(here, cable)
        used |= key
        if any(here.is_management(place) for place in key) or key & told_elsewhere:
            continue
        if len(key) == 1 and here.leads_out(cable):
            (place,) = key
            if here.devices[place[0]].is_switch and place not in outward:
                yield _cable(here, cable)
        elif key not in wanted and cable.b is not None and None not in _places(here, cable):
            yield _cable(here, cable)
    for place, interface in here.outward():
        if place not in outward | used | fabric.ports.keys():
            device = here.devices[place[0]].device.name
            yield Extra(device, f'interface {interface.name}', str(interface.fields['type']))


def _places(side: _Side, cable: Cable) -> list[_Place | None]:
    return [side.place(end) for end in (cable.a, cable.b) if end is not None]


def _key(side: _Side, cable: Cable) -> frozenset[_Place]:
    return frozenset(place for place in _places(side, cable) if place is not None)


def _cable(here: _Side, cable: Cable) -> Extra:
    near, far = cable.a, cable.b
    if here.place(near) is None and far is not None:
        near, far = far, near
    leads = f'{far.device} {far.interface}' if far is not None else 'out of the fabric'
    return Extra(near.device, f'cable of {near.interface}', leads)


def _addresses(here: _Side, fabric: _Side) -> Iterator[Extra]:
    """Addresses on the ports whose address the mapping reads."""
    for place in _addressed(fabric):
        interface, described = here.ports.get(place), fabric.ports.get(place)
        if interface is None:
            continue
        said = described.addresses if described is not None else ()
        device = here.devices[place[0]].device.name
        for address in interface.addresses:
            if address not in said:
                yield Extra(device, f'address of {interface.name}', address)


def _addressed(fabric: _Side) -> dict[_Place, None]:
    groups = cable_groups(fabric.wiring.cables, fabric.known, fabric.mapping).groups
    return {
        (plug.known.name, plug.port): None
        for group in groups
        if type_of(group) in ADDRESSED
        for joint in group.joints
        for plug in (joint.near, joint.far)
    }


def _aggregates(here: _Side, fabric: _Side) -> Iterator[Aggregate]:
    """Aggregates by their members: what one is called is no matter of the fabric."""
    for name, described in fabric.devices.items():
        found = here.devices.get(name)
        if found is None or found.kind != 'Server' or described.kind != 'Server':
            continue
        held = {each.name: each.lag for each in found.interfaces.values() if not each.is_lag}
        lags, wanted = _members(found), _members(described)
        met: set[str] = set()
        for members in wanted.values():
            present = [port for port in members if port in held]
            names = list(dict.fromkeys(held[port] for port in present if held[port]))
            met |= set(names)
            new = {port for port in members if port not in held}
            if present and (len(names) != 1 or {*lags[names[0]], *new} != set(members)):
                said = '; '.join(f'{lag}: {", ".join(lags[lag])}' for lag in names)
                yield Aggregate(found.device.name, ', '.join(names), said, tuple(members))
        for lag, ports in lags.items():
            if lag not in met and any((name, port) in fabric.ports for port in ports):
                yield Aggregate(found.device.name, lag, f'{lag}: {", ".join(ports)}', ())


def _members(device: KnownDevice) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for each in device.interfaces.values():
        if each.lag and not each.is_lag:
            found[each.lag].append(each.name)
    return found
