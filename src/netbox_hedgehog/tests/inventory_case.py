"""A site full of switches, servers and cables in NetBox, and what one looks at in it."""

from typing import Any

from dcim.models import (
    Cable,
    Device,
    DeviceRole,
    DeviceType,
    Interface,
    Manufacturer,
    Site,
)
from django.utils.text import slugify
from ipam.models import IPAddress

__all__ = ['Inventory', 'seen_in']


class Inventory:
    """Makes devices and cables of one site."""

    def __init__(self, name: str = 'Amsterdam 1') -> None:
        self.site = Site.objects.create(name=name, slug=slugify(name))
        self.maker, _ = Manufacturer.objects.get_or_create(name='Dell', slug='dell')
        self.interfaces: dict[tuple[str, str], Interface] = {}
        self.devices: dict[str, Device] = {}

    @classmethod
    def of(cls, site: Site) -> 'Inventory':
        """What a site holds already, to be built on."""
        found = cls.__new__(cls)
        found.site, found.maker = site, Manufacturer.objects.get(slug='dell')
        rows = Interface.objects.filter(device__site=site)
        found.interfaces = {(row.device.name, row.name): row for row in rows}
        found.devices = {row.name: row for row in Device.objects.filter(site=site)}
        return found

    def found(self, text: str) -> Interface:
        """The interface `device:interface`."""
        device, _, name = text.partition(':')
        return self.interfaces[device, name]

    def device(self, name: str, role: str, model: str, **fields: Any) -> Device:
        found = Device(
            name=name,
            role=self._role(role),
            device_type=self._type(model),
            site=self.site,
            **fields,
        )
        found.save()
        self.devices[name] = found
        return found

    def interface(self, device: str, name: str, **fields: Any) -> Interface:
        fields.setdefault('type', 'other')
        made = Interface(device=self.devices[device], name=name, **fields)
        made.save()
        self.interfaces[device, name] = made
        return made

    def cable(self, a: str, b: str) -> Cable:
        """A cable between `device:interface` and another; interfaces are made as needed."""
        made = Cable(a_terminations=[self._end(a)], b_terminations=[self._end(b)])
        made.save()
        return made

    def fabric(self, spines: int, leaves: int, servers: int) -> None:
        """Every leaf is joined with every spine, and each server with two leaves by one bond."""
        for number in range(1, spines + 1):
            self.device(f'spine-{number:02}', 'spine', 'dell-s5232f-on')
        for number in range(1, leaves + 1):
            leaf = self.device(
                f'leaf-{number:02}', 'server-leaf', 'dell-s5248f-on', serial=f'SN-{number:04}'
            )
            leaf.tags.add(f'eslag:rack-{(number + 1) // 2}', f'group:rack-{(number + 1) // 2}')
            for spine in range(1, spines + 1):
                self.cable(
                    f'spine-{spine:02}:Ethernet1/{number}', f'leaf-{number:02}:E1/{48 + spine}'
                )
        ports = dict.fromkeys(range(1, leaves + 1), 0)
        for number in range(1, servers + 1):
            name, first = f'server-{number:03}', 2 * ((number - 1) % (leaves // 2)) + 1
            self.device(name, 'server', 'r650', description=f'server {number}')
            bond = self.interface(name, 'bond0', type='lag')
            for port, leaf in enumerate((first, first + 1), start=1):
                ports[leaf] += 1
                self.interface(name, f'enp2s{port}', lag=bond)
                self.cable(f'{name}:enp2s{port}', f'leaf-{leaf:02}:E1/{ports[leaf]}')

    def _end(self, text: str) -> Interface:
        device, _, name = text.partition(':')
        return self.interfaces.get((device, name)) or self.interface(device, name)

    def _role(self, slug: str) -> DeviceRole:
        return DeviceRole.objects.filter(slug=slug).first() or DeviceRole.objects.create(
            name=slug.title(), slug=slug
        )

    def _type(self, slug: str) -> DeviceType:
        return DeviceType.objects.filter(slug=slug).first() or DeviceType.objects.create(
            manufacturer=self.maker, model=slug, slug=slug
        )


def seen_in(site: Site) -> dict[str, Any]:
    """What a site holds, apart from its ids and the names people chose for ports and bonds."""
    cables = set()
    for cable in Cable.objects.filter(terminations___site=site).distinct():
        ends = [*cable.a_terminations, *cable.b_terminations]
        cables.add(tuple(sorted(f'{end.device.name} {_port(end.name)}' for end in ends)))
    return {
        'devices': {
            row.name: (
                row.role.slug,
                row.device_type.slug if row.role.slug != 'server' else '',
                row.description,
                row.serial,
                tuple(sorted(tag.name for tag in row.tags.all() if ':' in tag.name)),
                str(row.primary_ip4.address) if row.primary_ip4 else '',
            )
            for row in Device.objects.filter(site=site).select_related('role', 'device_type')
        },
        'cables': cables,
        'addresses': {
            (str(row.address), row.assigned_object.device.name)
            for row in IPAddress.objects.filter(interface__device__site=site)
        },
        'bonds': {
            (row.device.name, row.name)
            for row in Interface.objects.filter(device__site=site, lag__isnull=False)
        },
    }


def _port(name: str) -> str:
    return name.replace('Ethernet', 'E')
