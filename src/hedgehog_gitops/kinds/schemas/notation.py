"""The words the schema tables are written in; each makes one piece of a structural schema.

Used by the tables beside this file, and by `structural.py` for what all objects have in common.
"""

from collections.abc import Mapping
from typing import Any

__all__ = [
    'FLAG',
    'INT32',
    'INTEGER',
    'OPAQUE',
    'SERVER_OWNED',
    'TEXT',
    'Node',
    'between',
    'custom_resource',
    'list_of',
    'map_of',
    'matching',
    'needed',
    'one_of',
    'record',
]

type Node = Mapping[str, Any]

TEXT: Node = {'type': 'string'}
FLAG: Node = {'type': 'boolean'}
INTEGER: Node = {'type': 'integer'}
INT32: Node = {'type': 'integer', 'format': 'int32'}
OPAQUE: Node = {'x-kubernetes-preserve-unknown-fields': True}
SERVER_OWNED: Node = {**OPAQUE, 'x-server-owned': True}

_NEEDED = 'x-needed'


def needed(node: Node) -> Node:
    """A field of a record that must be there."""
    return {**node, _NEEDED: True}


def record(fields: Mapping[str, Node] | None = None, /, **named: Node) -> Node:
    """A mapping with these fields only; names that Python cannot say go into `fields`."""
    together = {**(fields or {}), **named}
    required = [name for name, node in together.items() if _NEEDED in node]
    properties = {name: _plain(node) for name, node in together.items()}
    shape: dict[str, Any] = {'type': 'object', 'properties': properties}
    return shape | ({'required': required} if required else {})


def map_of(node: Node) -> Node:
    """A mapping with keys of the author's choice."""
    return {'type': 'object', 'additionalProperties': node}


def list_of(node: Node, *, at_least: int | None = None, at_most: int | None = None) -> Node:
    """A list of one sort of items, with limits to their number."""
    limits = {'minItems': at_least, 'maxItems': at_most}
    given = {word: limit for word, limit in limits.items() if limit is not None}
    return {'type': 'array', 'items': node, **given}


def one_of(*words: str) -> Node:
    """One of some words."""
    return {'type': 'string', 'enum': list(words)}


def between(lowest: int, highest: int | None = None, node: Node = INTEGER) -> Node:
    """A number within limits, both of them allowed."""
    return {**node, 'minimum': lowest} | ({} if highest is None else {'maximum': highest})


def matching(pattern: str, meant: str) -> Node:
    """Text of a certain form; `meant` tells people which."""
    return {'type': 'string', 'pattern': pattern, 'title': meant}


def custom_resource(spec: Node, *needs: str) -> Node:
    """The whole object: what every object has, its spec, and a status which the cluster owns.

    `needs` names further fields which must be there.
    """
    fields = {'apiVersion': TEXT, 'kind': TEXT, 'metadata': {'type': 'object'}, 'spec': spec}
    properties = {**fields, 'status': SERVER_OWNED}
    shape: dict[str, Any] = {'type': 'object', 'properties': properties}
    return shape | ({'required': list(needs)} if needs else {})


def _plain(node: Node) -> Node:
    return {word: value for word, value in node.items() if word != _NEEDED}
