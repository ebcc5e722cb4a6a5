"""How the API writes some values after it has read them, whoever wrote them otherwise.

Rows of `hedgehog.py` name the fields; the canonical form of an object asks its `Kind`, so that two
spellings of one thing are no change.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from ..documents import Value

__all__ = ['SPEED_PREFIX', 'Form', 'NormalForm', 'mac_digits']

SPEED_PREFIX = 'SPEED_'

_is_mac = re.compile(
    r'[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}(?:(?:\1[0-9A-Fa-f]{2}){2}|'
    r'(?:\1[0-9A-Fa-f]{2}){14})?)|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}|'
    r'(?:\.[0-9A-Fa-f]{4}){7})?'
).fullmatch


class Form(StrEnum):
    """What becomes of the fields of a mapping."""

    MAC_KEYS = 'mac_keys'
    """Keys that are MAC addresses become pairs of lower-case digits with colons."""
    SPEEDS = 'speeds'
    """Values lose the prefix `SPEED_`."""


@dataclass(frozen=True, slots=True)
class NormalForm:
    """One field that holds a mapping, and how the API writes it."""

    field: str
    form: Form

    def of(self, value: dict[str, Value]) -> dict[str, Value]:
        """The mapping as the API writes it."""
        match self.form:
            case Form.MAC_KEYS:
                return _mac_keys(value)
            case Form.SPEEDS:
                return {key: _speed(inner) for key, inner in value.items()}
            case _:
                assert_never(self.form)


def mac_digits(text: str) -> str | None:
    """Reads a MAC address as Go does, in pairs or dotted; its digits alone, None for none."""
    return re.sub(r'[-:.]', '', text).lower() if _is_mac(text) else None


def _mac_keys(value: dict[str, Value]) -> dict[str, Value]:
    """Of two keys that are one address nobody knows which the API keeps: they stay."""
    written = {key: _pairs(key) for key in value}
    if len(set(written.values())) < len(value):
        return value
    return {written[key]: inner for key, inner in value.items()}


def _pairs(key: str) -> str:
    digits = mac_digits(key)
    if digits is None:
        return key
    return ':'.join(digits[at : at + 2] for at in range(0, len(digits), 2))


def _speed(value: Value) -> Value:
    return value.removeprefix(SPEED_PREFIX) if isinstance(value, str) else value
