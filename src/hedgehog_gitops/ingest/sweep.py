"""Reads the raw files of one tree and says of every document what it is.

First step of ingestion; `planner.py` decides on what comes out of here. Workflows call `raw_files`
and `sweep` themselves when they want to know which other files a plan will look at.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..documents import Document, FieldPath, Limits, Value, list_items, read, too_large
from ..findings import Finding, Severity
from ..identity import BlobId, RepoPath, ResourceKey, TreeEntry
from ..kinds import (
    Catalogue,
    Disposition,
    Identified,
    Kind,
    check_object,
    findings_of,
    identify,
)
from ..layout import ArchiveEntry, Fabric, Snapshot, is_yaml_name, path_collisions
from .left_alone import below_raw, left_alone

__all__ = ['Drop', 'RawDocument', 'Sweep', 'metadata_of', 'raw_files', 'sweep']

_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One document of a raw file, or one item of a List in it.

    `document` holds its exact text and its value. `origin` is the document as it was dropped: for
    an item the whole List, in which it has the number `item`, or is inside of that one, `place`
    says where. `spot` is the field of the origin which a finding points at.
    """

    file: RepoPath
    document: Document
    disposition: Disposition
    origin: Document
    spot: FieldPath = ()
    item: int | None = None
    place: FieldPath = ()
    key: ResourceKey | None = None
    kind: Kind | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def index(self) -> int:
        """Counts in the raw file, so the items of one List share it."""
        return self.origin.index

    @property
    def identity(self) -> ResourceKey:
        """The key of a document which is known to have one."""
        if self.key is None:
            raise LookupError(f'{self.file}, document {self.index}, has no identity')
        return self.key

    @property
    def metadata(self) -> dict[str, Value]:
        """The document's metadata; empty where there is none."""
        return metadata_of(self.document.value)

    @property
    def held(self) -> bool:
        return self.disposition is Disposition.HELD

    def finding(self, severity: Severity, code: str, message: str) -> Finding:
        """A finding which points at this document's place in its raw file."""
        line, column = self.position()
        return Finding(severity, code, message, self.file, self.index, line, column, self.key)

    def position(self) -> tuple[int, int]:
        """Line and column in the raw file. Asked for rarely: it reads the document once more."""
        for finding in self.origin.findings:
            if finding.severity is Severity.ERROR and finding.line is not None:
                return finding.line, finding.column or 1
        found = self.origin.position(self.spot) or self.origin.position(self.place)
        return found or (self.origin.line, 1)


@dataclass(frozen=True, slots=True)
class Drop:
    """One raw file. `whole` is False when it could not be cut and stays as it is.

    `again` marks a file kept in place whose good documents were ingested before: only those
    which were held then are in `documents`.
    """

    path: RepoPath
    entry: TreeEntry
    data: bytes
    documents: tuple[RawDocument, ...] = ()
    empty: int = 0
    findings: tuple[Finding, ...] = ()
    whole: bool = True
    again: bool = False


