"""What a fabric looks like: its devices and what joins them, from rows only; for the Topology tab.

An object counts as NetBox has it now, its draft included. Two queries at any size.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any

from django.db.models import QuerySet

from hedgehog_gitops.kinds.cabling import Cable, End, cables_of, connection_type

from ..choices import OPEN_CONFLICT_STATUSES
from ..models import ConflictResolution, HedgehogResource

__all__ = [
    'Bundle',
    'Device',
    'DeviceKey',
    'Link',
    'ShownState',
    'Topology',
    'connection_ends',
    'counted',
    'fabric_topology',
    'topology_of',
]

DEVICE_KINDS = ('Switch', 'Server', 'Gateway')
ATTACHMENT = 'ExternalAttachment'
OUTSIDE = 'Outside'

DeviceKey = tuple[str, str]
"""Kind and name."""


class ShownState(IntEnum):
    """How an object stands, better first; where several meet in one line, the worst is shown."""

    IN_STEP = 0
    MISSING = 1
    DRAFT = 2
    PROBLEM = 3
    CONFLICT = 4


@dataclass(frozen=True, slots=True)
class Device:
    """One box of the picture. `pk` is None for what is named but not there (or not to be seen)."""

    kind: str
    name: str
    pk: int | None = None
    state: ShownState = ShownState.MISSING
    role: str = ''
    group: str = ''
    redundancy: str = ''
    stands_for: int = 1
    label: str = ''
    """What people know it by, where that is not its name: the External behind a Connection."""

    @property
    def key(self) -> DeviceKey:
        return self.kind, self.name


@dataclass(frozen=True, slots=True)
class Link:
    """One Connection's part between two devices: its ports, written `port - port`."""

    name: str
    pk: int
    type: str
    state: ShownState
    ports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything that joins the same two devices."""

    ends: tuple[DeviceKey, DeviceKey]
    links: tuple[Link, ...]

    @property
    def cables(self) -> int:
        return sum(len(link.ports) for link in self.links)

    @property
    def state(self) -> ShownState:
        return max(link.state for link in self.links)


@dataclass(frozen=True, slots=True)
class Topology:
    """Devices by kind and name, and the bundles between them."""

    devices: Mapping[DeviceKey, Device]
    bundles: tuple[Bundle, ...]
    unread: tuple[Link, ...] = field(default=())
    """Connections that join nothing: they have no type, or name no device."""

    def number_of(self, kind: str) -> int:
        """How many objects of a kind there are, those that are only named left out."""
        return sum(1 for each in self.devices.values() if each.kind == kind and each.pk)


def connection_ends(spec: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The type of a Connection and the devices it joins, each once."""
    known = dict(spec)
    names = (end.device for cable in cables_of(known) for end in cable.ends)
    return connection_type(known), list(dict.fromkeys(names))


def fabric_topology(visible: QuerySet[HedgehogResource]) -> Topology:
    """Returns the topology of the resources given, which are those of one fabric."""
    clashing = ConflictResolution.objects.filter(
        resource__in=visible, resolution_status__in=OPEN_CONFLICT_STATUSES
    )
    in_conflict = set(clashing.order_by().values_list('resource_id', flat=True))
    rows = visible.filter(kind__in=(*DEVICE_KINDS, 'Connection', ATTACHMENT)).order_by(
        'kind', 'name', 'pk'
    )
    return topology_of(rows.values(*_COLUMNS), in_conflict)


_COLUMNS = (
    'pk', 'kind', 'name', 'desired_spec', 'draft_spec', 'draft_updated',
    'sync_state__error_count', 'sync_state__last_sync_error',
)  # fmt: skip


def topology_of(rows: Iterable[Mapping[str, Any]], in_conflict: Iterable[int] = ()) -> Topology:
    """Puts rows together: devices, and one bundle for every two devices that are joined."""
    clashing = frozenset(in_conflict)
    devices: dict[DeviceKey, Device] = {}
    between: dict[tuple[DeviceKey, DeviceKey], list[Link]] = defaultdict(list)
    unread = []
    externals: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        state = _state(row, clashing)
        spec = _spec(row)
        if row['kind'] in DEVICE_KINDS:
            device = _device(row, spec, state)
            devices[device.key] = device
            continue
        if row['kind'] == ATTACHMENT:
            externals[_text(spec.get('connection'))].append(_text(spec.get('external')))
            continue
        joined = _joined(cables_of(spec), row['name'])
        link = Link(row['name'], row['pk'], connection_type(spec), state, ())
        for ends, ports in joined.items():
            between[ends].append(replace(link, ports=tuple(ports)))
        if not joined:
            unread.append(link)
    bundles = tuple(Bundle(ends, tuple(links)) for ends, links in between.items())
    for bundle in bundles:
        for key in bundle.ends:
            if key not in devices:
                label = ', '.join(externals[key[1]]) if key[0] == OUTSIDE else ''
                devices[key] = _only_named(key, bundle, label)
    return Topology(devices, bundles, tuple(unread))


