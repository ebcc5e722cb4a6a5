"""Gives one object a text of its own: its exact bytes with our annotations spliced in.

Called by `settle.py` for every object that gets a new file. Nothing is dumped: comments, order,
quotes and line ends stay.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..documents import OWN_ANNOTATIONS, CannotEdit, Limits, Value, edit_document, set_field
from ..findings import Finding, Severity
from ..layout import Fabric, scalar
from .sweep import RawDocument

__all__ = ['Normalised', 'normalise', 'widened']

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


@dataclass(frozen=True, slots=True)
class Normalised:
    """The text of a managed file, and what was noticed while making it."""

    text: bytes
    findings: tuple[Finding, ...] = ()


def normalise(fabric: Fabric, raw: RawDocument, limits: Limits) -> Normalised:
    """The text of the object's own file. An annotation already there is not rewritten."""
    if not fabric.annotate:
        return Normalised(raw.document.text)
    present = raw.metadata.get('annotations')
    if present is not None and not isinstance(present, dict):
        message = 'metadata.annotations is not a mapping, so nothing was written into it'
        return Normalised(
            raw.document.text, (raw.finding(Severity.WARNING, 'NotAnnotated', message),)
        )
    present = present or {}
    wanted = {
        key: text for key, text in _annotations_for(fabric, raw).items() if key not in present
    }
    if not wanted:
        return Normalised(raw.document.text)
    quick = _spliced(raw, wanted)
    return Normalised(quick) if quick is not None else _edited(raw, {**present, **wanted}, limits)


def widened(level: int, raw: RawDocument) -> tuple[Finding, ...]:
    """A finding when an edit had to rewrite more than the fields it changed."""
    if level < 2:
        return ()
    what = 'a top-level field' if level == 2 else 'the whole document'
    message = f'{what} had to be written anew; comments inside of it are gone from managed/'
    return (raw.finding(Severity.INFO, 'EditWidened', message),)


def _annotations_for(fabric: Fabric, raw: RawDocument) -> dict[str, str]:
    return {
        f'{OWN_ANNOTATIONS}managed-by': 'netbox-hedgehog',
        f'{OWN_ANNOTATIONS}fabric': fabric.slug,
        f'{OWN_ANNOTATIONS}original-file': fabric.below(raw.file),
        f'{OWN_ANNOTATIONS}original-document-index': str(raw.index),
    }


def _spliced(raw: RawDocument, wanted: Mapping[str, str]) -> bytes | None:
    """The text with annotations behind metadata's name; None unless this is provably right."""
    text = raw.document.text
    opening = _OPENING.match(text)
    # A longer name means that the scalar goes on in the next line.
    if opening is None or opening['name'].decode() != raw.metadata['name']:
        return None
    indent = opening['indent']
    line_break = b'\r\n' if opening[0].endswith(b'\r\n') else b'\n'
    if 'annotations' not in raw.metadata:
        lines = [indent + b'annotations:', *_lines(indent + b'  ', wanted)]
        return _inserted(text, opening.end(), lines, line_break)
    present = _PRESENT.match(text, opening.end())
    if present is None or present['outer'] != indent or not _is_all(present, raw):
        return None
    return _inserted(text, present.end(), _lines(present['inner'], wanted), line_break)


def _is_all(present: re.Match[bytes], raw: RawDocument) -> bool:
    """Whether these are all annotations, and the last one ends with its line."""
    rest = present.string[present.end() :]
    depth = len(rest) - len(rest.lstrip(b' '))
    inner, outer = len(present['inner']), len(present['outer'])
    # Behind a blank line or a comment the last value could go on.
    ends = not rest or (depth <= outer and rest[depth : depth + 1] not in b'#\r\n\t')
    annotations = raw.metadata['annotations']
    count = len(annotations) if isinstance(annotations, dict) else 0
    return inner > outer and ends and present[0].count(b'\n') == count + 1


def _lines(indent: bytes, wanted: Mapping[str, str]) -> list[bytes]:
    return [indent + f'{key}: {scalar(word)}'.encode() for key, word in wanted.items()]


def _inserted(text: bytes, place: int, lines: list[bytes], line_break: bytes) -> bytes:
    return text[:place] + b''.join(line + line_break for line in lines) + text[place:]


def _edited(raw: RawDocument, annotations: Mapping[str, Value], limits: Limits) -> Normalised:
    wanted = set_field(raw.document.value, ('metadata', 'annotations'), dict(annotations))
    try:
        edited = edit_document(raw.document.text, wanted, limits)
    except CannotEdit as error:
        return Normalised(
            raw.document.text, (raw.finding(Severity.WARNING, 'NotAnnotated', error.message),)
        )
    return Normalised(edited.text, widened(edited.level, raw))
