"""Writes one scalar as text that this reader, YAML 1.1 and YAML 1.2 all read the same.

Serves `emit.py` (new text) and `splice.py` (a new value in an old place).
"""

import json
import re

from .scalars import BadScalar, Scalar, plain

__all__ = ['literal_block', 'plain_is_safe', 'quoted', 'scalar_text', 'single_quoted']

# What some YAML reader takes for a number, a date or a word of its own; see kubernetes-yaml.md 1.
_MEANS_ELSEWHERE = re.compile(
    r"""
    [-+]?0[xX][0-9a-fA-F_]*            # hexadecimal
    | [-+]?0[oObB]?[0-9_]+             # octal, binary, leading zeros
    | [-+]?(?:[0-9][0-9_,]*+(?:\.[0-9_]*+)?|\.[0-9_]++)(?:[eE][-+]?[0-9]*)?
    | [-+]?[0-9][0-9_]*(?::[0-9_]+)+(?:\.[0-9_]*)?  # base 60
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt\s].*)?   # dates
    | [-+]?\.(?:inf|nan)
    | y | yes | true | on | n | no | false | off | null | ~ | = | <<
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LEADING_INDICATOR = re.compile(r'[,\[\]{}#&*!|>\'"%@`]|[-?:](?:\s|$)|---|\.\.\.')
_INDICATOR_INSIDE = re.compile(r':(?:\s|$)|\s#')
_FLOW_INDICATOR = re.compile(r'[,\[\]{}?:]|-(?:$|(?=[,\[\]{}]))')
_PRINTABLE = re.compile('[ -~\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*')
_ESCAPED = re.compile('[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]')


def scalar_text(value: Scalar, *, flow: bool = False) -> str:
    """The plainest text for a scalar: unquoted where that is safe, else in double quotes."""
    match value:
        case None:
            return 'null'
        case bool():
            return 'true' if value else 'false'
        case int():
            return str(value)
        case float():
            return _float_text(value)
    return value if plain_is_safe(value, flow=flow) else quoted(value)


def plain_is_safe(text: str, *, flow: bool = False) -> bool:
    """True when unquoted `text` reads back as this very string, whoever reads it."""
    if not text or text != text.strip() or not is_printable(text):
        return False
    if _MEANS_ELSEWHERE.fullmatch(text) or _LEADING_INDICATOR.match(text):
        return False
    if _INDICATOR_INSIDE.search(text) or (flow and _FLOW_INDICATOR.search(text)):
        return False
    try:
        return plain(text) == text and isinstance(plain(text), str)
    except BadScalar:
        return False


def is_printable(text: str) -> bool:
    """True when every character may stand in YAML text as it is, on one line."""
    return _PRINTABLE.fullmatch(text) is not None and not _ESCAPED.search(text)


def quoted(text: str) -> str:
    """The text in double quotes, with JSON's escapes; also legal JSON."""
    shown = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f'\\u{ord(found.group()):04x}', shown)


def single_quoted(text: str) -> str | None:
    """The text in single quotes, or None where only escapes can say it."""
    if not is_printable(text):
        return None
    return "'" + text.replace("'", "''") + "'"


def literal_block(text: str, indent: int, *, keep: bool = False) -> list[str] | None:
    """A `|` header and its lines, or None where a block cannot say this text.

    `keep` allows `|+`, which counts the empty lines that follow: right only where they are known.
    """
    if '\n' not in text or not all(map(is_printable, text.replace('\t', ' ').split('\n'))):
        return None
    body = text.rstrip('\n')
    trailing = len(text) - len(body)
    if not body or body != body.strip() or (trailing > 1 and not keep):
        return None
    header = '|' + ('-' if trailing == 0 else '' if trailing == 1 else '+')
    lines = [*body.split('\n'), *[''] * (trailing - 1)]
    return [header, *(' ' * indent + line if line else '' for line in lines)]


def _float_text(value: float) -> str:
    text = repr(value)
    mantissa, exponent_sign, exponent = text.partition('e')
    # Readers of YAML 1.1 know an exponent only behind a dot.
    mantissa = mantissa if '.' in mantissa else f'{mantissa}.0'
    return f'{mantissa}{exponent_sign}{exponent}'
