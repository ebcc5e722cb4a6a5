"""Splices our annotations into a document's text: two lines more, and no other byte changed.

Used by whatever puts an object into a file of its own: ingestion, edits, templates. Nothing is
dumped; where the quick way is not provably right, the document is edited like any other.
"""

import re
from collections.abc import Mapping
from typing import Any

from ..documents import Edited, Limits, edit_document
from .scalars import scalar

__all__ = ['annotated']

# The common opening of a document, from its first byte on: nothing but comments, the separator
# and plain one-line fields down to metadata's name and namespace. Behind such an opening a line
# with the same indentation is one more field of metadata, whatever follows.
_BREAK = rb'[ ]*(?:[ ]#[^\r\n]*)?\r?\n'
_SIMPLE = rb'[ ]+["\']?([A-Za-z0-9][-./A-Za-z0-9]*)["\']?'
_OPENING = re.compile(
    rb'(?:\xef\xbb\xbf)?'
    rb'(?:(?:#[^\r\n]*|---)?[ ]*\r?\n|(?:apiVersion|kind):' + _SIMPLE + _BREAK + rb')*'
    rb'metadata:' + _BREAK + rb'(?P<indent>[ ]+)'
    rb'(?:namespace:' + _SIMPLE + _BREAK + rb'(?P=indent))?'
    rb'name:[ ]+(?P<quote>["\']?)(?P<name>[A-Za-z0-9][-.A-Za-z0-9]*)(?P=quote)' + _BREAK +
    rb'(?:(?P=indent)namespace:' + _SIMPLE + _BREAK + rb')?'
)  # fmt: skip

# Annotations in block style, each on a line of its own, directly behind such an opening.
_ANNOTATION = (
    rb'["\']?[A-Za-z0-9][-./A-Za-z0-9]*["\']?:[ ]+'
    rb'(?:"[^"\\\r\n]*"|\'[^\'\r\n]*\'|[A-Za-z0-9][-./A-Za-z0-9]*)' + _BREAK
)
_PRESENT = re.compile(
    rb'(?P<outer>[ ]+)annotations:' + _BREAK +
    rb'(?P<inner>[ ]+)' + _ANNOTATION + rb'(?:(?P=inner)' + _ANNOTATION + rb')*'
)  # fmt: skip


def annotated(text: bytes, value: Any, wanted: Mapping[str, str], limits: Limits) -> Edited:
    """The text of an object, whose value is given, with those annotations that it has not got.

    Raises CannotEdit. An annotation already there is not rewritten.
    """
    metadata = value['metadata']
    present = metadata.get('annotations') or {}
    missing = {key: word for key, word in wanted.items() if key not in present}
    if not missing:
        return Edited(text, 0)
    quick = _spliced(text, metadata, missing)
    if quick is not None:
        return Edited(quick, 0)
    with_them = {**metadata, 'annotations': {**present, **missing}}
    return edit_document(text, {**value, 'metadata': with_them}, limits)


def _spliced(text: bytes, metadata: Mapping[str, Any], wanted: Mapping[str, str]) -> bytes | None:
    """The text with annotations behind metadata's name; None unless this is provably right."""
    opening = _OPENING.match(text)
    # A longer name means that the scalar goes on in the next line.
    if opening is None or opening['name'].decode() != metadata['name']:
        return None
    indent = opening['indent']
    line_break = b'\r\n' if opening[0].endswith(b'\r\n') else b'\n'
    if 'annotations' not in metadata:
        # metadata stands at the margin, so this is the step by which the text indents.
        lines = [indent + b'annotations:', *_lines(indent + indent, wanted)]
        return _inserted(text, opening.end(), lines, line_break)
    present = _PRESENT.match(text, opening.end())
    if present is None or present['outer'] != indent or not _is_all(present, metadata):
        return None
    return _inserted(text, present.end(), _lines(present['inner'], wanted), line_break)


def _is_all(present: re.Match[bytes], metadata: Mapping[str, Any]) -> bool:
    """Whether these are all annotations, and the last one ends with its line."""
    rest = present.string[present.end() :]
    depth = len(rest) - len(rest.lstrip(b' '))
    inner, outer = len(present['inner']), len(present['outer'])
    # Behind a blank line or a comment the last value could go on.
    ends = not rest or (depth <= outer and rest[depth : depth + 1] not in b'#\r\n\t')
    annotations = metadata['annotations']
    count = len(annotations) if isinstance(annotations, dict) else 0
    return inner > outer and ends and present[0].count(b'\n') == count + 1


def _lines(indent: bytes, wanted: Mapping[str, str]) -> list[bytes]:
    return [indent + f'{key}: {scalar(word)}'.encode() for key, word in wanted.items()]


def _inserted(text: bytes, place: int, lines: list[bytes], line_break: bytes) -> bytes:
    return text[:place] + b''.join(line + line_break for line in lines) + text[place:]
