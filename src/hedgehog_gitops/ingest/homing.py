"""Brings managed files back to the places their objects belong to.

Called by `workflows/ingest.py` before it looks at raw/. A person may rename or move a file; the
object in it says where it belongs, and a move changes no byte. Only a file with one object moves,
and only to a place that is free: whatever else is odd stays a finding of `check`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from ..identity import RepoPath, ResourceKey, TreeEntry
from ..layout import Fabric, Occupied, managed_path
from ..plans import Move

__all__ = ['moves_home']


def moves_home(
    fabric: Fabric,
    entries: Mapping[RepoPath, TreeEntry],
    objects: Iterable[tuple[RepoPath, str]],
) -> list[Move]:
    """The moves of misplaced files, in path order; none when the fabric keeps people's layout.

    `objects` are the files which hold one managed object each, with its key as text.
    """
    if fabric.keep_layout:
        return []
    wanted = {path: (to, key) for path, to, key in _misplaced(fabric, objects)}
    stuck = set(wanted)
    while stuck:
        # What stays after all may stand in the way of another file that could have moved.
        stuck = _stuck(wanted, entries)
        wanted = {path: home for path, home in wanted.items() if path not in stuck}
    return [
        Move(path, to, entries[path].blob, 'back to its place', entries[path].mode, key)
        for path, (to, key) in sorted(wanted.items())
    ]


def _stuck(
    wanted: Mapping[RepoPath, tuple[RepoPath, ResourceKey]],
    entries: Mapping[RepoPath, TreeEntry],
) -> set[RepoPath]:
    """The files whose places are not free, even when all the others move."""
    claims = Counter(to for to, _ in wanted.values())
    occupied = Occupied.of({path: entry for path, entry in entries.items() if path not in wanted})
    return {
        path
        for path, (to, _) in wanted.items()
        if claims[to] > 1 or to in occupied or occupied.file_above(to)
    }


def _misplaced(
    fabric: Fabric, objects: Iterable[tuple[RepoPath, str]]
) -> Iterable[tuple[RepoPath, RepoPath, ResourceKey]]:
    # Nearly all files are at home, and a fabric has thousands: a look at the ends of the path is
    # enough for those.
    folders = {
        (kind.group, kind.kind): fabric.path(f'managed/{kind.plural}')
        for kind in fabric.catalogue.managed_kinds
    }
    for path, text in objects:
        group, kind, namespace, name = text.split('/')
        if namespace == 'default' and path == f'{folders.get((group, kind))}/{name}.yaml':
            continue
        key = ResourceKey(group, kind, namespace, name)
        home = managed_path(fabric, key)
        if home != path:
            yield path, home, key
