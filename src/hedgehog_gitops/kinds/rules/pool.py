"""A pool of numbers made of ranges: which subnets or VLANs a namespace has to give.

Asked once per subnet, so it answers by bisection.
"""

from bisect import bisect_right
from collections.abc import Iterable

__all__ = ['Pool']

type _Point = tuple[int, int]


class Pool:
    """Ranges of points, those which overlap put together; neighbours stay apart."""

    def __init__(self, ranges: Iterable[tuple[_Point, _Point]]) -> None:
        self._firsts: list[_Point] = []
        self._lasts: list[_Point] = []
        for first, last in sorted(ranges):
            if self._lasts and first <= self._lasts[-1]:
                self._lasts[-1] = max(last, self._lasts[-1])
            else:
                self._firsts.append(first)
                self._lasts.append(last)

    def covers(self, first: _Point, last: _Point) -> bool:
        """Whether one range holds everything from `first` to `last`."""
        place = bisect_right(self._firsts, first) - 1
        return place >= 0 and last <= self._lasts[place]
