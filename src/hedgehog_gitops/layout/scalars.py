"""Writes one string as a YAML scalar, for the files the engine itself writes in .hnp/."""

import re
from functools import lru_cache

from ..documents import emit

__all__ = ['scalar']

_PLAIN = re.compile(r'[A-Za-z_][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*').fullmatch
_NOT_STRINGS = {'y', 'yes', 'n', 'no', 'true', 'false', 'on', 'off', 'null'}


@lru_cache(4096)
def scalar(text: str) -> str:
    """Plain where everybody reads the same string, quoted otherwise."""
    # A hexadecimal id or a number with an exponent may read as a number, so anything that begins
    # with a digit goes through the emitter, which decides by reading back.
    if _PLAIN(text) and text.lower() not in _NOT_STRINGS:
        return text
    return emit({'_': text}).decode().removeprefix('_:').strip()
