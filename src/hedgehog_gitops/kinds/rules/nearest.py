"""Finds the existing name somebody probably meant, without comparing with every name.

A slip of one letter leaves the beginning or the end as it was, so the names beside it in sorted
order, read forwards or backwards, are enough to look at.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ['Names']

_BESIDE = 2
_digits = re.compile(r'[0-9]+')


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
        alike = (other for other in beside if not _is_numbered_apart(name, other))
        return next(iter(get_close_matches(name, alike, n=1, cutoff=0.7)), '')


def _is_numbered_apart(name: str, other: str) -> bool:
    """Names like leaf-1 and leaf-2 are different things, not slips; leaf-1 and leaf-01 are one."""
    words, numbers = _parts(name)
    other_words, other_numbers = _parts(other)
    return words == other_words and numbers != other_numbers


def _parts(name: str) -> tuple[list[str], list[str]]:
    return _digits.split(name), [digits.lstrip('0') for digits in _digits.findall(name)]


def _beside(ordered: list[str], name: str) -> list[str]:
    place = bisect_left(ordered, name)
    return ordered[max(0, place - _BESIDE) : place + _BESIDE]
