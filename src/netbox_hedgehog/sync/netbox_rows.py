"""What templates may see of NetBox's own objects: plain rows of documented fields.

`netbox_answers.py` finds the objects and checks who may view them; here one becomes a row. The
names are those of the engine's NETBOX_FIELDS, and a test holds the two together. Related objects
are told by slug or name, as NetBox's REST API tells them to whoever may view the object; where a
cable leads, and what addresses a port has, only to whoever may view that too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from dcim.filtersets import CableFilterSet, DeviceFilterSet, InterfaceFilterSet, SiteFilterSet
from dcim.models import Cable, Device, Interface, Site
from extras.filtersets import ConfigContextFilterSet
from extras.models import ConfigContext
from ipam.filtersets import ASNFilterSet, IPAddressFilterSet, PrefixFilterSet, VLANFilterSet
from ipam.models import ASN, VLAN, IPAddress, Prefix

__all__ = ['KINDS', 'Ends', 'Kind', 'MayView']


@dataclass(frozen=True, slots=True)
class Ends:
    """A field with the ends of cables; `of` finds them."""

    of: Callable[[Any], list[Any]]


type Getter = str | Callable[[Any], Any] | Ends
type MayView = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of NetBox's objects. A field is a path of attributes, or a function.

    `joined` is read with the object; `gathered` are further reads a field needs, `related` the
    models of those that are read as the person may view them. `usual` are conditions that hold
    where a query does not say otherwise.
    """

    model: Any
    filterset: Any
    own: Mapping[str, Getter]
    joined: tuple[str, ...] = ()
    gathered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    related: Mapping[str, Any] = field(default_factory=dict)
    usual: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> Mapping[str, Getter]:
        """Every field by name."""
        common = dict(_COMMON)
        if not hasattr(self.model, 'custom_field_data'):
            del common['custom_fields']
        return {'id': 'pk', **self.own, **common}

    def ends(self, obj: Any, names: tuple[str, ...]) -> list[Any]:
        """Where cables lead in the fields asked for: devices, or what is no part of one."""
        getters = [getter for name in names if isinstance(getter := self.fields[name], Ends)]
        return [_holder(end) for getter in getters for end in getter.of(obj)]

    def row(self, obj: Any, names: tuple[str, ...], may_view: MayView) -> dict[str, Any]:
        """The object as plain data."""
        getters = self.fields
        return {name: _value(obj, getters[name], may_view) for name in names}


def _value(obj: Any, getter: Getter, may_view: MayView) -> Any:
    if isinstance(getter, Ends):
        return [_end(each) for each in getter.of(obj) if may_view(_holder(each))]
    if callable(getter):
        return getter(obj)
    for part in getter.split('.'):
        if obj is None:
            return None
        obj = getattr(obj, part)
    return _plain(obj)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)


def _tags(obj: Any) -> list[str]:
    return sorted(tag.slug for tag in obj.tags.all())


def _custom_fields(obj: Any) -> dict[str, Any]:
    return dict(obj.custom_field_data)


def _mac(interface: Interface) -> str | None:
    found = interface.primary_mac_address
    return str(found.mac_address) if found is not None else None


def _end(obj: Any) -> dict[str, Any]:
    device = getattr(obj, 'device', None)
    return {'device': device.name if device is not None else None, 'name': str(obj)}


def _holder(end: Any) -> Any:
    return getattr(end, 'device', None) or end


def _ends(side: str) -> Ends:
    def ends(cable: Cable) -> list[Any]:
        here = [each for each in cable.terminations.all() if each.cable_end == side]
        return [each.termination for each in sorted(here, key=lambda each: each.pk)]

    return Ends(ends)


def _scope(prefix: Prefix) -> str | None:
    scope = prefix.scope
    return getattr(scope, 'slug', str(scope)) if scope is not None else None


def _assigned(name: str) -> Callable[[IPAddress], str | None]:
    def of(address: IPAddress) -> str | None:
        interface = address.assigned_object
        if not isinstance(interface, Interface):
            return None
        return str(interface.name) if name == 'interface' else interface.device.name

    return of


_COMMON: Mapping[str, Getter] = {
    'description': 'description',
    'tags': _tags,
    'custom_fields': _custom_fields,
}

