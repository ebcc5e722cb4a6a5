"""Where Kubernetes would cut the same bytes otherwise than YAML does, said as findings.

Called by `stream.py` for every stream. kubectl, Argo CD and Flux cut by lines before anything is
parsed: a line that begins with `---` ends a document, and behind it only blanks and a comment may
stand. Lines end with a line feed for them, and a directive belongs to the document above
(apimachinery, util/yaml: YAMLReader).
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

from ..findings import Finding, Severity
from .loading import Loaded

__all__ = ['splitter_findings']

_LOOKS_LIKE = re.compile(r'^---[^ \t\r\n]', re.MULTILINE)
_MARK_INSIDE = re.compile('(?<=[\n\r\x85\u2028\u2029])\ufeff')
_CONTENT_BEHIND = re.compile(r'[ \t]+[^ \t\r\n#]')


def splitter_findings(
    text: str, shift: int, documents: Sequence[Loaded], starts: Sequence[int]
) -> Iterator[Finding]:
    """What a person must know before a cluster reads these bytes, document by document.

    `shift` is what positions of the parser lag behind those in `text`; `starts` are those at
    which the documents' pieces begin.
    """
    for document in documents:
        start = document.start
        if not start.explicit:
            continue
        if start.version or start.tags:
            yield _directive(start, document.index)
        at, after = start.start_mark.index + shift, start.end_mark.index + shift
        if _CONTENT_BEHIND.match(text, after):
            yield _content_behind(start, document.index)
        if document.index and text[text.find('---', at) - 1] != '\n':
            yield _not_seen(start, document.index)
    if '---' in text and (found := _LOOKS_LIKE.search(text)):
        yield _looks_like(text, found.start(), starts)
    if text.find('\ufeff', 1) > 0:
        yield from _marks_inside(text, starts)


def _content_behind(start: Any, index: int) -> Finding:
    return Finding(
        Severity.WARNING,
        'SeparatorHoldsContent',
        'content behind `---`: Kubernetes refuses this line',
        document=index,
        line=start.end_mark.line + 1,
        column=start.end_mark.column + 1,
        suggestion='put it on the next line',
    )


def _directive(start: Any, index: int) -> Finding:
    return Finding(
        Severity.WARNING,
        'DirectiveRefused',
        'Kubernetes cuts at `---`, so this directive stands alone or in the document above',
        document=index,
        line=start.start_mark.line + 1,
        column=1,
        suggestion='remove the line that begins with %',
    )


def _not_seen(start: Any, index: int) -> Finding:
    return Finding(
        Severity.WARNING,
        'SeparatorNotSeen',
        'Kubernetes does not see this separator: the line above does not end with a line feed, '
        'so nothing from here on reaches the cluster',
        document=index,
        line=start.end_mark.line + 1,
        column=1,
        suggestion='save the file with LF or CRLF line ends',
    )


def _marks_inside(text: str, starts: Sequence[int]) -> Iterator[Finding]:
    """The first mark of every document that has some."""
    told: set[int] = set()
    for found in _MARK_INSIDE.finditer(text, 1):
        document = _document_at(found.start(), starts)
        if document not in told:
            told.add(document)
            yield _mark_inside(text, found.start(), document)


def _mark_inside(text: str, at: int, document: int) -> Finding:
    """The parser skips such a mark, Go takes it for a letter of the key or value."""
    return Finding(
        Severity.ERROR,
        'MarkInside',
        'an invisible byte order mark stands at the beginning of this line, as when files are '
        'put behind one another; to Kubernetes it is part of the text',
        document=document,
        line=text.count('\n', 0, at) + 1,
        column=1,
        suggestion='delete it',
    )


def _document_at(at: int, starts: Sequence[int]) -> int:
    return max(0, bisect_right(starts, at) - 1)


def _looks_like(text: str, at: int, starts: Sequence[int]) -> Finding:
    return Finding(
        Severity.WARNING,
        'SeparatorLike',
        'Kubernetes takes every line that begins with `---` for a separator, and refuses this one',
        document=_document_at(at, starts),
        line=text.count('\n', 0, at) + 1,
        column=1,
        suggestion='indent the line',
    )
