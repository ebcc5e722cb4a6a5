"""What edits bring about between objects: VLANs and ports used twice, names that are gone.

Used by `edit.py` before there is a commit, and by the plugin while an object is typed. Of ten
thousand objects only those are read whose kinds have a rule in common with what was edited; of all
others the name is known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..documents import Document, Limits, Value, read, same
from ..findings import Finding
from ..git import GitStore
from ..identity import CommitId, RepoPath, ResourceKey, TreeEntry
from ..kinds import (
    Disposition,
    FabricObject,
    Problem,
    findings_of,
    kinds_concerned,
    problems_brought,
)
from ..layout import Fabric, Located, managed_path, reading_order
from .known_blobs import KnownBlobs, reading_of
from .known_values import values_of
from .reading import entries_below, managed_files

__all__ = ['Turn', 'collisions', 'collisions_typed']


@dataclass(frozen=True, slots=True)
class Turn:
    """What edits made of one object; None stands for one that is not there."""

    path: RepoPath
    before: Value
    after: Value

    @property
    def is_felt(self) -> bool:
        """Whether others can be touched by it: their rules ask for names and specs only."""
        if isinstance(self.before, dict) and isinstance(self.after, dict):
            return not same(self.before.get('spec'), self.after.get('spec'))
        return True


def collisions(
    store: GitStore,
    fabric: Fabric,
    entries: Mapping[RepoPath, TreeEntry],
    known: KnownBlobs,
    turns: Mapping[ResourceKey, Turn],
    limits: Limits,
) -> list[Finding]:
    """Returns what does not fit together after the edits and did before.

    The findings name the field; a line they have only once the file is written.
    """
    if not any(turn.is_felt for turn in turns.values()):
        return []
    places = _places(fabric, entries, known)
    brought = _brought(store, fabric, entries, places, turns, {}, limits)
    return [problem.finding(path, key) for key, path, problem in brought]


def collisions_typed(
    store: GitStore,
    commit: CommitId,
    fabric: Fabric,
    key: ResourceKey,
    document: Document,
    limits: Limits,
    waiting: Mapping[ResourceKey, Value] | None = None,
) -> list[Finding]:
    """The same for the text of one object that somebody types: its own problems at their lines.

    `waiting` are others that are to say something else than Git does; None for one that goes.
    """
    entries = entries_below(store, commit, fabric.managed)
    places = _places(fabric, entries, KnownBlobs(store, fabric, limits))
    at = places.get(key)
    before = None
    if at is not None:
        before = read(store.read_blobs([at.blob])[at.blob], limits).documents[at.document].value
    turn = Turn(at.path if at else managed_path(fabric, key), before, document.value)
    waiting = {other: value for other, value in (waiting or {}).items() if other != key}
    brought = list(_brought(store, fabric, entries, places, {key: turn}, waiting, limits))
    own = [problem for about, _, problem in brought if about == key]
    return [
        *findings_of(own, document, resource=key),
        *(problem.finding(path, about) for about, path, problem in brought if about != key),
    ]


def _brought(
    store: GitStore,
    fabric: Fabric,
    entries: Mapping[RepoPath, TreeEntry],
    places: Mapping[ResourceKey, Located],
    turns: Mapping[ResourceKey, Turn],
    waiting: Mapping[ResourceKey, Value],
    limits: Limits,
) -> Iterator[tuple[ResourceKey, RepoPath, Problem]]:
    """Which object has a problem that it had not before, where it is, and what the problem is."""
    turns = {key: turn for key, turn in turns.items() if turn.is_felt}
    before = _objects(fabric, {key: turn.before for key, turn in turns.items()})
    after = _objects(fabric, {key: turn.after for key, turn in turns.items()})
    if not before and not after:
        return
    places = {key: at for key, at in places.items() if key not in turns}
    concerned = kinds_concerned(
        {thing.kind.kind for thing in (*before, *after)},
        {thing.kind.kind for thing in before if turns[thing.key].after is None},
        fabric.catalogue,
    )
    found = [at.blob for key, at in places.items() if key.kind in concerned]
    values = values_of(store, fabric, limits, found, managed_files(fabric, entries).values())
    in_git = {
        key: values[at.blob].get(str(at.document)) if key.kind in concerned else {}
        for key, at in places.items()
    }
    others = _objects(fabric, {**in_git, **waiting})
    paths = {key: managed_path(fabric, key) for key in waiting}
    paths.update((key, at.path) for key, at in places.items())
    paths.update((key, turn.path) for key, turn in turns.items())
    for thing, problem in problems_brought(others, before, after):
        yield thing.key, paths[thing.key], problem


def _objects(fabric: Fabric, values: Mapping[ResourceKey, Value]) -> list[FabricObject]:
    found = (
        FabricObject.of(key, value, fabric.catalogue)
        for key, value in values.items()
        if value is not None
    )
    return [thing for thing in found if thing is not None]


def _places(
    fabric: Fabric, entries: Mapping[RepoPath, TreeEntry], known: KnownBlobs
) -> dict[ResourceKey, Located]:
    """Where each object is, in path order; of several places the one that is in force counts."""
    places: dict[ResourceKey, Located] = {}
    files = managed_files(fabric, entries)
    rows = known.rows_of_tree(files.values())
    for path, blob in files.items():
        for row in reading_of(rows[blob]).documents:
            if row.key is not None and row.disposition is Disposition.MANAGED:
                found = Located(row.key, path, row.document, blob)
                other = places.get(row.key)
                if other is None or _order(fabric, found) < _order(fabric, other):
                    places[row.key] = found
    return places


def _order(fabric: Fabric, place: Located) -> tuple[bool, str, int]:
    return reading_order(fabric, place.key, place.path, place.document)
