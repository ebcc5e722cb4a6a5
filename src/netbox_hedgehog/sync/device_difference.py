"""A described fabric against the devices NetBox has: what is missing, the same, or different.

Used by `device_import.py`; what NetBox alone has is asked of `device_extras.py`. Devices are met by
the name of their object, ports by what Hedgehog calls them, so that `Leaf_01 Ethernet1/1` is
leaf-01/E1/1.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dcim.models import Device as DeviceRow
from dcim.models import Interface as InterfaceRow
from dcim.models import Site
from dcim.utils import object_to_path_node
from django.db.models import CharField, F, Func
from ipam.models import IPAddress

from hedgehog_gitops.wiring import (
    Aggregate,
    Cable,
    Comparison,
    Device,
    Extra,
    Interface,
    Selection,
    Wiring,
    WiringMapping,
    is_read_tag,
)
from hedgehog_gitops.wiring.mapping import SWITCH_ROLES
from hedgehog_gitops.wiring.naming import object_name

from .device_extras import compared_with_netbox
from .inventory import CONNECTION_FIELD, FIELDS_FIELD, visible_only

__all__ = ['Difference', 'Matching', 'Wanted', 'match_devices']


@dataclass(frozen=True, slots=True)
class Difference:
    """What NetBox has otherwise than Git; NetBox keeps it."""

    device: str
    about: str
    netbox: str
    git: str

    def as_json(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Wanted:
    """What is to be made, and where; `meant` says which devices there are the fabric's.

    `ports` are the interfaces new on devices that are there, with the name of the object; `known`
    are the interfaces that are there, by that name and port.
    """

    site: Site
    location: Any
    tags: tuple[str, ...]
    manufacturer: str
    mapping: WiringMapping
    meant: Selection
    devices: list[Device] = field(default_factory=list)
    ports: list[tuple[DeviceRow, str, Interface]] = field(default_factory=list)
    cables: list[Cable] = field(default_factory=list)
    known: dict[tuple[str, str], InterfaceRow] = field(default_factory=dict)
    meanings: dict[str, str] = field(default_factory=dict)

    def port_of(self, device: str, interface: str, label: str) -> str:
        """What Hedgehog calls an interface of a device; its own name where that is unknown."""
        if self.meanings.get(device) not in SWITCH_ROLES:
            return interface
        return self.mapping.switch_port(interface, label) or interface


@dataclass(slots=True)
class Matching:
    """What came of the comparison; `same` counts what is there as it should be.

    `extras` are what NetBox alone has.
    """

    wanted: Wanted
    differences: list[Difference] = field(default_factory=list)
    extras: tuple[Extra, ...] = ()
    same: dict[str, int] = field(default_factory=lambda: {'devices': 0, 'cables': 0})


def match_devices(wiring: Wiring, wanted: Wanted, user: Any) -> Matching:
    """Compares; refuses where devices of the site are hidden from the user."""
    matching, mapping = Matching(wanted), wanted.mapping
    there = _there(wanted.site, {device.name for device in wiring.devices}, user)
    interfaces = _interfaces(there.values(), user)
    compared = compared_with_netbox(wiring, mapping, wanted.meant, there.values(), user)
    matching.extras = compared.extras
    for device in wiring.devices:
        wanted.meanings[device.name] = mapping.meaning(device.role)
        row = there.get(device.name)
        if row is None:
            wanted.devices.append(device)
            continue
        before = len(matching.differences)
        matching.differences += _differences(row, device, mapping)
        matching.differences += _ports(row, device, interfaces[row.pk], wanted)
        matching.differences += _aggregates(row, compared)
        matching.same['devices'] += len(matching.differences) == before
    for cable in wiring.cables:
        _cable(cable, matching)
    _leave_taken_addresses(matching)
    return matching


def _there(site: Site, names: set[str], user: Any) -> dict[str, DeviceRow]:
    """The devices of the site that have one of the names, by it."""
    rows = visible_only(DeviceRow.objects.filter(site=site).exclude(name=None), user)
    rows = rows.select_related('role', 'device_type', 'primary_ip4').prefetch_related('tags')
    found: dict[str, DeviceRow] = {}
    for row in rows.order_by('name', 'pk'):
        name = object_name(row.name)
        if name in names:
            found.setdefault(name, row)
    return found


def _interfaces(rows: Iterable[DeviceRow], user: Any) -> Mapping[int, list[InterfaceRow]]:
    found: dict[int, list[InterfaceRow]] = defaultdict(list)
    own = InterfaceRow.objects.filter(device__in=[row.pk for row in rows])
    related = ('lag', 'cable', '_path')
    for interface in (
        visible_only(own, user)
        .select_related(*related)
        .prefetch_related('ip_addresses')
        .order_by('pk')
    ):
        found[interface.device_id].append(interface)
    return found


def _differences(row: DeviceRow, device: Device, mapping: WiringMapping) -> Iterable[Difference]:
    """What a device that is there says otherwise."""
    named = {tag.name for tag in row.tags.all()}
    tags = {tag for tag in named if tag in device.tags or is_read_tag(tag)}
    address = str(row.primary_ip4.address) if row.primary_ip4 is not None else ''
    pairs: list[tuple[str, Any, Any]] = [
        ('role', mapping.meaning(row.role.slug), mapping.meaning(device.role)),
        ('description', row.description, device.description),
        ('serial', row.serial, device.serial),
        ('tags', sorted(tags), sorted(device.tags)),
        (FIELDS_FIELD, row.custom_field_data.get(FIELDS_FIELD) or {}, dict(device.fields)),
    ]
    if mapping.meaning(device.role) in SWITCH_ROLES:
        model = row.device_type.slug
        pairs.append(('device type', mapping.profile(model), mapping.profile(device.model)))
        pairs.append(('primary IPv4', address, device.address))
    for about, here, there in pairs:
        if here != there:
            yield Difference(row.name, about, _shown(here), _shown(there))


def _ports(
    row: DeviceRow,
    device: Device,
    rows: list[InterfaceRow],
    wanted: Wanted,
) -> Iterable[Difference]:
    """Notes the interfaces that are there and those that are missing."""
    by_port: dict[str, InterfaceRow] = {}
    for interface in rows:
        port = wanted.port_of(device.name, interface.name, interface.label)
        by_port.setdefault(port, interface)
    holders = _holders(device, by_port)
    for described in device.interfaces:
        found = by_port.get(described.name)
        if described.is_lag:
            found = holders.get(described.name) or (None if holders else found)
        if found is None:
            if not (described.is_lag and holders):
                wanted.ports.append((row, device.name, described))
            continue
        wanted.known[device.name, described.name] = found
        yield from _port(row, described, found)


def _holders(device: Device, by_port: Mapping[str, InterfaceRow]) -> dict[str, InterfaceRow]:
    """An aggregate has no name in Git: whichever holds a port of it already is the one."""
    found: dict[str, InterfaceRow] = {}
    for port in device.interfaces:
        row = by_port.get(port.name)
        if port.lag and row is not None and row.lag is not None:
            found.setdefault(port.lag, row.lag)
    return found


def _aggregates(row: DeviceRow, compared: Comparison) -> Iterable[Difference]:
    for each in compared.aggregates:
        if each.device == row.name:
            yield Difference(row.name, _about(each), each.there, ', '.join(each.described))


def _about(aggregate: Aggregate) -> str:
    return f'aggregate {aggregate.name}' if aggregate.name else 'aggregate'


def _port(row: DeviceRow, described: Interface, found: InterfaceRow) -> Iterable[Difference]:
    name = f'interface {found.name}'
    addresses = sorted(str(address.address) for address in found.ip_addresses.all())
    missing = [address for address in described.addresses if address not in addresses]
    if missing:
        yield Difference(row.name, f'{name}, addresses', _shown(addresses), _shown(missing))
    data = found.custom_field_data
    fields = data.get(FIELDS_FIELD) or {}
    if fields != dict(described.fields):
        about = f'{name}, {FIELDS_FIELD}'
        yield Difference(row.name, about, _shown(fields), _shown(dict(described.fields)))
    connection = data.get(CONNECTION_FIELD) or ''
    if connection != described.connection:
        yield Difference(row.name, f'{name}, {CONNECTION_FIELD}', connection, described.connection)


def _cable(cable: Cable, matching: Matching) -> None:
    """Takes the cable to those to be made, unless it is there or a port is taken."""
    wanted = matching.wanted
    ends = [end for end in (cable.a, cable.b) if end is not None]
    rows = [wanted.known.get((end.device, end.interface)) for end in ends]
    taken = [n for n, row in enumerate(rows) if row is not None and row.cable_id is not None]
    if not taken:
        wanted.cables.append(cable)
        return
    here, there = rows if len(rows) == 2 else (rows[0], None)
    if here is not None and there is not None and _leads_to(here, there):
        data = (here.cable.custom_field_data if here.cable is not None else None) or {}
        pairs: list[tuple[str, Any, Any]] = [
            (CONNECTION_FIELD, data.get(CONNECTION_FIELD) or '', cable.connection),
            (FIELDS_FIELD, data.get(FIELDS_FIELD) or {}, dict(cable.fields)),
        ]
        unlike = [pair for pair in pairs if pair[1] != pair[2]]
        matching.same['cables'] += not unlike
        matching.differences += (
            Difference(here.device.name, f'cable of {here.name}, {name}', _shown(a), _shown(b))
            for name, a, b in unlike
        )
        return
    for number in taken:
        wrong, other = rows[number], ends[-1 - number]
        leads = ', '.join(_named(end) for end in _far(wrong)) or 'elsewhere'
        told = f'{other.device} {other.interface}'
        about = f'cable of {wrong.name}'
        matching.differences.append(Difference(wrong.device.name, about, leads, told))


def _leads_to(here: InterfaceRow, there: InterfaceRow) -> bool:
    path = here._path
    if path is None or not path.is_complete:
        return False
    return object_to_path_node(there) in path.path[-1]


def _named(end: Any) -> str:
    device = getattr(end, 'device', None)
    return f'{device} {end}' if device is not None else str(end)


def _far(row: InterfaceRow) -> list[Any]:
    if row._path is None or not row._path.is_complete:
        return []
    return [end for end in row._path.destinations if end is not None]


def _leave_taken_addresses(matching: Matching) -> None:
    """An address NetBox has already stays where it is, and is told."""
    wanted = matching.wanted
    every = {device.address for device in wanted.devices if device.address}
    ports = [(device.name, port) for device in wanted.devices for port in device.interfaces]
    ports += [(name, port) for _, name, port in wanted.ports]
    every |= {address for _, port in ports for address in port.addresses}
    hosts = {address.partition('/')[0] for address in every}
    host = Func(F('address'), function='HOST', output_field=CharField())
    rows = IPAddress.objects.filter(vrf=None).annotate(host=host).filter(host__in=sorted(hosts))
    taken = {str(row.address.ip): str(row.assigned_object or row.address) for row in rows}
    if not taken:
        return

    def free(device: str, address: str) -> bool:
        holder = taken.get(address.partition('/')[0])
        if holder is not None and address:
            about = f'address {address}'
            matching.differences.append(Difference(device, about, f'is on {holder}', 'is here'))
        return holder is None

    def port_left(device: str, port: Interface) -> Interface:
        kept = tuple(address for address in port.addresses if free(device, address))
        return replace(port, addresses=kept)

    wanted.devices = [
        replace(
            device,
            address=device.address if free(device.name, device.address) else '',
            interfaces=tuple(port_left(device.name, port) for port in device.interfaces),
        )
        for device in wanted.devices
    ]
    wanted.ports = [(row, name, port_left(name, port)) for row, name, port in wanted.ports]


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ', '.join(map(str, value))
    return str(value) if value not in (None, {}) else ''