def counted(topology: Topology) -> Topology:
    """The same fabric with one box for all the servers that hang on the same switches."""
    homes: dict[DeviceKey, set[DeviceKey]] = defaultdict(set)
    for bundle in topology.bundles:
        for own, other in (bundle.ends, bundle.ends[::-1]):
            if own[0] == 'Server':
                homes[own].add(other)
    members: dict[frozenset[DeviceKey], list[Device]] = defaultdict(list)
    for device in topology.devices.values():
        if device.kind == 'Server':
            members[frozenset(homes[device.key])].append(device)
    stands_in: dict[DeviceKey, Device] = {}
    for home, devices in members.items():
        box = _stand_in(home, devices)
        stands_in.update((device.key, box) for device in devices)
    kept = {key: each for key, each in topology.devices.items() if key not in stands_in}
    between: dict[tuple[DeviceKey, DeviceKey], list[Link]] = defaultdict(list)
    for bundle in topology.bundles:
        first, second = (stands_in[key].key if key in stands_in else key for key in bundle.ends)
        between[first, second].extend(bundle.links)
    return Topology(
        kept | {each.key: each for each in stands_in.values()},
        tuple(Bundle(ends, tuple(links)) for ends, links in between.items()),
        topology.unread,
    )


def _stand_in(home: frozenset[DeviceKey], devices: list[Device]) -> Device:
    if len(devices) == 1:
        return devices[0]
    return Device(
        'Servers',
        '+'.join(sorted(name for _kind, name in home)),
        state=max(device.state for device in devices),
        stands_for=len(devices),
    )


def _state(row: Mapping[str, Any], in_conflict: frozenset[int]) -> ShownState:
    if row['pk'] in in_conflict:
        return ShownState.CONFLICT
    if row['sync_state__error_count'] or row['sync_state__last_sync_error']:
        return ShownState.PROBLEM
    if row['draft_updated'] or row['draft_spec'] is not None or row['desired_spec'] is None:
        return ShownState.DRAFT
    return ShownState.IN_STEP


def _spec(row: Mapping[str, Any]) -> dict[str, Any]:
    spec = row['draft_spec'] if row['draft_spec'] is not None else row['desired_spec']
    return spec if isinstance(spec, dict) else {}


def _device(row: Mapping[str, Any], spec: dict[str, Any], state: ShownState) -> Device:
    redundancy = spec.get('redundancy')
    told = redundancy if isinstance(redundancy, dict) else {}
    return Device(
        row['kind'],
        row['name'],
        row['pk'],
        state,
        role=_text(spec.get('role')),
        group=_text(told.get('group')),
        redundancy=_text(told.get('type')),
    )


def _only_named(key: DeviceKey, bundle: Bundle, label: str) -> Device:
    """What lies outside of the fabric stands for its Connection; anything else is missing."""
    if key[0] == OUTSIDE:
        return Device(
            *key, bundle.links[0].pk, bundle.state, role=bundle.links[0].type, label=label
        )
    return Device(*key)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ''


def _joined(
    cables: Iterable[Cable], connection: str
) -> dict[tuple[DeviceKey, DeviceKey], list[str]]:
    """The ports of each pair of devices that cables join; a loop joins a switch with nothing."""
    found: dict[tuple[DeviceKey, DeviceKey], list[str]] = defaultdict(list)
    for cable in cables:
        ends = cable.ends if len(cable.ends) == 2 else (*cable.ends, End(OUTSIDE, connection, ''))
        first, second = sorted(ends)
        found[first[:2], second[:2]].append(' - '.join(_port(end) for end in ends if end.port))
    return found


def _port(end: End) -> str:
    return f'{end.device}/{end.port}'