KINDS: Mapping[str, Kind] = {
    'sites': Kind(
        Site,
        SiteFilterSet,
        {
            'name': 'name',
            'slug': 'slug',
            'status': 'status',
            'region': 'region.slug',
            'group': 'group.slug',
            'tenant': 'tenant.slug',
            'facility': 'facility',
            'time_zone': 'time_zone',
        },
        ('region', 'group', 'tenant'),
    ),
    'devices': Kind(
        Device,
        DeviceFilterSet,
        {
            'name': 'name',
            'status': 'status',
            'site': 'site.slug',
            'location': 'location.slug',
            'rack': 'rack.name',
            'position': 'position',
            'role': 'role.slug',
            'device_type': 'device_type.slug',
            'manufacturer': 'device_type.manufacturer.slug',
            'platform': 'platform.slug',
            'tenant': 'tenant.slug',
            'serial': 'serial',
            'asset_tag': 'asset_tag',
            'primary_ip4': 'primary_ip4.address',
            'primary_ip6': 'primary_ip6.address',
            'oob_ip': 'oob_ip.address',
            'config_context': lambda device: device.get_config_context(),
        },
        (
            *('site', 'location', 'rack', 'role', 'device_type__manufacturer', 'platform'),
            *('tenant', 'primary_ip4', 'primary_ip6', 'oob_ip'),
        ),
    ),
    'interfaces': Kind(
        Interface,
        InterfaceFilterSet,
        {
            'name': 'name',
            'device': 'device.name',
            'label': 'label',
            'type': 'type',
            'enabled': 'enabled',
            'mtu': 'mtu',
            'mode': 'mode',
            'mac_address': _mac,
            'speed': 'speed',
            'mgmt_only': 'mgmt_only',
            'lag': 'lag.name',
            'untagged_vlan': 'untagged_vlan.vid',
            'tagged_vlans': lambda one: sorted(vlan.vid for vlan in one.tagged_vlans.all()),
            'ip_addresses': lambda one: sorted(
                str(each.address) for each in one.ip_addresses.all()
            ),
            'connected_to': Ends(lambda one: list(one.connected_endpoints or ())),
            'cable': 'cable.pk',
        },
        ('device', 'lag', 'untagged_vlan', 'cable', 'primary_mac_address', '_path'),
        {'tagged_vlans': ('tagged_vlans',)},
        {'ip_addresses': IPAddress},
    ),
    'cables': Kind(
        Cable,
        CableFilterSet,
        {
            'label': 'label',
            'type': 'type',
            'status': 'status',
            'color': 'color',
            'a_ends': _ends('A'),
            'b_ends': _ends('B'),
        },
        (),
        dict.fromkeys(('a_ends', 'b_ends'), ('terminations__termination',)),
    ),
    'prefixes': Kind(
        Prefix,
        PrefixFilterSet,
        {
            'prefix': 'prefix',
            'status': 'status',
            'vrf': 'vrf.name',
            'vlan': 'vlan.vid',
            'role': 'role.slug',
            'tenant': 'tenant.slug',
            'scope': _scope,
            'is_pool': 'is_pool',
        },
        ('vrf', 'vlan', 'role', 'tenant'),
        {'scope': ('scope',)},
    ),
    'vlans': Kind(
        VLAN,
        VLANFilterSet,
        {
            'vid': 'vid',
            'name': 'name',
            'status': 'status',
            'site': 'site.slug',
            'group': 'group.slug',
            'role': 'role.slug',
            'tenant': 'tenant.slug',
        },
        ('site', 'group', 'role', 'tenant'),
    ),
    'ip-addresses': Kind(
        IPAddress,
        IPAddressFilterSet,
        {
            'address': 'address',
            'status': 'status',
            'role': 'role',
            'vrf': 'vrf.name',
            'tenant': 'tenant.slug',
            'dns_name': 'dns_name',
            'device': _assigned('device'),
            'interface': _assigned('interface'),
        },
        ('vrf', 'tenant'),
        dict.fromkeys(('device', 'interface'), ('assigned_object',)),
    ),
    'asns': Kind(
        ASN,
        ASNFilterSet,
        {'asn': 'asn', 'rir': 'rir.slug', 'tenant': 'tenant.slug'},
        ('rir', 'tenant'),
    ),
    'config-contexts': Kind(
        ConfigContext,
        ConfigContextFilterSet,
        {
            'name': 'name',
            'weight': 'weight',
            'is_active': 'is_active',
            'sites': lambda one: sorted(site.slug for site in one.sites.all()),
            'data': lambda one: dict(one.data),
        },
        gathered={'sites': ('sites',)},
        # One that is switched off applies to nothing in NetBox either.
        usual={'is_active': 'true'},
    ),
}
