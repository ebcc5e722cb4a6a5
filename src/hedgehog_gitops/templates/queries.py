"""What a template asks NetBox for: objects by kind, which of them, and which of their fields.

A header declares queries; whoever renders answers them (`answers.py`). The engine knows the names
and checks them, and nothing of NetBox itself: what comes back are plain rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..documents import Value
from .config_contexts import CONFIG_CONTEXTS

__all__ = [
    'MOST_QUERIES',
    'MOST_ROWS',
    'NETBOX_FIELDS',
    'Asker',
    'Query',
    'QueryRefused',
    'query_of',
]

MOST_QUERIES = 20
MOST_ROWS = 5_000
"""What one query may bring at most; without a `limit` a fifth of it."""

_DEFAULT_ROWS = MOST_ROWS // 5
_COMMON = 'description tags custom_fields'

NETBOX_FIELDS: Mapping[str, tuple[str, ...]] = {
    kind: tuple(f'id {fields} {_COMMON}'.split())
    for kind, fields in {
        'sites': 'name slug status region group tenant facility time_zone',
        'devices': 'name status site location rack position role device_type manufacturer platform '
        'tenant serial asset_tag primary_ip4 primary_ip6 oob_ip config_context',
        'interfaces': 'name device label type enabled mtu mode mac_address speed mgmt_only lag '
        'untagged_vlan tagged_vlans ip_addresses connected_to cable',
        'cables': 'label type status color a_ends b_ends',
        'prefixes': 'prefix status vrf vlan role tenant scope is_pool',
        'vlans': 'vid name status site group role tenant',
        'ip-addresses': 'address status role vrf tenant dns_name device interface',
        'asns': 'asn rir tenant',
    }.items()
} | {CONFIG_CONTEXTS: ('id', 'name', 'weight', 'is_active', 'sites', 'data', 'description', 'tags')}
"""The kinds that can be asked for, and the fields of each. `id` always comes along."""

# Costly, or now and then not for everybody who reads the repository: only where they are named.
_ONLY_NAMED = {'custom_fields', 'config_context', 'connected_to'}


@dataclass(frozen=True, slots=True)
class Query:
    """One question. A value of `where` may be `{variable: NAME}` until `with_variables`."""

    name: str
    objects: str
    where: Mapping[str, Value] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    limit: int = _DEFAULT_ROWS
    line: int | None = field(default=None, compare=False)

    @property
    def variables(self) -> frozenset[str]:
        """The variables its conditions name."""
        return frozenset(name for value in self.where.values() if (name := _variable(value)))

    def with_variables(self, values: Mapping[str, Value]) -> 'Query':
        """The same with the values of the variables; KeyError for one that has none."""
        where = {
            key: values[name] if (name := _variable(value)) else value
            for key, value in self.where.items()
        }
        return replace(self, where=where)

    @property
    def empty_conditions(self) -> list[str]:
        """Conditions that say nothing; NetBox would leave them out, and bring everything."""
        return [key for key, value in self.where.items() if not _says_something(value)]

    def as_json(self) -> dict[str, Any]:
        """What stands for the question where its answer is kept."""
        return {'objects': self.objects, 'where': dict(self.where), 'fields': list(self.fields)}


class QueryRefused(Exception):
    """A query has no answer; `code` is the reason, the message says why and what to do."""

    def __init__(self, code: str, message: str, hint: str = '') -> None:
        super().__init__(message)
        self.code, self.hint = code, hint


type Asker = Callable[[str, Query, Sequence[Mapping[str, Value]]], Sequence[Mapping[str, Value]]]
"""Answers the query of a template, given the rows of last time; raises QueryRefused."""


def query_of(name: str, told: object) -> Query:
    """Reads one declared query; a ValueError says what is wrong with it."""
    if not isinstance(told, dict):
        raise ValueError(f'the query {name} is not a mapping')
    if unknown := sorted(map(str, told.keys() - {'objects', 'where', 'fields', 'limit'})):
        raise ValueError(f'the query {name} has no {unknown[0]}')
    kind, limit = told.get('objects'), told.get('limit', _DEFAULT_ROWS)
    if not isinstance(kind, str) or kind not in NETBOX_FIELDS:
        kinds = ', '.join(NETBOX_FIELDS)
        raise ValueError(f'the query {name} asks for {kind!r}; there are {kinds}')
    if type(limit) is not int or not 1 <= limit <= MOST_ROWS:
        raise ValueError(f'the query {name}: `limit` is a number from 1 to {MOST_ROWS:,}')
    where = told.get('where') or {}
    if not isinstance(where, dict) or not all(map(_is_condition, where.values())):
        raise ValueError(f'the query {name}: `where` gives each filter a plain value, or a list')
    return Query(name, kind, where, _fields(name, kind, told.get('fields')), limit)


def _fields(name: str, kind: str, given: object) -> tuple[str, ...]:
    known = NETBOX_FIELDS[kind]
    if given is None:
        return tuple(field for field in known if field not in _ONLY_NAMED)
    if not isinstance(given, list):
        raise ValueError(f'the query {name}: `fields` is a list of names')
    if wrong := [one for one in given if one not in known]:
        raise ValueError(f'{kind} have no field {wrong[0]!r}; there are {", ".join(known)}')
    return tuple(dict.fromkeys(['id', *given]))


def _variable(value: Value) -> str:
    """The name of the variable a condition is given by; empty where it is a value."""
    name = value.get('variable') if isinstance(value, dict) else None
    return name if isinstance(name, str) else ''


def _says_something(value: Value) -> bool:
    items = value if isinstance(value, list) else [value]
    plain = (str, int, float, bool)
    return bool(items) and all(isinstance(item, plain) and item != '' for item in items)


def _is_condition(value: object) -> bool:
    if isinstance(value, dict):
        return set(value) == {'variable'} and isinstance(value['variable'], str)
    items = value if isinstance(value, list) else [value]
    return all(isinstance(item, str | int | float | bool) for item in items)
