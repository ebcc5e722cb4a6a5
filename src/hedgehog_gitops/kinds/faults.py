"""Compares a value with a structural schema, field by field, as the API server does.

`schema.py` asks when the fast path does not accept an object; `wording.py` says in words what is
found here. The order of judging is that of the API server: nulls which a field does not allow are
taken away first, then unknown fields, then the rest is validated.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..documents import FieldPath, Value, same
from .compiled import INT32_RANGE, INT64_RANGE, fits_pattern, meets
from .formats import format_check
from .schemas import Node

__all__ = ['Fault', 'faults', 'type_of']

_CONDITIONS = ('allOf', 'anyOf', 'oneOf', 'not')
_EXACT_IN_FLOAT = 2**53


@dataclass(frozen=True, slots=True)
class Fault:
    """One disagreement. `node` is the schema at `path`, or around it for an unknown field."""

    code: str
    path: FieldPath
    node: Node
    value: Value = None


def faults(value: Value, node: Node, path: FieldPath = ()) -> Iterator[Fault]:
    """Everything in which the value is not what the schema says, from the outside in."""
    if node.get('x-server-owned'):
        if value is not None:
            yield Fault('ServerOwnedField', path, node, value)
    elif value is None:
        if not _may_be_null(node):
            yield Fault('WrongType', path, node)
    elif not _has_type(value, node):
        yield Fault('WrongType', path, node, value)
    else:
        yield from _inside(value, node, path)
        if 'enum' in node and not any(_equal(value, word) for word in node['enum']):
            yield Fault('ValueNotAllowed', path, node, value)
        if any(word in node for word in _CONDITIONS) and not _meets_conditions(value, node):
            yield Fault('ConditionNotMet', path, node, value)


def type_of(value: Value) -> str:
    """The name JSON Schema has for the value's type."""
    match value:
        case None:
            return 'null'
        case bool():
            return 'boolean'
        case dict():
            return 'object'
        case list():
            return 'array'
        case str():
            return 'string'
        case _:
            return 'integer' if _is_integral(value) else 'number'


def _may_be_null(node: Node) -> bool:
    if 'enum' in node and None not in node['enum']:
        return False
    free = 'type' not in node and not node.get('x-kubernetes-int-or-string')
    return bool(node.get('nullable') or free)


def _has_type(value: Value, node: Node) -> bool:
    found = type_of(value)
    if node.get('x-kubernetes-int-or-string'):
        return found in ('integer', 'string')
    expected = node.get('type', found)
    return found == expected or (found == 'integer' and expected == 'number')


def _is_integral(value: int | float) -> bool:
    """Numbers beyond 64 bits are floats to the API server, and floats are exact up to 2^53."""
    if isinstance(value, int):
        return INT64_RANGE[0] <= value <= INT64_RANGE[1]
    return value.is_integer() and abs(value) < _EXACT_IN_FLOAT


def _inside(value: Value, node: Node, path: FieldPath) -> Iterator[Fault]:
    match value:
        case dict():
            yield from _field_faults(value, node, path)
        case list():
            yield from _item_faults(value, node, path)
        case str():
            yield from _text_faults(value, node, path)
        case int() | float() if not isinstance(value, bool):
            yield from _number_faults(value, node, path)


def _field_faults(value: dict[str, Value], node: Node, path: FieldPath) -> Iterator[Fault]:
    stored = 0
    for name, inner in value.items():
        child = _child(node, name)
        if child is None:
            yield Fault('UnknownField', (*path, name), node, inner)
        elif not _is_dropped(inner, child):
            stored += 1
            yield from faults(inner, child, (*path, name))
    for name in node.get('required', ()):
        child = _child(node, name) or {}
        if 'default' not in child and (name not in value or _is_dropped(value[name], child)):
            yield Fault('FieldMissing', (*path, name), child)
    yield from _size_faults(stored, 'Fields', 'Properties', node, path)


def _child(node: Node, name: str) -> Node | None:
    """The schema of a field; None when the cluster drops it."""
    child: Node | None = node.get('properties', {}).get(name)
    if child is not None:
        return child
    further = node.get('additionalProperties')
    if isinstance(further, Mapping):
        return further
    free = 'type' not in node and 'properties' not in node
    return {} if further or free or node.get('x-kubernetes-preserve-unknown-fields') else None


