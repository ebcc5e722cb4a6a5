"""Plans how parts come into `{}` and `[]` and leave them: with their comma, but without a comment.

A part is an item, or a key with its value, from its first character to behind its last. A comment
goes only with a part that has its line for itself. Called by `splice.py`.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from .nodes import GAP, Node
from .page import Page

__all__ = ['Part', 'add_part', 'fill', 'holds_only_comments', 'remove_parts']

type Part = tuple[int, int]

_TO_COMMA = re.compile(rf'{GAP},')
_REST_OF_LINE = re.compile(r'[ \t]*,?[ \t]*(?:#[^\r\n]*)?(?=[\r\n])')


def holds_only_comments(page: Page, node: Node) -> bool:
    """True for `{}` and `[]` without a part, but with something written inside."""
    empty = node.flow and not node.items and not node.entries
    return empty and bool(page.text[node.body + 1 : node.end - 1].strip())


def fill(page: Page, node: Node, inner: str) -> None:
    """Plans the first parts of an empty collection, before the comments that it holds."""
    place = node.body + 1
    lead = '' if page.text[place].isspace() else ' '
    page.put(place, place, inner + lead)


def add_part(page: Page, parts: list[Part], index: int, inner: str) -> None:
    """Plans a new part before the one at `index`, or behind the last."""
    if index:
        end = parts[index - 1][1]
        # A colon directly before a comma is no colon.
        gap = ' ' if page.text[end - 1] == ':' else ''
        page.put(end, end, f'{gap}, {inner}')
    else:
        start = parts[0][0]
        page.put(start, start, f'{inner}, ')


def remove_parts(page: Page, parts: list[Part], gone: list[int]) -> None:
    """Plans to take these parts out, of which at least one other stays."""
    for run in _runs(gone):
        first, last = run[0], run[-1]
        reach = parts[first - 1 : last + 1] if first else parts[first : last + 2]
        if any('#' in page.text[one[1] : other[0]] for one, other in pairwise(reach)):
            for index in run:
                _remove_between_comments(page, parts[index])
        elif first:
            page.put(reach[0][1], reach[-1][1], '')
        else:
            page.put(reach[0][0], reach[-1][0], '')


def _runs(numbers: Iterable[int]) -> Iterator[list[int]]:
    """Neighbours together: 1, 2, 5 is [1, 2] and [5]."""
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _remove_between_comments(page: Page, part: Part) -> None:
    start, end = part
    line = page.line_start(start)
    if _REST_OF_LINE.match(page.text, end) and not page.text[line:start].strip(' \t'):
        start, end = line, page.next_line(end)
    page.put(start, end, '')
    # A comma that is left behind the last part is allowed; one before the first is not.
    comma = _TO_COMMA.match(page.text, part[1])
    if comma and comma.end() > end:
        page.put(comma.end() - 1, comma.end(), '')
