"""Files in raw/ that were undone or restored: they are back where they were, and stay for a person.

Used by `ingest.py`. The newest entry of the archive log about a file with these very bytes tells;
a changed file is a new one.
"""

from dataclasses import replace

from ..findings import Finding, Severity
from ..ingest import Sweep, newest_entries
from ..layout import ArchiveEntry, Fabric, Snapshot

__all__ = ['without_undone']


def without_undone(swept: Sweep, snapshot: Snapshot, fabric: Fabric) -> Sweep:
    """Returns the sweep without such files, and a finding about each of them."""
    if not swept.drops:
        return swept
    newest = newest_entries(snapshot, fabric)
    left = [
        drop
        for drop in swept.drops
        if _was_undone(newest.get((fabric.below(drop.path), drop.entry.blob)))
    ]
    if not left:
        return swept
    message = 'stays here because its ingestion was undone, or the file restored'
    told = tuple(
        Finding(
            Severity.INFO,
            'UndoneBefore',
            message,
            file=drop.path,
            suggestion='ingest it again by hand, change it, or remove it',
        )
        for drop in left
    )
    drops = tuple(drop for drop in swept.drops if drop not in left)
    return replace(swept, drops=drops, findings=(*swept.findings, *told))


def _was_undone(entry: ArchiveEntry | None) -> bool:
    return entry is not None and entry.operation in ('undo', 'restore')
