"""Aligns an old list with a new one, so that items which stay are not touched.

Called by `splice.py` with values only; knows no text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from .canonical import value_bytes
from .values import Value

__all__ = ['Step', 'align']

# Beyond this many comparisons the middle of two lists is paired in order instead of aligned.
_COMPARISONS = 1_000_000


@dataclass(frozen=True, slots=True)
class Step:
    """One step: change item `item_index`, remove it (no value), or insert a value before it."""

    item_index: int
    value_index: int | None
    inserts: bool = False


def align(old: list[Value], new: list[Value]) -> Iterator[Step]:
    """The steps that lead from `old` to `new`, in the order of the old list."""
    one, other = [value_bytes(v) for v in old], [value_bytes(v) for v in new]
    head = _common(one, other)
    tail = _common(one[head:][::-1], other[head:][::-1])
    middle_old, middle_new = one[head : len(one) - tail], other[head : len(other) - tail]
    for start, end, new_start, new_end in _blocks(middle_old, middle_new):
        yield from _steps(head + start, head + end, head + new_start, head + new_end)


def _blocks(old: list[bytes], new: list[bytes]) -> Iterator[tuple[int, int, int, int]]:
    if len(old) * len(new) > _COMPARISONS:
        yield 0, len(old), 0, len(new)
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    aligned = sum(block.size for block in matcher.get_matching_blocks())
    in_place = [index for index, pair in enumerate(zip(old, new, strict=False)) if len({*pair}) > 1]
    if len(old) == len(new) and len(old) - len(in_place) >= aligned:
        yield from ((index, index + 1, index, index + 1) for index in in_place)
        return
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != 'equal':
            yield start, end, new_start, new_end


def _steps(start: int, end: int, new_start: int, new_end: int) -> Iterator[Step]:
    pairs = min(end - start, new_end - new_start)
    for offset in range(pairs):
        yield Step(start + offset, new_start + offset)
    for index in range(start + pairs, end):
        yield Step(index, None)
    for index in range(new_start + pairs, new_end):
        yield Step(end, index, inserts=True)


def _common(one: list[bytes], other: list[bytes]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
