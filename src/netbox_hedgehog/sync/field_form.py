"""Describes the form of one object: which fields its kind has, and what they hold in a text.

The Fields tab beside the YAML editor is drawn from it; the text alone is what is saved. What the
form cannot show is named in it, so that nobody takes it for missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import Any

from hedgehog_gitops.documents import FieldPath, Value, field_at, format_field_path, read
from hedgehog_gitops.findings import has_errors
from hedgehog_gitops.kinds import Catalogue, Kind, Reference, Schema, matches

from .settings import reading_limits

__all__ = [
    'FieldForm',
    'FormField',
    'Shape',
    'Unshown',
    'form_of',
    'node_at',
    'only_value',
    'references_in',
]

_DEEPEST = 12
_MOST = 3000
# What every object has beside the fields of its kind; the identity of an object that exists stays.
_IDENTITY = ('name', 'namespace')
_METADATA = ('labels', 'annotations')
_NOT_OF_THE_FORM = ('apiVersion', 'kind', 'metadata', 'status')


class Shape(StrEnum):
    """How a field is shown."""

    TEXT = 'text'
    NUMBER = 'number'
    FLAG = 'flag'
    CHOICE = 'choice'
    GROUP = 'group'
    LIST = 'list'
    MAP = 'map'
    UNSHOWN = 'unshown'


class Unshown(StrEnum):
    """Why a field is left to the YAML editor."""

    UNKNOWN = 'unknown'
    """The schema does not have it."""
    TOO_DEEP = 'too_deep'
    """It lies deeper than a form can show, or the form is full."""
    OTHER_TYPE = 'other_type'
    """It holds something else than its schema says."""
    FREE = 'free'
    """The schema lets it hold anything."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One field. `address` is its path as text; `inner` are the fields of a group, the rows else.

    The last row of a list is the one that is not there yet. `reference` is the row of the kind by
    which the field names other objects; of a map, by which its keys do.
    """

    number: int
    address: str
    name: str
    shape: Shape
    present: bool
    required: bool = False
    value: str = ''
    choices: tuple[str, ...] = ()
    inner: tuple['FormField', ...] = ()
    removable: bool = False
    new_row: bool = False
    why: Unshown | None = None
    node: Mapping[str, Any] = field(default_factory=dict, repr=False)
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldForm:
    """The form of one text. Without fields, `readable` says whether the text or the kind is why."""

    readable: bool
    kind: str = ''
    fields: tuple[FormField, ...] = ()


def form_of(text: str, kinds: Catalogue, *, named: bool) -> FieldForm:
    """Returns the form of the one object in a text; `named` leaves its name as it is."""
    value = only_value(text)
    if not isinstance(value, dict):
        return FieldForm(readable=False)
    kind, schema = _schema_of(value, kinds)
    if kind is None or schema is None:
        return FieldForm(readable=True, kind=str(value.get('kind') or ''))
    return FieldForm(True, kind.kind, _Walk(value, kind).fields(schema, named=named))


def only_value(text: str) -> Value:
    """Returns what the one document of a text says; None where it is not one good document."""
    reading = read(text.encode('utf-8', 'surrogateescape'), reading_limits())
    documents = [each for each in reading.documents if not each.empty]
    if not reading.whole or len(documents) != 1 or has_errors(reading.findings):
        return None
    return documents[0].value if documents[0].good else None


def node_at(text_value: Value, path: FieldPath, kinds: Catalogue) -> Mapping[str, Any] | None:
    """Returns the schema of one field; None where the kind does not have it."""
    if not isinstance(text_value, dict):
        return None
    _, schema = _schema_of(text_value, kinds)
    node: Mapping[str, Any] | None = schema.root if schema else None
    for step in path:
        if node is None:
            return None
        if isinstance(step, int):
            node = node.get('items')
        else:
            node = node.get('properties', {}).get(step) or _further(node)
    return node


def references_in(fields: tuple[FormField, ...]) -> Iterator[Reference]:
    """Every row by which a field of the form names other objects."""
    for each in fields:
        yield from each.references
        yield from references_in(each.inner)


def _schema_of(value: dict[str, Any], kinds: Catalogue) -> tuple[Kind | None, Schema | None]:
    group, _, version = str(value.get('apiVersion') or '').rpartition('/')
    kind = kinds.find(group, str(value.get('kind') or ''))
    return (None, None) if kind is None else (kind, kind.schema_of(version))


def _further(node: Mapping[str, Any]) -> Mapping[str, Any] | None:
    further = node.get('additionalProperties')
    return further if isinstance(further, Mapping) else None


class _Walk:
    """Walks schema and value together, counting the fields it has made."""

    def __init__(self, value: dict[str, Any], kind: Kind) -> None:
        self.value, self.kind = value, kind
        self.numbers = count(1)
        self.made = 0

    def fields(self, schema: Schema, *, named: bool) -> tuple[FormField, ...]:
        root = schema.root['properties']
        metadata = root['metadata']['properties']
        words = _METADATA if named else (*_IDENTITY, *_METADATA)
        needed = ('name',)
        found = [self.field(metadata[word], ('metadata', word), word in needed) for word in words]
        required = schema.root.get('required', ())
        for name, node in root.items():
            if name not in _NOT_OF_THE_FORM and not node.get('x-server-owned'):
                found.append(self.field(node, (name,), name in required))
        unknown = [name for name in self.value if name not in root]
        return (*found, *(self._unshown((name,), Unshown.UNKNOWN) for name in unknown))

    def field(
        self, node: Mapping[str, Any], path: FieldPath, required: bool = False, **how: Any
    ) -> FormField:
        held = field_at(self.value, path)
        self.made += 1
        if len(path) > _DEEPEST or self.made > _MOST:
            return self._unshown(path, Unshown.TOO_DEEP, **how)
        shape = _shape(node)
        if shape is None:
            return self._unshown(path, Unshown.FREE, **how)
        if held is not None and _is_there(held) and not _fits(held, shape):
            return self._unshown(path, Unshown.OTHER_TYPE, **how)
        return self._made(
            path,
            shape,
            required=required,
            value=_shown(held),
            choices=tuple(_shown(word) for word in node.get('enum', ()) if word is not None),
            inner=self._inner(node, shape, path, held),
            node=node,
            references=tuple(row for row in self.kind.references if matches(row.field, path)),
            **how,
        )

    def _inner(
        self, node: Mapping[str, Any], shape: Shape, path: FieldPath, held: Any
    ) -> tuple[FormField, ...]:
        if shape is Shape.GROUP:
            return self._members(node, path, held)
        if shape is Shape.LIST:
            length = len(held) if isinstance(held, list) else 0
            rows = [self.field(node['items'], (*path, at), removable=True) for at in range(length)]
            if length < node.get('maxItems', length + 1):
                rows.append(self.field(node['items'], (*path, length), new_row=True))
            return tuple(rows)
        if shape is Shape.MAP:
            inner = _further(node) or {}
            keys = held if isinstance(held, dict) else ()
            return tuple(self.field(inner, (*path, key), removable=True) for key in keys)
        return ()

    def _members(
        self, node: Mapping[str, Any], path: FieldPath, held: Any
    ) -> tuple[FormField, ...]:
        known: Mapping[str, Any] = node['properties']
        required = node.get('required', ())
        found = [
            self.field(inner, (*path, name), name in required)
            for name, inner in known.items()
            if not inner.get('x-server-owned')
        ]
        unknown = [name for name in held if name not in known] if isinstance(held, dict) else []
        return (*found, *(self._unshown((*path, name), Unshown.UNKNOWN) for name in unknown))

    def _unshown(self, path: FieldPath, why: Unshown, **how: Any) -> FormField:
        return self._made(path, Shape.UNSHOWN, why=why, **how)

    def _made(self, path: FieldPath, shape: Shape, **how: Any) -> FormField:
        present = _is_there(field_at(self.value, path))
        name, address = str(path[-1]), format_field_path(path)
        return FormField(next(self.numbers), address, name, shape, present, **how)


_SHAPES = {
    'string': Shape.TEXT,
    'integer': Shape.NUMBER,
    'number': Shape.NUMBER,
    'boolean': Shape.FLAG,
}


def _shape(node: Mapping[str, Any]) -> Shape | None:
    """How a field of this schema is shown; None where a form has no means for it."""
    if node.get('x-kubernetes-int-or-string'):
        return Shape.TEXT
    type_ = node.get('type')
    if type_ == 'array':
        return Shape.LIST if isinstance(node.get('items'), Mapping) else None
    if type_ == 'object':
        return _shape_of_object(node)
    shape = _SHAPES.get(type_ or '')
    return Shape.CHOICE if node.get('enum') and shape and shape is not Shape.FLAG else shape


def _shape_of_object(node: Mapping[str, Any]) -> Shape | None:
    if not node.get('properties') and _further(node) is not None:
        return Shape.MAP
    return Shape.GROUP if 'properties' in node else None


def _fits(held: Any, shape: Shape) -> bool:
    match shape:
        case Shape.GROUP | Shape.MAP:
            return isinstance(held, dict)
        case Shape.LIST:
            return isinstance(held, list)
        case Shape.FLAG:
            return isinstance(held, bool)
        case Shape.NUMBER:
            return isinstance(held, int | float) and not isinstance(held, bool)
    return isinstance(held, str | int | float) and not isinstance(held, bool)


def _is_there(held: Any) -> bool:
    """Whether a field is in the text; null is how YAML writes that it is not."""
    return held is not None and isinstance(held, str | int | float | bool | list | dict)


def _shown(held: Any) -> str:
    if isinstance(held, bool):
        return 'true' if held else 'false'
    return str(held) if isinstance(held, str | int | float) else ''
