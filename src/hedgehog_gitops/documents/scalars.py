"""What one scalar means to Kubernetes: the rules of Go's yaml v2 followed by JSON.

Called for every scalar by `loading.py`; `writing.py` asks it whether a string may stay unquoted.
"""

import base64
import math
import re
import struct
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

__all__ = [
    'BadScalar',
    'Scalar',
    'as_key',
    'normal_number',
    'plain',
    'plain_key',
    'tagged',
    'tagged_key',
]

type Scalar = bool | int | float | str | None

_TRUE = 'y Y yes Yes YES true True TRUE on On ON'
_FALSE = 'n N no No NO false False FALSE off Off OFF'
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(('', '~', 'null', 'Null', 'NULL')),
    **dict.fromkeys(_TRUE.split(), True),
    **dict.fromkeys(_FALSE.split(), False),
}
_NO_JSON = re.compile(r'[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)')
_FLOAT = re.compile(r'[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?')
_INTEGER = re.compile(r'([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(0|[1-9][0-9]*))')
_BASES = (16, 8, 2, 10)
_INT64 = range(-(2**63), 2**63)
_TAG = 'tag:yaml.org,2002:'


class BadScalar(ValueError):
    """This scalar has no value that JSON, and so Kubernetes, can hold."""


def plain(text: str) -> Scalar:
    """The value of an unquoted, untagged scalar."""
    if text and text[0] in '0123456789+-.':
        return _number(text) if len(text) > 64 else _remembered(text)
    return _WORDS.get(text, text)


@lru_cache(4096)
def plain_key(text: str) -> str | None:
    """The mapping key that unquoted text stands for; None for a null key."""
    if _NO_JSON.fullmatch(text):
        return _go_float(_raw_float(text))
    value = plain(text)
    if value is None:
        return None
    if isinstance(value, bool | str):
        return as_key(value)
    bare = text.replace('_', '')
    if not _INTEGER.fullmatch(bare):
        # Go prints the float `1e6` as `1e+06`: a key never passes through JSON as a number.
        return _go_float(float(bare))
    if _is_unsigned(text):
        raise BadScalar(f'{text} is too large a number for a key')
    return as_key(value)


def as_key(value: Scalar) -> str:
    """A scalar as Go prints it when it stands as a mapping key."""
    match value:
        case str():
            return value
        case bool():
            return 'true' if value else 'false'
        case int():
            return str(value)
        case float():
            return _go_float(value)
    raise BadScalar('a mapping key is null')


def tagged(tag: str, text: str) -> Scalar:
    """The value of a scalar with an explicit tag; KeyError for a tag nobody knows."""
    if tag == '!':
        return text
    if not tag.startswith(_TAG):
        raise KeyError(tag)
    return _CONVERTERS[tag.removeprefix(_TAG)](text)


def tagged_key(tag: str, text: str) -> str | None:
    """The mapping key that text with an explicit tag stands for; KeyError for an unknown tag."""
    if tag == f'{_TAG}float':
        return _go_float(_raw_float(text))
    value = tagged(tag, text)
    return None if value is None else as_key(value)


def normal_number(value: float) -> int | float:
    """A number as it survives JSON: an integral float that fits int64 becomes an integer."""
    if not math.isfinite(value):
        raise BadScalar(f'{value} has no JSON form')
    if isinstance(value, int):
        return value if value in _INT64 else float(value)
    if value.is_integer() and abs(value) < 1e21:
        # JSON has the shortest digits that mean this float, and they are read as an integer.
        whole = int(Decimal(repr(value)))
        return whole if whole in _INT64 else value
    return value


def _number(text: str) -> Scalar:
    bare = text.replace('_', '') if text[0] != '.' else text
    if found := _INTEGER.fullmatch(bare):
        return _integer(text, found)
    if _FLOAT.fullmatch(bare):
        return _finite_or_text(text, bare)
    if _NO_JSON.fullmatch(text):
        raise BadScalar(f'{text} has no JSON form')
    return text


