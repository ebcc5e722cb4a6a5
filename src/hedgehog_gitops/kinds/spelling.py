"""Guesses what somebody meant by a field that is not there.

`wording.py` asks for each unknown field it puts into words. In this order: a name the field had
before, the same name in other letters, a field much like it, the same field elsewhere in the kind.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache

from ..documents import FieldPath, Value
from .faults import Fault
from .kind import Kind, matches
from .schemas import Node
from .showing import shown_name
from .structural import Schema

__all__ = ['advice_for']

_LONGEST_NAME = 64
_PLACES = 3


def advice_for(fault: Fault, value: Value, kind: Kind) -> str:
    """What to do about an unknown field; empty where nothing is likely."""
    for old in kind.old_fields:
        if matches(old.field, fault.path):
            return old.today
    name = str(fault.path[-1])[:_LONGEST_NAME]
    near = _nearest(name, fault.node)
    if near:
        return f'did you mean {near}?'
    places = _likely(_places(name, kind.schema), value) if kind.schema else ()
    return f'a field of this name is {" or ".join(places)}' if places else ''


def _nearest(name: str, node: Node) -> str:
    known = {known.lower(): known for known in node.get('properties', {})}
    bare = name.lower().replace('-', '').replace('_', '')
    near = get_close_matches(bare, known, n=1, cutoff=0.75)
    return shown_name(known[near[0]]) if near else ''


def _places(name: str, schema: Schema) -> tuple[FieldPath, ...]:
    return _index(schema).get(name, ())


@lru_cache(maxsize=64)
def _index(schema: Schema) -> Mapping[str, tuple[FieldPath, ...]]:
    """Where below spec each field name of a schema occurs."""
    places: dict[str, tuple[FieldPath, ...]] = {}
    spec = schema.root['properties'].get('spec', {})
    for path in _paths(spec, ('spec',)):
        places[str(path[-1])] = (*places.get(str(path[-1]), ()), path)
    return places


def _paths(node: Node, path: FieldPath) -> Iterator[FieldPath]:
    for name, inner in node.get('properties', {}).items():
        yield (*path, name)
        yield from _paths(inner, (*path, name))
    further = node.get('additionalProperties')
    if isinstance(further, Mapping):
        yield from _paths(further, (*path, '{}'))
    if 'items' in node:
        yield from _paths(node['items'], (*path, '[]'))


def _likely(places: tuple[FieldPath, ...], value: Value) -> list[str]:
    """The places which the object has already begun, or all of them where they are few."""
    likely = [path for path in places if _is_begun(path, value)] or places
    return [_written(path) for path in likely] if len(likely) <= _PLACES else []


def _is_begun(path: FieldPath, value: Value) -> bool:
    spec = value.get('spec') if isinstance(value, dict) else None
    return isinstance(spec, dict) and len(path) > 2 and path[1] in spec


def _written(path: FieldPath) -> str:
    text = '.'.join(str(step) for step in path).replace('.[]', '[]').replace('.{}', '{}')
    return shown_name(text)
