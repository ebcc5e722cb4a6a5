"""A fabric's wiring as any inventory could tell it: devices, interfaces, cables, address spaces.

Knows neither NetBox's rows nor Hedgehog's objects; `generate.py` makes objects of it, `describe.py`
makes it of objects. What only Hedgehog knows stands in `fields`, by the names it has in the spec.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..documents import Value
from ..findings import Finding

__all__ = ['Cable', 'Device', 'End', 'Interface', 'Pool', 'Subnet', 'VlanGroup', 'Vrf', 'Wiring']


@dataclass(frozen=True, slots=True)
class Interface:
    """A place for a cable. `lag` names the aggregate it belongs to, `label` what is printed on it.

    `addresses` are `address/length`. `connection` names the Connection of an interface that leads
    out of the fabric without a cable.
    """

    name: str
    label: str = ''
    lag: str = ''
    addresses: tuple[str, ...] = ()
    connection: str = ''
    fields: Mapping[str, Value] = field(default_factory=dict)
    is_lag: bool = False


@dataclass(frozen=True, slots=True)
class Device:
    """A box. `role` and `model` are slugs, `tags` names; `address` is where it is managed."""

    name: str
    role: str
    model: str = ''
    description: str = ''
    serial: str = ''
    address: str = ''
    tags: tuple[str, ...] = ()
    fields: Mapping[str, Value] = field(default_factory=dict)
    interfaces: tuple[Interface, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """Where a cable is plugged in, by the names the inventory has."""

    device: str
    interface: str


@dataclass(frozen=True, slots=True)
class Cable:
    """A cable; `b` is None where the other end is none of the devices described.

    `connection` names the Connection it is part of; empty leaves that to the convention.
    """

    a: End
    b: End | None
    connection: str = ''
    fields: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VlanGroup:
    """Ranges of VLANs, first and last."""

    name: str
    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """The prefixes that subnets of VPCs are taken from."""

    name: str
    prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subnet:
    """A prefix of a VRF, with its VLAN and the group of that."""

    name: str
    prefix: str
    vlan: int | None = None
    group: str = ''
    fields: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vrf:
    """One VPC to be."""

    name: str
    subnets: tuple[Subnet, ...] = ()
    fields: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wiring:
    """Everything that is known of one fabric. The order of cables is the order of links.

    `findings` are what was odd about it where it was read.
    """

    devices: tuple[Device, ...] = ()
    cables: tuple[Cable, ...] = ()
    vlan_groups: tuple[VlanGroup, ...] = ()
    pools: tuple[Pool, ...] = ()
    vrfs: tuple[Vrf, ...] = ()
    findings: tuple[Finding, ...] = ()
