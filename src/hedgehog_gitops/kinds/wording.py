"""Puts a disagreement between a value and its schema into words: what is expected, what stands
there, what to write instead.

`schema.py` calls it for each fault it lists. Values and names come from files of strangers, so they
are shown escaped and cut short.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

from ..documents import FieldPath, Value
from ..findings import Severity
from .faults import Fault, type_of
from .kind import FilledField, Kind, matches
from .problem import Problem
from .schemas import Node
from .showing import shown, shown_name, shown_path
from .spelling import advice_for

__all__ = ['severity_of', 'worded']

type _Words = tuple[str, str]

_COMPARED = 64
_CHOICES = 8
_NEAR = 3

_TYPES = {
    'null': 'nothing',
    'boolean': 'true or false',
    'object': 'a mapping',
    'array': 'a list',
    'string': 'text',
    'integer': 'a whole number',
    'number': 'a number',
}
_TRUE = {'true', 'yes', 'on', 'y'}
_FALSE = {'false', 'no', 'off', 'n'}


def worded(fault: Fault, value: Value, kind: Kind) -> Problem:
    """The problem a fault of this object of this kind is for people."""
    if fault.code == 'UnknownField':
        return _unknown_field(fault, value, kind)
    if fault.code == 'FieldMissing':
        return _field_missing(fault, value, kind)
    message, suggestion = _WORDS[fault.code](fault)
    return Problem(severity_of(fault), fault.code, message, fault.path, suggestion)


def severity_of(fault: Fault) -> Severity:
    """What the cluster would do about a fault, before anything fills in what is missing."""
    if fault.code == 'UnknownField':
        return Severity.WARNING
    if fault.code == 'ServerOwnedField':
        return Severity.INFO
    fits_unsigned = isinstance(fault.value, int) and 0 <= fault.value < 2**32
    if fault.code == 'Int32Exceeded' and fits_unsigned:
        return Severity.WARNING
    return Severity.ERROR


def _unknown_field(fault: Fault, value: Value, kind: Kind) -> Problem:
    name = str(fault.path[-1])
    around = shown_path(fault.path[:-1]) if len(fault.path) > 1 else f'a {kind.kind}'
    message = f'{around} has no field {shown(name)}; the cluster drops it'
    advice = advice_for(fault, value, kind)
    return Problem(Severity.WARNING, fault.code, message, fault.path, advice)


def _field_missing(fault: Fault, value: Value, kind: Kind) -> Problem:
    name = shown_path(fault.path)
    if any(_fills(filled, fault.path, value) for filled in kind.filled_fields):
        message = f'{name} is missing; the cluster fills it in'
        return Problem(Severity.WARNING, fault.code, message, fault.path, f'add {name}')
    suggestion = f'add {name}: {_expected(fault.node)}'
    return Problem(Severity.ERROR, fault.code, f'{name} is missing', fault.path, suggestion)


def _fills(filled: FilledField, path: FieldPath, value: Value) -> bool:
    if not matches(filled.field, path):
        return False
    there = value
    for step in filled.when.split('.') if filled.when else ():
        there = there.get(step) if isinstance(there, dict) else None
    return there is not None


def _wrong_type(fault: Fault) -> _Words:
    expected = _expected(fault.node)
    found = _TYPES[type_of(fault.value)]
    stands = found if isinstance(fault.value, dict | list | None) else shown(fault.value)
    return f'expected {expected}, not {stands}', _retyped(fault.value, fault.node)


def _expected(node: Node) -> str:
    """What a schema wants, in a few words."""
    if node.get('x-kubernetes-int-or-string'):
        return 'a whole number or text'
    words = node.get('enum')
    if isinstance(words, list) and words:
        return _choices(words)
    return _TYPES.get(str(node.get('type')), 'a value')


def _retyped(value: Value, node: Node) -> str:
    """How to write the same thing in the type that is expected, where that can be told."""
    expected = node.get('type')
    if value is None:
        return 'remove the empty item, or give it a value'
    if expected == 'string' and not isinstance(value, dict | list):
        return 'put it in quotes' + ('' if isinstance(value, bool) else f': "{shown(value)}"')
    if expected == 'array' and not isinstance(value, list):
        return 'write a list, one item after each dash'
    if expected == 'integer' and isinstance(value, int) and not isinstance(value, bool):
        return 'write a number of at most 64 bits'
    if expected == 'object':
        return _as_fields(value, node)
    return _unquoted(value.strip(), expected) if isinstance(value, str) else ''


def _as_fields(value: Value, node: Node) -> str:
    names = list(node.get('properties', {}))
    if len(names) == 1 and not isinstance(value, list):
        return f'write it below: {shown_name(names[0])}: {shown(value)}'
    return 'write its fields as "name: value"'


def _unquoted(text: str, expected: object) -> str:
    number = r'[-+]?[0-9]{1,18}' if expected == 'integer' else r'[-+]?[0-9]{1,18}(\.[0-9]{1,18})?'
    if expected in ('integer', 'number') and re.fullmatch(number, text):
        return f'write {text} without quotes'
    if expected == 'boolean' and text.lower() in _TRUE | _FALSE:
        return f'write {"true" if text.lower() in _TRUE else "false"} without quotes'
    return ''


def _value_not_allowed(fault: Fault) -> _Words:
    words = fault.node['enum']
    message = f'{shown(fault.value)} is not one of {_choices(words)}'
    near = _near_words(fault.value, [word for word in words if isinstance(word, str)])
    return message, f'did you mean {" or ".join(near)}?' if near else ''


def _near_words(value: Value, words: Iterable[str]) -> list[str]:
    """The word much like the value, else those which hold it as a part."""
    if not isinstance(value, str) or not value:
        return []
    part = value[:_COMPARED].lower()
    by_lower = {word.lower(): word for word in words if word}
    near = get_close_matches(part, by_lower, n=1, cutoff=0.6)
    near = near or [word for word in by_lower if part in word][:_NEAR]
    return [shown_name(by_lower[word]) for word in near]


def _choices(words: Iterable[Value]) -> str:
    listed = [shown(word) if word != '' else '""' for word in words]
    further = f' and {len(listed) - _CHOICES} more' if len(listed) > _CHOICES else ''
    return ', '.join(listed[:_CHOICES]) + further


def _pattern_mismatch(fault: Fault) -> _Words:
    meant = fault.node.get('title') or f'text which matches {shown(fault.node["pattern"])}'
    return f'expected {meant}, not {shown(fault.value)}', ''


def _format_invalid(fault: Fault) -> _Words:
    return f'{shown(fault.value)} is not of the format {shown(fault.node["format"])}', ''


def _out_of_range(fault: Fault) -> _Words:
    lowest, highest = fault.node.get('minimum'), fault.node.get('maximum')
    above = 'more than' if fault.node.get('exclusiveMinimum') else 'at least'
    below = 'less than' if fault.node.get('exclusiveMaximum') else 'at most'
    limits = [f'{above} {lowest}'] if lowest is not None else []
    limits += [f'{below} {highest}'] if highest is not None else []
    return f'{shown(fault.value)} is out of range: expected {" and ".join(limits)}', ''


def _int32_exceeded(fault: Fault) -> _Words:
    message = f'{shown(fault.value)} does not fit into a signed number of 32 bits'
    if severity_of(fault) is Severity.WARNING:
        return f'{message}; the API server lets it pass, other programs may not', ''
    return message, ''


def _limit_of(word: str, what: str) -> Callable[[Fault], _Words]:
    """Words for a limit to a size, given by a keyword of the schema."""
    bound = 'at least' if word.startswith('min') else 'at most'

    def words(fault: Fault) -> _Words:
        size = fault.value if isinstance(fault.value, int) else len(str(fault.value))
        return f'expected {bound} {fault.node[word]} {what}, not {size}', ''

    return words


_WORDS: Mapping[str, Callable[[Fault], _Words]] = {
    'WrongType': _wrong_type,
    'ValueNotAllowed': _value_not_allowed,
    'PatternMismatch': _pattern_mismatch,
    'FormatInvalid': _format_invalid,
    'OutOfRange': _out_of_range,
    'Int32Exceeded': _int32_exceeded,
    'NotAMultiple': lambda fault: (f'expected a multiple of {fault.node["multipleOf"]}', ''),
    'TooShort': _limit_of('minLength', 'characters'),
    'TooLong': _limit_of('maxLength', 'characters'),
    'TooFewItems': _limit_of('minItems', 'items'),
    'TooManyItems': _limit_of('maxItems', 'items'),
    'TooFewFields': _limit_of('minProperties', 'fields'),
    'TooManyFields': _limit_of('maxProperties', 'fields'),
    'DuplicateItem': lambda fault: ('the list may hold this item once only', 'remove one of them'),
    'ConditionNotMet': lambda fault: ('the fields do not go together as the schema demands', ''),
    'ServerOwnedField': lambda fault: (
        'the cluster writes this field itself and ignores what a file says',
        'remove it',
    ),
}
