"""All objects of one fabric, so that rules across objects find them by kind and name.

`across.py` builds a Fabric once per check and hands it to every rule which looks at several
objects. Where an identity is repeated, the first object counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...documents import Value
from ...identity import ResourceKey
from ..catalogue import Catalogue
from ..kind import Kind
from ..problem import Problem
from .links import DEVICES, Link, links_of, type_of, types_of
from .ports import device_of
from .reading import mapping, text
from .subnet import Subnet, subnets_of

__all__ = ['DEFAULT', 'Fabric', 'FabricObject', 'Place', 'Wired', 'namespace_of']

DEFAULT = 'default'


@dataclass(frozen=True, slots=True, eq=False)
class FabricObject:
    """One object with its kind. Two of them are never equal, even with the same identity."""

    key: ResourceKey
    value: dict[str, Value]
    kind: Kind

    @property
    def spec(self) -> dict[str, Value]:
        """The object's spec, empty when it has none."""
        return mapping(self.value.get('spec'))

    def __str__(self) -> str:
        return f'{self.key.kind} {self.key.name}'

    @classmethod
    def of(cls, key: ResourceKey, value: Value, catalogue: Catalogue) -> 'FabricObject | None':
        """The object a value is, None for a kind that is not known; no mapping says nothing."""
        kind = catalogue.find(key.group, key.kind)
        return cls(key, mapping(value), kind) if kind is not None else None


type Place = tuple[FabricObject, Problem]


@dataclass(frozen=True, slots=True)
class Wired:
    """A Connection with its type and links; no links where they cannot be read."""

    thing: FabricObject
    type: str
    links: list[Link]

    @property
    def switches(self) -> list[str]:
        """The names of its switches, each once."""
        devices = (
            device_of(side.port)
            for link in self.links
            for side in link.sides
            if side.port and side.name not in DEVICES
        )
        return list(dict.fromkeys(devices))


class Fabric:
    """The objects of one fabric by kind and name, first come first."""

    def __init__(self, objects: Sequence[FabricObject]) -> None:
        self._kinds: dict[str, dict[str, FabricObject]] = {}
        self._switches: dict[str, list[FabricObject]] = {}
        for thing in objects:
            self._kinds.setdefault(thing.kind.kind, {}).setdefault(thing.key.name, thing)

    def find(self, kind: str, name: str) -> FabricObject | None:
        """The object of that kind and name."""
        return self._kinds.get(kind, _NONE).get(name)

    def names(self, kind: str) -> dict[str, FabricObject]:
        """All objects of a kind by name."""
        return self._kinds.get(kind, _NONE)

    def each(self, kind: str) -> Iterator[FabricObject]:
        """All objects of a kind, one per name."""
        return iter(self._kinds.get(kind, _NONE).values())

    def all(self) -> Iterator[FabricObject]:
        """All objects, one per kind and name."""
        for things in self._kinds.values():
            yield from things.values()

    @cached_property
    def connections(self) -> dict[str, Wired]:
        """The Connections by name."""
        return {name: _wired(thing) for name, thing in self.names('Connection').items()}

    def switches_of(self, wired: Wired) -> list[FabricObject]:
        """The switches of a Connection that exist."""
        name = wired.thing.key.name
        if name not in self._switches:
            found = (self.find('Switch', switch) for switch in wired.switches)
            self._switches[name] = [switch for switch in found if switch]
        return self._switches[name]

    @cached_property
    def subnets(self) -> dict[str, list[Subnet]]:
        """The subnets of each VPC by its name."""
        return {name: subnets_of(thing.spec) for name, thing in self.names('VPC').items()}


def namespace_of(thing: FabricObject, field: str) -> str:
    """The namespace a field names; empty means `default`, a wrong type none."""
    value = thing.spec.get(field)
    return DEFAULT if value is None or value == '' else text(value)


def _wired(thing: FabricObject) -> Wired:
    kind = type_of(types_of(thing.spec))
    return Wired(thing, kind, links_of(thing.spec, kind) or [])


_NONE: dict[str, FabricObject] = {}
