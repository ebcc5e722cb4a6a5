"""Takes a `kind: List` apart: each item becomes a document with its own exact text.

The text of a block-style item is cut out and dedented, and believed only when it reads as the
item's value; any other item is written new, with a finding that says so.
"""

from dataclasses import dataclass
from itertools import pairwise

from ..findings import Finding, Severity
from .document import Document, read
from .emit import emit
from .limits import Limits
from .values import Value

__all__ = ['ListItem', 'item_ranges', 'list_items']


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item as a document of its own."""

    document: Document
    findings: tuple[Finding, ...] = ()


def list_items(document: Document, limits: Limits) -> tuple[ListItem, ...]:
    """The items of a List in their order."""
    value = document.value
    values = value.get('items') if isinstance(value, dict) else None
    if not isinstance(values, list) or not values:
        return ()
    texts = _item_texts(document, len(values))
    return tuple(
        _item(document, number, values[number], texts[number], limits)
        for number in range(len(values))
    )


def item_ranges(document: Document) -> tuple[tuple[int, int], ...]:
    """The lines of every block-style item, counted in the text: from its dash to before the next.

    Comments above a dash are its own. Empty where the items are not in block style.
    """
    value = document.value
    values = value.get('items') if isinstance(value, dict) else None
    if not isinstance(values, list) or not values:
        return ()
    lines = document.text.splitlines(keepends=True)
    numbers = _boundaries(document, lines, len(values))
    headings = [_heading(lines, start) for start in numbers]
    return tuple(
        (start - len(above), end - len(below))
        for (start, end), (above, below) in zip(pairwise(numbers), pairwise(headings), strict=True)
    )


def _item(
    document: Document, number: int, value: Value, text: bytes | None, limits: Limits
) -> ListItem:
    cut = _read_one(text, limits) if text is not None else None
    if cut is not None and cut.value == value:
        return ListItem(cut)
    line, column = document.position(('items', number)) or (document.line, 1)
    message = f'item {number} of the List is not in block style; it is written anew'
    finding = Finding(
        Severity.INFO,
        'ListItemRewritten',
        message,
        document=document.index,
        line=line,
        column=column,
    )
    return ListItem(read(emit(value, depth=limits.depth), limits).documents[0], (finding,))


def _read_one(text: bytes, limits: Limits) -> Document | None:
    documents = read(text, limits).documents
    return documents[0] if len(documents) == 1 else None


def _item_texts(document: Document, count: int) -> list[bytes | None]:
    """The dedented text of every item; None where the dash cannot be found."""
    lines = document.text.splitlines(keepends=True)
    numbers = _boundaries(document, lines, count)
    if not numbers:
        return [None] * count
    headings = [_heading(lines, start) for start in numbers]
    return [
        _dedented(lines[start : end - len(below)], above)
        for (start, end), (above, below) in zip(pairwise(numbers), pairwise(headings), strict=True)
    ]


def _boundaries(document: Document, lines: list[bytes], count: int) -> list[int]:
    """The lines of all dashes and the one behind the list; empty where a dash is not found."""
    starts = [_dash_line(document, lines, number) for number in range(count)]
    numbers = [start for start in starts if start is not None]
    if len(numbers) < count:
        return []
    return [*numbers, _end_of_list(lines, numbers[-1], _indent(lines[numbers[0]]))]


def _dash_line(document: Document, lines: list[bytes], number: int) -> int | None:
    """The line, counted in the text, on which item `number` begins with its dash."""
    place = document.position(('items', number))
    if place is None:
        return None
    line = place[0] - document.line
    if not 0 <= line < len(lines):
        return None
    return line if lines[line].lstrip(b' ').startswith(b'- ') else None


def _end_of_list(lines: list[bytes], last: int, column: int) -> int:
    """The first line behind the list: less indented, or as much but without a dash."""
    for number in range(last + 1, len(lines)):
        line = lines[number]
        bare = line.strip()
        if not bare or bare.startswith(b'#'):
            continue
        indent = _indent(line)
        if indent < column or (indent == column and not line.lstrip(b' ').startswith(b'-')):
            return number
    return len(lines)


def _heading(lines: list[bytes], start: int) -> list[bytes]:
    """The comments directly above an item, as far out as its dash: they speak of the item."""
    first = start
    column = _indent(lines[start]) if start < len(lines) else -1
    while (
        first and lines[first - 1][column:].startswith(b'#') and _indent(lines[first - 1]) == column
    ):
        first -= 1
    return lines[first:start]


def _dedented(lines: list[bytes], heading: list[bytes]) -> bytes | None:
    first = lines[0]
    dash = _indent(first)
    column = dash + 1 + _indent(first[dash + 1 :])
    texts = [*(line[dash:] for line in heading), first[column:]]
    for line in lines[1:]:
        if line.strip() and _indent(line) < column:
            # Comments that stand further out belong to the list or to the next item.
            if line.lstrip(b' ').startswith(b'#'):
                continue
            return None
        texts.append(line[column:] if line.strip() else line.lstrip(b' '))
    return b''.join(texts)


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip(b' '))
