"""Finds the existing name somebody probably meant, without comparing with every name.

A slip of one letter leaves the beginning or the end as it was, so the names beside it in sorted
order, read forwards or backwards, are enough to look at.
"""

from bisect import bisect_left
from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ['Names']

_BESIDE = 4


class Names:
    """Names in both orders, sorted once and asked often."""

    def __init__(self, names: Iterable[str]) -> None:
        self._forwards = sorted(names)
        self._backwards = sorted(name[::-1] for name in self._forwards)

    def nearest(self, name: str) -> str:
        """The most alike name, empty when none is alike."""
        beside = [
            *_beside(self._forwards, name),
            *(other[::-1] for other in _beside(self._backwards, name[::-1])),
        ]
        return next(iter(get_close_matches(name, beside, n=1, cutoff=0.7)), '')


def _beside(ordered: list[str], name: str) -> list[str]:
    place = bisect_left(ordered, name)
    return ordered[max(0, place - _BESIDE) : place + _BESIDE]
