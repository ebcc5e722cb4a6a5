"""One file without the documents that lose: what stays and what is taken out, proved by reading.

Called by `planner.py` for every file a settlement touches. The result is read again: whatever was
not meant to change must say the same as before, byte for byte. Otherwise nothing is changed and the
caller is told why.
"""

import codecs
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..documents import (
    CannotEdit,
    Document,
    Limits,
    Reading,
    Value,
    edit_document,
    item_ranges,
    join,
    list_items,
    read,
    same,
)
from ..identity import RepoPath, ResourceKey
from .commented import commented, commented_item, marked, marked_item
from .header import Header
from .policy import Action
from .spots import Spot

__all__ = ['CannotRewrite', 'Cut', 'Rewritten', 'rewritten', 'text_at']

_STAYING = (Action.COMMENT, Action.MARK)


class CannotRewrite(Exception):
    """The file cannot be changed so that everything else in it stays as it is."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What happens to one description: `COMMENT` and `MARK` change it in place, a `replacement`
    takes its place, anything else takes it out of the file.

    `processed` tells that it won elsewhere, so its file is an original like those of raw/.
    """

    spot: Spot
    action: Action
    header: Header | None = None
    replacement: bytes | None = None
    resource: ResourceKey | None = None
    processed: bool = False

    @property
    def commented_away(self) -> bool:
        return self.action is Action.COMMENT_AND_MOVE

    @property
    def takes_out(self) -> bool:
        return self.replacement is None and self.action not in _STAYING


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The file's new bytes; None when nothing is left in it. `texts` are those taken out."""

    content: bytes | None
    texts: dict[Spot, bytes]


def rewritten(path: RepoPath, data: bytes, cuts: Sequence[Cut], limits: Limits) -> Rewritten:
    """Carries out every cut in one file; raises CannotRewrite."""
    reading = read(data, limits)
    if any(not cut.takes_out and cut.replacement is None for cut in cuts) and _is_json(path):
        raise CannotRewrite('a JSON file cannot hold comments; archive, move or delete it')
    texts = {cut.spot: text_at(reading, cut.spot, limits) for cut in cuts if cut.takes_out}
    by_document: dict[int, list[Cut]] = {}
    for cut in cuts:
        by_document.setdefault(cut.spot.document, []).append(cut)
    pieces: list[bytes | None] = []
    for document in reading.documents:
        own = by_document.get(document.index, [])
        pieces.append(_piece(document, own, limits) if own else document.text)
    if len(pieces) > 1 and pieces[0] is not None and _is_commented(by_document.get(0, [])):
        pieces[0] = _set_apart(pieces[0])
    kept = [piece for piece in pieces if piece is not None]
    gone = {index for index, piece in enumerate(pieces) if piece is None}
    rest = [d for d in reading.documents if d.index not in gone and not d.empty]
    if not rest:
        return Rewritten(None, texts)
    content = _joined(reading, pieces, kept, by_document, limits)
    return Rewritten(content, texts)


def text_at(reading: Reading, spot: Spot, limits: Limits) -> bytes:
    """The exact text of one description; an item of a List as a document of its own."""
    document = reading.documents[spot.document]
    if spot.item is None:
        return document.text
    return list_items(document, limits)[spot.item].document.text


def _is_json(path: RepoPath) -> bool:
    return path.lower().endswith('.json')


def _piece(document: Document, cuts: Sequence[Cut], limits: Limits) -> bytes | None:
    """What one document becomes; None when it goes."""
    if cuts[0].spot.item is not None:
        return _items_cut(document, cuts, limits)
    (cut,) = cuts
    if cut.replacement is not None:
        return cut.replacement
    if cut.takes_out:
        return None
    edit = commented if cut.action is Action.COMMENT else marked
    return edit(document.text, _header(cut))


def _is_commented(cuts: Sequence[Cut]) -> bool:
    return any(cut.action is Action.COMMENT and cut.spot.item is None for cut in cuts)


