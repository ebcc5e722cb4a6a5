"""The changes by which a plan's entries come behind those of the archive log.

Used by the rooms that put originals away; an overlong log leaves its oldest entries to a part.
"""

from collections.abc import Sequence

from ..layout import ArchiveEntry, Fabric, Snapshot, append_entries, next_part, rotate
from .changes import Write
from .operation import Operation

__all__ = ['log_writes']


def log_writes(
    snapshot: Snapshot,
    fabric: Fabric,
    entries: Sequence[ArchiveEntry],
    operation: Operation,
    reason: str,
) -> list[Write]:
    """The log with the entries, and the part that older ones go to; nothing without entries."""
    if not entries:
        return []
    path = fabric.archive_log
    standing = snapshot.entries.get(path)
    before = snapshot.read(path) if standing and standing.is_file else None
    log, older = rotate(append_entries(before, entries, operation.now))
    writes = []
    if older is not None:
        part = next_part(fabric, snapshot.entries)
        writes.append(Write(part, older, 'older entries of the archive log'))
    writes.append(Write(path, log, reason, standing.blob if standing else None))
    return writes
