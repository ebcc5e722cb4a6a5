"""Reads YAML text: a file's bytes become Documents with exact text, meaning and findings.

The way in for every room that needs to know what a file says. Bad data never raises: a document
that is bad is held alone, a file that cannot be cut yields no documents, and findings say why.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from ..findings import Finding, Severity, has_errors
from ..identity import RepoPath
from .fields import FieldPath
from .limits import DEFAULT_LIMITS, Limits
from .loading import Loaded, collector_resting
from .nodes import Node, compose, find
from .stream import Piece, load_stream, too_large
from .telling import told_plainly
from .values import Value

__all__ = ['Document', 'Reading', 'read', 'unread']


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its exact bytes, the line its piece starts on, and what Kubernetes reads."""

    index: int
    text: bytes
    line: int
    value: Value
    findings: tuple[Finding, ...] = ()

    @property
    def empty(self) -> bool:
        """True when there is nothing here but comments and blanks."""
        return self.value is None and not has_errors(self.findings)

    @property
    def good(self) -> bool:
        """True when this document has a meaning: parsed, not empty, nothing wrong with it."""
        return self.value is not None and not has_errors(self.findings)

    def position(self, path: FieldPath) -> tuple[int, int] | None:
        """Line in the file and column of a field, both from 1; None when it is not there."""
        if has_errors(self.findings):
            return None
        root = _tree(self.text)
        node = find(root, path) if root else None
        return (self.line + node.line, node.column + 1) if node else None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says. Not `whole`: it could not be cut, and counts as one held object."""

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]
    whole: bool


def read(data: bytes, limits: Limits = DEFAULT_LIMITS, *, file: RepoPath | None = None) -> Reading:
    """Reads every document of a file; `findings` are all of them, those of documents included."""
    with collector_resting():
        return _read(data, limits, file)


def unread(size: int, limits: Limits) -> Reading:
    """What `read` would say of a file whose size in bytes is enough to refuse it."""
    return Reading((), (too_large(size, limits),), False)


def _read(data: bytes, limits: Limits, file: RepoPath | None) -> Reading:
    loaded = load_stream(data, limits)
    warnings: dict[int | None, list[Finding]] = {}
    for finding in loaded.stream.findings:
        warnings.setdefault(finding.document, []).append(finding.at(file=file))
    if not loaded.stream.whole:
        return Reading((), tuple(finding for some in warnings.values() for finding in some), False)
    documents = tuple(
        _document(data, piece, what, warnings.get(piece.index, []), limits, file)
        for piece, what in zip(loaded.stream.pieces, loaded.documents, strict=True)
    )
    return Reading(documents, tuple(f for document in documents for f in document.findings), True)


def _document(
    data: bytes,
    piece: Piece,
    loaded: Loaded | None,
    warnings: list[Finding],
    limits: Limits,
    file: RepoPath | None,
) -> Document:
    findings = warnings
    if loaded and loaded.findings:
        text = data[piece.start : piece.end]
        told = told_plainly(loaded.findings, text, piece.index, piece.line)
        findings = warnings + [replace(finding, file=file) for finding in told]
    if piece.end - piece.start > limits.document_bytes:
        findings = [*findings, _document_too_large(piece, limits, file)]
    broken = bool(findings) and has_errors(findings)
    value = None if loaded is None or broken else loaded.value
    text = data[piece.start : piece.end]
    return Document(piece.index, text, piece.line, value, tuple(findings))


def _document_too_large(piece: Piece, limits: Limits, file: RepoPath | None) -> Finding:
    size = f'this document has {piece.end - piece.start:,} bytes'
    message = limits.exceeded('document_bytes', size)
    return Finding(
        Severity.ERROR, 'DocumentTooLarge', message, file, piece.index, piece.line, column=1
    )


@lru_cache(8)
def _tree(text: bytes) -> Node | None:
    return compose(text)
