"""Gives one object a text of its own: its exact bytes with our annotations spliced in.

Called by `settle.py` for every object that gets a new file. Nothing is dumped: comments, order,
quotes and line ends stay.
"""

from dataclasses import dataclass

from ..documents import OWN_ANNOTATIONS, CannotEdit, Edited, Limits
from ..findings import Finding, Severity
from ..layout import Fabric, annotated
from .sweep import RawDocument

__all__ = ['Normalised', 'normalise', 'widened']


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
    try:
        edited = annotated(
            raw.document.text, raw.document.value, _annotations_for(fabric, raw), limits
        )
    except CannotEdit as error:
        return Normalised(
            raw.document.text, (raw.finding(Severity.WARNING, 'NotAnnotated', error.message),)
        )
    return Normalised(edited.text, widened(edited, raw))


def widened(edited: Edited, raw: RawDocument) -> tuple[Finding, ...]:
    """A finding when an edit had to rewrite more than the fields it changed."""
    if edited.level < 2:
        return ()
    what = 'a top-level field' if edited.level == 2 else 'the whole document'
    why = f', counted in the document: {edited.why}' if edited.why else ''
    message = f'{what} had to be written anew{why}; look at what stands around it'
    return (raw.finding(Severity.INFO, 'EditWidened', message),)


def _annotations_for(fabric: Fabric, raw: RawDocument) -> dict[str, str]:
    return {
        f'{OWN_ANNOTATIONS}managed-by': 'netbox-hedgehog',
        f'{OWN_ANNOTATIONS}fabric': fabric.slug,
        f'{OWN_ANNOTATIONS}original-file': fabric.below(raw.file),
        f'{OWN_ANNOTATIONS}original-document-index': str(raw.index),
    }
