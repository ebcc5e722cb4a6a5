"""What of an object takes part in a merge, and when two parts of it mean the same.

Used by `three_way.py` and `lists.py`. Server-owned fields, our own annotations and the spelling of
the default namespace never count; what ours says of them stays as it is.
"""

from ..documents import (
    DEEPEST,
    OWN_ANNOTATIONS,
    SERVER_OWNED,
    FieldPath,
    Value,
    in_default_namespace,
    meaning,
    normal,
    value_bytes,
    without_default_namespace,
)
from ..kinds import Kind

__all__ = ['alike', 'counted', 'mark', 'says_nothing', 'with_uncounted']


def counted(value: Value) -> Value:
    """The value with nothing in it that a merge must not look at."""
    return without_default_namespace(meaning(value))


def with_uncounted(merged: Value, ours: Value) -> Value:
    """The merged value with what ours says beside the fields that count."""
    if not isinstance(merged, dict) or not isinstance(ours, dict):
        return merged
    if 'status' in ours:
        merged = {**merged, 'status': ours['status']}
    theirs, metadata = merged.get('metadata'), ours.get('metadata')
    if not isinstance(theirs, dict) or not isinstance(metadata, dict):
        return merged
    kept = {key: metadata[key] for key in metadata if key in SERVER_OWNED}
    if 'namespace' in metadata and in_default_namespace(metadata) and 'namespace' not in theirs:
        kept['namespace'] = metadata['namespace']
    return {**merged, 'metadata': {**_with_annotations(theirs, metadata), **kept}}


def mark(value: Value, path: FieldPath, kind: Kind | None) -> bytes:
    """Bytes that are equal for parts which mean the same at `path`."""
    return value_bytes(normal(_settled(value, path, kind), DEEPEST))


def alike(one: Value, other: Value, path: FieldPath, kind: Kind | None) -> bool:
    """Whether two parts mean the same at `path`."""
    if one is None or other is None:
        return one is other
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    return mark(one, path, kind) == mark(other, path, kind)


def says_nothing(value: Value) -> bool:
    """Whether a part is empty, or holds nulls alone."""
    return not value or (isinstance(value, dict) and all(v is None for v in value.values()))


def _with_annotations(merged: dict[str, Value], ours: dict[str, Value]) -> dict[str, Value]:
    present = ours.get('annotations')
    if not isinstance(present, dict):
        return merged
    own = {key: text for key, text in present.items() if key.startswith(OWN_ANNOTATIONS)}
    others = merged.get('annotations')
    joined = {**own, **(others if isinstance(others, dict) else {})}
    # An empty mapping is text somebody wrote; it means nothing and stays.
    return {**merged, 'annotations': joined} if joined or not present else merged


def _settled(value: Value, path: FieldPath, kind: Kind | None) -> Value:
    """Without null fields, and where the API writes something otherwise, as it does."""
    if isinstance(value, dict):
        value = {
            key: _settled(inner, (*path, key), kind)
            for key, inner in value.items()
            if inner is not None
        }
    elif isinstance(value, list):
        value = [_settled(inner, (*path, number), kind) for number, inner in enumerate(value)]
    return kind.as_kept(path, value) if kind else value
