"""Who set each field of an object: the commit in which its value became what it is now.

By meaning, not by line: a field belongs to the commit where its value last changed, so whoever
reformats, moves or ingests a file is not taken for its author. Where the value came with a drop,
the walk goes on in that drop, and the raw file is named.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..documents import (
    Absent,
    FieldPath,
    Limits,
    Value,
    field_at,
    format_field_path,
    same,
)
from ..git import GitStore
from ..identity import CommitId, RepoPath, ResourceKey
from ..kinds import Kind
from ..layout import Fabric
from ..merge import item_at
from .history import Entry, entry_of
from .meanings import is_own_annotation
from .versions import ObjectVersion, Place, object_versions

__all__ = ['FieldBlame', 'blame_since', 'resource_blame', 'set_last']

_LIMITS = Limits()
_NOT_SHOWN = ('apiVersion', 'kind')
_MOST_SINCE = 1000


@dataclass(frozen=True, slots=True)
class FieldBlame:
    """One field, its value, and who made it so.

    `path` and `line` say where it stands now (None for a field that was removed), `source` and
    `source_line` where it stood after the commit it belongs to: a file of raw/ when it was
    dropped. `through` is the commit that took it in from there.
    """

    field: str
    value: Value
    present: bool
    entry: Entry
    path: RepoPath | None
    line: int | None
    source: RepoPath | None
    source_line: int | None
    through: CommitId | None

    def as_json(self) -> dict[str, Any]:
        return {
            'field': self.field,
            'value': self.value,
            'present': self.present,
            **self.entry.as_json(),
            'path': self.path,
            'line': self.line,
            'source': self.source,
            'source_line': self.source_line,
            'through': self.through,
        }


def resource_blame(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    key: ResourceKey,
    field: FieldPath | None = None,
    limits: Limits = _LIMITS,
) -> list[FieldBlame]:
    """Returns who set each field, or those at and below `field`, in the order of the file.

    A field that is not there, but once was, belongs to whoever removed it. Empty for an object
    without history, and for a field that never was.
    """
    versions = object_versions(store, head, fabric, key, limits)
    if not versions:
        return []
    now = versions[0]
    kind = fabric.catalogue.find(key.group, key.kind)
    if field is None:
        wanted = [path for path in _leaves(now.value, ()) if path[0] not in _NOT_SHOWN]
    else:
        value = field_at(now.value, field)
        wanted = [field] if isinstance(value, Absent) else list(_leaves(value, field))
    found = (_blame(now, path, kind) for path in wanted if not is_own_annotation(path))
    return [each for each in found if each is not None]


def blame_since(
    store: GitStore,
    since: CommitId,
    head: CommitId,
    fabric: Fabric,
    key: ResourceKey,
    fields: Iterable[FieldPath],
    limits: Limits = _LIMITS,
) -> list[FieldBlame]:
    """Returns who, after `since`, made fields what they are that have changed since then.

    The history before is not looked at, which makes this quick at any age of the repository. Empty
    where so much has happened since then that it would not be.
    """
    if len(store.log(head, since=since, limit=_MOST_SINCE + 1)) > _MOST_SINCE:
        return []
    versions = object_versions(store, head, fabric, key, limits, since)
    if not versions:
        return []
    now, kind = versions[0], fabric.catalogue.find(key.group, key.kind)
    return [_told(now, path, *_origin(now, path, kind)) for path in fields]


def set_last(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    key: ResourceKey,
    fields: Iterable[FieldPath],
    limits: Limits = _LIMITS,
) -> Entry | None:
    """Returns the newest commit that made one of the fields what it is now.

    Without fields the whole object counts, though not its comments. A field in a list stands for
    the list: its items may have other places there. None for what Git has not, or never had.
    """
    versions = object_versions(store, head, fabric, key, limits)
    if not versions or versions[0].place is None:
        return None
    now, kind = versions[0], fabric.catalogue.find(key.group, key.kind)
    found = (_blame(now, path, kind) for path in _set_fields(now.value, fields))
    return max((each.entry for each in found if each is not None), key=_when, default=None)


def _set_fields(value: Value, fields: Iterable[FieldPath]) -> list[FieldPath]:
    """The smallest fields at and below those given, and those of them that are gone."""
    wanted = dict.fromkeys(_before_lists(path) for path in fields) or {(): None}
    found: dict[FieldPath, None] = {}
    for path in wanted:
        part = field_at(value, path)
        below = [path] if isinstance(part, Absent) else list(_leaves(part, path))
        found |= {each: None for each in below if not is_own_annotation(each)}
    return list(found)


def _before_lists(path: FieldPath) -> FieldPath:
    steps = (number for number, step in enumerate(path) if isinstance(step, int))
    return path[: next(steps, len(path))]


def _when(entry: Entry) -> datetime:
    return entry.when


@dataclass(frozen=True, slots=True)
class _Trace:
    """A field at one version; `place` is the file it is followed in."""

    version: ObjectVersion
    place: Place | None
    path: FieldPath


def _blame(now: ObjectVersion, path: FieldPath, kind: Kind | None) -> FieldBlame | None:
    trace, through = _origin(now, path, kind)
    never_was = isinstance(field_at(now.value, path), Absent) and not trace.version.parents
    return None if never_was else _told(now, path, trace, through)


def _origin(
    now: ObjectVersion, path: FieldPath, kind: Kind | None
) -> tuple[_Trace, CommitId | None]:
    """Where the value first stood, and the commit that took it in from a drop."""
    value = field_at(now.value, path)
    trace, through = _Trace(now, now.place, path), None
    while (earlier := _earlier(trace, value, kind)) is not None:
        if _is_drop(earlier) and not _is_drop(trace):
            through = trace.version.commit
        trace = earlier
    return trace, through


def _told(
    now: ObjectVersion, path: FieldPath, trace: _Trace, through: CommitId | None
) -> FieldBlame:
    value = field_at(now.value, path)
    present = not isinstance(value, Absent)
    return FieldBlame(
        field=format_field_path(path),
        value=None if isinstance(value, Absent) else value,
        present=present,
        entry=entry_of(trace.version.info),
        path=now.place.path if now.place is not None and present else None,
        line=_line(now.place, path) if present else None,
        source=trace.place.path if trace.place is not None else None,
        source_line=_line(trace.place, trace.path) if present else None,
        through=through,
    )


def _earlier(trace: _Trace, value: Value | Absent, kind: Kind | None) -> _Trace | None:
    """The same value one version before: in the file itself, else in a drop it was taken from."""
    for parent in trace.version.parents:
        for place in _candidates(trace, parent):
            path = _counterpart(trace, place, kind)
            if _equal(field_at(place.value if place else None, path), value):
                return _Trace(parent, place, path)
    return None


def _candidates(trace: _Trace, parent: ObjectVersion) -> Iterator[Place | None]:
    if trace.place is not None and _is_drop(trace):
        if (drop := parent.drops.get(trace.place.path)) is not None:
            yield drop
        return
    yield parent.place
    # Only a value: a drop says nothing about fields it does not have.
    if not isinstance(field_at(trace.place.value if trace.place else None, trace.path), Absent):
        yield from parent.drops.values()


def _counterpart(trace: _Trace, place: Place | None, kind: Kind | None) -> FieldPath:
    """Where the same field stands in another version: list items may have changed their places."""
    if trace.place is None or place is None:
        return trace.path
    here: Value = trace.place.value
    there: Value = place.value
    found: list[str | int] = []
    for number, step in enumerate(trace.path):
        if isinstance(step, int) and isinstance(here, list) and isinstance(there, list):
            other: str | int = item_at(here, there, step, trace.path[:number], kind)
        else:
            other = step
        found.append(other)
        after, before = field_at(here, (step,)), field_at(there, (other,))
        if isinstance(after, Absent) or isinstance(before, Absent):
            return (*found, *trace.path[number + 1 :])
        here, there = after, before
    return tuple(found)


def _is_drop(trace: _Trace) -> bool:
    return trace.place is not None and trace.place.path in trace.version.drops


def _leaves(value: Value, path: FieldPath) -> Iterator[FieldPath]:
    """The smallest fields: values, and mappings or lists with nothing in them."""
    inner: Iterable[tuple[str | int, Value]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    steps = list(inner)
    if not steps and path:
        yield path
    for step, each in steps:
        yield from _leaves(each, (*path, step))


def _equal(one: Value | Absent, other: Value | Absent) -> bool:
    if isinstance(one, Absent) or isinstance(other, Absent):
        return one is other
    return same(one, other)


def _line(place: Place | None, path: FieldPath) -> int | None:
    found = place.document.position(path) if place is not None else None
    return found[0] if found else None
