"""NetBox's devices, interfaces and cables, VRFs and prefixes -> a wiring as the engine knows it.

Read in the name of whoever asks. Where part of what is chosen is hidden from that person, nothing
is read at all: what cannot be seen would look as if it had gone. The same number of queries at any
size.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dcim.models import Cable as CableRow
from dcim.models import Device as DeviceRow
from dcim.models import Interface as InterfaceRow
from dcim.models import Location
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from extras.models import TaggedItem
from ipam.models import VRF, IPAddress, Prefix, VLANGroup

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.findings import Finding, Severity
from hedgehog_gitops.wiring import (
    Cable,
    Device,
    End,
    Interface,
    Pool,
    Selection,
    Subnet,
    VlanGroup,
    Vrf,
    Wiring,
)

__all__ = [
    'CONNECTION_FIELD',
    'FIELDS_FIELD',
    'chosen_devices',
    'inventory_for',
    'inventory_of',
    'visible_only',
]

FIELDS_FIELD = 'hedgehog'
"""The custom field with what only Hedgehog knows: a mapping, on devices, cables and the like."""

CONNECTION_FIELD = 'hedgehog_connection'
"""The custom field with the name of the Connection a cable is part of."""

_LAG = 'lag'
_DEFAULT_POOL = 'default'


def inventory_for(user: Any, selection: Selection) -> Wiring:
    """Everything that is chosen; refuses where `user` may not see all of it."""
    reading = _Reading(user, _of_use())
    devices = reading.devices(chosen_devices(selection))
    groups, pools, vrfs = reading.networks(selection.vpc_tag) if selection.vpc_tag else ([], [], [])
    return Wiring(
        tuple(devices),
        tuple(reading.cables()),
        tuple(groups),
        tuple(pools),
        tuple(vrfs),
        tuple(reading.findings),
    )


def inventory_of(user: Any, rows: QuerySet[DeviceRow]) -> Wiring:
    """These devices with every interface, and their cables; refuses as `inventory_for` does."""
    reading = _Reading(user, Q())
    return Wiring(tuple(reading.devices(rows)), tuple(reading.cables()))


def chosen_devices(selection: Selection) -> QuerySet[DeviceRow]:
    """The devices meant, whoever may see them; each part that is given narrows."""
    rows = DeviceRow.objects.exclude(name=None).exclude(name='')
    if selection.sites:
        rows = rows.filter(site__slug__in=selection.sites)
    if selection.locations:
        inside = Q(pk__in=())
        for place in Location.objects.filter(slug__in=selection.locations):
            inside |= Q(location__in=place.get_descendants(include_self=True))
        rows = rows.filter(inside)
    for tag in selection.tags:
        rows = rows.filter(tags__slug=tag)
    if not (selection.sites or selection.locations or selection.tags):
        rows = rows.none()
    return rows.order_by('name', 'pk')


def visible_only(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """The rows, if the user may see every one of them."""
    if user is None or user.is_superuser:
        return rows
    hidden = rows.exclude(pk__in=rows.model.objects.restrict(user, 'view').order_by().values('pk'))
    if not hidden.exists():
        return rows
    name = rows.model._meta.verbose_name_plural
    raise NeedsPerson(
        'InventoryHidden',
        f'You may not view all the {name} of what is chosen.',
        hint='What cannot be seen would be taken for gone; ask somebody who may see all of it.',
    )


@dataclass(slots=True)
class _Plug:
    """An interface, and where its cable leads: the keys of the interfaces at the other end."""

    pk: int
    device: str
    name: str
    cable: int | None
    side: str
    far: tuple[int, ...] | None


@dataclass(slots=True)
class _Reading:
    """One reading, with what was found odd on the way; `useful` are the interfaces to read."""

    user: Any
    useful: Q
    findings: list[Finding] = field(default_factory=list)
    plugs: dict[int, _Plug] = field(default_factory=dict)

    def devices(self, chosen: QuerySet[DeviceRow]) -> list[Device]:
        rows = list(
            visible_only(chosen, self.user).values(
                'pk',
                'name',
                'role__slug',
                'device_type__slug',
                'description',
                'serial',
                'primary_ip4__address',
                'custom_field_data',
            )
        )
        tags = _tags_of(DeviceRow, [row['pk'] for row in rows])
        interfaces = self._interfaces({row['pk']: row['name'] for row in rows})
        return [
            Device(
                row['name'],
                row['role__slug'],
                row['device_type__slug'],
                row['description'],
                row['serial'],
                str(row['primary_ip4__address'] or ''),
                tuple(tags[row['pk']]),
                self._fields(f'device {row["name"]}', row['custom_field_data']),
                tuple(interfaces[row['pk']]),
            )
            for row in rows
        ]

    def cables(self) -> list[Cable]:
        """The cables between the interfaces read, and from these to elsewhere, oldest first."""
        self._read_strangers()
        met: set[tuple[int, ...]] = set()
        wanted: list[tuple[_Plug, _Plug | None]] = []
        for plug in self.plugs.values():
            if plug.cable is None or plug.far is None:
                continue
            others = [self.plugs[pk] for pk in plug.far if pk in self.plugs]
            for other in others or [None]:
                pair = tuple(sorted((plug.pk, other.pk))) if other is not None else (plug.pk,)
                if pair in met:
                    continue
                met.add(pair)
                turned = other is not None and plug.side == 'B' and other.side == 'A'
                wanted.append((other, plug) if turned and other is not None else (plug, other))
        keys = {plug.cable for pair in wanted for plug in pair if plug is not None}
        rows = visible_only(CableRow.objects.filter(pk__in=keys), self.user)
        data = dict(rows.order_by('pk').values_list('pk', 'custom_field_data'))
        wanted.sort(key=lambda pair: (min(p.cable or 0 for p in pair if p), pair[0].pk))
        return [self._cable(a, b, data) for a, b in wanted]

    def networks(self, tag: str) -> tuple[list[VlanGroup], list[Pool], list[Vrf]]:
        """The VLAN groups, containers and VRFs that carry a tag."""
        groups = visible_only(VLANGroup.objects.filter(tags__slug=tag), self.user).order_by('slug')
        pools: dict[str, list[str]] = defaultdict(list)
        containers = Prefix.objects.filter(tags__slug=tag, status='container', vrf=None)
        for role, prefix in (
            visible_only(containers.filter(prefix__family=4), self.user)
            .order_by('prefix')
            .values_list('role__slug', 'prefix')
        ):
            pools[role or _DEFAULT_POOL].append(str(prefix))
        vrfs = list(visible_only(VRF.objects.filter(tags__slug=tag), self.user).order_by('name'))
        subnets = self._subnets(vrfs)
        return (
            [VlanGroup(group.slug, tuple(_ranges(group))) for group in groups],
            [Pool(name, tuple(prefixes)) for name, prefixes in sorted(pools.items())],
            [
                Vrf(
                    vrf.name,
                    tuple(subnets[vrf.pk]),
                    self._fields(f'VRF {vrf.name}', vrf.custom_field_data),
                )
                for vrf in vrfs
            ],
        )

    def _interfaces(self, names: Mapping[int, str]) -> Mapping[int, list[Interface]]:
        own = InterfaceRow.objects.filter(self.useful, device__in=list(names))
        rows = visible_only(own, self.user)
        own_type = ContentType.objects.get_for_model(InterfaceRow).pk
        found: dict[int, list[Interface]] = defaultdict(list)
        values = rows.order_by('device_id', '_name', 'pk').values(
            'pk',
            'device_id',
            'name',
            'label',
            'type',
            'lag__name',
            'cable_id',
            'cable_end',
            'custom_field_data',
            '_path__path',
            '_path__is_complete',
        )
        addresses = self._addresses(own_type, rows)
        for row in values:
            device = names[row['device_id']]
            data = row['custom_field_data']
            found[row['device_id']].append(
                Interface(
                    row['name'],
                    row['label'],
                    row['lag__name'] or '',
                    tuple(addresses[row['pk']]),
                    _text(data.get(CONNECTION_FIELD)),
                    self._fields(f'interface {device} {row["name"]}', data),
                    row['type'] == _LAG,
                )
            )
            self.plugs[row['pk']] = _Plug(
                row['pk'], device, row['name'], row['cable_id'], row['cable_end'] or '',
                _far_ends(row, own_type),
            )  # fmt: skip
        return found

    def _read_strangers(self) -> None:
        """The interfaces at the other ends which belong to devices that are not chosen."""
        ends = {pk for plug in self.plugs.values() for pk in plug.far or ()} - self.plugs.keys()
        rows = InterfaceRow.objects.filter(pk__in=ends)
        for pk, device, name in rows.values_list('pk', 'device__name', 'name'):
            self.plugs[pk] = _Plug(pk, f'{device or "-"} (elsewhere)', name, None, '', None)

    def _addresses(self, own_type: int, rows: QuerySet[InterfaceRow]) -> Mapping[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        assigned = IPAddress.objects.filter(
            assigned_object_type=own_type,
            assigned_object_id__in=rows.order_by().values('pk'),
            address__family=4,
        )
        for pk, address in (
            visible_only(assigned, self.user)
            .order_by('pk')
            .values_list('assigned_object_id', 'address')
        ):
            found[pk].append(str(address))
        return found

    def _cable(self, a: _Plug, b: _Plug | None, data: Mapping[int, dict[str, Any]]) -> Cable:
        own = [data.get(plug.cable or 0, {}) for plug in (a, b) if plug is not None]
        names = [name for each in own if (name := _text(each.get(CONNECTION_FIELD)))]
        fields: dict[str, Any] = {}
        for each in own:
            fields |= self._fields(f'cable of {a.device} {a.name}', each)
        far = End(b.device, b.name) if b is not None else None
        return Cable(End(a.device, a.name), far, names[0] if names else '', fields)

    def _subnets(self, vrfs: Iterable[VRF]) -> Mapping[int, list[Subnet]]:
        found: dict[int, list[Subnet]] = defaultdict(list)
        rows = Prefix.objects.filter(vrf__in=[vrf.pk for vrf in vrfs], prefix__family=4)
        for row in (
            visible_only(rows.exclude(status='container'), self.user)
            .order_by('prefix', 'pk')
            .values(
                'vrf_id',
                'prefix',
                'vlan__name',
                'vlan__vid',
                'vlan__group__slug',
                'custom_field_data',
            )
        ):
            found[row['vrf_id']].append(
                Subnet(
                    row['vlan__name'] or '',
                    str(row['prefix']),
                    row['vlan__vid'],
                    row['vlan__group__slug'] or '',
                    self._fields(f'prefix {row["prefix"]}', row['custom_field_data']),
                )
            )
        return found

    def _fields(self, what: str, data: Mapping[str, Any]) -> dict[str, Any]:
        value = data.get(FIELDS_FIELD)
        if value is None or isinstance(value, dict):
            return value or {}
        message = f'{what}: the custom field {FIELDS_FIELD} is no mapping'
        hint = 'write the fields of the spec as a JSON object'
        self.findings.append(
            Finding(Severity.ERROR, 'WiringFieldInvalid', message, suggestion=hint)
        )
        return {}


def _of_use() -> Q:
    """The interfaces a fabric is made of: cabled, aggregates, and those that lead out."""
    outward = Q(**{f'custom_field_data__{FIELDS_FIELD}__type__isnull': False})
    return Q(cable__isnull=False) | Q(type=_LAG) | outward


def _tags_of(model: Any, keys: list[int]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    kind = ContentType.objects.get_for_model(model)
    rows = TaggedItem.objects.filter(content_type=kind, object_id__in=keys).order_by('tag__name')
    for pk, name in rows.values_list('object_id', 'tag__name'):
        found[pk].append(name)
    return found


def _far_ends(row: Mapping[str, Any], own_type: int) -> tuple[int, ...] | None:
    """The interfaces a cable leads to, through any panels; None where it ends on the way."""
    if not row['_path__path'] or not row['_path__is_complete']:
        return None
    nodes = (node.partition(':') for node in row['_path__path'][-1])
    return tuple(int(pk) for kind, _, pk in nodes if int(kind) == own_type)


def _ranges(group: VLANGroup) -> Iterable[tuple[int, int]]:
    for each in group.vid_ranges:
        yield each.lower, each.upper - 1


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ''
