"""What one file says, as far as the search for duplicates needs it: identities and digests.

Pure. An answer depends on the file's bytes, the catalogue and the limits only, so it is kept by
blob id as a row of JSON; `find.py` works on rows, because most of them are in no group.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from ..documents import OWN_ANNOTATIONS, Document, FieldPath, Reading, Value, value_bytes
from ..findings import Finding, Severity
from ..identity import Digest, ResourceKey
from ..kinds import Catalogue, Disposition, Identified, identify
from .header import is_marked
from .meaning import meaning_of

__all__ = [
    'ROW_VERSION',
    'Described',
    'Row',
    'described',
    'findings_in',
    'hash_in',
    'named_in',
    'names_in',
    'objects_in',
]

# Raise this when the same bytes, catalogue and limits begin to give another row.
ROW_VERSION = 4

type Row = list[Any]
"""`[sha256 of the file, objects, files a kustomization names, findings]`, as `json` writes it."""

_KUSTOMIZE = 'kustomize.config.k8s.io/'
_NAMING = ('resources', 'bases', 'components', 'patchesStrategicMerge', 'crds', 'configurations')
_PATCHING = ('patches', 'patchesJson6902', 'replacements')
_ABOVE = re.compile(rb'(?:\xef\xbb\xbf)?(?:(?:---)?[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*')
_LONGEST_MARK = 63


@dataclass(frozen=True, slots=True)
class Described:
    """One object of a file. `apparent` is the identity it would have if its name were legal."""

    document: int
    item: int | None
    line: int
    disposition: Disposition
    key: str
    apparent: str
    api_version: str
    text: Digest
    meaning: Digest
    body: Digest
    marks: tuple[str, ...]
    annotated: bool
    marked: bool

    @property
    def resource(self) -> ResourceKey:
        """The identity; LookupError for what has none."""
        if not self.key:
            raise LookupError(f'document {self.document} has no identity')
        return ResourceKey.parse(self.key)


def described(data: bytes, reading: Reading, catalogue: Catalogue) -> Row:
    """The row of a file that was read."""
    objects: list[Row] = []
    named: list[str] = []
    findings = [] if reading.whole else list(reading.findings)
    for document in reading.documents:
        if document.empty:
            continue
        if not document.good:
            findings += [f for f in document.findings if f.severity is Severity.ERROR]
            continue
        named += _named_files(document.value)
        for item, value, found in _parts(document, catalogue):
            if item is not None and found.disposition is Disposition.LIST:
                findings.append(_nested(document, item))
            else:
                objects.append(_as_row(_object(document, value, found, item)))
    told = [finding.as_json() for finding in findings]
    return [sha256(data).hexdigest(), objects, named, told]


def hash_in(row: Row) -> str:
    """SHA-256 of the file."""
    return str(row[0])


def objects_in(row: Row) -> Iterator[Described]:
    """The objects of a row; ValueError, TypeError or KeyError for other data."""
    for one in row[1]:
        document, item, line, disposition, *rest = one
        *words, marks, annotated, marked = rest
        key, apparent, version, text, meaning, body = words
        yield Described(
            document, item, line, Disposition(disposition), key, apparent, version,
            text, meaning, body, tuple(marks), annotated, marked,
        )  # fmt: skip


def names_in(row: Row) -> Iterator[tuple[int, int | None, str, str, str]]:
    """Document, item, identity or what looks like one, text and body of every object.

    The short way for questions that are asked of all objects of a fabric.
    """
    for document, item, _, _, key, apparent, _, text, _, body, *_ in row[1]:
        yield document, item, key or apparent, text, body


def named_in(row: Row) -> list[str]:
    """The files a kustomization in this file names, counted from its own folder."""
    found: list[str] = row[2]
    return found


def findings_in(row: Row) -> list[dict[str, Any]]:
    """What could not be read, as JSON of findings without a file."""
    found: list[dict[str, Any]] = row[3]
    return found


def _as_row(one: Described) -> Row:
    return [
        one.document, one.item, one.line, str(one.disposition), one.key, one.apparent,
        one.api_version, one.text, one.meaning, one.body, list(one.marks), one.annotated,
        one.marked,
    ]  # fmt: skip


def _parts(
    document: Document, catalogue: Catalogue
) -> Iterator[tuple[int | None, Value, Identified]]:
    """The object a document is, or the items of a List with their numbers."""
    found = identify(document.value, catalogue)
    if found.disposition is not Disposition.LIST:
        yield None, document.value, found
        return
    items = document.value.get('items') if isinstance(document.value, dict) else None
    for number, value in enumerate(items if isinstance(items, list) else []):
        yield number, value, identify(value, catalogue)


def _nested(document: Document, item: int) -> Finding:
    """What is said of a List inside a List: nothing in it could be settled where it lies."""
    line, column = document.position(('items', item)) or (document.line, 1)
    return Finding(
        Severity.WARNING,
        'NestedList',
        f'item {item} is a List itself; duplicates of what is in it are not searched',
        document=document.index,
        line=line,
        column=column,
        field=f'items[{item}]',
        suggestion='Put its items into the outer List, or ingest the file through raw/.',
    )


def _object(document: Document, value: Value, found: Identified, item: int | None) -> Described:
    text = document.text if item is None else value_bytes(value)
    meaning = meaning_of(value, found.kind)
    marks = _marks(value)
    key = str(found.key) if found.key else ''
    return Described(
        document.index,
        item,
        _line(document, item),
        found.disposition,
        key,
        '' if key else _apparent(value),
        found.api_version,
        Digest(sha256(text).hexdigest()[:32]),
        meaning.whole,
        meaning.body,
        tuple(mark for mark in marks if not mark.startswith(OWN_ANNOTATIONS)),
        any(mark.startswith(OWN_ANNOTATIONS) for mark in marks),
        bool(key) and is_marked(_above(document) if item is None else document.text, key),
    )


def _line(document: Document, item: int | None) -> int:
    if item is not None:
        place: FieldPath = ('items', item)
        return (document.position(place) or (document.line, 1))[0]
    return document.line + len(_above(document).splitlines())


def _above(document: Document) -> bytes:
    """The separator and the comments in front of a document's first line of content."""
    above = _ABOVE.match(document.text)
    return above.group() if above else b''


