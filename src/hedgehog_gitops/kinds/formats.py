"""The string formats which the API server checks, each as a question to one string.

`compiled.py` hands them to the validator, `faults.py` asks them itself. Formats that are not here
are ignored, as the API server ignores formats it does not know. They are rare, so nothing is
compiled or imported for them before one is asked.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date

__all__ = ['FORMATS', 'format_check']

_HEX = '[0-9A-Fa-f]'
_UNIT = '(ns|us|µs|μs|ms|s|m|h)'
_WORD = '(nano|micro|milli|sec(ond)?|min(ute)?|hour|day|week|hr|wk|mili|d|w|n)s?'


def format_check(name: object) -> Callable[[str], bool] | None:
    """The question behind a format's name; dashes in the name do not matter."""
    return FORMATS.get(name.replace('-', '')) if isinstance(name, str) else None


def _whole(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text, re.ASCII) is not None


def _uuid(version: str, variant: str) -> Callable[[str], bool]:
    return _whole(
        f'{_HEX}{{8}}-?{_HEX}{{4}}-?{version}{_HEX}{{3}}-?{variant}{_HEX}{{3}}-?{_HEX}{{12}}'
    )


def _is_address(text: str) -> bool:
    from ipaddress import ip_address

    try:
        ip_address(text)
    except ValueError:
        return False
    return '%' not in text


def _is_ipv4(text: str) -> bool:
    return '.' in text and _is_address(text)


def _is_ipv6(text: str) -> bool:
    return ':' in text and _is_address(text)


def _is_cidr(text: str) -> bool:
    from ipaddress import ip_interface

    address, slash, length = text.partition('/')
    if not (slash and length.isascii() and length.isdigit() and '%' not in address):
        return False
    try:
        ip_interface(text)
    except ValueError:
        return False
    return True


def _is_base64(text: str) -> bool:
    from base64 import b64decode

    try:
        return bool(b64decode(text, validate=True))
    except ValueError:
        return False


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return re.fullmatch(r'\d{4}-\d\d-\d\d', text, re.ASCII) is not None


_is_clock = _whole(
    r'[Tt ]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):?[0-5]\d)'
)


def _is_date_time(text: str) -> bool:
    return _is_date(text[:10]) and _is_clock(text[10:])


FORMATS: Mapping[str, Callable[[str], bool]] = {
    'bsonobjectid': _whole(f'{_HEX}{{24}}'),
    'byte': _is_base64,
    'cidr': _is_cidr,
    'date': _is_date,
    'datetime': _is_date_time,
    'duration': _whole(rf'[-+]?(0|(\d+\.?\d*|\.\d+){_UNIT})+|-?(\d+\s*({_UNIT}|{_WORD})\s*)+'),
    'email': _whole(r'[^\s@]+@[^\s@]+|[^@]*<[^\s@]+@[^\s@]+>'),
    'hexcolor': _whole(f'#?({_HEX}{{3}}|{_HEX}{{6}})'),
    'ipv4': _is_ipv4,
    'ipv6': _is_ipv6,
    'mac': _whole(
        rf'{_HEX}{{2}}(:{_HEX}{{2}}){{5}}(:{_HEX}{{2}}){{0,2}}|{_HEX}{{2}}(-{_HEX}{{2}}){{5,7}}'
        rf'|({_HEX}{{4}}\.){{2,3}}{_HEX}{{4}}'
    ),
    'uuid': _uuid(_HEX, _HEX),
    'uuid3': _uuid('3', _HEX),
    'uuid4': _uuid('4', '[89abAB]'),
    'uuid5': _uuid('5', '[89abAB]'),
}
