"""Writes the devices, interfaces, addresses and cables that are missing, and what these need.

Used by `device_import.py`, which holds the transaction. Nothing that is there is changed.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from core.models import ObjectType
from dcim.models import Cable as CableRow
from dcim.models import Device as DeviceRow
from dcim.models import DeviceRole, DeviceType, Manufacturer
from dcim.models import Interface as InterfaceRow
from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.db.models.signals import post_save
from django.utils.text import slugify
from extras.models import CustomField, Tag
from ipam.models import VRF, IPAddress, Prefix

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.wiring import Cable, Device, Interface

from .device_difference import Wanted
from .inventory import CONNECTION_FIELD, FIELDS_FIELD

__all__ = ['RowWriter']

_BATCH = 500
_MANAGEMENT = 'M1'
_FIELDS = {
    FIELDS_FIELD: ('json', (DeviceRow, InterfaceRow, CableRow, Prefix, VRF)),
    CONNECTION_FIELD: ('text', (InterfaceRow, CableRow)),
}
_FIELD_WORDS = {
    FIELDS_FIELD: 'Fields of the Hedgehog object that NetBox has no place for',
    CONNECTION_FIELD: 'Name of the Hedgehog Connection this is part of',
}


class RowWriter:
    """What is to be written for one import; knows it before it is written."""

    def __init__(self, wanted: Wanted, user: Any, message: str = '') -> None:
        self._wanted, self._user, self._message = wanted, user, message
        self._roles = {row.slug: row for row in DeviceRole.objects.all()}
        self._types: dict[str, DeviceType] = {}
        for row in DeviceType.objects.order_by('pk'):
            self._types.setdefault(row.slug, row)
        self._tags = {row.name: row for row in Tag.objects.filter(name__in=self._tag_names())}
        self._made: dict[Any, list[int]] = {}
        self._devices: dict[str, DeviceRow] = {}

    def counts(self) -> dict[str, int]:
        """How many of each there will be; refuses what the user may not add."""
        new = self._wanted.devices
        ports = sum(len(device.interfaces) for device in new) + len(self._wanted.ports)
        plugged = [*self._all_ports(), *((name, port) for _, name, port in self._wanted.ports)]
        links = sum(len(interface.addresses) for _, interface in plugged)
        managed = sum(bool(device.address) for device in new)
        found = {
            'custom fields': len(list(self._missing_fields())),
            'tags': len(self._missing_tags()),
            'device roles': len(self._missing_roles()),
            'manufacturers': int(self._needs_manufacturer()),
            'device types': len(self._missing_types()),
            'devices': len(new),
            'interfaces': ports + managed,
            'addresses': links + managed,
            'cables': len(self._wanted.cables),
        }
        self._refuse_forbidden(found)
        return found

    def write(self) -> None:
        """Writes all of it; the caller rolls back when it breaks off."""
        self._write_what_devices_need()
        for device in self._wanted.devices:
            self._write_device(device)
        self._write_interfaces()
        self._write_addresses()
        for cable in self._wanted.cables:
            self._write_cable(cable)
        self._refuse_unpermitted()

    def _all_ports(self) -> Iterator[tuple[str, Interface]]:
        for device in self._wanted.devices:
            for interface in device.interfaces:
                yield device.name, interface

    def _tag_names(self) -> list[str]:
        names = [tag for device in self._wanted.devices for tag in device.tags]
        return list(dict.fromkeys([*self._wanted.tags, *names]))

    def _missing_tags(self) -> list[str]:
        return [name for name in self._tag_names() if name not in self._tags]

    def _missing_roles(self) -> list[str]:
        wanted = dict.fromkeys(device.role for device in self._wanted.devices)
        return [slug for slug in wanted if slug not in self._roles]

    def _missing_types(self) -> list[str]:
        wanted = dict.fromkeys(device.model for device in self._wanted.devices)
        return [slug for slug in wanted if slug not in self._types]

    def _needs_manufacturer(self) -> bool:
        slug = slugify(self._wanted.manufacturer)
        return bool(self._missing_types()) and not Manufacturer.objects.filter(slug=slug).exists()

    def _missing_fields(self) -> Iterator[tuple[str, Any]]:
        """The custom fields that are missing, or lack some of their objects."""
        if not (self._wanted.devices or self._wanted.ports or self._wanted.cables):
            return
        for name, (_, models) in _FIELDS.items():
            field = CustomField.objects.filter(name=name).first()
            types = {ObjectType.objects.get_for_model(model) for model in models}
            if field is None or types - set(field.object_types.all()):
                yield name, field

    def _refuse_forbidden(self, counts: dict[str, int]) -> None:
        missing = [
            permission
            for what, permission in _PERMISSIONS.items()
            if counts[what] and not self._user.has_perm(permission)
        ]
        for _, field in self._missing_fields():
            if field is not None and not self._user.has_perm('extras.change_customfield'):
                missing.append('extras.change_customfield')
        if missing:
            raise NeedsPerson(
                'PermissionDenied',
                f'The import needs permissions you lack: {", ".join(dict.fromkeys(missing))}.',
                hint='Ask an administrator for them, or to make these objects beforehand.',
            )

    def _write_what_devices_need(self) -> None:
        for name, field in list(self._missing_fields()):
            self._write_field(name, field)
        CustomField.objects.clear_cache()
        for name in self._missing_tags():
            self._tags[name] = self._saved(Tag(name=name, slug=_slug(name)))
        for slug in self._missing_roles():
            role = DeviceRole(name=_titled(slug), slug=slug, vm_role=False)
            self._roles[slug] = self._saved(role)
        types = self._missing_types()
        slug = slugify(self._wanted.manufacturer)
        maker = Manufacturer.objects.filter(slug=slug).first() if types else None
        if types and maker is None:
            maker = self._saved(Manufacturer(name=self._wanted.manufacturer, slug=slug))
        for model in types:
            row = DeviceType(manufacturer=maker, model=model, slug=model)
            self._types[model] = self._saved(row)

    def _write_field(self, name: str, field: CustomField | None) -> None:
        kind, models = _FIELDS[name]
        if field is None:
            field = CustomField(
                name=name,
                type=kind,
                description=_FIELD_WORDS[name],
                group_name='Hedgehog',
            )
            field = self._saved(field)
        elif field.type != kind:
            raise NeedsPerson(
                'CustomFieldTaken',
                f'There is a custom field {name} of the type {field.type}; it has to be {kind}.',
                hint='Rename that field.',
            )
        field.object_types.add(*(ObjectType.objects.get_for_model(model) for model in models))

    def _write_device(self, device: Device) -> None:
        wanted = self._wanted
        row = DeviceRow(
            name=device.name,
            site=wanted.site,
            location=wanted.location,
            role=self._roles[device.role],
            device_type=self._types[device.model],
            description=device.description,
            serial=device.serial,
        )
        row.custom_field_data = {FIELDS_FIELD: dict(device.fields) or None}
        self._devices[device.name] = self._saved(row)
        tags = [self._tags[name] for name in dict.fromkeys((*wanted.tags, *device.tags))]
        if tags:
            row.tags.add(*tags)

    def _write_interfaces(self) -> None:
        """Aggregates first, then their members; what a device type brought along is used."""
        self._find_brought()
        pairs = [(self._devices[name], interface) for name, interface in self._all_ports()]
        pairs += [(row, each) for row, _, each in self._wanted.ports]
        names = {row.pk: name for name, row in self._devices.items()}
        names |= {row.pk: name for row, name, _ in self._wanted.ports}
        lags = [(row, each) for row, each in pairs if each.is_lag]
        self._write_ports(lags, names)
        self._write_ports([(row, each) for row, each in pairs if not each.is_lag], names)
        managed = [
            (self._devices[device.name], Interface(_MANAGEMENT))
            for device in self._wanted.devices
            if device.address
        ]
        self._write_ports(managed, names)

    def _find_brought(self) -> None:
        """Interfaces that came with the device types, by device and port."""
        names = {row.pk: name for name, row in self._devices.items()}
        for row in InterfaceRow.objects.filter(device__in=names).order_by('pk'):
            name = names[row.device_id]
            port = self._wanted.port_of(name, row.name, row.label)
            self._wanted.known.setdefault((name, port), row)

    def _write_ports(
        self, pairs: Iterable[tuple[DeviceRow, Interface]], names: dict[int, str]
    ) -> None:
        known = self._wanted.known
        fresh: list[InterfaceRow] = []
        for row, each in pairs:
            key = (names[row.pk], each.name)
            if key in known:
                self._complete(known[key], each, names[row.pk])
                continue
            made = InterfaceRow(
                device=row,
                name=each.name,
                type='lag' if each.is_lag else 'other',
                lag=known.get((names[row.pk], each.lag)) if each.lag else None,
                mgmt_only=each.name == _MANAGEMENT,
            )
            made._site, made._location, made._rack = row.site, row.location, row.rack
            made.custom_field_data = {
                FIELDS_FIELD: dict(each.fields) or None,
                CONNECTION_FIELD: each.connection or None,
            }
            known[key] = made
            fresh.append(made)
        InterfaceRow.objects.bulk_create(fresh, batch_size=_BATCH)
        prefetch_related_objects(fresh, 'tags')
        for made in fresh:
            # As NetBox does for the interfaces of a new device: change log, search, events.
            made._changelog_message = self._message
            post_save.send(
                InterfaceRow,
                instance=made,
                created=True,
                raw=False,
                using='default',
                update_fields=None,
            )
        self._made.setdefault(InterfaceRow, []).extend(made.pk for made in fresh)

    def _complete(self, row: InterfaceRow, each: Interface, device: str) -> None:
        """Says of an interface its new device brought along what Git says of it."""
        if device not in self._devices or row.pk is None:
            return
        row.snapshot()
        row.lag = self._wanted.known.get((device, each.lag)) if each.lag else None
        row.custom_field_data = {
            **row.custom_field_data,
            FIELDS_FIELD: dict(each.fields) or None,
            CONNECTION_FIELD: each.connection or None,
        }
        row.save()

    def _write_addresses(self) -> None:
        known = self._wanted.known
        for name, each in self._all_ports():
            for address in each.addresses:
                self._write_address(address, known[name, each.name])
        for _, name, each in self._wanted.ports:
            for address in each.addresses:
                self._write_address(address, known[name, each.name])
        for device in self._wanted.devices:
            if device.address:
                row = self._devices[device.name]
                interface = known[device.name, _MANAGEMENT]
                row.snapshot()
                row.primary_ip4 = self._write_address(device.address, interface)
                row.save()

    def _write_address(self, address: str, interface: InterfaceRow) -> IPAddress:
        return self._saved(IPAddress(address=address, assigned_object=interface))

    def _write_cable(self, cable: Cable) -> None:
        known = self._wanted.known
        if cable.b is None:
            return
        row = CableRow(
            a_terminations=[known[cable.a.device, cable.a.interface]],
            b_terminations=[known[cable.b.device, cable.b.interface]],
        )
        row.custom_field_data = {
            FIELDS_FIELD: dict(cable.fields) or None,
            CONNECTION_FIELD: cable.connection or None,
        }
        self._saved(row)

    def _saved(self, row: Any) -> Any:
        row._changelog_message = self._message
        try:
            row.full_clean()
        except ValidationError as error:
            said = '; '.join(error.messages)
            message = f'NetBox does not take the {row._meta.verbose_name} {row}: {said}'
            raise NeedsPerson('ImportRefused', message) from error
        row.save()
        self._made.setdefault(type(row), []).append(row.pk)
        return row

    def _refuse_unpermitted(self) -> None:
        """What was made has to be within the permissions of the user, object by object."""
        for model, keys in self._made.items():
            allowed = model.objects.restrict(self._user, 'add').filter(pk__in=keys)
            if allowed.count() < len(set(keys)):
                name = model._meta.verbose_name_plural
                raise NeedsPerson(
                    'PermissionDenied',
                    f'Your permissions do not allow some of the {name} that would be made.',
                    hint='Choose another site, or ask an administrator.',
                )


_PERMISSIONS = {
    'custom fields': 'extras.add_customfield',
    'tags': 'extras.add_tag',
    'device roles': 'dcim.add_devicerole',
    'manufacturers': 'dcim.add_manufacturer',
    'device types': 'dcim.add_devicetype',
    'devices': 'dcim.add_device',
    'interfaces': 'dcim.add_interface',
    'addresses': 'ipam.add_ipaddress',
    'cables': 'dcim.add_cable',
}


def _slug(name: str) -> str:
    return slugify(name.replace(':', '-'))[:100] or 'tag'


def _titled(slug: str) -> str:
    return slug.replace('-', ' ').capitalize()
