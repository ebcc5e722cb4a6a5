"""Devices -> Switch, Server, Gateway and SwitchGroup, and which port each interface is."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..documents import Value
from ..findings import Finding
from ..kinds import is_name
from .mapping import EXTERNAL, GATEWAY, SERVER, WiringMapping
from .model import Device, Interface
from .naming import object_name
from .objects import MadeOf, error, info, layered, made

__all__ = [
    'GROUP',
    'REDUNDANCIES',
    'KnownDevice',
    'KnownDevices',
    'device_objects',
    'is_read_tag',
    'known_devices',
]

GROUP = 'group:'
REDUNDANCIES = ('eslag', 'mclag')
_KINDS = {SERVER: 'Server', GATEWAY: 'Gateway', EXTERNAL: ''}


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device with its object's kind and name; no kind for one beyond the fabric."""

    device: Device
    meaning: str
    kind: str
    name: str
    interfaces: Mapping[str, Interface]

    @property
    def is_switch(self) -> bool:
        return self.kind == 'Switch'

    @property
    def is_spine(self) -> bool:
        return self.meaning == 'spine'

    @property
    def redundancy(self) -> str:
        """The type of the switch's redundancy; '' without one."""
        given = self.device.fields.get('redundancy')
        if isinstance(given, dict) and isinstance(found := given.get('type'), str):
            return found
        return next((kind for kind, _ in _redundancies(self.device)), '')

    def port(self, interface: str, mapping: WiringMapping) -> str:
        """What Hedgehog calls an interface; '' when that is unknown."""
        known = self.interfaces.get(interface)
        if self.is_switch:
            return mapping.switch_port(interface, known.label if known is not None else '')
        return interface if interface and not any(c.isspace() for c in interface) else ''


@dataclass(slots=True)
class KnownDevices:
    """The devices that mean something, by the name the inventory has.

    `twice` are the names of several devices, of which a cable could be anybody's.
    """

    by_name: dict[str, KnownDevice] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def known_devices(devices: Iterable[Device], mapping: WiringMapping) -> KnownDevices:
    """Tells what each device is; what cannot be told, or has a name twice, is a finding."""
    known, devices = KnownDevices(), list(devices)
    taken: dict[tuple[str, str], str] = {}
    strangers: dict[str, int] = {}
    for device in devices:
        meaning = mapping.meaning(device.role)
        if not meaning:
            strangers[device.role] = strangers.get(device.role, 0) + 1
            continue
        name, kind = object_name(device.name), _KINDS.get(meaning, 'Switch')
        if not name:
            message = f'no name of an object can be made of the device name {device.name!r}'
            hint = 'letters, digits, hyphens and dots'
            known.findings.append(error('WiringNameInvalid', message, hint))
            continue
        other = taken.setdefault((kind, name), device.name)
        if kind and other != device.name:
            message = f'the devices {other} and {device.name} would both be {kind} {name}'
            known.findings.append(error('WiringNameTaken', message, 'rename one of them'))
            continue
        interfaces = {each.name: each for each in device.interfaces}
        standing = known.by_name.get(device.name)
        if standing is None or not standing.kind:
            known.by_name[device.name] = KnownDevice(device, meaning, kind, name, interfaces)
    _refuse_twice(known, devices)
    for role, count in sorted(strangers.items()):
        message = f'{count} devices have the role {role or "-"}, which means nothing in a fabric'
        hint = 'add it to roles in .hnp/wiring.yaml if it should'
        known.findings.append(info('WiringRoleUnknown', message, hint))
    return known


def _refuse_twice(known: KnownDevices, devices: list[Device]) -> None:
    """Says which names several devices have; NetBox wants them unique in a site only."""
    for name, count in Counter(device.name for device in devices).items():
        standing = known.by_name.get(name)
        if count > 1 and standing is not None and standing.kind:
            known.twice.add(name)
            message = f'{count} devices are named {name}, so nothing is made of any of them'
            hint = 'rename all but one, or choose sites, locations and tags that mean one of them'
            known.findings.append(error('WiringNameTaken', message, hint))


def is_read_tag(name: str) -> bool:
    """Whether a tag says something of a switch's groups or redundancy."""
    kind, colon, group = name.partition(':')
    return bool(colon and group) and kind in (GROUP.rstrip(':'), *REDUNDANCIES)


def device_objects(known: KnownDevices, mapping: WiringMapping) -> list[MadeOf]:
    """The objects of the devices, and the groups their switches name.

    A switch of a group that cannot be is left out, and told among the findings of `known`.
    """
    objects: list[MadeOf] = []
    groups: dict[str, None] = {}
    for each in known.by_name.values():
        if not each.kind:
            continue
        spec = _spec(each, mapping)
        if wrong := [group for group in _groups_named(spec) if not is_name(group)]:
            message = f'{each.device.name}: {wrong[0]!r} cannot be the name of a SwitchGroup'
            hint = 'rename the tag: lower-case letters, digits, hyphens and dots'
            known.findings.append(error('WiringNameInvalid', message, hint))
            continue
        objects.append(made(each.kind, each.name, spec, each.device.fields))
        groups |= dict.fromkeys(_groups_named(spec))
    return [*(made('SwitchGroup', name, {}, {}) for name in sorted(groups)), *objects]


def _spec(each: KnownDevice, mapping: WiringMapping) -> dict[str, Value]:
    device = each.device
    spec: dict[str, Value] = {}
    if each.is_switch:
        spec['role'] = each.meaning
    if device.description and each.kind != 'Gateway':
        spec['description'] = device.description
    if each.is_switch:
        spec |= _switch_spec(device, mapping)
    return layered(spec, device.fields)


def _switch_spec(device: Device, mapping: WiringMapping) -> dict[str, Value]:
    spec: dict[str, Value] = {}
    if profile := mapping.profile(device.model):
        spec['profile'] = profile
    if device.serial:
        spec['boot'] = {'serial': device.serial}
    if device.address:
        spec['ip'] = device.address
    if groups := [tag.removeprefix(GROUP) for tag in device.tags if tag.startswith(GROUP)]:
        spec['groups'] = list(groups)
    for kind, group in _redundancies(device):
        spec['redundancy'] = {'group': group, 'type': kind}
    return spec


def _redundancies(device: Device) -> Iterator[tuple[str, str]]:
    for tag in device.tags:
        kind, colon, group = tag.partition(':')
        if colon and kind in REDUNDANCIES and group:
            yield kind, group


def _groups_named(spec: Mapping[str, Value]) -> Iterator[str]:
    groups, redundancy = spec.get('groups'), spec.get('redundancy')
    for group in groups if isinstance(groups, list) else ():
        if isinstance(group, str) and group:
            yield group
    if isinstance(redundancy, dict) and isinstance(group := redundancy.get('group'), str) and group:
        yield group
