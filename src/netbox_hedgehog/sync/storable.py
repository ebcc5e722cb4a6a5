"""Says whether a value can be stored in PostgreSQL at all, before one of them spoils a thousand.

YAML can say things that JSON columns cannot hold: NUL characters, numbers that are not finite,
halves of surrogate pairs. Kubernetes refuses them too.
"""

import json
from typing import Any

__all__ = ['storable']


def storable(spec: Any, labels: Any, annotations: Any, text: bytes) -> str:
    """Returns what is wrong, or an empty text when everything can be stored."""
    if spec is not None and not isinstance(spec, dict):
        return 'spec is not a mapping'
    if b'\x00' in text:
        return 'the text holds a NUL character'
    try:
        written = json.dumps([spec, labels, annotations], allow_nan=False)
    except (TypeError, ValueError):
        return 'a number is not finite'
    if '\\u0000' in written and _holds_nul([spec, labels, annotations]):
        return 'a string holds a NUL character'
    if '\\ud' in written and _holds_half([spec, labels, annotations]):
        return 'a string holds half a character'
    return ''


def _holds_nul(value: Any) -> bool:
    return any('\x00' in text for text in _strings(value))


def _holds_half(value: Any) -> bool:
    return any('\ud800' <= letter <= '\udfff' for text in _strings(value) for letter in text)


def _strings(value: Any) -> Any:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _strings(name)
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
