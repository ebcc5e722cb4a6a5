"""Compiles structural schemas into validators, and patterns into matchers, once each.

`structural.py` compiles a whole schema for its fast path; `faults.py` asks single patterns and
conditions. The library behind it costs 40 ms to import, so it is imported where it is first needed.
Its regular expressions are of the linear kind, as Go's are: no pattern can make it hang.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..documents import Value
from .formats import FORMATS, format_check
from .schemas import Node

if TYPE_CHECKING:
    from jsonschema_rs import Draft4Validator

__all__ = [
    'INT32_RANGE',
    'INT64_RANGE',
    'compiled',
    'fits_pattern',
    'is_pattern',
    'meets',
    'strict',
]

INT32_RANGE = (-(2**31), 2**31 - 1)
INT64_RANGE = (-(2**63), 2**63 - 1)

_PATTERN_BYTES = 1_000_000
_AS_THEY_ARE = (
    'enum',
    'pattern',
    'minLength',
    'maxLength',
    'minItems',
    'maxItems',
    'minProperties',
    'maxProperties',
    'multipleOf',
    'maximum',
    'minimum',
    'exclusiveMaximum',
    'exclusiveMinimum',
    'allOf',
    'anyOf',
    'oneOf',
    'not',
)


def compiled(schema: Mapping[str, Any]) -> 'Draft4Validator':
    """A validator that never touches the network; ValueError for what cannot be compiled.

    Draft 4 is the one whose words are those of the API server, `exclusiveMinimum` included.
    """
    import jsonschema_rs

    return jsonschema_rs.Draft4Validator(
        dict(schema),
        formats=dict(FORMATS),
        validate_formats=True,
        pattern_options=jsonschema_rs.RegexOptions(size_limit=_PATTERN_BYTES),
        offline=True,
    )


def is_pattern(pattern: str) -> bool:
    """Whether the pattern can be asked at all."""
    return _matcher(pattern) is not None


def fits_pattern(pattern: str, text: str) -> bool:
    """Whether a part of the text matches; True for patterns that cannot be asked."""
    matcher = _matcher(pattern)
    try:
        return matcher is None or matcher.is_valid(text)
    except ValueError:
        return False


def meets(conditions: Node, value: Value) -> bool:
    """Whether a value meets conditions of JSON Schema; True for those that cannot be asked."""
    validator = _conditions(json.dumps(conditions, sort_keys=True))
    try:
        return validator is None or bool(validator.is_valid(value))
    except ValueError:
        return True


@lru_cache(maxsize=512)
def _conditions(text: str) -> 'Draft4Validator | None':
    try:
        return compiled(json.loads(text))
    except ValueError:
        return None


@lru_cache(maxsize=512)
def _matcher(pattern: str) -> 'Draft4Validator | None':
    try:
        return compiled({'type': 'string', 'pattern': pattern})
    except ValueError:
        return None


def strict(node: Node) -> dict[str, Any]:
    """A schema which accepts only what no rule could find fault with.

    It refuses unknown fields, nulls, and whatever only a closer look can judge.
    """
    made = {word: node[word] for word in _AS_THEY_ARE if word in node}
    if node.get('required'):
        made['required'] = sorted(set(node['required']))
    if node.get('x-kubernetes-int-or-string'):
        made['type'] = ['integer', 'string']
    elif 'type' in node:
        made['type'] = node['type']
    if _holds_fields(node):
        made |= _strict_fields(node)
    if 'items' in node:
        made['items'] = strict(node['items'])
    made |= _strict_list(node)
    if 'integer' in made.get('type', ''):
        made |= _strict_range(node)
    if format_check(node.get('format')) and 'string' in made.get('type', 'string'):
        made['format'] = str(node['format']).replace('-', '')
    return made


def _holds_fields(node: Node) -> bool:
    return node.get('type') == 'object' or 'properties' in node or 'additionalProperties' in node


def _strict_fields(node: Node) -> dict[str, Any]:
    properties = {
        name: strict(inner)
        for name, inner in node.get('properties', {}).items()
        if not inner.get('x-server-owned')
    }
    further = node.get('additionalProperties', False)
    if isinstance(further, Mapping):
        further = strict(further)
    kept = node.get('x-kubernetes-preserve-unknown-fields', False)
    return {'properties': properties, 'additionalProperties': further or kept}


def _strict_list(node: Node) -> dict[str, Any]:
    match node.get('x-kubernetes-list-type'):
        case 'set':
            return {'uniqueItems': True}
        case 'map':
            return {'maxItems': min(1, node.get('maxItems', 1))}
    return {}


def _strict_range(node: Node) -> dict[str, Any]:
    lowest, highest = INT32_RANGE if node.get('format') == 'int32' else INT64_RANGE
    made: dict[str, Any] = {}
    if node.get('minimum', lowest - 1) < lowest:
        made |= {'minimum': lowest, 'exclusiveMinimum': False}
    if node.get('maximum', highest + 1) > highest:
        made |= {'maximum': highest, 'exclusiveMaximum': False}
    return made
