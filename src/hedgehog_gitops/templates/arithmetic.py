"""Sums and products of a template, refused before they are computed when they would be too large.

Called by `sandbox.py` for every operator. `%` on a text is refused, for its widths make text of
any length; `format` does what it is used for.
"""

import operator as python
from collections.abc import Callable, Mapping
from typing import Any

from .bounds import Spent
from .refusals import Forbidden

__all__ = ['arithmetic']

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    '+': python.add,
    '-': python.sub,
    '*': python.mul,
    '/': python.truediv,
    '//': python.floordiv,
    '%': python.mod,
    '**': python.pow,
}
_NUMBERS = (int, float)


def arithmetic(spent: Spent, operator: str, left: Any, right: Any) -> Any:
    """`left operator right`, paid for; TooMuch where the result would be too large."""
    if operator == '%' and isinstance(left, str):
        raise Forbidden("% on a text is not open to templates; use the filter 'format', or ~")
    numbers = isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS)
    if operator == '*' and not numbers:
        _repeated(spent, left, right)
    elif operator == '+' and not numbers:
        spent.step(1 + (_length(left) + _length(right)) // 8)
    elif numbers:
        _refuse_large(spent, operator, left, right)
    return _OPERATORS[operator](left, right)


def _repeated(spent: Spent, left: Any, right: Any) -> None:
    count, value = (left, right) if isinstance(left, int) else (right, left)
    if isinstance(count, int) and isinstance(value, str | list | tuple):
        size = len(value) * max(count, 0)
        if size > spent.bounds.characters:
            raise spent.bounds.exceeded('characters', f'this makes {size:,} characters')
        spent.step(1 + size // 8)


def _refuse_large(spent: Spent, operator: str, left: Any, right: Any) -> None:
    """Numbers of a hundred digits are more than any address or prefix needs."""
    sizes = [value.bit_length() if isinstance(value, int) else 64 for value in (left, right)]
    bits = sum(sizes) if operator == '*' else max(sizes) + 1
    if operator == '**':
        bits = sizes[0] * abs(int(right)) if abs(right) < 2**31 else 2**40
    if bits > spent.bounds.integer_digits * 10 // 3 and operator in ('*', '**', '+', '-'):
        raise spent.bounds.exceeded('integer_digits', 'this makes a number too large')


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple) else 1
