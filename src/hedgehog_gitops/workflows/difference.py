"""What differs between two versions: of an object, of a file, of a fabric's folder.

By text, as a unified diff, and by meaning, field by field. A side is a commit, or a text that is
in no commit yet, such as a draft. Called by the command line and by the plugin.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..documents import Absent, FieldPath, Limits, Value, field_at, format_field_path, read
from ..errors import NeedsPerson
from ..git import GitStore, TreeChange
from ..identity import BlobId, CommitId, RepoPath, ResourceKey, TreeEntry, shown_path
from ..layout import Fabric, managed_path
from ..plans import text_diff
from .meanings import changed_in, objects_in, read_object
from .versions import Place, object_at

__all__ = [
    'FieldChange',
    'FileDifference',
    'ObjectDifference',
    'fabric_difference',
    'field_changes',
    'file_difference',
    'resource_difference',
    'the_commit',
]

_LIMITS = Limits()

type _Side = tuple[RepoPath | None, bytes | None, Value]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs; `was` or `will` tell apart null from not being there."""

    field: str
    old: Value
    new: Value
    was: bool = True
    will: bool = True

    def as_json(self) -> dict[str, Any]:
        action = 'change' if self.was and self.will else 'remove' if self.was else 'add'
        return {'field': self.field, 'action': action, 'old': self.old, 'new': self.new}


@dataclass(frozen=True, slots=True)
class ObjectDifference:
    """One object on two sides; None where a side does not have it."""

    key: ResourceKey
    old_path: RepoPath | None
    new_path: RepoPath | None
    fields: tuple[FieldChange, ...]
    text: str = ''

    @property
    def action(self) -> str:
        """`create`, `delete`, `move`, `update`, or `same` where no byte of it differs."""
        if self.old_path is None or self.new_path is None:
            both = self.old_path is None and self.new_path is None
            return 'same' if both else 'create' if self.old_path is None else 'delete'
        if self.text or self.fields:
            return 'update'
        return 'same' if self.old_path == self.new_path else 'move'

    def as_json(self) -> dict[str, Any]:
        return {
            'resource': str(self.key),
            'action': self.action,
            'path': self.new_path or self.old_path,
            'from': self.old_path if self.old_path != self.new_path else None,
            'fields': [change.as_json() for change in self.fields],
        }


@dataclass(frozen=True, slots=True)
class FileDifference:
    """One file on two sides, and the objects of it whose meaning differs."""

    path: RepoPath
    old: TreeEntry | None
    new: TreeEntry | None
    text: str
    objects: tuple[ObjectDifference, ...] = ()

    @property
    def action(self) -> str:
        if self.old is None or self.new is None:
            return 'create' if self.old is None else 'delete'
        return 'update'

    def as_json(self) -> dict[str, Any]:
        return {
            'path': shown_path(self.path),
            'action': self.action,
            'old_blob': self.old.blob if self.old else None,
            'new_blob': self.new.blob if self.new else None,
            'objects': [each.as_json() for each in self.objects],
            'text': self.text,
        }


def the_commit(store: GitStore, name: str, head: CommitId) -> CommitId:
    """Returns the commit a person named; it has to be part of the branch's history."""
    found = store.resolve(name)
    if found is None or not store.is_ancestor(found, head):
        raise NeedsPerson(
            'CommitUnknown',
            f'No commit of this branch is called {name!r}.',
            hint='`history` lists them.',
        )
    return found


def resource_difference(
    store: GitStore,
    fabric: Fabric,
    key: ResourceKey,
    old: CommitId | None,
    new: CommitId | bytes | None,
    limits: Limits = _LIMITS,
) -> ObjectDifference:
    """Returns how an object differs from one commit to another, or to a text as a draft has it."""
    before = object_at(store, old, fabric, key, limits) if old is not None else None
    if isinstance(new, bytes):
        path = before.path if before is not None else managed_path(fabric, key)
        after: _Side = path, new, read_object(new, key, limits, fabric.catalogue)
    else:
        after = _side(object_at(store, new, fabric, key, limits) if new is not None else None)
    old_path, old_text, old_value = _side(before)
    new_path, new_text, new_value = after
    name = new_path or old_path or managed_path(fabric, key)
    fields = field_changes(old_value, new_value)
    return ObjectDifference(key, old_path, new_path, fields, text_diff(name, old_text, new_text))