def _marks(value: Value) -> list[str]:
    """Labels and annotations as `name=value`; long texts choose nobody."""
    metadata = value.get('metadata') if isinstance(value, dict) else None
    found = []
    for part in ('labels', 'annotations'):
        pairs = metadata.get(part) if isinstance(metadata, dict) else None
        for name, text in pairs.items() if isinstance(pairs, dict) else ():
            word = str(text).lower() if isinstance(text, bool) else str(text)
            own = name.startswith(OWN_ANNOTATIONS)
            if not isinstance(text, dict | list) and (own or len(word) <= _LONGEST_MARK):
                found.append(f'{name}={word}')
    return found


def _apparent(value: Value) -> str:
    """`group/Kind/namespace/name` of an object whose name is refused; empty without a name."""
    if not isinstance(value, dict) or not isinstance(value.get('metadata'), dict):
        return ''
    metadata = value['metadata']
    words = (value.get('apiVersion'), value.get('kind'), metadata.get('name'))  # type: ignore[union-attr]
    if not all(isinstance(word, str) and word for word in words):
        return ''
    group = str(words[0]).rpartition('/')[0]
    namespace = metadata.get('namespace') or 'default'  # type: ignore[union-attr]
    return f'{group}/{words[1]}/{namespace}/{words[2]}'


def _named_files(value: Value) -> Iterator[str]:
    """The files a kustomization is made of, as it names them."""
    if not isinstance(value, dict):
        return
    version = value.get('apiVersion')
    if not (isinstance(version, str) and version.startswith(_KUSTOMIZE)) and 'kind' in value:
        return
    for name in _NAMING:
        entries = value.get(name)
        yield from (e for e in entries if isinstance(e, str)) if isinstance(entries, list) else ()
    for name in _PATCHING:
        entries = value.get(name)
        for entry in entries if isinstance(entries, list) else ():
            path = entry.get('path') if isinstance(entry, dict) else None
            if isinstance(path, str):
                yield path
