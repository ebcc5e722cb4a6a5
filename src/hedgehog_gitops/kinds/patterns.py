"""The field a concrete path is one of many of: list indices and map keys left open.

Used where findings are put together: `spec.subnets.web.vlan` and `spec.subnets.db.vlan` are one.
"""

from collections.abc import Mapping
from typing import Any

from ..documents import FieldPath, format_field_path
from .kind import Kind

__all__ = ['field_pattern']


def field_pattern(path: FieldPath, kind: Kind | None) -> str:
    """`spec.subnets{}.vlan`, `spec.permit[]`; keys of maps are known from the kind's schema."""
    node: Mapping[str, Any] = kind.schema.root if kind and kind.schema else {}
    written = ''
    for step in path:
        if isinstance(step, int):
            written += '[]'
            node = _inner(node, 'items')
            continue
        known = node.get('properties', {})
        further = _inner(node, 'additionalProperties')
        if step not in known and further:
            written += '{}'
            node = further
        else:
            shown = format_field_path((step,))
            written += f'.{shown}' if written else shown
            node = known.get(step, {})
    return written


def _inner(node: Mapping[str, Any], word: str) -> Mapping[str, Any]:
    inner = node.get(word)
    return inner if isinstance(inner, Mapping) else {}
