"""One meaning, one byte string, one digest: how two versions of an object are compared.

Server-owned fields and this product's own annotations carry no meaning; comments, order of keys
and quotes are text, not meaning. Called wherever `has this changed` is asked.
"""

import hashlib
import json
from collections.abc import Callable, Mapping

from ..identity import Digest
from .fields import FieldPath
from .limits import DEEPEST
from .values import Value, normal

__all__ = [
    'OWN_ANNOTATIONS',
    'SERVER_OWNED',
    'canonical',
    'digest',
    'in_default_namespace',
    'meaning',
    'value_bytes',
    'without_default_namespace',
    'without_nulls',
]

OWN_ANNOTATIONS = 'hnp.githedgehog.com/'
SERVER_OWNED = frozenset(
    {
        'resourceVersion',
        'uid',
        'generation',
        'creationTimestamp',
        'managedFields',
        'selfLink',
    }
)

_DEFAULT_NAMESPACE = ('default', '', None)

type AsKept = Callable[[FieldPath, Value], Value]
"""The list or mapping at a path as the API keeps it; what is inside of it is so already."""


def canonical(value: Value, as_kept: AsKept | None = None) -> bytes:
    """The bytes that stand for what `value` means, however the API's `as_kept` found it written."""
    kept = normal(meaning(value), DEEPEST)
    if as_kept is not None:
        kept = _kept(kept, (), as_kept)
    return value_bytes(kept)


def digest(value: Value, as_kept: AsKept | None = None) -> Digest:
    """SHA-256 over the canonical bytes, in hexadecimal."""
    return Digest(hashlib.sha256(canonical(value, as_kept)).hexdigest())


def meaning(value: Value) -> Value:
    """The value without server-owned fields and without this product's annotations."""
    if not isinstance(value, dict):
        return value
    kept = {key: inner for key, inner in value.items() if key != 'status'}
    metadata = kept.get('metadata')
    if isinstance(metadata, dict):
        kept['metadata'] = _metadata(metadata)
    return kept


def in_default_namespace(metadata: Mapping[str, Value]) -> bool:
    """Whether an object lies in the namespace that is also understood when none is written."""
    return metadata.get('namespace') in _DEFAULT_NAMESPACE


def without_default_namespace(value: Value) -> Value:
    """The value without a namespace that says no more than its absence."""
    metadata = value.get('metadata') if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(metadata, dict):
        return value
    if 'namespace' not in metadata or not in_default_namespace(metadata):
        return value
    kept = {key: inner for key, inner in metadata.items() if key != 'namespace'}
    return {**value, 'metadata': kept}


def without_nulls(value: Value) -> Value:
    """The value without null fields, which Go leaves out: equal for the API, not for text."""
    if isinstance(value, dict):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_nulls(inner) for inner in value]
    return value


def _metadata(metadata: dict[str, Value]) -> dict[str, Value]:
    kept = {key: inner for key, inner in metadata.items() if key not in SERVER_OWNED}
    annotations = kept.pop('annotations', None)
    if isinstance(annotations, dict):
        annotations = {
            key: inner for key, inner in annotations.items() if not key.startswith(OWN_ANNOTATIONS)
        }
    if annotations:
        kept['annotations'] = annotations
    return kept


def _kept(value: Value, path: FieldPath, as_kept: AsKept) -> Value:
    if isinstance(value, dict):
        inside = {key: _kept(inner, (*path, key), as_kept) for key, inner in value.items()}
        return as_kept(path, inside)
    if isinstance(value, list):
        return as_kept(path, [_kept(inner, (*path, i), as_kept) for i, inner in enumerate(value)])
    return value


def value_bytes(value: Value) -> bytes:
    """Any value as JSON without spaces, keys sorted."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(',', ':'))
    return text.encode('utf-8')
