"""Meets a raw document with the managed file of the same object.

Called by `settle.py` for identities the inventory knows. Same meaning: nothing changes. Other
meaning: what the drop changed since the object was ingested last goes into the managed document,
and what was changed there since stays. Where both changed one field, both sides are kept as a
conflict. How two versions are merged is passed in, for this room does not know the one that can.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ..documents import (
    CannotEdit,
    Document,
    FieldPath,
    Limits,
    Value,
    changed_fields,
    digest,
    edit_document,
    format_field_path,
    meaning,
    read,
    without_default_namespace,
)
from ..findings import Finding
from ..identity import CommitId, Digest, RepoPath, ResourceKey
from ..kinds import Kind
from ..layout import Located, Snapshot
from ..plans import Conflict, ConflictKind, Side
from .normalise import widened
from .sweep import RawDocument

__all__ = ['Joined', 'Joins', 'Kept', 'Met', 'Spliced', 'meaning_digest', 'meet', 'side']

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


class Joined(Protocol):
    """Two versions of one object as one, and the fields in which they cannot be."""

    @property
    def value(self) -> Value: ...

    @property
    def fields(self) -> tuple[FieldPath, ...]: ...


type Joins = Callable[[Value, Value, Value, Kind | None], Joined]
"""Merges (base, ours, theirs) of one kind; a base of None says that none is known."""


def meet(
    raw: RawDocument,
    places: tuple[Located, ...],
    snapshot: Snapshot,
    bases: Mapping[ResourceKey, bytes],
    join: Joins,
    limits: Limits = _LIMITS,
) -> Met:
    """What becomes of a raw document whose object has a managed file already.

    `bases` has the text the object had when it was ingested last, as far as that is known.
    """
    place = places[0]
    documents = read(snapshot.read(place.path), limits).documents
    managed = documents[place.document] if place.document < len(documents) else None
    if managed is None or not managed.good:
        return _Meeting(raw, place, managed, None, snapshot.commit).conflict(())
    new, old = (meaning_digest(one.value, raw.kind) for one in (raw.document, managed))
    if new == old and len(places) == 1:
        return Kept(place.path)
    meeting = _Meeting(raw, place, managed, _base(raw, bases, limits), snapshot.commit)
    if len(places) > 1:
        return meeting.conflict(meeting.differing, f'; {len(places)} managed files describe it')
    siblings = tuple(document.text for document in documents)
    return meeting.joined(managed, old, siblings, join, limits)


def meaning_digest(value: Value, kind: Kind | None) -> Digest:
    """The digest by which two documents of one object are compared.

    `namespace: default` and no namespace say the same.
    """
    return digest(without_default_namespace(value), kind.as_kept if kind else None)


def side(raw: RawDocument) -> Side:
    """A raw document as one side of a conflict."""
    return Side(raw.document.text, _mapping(raw.document.value), raw.file, raw.index)


@dataclass(frozen=True, slots=True)
class _Meeting:
    """A raw document, the managed one of the same object, and what both come from."""

    raw: RawDocument
    place: Located
    managed: Document | None
    base: Document | None
    commit: CommitId | None

    @property
    def differing(self) -> tuple[FieldPath, ...]:
        """All fields in which the two differ."""
        old = self.managed.value if self.managed else None
        return tuple(changed_fields(meaning(old), meaning(self.raw.document.value)))

    def joined(
        self,
        managed: Document,
        mark: Digest,
        siblings: tuple[bytes, ...],
        join: Joins,
        limits: Limits,
    ) -> Met:
        """The managed document, whose digest is `mark`, with the drop's changes, if none clash."""
        raw, base = self.raw, self.base.value if self.base else None
        merged = join(base, managed.value, raw.document.value, raw.kind)
        if merged.fields:
            return self.conflict(merged.fields)
        if meaning_digest(merged.value, raw.kind) == mark:
            return Kept(self.place.path)
        try:
            edited = edit_document(managed.text, merged.value, limits)
        except CannotEdit as error:
            return self.conflict(self.differing, f'; {error.message}')
        found = widened(edited, raw)
        return Spliced(self.place.path, self.place.document, edited.text, siblings, found)

    def conflict(self, paths: tuple[FieldPath, ...], why: str = '') -> Conflict:
        """Both sides and their base; ours is the managed document, theirs the raw one."""
        raw, path = self.raw, self.place.path
        fields = [format_field_path(field) for field in paths]
        names = ', '.join(fields[:5]) + (' ...' if len(fields) > 5 else '')
        reason = 'changed since it was ingested' if self.base else 'of unknown origin'
        told = f' in {names}' if names else ''
        return Conflict(
            ConflictKind.CONCURRENT_MODIFICATION,
            raw.identity,
            f'{path}, {reason}, and {raw.file}, document {raw.index}, disagree{told}{why}; '
            'make one of them say what is right',
            base=_side(self.base),
            ours=_side(self.managed, path, self.place.document) or Side(None, None, path),
            theirs=side(raw),
            fields=tuple(fields),
            git_commit=self.commit,
        )


def _base(raw: RawDocument, bases: Mapping[ResourceKey, bytes], limits: Limits) -> Document | None:
    text = bases.get(raw.identity)
    documents = read(text, limits).documents if text is not None else ()
    return documents[0] if documents and documents[0].good else None


def _side(
    document: Document | None, path: RepoPath | None = None, index: int | None = None
) -> Side | None:
    if document is None:
        return None
    return Side(document.text, _mapping(document.value), path, index)


def _mapping(value: Value) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None
