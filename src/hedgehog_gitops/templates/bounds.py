"""How much one template may ask of us, and what is spent of it while it renders.

Everything is counted before it happens: a loop's turn, a call, a value that is compared, every
character that is made. So an endless loop and a text of a gigabyte stop early, in this process,
without a clock. Passed in by the caller, never looked up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ['BOUND_REASONS', 'Bounds', 'Spent', 'TooMuch']

BOUND_REASONS = {
    'steps': 'a template that loops for long keeps all others waiting',
    'characters': 'what a template makes is held in memory',
    'source_characters': 'a template is compiled as a whole',
    'depth': 'each call within a call costs the stack more',
    'range_items': 'a range is held in memory',
    'integer_digits': 'a number of many digits costs more with each step',
    'seconds': 'a template must not keep all others waiting',
}
"""Why each bound is there, as its message says."""

_LOOK_AT_CLOCK = 2000


class TooMuch(Exception):
    """A template asked for more than a bound allows; the message names the bound."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most one template may do. `seconds` counts only where the caller passes a `clock`."""

    steps: int = 1_000_000
    characters: int = 20_000_000
    source_characters: int = 100_000
    depth: int = 60
    range_items: int = 100_000
    integer_digits: int = 100
    seconds: float = 20
    clock: Callable[[], float] | None = field(default=None, compare=False, repr=False)

    def exceeded(self, name: str, what: str) -> TooMuch:
        """What is raised where a bound is exceeded."""
        most = getattr(self, name)
        return TooMuch(f'{what}; the bound `{name}` is {most:,}: {BOUND_REASONS[name]}')


class Spent:
    """What one rendering has left; raises TooMuch once it is more than there is."""

    def __init__(self, bounds: Bounds, given: Mapping[int, tuple[Any, int]]) -> None:
        self.bounds = bounds
        self.depth = 0
        self._steps, self._characters = bounds.steps, bounds.characters
        # The weights of containers, by id; each is kept alive beside its weight, so that no other
        # can take its id. What the caller gave was weighed before and costs nothing here.
        self._given, self._made = given, dict[int, tuple[Any, int]]()
        self._end = bounds.clock() + bounds.seconds if bounds.clock else None
        self._look = bounds.steps - _LOOK_AT_CLOCK

    @property
    def weights(self) -> Mapping[int, tuple[Any, int]]:
        """What was weighed by this one."""
        return self._made

    def step(self, count: int = 1) -> None:
        """Takes `count` steps."""
        self._steps -= count
        if self._steps < 0:
            raise self.bounds.exceeded('steps', 'this template does not come to an end')
        if self._steps < self._look:
            self._look = self._steps - _LOOK_AT_CLOCK
            if self._end is not None and self.bounds.clock and self.bounds.clock() > self._end:
                raise self.bounds.exceeded('seconds', 'this template takes too long')

    def characters(self, count: int) -> None:
        """Makes `count` characters."""
        self._characters -= count
        if self._characters < 0:
            raise self.bounds.exceeded('characters', 'this template makes too much text')

    def weigh(self, value: Any) -> int:
        """The characters and parts of a value, as if each of its parts stood there alone.

        A list that holds one large list many times is as heavy as what it would be written as.
        """
        if isinstance(value, str):
            return len(value) + 1
        if not isinstance(value, dict | list | tuple):
            return 1
        known = self._given.get(id(value)) or self._made.get(id(value))
        if known is not None and known[0] is value:
            return known[1]
        self.step(len(value) + 1)
        weight = 1 + sum(map(self.weigh, value))
        if isinstance(value, dict):
            weight += sum(map(self.weigh, value.values()))
        if weight > self.bounds.characters:
            raise self.bounds.exceeded('characters', 'this template makes too large a value')
        self._made[id(value)] = (value, weight)
        return weight

    def use(self, *values: Any) -> None:
        """Pays for looking at all of each value, as a comparison and a sorting do."""
        for value in values:
            self.step(1 + self.weigh(value) // 64)
