"""Documents that look like duplicates and are known not to be, by what the archive log says.

Originals kept in place are ingested already; what a settlement moved to unmanaged/ is put away.
Both count again as soon as their bytes change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..identity import BlobId, RepoPath
from ..layout import ArchiveEntry, ArchiveStrategy, Fabric
from .describe import Described

__all__ = ['SETTLEMENT', 'Aside', 'aside_by_log']

SETTLEMENT = 'duplicate_resolution'
"""The word for a settlement in the archive log."""

type _Places = frozenset[tuple[int, int | None]]


@dataclass(frozen=True, slots=True)
class Aside:
    """Files, by path and blob, whose documents do not count, and the documents that do."""

    files: Mapping[tuple[RepoPath, BlobId], _Places] = field(default_factory=dict)

    def has(self, path: RepoPath, blob: BlobId, one: Described) -> bool:
        """Whether this object does not count."""
        held = self.files.get((path, blob))
        return held is not None and (one.document, one.item) not in held


def aside_by_log(fabric: Fabric, entries: Iterable[ArchiveEntry]) -> Aside:
    """What the log, oldest entry first, sets aside."""
    stays = fabric.archive_strategy is ArchiveStrategy.KEEP_IN_PLACE
    files: dict[tuple[RepoPath, BlobId], _Places] = {}
    for entry in entries:
        if entry.archived_to:
            for below in entry.documents_unmanaged if entry.operation == SETTLEMENT else ():
                moved = entry.archived_blob or entry.original_blob
                files[fabric.path(below), moved] = frozenset()
        elif stays:
            held = frozenset((held.index, held.item) for held in entry.documents_held)
            files[fabric.path(entry.original_file), entry.original_blob] = held
    return Aside(files)