def _is_unsigned(text: str) -> bool:
    """Whether Go needs its unsigned integers for this text: 64 bits without a sign."""
    found = _INTEGER.fullmatch(text.replace('_', ''))
    if found is None or found[1] == '-' or len(text) > 80:
        return False
    _, *groups = found.groups()
    digits, base = next((group, base) for group, base in zip(groups, _BASES, strict=True) if group)
    return 2**63 <= int(digits, base) < 2**64


_remembered = lru_cache(4096)(_number)


def _integer(text: str, found: re.Match[str]) -> Scalar:
    sign, *groups = found.groups()
    digits, base = next((group, base) for group, base in zip(groups, _BASES, strict=True) if group)
    if base == 10 and len(digits) > 19:
        return _finite_or_text(text, sign + digits)
    if len(digits) > 70:
        return text
    value = int(digits, base)
    value = -value if sign == '-' else value
    if value in _INT64:
        return value
    # Beyond 64 bits Go reads only decimal digits, as a float; other bases stay text.
    return float(value) if base == 10 or 0 < value < 2**64 else text


def _finite_or_text(text: str, digits: str) -> Scalar:
    value = float(digits)
    return normal_number(value) if math.isfinite(value) else text


def _go_float(value: float) -> str:
    """Prints like Go's shortest 32-bit form, which sigs.k8s.io/yaml uses for keys."""
    short = _as_float32(value)
    if not math.isfinite(short):
        return '.nan' if math.isnan(short) else '-.inf' if short < 0 else '.inf'
    if short == 0:
        return '-0' if math.copysign(1, short) < 0 else '0'
    for precision in range(9):
        shown = f'{value:.{precision}e}'
        if _as_float32(float(shown)) == _as_float32(value):
            break
    mantissa, exponent = shown.split('e')
    if -4 <= int(exponent) < 6:
        digits = max(0, precision - int(exponent))
        return f'{float(shown):.{digits}f}'
    return f'{mantissa}e{int(exponent):+03d}'


def _as_float32(value: float) -> float:
    try:
        return float(struct.unpack('f', struct.pack('f', value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def _expect(kind: type, name: str) -> Callable[[str], Scalar]:
    def convert(text: str) -> Scalar:
        value = plain(text)
        if type(value) is not kind:
            raise BadScalar(f'{text!r} is no {name}')
        return value

    return convert


def _to_integer(text: str) -> Scalar:
    """Go takes what is written as an integer only: `!!int 1.0` is an error."""
    value = plain(text)
    whole = isinstance(value, int) and _INTEGER.fullmatch(text.replace('_', ''))
    if isinstance(value, bool) or not (whole or _is_unsigned(text)):
        raise BadScalar(f'{text!r} is no integer')
    return value


def _to_float(text: str) -> Scalar:
    return normal_number(_raw_float(text))


def _raw_float(text: str) -> float:
    """The float a text stands for before JSON: infinite, not a number, or one of 64 bits."""
    if _NO_JSON.fullmatch(text):
        return float(text.replace('.', '', 1))
    value = plain(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadScalar(f'{text!r} is no number')
    if _is_unsigned(text):
        raise BadScalar(f'{text} is no float to Go, which reads it as an unsigned integer')
    bare = text.replace('_', '')
    return float(value) if _INTEGER.fullmatch(bare) else float(bare)


def _from_base64(text: str) -> Scalar:
    try:
        return base64.b64decode(''.join(text.split()), validate=True).decode('utf-8')
    except ValueError as error:
        raise BadScalar('this !!binary does not decode to text') from error


_CONVERTERS: dict[str, Callable[[str], Scalar]] = {
    'str': str,
    'int': _to_integer,
    'float': _to_float,
    'bool': _expect(bool, 'boolean'),
    'null': _expect(type(None), 'null'),
    'binary': _from_base64,
}
