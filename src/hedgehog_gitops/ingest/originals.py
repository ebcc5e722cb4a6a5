"""What becomes of a raw file after its documents were settled, and what the log says of it.

Called by `planner.py` for every drop. A file from which nothing leaves stays untouched and gets no
log entry, so a second run finds nothing to do.
"""

from collections.abc import Container
from dataclasses import dataclass
from hashlib import sha256

from ..documents import join
from ..identity import RepoPath
from ..layout import ArchiveEntry, ArchiveStrategy, Fabric, HeldDocument, Snapshot, archived_path
from ..plans import Change, Delete, Move, Operation, Write
from .settle import Fate, Verdict
from .sweep import Drop

__all__ = ['Archived', 'archive', 'log_entry', 'something_left']


@dataclass(frozen=True, slots=True)
class Archived:
    """The changes to one raw file, and where its full bytes are kept."""

    changes: tuple[Change, ...] = ()
    path: RepoPath | None = None


def something_left(drop: Drop, fates: tuple[Fate, ...]) -> bool:
    """Whether a document left this file, or there was nothing in it that could."""
    if not drop.whole:
        return False
    if drop.again:
        return any(
            fate.verdict in (Verdict.CREATED, Verdict.UPDATED, Verdict.UNMANAGED) for fate in fates
        )
    return all(fate.verdict is Verdict.HELD for fate in fates) is (not fates)


def archive(
    drop: Drop, fates: tuple[Fate, ...], fabric: Fabric, taken: Container[RepoPath]
) -> Archived:
    """Keeps the original as the strategy says; held documents stay where they were dropped."""
    if fabric.archive_strategy is ArchiveStrategy.KEEP_IN_PLACE:
        return Archived()
    held = [fate.raw.document.text for fate in fates if fate.verdict is Verdict.HELD]
    place = archived_path(fabric, drop.path, taken)
    changes: list[Change] = []
    if place is not None:
        reason = 'original of ingested documents'
        changes.append(Move(drop.path, place, drop.entry.blob, reason, drop.entry.mode))
    if held:
        reason = f'{len(held)} held documents stay'
        rest = join(held)
        changes.append(Write(drop.path, rest, reason, drop.entry.blob, drop.entry.mode))
    elif place is None:
        changes.append(Delete(drop.path, drop.entry.blob, 'ingested; kept in history'))
    return Archived(tuple(changes), place)


def log_entry(
    drop: Drop,
    fates: tuple[Fate, ...],
    unmanaged: RepoPath | None,
    archived: RepoPath | None,
    fabric: Fabric,
    snapshot: Snapshot,
    operation: Operation,
) -> ArchiveEntry:
    """What the archive log says about one processed original."""

    def paths(verdict: Verdict) -> tuple[str, ...]:
        found = (fate.path for fate in fates if fate.verdict is verdict and fate.path)
        return tuple(fabric.below(path) for path in dict.fromkeys(found))

    return ArchiveEntry(
        operation='ingestion',
        operation_id=operation.id,
        timestamp=operation.timestamp,
        original_file=fabric.below(drop.path),
        original_blob=drop.entry.blob,
        original_sha256=sha256(drop.data).hexdigest(),
        read_commit=snapshot.commit or '',
        document_count=len(drop.documents) + drop.empty,
        documents_created=paths(Verdict.CREATED),
        documents_updated=paths(Verdict.UPDATED),
        documents_unchanged=paths(Verdict.UNCHANGED),
        documents_unmanaged=(fabric.below(unmanaged),) if unmanaged else (),
        documents_held=tuple(_held(fate) for fate in fates if fate.verdict is Verdict.HELD),
        archived_to=fabric.below(archived) if archived else '',
        user=operation.user,
    )


def _held(fate: Fate) -> HeldDocument:
    errors = [finding.code for finding in fate.findings if finding.severity == 'error']
    # What holds a document is said last, behind what its schema says of it.
    reason = errors[-1] if errors else fate.findings[-1].code if fate.findings else 'Held'
    return HeldDocument(fate.raw.index, *fate.raw.position(), reason, fate.raw.item)
