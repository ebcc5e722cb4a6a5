"""A tree as objects: which object lies in which file, and what is odd about it.

`identities` reads one blob; its answer depends on the bytes only, so the workflows keep it by blob
id and no blob is read twice. `take_inventory` joins the readings of one tree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..documents import Document, Limits, Reading, read
from ..findings import Finding, Severity
from ..identity import BlobId, RepoPath, ResourceKey
from ..kinds import CATALOGUE, Catalogue, Disposition, identify
from .fabric import Fabric
from .paths import managed_path

__all__ = [
    'BlobReading',
    'DocumentIdentity',
    'Inventory',
    'Located',
    'identities',
    'identities_of',
    'take_inventory',
]


_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Located:
    """One object in one file."""

    key: ResourceKey
    path: RepoPath
    document: int
    blob: BlobId


@dataclass(frozen=True, slots=True)
class DocumentIdentity:
    """What one document of a blob is; `key` is None for what has no identity."""

    document: int
    key: ResourceKey | None
    disposition: Disposition


@dataclass(frozen=True, slots=True)
class BlobReading:
    """The documents of one blob which are not empty, and what is wrong with them."""

    documents: tuple[DocumentIdentity, ...] = ()
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """A form `json` can write, for the cache."""
        return {
            'documents': [
                [row.document, str(row.key) if row.key else None, str(row.disposition)]
                for row in self.documents
            ],
            'findings': [finding.as_json() for finding in self.findings],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> 'BlobReading':
        """The opposite of `as_json`; raises KeyError, ValueError or TypeError for other data."""
        documents = tuple(
            DocumentIdentity(
                int(index), ResourceKey.parse(key) if key else None, Disposition(disposition)
            )
            for index, key, disposition in data['documents']
        )
        return cls(documents, tuple(Finding.from_json(row) for row in data['findings']))


@dataclass(frozen=True, slots=True)
class Inventory:
    """Every object of a tree, and what is odd about where it lies."""

    by_key: Mapping[ResourceKey, tuple[Located, ...]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def identities(
    data: bytes,
    path: RepoPath | None = None,
    limits: Limits = _LIMITS,
    catalogue: Catalogue = CATALOGUE,
) -> BlobReading:
    """What the documents of one file are. Leave `path` out for an answer to be kept by blob."""
    return identities_of(read(data, limits), path, catalogue)


def identities_of(
    reading: Reading, path: RepoPath | None = None, catalogue: Catalogue = CATALOGUE
) -> BlobReading:
    """The same of a blob whose documents were read already."""
    rows: list[DocumentIdentity] = []
    findings = [] if reading.whole else list(reading.findings)
    for document in reading.documents:
        if document.empty:
            continue
        row, further = _identity(document, catalogue)
        rows.append(row)
        findings += further
    return BlobReading(tuple(rows), tuple(finding.at(file=path) for finding in findings))


def take_inventory(
    fabric: Fabric,
    readings: Iterable[tuple[RepoPath, BlobId, BlobReading]],
) -> Inventory:
    """Joins the readings of the files below managed/."""
    by_key: dict[ResourceKey, list[Located]] = {}
    findings: list[Finding] = []
    for path, blob, reading in readings:
        findings += (finding.at(file=path) for finding in reading.findings)
        findings += _foreign(path, reading)
        for row in reading.documents:
            if row.key is not None and row.disposition is Disposition.MANAGED:
                by_key.setdefault(row.key, []).append(Located(row.key, path, row.document, blob))
    for key, places in by_key.items():
        findings += _misplaced(fabric, key, places)
    return Inventory({key: tuple(places) for key, places in by_key.items()}, tuple(findings))


def _identity(
    document: Document, catalogue: Catalogue
) -> tuple[DocumentIdentity, tuple[Finding, ...]]:
    if not document.good:
        return DocumentIdentity(document.index, None, Disposition.HELD), document.findings
    found = identify(document.value, catalogue)
    row = DocumentIdentity(document.index, found.key, found.disposition)
    if found.finding is None:
        return row, document.findings
    line, column = document.position(found.place) or document.position(()) or (document.line, 1)
    finding = Finding(
        found.finding.severity,
        found.finding.code,
        found.finding.message,
        document=document.index,
        line=line,
        column=column,
        resource=found.finding.resource,
        suggestion=found.finding.suggestion,
    )
    return row, (*document.findings, finding)


def _foreign(path: RepoPath, reading: BlobReading) -> list[Finding]:
    findings = []
    for row in reading.documents:
        if row.disposition in (Disposition.UNMANAGED, Disposition.LIST):
            what = str(row.key) if row.key else 'a List'
            message = f'{what} does not belong in managed/; move it to unmanaged/ or raw/'
            findings.append(
                Finding(
                    Severity.WARNING, 'ForeignObject', message, path, row.document, resource=row.key
                )
            )
    if len(reading.documents) > 1:
        message = f'{len(reading.documents)} documents in one file; give each a file of its own'
        findings.append(Finding(Severity.INFO, 'SeveralDocuments', message, path))
    return findings


def _misplaced(fabric: Fabric, key: ResourceKey, places: list[Located]) -> list[Finding]:
    if len(places) > 1:
        paths = ', '.join(place.path for place in places)
        message = f'{key} is described {len(places)} times: {paths}'
        return [
            Finding(
                Severity.ERROR,
                'DuplicateIdentity',
                message,
                place.path,
                place.document,
                resource=key,
            )
            for place in places
        ]
    expected = managed_path(fabric, key)
    if places[0].path == expected:
        return []
    message = f'{key} belongs to {expected}'
    severity = Severity.INFO if fabric.keep_layout else Severity.WARNING
    if not fabric.keep_layout:
        message += '; the next ingestion moves it there unless something is in the way'
    return [Finding(severity, 'MisplacedObject', message, places[0].path, resource=key)]
