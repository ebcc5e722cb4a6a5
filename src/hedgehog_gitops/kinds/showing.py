"""Shows values, names and paths of strangers' files to people: escaped, and never long.

`wording.py`, `spelling.py` and `schema.py` use it for everything they quote.
"""

from reprlib import Repr

from ..documents import FieldPath, Value, format_field_path

__all__ = ['shown', 'shown_name', 'shown_path']

_LONGEST = 60
_LONGEST_PATH = 120
_repr = Repr()
_repr.maxstring = _repr.maxother = _repr.maxlong = _LONGEST


def shown(value: Value) -> str:
    """A value; text in quotes, what holds others by its sort only."""
    match value:
        case None:
            return 'nothing'
        case bool():
            return 'true' if value else 'false'
        case dict():
            return 'a mapping'
        case list():
            return 'a list'
        case int() if abs(value) > 10**_LONGEST:
            return 'a very large number'
        case _:
            return _repr.repr(value)


def shown_name(name: str) -> str:
    """A name without quotes, where that is safe."""
    return name if name.isprintable() and len(name) <= _LONGEST else shown(name)


def shown_path(path: FieldPath) -> str:
    """A path; of a long one the end."""
    text = format_field_path(path)
    text = text if text.isprintable() else repr(text)[1:-1]
    return text if len(text) <= _LONGEST_PATH else f'...{text[-_LONGEST_PATH:]}'
