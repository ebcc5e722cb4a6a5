"""Takes a `kind: List` apart: each item becomes a document with its own exact text.

The text of a block-style item is cut out and dedented, and believed only when it reads as the
item's value; any other item is written new, with a finding that says so.
"""

from dataclasses import dataclass, replace

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
    lines = _lines(document)
    places = _places(document, lines, len(values))
    if any(place is None for place in places):
        return ()
    return tuple((p.first - p.heading, p.end) for p in places if p is not None)


def _item(
    document: Document, number: int, value: Value, text: bytes | None, limits: Limits
) -> ListItem:
    cut = _read_one(text, limits) if text is not None else None
    if cut is not None and cut.value == value:
        return ListItem(cut)
    line, column = document.position(('items', number)) or (document.line, 1)
    why = 'is not in block style' if text is None else 'does not read alone as it does here'
    message = f'item {number} of the List {why}; it is written anew'
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


@dataclass(frozen=True, slots=True)
class _Place:
    """The lines of one item: its dash, where its value begins, and the first that is another's.

    `heading` counts the comments directly above the dash, `column` is where the value begins.
    """

    first: int
    value: int
    column: int
    end: int = 0
    heading: int = 0


def _lines(document: Document) -> list[bytes]:
    return document.text.splitlines(keepends=True)


def _item_texts(document: Document, count: int) -> list[bytes | None]:
    """The dedented text of every item; None where its dash, or the next one, cannot be found."""
    lines = _lines(document)
    places = _places(document, lines, count)
    return [_dedented(lines, place) if place is not None else None for place in places]


def _places(document: Document, lines: list[bytes], count: int) -> list[_Place | None]:
    """Where each item stands; None for one whose beginning or end is not found."""
    found = [_begins(document, lines, number) for number in range(count)]
    column = min((_indent(lines[place.first]) for place in found if place), default=0)
    starts = [p if p and _indent(lines[p.first]) == column else None for p in found]
    last = starts[-1]
    ends = [p.first - _heading(lines, p.first) if p else None for p in starts[1:]]
    ends.append(_end_of_list(lines, last.value, column) if last else None)
    return [
        replace(place, end=end, heading=_heading(lines, place.first))
        if place is not None and end is not None
        else None
        for place, end in zip(starts, ends, strict=True)
    ]


def _begins(document: Document, lines: list[bytes], number: int) -> _Place | None:
    """Where item `number` begins: behind its dash, or on a line below a dash that stands alone."""
    place = document.position(('items', number))
    value = place[0] - document.line if place else len(lines)
    if place is None or not 0 <= value < len(lines):
        return None
    if lines[value].lstrip(b' ').startswith(b'- '):
        # The dash is the item's unless it opens a list which the item is.
        return _Place(value, value, place[1] - 1)
    for line in range(value, -1, -1):
        bare = lines[line].strip()
        if bare[:1] == b'-' and bare[1:2] in (b'', b' '):
            return _Place(line, value, place[1] - 1)
        if line < value and bare and not bare.startswith(b'#'):
            return None
    return None


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


def _heading(lines: list[bytes], start: int) -> int:
    """How many comments stand directly above an item, as far out as its dash: they are its own."""
    first = start
    column = _indent(lines[start]) if start < len(lines) else -1
    while (
        first and lines[first - 1][column:].startswith(b'#') and _indent(lines[first - 1]) == column
    ):
        first -= 1
    return start - first


def _dedented(lines: list[bytes], place: _Place) -> bytes | None:
    first, column = lines[place.first], place.column
    dash = _indent(first)
    texts = [line[dash:] for line in lines[place.first - place.heading : place.first]]
    behind = first[dash + 1 :].lstrip(b' ')
    if place.value == place.first or behind.strip():
        texts.append(behind)
    for number in range(place.first + 1, place.end):
        line = lines[number]
        if line.strip() and _indent(line) < column:
            # Comments that stand further out belong to the list or to the next item.
            if not line.lstrip(b' ').startswith(b'#'):
                return None
            if number > place.value:
                continue
            texts.append(line.lstrip(b' '))
        else:
            texts.append(line[column:] if line.strip() else line.lstrip(b' '))
    return b''.join(texts)


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip(b' '))
