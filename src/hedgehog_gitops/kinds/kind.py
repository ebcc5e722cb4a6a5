"""The shape of one kind: what it is called, what it points at, how its lists are read.

A `Kind` holds data only; the rows stand in `hedgehog.py`, and `catalogue.py` finds them.

Field patterns are written like field paths with `[]` for any list item and `{}` for any map key:
`spec.subnets{}.dhcp.options.dnsServers`, `spec.permit[]`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from ..documents import FieldPath
from .structural import Schema

__all__ = [
    'ITSELF',
    'MAP_KEYS',
    'FilledField',
    'Kind',
    'ListKey',
    'OldField',
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
class FilledField:
    """A required field which the cluster's webhook fills in when it is missing.

    `when` names a field of the object which must be there for that; empty means always. `value` is
    what it fills in where that is one value, whatever else the object says.
    """

    field: str
    when: str = ''
    value: int | None = None


@dataclass(frozen=True, slots=True)
class OldField:
    """A field people still write, and what to write today."""

    field: str
    today: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `managed` kinds get files below managed/, `main` ones a folder from the start.

    `schema` is that of `version`; `further_schemas` are those of other versions which the cluster
    serves beside it. `older_versions` are those it does not serve any more.
    """

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
    filled_fields: tuple[FilledField, ...] = ()
    old_fields: tuple[OldField, ...] = ()
    namespaced: bool = True
    schema: Schema | None = field(default=None, compare=False, repr=False)
    further_schemas: Mapping[str, Schema] = field(default_factory=dict, compare=False, repr=False)

    @property
    def api_version(self) -> str:
        return f'{self.group}/{self.version}'

    def schema_of(self, version: str) -> Schema | None:
        """The schema of one version of the kind; None where it is not known."""
        return self.schema if version == self.version else self.further_schemas.get(version)

    @property
    def schema_digests(self) -> tuple[tuple[str, str], ...]:
        """The digest of each known schema, by version."""
        known = {**self.further_schemas, **({self.version: self.schema} if self.schema else {})}
        return tuple(sorted((version, schema.digest) for version, schema in known.items()))

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
