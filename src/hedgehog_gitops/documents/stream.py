"""Cuts a YAML stream into documents and joins documents to a stream, byte for byte.

Boundaries come from the parser, never from a search for `---`, which also occurs in text.
`document.py` reads through here; the writing rooms join what they put into one file.
"""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..findings import Finding, Severity
from .limits import DEFAULT_LIMITS, Limits
from .loading import Loaded, load
from .templating import told_as_template

__all__ = ['Piece', 'Stream', 'cut', 'join']


@dataclass(frozen=True, slots=True)
class Piece:
    """Where one document lies in its file: byte offsets from its `---` on, line counted from 1."""

    index: int
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Stream:
    """The documents of a file in order. Not `whole`: it could not be cut, and findings say why."""

    pieces: tuple[Piece, ...]
    findings: tuple[Finding, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class LoadedStream:
    """A cut stream with what each of its pieces means; a file without documents has one piece."""

    stream: Stream
    documents: tuple[Loaded | None, ...] = ()


def cut(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Stream:
    """Cuts `data` into pieces which, put behind one another, are `data` again."""
    return load_stream(data, limits).stream


def join(texts: Sequence[bytes]) -> bytes:
    """Puts documents behind one another so that each still means what it meant alone."""
    joined = bytearray()
    for text in texts:
        if not joined:
            joined += text
            continue
        following = text.removeprefix(codecs.BOM_UTF8)
        line_break = b'\r\n' if b'\r\n' in joined[:4096] else b'\n'
        if not joined.endswith((b'\n', b'\r')):
            joined += line_break
        if _opens_with_directive(following) and not _CLOSED.search(joined[-4096:]):
            joined += b'...' + line_break
        if not _opens_with_separator(following):
            joined += b'---' + line_break
        joined += following
    return bytes(joined)


def load_stream(data: bytes, limits: Limits) -> LoadedStream:
    """Cuts and reads in one pass; `document.py` makes Documents of the result."""
    if trouble := _refusal(data, limits):
        return LoadedStream(Stream((), (trouble,), whole=False))
    loading = load(data, limits)
    if loading.trouble:
        told = tuple(told_as_template((loading.trouble,), data))
        return LoadedStream(Stream((), told, whole=False))
    if not loading.documents:
        return LoadedStream(Stream((Piece(0, 0, len(data), 1),)), (None,))
    text = data.decode('utf-8')
    starts = _Starts(text)
    places = [(0, 1)]
    places += [starts.of(before, after) for before, after in pairwise(loading.documents)]
    offsets = [*_byte_offsets(data, text, [start for start, _ in places]), len(data)]
    pieces = tuple(
        Piece(index, offsets[index], offsets[index + 1], line)
        for index, (_, line) in enumerate(places)
    )
    findings = tuple(filter(None, map(starts.separator_finding, loading.documents)))
    return LoadedStream(Stream(pieces, findings), tuple(loading.documents))


def _refusal(data: bytes, limits: Limits) -> Finding | None:
    if len(data) > limits.file_bytes:
        message = (
            f'{len(data)} bytes, more than the {limits.file_bytes} allowed; divide it into'
            ' several files'
        )
        return Finding(Severity.ERROR, 'FileTooLarge', message)
    try:
        data.decode('utf-8')
    except UnicodeDecodeError as error:
        line = data.count(b'\n', 0, error.start) + 1
        column = error.start - data.rfind(b'\n', 0, error.start)
        message = 'this is not UTF-8; save the file in UTF-8'
        return Finding(Severity.ERROR, 'NotUtf8', message, line=line, column=column)
    return None


class _Starts:
    """Finds where documents start in a text; positions count from the text's first character."""

    def __init__(self, text: str) -> None:
        self.text = text
        # The parser does not count a byte order mark.
        self.shift = 1 if text.startswith('\ufeff') else 0

    def of(self, before: Loaded, after: Loaded) -> tuple[int, int]:
        """The position and the line where `after` starts, `before` being the document above it."""
        if before.end.explicit:
            mark = before.end.end_mark
            found = _LINE_BREAK.search(self.text, mark.index + self.shift)
            return (found.end() if found else len(self.text)), mark.line + 2
        mark = after.start.start_mark
        start: int = mark.index + self.shift
        banner = self._banner(before, start)
        return start - len(banner), mark.line + 1 - len(_LINE_BREAK.findall(banner))

    def _banner(self, before: Loaded, start: int) -> str:
        """The comment block directly above a separator that speaks of the document below it."""
        line_above = self.text.rfind('\n', 0, max(0, start - 1)) + 1
        if before.value is None or not self.text.startswith('#', line_above):
            return ''
        content_end = before.last.end_mark
        gap = self.text[content_end.index + self.shift : start].splitlines(keepends=True)
        # The rest of the line that holds the last value is that value's own comment.
        lines = gap[1:] if content_end.column > 0 else gap
        first = len(lines)
        while first and lines[first - 1].startswith('#'):
            first -= 1
        undoubted = first == 0 or not lines[first - 1].strip()
        return ''.join(lines[first:]) if undoubted else ''

    def separator_finding(self, document: Loaded) -> Finding | None:
        """Says that content stands on the separator's line, which Kubernetes' reader refuses."""
        start = document.start
        if not start.explicit:
            return None
        after = start.end_mark.index + self.shift
        if not _CONTENT_BEHIND.match(self.text, after):
            return None
        message = 'content behind `---`: Kubernetes refuses this line; put it on the next one'
        return Finding(
            Severity.WARNING,
            'SeparatorHoldsContent',
            message,
            document=document.index,
            line=start.end_mark.line + 1,
            column=start.end_mark.column + 1,
        )


_LINE_BREAK = re.compile(r'\r\n|[\r\n\x85\u2028\u2029]')
_CONTENT_BEHIND = re.compile(r'[ \t]+[^ \t\r\n#]')
_CLOSED = re.compile(rb'(?:^|[\r\n])\.\.\.[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)\Z')
_PREAMBLE = re.compile(rb'(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*')


def _opens_with_directive(text: bytes) -> bool:
    found = _PREAMBLE.match(text)
    return found is not None and text.startswith(b'%', found.end())


def _opens_with_separator(text: bytes) -> bool:
    if _opens_with_directive(text):
        return True
    found = _PREAMBLE.match(text)
    position = found.end() if found else 0
    following = text[position + 3 : position + 4]
    return text.startswith(b'---', position) and following in (b'', b' ', b'\t', b'\r', b'\n')


def _byte_offsets(data: bytes, text: str, positions: list[int]) -> list[int]:
    if len(data) == len(text):
        return positions
    offsets, done, offset = [], 0, 0
    for position in positions:
        offset += len(text[done:position].encode('utf-8'))
        offsets.append(offset)
        done = position
    return offsets
