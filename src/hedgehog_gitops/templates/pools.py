"""Filters that choose VLANs, ASNs and other numbers out of ranges, for templates.

A range is written `1000-1999,3000`, or as a list of such texts and numbers. What is used is written
in the same ways: a number that came as text would be given out twice if it did not count.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from .networks import exact, for_each

__all__ = ['POOL_FILTERS', 'is_asn', 'is_vlan']

_MOST_NUMBERS = 100_000
_VLANS = (1, 4094)
_ASNS = (1, 2**32 - 1)
_ANY = (0, _ASNS[1])

type Ranges = str | int | Iterable[str | int | None]
type _Span = tuple[int, int]

_first, _last = itemgetter(0), itemgetter(1)


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


def free_vlan(ranges: Ranges, used: Ranges = ()) -> int:
    """The lowest VLAN of the ranges that is not used."""
    return _free(ranges, _VLANS, used)


def free_asn(ranges: Ranges, used: Ranges = ()) -> int:
    """The lowest ASN of the ranges that is not used."""
    return _free(ranges, _ASNS, used)


def allocate(
    names: Iterable[str], ranges: Ranges, kept: Mapping[str, Ranges | None] | None = None
) -> dict[str, int]:
    """A number for each name, in the order given; a name in `kept` keeps the one it has."""
    has = {name: _number(value) for name, value in (kept or {}).items() if value is not None}
    taken = sorted(_once((number, number) for number in has.values()))
    gaps = chain.from_iterable(_gaps(span, taken) for span in _spans(ranges, _ASNS))
    free = (number for first, last in gaps for number in range(first, last + 1))
    found = for_each(names, has, lambda: next(free, None), f'{_short(ranges)} has no number left')
    owners: dict[int, str] = {}
    for name, number in found.items():
        if owners.setdefault(number, name) != name:
            raise ValueError(f'kept has {number} for {owners[number]} and for {name}')
    return found


def expand_range(ranges: Ranges) -> list[int]:
    """Every number of the ranges."""
    spans = _spans(ranges, _ANY)
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
    raise ValueError(f'{_short(ranges)} has no number {number}')


def _free(ranges: Ranges, bounds: _Span, used: Ranges) -> int:
    taken = sorted(_spans(used, _ANY))
    for span in _spans(ranges, bounds):
        for first, _ in _gaps(span, taken):
            return first
    raise ValueError(f'no number of {_short(ranges)} is free')


def _spans(ranges: Ranges, bounds: _Span) -> list[_Span]:
    """The ranges in order, each within the bounds; a number that is in several comes once."""
    if isinstance(ranges, str):
        parts: list[str | int | None] = [part for part in ranges.split(',') if part.strip()]
    else:
        parts = [ranges] if isinstance(ranges, int) else list(ranges)
    return list(_once(_span(part, bounds) for part in parts if part is not None))


def _span(part: str | int, bounds: _Span) -> _Span:
    first, dash, last = str(part).partition('-')
    try:
        span = (int(first), int(last if dash else first))
    except ValueError:
        raise ValueError(f'{part!r} is no number, and no range such as 1000-1999') from None
    if not bounds[0] <= span[0] <= span[1] <= bounds[1]:
        raise ValueError(f'{part} is no range between {bounds[0]} and {bounds[1]}')
    return span


def _number(value: Ranges) -> int:
    first, last = _span(value, _ANY) if isinstance(value, str | int) else (0, 1)
    if first != last:
        raise ValueError(f'{value!r} is not one number')
    return first


def _once(spans: Iterable[_Span]) -> Iterator[_Span]:
    """The spans without what earlier ones had; however many overlap, in one pass."""
    had: list[_Span] = []
    for span in spans:
        low = bisect_left(had, span[0], key=_last)
        high = bisect_right(had, span[1], key=_first)
        met = had[low:high]
        yield from _gaps(span, met)
        ends = [*met, span]
        had[low:high] = [(min(map(_first, ends)), max(map(_last, ends)))]


def _gaps(span: _Span, taken: Sequence[_Span]) -> Iterator[_Span]:
    """What is left of a span, where `taken` is in order and nothing in it overlaps."""
    first, last = span
    place = bisect_left(taken, first, key=_last)
    while place < len(taken) and taken[place][0] <= last:
        if first < taken[place][0]:
            yield first, taken[place][0] - 1
        first = taken[place][1] + 1
        place += 1
    if first <= last:
        yield first, last


def _short(ranges: Ranges) -> str:
    return str(ranges)[:100]
