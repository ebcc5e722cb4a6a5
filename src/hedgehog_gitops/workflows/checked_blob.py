"""What one file says and what is wrong with it alone, without regard to any other file.

Pure; `known_checks.py` keeps the answers by blob id. An answer depends on the file's bytes, the
catalogue and the limits only, so one that was kept is as good as a new one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..documents import Document, FieldPath, Reading, Value
from ..findings import Finding
from ..identity import ResourceKey
from ..kinds import (
    Catalogue,
    Disposition,
    Identified,
    Problem,
    check_nameless,
    check_object,
    findings_of,
    identify,
)

__all__ = ['CheckedBlob', 'CheckedObject', 'Row', 'check_reading']

type Row = list[Any]


@dataclass(frozen=True, slots=True)
class CheckedObject:
    """One object of a file: the whole document, or the item of a List at `place`."""

    document: int
    disposition: Disposition
    key: ResourceKey | None
    place: FieldPath = ()
    value: Value = None


@dataclass(frozen=True, slots=True)
class CheckedBlob:
    """What one file holds, and what is wrong with it without regard to other files."""

    objects: tuple[CheckedObject, ...]
    findings: tuple[Finding, ...]

    def as_row(self) -> Row:
        """A form `json` can write."""
        return [
            [
                [o.document, str(o.disposition), str(o.key) if o.key else None, o.place, o.value]
                for o in self.objects
            ],
            [finding.as_json() for finding in self.findings],
        ]

    @classmethod
    def from_row(cls, row: Row) -> 'CheckedBlob':
        """The opposite of `as_row`; raises ValueError, TypeError or KeyError for other data."""
        objects, findings = row
        return cls(
            tuple(
                CheckedObject(
                    document,
                    Disposition(disposition),
                    ResourceKey.parse(key) if key else None,
                    tuple(place),
                    value,
                )
                for document, disposition, key, place, value in objects
            ),
            tuple(Finding.from_json(finding) for finding in findings),
        )


def check_reading(reading: Reading, catalogue: Catalogue) -> CheckedBlob:
    """Checks every object of a file that was read."""
    objects: list[CheckedObject] = []
    findings: list[Finding] = [] if reading.whole else list(reading.findings)
    for document in reading.documents:
        if document.empty:
            continue
        for found in _objects(document, catalogue):
            objects.append(found.checked)
            findings += found.findings
    return CheckedBlob(tuple(objects), tuple(findings))


@dataclass(frozen=True, slots=True)
class _Found:
    checked: CheckedObject
    findings: tuple[Finding, ...]


def _objects(document: Document, catalogue: Catalogue) -> Iterator[_Found]:
    """The object a document is, or those in a List."""
    if not document.good:
        yield _Found(_checked(document, Disposition.HELD), document.findings)
        return
    whole = identify(document.value, catalogue, text=document.text)
    if whole.disposition is not Disposition.LIST:
        yield _object(document, whole, (), document.value)
        return
    yield _Found(_checked(document, Disposition.LIST), document.findings)
    yield from _listed(document, document.value, (), catalogue)


def _listed(
    document: Document, listed: Value, place: FieldPath, catalogue: Catalogue
) -> Iterator[_Found]:
    """The items of a List and of the Lists in it, as ingestion takes them apart."""
    for number, value in enumerate(_items(listed)):
        here: FieldPath = (*place, 'items', number)
        found = identify(value, catalogue)
        if found.disposition is Disposition.LIST:
            yield from _listed(document, value, here, catalogue)
        else:
            yield _object(document, found, here, value)


def _object(document: Document, found: Identified, place: FieldPath, value: Value) -> _Found:
    problems = [problem.inside(place) for problem in _problems(found, value)]
    own = document.findings if not place else ()
    kept = value if found.disposition is Disposition.MANAGED else None
    return _Found(
        CheckedObject(document.index, found.disposition, found.key, place, kept),
        (*own, *findings_of(problems, document, resource=found.key)) if problems else own,
    )


def _problems(found: Identified, value: Value) -> Iterator[Problem]:
    if found.finding is not None:
        said = found.finding
        yield Problem(said.severity, said.code, said.message, found.place, said.suggestion)
    if found.disposition is Disposition.MANAGED:
        yield from check_object(value, found)
    elif found.disposition is Disposition.HELD:
        yield from check_nameless(value, found)


def _checked(document: Document, disposition: Disposition) -> CheckedObject:
    return CheckedObject(document.index, disposition, None)


def _items(value: Value) -> list[Value]:
    items = value.get('items') if isinstance(value, dict) else None
    return items if isinstance(items, list) else []
