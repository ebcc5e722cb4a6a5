"""Meets a raw document with the managed file of the same object.

Called by `settle.py` for identities the inventory knows. Same meaning: nothing changes. Other
meaning: the managed document is updated if nobody touched it since it was ingested last;
otherwise both sides are kept as a conflict.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..documents import (
    OWN_ANNOTATIONS,
    SERVER_OWNED,
    CannotEdit,
    Document,
    Limits,
    Value,
    changed_fields,
    digest,
    edit_document,
    format_field_path,
    meaning,
    read,
    set_field,
)
from ..findings import Finding
from ..identity import CommitId, Digest, RepoPath, ResourceKey
from ..kinds import CATALOGUE, Catalogue, Disposition, Kind, identify
from ..layout import Located, Snapshot
from ..plans import Conflict, ConflictKind, Side
from .lists import list_items
from .normalise import widened
from .sweep import RawDocument, metadata_of

__all__ = ['Kept', 'Met', 'Spliced', 'documents_by_key', 'meaning_digest', 'meet', 'side']

_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Kept:
    """The managed document means the same already, or more than the raw one can know."""

    path: RepoPath


@dataclass(frozen=True, slots=True)
class Spliced:
    """The managed document with the raw one's meaning in it.

    `siblings` are the texts of all documents of its file, itself included, as they stand in Git.
    """

    path: RepoPath
    document: int
    text: bytes
    siblings: tuple[bytes, ...]
    findings: tuple[Finding, ...] = ()


type Met = Kept | Spliced | Conflict


def meet(
    raw: RawDocument,
    places: tuple[Located, ...],
    snapshot: Snapshot,
    base: bytes | None,
    limits: Limits = _LIMITS,
) -> Met:
    """What becomes of a raw document whose object has a managed file already.

    `base` is the text the object had when it was ingested last, None when that is not known.
    """
    place = places[0]
    documents = read(snapshot.read(place.path), limits).documents
    managed = documents[place.document] if place.document < len(documents) else None
    new, old = _digest(raw.document, raw.kind), _digest(managed, raw.kind)
    if new == old and len(places) == 1:
        return Kept(place.path)
    if managed is not None and old is not None and len(places) == 1:
        before = _digest(_document(base, limits), raw.kind)
        if before == new:
            return Kept(place.path)
        if before == old:
            with suppress(CannotEdit):
                siblings = tuple(document.text for document in documents)
                return _spliced(raw, managed, place, siblings, limits)
    return _conflict(raw, place, managed, base, snapshot.commit)


def meaning_digest(value: Value, kind: Kind | None) -> Digest:
    """The digest by which two documents of one object are compared.

    `namespace: default` and no namespace say the same.
    """
    metadata = value.get('metadata') if isinstance(value, dict) else None
    if isinstance(value, dict) and isinstance(metadata, dict):
        if metadata.get('namespace') in ('default', '', None):
            metadata = {key: field for key, field in metadata.items() if key != 'namespace'}
        value = {**value, 'metadata': metadata}
    return digest(value, kind.sorts if kind else None)


def documents_by_key(
    data: bytes, limits: Limits = _LIMITS, catalogue: Catalogue = CATALOGUE
) -> Mapping[ResourceKey, bytes]:
    """The first text of every managed object in one raw file, items of Lists included.

    Workflows find with it what an object looked like when it was ingested last.
    """
    texts: dict[ResourceKey, bytes] = {}
    for document in read(data, limits).documents:
        if not document.good:
            continue
        found = identify(document.value, catalogue)
        if found.disposition is Disposition.MANAGED and found.key is not None:
            texts.setdefault(found.key, document.text)
        for item in list_items(document, limits) if found.disposition is Disposition.LIST else ():
            key = identify(item.document.value, catalogue).key
            if key is not None:
                texts.setdefault(key, item.document.text)
    return texts


def side(raw: RawDocument) -> Side:
    """A raw document as one side of a conflict."""
    return Side(raw.document.text, _mapping(raw.document.value), raw.file, raw.index)


def _base_side(base: bytes | None) -> Side | None:
    document = _document(base, _LIMITS)
    return Side(base, _mapping(document.value) if document else None) if base is not None else None


def _mapping(value: Value) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _document(text: bytes | None, limits: Limits) -> Document | None:
    documents = read(text, limits).documents if text is not None else ()
    return documents[0] if documents else None


def _digest(document: Document | None, kind: Kind | None) -> Digest | None:
    good = document is not None and document.good
    return meaning_digest(document.value, kind) if document is not None and good else None


def _spliced(
    raw: RawDocument, managed: Document, place: Located, siblings: tuple[bytes, ...], limits: Limits
) -> Spliced:
    wanted = _wanted(raw.document.value, managed.value)
    edited = edit_document(managed.text, wanted, limits)
    return Spliced(place.path, place.document, edited.text, siblings, widened(edited.level, raw))


def _wanted(new: Value, old: Value) -> Value:
    """The new meaning with what the managed text alone says: our annotations, server's fields."""
    kept = meaning(new)
    old_metadata = metadata_of(old)
    metadata = {key: field for key, field in metadata_of(kept).items() if key != 'namespace'}
    for key in ('namespace', *SERVER_OWNED):
        if key in old_metadata:
            metadata[key] = old_metadata[key]
    annotations = metadata.pop('annotations', None)
    joined = {**_own(old_metadata), **(annotations if isinstance(annotations, dict) else {})}
    if joined:
        metadata['annotations'] = joined
    wanted = set_field(kept, ('metadata',), metadata)
    if isinstance(old, dict) and 'status' in old:
        return set_field(wanted, ('status',), old['status'])
    return wanted


def _own(metadata: Mapping[str, Value]) -> dict[str, Value]:
    annotations = metadata.get('annotations')
    if not isinstance(annotations, dict):
        return {}
    return {key: text for key, text in annotations.items() if key.startswith(OWN_ANNOTATIONS)}


def _conflict(
    raw: RawDocument,
    place: Located,
    managed: Document | None,
    base: bytes | None,
    commit: CommitId | None,
) -> Conflict:
    """Ours is the managed document, theirs the raw one."""
    old = managed.value if managed is not None else None
    fields = [
        format_field_path(path)
        for path in changed_fields(meaning(old), meaning(raw.document.value))
    ]
    names = ', '.join(fields[:5]) + (' ...' if len(fields) > 5 else '')
    reason = 'was changed since it was ingested' if base else 'has no known common ancestor with it'
    return Conflict(
        ConflictKind.CONCURRENT_MODIFICATION,
        raw.key or place.key,
        f'{place.path} {reason} and differs from {raw.file}, document {raw.index}, in {names}',
        base=_base_side(base),
        ours=Side(managed.text if managed else None, _mapping(old), place.path, place.document),
        theirs=side(raw),
        fields=tuple(fields),
        git_commit=commit,
    )
