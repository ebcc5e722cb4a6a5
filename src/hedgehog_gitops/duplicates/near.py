"""What looks like a duplicate and is none: told apart from groups and never settled.

A name that was misspelt or written in upper case makes another object; only a person can know.
"""

from collections import defaultdict
from collections.abc import Mapping

from ..identity import BlobId, RepoPath
from .describe import Row, names_in
from .groups import NearMiss, Nearness
from .spots import Spot

__all__ = ['near_misses']

type _Places = list[tuple[RepoPath, int, int | None, str]]


def near_misses(files: Mapping[RepoPath, BlobId], rows: Mapping[str, Row]) -> tuple[NearMiss, ...]:
    """All near misses, in the order of their first files."""
    alike: dict[tuple[Nearness, str], _Places] = defaultdict(list)
    for path, blob in files.items():
        for document, item, name, text, body in names_in(rows[blob]):
            place = (path, document, item, name)
            if not name:
                alike[Nearness.SAME_BYTES, text].append(place)
                continue
            lower = name.lower()
            alike[Nearness.LETTER_CASE, lower].append(place)
            if body:
                sort = lower.rpartition('/')[0]
                alike[Nearness.SAME_SPEC, f'{sort} {body}'].append(place)
    missed = (
        NearMiss(nearness, tuple((Spot(p, d, i), name) for p, d, i, name in places))
        for (nearness, _), places in alike.items()
        if len(places) > 1 and _is_near(nearness, places)
    )
    return tuple(sorted(missed, key=lambda each: each.places[0][0].order))


def _is_near(nearness: Nearness, places: _Places) -> bool:
    names = {name for *_, name in places}
    match nearness:
        case Nearness.SAME_BYTES:
            return True
        case Nearness.SAME_SPEC:
            # Names that differ in their letters' case are told as such.
            return len({name.lower() for name in names}) > 1
        case Nearness.LETTER_CASE:
            return len(names) > 1
