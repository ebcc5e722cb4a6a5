"""Filters that choose VLANs, ASNs and other numbers out of ranges, for templates.

A range is written `1000-1999,3000`, or as a list of such texts and numbers.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .networks import exact

__all__ = ['POOL_FILTERS', 'is_asn', 'is_vlan']

_MOST_NUMBERS = 100_000
_VLANS = (1, 4094)
_ASNS = (1, 2**32 - 1)

type Ranges = str | int | Iterable[str | int]


def is_vlan(value: object) -> bool:
    """Whether this is a VLAN a port can carry."""
    return _is_number(value, _VLANS)


def is_asn(value: object) -> bool:
    """Whether this is the number of an autonomous system, of two bytes or of four."""
    return _is_number(value, _ASNS)


@exact
def vlan(ranges: Ranges, number: int) -> int:
    """The `number`th VLAN of the ranges, from 0."""
    return _nth(ranges, number, _VLANS)


@exact
def asn(ranges: Ranges, number: int) -> int:
    """The `number`th ASN of the ranges, from 0."""
    return _nth(ranges, number, _ASNS)


def free_vlan(ranges: Ranges, used: Iterable[int] = ()) -> int:
    """The lowest VLAN of the ranges that is not used."""
    return _free(_spans(ranges, _VLANS), set(used))


def free_asn(ranges: Ranges, used: Iterable[int] = ()) -> int:
    """The lowest ASN of the ranges that is not used."""
    return _free(_spans(ranges, _ASNS), set(used))


def allocate(
    names: Iterable[str], ranges: Ranges, kept: Mapping[str, int] | None = None
) -> dict[str, int]:
    """A number for each name, in the order given; a name in `kept` keeps the one it has."""
    names, spans, has = list(names), _spans(ranges, _ASNS), dict(kept or {})
    used = set(has.values())
    free = (number for first, last in spans for number in range(first, last + 1))
    for name in names:
        if name not in has:
            number = next((number for number in free if number not in used), None)
            if number is None:
                raise ValueError(f'{ranges} has no number left for {name}')
            has[name] = number
            used.add(number)
    return {name: has[name] for name in names}


def expand_range(ranges: Ranges) -> list[int]:
    """Every number of the ranges."""
    spans = _spans(ranges, (0, _ASNS[1]))
    count = sum(last - first + 1 for first, last in spans)
    if count > _MOST_NUMBERS:
        raise ValueError(f'these ranges have {count:,} numbers; {_MOST_NUMBERS:,} are the most')
    return [number for first, last in spans for number in range(first, last + 1)]


POOL_FILTERS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (vlan, asn, free_vlan, free_asn, allocate, expand_range)
}


def _is_number(value: object, bounds: tuple[int, int]) -> bool:
    return type(value) is int and bounds[0] <= value <= bounds[1]


def _nth(ranges: Ranges, number: int, bounds: tuple[int, int]) -> int:
    left = number
    for first, last in _spans(ranges, bounds):
        if 0 <= left <= last - first:
            return first + left
        left -= last - first + 1
    raise ValueError(f'{ranges} has no number {number}')


def _free(spans: list[tuple[int, int]], used: set[int]) -> int:
    for first, last in spans:
        number = first
        while number in used:
            number += 1
        if number <= last:
            return number
    raise ValueError('no number of these ranges is free')


def _spans(ranges: Ranges, bounds: tuple[int, int]) -> list[tuple[int, int]]:
    """The ranges in order, each within the bounds."""
    if isinstance(ranges, str):
        parts: list[str | int] = [part.strip() for part in ranges.split(',') if part.strip()]
    else:
        parts = [ranges] if isinstance(ranges, int) else list(ranges)
    spans = []
    for part in parts:
        first, dash, last = str(part).partition('-')
        span = (int(first), int(last if dash else first))
        if not bounds[0] <= span[0] <= span[1] <= bounds[1]:
            raise ValueError(f'{part} is no range between {bounds[0]} and {bounds[1]}')
        spans.append(span)
    return spans
