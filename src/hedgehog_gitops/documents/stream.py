"""Cuts a YAML stream into documents and joins documents to a stream, byte for byte.

Boundaries come from the parser, never from a search for `---`, which also occurs in text.
`document.py` reads through here; the writing rooms join what they put into one file.
"""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ..findings import Finding, Severity
from .limits import DEFAULT_LIMITS, Limits
from .loading import Loaded, load
from .plain_blocks import plain_blocks
from .splitter import splitter_findings
from .telling import told_plainly

__all__ = ['Piece', 'Stream', 'cut', 'join', 'too_large']

_LFS = b'version https://git-lfs.github.com/spec/'


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


def load_stream(data: bytes, limits: Limits, *, parsing: bool = False) -> LoadedStream:
    """Cuts and reads in one pass; `document.py` makes Documents of the result.

    `parsing`: by the parser also where it can be done without, to compare both.
    """
    if trouble := _refusal(data, limits):
        return LoadedStream(Stream((), (trouble,), whole=False))
    if not parsing and (found := plain_blocks(data, limits)) is not None:
        return _unparsed(found, len(data))
    loading = load(data, limits)
    if loading.trouble:
        told = tuple(told_plainly((loading.trouble,), data))
        return LoadedStream(Stream((), told, whole=False))
    if not loading.documents:
        return LoadedStream(Stream((Piece(0, 0, len(data), 1),)), (None,))
    text = data.decode('utf-8')
    starts = _Starts(text)
    places = [(0, 1)]
    places += [starts.of(before, after) for before, after in pairwise(loading.documents)]
    offsets = _byte_offsets(data, text, [start for start, _ in places])
    pieces = _pieces(offsets, [line for _, line in places], len(data))
    findings = tuple(
        splitter_findings(text, starts.shift, loading.documents, [start for start, _ in places])
    )
    return LoadedStream(Stream(pieces, findings), tuple(loading.documents))


def too_large(size: int, limits: Limits) -> Finding:
    """Says that a file is not read because of its size, in bytes."""
    message = limits.exceeded('file_bytes', f'the file has {size:,} bytes, {size / 2**20:.1f} MiB')
    return Finding(
        Severity.ERROR, 'FileTooLarge', message, suggestion='divide it into several files'
    )


def _unparsed(found: Sequence[tuple[int, int, Any]], size: int) -> LoadedStream:
    """Of a text for which no parser was needed; nothing is wrong with such a one."""
    offsets, lines, values = zip(*found, strict=True)
    documents = tuple(Loaded(None, index, value) for index, value in enumerate(values))
    return LoadedStream(Stream(_pieces(offsets, lines, size)), documents)


def _pieces(offsets: Sequence[int], lines: Sequence[int], size: int) -> tuple[Piece, ...]:
    """The pieces that begin at these offsets and lines; each ends where the next begins."""
    ends = [*offsets[1:], size]
    rows = zip(offsets, ends, lines, strict=True)
    return tuple(Piece(index, *row) for index, row in enumerate(rows))


def _refusal(data: bytes, limits: Limits) -> Finding | None:
    if not limits.admits(len(data)):
        return too_large(len(data), limits)
    if data.startswith(_LFS):
        message = 'this is a Git LFS pointer, not the file; add the file without LFS'
        return Finding(Severity.ERROR, 'LfsPointer', message, line=1, column=1)
    try:
        data.decode('utf-8')
        wrong = 0 if _is_wide(data) else None
    except UnicodeDecodeError as error:
        wrong = error.start
    if wrong is not None:
        line = data.count(b'\n', 0, wrong) + 1
        column = wrong - data.rfind(b'\n', 0, wrong)
        return Finding(
            Severity.ERROR,
            'NotUtf8',
            f'this is {_encoding(data)}; only UTF-8 is read',
            line=line,
            column=column,
            suggestion='save the file in UTF-8',
        )
    return None


def _encoding(data: bytes) -> str:
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return name
    return 'UTF-16' if _is_wide(data) else 'not UTF-8'


def _is_wide(data: bytes) -> bool:
    """Whether every second byte of the beginning is NUL: ASCII in UTF-16."""
    return data[:4:2] == b'\0\0' or data[1:4:2] == b'\0\0'


# The longer mark of UTF-32 begins with that of UTF-16.
_MARKS = {
    codecs.BOM_UTF32_LE: 'UTF-32',
    codecs.BOM_UTF32_BE: 'UTF-32',
    codecs.BOM_UTF16_LE: 'UTF-16',
    codecs.BOM_UTF16_BE: 'UTF-16',
}


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
            end = found.end() if found else len(self.text)
            # Further `...` end nothing, but at the top of a document of its own they are refused.
            further = _FURTHER_ENDS.match(self.text, end)
            skipped = further.group() if further else ''
            lines = len(_LINE_BREAK.findall(skipped))
            return end + len(skipped), mark.line + 2 + lines
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


_BREAK = r'(?:\r\n|[\r\n\x85\u2028\u2029])'
_REST = r'[^\r\n\x85\u2028\u2029]*'
_GAP = rf'(?:\ufeff?[ \t]*(?:#{_REST})?{_BREAK})*'
_FURTHER_ENDS = re.compile(rf'(?:{_GAP}\ufeff?\.\.\.(?=[ \t]|{_BREAK}|\Z){_REST}(?:{_BREAK}|\Z))+')
_LINE_BREAK = re.compile(_BREAK)
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
