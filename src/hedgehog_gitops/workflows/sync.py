"""What reached the fabric's managed/ folder between two commits: Git -> database.

Called by the plugin after a fetch. Only files that differ are parsed; whether an object is gone is
judged on the whole folder, so one that moved, or that is still described elsewhere, is an update.
"""

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from ..documents import Document, Limits, Reading, Value, digest, mapping, read
from ..findings import Finding, Severity
from ..git import GitStore
from ..identity import BlobId, CommitId, Digest, RepoPath, ResourceKey
from ..kinds import Disposition, Identified, check_object, findings_of, identify
from ..layout import (
    BlobReading,
    Fabric,
    Inventory,
    Located,
    has_yaml_suffix,
    is_yaml_name,
    reading_order,
    unread_path,
)
from .known_blobs import About, KnownBlobs
from .readable import readable
from .reading import entries_below, inventory

__all__ = ['DesiredObject', 'Incoming', 'incoming', 'objects_at']

_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class DesiredObject:
    """One object as Git has it: where, its exact text, and what Kubernetes would read."""

    key: ResourceKey
    api_version: str
    path: RepoPath
    document: int
    blob: BlobId
    text: bytes
    file_sha256: str
    value: dict[str, Value]
    spec: Value
    labels: dict[str, Value]
    annotations: dict[str, Value]
    digest: Digest
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """The objects to store and those that are gone. `findings` name what could not be read."""

    objects: tuple[DesiredObject, ...] = ()
    removed: tuple[ResourceKey, ...] = ()
    findings: tuple[Finding, ...] = ()


def incoming(
    store: GitStore,
    base: CommitId | None,
    head: CommitId,
    fabric: Fabric,
    limits: Limits = _LIMITS,
) -> Incoming:
    """Returns what changed for the objects of a fabric from `base` to `head`."""
    if base == head:
        return Incoming()
    new, old, unread = _changed(store, base, head, fabric)
    if not new and not old:
        return Incoming(findings=unread)
    parsed = _parsed(store, new.values(), limits)
    readings_of = {blob: file.reading for blob, file in parsed.items()}
    known = KnownBlobs(store, fabric, limits)
    rows = known.readings((*new.values(), *old.values()), readings_of)
    now, before = _keys_of(new, rows), _keys_of(old, rows)
    entries = entries_below(store, head, fabric.managed)
    about = now.keys() | before.keys()
    places = inventory(store, fabric, entries, limits, About(about, new), known)
    wanted = [_chosen(fabric, at) for key, at in sorted(places.by_key.items()) if key in about]
    parsed |= _parsed(store, {place.blob for place in wanted} - parsed.keys(), limits)
    gone = {key: path for key, path in before.items() if key not in places.by_key}
    held = {finding.file for finding in places.findings if finding.severity is Severity.ERROR}
    return Incoming(
        objects=tuple(_desired(fabric, place, parsed[place.blob]) for place in wanted),
        removed=tuple(sorted(key for key, path in gone.items() if path not in held)),
        findings=(*unread, *_about(places, new), *_held(gone, held)),
    )


def objects_at(
    store: GitStore,
    commit: CommitId,
    fabric: Fabric,
    keys: Collection[ResourceKey],
    limits: Limits = _LIMITS,
) -> tuple[DesiredObject, ...]:
    """Returns these objects as a commit has them; those it does not have are left out."""
    entries = entries_below(store, commit, fabric.managed)
    places = inventory(store, fabric, entries, limits, About(keys)).by_key
    wanted = [_chosen(fabric, at) for key, at in sorted(places.items()) if key in keys]
    parsed = _parsed(store, {place.blob for place in wanted}, limits)
    return tuple(_desired(fabric, place, parsed[place.blob]) for place in wanted)


def _changed(
    store: GitStore, base: CommitId | None, head: CommitId, fabric: Fabric
) -> tuple[dict[RepoPath, BlobId], dict[RepoPath, BlobId], tuple[Finding, ...]]:
    """The files to look at, as they are and as they were; all of them where other kinds rule.

    And which there are that nobody reads because of their paths.
    """
    all_changes = store.changed(base, head, fabric.managed)
    changes = [c for c in all_changes if is_yaml_name(c.path)]
    odd = (
        unread_path(c.path)
        for c in all_changes
        if c.new is not None and c.new.is_file and has_yaml_suffix(c.path)
    )
    unread = tuple(finding for finding in odd if finding is not None)
    new = {c.path: c.new.blob for c in changes if c.new is not None and c.new.is_file}
    old = {c.path: c.old.blob for c in changes if c.old is not None and c.old.is_file}
    if base is not None and store.changed(base, head, fabric.crds):
        entries = entries_below(store, head, fabric.managed)
        new = {p: e.blob for p, e in entries.items() if e.is_file and is_yaml_name(p)}
    return new, old, unread


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A file that was read once, for whatever is to be known of it; `sha256` of one that was."""

    reading: Reading
    sha256: str = ''


def _parsed(store: GitStore, blobs: Iterable[BlobId], limits: Limits) -> dict[BlobId, _Parsed]:
    sizes, refused = readable(store, blobs, limits)
    parsed = {blob: _Parsed(reading) for blob, reading in refused.items()}
    for blob, data in store.read_blobs(sizes).items():
        parsed[blob] = _Parsed(read(data, limits), sha256(data).hexdigest())
    return parsed


def _keys_of(
    files: Mapping[RepoPath, BlobId], known: Mapping[BlobId, BlobReading]
) -> dict[ResourceKey, RepoPath]:
    return {
        row.key: path
        for path, blob in files.items()
        for row in known[blob].documents
        if row.key is not None and row.disposition is Disposition.MANAGED
    }


def _chosen(fabric: Fabric, places: tuple[Located, ...]) -> Located:
    """The place that counts when an object is described more than once: its own file, if any."""
    return min(places, key=lambda at: reading_order(fabric, at.key, at.path, at.document))


def _desired(fabric: Fabric, place: Located, file: _Parsed) -> DesiredObject:
    document = file.reading.documents[place.document]
    value = mapping(document.value)
    metadata = mapping(value.get('metadata'))
    found = identify(value, fabric.catalogue)
    return DesiredObject(
        key=place.key,
        api_version=found.api_version,
        path=place.path,
        document=place.document,
        blob=place.blob,
        text=document.text,
        file_sha256=file.sha256,
        value=value,
        spec=value.get('spec'),
        labels=mapping(metadata.get('labels')),
        annotations=mapping(metadata.get('annotations')),
        digest=digest(value, found.kind.as_kept if found.kind else None),
        findings=_said(document, found, place),
    )


def _said(document: Document, found: Identified, place: Located) -> tuple[Finding, ...]:
    """What is wrong with the object's text and with what it says, other objects left aside."""
    problems = check_object(document.value, found)
    read = tuple(f.at(file=place.path, resource=place.key) for f in document.findings)
    if not problems:
        return read
    return (*read, *findings_of(problems, document, file=place.path, resource=place.key))


def _about(places: Inventory, changed: Container[RepoPath | None]) -> Iterable[Finding]:
    """Of what is odd in the folder, that which these commits brought."""
    return (finding for finding in places.findings if finding.file in changed)


def _held(gone: Mapping[ResourceKey, RepoPath], held: set[RepoPath | None]) -> Iterable[Finding]:
    for key, path in gone.items():
        if path in held:
            message = f'{key} is kept as it was: its file cannot be read any more'
            yield Finding(Severity.ERROR, 'ResourceHeld', message, file=path, resource=key)
