"""What a template may call: functions that were put there by name, and nothing else.

Used by `sandbox.py` for methods, functions, filters and tests.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol

from jinja2 import Environment
from jinja2.nodes import EvalContext
from jinja2.runtime import Context

from .bounds import Spent

__all__ = ['Guard', 'Opened', 'opened_filter']

# A number given to a filter says how wide, how many or how exact; more than this is never meant.
_LARGEST_ARGUMENT = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A function a template may call; what it gives back is paid for."""

    function: Callable[..., Any]


@dataclass(frozen=True, slots=True, eq=False)
class Guard(Opened):
    """A function the rewritten template calls; it pays by itself."""


class _Sandbox(Protocol):
    spent: Spent

    def settled(self, value: Any) -> Any: ...


def opened_filter(sandbox: _Sandbox, function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter or test, paying for what it looks at and what it gives back."""

    # In quarters of a step.
    each = 4 * getattr(function, 'steps_an_item', 0) or 1

    @wraps(function)
    def paid(*args: Any, **options: Any) -> Any:
        spent, values = sandbox.spent, [*args, *options.values()]
        if values and isinstance(values[0], Context | Environment | EvalContext):
            values.pop(0)
        for value in values:
            spent.step(1 + (len(value) * each // 4 if isinstance(value, str | list | dict) else 0))
        for value in values[1:]:
            if isinstance(value, int) and abs(value) > _LARGEST_ARGUMENT and not _exact(function):
                raise spent.bounds.exceeded('characters', f'{value} is asked for')
        return sandbox.settled(function(*args, **options))

    return paid


def _exact(function: Callable[..., Any]) -> bool:
    """Whether the function says that its numbers are values, and no measures."""
    return getattr(function, 'takes_numbers', False)