def _is_dropped(value: Value, node: Node) -> bool:
    typed = 'type' in node or bool(node.get('x-kubernetes-int-or-string'))
    return value is None and typed and not node.get('nullable')


def _item_faults(value: list[Value], node: Node, path: FieldPath) -> Iterator[Fault]:
    items = node.get('items', {})
    for index, item in enumerate(value):
        yield from faults(item, items, (*path, index))
    yield from _size_faults(len(value), 'Items', 'Items', node, path)
    yield from _repeated(value, node, path)


def _repeated(value: list[Value], node: Node, path: FieldPath) -> Iterator[Fault]:
    """Items of a set, or of a list with keys, which stand there a second time."""
    sort = node.get('x-kubernetes-list-type')
    if sort not in ('set', 'map'):
        return
    keys = node.get('x-kubernetes-list-map-keys', ())
    seen: set[str] = set()
    for index, item in enumerate(value):
        told = item if sort == 'set' or not isinstance(item, dict) else [item.get(k) for k in keys]
        if repr(told) in seen:
            yield Fault('DuplicateItem', (*path, index), node, item)
        seen.add(repr(told))


def _text_faults(value: str, node: Node, path: FieldPath) -> Iterator[Fault]:
    if len(value) < node.get('minLength', 0):
        yield Fault('TooShort', path, node, value)
    if len(value) > node.get('maxLength', len(value)):
        yield Fault('TooLong', path, node, value)
    if 'pattern' in node and not fits_pattern(node['pattern'], value):
        yield Fault('PatternMismatch', path, node, value)
    check = format_check(node.get('format'))
    if check and not check(value):
        yield Fault('FormatInvalid', path, node, value)


def _number_faults(value: int | float, node: Node, path: FieldPath) -> Iterator[Fault]:
    lowest, highest = node.get('minimum'), node.get('maximum')
    too_low = lowest is not None and (
        value < lowest or (value == lowest and node.get('exclusiveMinimum', False))
    )
    too_high = highest is not None and (
        value > highest or (value == highest and node.get('exclusiveMaximum', False))
    )
    if too_low or too_high:
        yield Fault('OutOfRange', path, node, value)
    elif _exceeds_int32(value, node):
        yield Fault('Int32Exceeded', path, node, value)
    if 'multipleOf' in node and not _is_multiple(value, node['multipleOf']):
        yield Fault('NotAMultiple', path, node, value)


def _exceeds_int32(value: int | float, node: Node) -> bool:
    sized = node.get('type') == 'integer' and node.get('format') == 'int32'
    return sized and not INT32_RANGE[0] <= value <= INT32_RANGE[1]


def _is_multiple(value: int | float, step: int | float) -> bool:
    try:
        return value % step == 0
    except OverflowError:
        return True


def _size_faults(
    size: int, what: str, keyword: str, node: Node, path: FieldPath
) -> Iterator[Fault]:
    if size < node.get(f'min{keyword}', 0):
        yield Fault(f'TooFew{what}', path, node, size)
    if size > node.get(f'max{keyword}', size):
        yield Fault(f'TooMany{what}', path, node, size)


def _equal(one: Value, other: Any) -> bool:
    both_numbers = type_of(one) in ('integer', 'number') and type_of(other) in ('integer', 'number')
    return one == other if both_numbers else same(one, other)


def _meets_conditions(value: Value, node: Node) -> bool:
    conditions = {word: node[word] for word in _CONDITIONS if word in node}
    return meets(conditions, _without_dropped(value, node))


def _without_dropped(value: Value, node: Node) -> Value:
    """The value as the API server validates it: without dropped nulls and unknown fields."""
    if isinstance(value, list):
        return [_without_dropped(item, node.get('items', {})) for item in value]
    if not isinstance(value, dict):
        return value
    known = ((name, inner, _child(node, name)) for name, inner in value.items())
    return {
        name: _without_dropped(inner, child)
        for name, inner, child in known
        if child is not None and not _is_dropped(inner, child)
    }
