"""What only shows when all objects of a fabric are looked at together, with its place in a file.

Used by `check.py`. Which objects make the fabric is decided here: what waits in raw/ stands for
what managed/ says of the same object, because that is what the next ingestion makes of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..documents import Limits, Reading, read
from ..duplicates import Standing, area_of, competing, meaning_of
from ..findings import Finding, Severity
from ..git import GitStore
from ..identity import BlobId, RepoPath, ResourceKey
from ..kinds import (
    Catalogue,
    Disposition,
    FabricObject,
    Problem,
    fabric_problems,
    findings_of,
)
from ..layout import Fabric
from .checked_blob import CheckedBlob, CheckedObject

__all__ = ['Judged', 'duplicates_at_rest', 'judged_together']

_NAMED = 4


@dataclass(frozen=True, slots=True)
class Judged:
    """The files of a fabric and what each of them holds."""

    store: GitStore
    files: Mapping[RepoPath, BlobId]
    blobs: Mapping[BlobId, CheckedBlob]
    limits: Limits

    def objects(self) -> Iterator['_Placed']:
        """Every object with an identity, in path order."""
        for path, blob in self.files.items():
            for found in self.blobs[blob].objects:
                if found.key is not None and found.disposition is not Disposition.HELD:
                    yield _Placed(path, found, found.key)

    def findings(self, said: Iterable[tuple['_Placed', Problem]]) -> Iterator[Finding]:
        """Problems with the places of their fields; each file concerned is read once more."""
        by_path: dict[RepoPath, list[tuple[_Placed, Problem]]] = {}
        for placed, problem in said:
            by_path.setdefault(placed.path, []).append((placed, problem))
        for path, pairs in by_path.items():
            reading = self._read(path)
            for placed, problem in pairs:
                yield from _finding(reading, placed, problem)

    def _read(self, path: RepoPath) -> Reading:
        blob = self.files[path]
        # It was read in time once; on a busy machine it might not be a second time.
        limits = replace(self.limits, clock=None)
        return read(self.store.read_blobs([blob])[blob], limits)


@dataclass(frozen=True, slots=True)
class _Placed:
    """One object and the file it is in."""

    path: RepoPath
    found: CheckedObject
    key: ResourceKey


def judged_together(judged: Judged, fabric: Fabric, *, laid_out: bool) -> Iterator[Finding]:
    """What the objects of one fabric say against one another."""
    parts = (f'{fabric.managed}/', f'{fabric.raw}/') if laid_out else ('',)
    managed = [
        placed
        for placed in judged.objects()
        if placed.found.disposition is Disposition.MANAGED and placed.path.startswith(parts)
    ]
    waiting = {placed.key for placed in managed if placed.path.startswith(f'{fabric.raw}/')}
    places: dict[int, _Placed] = {}
    objects: list[FabricObject] = []
    for placed in managed:
        if placed.key in waiting and not placed.path.startswith(f'{fabric.raw}/'):
            continue
        found = _fabric_object(placed, fabric.catalogue)
        if found is not None:
            objects.append(found)
            places[id(found)] = placed
    problems = fabric_problems(objects, fabric.catalogue)
    return judged.findings((places[id(found)], problem) for found, problem in problems)


def _fabric_object(placed: _Placed, catalogue: Catalogue) -> FabricObject | None:
    kind = catalogue.find(placed.key.group, placed.key.kind)
    if kind is None or not isinstance(placed.found.value, dict):
        return None
    return FabricObject(placed.key, placed.found.value, kind)


def duplicates_at_rest(judged: Judged, fabric: Fabric) -> Iterator[Finding]:
    """The same object in several places, except inside managed/, where the inventory tells.

    A raw document of an object that is known is no duplicate but an update of it.
    """
    at: dict[ResourceKey, list[_Placed]] = {}
    for placed in judged.objects():
        at.setdefault(placed.key, []).append(placed)
    said: list[tuple[_Placed, Problem]] = []
    for key, places in at.items():
        if len(places) > 1:
            said += _duplicates(fabric, key, places)
    return judged.findings(said)


def _duplicates(
    fabric: Fabric, key: ResourceKey, places: list[_Placed]
) -> Iterator[tuple[_Placed, Problem]]:
    # What is foreign goes from raw/ to unmanaged/ as it is.
    counted = [p for p in places if _is_managed(p) or not _is_raw(fabric, p)]
    group = competing(counted, lambda placed: _standing(fabric, placed))
    managed = f'{fabric.managed}/'
    if len(group) < 2 or all(placed.path.startswith(managed) for placed in group):
        return
    raw = {_standing(fabric, p).meaning for p in group if _is_raw(fabric, p)}
    if len(raw) == 1 and all(_is_raw(fabric, placed) for placed in group):
        # Drops of one object that mean the same become one file.
        return
    severity = Severity.ERROR if len(raw) > 1 else Severity.WARNING
    for placed in group:
        yield placed, _duplicate(key, placed, group, severity)


def _standing(fabric: Fabric, placed: _Placed) -> Standing:
    kind = fabric.catalogue.find(placed.key.group, placed.key.kind)
    meaning = meaning_of(placed.found.value, kind).whole
    return Standing(area_of(fabric, placed.path), _is_managed(placed), meaning)


def _is_managed(placed: _Placed) -> bool:
    return placed.found.disposition is Disposition.MANAGED


def _is_raw(fabric: Fabric, placed: _Placed) -> bool:
    return placed.path.startswith(f'{fabric.raw}/')


def _duplicate(
    key: ResourceKey, placed: _Placed, group: list[_Placed], severity: Severity
) -> Problem:
    others = [str(other.path) for other in group if other is not placed]
    named = ', '.join(dict.fromkeys(others[:_NAMED]))
    more = f' and {len(others) - _NAMED} more' if len(others) > _NAMED else ''
    message = f'{key.kind} {key.name} is described again in {named}{more}'
    suggestion = 'keep one of them; `hedgehog-gitops duplicates` says which one counts'
    return Problem(severity, 'DuplicateIdentity', message, ('metadata', 'name'), suggestion)


def _finding(reading: Reading, placed: _Placed, problem: Problem) -> Iterator[Finding]:
    document = reading.documents[placed.found.document]
    inside = problem.inside(placed.found.place)
    yield from findings_of([inside], document, file=placed.path, resource=placed.key)
