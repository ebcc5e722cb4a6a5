"""Filters on texts and lists, for templates: Jinja's own where they can do no harm, else ours.

Those that could make much of little are paid for before they make it.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import Environment, pass_environment
from jinja2 import filters as jinja
from jinja2.filters import make_attrgetter

from ..documents import emit
from .bounds import Spent
from .methods import joined, replaced, stripped
from .values import as_text, plain

__all__ = ['JINJA_FILTERS', 'TEXT_FILTERS', 'deep']

_SPEC = re.compile(r'%(?:(?P<done>%)|[-+ #0]*(?P<width>\d*)(?:\.(?P<exact>\d*))?[sdioxXfFeEgG])')
_WIDEST = 1000
_DEEPEST_INDENT = 8
_DIGITS = re.compile(r'(\d+)')


def deep(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that looks at all of what it is given, paying for it."""
    takes_environment = hasattr(function, 'jinja_pass_arg')

    @pass_environment
    def paid(environment: Environment, *args: Any, **options: Any) -> Any:
        given = [list(arg) if _is_iterator(arg) else arg for arg in args]
        _spent(environment).use(*given)
        if takes_environment:
            return function(environment, *given, **options)
        return function(*given, **options)

    paid.__name__, paid.__doc__ = function.__name__, function.__doc__
    return paid


@pass_environment
def join(
    environment: Environment, values: Iterable[Any], separator: str = '', attribute: Any = None
) -> str:
    """The values as one text with a separator between them."""
    if attribute is not None:
        values = map(make_attrgetter(environment, attribute), values)
    values, spent = list(values), _spent(environment)
    spent.characters(sum(map(spent.weigh, values)))
    return joined(spent, as_text(separator), list(map(as_text, values)))


@pass_environment
def replace(environment: Environment, text: Any, old: str, new: str, count: int = -1) -> str:
    """The text with one part of it replaced by another."""
    return replaced(_spent(environment), as_text(text), old, new, count)


@pass_environment
def indent(
    environment: Environment, text: Any, width: int = 4, first: bool = False, blank: bool = False
) -> str:
    """Every line but the first further in, and the first one too where it is said."""
    text, pad = as_text(text), ' ' * width
    _spent(environment).characters(len(text) + text.count('\n') * width)
    lines = [pad + line if line.strip() or blank else line for line in text.split('\n')]
    whole = '\n'.join(lines)
    return whole if first or not whole.startswith(pad) else whole[width:]


@pass_environment
def format_text(environment: Environment, template: str, *values: Any, **named: Any) -> str:
    """`'%03d'|format(7)`: numbers and texts in columns, at most a thousand wide."""
    spent = _spent(environment)
    spent.characters(len(template) + sum(map(spent.weigh, (*values, *named.values()))))
    for spec in re.finditer(r'%.?[^%a-zA-Z]*[a-zA-Z%]?', template):
        found = _SPEC.fullmatch(spec[0])
        widths = [int(found[name] or 0) for name in ('width', 'exact')] if found else [_WIDEST + 1]
        if max(widths) > _WIDEST:
            raise ValueError(f'{spec[0]!r} is not a format that is open to templates')
        spent.characters(sum(widths))
    return template % (named or tuple(map(plain, values)))


@pass_environment
def trim(environment: Environment, text: Any, characters: str | None = None) -> str:
    """The text without blanks, or without these characters, at its ends."""
    return stripped('strip', _spent(environment), as_text(text), characters)


def center(text: Any, width: int = 80) -> str:
    """The text in the middle of so many columns."""
    return as_text(text).center(width)


@pass_environment
def string(environment: Environment, value: Any) -> str:
    """The value as the text that is written for it."""
    spent = _spent(environment)
    spent.characters(spent.weigh(value))
    return as_text(value)


@pass_environment
def to_json(environment: Environment, value: Any, indent: int | None = None) -> str:
    """The value as JSON."""
    spent = _spent(environment)
    if indent is not None and not 0 <= indent <= _DEEPEST_INDENT:
        raise ValueError(f'an indent of {indent} is asked for; {_DEEPEST_INDENT} is the most')
    # Each part may stand on a line of its own, as far in as the value is deep.
    spent.characters(spent.weigh(value) * (1 + (indent or 0) * _depth(value, {})))
    return json.dumps(plain(value), ensure_ascii=False, indent=indent)


