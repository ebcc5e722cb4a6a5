"""Writes one string as a YAML scalar on one line, for what the engine itself puts into files."""

import re
from functools import lru_cache

__all__ = ['scalar']

_PLAIN = re.compile(r'[A-Za-z_][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*').fullmatch
_NOT_STRINGS = {'y', 'yes', 'n', 'no', 'true', 'false', 'on', 'off', 'null'}


@lru_cache(4096)
def scalar(text: str) -> str:
    """Plain where everybody reads the same string, in double quotes otherwise."""
    # An id such as 12e34 is a number to some readers, so nothing that begins with a digit is plain.
    if _PLAIN(text) and text.lower() not in _NOT_STRINGS:
        return text
    return '"' + ''.join(map(_escaped, text)) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f'\\{letter}'
    if letter.isprintable():
        return letter
    number = ord(letter)
    return f'\\u{number:04x}' if number < 0x10000 else f'\\U{number:08x}'
