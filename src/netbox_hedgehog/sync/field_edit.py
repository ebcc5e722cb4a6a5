"""Writes one field of the form into the text, all other bytes being left as they are.

The engine's in-place editor does it; where it cannot, the text stays and the obstacle is told.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hedgehog_gitops.documents import (
    FieldPath,
    Value,
    edit_document,
    field_at,
    parse_field_path,
    set_field,
    unset_field,
)
from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.kinds import Catalogue

from .field_form import node_at, only_value
from .settings import reading_limits

__all__ = ['FieldEdit', 'add_key', 'remove_field', 'write_field']


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """The text after an edit; `refusal` says why it is the one before."""

    text: str
    refusal: str = ''


class _Refused(Exception):
    """This edit cannot be made; says why."""


def write_field(text: str, address: str, typed: str, kinds: Catalogue) -> FieldEdit:
    """Puts what was typed into one field. An empty field is taken out, but a map keeps its key."""

    def wanted(value: Value, path: FieldPath) -> Value:
        node = node_at(value, path, kinds)
        if node is None:
            raise _Refused('The kind has no such field.')
        if typed == '' and not (_keyed(value, path, kinds) and node.get('type') == 'string'):
            return unset_field(value, path)
        return set_field(_with_lists(value, path), path, _meant(typed, node))

    return _edited(text, address, wanted)


def add_key(text: str, address: str, key: str, kinds: Catalogue) -> FieldEdit:
    """Adds an entry to a map, with nothing in it yet."""

    def wanted(value: Value, path: FieldPath) -> Value:
        inner = node_at(value, (*path, key), kinds)
        if not key or inner is None:
            raise _Refused('Say what the new entry is called.')
        held = field_at(value, path)
        if isinstance(held, dict) and key in held:
            raise _Refused(f'There is an entry {key} already.')
        return set_field(_with_lists(value, path), (*path, key), _nothing(inner))

    return _edited(text, address, wanted)


def remove_field(text: str, address: str) -> FieldEdit:
    """Takes one field, entry or row out."""
    return _edited(text, address, unset_field)


def _edited(text: str, address: str, wanted: Any) -> FieldEdit:
    value = only_value(text)
    if not isinstance(value, dict):
        return FieldEdit(text, 'The text cannot be read; correct it in the YAML tab.')
    try:
        new = wanted(value, parse_field_path(address))
        edited = edit_document(text.encode('utf-8', 'surrogateescape'), new, reading_limits())
    except (NeedsPerson, _Refused, ValueError) as obstacle:
        return FieldEdit(text, str(obstacle))
    return FieldEdit(edited.text.decode('utf-8', 'surrogateescape'))


def _keyed(value: Value, path: FieldPath, kinds: Catalogue) -> bool:
    """Whether the last step is a key of somebody's choice."""
    around = node_at(value, path[:-1], kinds) or {}
    return isinstance(path[-1], str) and path[-1] not in around.get('properties', {})


def _with_lists(value: Value, path: FieldPath) -> Value:
    """The value with an empty list wherever the path goes into one that is not there yet."""
    for at, step in enumerate(path):
        if isinstance(step, int) and not isinstance(field_at(value, path[:at]), list):
            value = set_field(value, path[:at], [])
    return value


def _nothing(node: Mapping[str, Any]) -> Value:
    match node.get('type'):
        case 'object':
            return {}
        case 'array':
            return []
        case 'string':
            return ''
    raise _Refused('Entries of this map have to be written in the YAML tab.')


def _meant(typed: str, node: Mapping[str, Any]) -> Value:
    """What was typed, as a value of the field's type."""
    words: tuple[Value, ...] = tuple(node.get('enum', ()))
    for word in words:
        if not isinstance(word, bool) and str(word) == typed:
            return word
    if node.get('x-kubernetes-int-or-string'):
        return int(typed) if typed.isascii() and typed.isdecimal() else typed
    match node.get('type'):
        case 'string':
            return typed
        case 'boolean' if typed in ('true', 'false'):
            return typed == 'true'
        case 'integer':
            return _number(typed, int, 'a whole number')
        case 'number':
            return _number(typed, float, 'a number')
    raise _Refused(f'{typed} is no value of this field.')


def _number(typed: str, kind: type[int] | type[float], what: str) -> Value:
    try:
        number = kind(typed)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise _Refused(f'{typed} is not {what}.')
    return number
