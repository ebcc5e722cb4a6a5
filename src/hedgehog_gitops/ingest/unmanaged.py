"""Puts the foreign documents of a drop into one file below unmanaged/, byte for byte.

Called by `planner.py`. Nothing that lies in unmanaged/ is ever changed: a file with other content
gets a new name beside it, one with the same content is left as it is.
"""

from collections.abc import Iterable, Mapping

from ..documents import join
from ..identity import RepoPath, TreeEntry
from ..layout import Fabric, Occupied, Snapshot, numbered_paths
from ..plans import Write
from .settle import Fate, Verdict
from .sweep import Drop

__all__ = ['place_foreign', 'unmanaged_files']


def unmanaged_files(
    entries: Mapping[RepoPath, TreeEntry], fabric: Fabric, drops: Iterable[RepoPath]
) -> list[RepoPath]:
    """The files below unmanaged/ which foreign documents of these raw files are compared with."""
    found = []
    for drop in drops:
        for path in numbered_paths(_wanted_path(fabric, drop)):
            if path not in entries:
                break
            if entries[path].is_file:
                found.append(path)
    return found


def place_foreign(
    drop: Drop,
    fates: tuple[Fate, ...],
    fabric: Fabric,
    snapshot: Snapshot,
    occupied: Occupied,
) -> tuple[RepoPath, Write | None]:
    """Where the foreign documents of one drop go, and the file to write unless it is there.

    `occupied` knows the files which this plan writes already, and learns of this one.
    """
    content = _content(drop, fates)
    path = _wanted_path(fabric, drop.path)
    for name in numbered_paths(path):
        if occupied.written.get(name) == content or _stands(snapshot, name, content):
            return name, None
        if name not in occupied:
            occupied.written[name] = content
            return name, Write(name, content, f'foreign documents of {fabric.below(drop.path)}')
    raise AssertionError('there is always a further name')


def _content(drop: Drop, fates: tuple[Fate, ...]) -> bytes:
    if not drop.again and all(fate.verdict is Verdict.UNMANAGED for fate in fates):
        return drop.data
    return join([fate.raw.document.text for fate in fates if fate.verdict is Verdict.UNMANAGED])


def _stands(snapshot: Snapshot, path: RepoPath, content: bytes) -> bool:
    entry = snapshot.entries.get(path)
    return entry is not None and entry.is_file and snapshot.read(path) == content


def _wanted_path(fabric: Fabric, drop: RepoPath) -> RepoPath:
    return RepoPath(f'{fabric.unmanaged}/{drop.removeprefix(f"{fabric.raw}/")}')
