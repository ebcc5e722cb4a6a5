"""Reads fields of any value without asking first what it is.

A value of a wrong type reads as an empty one: the schema speaks about types, rules do not.
"""

from ...documents import Value, mapping

__all__ = ['is_absent', 'items', 'mapping', 'number', 'text', 'texts', 'within']


def items(value: Value) -> list[Value]:
    """The value when it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: Value) -> str:
    """The value when it is text, else empty text."""
    return value if isinstance(value, str) else ''


def texts(value: Value) -> list[str]:
    """The texts in a list."""
    return [item for item in items(value) if isinstance(item, str)]


def number(value: Value) -> int | None:
    """The value when it is a whole number; true and false are none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def is_absent(value: Value) -> bool:
    """Whether Kubernetes reads the field as not given: missing, null or empty text."""
    return value is None or value == ''


def within(value: Value, *steps: str) -> Value:
    """The value below several mappings, None where one of them is missing."""
    for step in steps:
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value
