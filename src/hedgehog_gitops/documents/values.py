"""What a document can mean: JSON's values, and when two of them are the same.

Shared by all of this room; nothing here knows text.
"""

from .limits import DEFAULT_LIMITS
from .scalars import BadScalar, normal_number

__all__ = ['Value', 'mapping', 'normal', 'same']

type Value = bool | int | float | str | list[Value] | dict[str, Value] | None


def mapping(value: Value) -> dict[str, Value]:
    """The value when it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def same(one: Value, other: Value) -> bool:
    """True when both mean the same to Kubernetes; `1` and `true` differ, key order does not."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(same(value, other[key]) for key, value in one.items())
        )
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


def normal(value: Value, depth: int = DEFAULT_LIMITS.depth) -> Value:
    """The value as it reads back from text; BadScalar for what no document so deep can hold."""
    if isinstance(value, dict | list) and depth == 0:
        raise BadScalar('it is nested deeper than the limit `depth` allows')
    if isinstance(value, dict):
        return {_key(key): normal(inner, depth - 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [normal(inner, depth - 1) for inner in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float):
        return normal_number(value)
    raise BadScalar(f'a {type(value).__name__} has no place in a document')


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise BadScalar('every mapping key must be a string')
    return _text(key)


def _text(text: str) -> str:
    if not text.isascii() and any('\ud800' <= character <= '\udfff' for character in text):
        raise BadScalar('a lone surrogate is no text')
    return text
