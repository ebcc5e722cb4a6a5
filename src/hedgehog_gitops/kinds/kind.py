"""The shape of one kind: what it is called, what it points at, how its lists are read.

A `Kind` holds data only; the rows stand in `hedgehog.py`, and `catalogue.py` finds them.

Field patterns are written like field paths with `[]` for any list item and `{}` for any map key:
`spec.subnets{}.dhcp.options.dnsServers`, `spec.permit[]`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from ..documents import FieldPath

__all__ = [
    'ITSELF',
    'MAP_KEYS',
    'Kind',
    'ListKey',
    'Reference',
    'ReferenceForm',
    'matches',
    'pattern_words',
]

ITSELF = '.'
MAP_KEYS = '{}'

_ANY = object()


class ReferenceForm(StrEnum):
    """How the name of the target is written in a field."""

    NAME = 'name'
    """The value is the name."""
    DEVICE_PORT = 'device_port'
    """The name stands before the first slash: `leaf-01/E1/1/4`."""
    OWNER_PART = 'owner_part'
    """`vpc/subnet`: an object and a key inside of it; `vpc` alone means `vpc/default`."""
    MAP_KEY = 'map_key'
    """The keys of the map are names."""
    PREFIXED_MAP_KEY = 'prefixed_map_key'
    """The keys of the map which begin with `ext.` are names behind that prefix."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One field which names other objects. `fallback` is what an empty field means."""

    field: str
    targets: tuple[str, ...]
    form: ReferenceForm = ReferenceForm.NAME
    fallback: str = ''


@dataclass(frozen=True, slots=True)
class ListKey:
    """What tells the items of one list apart, so that the list can be merged by item.

    Several keys make a compound key. `ITSELF` stands for the whole item, `MAP_KEYS` for the set of
    keys of the item, both without regard to order.
    """

    field: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `managed` kinds get files below managed/, `main` ones a folder from the start."""

    group: str
    version: str
    kind: str
    plural: str
    managed: bool
    main: bool
    older_versions: tuple[str, ...] = ()
    name_limit: int = 253
    references: tuple[Reference, ...] = ()
    list_keys: tuple[ListKey, ...] = ()
    sorted_lists: tuple[str, ...] = ()

    @property
    def api_version(self) -> str:
        return f'{self.group}/{self.version}'

    def sorts(self, path: FieldPath) -> bool:
        """Whether the order of the list at `path` carries no meaning."""
        return any(matches(pattern, path) for pattern in self.sorted_lists)


def matches(pattern: str, path: FieldPath) -> bool:
    """Whether a concrete field path is one of those a pattern stands for."""
    parts = _parts(pattern)
    return len(parts) == len(path) and all(
        part is _ANY or part == step for part, step in zip(parts, path, strict=True)
    )


def pattern_words(pattern: str) -> list[str]:
    """The steps of a field pattern: names of fields, `[]` and `{}`."""
    return re.findall(r'[^.\[\]{}]+|\[\]|\{\}', pattern)


@lru_cache(maxsize=512)
def _parts(pattern: str) -> tuple[object, ...]:
    return tuple(_ANY if word in ('[]', '{}') else word for word in pattern_words(pattern))
