"""Names as people sort them: leaf-2 before leaf-10; and as much of them as a box holds."""

import re

__all__ = ['natural', 'shortened']

_NUMBER = re.compile(r'(\d+)')


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key to sort by: digits count as the number they are."""
    parts = _NUMBER.split(name)
    return tuple((1, int(part), part) if part.isdecimal() else (0, 0, part) for part in parts)


def shortened(name: str, limit: int) -> str:
    """The name, or its two ends where it is longer: names differ at their ends."""
    if len(name) <= limit:
        return name
    tail = (limit - 1) // 2
    return f'{name[: limit - 1 - tail]}…{name[-tail:]}'
