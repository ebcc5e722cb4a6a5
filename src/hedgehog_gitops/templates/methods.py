"""The methods of texts, lists and mappings that templates may call; there are no others.

Called by `sandbox.py`. `format` and `format_map` are not among them, for both reach attributes.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from .bounds import Spent

__all__ = ['METHODS', 'joined', 'replaced', 'stripped']

type Method = Callable[..., Any]

_LONGEST_PADDING = 10_000
_MOST_STRIPPED = 100


def joined(spent: Spent, separator: str, parts: list[str]) -> str:
    """The parts with the separator between them, paid for first."""
    spent.characters(sum(map(len, parts)) + len(separator) * len(parts))
    return separator.join(parts)


def replaced(spent: Spent, text: str, old: str, new: str, count: int = -1) -> str:
    """The text with `new` for `old`, paid for first."""
    times = text.count(old)
    spent.characters(len(text) + len(new) * (times if count < 0 else min(times, count)))
    return text.replace(old, new, count)


def stripped(name: str, spent: Spent, text: str, characters: str | None = None) -> str:
    """The text without these characters at its ends; each of them is tried on each of its own."""
    if characters is not None and len(characters) > _MOST_STRIPPED:
        raise spent.bounds.exceeded('characters', f'{len(characters):,} are to be stripped')
    spent.step(1 + len(text) // 8)
    return str(getattr(text, name)(characters))


def _of_text(name: str) -> Method:
    function = getattr(str, name)

    def method(spent: Spent, text: str, *arguments: Any) -> Any:
        spent.step(1 + len(text) // 8)
        return function(text, *arguments)

    return method


def _parted(name: str) -> Method:
    function = getattr(str, name)

    def method(spent: Spent, text: str, *arguments: Any) -> list[str]:
        # At worst every second character becomes a text of its own.
        spent.step(1 + len(text) // 2)
        return list(function(text, *arguments))

    return method


def _padded(name: str) -> Method:
    function = getattr(str, name)

    def method(spent: Spent, text: str, width: int, *fill: str) -> Any:
        if width > _LONGEST_PADDING:
            raise spent.bounds.exceeded('characters', f'a width of {width:,} is asked for')
        return function(text, width, *fill)

    return method


def _join(spent: Spent, separator: str, parts: Any) -> str:
    return joined(spent, separator, list(parts))


_PLAIN = """
    lower upper title capitalize casefold swapcase removeprefix removesuffix
    startswith endswith find rfind index rindex count
    isalnum isalpha isdecimal isdigit islower isnumeric isspace isupper"""
_PARTS = ('split', 'rsplit', 'splitlines', 'partition', 'rpartition')
_PADDING = ('zfill', 'ljust', 'rjust', 'center')

_TEXT: dict[str, Method] = {
    **{name: _of_text(name) for name in _PLAIN.split()},
    **{name: _parted(name) for name in _PARTS},
    **{name: _padded(name) for name in _PADDING},
    **{name: partial(stripped, name) for name in ('strip', 'lstrip', 'rstrip')},
    'join': _join,
    'replace': replaced,
}


def _index(spent: Spent, items: list[Any], wanted: Any) -> int:
    spent.use(items, wanted)
    return items.index(wanted)


def _count(spent: Spent, items: list[Any], wanted: Any) -> int:
    spent.use(items, wanted)
    return items.count(wanted)


def _get(spent: Spent, mapping: dict[Any, Any], key: Any, default: Any = None) -> Any:
    return mapping.get(key, default) if isinstance(key, str | int | float | bool) else default


def _items(spent: Spent, mapping: dict[Any, Any]) -> list[list[Any]]:
    spent.step(len(mapping))
    return [[key, value] for key, value in mapping.items()]


def _keys(spent: Spent, mapping: dict[Any, Any]) -> list[Any]:
    return list(mapping)


def _values(spent: Spent, mapping: dict[Any, Any]) -> list[Any]:
    return list(mapping.values())


_LIST: dict[str, Method] = {'index': _index, 'count': _count}

METHODS: Mapping[type, Mapping[str, Method]] = {
    str: _TEXT,
    list: _LIST,
    tuple: _LIST,
    range: _LIST,
    dict: {'get': _get, 'items': _items, 'keys': _keys, 'values': _values},
}
