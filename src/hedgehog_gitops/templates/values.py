"""The only values a template sees: text, numbers, truth, nothing, lists and mappings of them.

What comes from outside is brought to that form first, so that no object with methods, files or
secrets behind it is within reach.
"""

import json
from collections.abc import Mapping
from typing import Any

from jinja2 import Undefined

from ..documents import Value
from .refusals import Forbidden

__all__ = ['as_text', 'is_plain', 'plain']

_PLAIN = (str, bool, int, float, type(None))


def plain(value: Any) -> Value:
    """The value as plain data; Forbidden for what is none."""
    if type(value) in _PLAIN:
        return value  # type: ignore[no-any-return]
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {_key(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | range | set | frozenset):
        items = [plain(inner) for inner in value]
        return sorted(items, key=str) if isinstance(value, set | frozenset) else items
    for sort in (bool, int, float):
        if isinstance(value, sort):
            return sort(value)
    raise _refusal(value)


def is_plain(value: object) -> bool:
    """Whether this is a text, a number, a truth value or nothing."""
    return type(value) in _PLAIN


def as_text(value: Any) -> str:
    """What a value looks like in the text: texts as they are, all others as YAML writes them."""
    if isinstance(value, str):
        return value
    if value is True or value is False or value is None:
        return json.dumps(value)
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=_raise_refusal)
    raise _refusal(value)


def _refusal(value: Any) -> Exception:
    """What is said of a value that is no plain data; what is not defined says so itself."""
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()
    if callable(value):
        return Forbidden('this is a function; it has to be called')
    return Forbidden(f'a value of the type {type(value).__name__} is not open to templates')


def _raise_refusal(value: Any) -> Any:
    raise _refusal(value)


def _key(key: Any) -> Any:
    if isinstance(key, str):
        return str.__str__(key)
    if isinstance(key, int):
        return key
    raise Forbidden(f'a mapping with a key of the type {type(key).__name__} is not plain data')