@dataclass(frozen=True, slots=True)
class Sweep:
    """All drops of one tree in path order, and what else was noticed below raw/."""

    drops: tuple[Drop, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def keys(self) -> frozenset[ResourceKey]:
        """The identities which wait for ingestion."""
        return frozenset(
            document.key
            for drop in self.drops
            for document in drop.documents
            if document.key is not None and document.disposition is Disposition.MANAGED
        )


def metadata_of(value: Value) -> dict[str, Value]:
    """The metadata of an object; empty where there is none."""
    metadata = value.get('metadata') if isinstance(value, dict) else None
    return metadata if isinstance(metadata, dict) else {}


def raw_files(entries: Mapping[RepoPath, TreeEntry], fabric: Fabric) -> list[RepoPath]:
    """The files below raw/ which are read for documents, in path order."""
    return [
        path
        for path in sorted(below_raw(entries, fabric))
        if entries[path].is_file and is_yaml_name(path)
    ]


def sweep(
    snapshot: Snapshot,
    fabric: Fabric,
    limits: Limits = _LIMITS,
    *,
    oversized: Mapping[RepoPath, int] | None = None,
    ingested: Mapping[tuple[str, BlobId], ArchiveEntry] | None = None,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> Sweep:
    """Reads every raw file; `told` hears how many are read, and of how many.

    `oversized` names the files (with their sizes) that were not even loaded; `ingested` has the
    log's newest entry for each (file below the base, blob) where originals are kept in place.
    """
    drops = []
    paths = raw_files(snapshot.entries, fabric)
    for number, path in enumerate(paths):
        told(number, len(paths))
        entry = snapshot.entries[path]
        before = (ingested or {}).get((fabric.below(path), entry.blob))
        if before is not None and not before.documents_held:
            continue
        if path in (oversized or {}):
            drops.append(_too_large(path, entry, (oversized or {})[path], limits))
            continue
        drop = _read_drop(path, entry, snapshot.read(path), limits, fabric.catalogue)
        drops.append(_held_before(drop, before) if before else drop)
    kept = [path for path, _ in snapshot.under(fabric.unmanaged)]
    collisions = path_collisions([*below_raw(snapshot.entries, fabric), *kept])
    return Sweep(tuple(drops), (*left_alone(snapshot.entries, fabric), *collisions))


def _read_drop(
    path: RepoPath, entry: TreeEntry, data: bytes, limits: Limits, catalogue: Catalogue
) -> Drop:
    reading = read(data, limits)
    if not reading.whole:
        findings = tuple(finding.at(file=path) for finding in reading.findings)
        return Drop(path, entry, data, findings=findings, whole=False)
    documents: list[RawDocument] = []
    empty = 0
    for document in reading.documents:
        found = () if document.empty else _classify(path, document, limits, catalogue)
        documents += found
        empty += not found
    return Drop(path, entry, data, tuple(documents), empty)


def _too_large(path: RepoPath, entry: TreeEntry, size: int, limits: Limits) -> Drop:
    finding = too_large(size, limits).at(file=path)
    return Drop(path, entry, b'', findings=(finding,), whole=False)


def _held_before(drop: Drop, entry: ArchiveEntry) -> Drop:
    held = {(held.index, held.item) for held in entry.documents_held}
    documents = tuple(raw for raw in drop.documents if (raw.index, raw.item) in held)
    return replace(drop, documents=documents, empty=0, again=True)


def _classify(
    path: RepoPath, document: Document, limits: Limits, catalogue: Catalogue
) -> tuple[RawDocument, ...]:
    """The document as it was dropped, or the items of a List; nothing for a List without items."""
    findings = tuple(finding.at(file=path) for finding in document.findings)
    if not document.good:
        return (RawDocument(path, document, Disposition.HELD, document, findings=findings),)
    found = identify(document.value, catalogue)
    if found.disposition is not Disposition.LIST:
        raw = RawDocument(path, document, found.disposition, document, found.place)
        return (_described(raw, found, findings),)
    return tuple(_items(path, document, document, (), limits, catalogue))


def _items(
    path: RepoPath,
    origin: Document,
    part: Document,
    place: FieldPath,
    limits: Limits,
    catalogue: Catalogue,
) -> Iterator[RawDocument]:
    """The items of a List and of the Lists in it; the depth of what is read bounds theirs."""
    for number, item in enumerate(list_items(part, limits)):
        here: FieldPath = (*place, 'items', number)
        what = identify(item.document.value, catalogue)
        if what.disposition is Disposition.LIST:
            yield from _items(path, origin, item.document, here, limits, catalogue)
            continue
        spot, outer = (*here, *what.place), here[1]
        assert isinstance(outer, int)  # noqa: S101 - the number behind 'items'
        raw = RawDocument(path, item.document, what.disposition, origin, spot, outer, here)
        yield _described(raw, what, _noted(raw, item.findings))


def _noted(raw: RawDocument, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What is said of how the item was cut out, at its place in the raw file."""
    if not findings:
        return ()
    line, column = raw.origin.position(raw.place) or (raw.origin.line, 1)
    here = Finding(Severity.INFO, '', '', raw.file, raw.index, line, column)
    return tuple(
        replace(here, severity=f.severity, code=f.code, message=f.message) for f in findings
    )


def _described(raw: RawDocument, found: Identified, findings: tuple[Finding, ...]) -> RawDocument:
    raw = replace(raw, key=found.key, kind=found.kind)
    findings = (*findings, *_said_of(raw, found))
    if found.finding is not None:
        said = found.finding
        here = raw.finding(said.severity, said.code, said.message)
        findings = (*findings, replace(here, suggestion=said.suggestion))
    return replace(raw, findings=findings) if findings else raw


def _said_of(raw: RawDocument, found: Identified) -> tuple[Finding, ...]:
    """What the cluster would say of the object; it is ingested all the same."""
    if found.disposition is not Disposition.MANAGED:
        return ()
    problems = (problem.inside(raw.place) for problem in check_object(raw.document.value, found))
    return findings_of(problems, raw.origin, file=raw.file, resource=found.key)
