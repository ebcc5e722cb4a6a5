"""Which cables of a fabric belong to one Connection.

By the name that is written on them; else all cables of one aggregate of a server, or all between
the same two devices. A cable without a name joins the others of its kind there that have one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..documents import Value
from ..findings import Finding
from .devices import KnownDevice, KnownDevices
from .mapping import EXTERNAL, WiringMapping
from .model import Cable, End, Interface
from .naming import CATEGORIES
from .objects import error, info, warning

__all__ = ['OUTSIDE', 'Group', 'Groups', 'Joint', 'Plug', 'cable_groups']

OUTSIDE = ('external', 'staticExternal')
"""The types of Connection that have one end only."""

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Plug:
    """One end of a cable: a device, its interface by name, and the port Hedgehog calls it."""

    known: KnownDevice
    name: str
    port: str
    interface: Interface | None

    @property
    def lag(self) -> str:
        return self.interface.lag if self.interface is not None else ''

    @property
    def is_management(self) -> bool:
        """Whether it is the port by which a switch is managed."""
        return self.known.is_switch and self.port.startswith('M')


@dataclass(frozen=True, slots=True)
class Joint:
    """A cable between two plugs, the one that names the Connection first.

    `category` is a type of Connection, or `server` where that depends on the others of the group.
    """

    category: str
    near: Plug
    far: Plug
    name: str
    fields: Mapping[str, Value]


@dataclass(slots=True)
class Group:
    """Cables that are one Connection; `name` is empty where the convention names it."""

    joints: list[Joint] = field(default_factory=list)
    name: str = ''


@dataclass(slots=True)
class Groups:
    """The groups, in the order of their first cables, and the findings."""

    groups: list[Group] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def cable_groups(cables: Iterable[Cable], known: KnownDevices, mapping: WiringMapping) -> Groups:
    """Puts the cables together, and the interfaces that lead out of the fabric."""
    joining = _Joining(known, mapping)
    joints = [joint for cable in cables for joint in joining.joint(cable)]
    joints += joining.outside()
    result = Groups(list(_grouped(joints)), joining.findings)
    if joining.left:
        shown = ', '.join(joining.left[:_SHOWN])
        message = f'{len(joining.left)} cables lead to devices that are not of this fabric: {shown}'
        result.findings.append(info('WiringCableLeft', message))
    return result


def _grouped(joints: Iterable[Joint]) -> Iterator[Group]:
    naturally: dict[tuple[str, ...], list[Joint]] = {}
    for joint in joints:
        naturally.setdefault(_nature(joint), []).append(joint)
    named: dict[str, Group] = {}
    for together in naturally.values():
        names = list(dict.fromkeys(joint.name for joint in together if joint.name))
        groups: dict[str, Group] = {}
        for joint in together:
            name = joint.name or (names[0] if len(names) == 1 else '')
            group = named.get(name) if name else groups.get('')
            if group is None:
                group = Group(name=name)
                groups[name] = group
                if name:
                    named[name] = group
            group.joints.append(joint)
        yield from groups.values()


def _nature(joint: Joint) -> tuple[str, ...]:
    near, far = joint.near, joint.far
    if joint.category in CATEGORIES:
        return (joint.category, *sorted((near.known.name, far.known.name)))
    if joint.category == 'server' and near.lag:
        return ('lag', near.known.name, near.lag)
    return ('one', near.known.kind, near.known.name, near.name)


class _Joining:
    """One pass over the cables, with what was found on the way."""

    def __init__(self, known: KnownDevices, mapping: WiringMapping) -> None:
        self.known, self.mapping = known, mapping
        self.findings: list[Finding] = []
        self.left: list[str] = []
        self.used: dict[tuple[str, str], None] = {}

    def joint(self, cable: Cable) -> Iterator[Joint]:
        """The cable between its plugs; nothing for one that is none of the fabric's."""
        devices = [self.known.by_name.get(end.device) for end in (cable.a, cable.b) if end]
        inside = [each for each in devices if each is not None and each.kind]
        outward = cable.b is None or any(
            each is not None and each.meaning == EXTERNAL for each in devices
        )
        if len(inside) == 1 and outward and inside[0].is_switch:
            end = cable.a if inside[0] is devices[0] or cable.b is None else cable.b
            yield from self._outward(end, inside[0], cable)
        elif len(inside) == 2 and cable.b is not None:
            yield from self._between(cable, cable.b, inside[0], inside[1])
        elif inside:
            self.left.append(f'{cable.a.device} {cable.a.interface}')

    def outside(self) -> Iterator[Joint]:
        """The interfaces without a cable that are said to lead out."""
        for each in self.known.by_name.values():
            for interface in each.interfaces.values() if each.is_switch else ():
                kind = interface.fields.get('type')
                if (each.device.name, interface.name) in self.used:
                    continue
                if kind in OUTSIDE:
                    plug = self._plug(End(each.device.name, interface.name), each)
                    if plug is not None:
                        fields = interface.fields
                        yield Joint('external', plug, plug, interface.connection, fields)

    def _outward(self, end: End, device: KnownDevice, cable: Cable) -> Iterator[Joint]:
        plug = self._plug(end, device)
        if plug is None or plug.is_management:
            return
        interface = plug.interface
        own = interface.fields if interface is not None else {}
        name = cable.connection or (interface.connection if interface is not None else '')
        yield Joint('external', plug, plug, name, {**own, **cable.fields})

    def _between(self, cable: Cable, other: End, a: KnownDevice, b: KnownDevice) -> Iterator[Joint]:
        near, far = self._plug(cable.a, a), self._plug(other, b)
        if near is None or far is None:
            return
        if near.is_management or far.is_management:
            # The management network is no wiring of the fabric.
            return
        given = cable.fields.get('type')
        category = str(given) if given in CATEGORIES else _category(a, b)
        if not category:
            message = f'{_named(near)} - {_named(far)}: no Connection joins {a.kind} and {b.kind}'
            hint = 'give the cable a type in its field hedgehog, or another end'
            self.findings.append(warning('WiringCableUnclear', message, hint))
            return
        if _is_other_way(category, a, b):
            near, far = far, near
        yield Joint(category, near, far, cable.connection, cable.fields)

    def _plug(self, end: End, device: KnownDevice) -> Plug | None:
        port = device.port(end.interface, self.mapping)
        if not port:
            message = f'{end.device}: the interface {end.interface} has no name Hedgehog knows'
            hint = 'write the port, such as E1/1, as the label of the interface'
            self.findings.append(error('WiringPortUnknown', message, hint))
            return None
        self.used[end.device, end.interface] = None
        return Plug(device, end.interface, port, device.interfaces.get(end.interface))


def _category(a: KnownDevice, b: KnownDevice) -> str:
    kinds = {a.kind, b.kind}
    if kinds == {'Server', 'Switch'}:
        return 'server'
    if kinds == {'Gateway', 'Switch'}:
        return 'gateway'
    if kinds != {'Switch'}:
        return ''
    if a.name == b.name:
        return 'vpcLoopback'
    if a.is_spine and b.is_spine:
        return ''
    return 'fabric' if a.is_spine or b.is_spine else 'mesh'


def _is_other_way(category: str, a: KnownDevice, b: KnownDevice) -> bool:
    """Whether the cable was entered from the side that comes second in a link."""
    first = {'server': 'Server', 'gateway': 'Switch'}.get(category)
    if first is not None:
        return b.kind == first
    return category == 'fabric' and b.is_spine and not a.is_spine


def _named(plug: Plug) -> str:
    return f'{plug.known.device.name} {plug.name}'
