"""Decides what becomes of every document of a sweep: its own file, unmanaged/, or held.

Called by `planner.py` between reading and writing. Nothing is chosen silently: two documents of
one object which differ are held, both of them, with a conflict that keeps both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..documents import Limits, changed_fields, format_field_path, meaning
from ..findings import Finding, Severity
from ..identity import RepoPath, ResourceKey
from ..kinds import Disposition
from ..layout import BadDocumentPolicy, Fabric, Located, Occupied, Snapshot, managed_path
from ..plans import Conflict, ConflictKind, Side
from .known import Joins, Kept, Spliced, meaning_digest, meet, side
from .normalise import normalise
from .sweep import Drop, RawDocument, Sweep

__all__ = ['Fate', 'Settlement', 'Verdict', 'settle']


class Verdict(StrEnum):
    """What becomes of one document."""

    CREATED = 'created'
    UPDATED = 'updated'
    UNCHANGED = 'unchanged'
    UNMANAGED = 'unmanaged'
    HELD = 'held'


@dataclass(frozen=True, slots=True)
class Fate:
    """One document's verdict; `text` is its new text in managed/ where there is one.

    `splice` says which document of a standing file that text replaces.
    """

    raw: RawDocument
    verdict: Verdict
    path: RepoPath | None = None
    text: bytes | None = None
    findings: tuple[Finding, ...] = ()
    splice: Spliced | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """The fates of every drop's documents, in the order of the drops, and the open conflicts."""

    fates: tuple[tuple[Fate, ...], ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a decision is made on: the tree, what is known of it, and the caller's choices."""

    snapshot: Snapshot
    fabric: Fabric
    known: Mapping[ResourceKey, tuple[Located, ...]]
    bases: Mapping[ResourceKey, bytes]
    join: Joins
    limits: Limits
    occupied: Occupied


def settle(
    swept: Sweep,
    snapshot: Snapshot,
    fabric: Fabric,
    known: Mapping[ResourceKey, tuple[Located, ...]],
    bases: Mapping[ResourceKey, bytes],
    join: Joins,
    limits: Limits,
) -> Settlement:
    """Decides on every document of the sweep."""
    occupied = Occupied.of(snapshot.entries)
    ground = _Ground(snapshot, fabric, known, bases, join, limits, occupied)
    verdicts = {key: _decided(group, ground) for key, group in _by_key(swept.drops).items()}
    refused = frozenset(key for key, verdict in verdicts.items() if isinstance(verdict, Conflict))
    held_files = {
        drop.path: reason
        for drop in swept.drops
        if (reason := _reason_to_hold(drop, refused, fabric.bad_documents))
    }
    carriers: set[ResourceKey] = set()
    fates = tuple(
        tuple(_fate(raw, verdicts, carriers, held_files, ground) for raw in drop.documents)
        for drop in swept.drops
    )
    return Settlement(fates, tuple(v for v in verdicts.values() if isinstance(v, Conflict)))


@dataclass(frozen=True, slots=True)
class _New:
    """An object without a managed file; its first document makes one."""

    path: RepoPath


type _Decision = _New | Kept | Spliced | Conflict


def _by_key(drops: Sequence[Drop]) -> dict[ResourceKey, list[RawDocument]]:
    groups: dict[ResourceKey, list[RawDocument]] = {}
    for drop in drops:
        for raw in drop.documents:
            if raw.key is not None and raw.disposition is Disposition.MANAGED:
                groups.setdefault(raw.key, []).append(raw)
    return groups


def _decided(group: list[RawDocument], ground: _Ground) -> _Decision:
    """One decision for all documents of one object, for they mean the same or none is taken."""
    first = group[0]
    if len(group) > 1:
        mark = meaning_digest(first.document.value, first.kind)
        for other in group[1:]:
            if meaning_digest(other.document.value, other.kind) != mark:
                return _duplicate(first, other, ground)
    places = ground.known.get(first.identity, ())
    if places:
        return meet(first, places, ground.snapshot, ground.bases, ground.join, ground.limits)
    path = managed_path(ground.fabric, first.identity)
    return _obstruction(first, path, ground) or _New(path)


def _duplicate(one: RawDocument, other: RawDocument, ground: _Ground) -> Conflict:
    differing = changed_fields(meaning(one.document.value), meaning(other.document.value))
    return Conflict(
        ConflictKind.DUPLICATE_IDENTITY,
        one.identity,
        f'{one.file}, document {one.index}, and {other.file}, document {other.index}, describe '
        f'{one.identity.kind} {one.identity.name} differently; keep one of them',
        base=None,
        ours=side(one),
        theirs=side(other),
        fields=tuple(format_field_path(path) for path in differing),
        git_commit=ground.snapshot.commit,
    )


def _obstruction(raw: RawDocument, path: RepoPath, ground: _Ground) -> Conflict | None:
    """What stands where the object's file belongs and is not this object."""
    in_the_way = ground.occupied.file_above(path) or (path if path in ground.occupied else None)
    if in_the_way is None:
        return None
    return Conflict(
        ConflictKind.DETECTION_ERROR,
        raw.identity,
        f'{in_the_way} stands where {path} belongs and does not hold this object; '
        'move it away or repair it',
        base=None,
        ours=Side(None, None, in_the_way),
        theirs=side(raw),
        git_commit=ground.snapshot.commit,
    )


def _reason_to_hold(
    drop: Drop, refused: frozenset[ResourceKey], policy: BadDocumentPolicy
) -> RawDocument | None:
    """With hold_file: the first bad document, which keeps its whole file back."""
    if policy is BadDocumentPolicy.HOLD_DOCUMENT:
        return None
    return next((raw for raw in drop.documents if raw.held or raw.key in refused), None)


def _fate(
    raw: RawDocument,
    verdicts: Mapping[ResourceKey, _Decision],
    carriers: set[ResourceKey],
    held_files: Mapping[RepoPath, RawDocument],
    ground: _Ground,
) -> Fate:
    """One document's fate; `carriers` collects the objects whose file was written already."""
    if raw.held:
        return Fate(raw, Verdict.HELD, findings=raw.findings)
    decision = verdicts.get(raw.identity)
    if isinstance(decision, Conflict):
        return Fate(raw, Verdict.HELD, findings=(*raw.findings, _conflict_finding(raw, decision)))
    if raw.file in held_files:
        return Fate(raw, Verdict.HELD, findings=(*raw.findings, _kept_back(raw, held_files)))
    if decision is None:
        return Fate(raw, Verdict.UNMANAGED, findings=raw.findings)
    if raw.identity in carriers:
        return Fate(raw, Verdict.UNCHANGED, decision.path, findings=raw.findings)
    carriers.add(raw.identity)
    return _carried(raw, decision, ground)


def _carried(raw: RawDocument, decision: _New | Kept | Spliced, ground: _Ground) -> Fate:
    match decision:
        case _New(path):
            made = normalise(ground.fabric, raw, ground.limits)
            return Fate(raw, Verdict.CREATED, path, made.text, (*raw.findings, *made.findings))
        case Spliced():
            findings = (*raw.findings, *decision.findings)
            return Fate(raw, Verdict.UPDATED, decision.path, decision.text, findings, decision)
        case Kept(path):
            return Fate(raw, Verdict.UNCHANGED, path, findings=raw.findings)


def _conflict_finding(raw: RawDocument, conflict: Conflict) -> Finding:
    codes = {
        ConflictKind.DUPLICATE_IDENTITY: 'DuplicateIdentity',
        ConflictKind.CONCURRENT_MODIFICATION: 'ConcurrentModification',
    }
    code = codes.get(conflict.kind, 'PathTaken')
    return raw.finding(Severity.ERROR, code, conflict.message)


def _kept_back(raw: RawDocument, held_files: Mapping[RepoPath, RawDocument]) -> Finding:
    bad = held_files[raw.file]
    message = (
        f'kept back with its file, because document {bad.index} (line {bad.position()[0]}) is bad'
    )
    return raw.finding(Severity.WARNING, 'FileHeld', message)