def _set_apart(piece: bytes) -> bytes:
    """A commented document as one of its own; else its comments belong to the one below it."""
    mark = codecs.BOM_UTF8 if piece.startswith(codecs.BOM_UTF8) else b''
    text = piece.removeprefix(mark)
    if any(line.startswith(b'---') for line in text.splitlines()):
        return piece
    first = text.partition(b'\n')[0]
    return mark + (b'---\r\n' if first.endswith(b'\r') else b'---\n') + text


def _items_cut(document: Document, cuts: Sequence[Cut], limits: Limits) -> bytes | None:
    """A List with some of its items commented, marked or taken out."""
    gone = {cut.spot.item for cut in cuts if cut.takes_out}
    values = document.value['items'] if isinstance(document.value, dict) else None
    if not isinstance(values, list):
        raise CannotRewrite('the List has no items any more')
    if len(gone) == len(values):
        return None
    text = document.text
    for cut in sorted(cuts, key=lambda cut: cut.spot.order, reverse=True):
        if not cut.takes_out:
            text = _item_edited(document, text, cut)
    if not gone:
        return text
    if text != document.text:
        raise CannotRewrite(
            'some items of one List would be commented and others taken out; take one action'
        )
    left = [value for number, value in enumerate(values) if number not in gone]
    try:
        return edit_document(text, {**document.value, 'items': left}, limits).text  # type: ignore[dict-item]
    except CannotEdit as error:
        raise CannotRewrite(error.message) from error


def _item_edited(document: Document, text: bytes, cut: Cut) -> bytes:
    ranges = item_ranges(document)
    if cut.spot.item is None or not ranges:
        raise CannotRewrite('the items of this List are not in block style')
    first, last = ranges[cut.spot.item]
    if cut.action is Action.COMMENT:
        return commented_item(text, first, last, _header(cut))
    return marked_item(text, first, _header(cut))


def _header(cut: Cut) -> Header:
    if cut.header is None:
        raise LookupError(f'{cut.spot} has no header')
    return cut.header


def _joined(
    reading: Reading,
    pieces: Sequence[bytes | None],
    kept: Sequence[bytes],
    cuts: dict[int, list[Cut]],
    limits: Limits,
) -> bytes:
    """The pieces as one file, put together in the first way that keeps what has to stay."""
    expected = list(_expected(reading, pieces, cuts))
    why = 'what stays in the file would not read as before'
    for content in (b''.join(kept), join(kept)):
        after = read(content, limits)
        found = [d for d in after.documents if not d.empty] if after.whole else []
        if after.whole and _stays(expected, found):
            return content
        broken = [f.message for f in after.findings]
        why = broken[0] if broken and not after.whole else why
    raise CannotRewrite(why)


@dataclass(frozen=True, slots=True)
class _Expected:
    """A document that has to be there afterwards: its value, and for the bad ones its text."""

    value: Value
    text: bytes
    good: bool


def _expected(
    reading: Reading, pieces: Sequence[bytes | None], cuts: dict[int, list[Cut]]
) -> Iterable[_Expected]:
    for document, piece in zip(reading.documents, pieces, strict=True):
        own = cuts.get(document.index, [])
        if document.empty or piece is None:
            continue
        if not own:
            yield _Expected(document.value, document.text, document.good)
        elif own[0].spot.item is not None:
            yield _Expected(_left_of_list(document, own), piece, True)
        elif own[0].action is Action.MARK:
            yield _Expected(document.value, piece, True)
        elif own[0].replacement is not None:
            (new,) = (d for d in read(own[0].replacement).documents if not d.empty)
            yield _Expected(new.value, piece, new.good)


def _left_of_list(document: Document, cuts: Sequence[Cut]) -> Value:
    gone = {cut.spot.item for cut in cuts if cut.action is not Action.MARK}
    value = document.value
    items = value['items'] if isinstance(value, dict) else []
    left = [
        v for number, v in enumerate(items if isinstance(items, list) else []) if number not in gone
    ]
    # A List all of whose items are commented out has null where they were.
    return {**value, 'items': left or None} if isinstance(value, dict) else value


def _stays(expected: Sequence[_Expected], found: Sequence[Document]) -> bool:
    if len(expected) != len(found):
        return False
    return all(
        same(one.value, other.value) if one.good else not other.good and one.text == other.text
        for one, other in zip(expected, found, strict=True)
    )
