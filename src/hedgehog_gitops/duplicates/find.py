"""Which objects are described several times, which of those places count, and how they compare.

Phases: one identity in several places; of those the same bytes, the same meaning, one a part of the
other, or a conflict. `workflows/duplicates.py` brings the rows and the values that are compared.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..documents import Value
from ..identity import BlobId, RepoPath, ResourceKey
from ..kinds import Disposition
from ..layout import Fabric, is_hidden, is_yaml_name, managed_path
from .aside import Aside
from .describe import Described, Row, hash_in, objects_in
from .groups import Area, Comparison, Copy
from .meaning import differing_fields, is_subset
from .spots import Spot

__all__ = [
    'Found',
    'Standing',
    'area_of',
    'compared',
    'competing',
    'find_copies',
    'is_scanned',
    'tally',
]


@dataclass(frozen=True, slots=True)
class Found:
    """The copies of every object that has several, and how many documents do not count."""

    copies: Mapping[ResourceKey, tuple[Copy, ...]] = field(default_factory=dict)
    objects: int = 0
    updates: int = 0
    set_aside: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one description lies, whether its kind is kept in managed/, and what it means."""

    area: Area
    managed: bool
    meaning: str


def is_scanned(fabric: Fabric, path: RepoPath) -> bool:
    """Whether a file is read for duplicates, whatever its folder."""
    if path.startswith(f'{fabric.hnp}/') or not is_yaml_name(path):
        return False
    return not is_hidden(fabric.below(path))


def area_of(fabric: Fabric, path: RepoPath) -> Area:
    """The part of the layout a file lies in."""
    folders = ((fabric.managed, Area.MANAGED), (fabric.raw, Area.RAW))
    for folder, area in (*folders, (fabric.unmanaged, Area.UNMANAGED)):
        if path.startswith(f'{folder}/'):
            return area
    return Area.OTHER


def find_copies(
    files: Mapping[RepoPath, BlobId], rows: Mapping[str, Row], fabric: Fabric, aside: Aside
) -> Found:
    """The copies that compete; those of one object stand in path order."""
    counts = Counter(one[4] for blob in files.values() for one in rows[blob][1])
    several = {key for key, count in counts.items() if key and count > 1}
    copies: dict[str, list[Copy]] = defaultdict(list)
    set_aside = 0
    for path, blob in files.items():
        if not any(one[4] in several for one in rows[blob][1]):
            continue
        for one in objects_in(rows[blob]):
            if one.key in several and aside.has(path, blob, one):
                set_aside += 1
            elif one.key in several:
                copies[one.key].append(_copy(fabric, path, blob, hash_in(rows[blob]), one))
    groups: dict[ResourceKey, tuple[Copy, ...]] = {}
    updates = 0
    for key, found in copies.items():
        kept = _competing(found)
        updates += len(found) - len(kept)
        if len(kept) > 1:
            groups[ResourceKey.parse(key)] = tuple(kept)
    objects = sum(len(rows[blob][1]) for blob in files.values())
    return Found(dict(sorted(groups.items())), objects, updates, set_aside)


def competing[Place](places: Sequence[Place], standing: Callable[[Place], Standing]) -> list[Place]:
    """Those places of one object that compete with one another.

    A raw document of an object that managed/ has is an update of it. Several of them which differ
    are held by ingestion; then they compete, and the managed file is not one of them.
    """
    stands = [(place, standing(place)) for place in places]
    rest = [(place, stand) for place, stand in stands if stand.area is not Area.RAW]
    raw = [(place, stand) for place, stand in stands if stand.area is Area.RAW]
    known = any(stand.area is Area.MANAGED and stand.managed for _, stand in rest)
    if not raw or not known:
        return list(places)
    if len(rest) > 1 or len({stand.meaning for _, stand in raw}) == 1:
        return [place for place, _ in rest]
    return [place for place, _ in raw]


def tally(files: Mapping[RepoPath, BlobId], rows: Mapping[str, Row], aside: Aside) -> Counter[str]:
    """How often each object is described; what was set aside does not count."""
    return Counter(
        one.key
        for path, blob in files.items()
        for one in objects_in(rows[blob])
        if one.key and not aside.has(path, blob, one)
    )


def compared(
    copies: Collection[Copy], values: Mapping[Copy, Value]
) -> tuple[Comparison, tuple[str, ...]]:
    """How copies compare, and in which fields they differ.

    `values` has the plain value of each; it may be empty where all mean the same.
    """
    if len({copy.text for copy in copies}) == 1:
        return Comparison.IDENTICAL, ()
    if len({copy.meaning for copy in copies}) == 1:
        return Comparison.SAME_MEANING, ()
    known = [values[copy] for copy in copies]
    fields = differing_fields(known)
    if any(all(is_subset(other, one) for other in known) for one in known):
        return Comparison.SUBSET, fields
    return Comparison.CONFLICTING, fields


def _copy(fabric: Fabric, path: RepoPath, blob: BlobId, file_hash: str, one: Described) -> Copy:
    key, spot = one.resource, Spot(path, one.document, one.item)
    return Copy(
        key,
        spot,
        blob,
        one.line,
        area_of(fabric, path),
        one.disposition,
        one.api_version,
        file_hash,
        one.text,
        one.meaning,
        frozenset(one.marks),
        one.annotated,
        one.marked,
        fabric.base.count('/') + 1 if fabric.base else 0,
        own=spot.item is None and path == _own_path(fabric, key),
    )


def _own_path(fabric: Fabric, key: ResourceKey) -> RepoPath | None:
    """The object's own file; None for a kind the fabric does not keep in managed/."""
    try:
        return managed_path(fabric, key)
    except KeyError:
        return None


def _competing(copies: list[Copy]) -> list[Copy]:
    kept = competing(
        copies,
        lambda copy: Standing(copy.area, copy.disposition is Disposition.MANAGED, copy.meaning),
    )
    waits = len(kept) < len(copies) and all(copy.area is Area.RAW for copy in kept)
    return [replace(copy, waits=True) for copy in kept] if waits else kept
