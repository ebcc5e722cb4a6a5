"""All objects of one fabric, so that rules across objects find them by kind and name.

`across.py` builds a Fabric once per check and hands it to every rule which looks at several
objects. Where an identity is repeated, the first object counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...documents import Value
from ...identity import ResourceKey
from ..kind import Kind
from ..problem import Problem
from .reading import mapping

__all__ = ['DEFAULT', 'Fabric', 'FabricObject', 'Place']

DEFAULT = 'default'


@dataclass(frozen=True, slots=True, eq=False)
class FabricObject:
    """One object with its kind. Two of them are never equal, even with the same identity."""

    key: ResourceKey
    value: dict[str, Value]
    kind: Kind

    @property
    def name(self) -> str:
        """The object's name."""
        return self.key.name

    @property
    def spec(self) -> dict[str, Value]:
        """The object's spec, empty when it has none."""
        return mapping(self.value.get('spec'))


type Place = tuple[FabricObject, Problem]


class Fabric:
    """The objects of one fabric by kind and name, first come first."""

    def __init__(self, objects: Sequence[FabricObject]) -> None:
        self._kinds: dict[str, dict[str, FabricObject]] = {}
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


_NONE: dict[str, FabricObject] = {}
