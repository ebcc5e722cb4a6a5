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
    if opening is None or 'annotations' in raw.metadata:
        return None
    # A longer name means that the scalar goes on in the next line.
    if opening['name'].decode() != raw.metadata['name']:
        return None
    indent = opening['indent'].decode()
    lines = [f'{indent}annotations:']
    lines += [f'{indent}  {key}: {scalar(word)}' for key, word in wanted.items()]
    line_break = '\r\n' if opening[0].endswith(b'\r\n') else '\n'
    inserted = ''.join(f'{line}{line_break}' for line in lines).encode()
    return text[: opening.end()] + inserted + text[opening.end() :]


def _edited(raw: RawDocument, annotations: Mapping[str, Value], limits: Limits) -> Normalised:
    wanted = set_field(raw.document.value, ('metadata', 'annotations'), dict(annotations))
    try:
        edited = edit_document(raw.document.text, wanted, limits)
    except CannotEdit as error:
        return Normalised(
            raw.document.text, (raw.finding(Severity.WARNING, 'NotAnnotated', error.message),)
        )
    return Normalised(edited.text, widened(edited.level, raw))