def file_difference(
    store: GitStore,
    fabric: Fabric,
    path: RepoPath,
    old: CommitId | None,
    new: CommitId | None,
    limits: Limits = _LIMITS,
) -> FileDifference | None:
    """Returns how a file differs between two commits; None when it does not."""
    before = store.listed(old, [path]).get(path) if old is not None else None
    after = store.listed(new, [path]).get(path) if new is not None else None
    if before == after:
        return None
    return _told(store, fabric, [TreeChange(path, before, after)], limits)[0]


def fabric_difference(
    store: GitStore, fabric: Fabric, old: CommitId, new: CommitId, limits: Limits = _LIMITS
) -> list[FileDifference]:
    """Returns every file of the folder that differs between two commits, in path order."""
    return _told(store, fabric, store.changed(old, new, fabric.base), limits)


def field_changes(old: Value, new: Value) -> tuple[FieldChange, ...]:
    """Returns the fields in which two objects differ, our own annotations left aside."""
    paths = changed_in(old or {}, new or {})
    return tuple(_change(path, old, new) for path in paths)


def _change(path: FieldPath, old: Value, new: Value) -> FieldChange:
    before, after = field_at(old, path), field_at(new, path)
    was, will = not isinstance(before, Absent), not isinstance(after, Absent)
    return FieldChange(
        format_field_path(path),
        None if isinstance(before, Absent) else before,
        None if isinstance(after, Absent) else after,
        was,
        will,
    )


def _side(place: Place | None) -> _Side:
    return (place.path, place.text, place.value) if place is not None else (None, None, None)


def _told(
    store: GitStore, fabric: Fabric, changes: Sequence[TreeChange], limits: Limits
) -> list[FileDifference]:
    contents = _contents(store, [entry for c in changes for entry in (c.old, c.new)], limits)
    told = []
    for change in changes:
        path, old, new = change.path, _bytes(change.old, contents), _bytes(change.new, contents)
        objects = tuple(_objects(fabric, path, old, new, limits))
        text = text_diff(path, old, new)
        told.append(FileDifference(path, change.old, change.new, text, objects))
    return told


def _contents(
    store: GitStore, entries: Iterable[TreeEntry | None], limits: Limits
) -> Mapping[BlobId, bytes]:
    """What can be shown; links, submodules and what is too large to read stay out."""
    blobs = [entry.blob for entry in entries if entry is not None and entry.is_file]
    sizes = store.blob_sizes(blobs)
    return store.read_blobs(blob for blob in blobs if limits.admits(sizes[blob]))


def _bytes(entry: TreeEntry | None, contents: Mapping[BlobId, bytes]) -> bytes | None:
    return contents.get(entry.blob) if entry is not None else None


def _objects(
    fabric: Fabric, path: RepoPath, old: bytes | None, new: bytes | None, limits: Limits
) -> Iterable[ObjectDifference]:
    before, after = _values(fabric, old, limits), _values(fabric, new, limits)
    for key in dict.fromkeys([*before, *after]):
        fields = field_changes(before.get(key), after.get(key))
        if fields:
            was, will = (path if key in side else None for side in (before, after))
            # Its text is part of the file's own difference.
            yield ObjectDifference(key, was, will, fields)


def _values(fabric: Fabric, data: bytes | None, limits: Limits) -> dict[ResourceKey, Value]:
    found: dict[ResourceKey, Value] = {}
    documents = read(data, limits).documents if data is not None else ()
    for document, key, _ in objects_in(documents, fabric.catalogue):
        found.setdefault(key, document.value)
    return found