@pass_environment
def to_yaml(environment: Environment, value: Any) -> str:
    """The value as YAML, in block style and quoted where it has to be."""
    spent = _spent(environment)
    spent.use(value)
    spent.characters(spent.weigh(value) * (3 + 2 * _depth(value, {})))
    return emit(plain(value)).decode().removesuffix('\n')


@pass_environment
def natural_sort(
    environment: Environment, values: Iterable[Any], attribute: Any = None
) -> list[Any]:
    """Sorted as people sort: leaf-2 before leaf-10."""
    values = list(values)
    of = make_attrgetter(environment, attribute) if attribute is not None else _itself
    _spent(environment).use(*(of(value) for value in values))
    return sorted(values, key=lambda value: _natural(as_text(of(value))))


def slug(text: Any) -> str:
    """A name that Kubernetes takes: lower case, digits and hyphens, at most 63 characters."""
    words = re.sub(r'[^a-z0-9]+', '-', as_text(text).lower()).strip('-')
    return words[:63].rstrip('-')


def combine(mapping: Mapping[Any, Any], *others: Mapping[Any, Any]) -> dict[Any, Any]:
    """One mapping of several; what comes later is right."""
    whole = dict(mapping)
    for other in others:
        whole |= other
    return whole


def flatten(values: Iterable[Any]) -> list[Any]:
    """The items of lists in a list as one list, one level deep."""
    return [item for value in values for item in (value if isinstance(value, list) else [value])]


@pass_environment
def groupby(
    environment: Environment, values: Iterable[Any], attribute: Any, default: Any = None
) -> list[list[Any]]:
    """Pairs of a value and the items that have it, sorted by the value."""
    groups = jinja.sync_do_groupby(environment, values, attribute, default)
    return [[value, list(items)] for value, items in groups]


@pass_environment
def total(environment: Environment, values: Iterable[Any], attribute: Any = None) -> Any:
    """The sum of numbers."""
    of = make_attrgetter(environment, attribute) if attribute is not None else _itself
    numbers = [of(value) for value in values]
    if not all(isinstance(number, int | float) for number in numbers):
        raise ValueError('only numbers have a sum')
    return sum(numbers)


def pairs(mapping: Mapping[Any, Any]) -> list[list[Any]]:
    """Pairs of key and value."""
    return [[key, value] for key, value in mapping.items()]


TEXT_FILTERS: Mapping[str, Callable[..., Any]] = {
    'center': center,
    'combine': combine,
    'flatten': flatten,
    'format': format_text,
    'groupby': groupby,
    'indent': indent,
    'items': pairs,
    'join': join,
    'natural_sort': natural_sort,
    'replace': replace,
    'slug': slug,
    'string': string,
    'sum': total,
    'to_json': to_json,
    'to_yaml': to_yaml,
    'tojson': to_json,
    'trim': trim,
}

_HARMLESS = """
    abs batch capitalize count d default first float int last length list lower map reject
    rejectattr reverse round select selectattr slice title truncate upper wordcount"""
_DEEP = 'dictsort max min sort unique'

JINJA_FILTERS: Mapping[str, Callable[..., Any]] = {
    **{name: jinja.FILTERS[name] for name in _HARMLESS.split()},
    **{name: deep(jinja.FILTERS[name]) for name in _DEEP.split()},
}


def _spent(environment: Environment) -> Spent:
    spent: Spent = environment.spent  # type: ignore[attr-defined]  # the sandbox's
    return spent


def _depth(value: Any, known: dict[int, int]) -> int:
    """How deep a value nests; what stands in it more than once is looked at once."""
    if not isinstance(value, dict | list | tuple):
        return 0
    if id(value) not in known:
        parts = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + max((_depth(part, known) for part in parts), default=0)
    return known[id(value)]


def _is_iterator(value: object) -> bool:
    return hasattr(value, '__next__')


def _itself(value: Any) -> Any:
    return value


def _natural(text: str) -> list[tuple[bool, int, str]]:
    parts = _DIGITS.split(text)
    return [(not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]
