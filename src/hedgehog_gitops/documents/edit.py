"""Changes what one document means by changing as little of its text as can be.

Every result is read back and compared with what was wanted; only then is it an answer. Called by
everything that writes into a file a person may have written.
"""

import codecs
import re
from collections import Counter
from dataclasses import dataclass, field

from ..errors import NeedsPerson
from .document import Document, read
from .emit import block_lines
from .limits import DEFAULT_LIMITS, Limits
from .nodes import Node, compose
from .page import CannotSplice, Page
from .scalars import BadScalar
from .splice import plan
from .values import Value, normal, same

__all__ = ['CannotEdit', 'Edited', 'comments', 'edit_document']


# Levels as `Edited` counts them, each with or without block scalars for text of several lines.
_WAYS = ((0, True), (0, False), (1, False), (2, False), (3, True))


class CannotEdit(NeedsPerson):
    """This text cannot be made to say that without touching what nobody asked to change."""


@dataclass(frozen=True, slots=True)
class Edited:
    """The new text, and how much of the old one was rewritten.

    0: only what changed; 1: the smallest key around it; 2: a top-level key; 3: the whole
    document. No comment is ever lost to more than the change itself: rather there is no edit.
    `why` names what was in the way of less, and where.
    """

    text: bytes
    level: int
    why: str = field(default='', compare=False)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A text that was tried, and whether comments may be missing that nobody spoke of."""

    text: bytes
    level: int
    loses_comments: bool


def edit_document(text: bytes, wanted: Value, limits: Limits = DEFAULT_LIMITS) -> Edited:
    """Text that reads as `wanted`, all bytes beside the changed fields being those of `text`."""
    try:
        target = normal(wanted, limits.depth)
    except BadScalar as error:
        raise CannotEdit('NoJsonValue', f'This value cannot be written: {error}.') from error
    document = _only_document(text, limits)
    if document is None:
        raise CannotEdit(
            'DocumentNotGood', 'This text is not one good document.', hint='Correct it first.'
        )
    if same(document.value, target):
        return Edited(text, 0)
    obstacles: list[CannotSplice] = []
    for level, blocks in _WAYS:
        tried = _attempt(text, target, level, blocks, limits, obstacles)
        if tried is None:
            continue
        if not tried.loses_comments or _keeps_comments(text, tried.text):
            why = str(obstacles[0]) if tried.level and obstacles else ''
            return Edited(tried.text, tried.level, why)
        obstacles.append(CannotSplice('comments around it would be lost'))
    why = str(obstacles[0]) if obstacles else 'other places of the document would change with it'
    raise CannotEdit(
        'TextCannotSayThis',
        f'This change cannot be made in place: {why}.',
        hint='Write out what an alias or a merge stands for, or edit the text by hand.',
    )


def comments(text: bytes) -> list[bytes]:
    """Everything in a text that looks like a comment; what a block scalar holds may be among it."""
    return _COMMENT.findall(text)


def _keeps_comments(old: bytes, new: bytes) -> bool:
    """Whether everything that looks like a comment in the old text is in the new one as well."""
    return not Counter(comments(old)) - Counter(comments(new))


_COMMENT = re.compile(rb'(?:(?<=[ \t])|^)#[^\r\n]*', re.MULTILINE)


def _attempt(
    text: bytes,
    target: Value,
    level: int,
    blocks: bool,
    limits: Limits,
    obstacles: list[CannotSplice],
) -> _Attempt | None:
    """The text edited at this level or None; a second pass mends a last line without its end."""
    reached, loses = level, False
    for _ in range(2):
        spliced = _spliced(text, target, level, blocks, obstacles)
        if spliced is None:
            return None
        reached, loses = max(reached, spliced.level), loses or spliced.loses_comments
        document = _only_document(spliced.text, limits)
        if document is None:
            return None
        if same(document.value, target):
            return _Attempt(spliced.text, reached, loses)
        if text.endswith((b'\n', b'\r')):
            return None
        text = spliced.text
    return None


def _spliced(
    data: bytes, target: Value, level: int, blocks: bool, obstacles: list[CannotSplice]
) -> _Attempt | None:
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b''
    text = data.decode('utf-8').removeprefix('\ufeff')
    root = compose(data)
    loses = level > 0
    try:
        if level == 3:
            changed = _rewritten(text, root, target)
        elif root is None:
            return None
        else:
            page = Page(text, root, blocks=blocks)
            plan(page, root, target, level)
            obstacles += page.obstacles
            changed, level = page.result(), page.level
            loses = loses or page.loses_comments
    except CannotSplice as obstacle:
        obstacles.append(obstacle)
        return None
    return _Attempt(mark + changed.encode('utf-8'), level, loses)


def _rewritten(text: str, root: Node | None, target: Value) -> str:
    """The whole value anew, below the separator and comments that stand above it."""
    if root is None or (root.kind == 'scalar' and root.start == root.end):
        page = Page(text, None)
        whole = page.text if text else ''
        return whole + page.lines(block_lines(target, 0, page.habits))
    if any(node.special for node in root.walk()):
        raise CannotSplice('anchors, aliases and tags are never dropped silently')
    page = Page(text, root)
    lines = block_lines(target, 0, page.habits)
    shares_line = page.text[page.line_start(root.start) : root.start].strip()
    start = root.start
    if shares_line and len(lines) > 1:
        start = len(page.text[:start].rstrip(' '))
        lines = ['', *lines]
    page.put(start, page.line_end(root.end), page.line_break.join(lines))
    return page.result()


def _only_document(text: bytes, limits: Limits) -> Document | None:
    """The one document that `text` is; None when it is none, several, or a bad one."""
    reading = read(text, limits)
    if not reading.whole or len(reading.documents) != 1:
        return None
    document = reading.documents[0]
    return document if document.good or document.empty else None
