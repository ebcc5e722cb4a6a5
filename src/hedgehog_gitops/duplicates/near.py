"""What looks like a duplicate and is none: told apart from groups and never settled.

A name that was misspelt or written in upper case makes another object; only a person can know.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from ..identity import BlobId, RepoPath
from .describe import Described, Row, objects_in
from .groups import NearMiss, Nearness
from .spots import Spot

__all__ = ['near_misses']

type _Places = list[tuple[Spot, str]]


def near_misses(files: Mapping[RepoPath, BlobId], rows: Mapping[str, Row]) -> tuple[NearMiss, ...]:
    """All near misses, in the order of their first files."""
    alike: dict[tuple[Nearness, str], _Places] = defaultdict(list)
    for path, blob in files.items():
        for one in objects_in(rows[blob]):
            for mark in _marks(one):
                spot = Spot(path, one.document, one.item)
                alike[mark].append((spot, one.key or one.apparent))
    missed = (
        NearMiss(nearness, tuple(places))
        for (nearness, _), places in alike.items()
        if _is_near(nearness, places)
    )
    return tuple(sorted(missed, key=lambda each: each.places[0][0].order))


def _marks(one: Described) -> Iterator[tuple[Nearness, str]]:
    name = one.key or one.apparent
    if not name:
        yield Nearness.SAME_BYTES, one.text
        return
    yield Nearness.LETTER_CASE, name.lower()
    if one.body:
        sort = name.rpartition('/')[0].lower()
        yield Nearness.SAME_SPEC, f'{sort} {one.body}'


def _is_near(nearness: Nearness, places: _Places) -> bool:
    names = {name for _, name in places}
    if nearness is Nearness.SAME_BYTES:
        return len(places) > 1
    if nearness is Nearness.SAME_SPEC:
        # Names that differ in their letters' case are told as such.
        return len({name.lower() for name in names}) > 1
    return len(names) > 1
