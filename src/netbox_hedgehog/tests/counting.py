"""How many queries something makes, and which of them are many."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

__all__ = ['queries_now', 'queries_of', 'what_grew']


def queries_of(ask: Callable[[], Any]) -> list[str]:
    """The queries of a second asking: the first one fills what is remembered between requests."""
    ask()
    return queries_now(ask)


def queries_now(ask: Callable[[], Any]) -> list[str]:
    """The queries of one asking."""
    with CaptureQueriesContext(connection) as made:
        ask()
    return [query['sql'] for query in made.captured_queries]


def what_grew(few: list[str], many: list[str]) -> str:
    """The queries that are more often among the many, without their values; nothing if none are."""
    more = Counter(map(_shape, many))
    more.subtract(Counter(map(_shape, few)))
    return '\n'.join(f'{count} x {shape[:400]}' for shape, count in more.items() if count > 0)


def _shape(query: str) -> str:
    without_values = re.sub(r"'(?:[^']|'')*'|\b\d+\b", '?', query)
    return re.sub(r'\(\?(?:, \?)*\)', '(?)', without_values)
