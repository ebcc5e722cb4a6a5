"""Originals that were ingested: which there are, where their bytes are, and how they come back.

Called by `hedgehog-gitops files --originals` and `restore --original`, and by the plugin. The
archive log knows every one of them; those that only lie in the tree are found by their names.
"""

import re
from dataclasses import dataclass
from typing import Any

from ..duplicates import SETTLEMENT
from ..errors import NeedsPerson, TryAgainLater
from ..git import GitStore
from ..identity import BlobId, CommitId, RepoPath, TreeEntry
from ..layout import ArchiveEntry, Fabric, unused_path
from ..plans import Change, Operation, OperationKind, Plan, Write
from .logged import archive_entries
from .owned_paths import writable
from .reading import entries_below
from .restored_drops import restore_entries

__all__ = ['Original', 'originals', 'plan_restore_original']

_ARCHIVED = re.compile(r'(.+?)\.archived(\.\d+)?')
_TAKEN_IN = ('ingestion', 'migration', SETTLEMENT)


@dataclass(frozen=True, slots=True)
class Original:
    """One ingested file as it was handed over. `archived` is its copy in the tree, if any."""

    file: RepoPath
    blob: BlobId
    archived: RepoPath | None
    sha256: str = ''
    operation: str = ''
    timestamp: str = ''
    user: str = ''
    documents: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            'file': self.file,
            'blob': self.blob,
            'archived': self.archived,
            'sha256': self.sha256 or None,
            'operation': self.operation or None,
            'timestamp': self.timestamp or None,
            'user': self.user or None,
            'documents': self.documents,
        }


def originals(store: GitStore, head: CommitId, fabric: Fabric) -> list[Original]:
    """Returns every original, the one ingested last first; each content of a file once."""
    entries = entries_below(store, head, fabric.base)
    files = {path: entry for path, entry in entries.items() if entry.is_file}
    logged: dict[tuple[RepoPath, BlobId], Original] = {}
    for entry in archive_entries(store, head, fabric):
        if entry.operation in _TAKEN_IN and entry.original_blob:
            each = _of_entry(fabric, entry, files)
            logged.pop((each.file, each.blob), None)
            logged[each.file, each.blob] = each
    named = {each.archived for each in logged.values()}
    unlogged = [
        Original(original, entry.blob, path)
        for path, entry in sorted(files.items())
        if (original := _original_of(fabric, path)) is not None
        and path not in named
        and (original, entry.blob) not in logged
    ]
    return [*reversed(logged.values()), *unlogged]


def plan_restore_original(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    which: str,
    operation: Operation,
    to: RepoPath | None = None,
) -> Plan:
    """Returns what puts an original's bytes back, to its old place or `to`; the archive stays.

    `which` is its blob, or the path of its archived copy or of the file itself: the newest then.
    It is not ingested once more by itself.
    """
    original = _chosen(originals(store, head, fabric), which)
    content = _content(store, original)
    path = writable(fabric, to or original.file)
    entries = entries_below(store, head, fabric.base)
    there = entries.get(path)
    changes: list[Change] = []
    if there is None or there.blob != original.blob:
        # What lies there by now is somebody's work too.
        changes = [Write(unused_path(path, entries), content, 'restore')]
        changes += restore_entries(store, head, fabric, changes, operation)
    return Plan(
        operation=OperationKind.RESTORE,
        base=head,
        subject=f'Restore the original {fabric.below(original.file)}',
        changes=tuple(changes),
        body=(f'The bytes of blob {original.blob}, as they were ingested.',),
    )


def _of_entry(fabric: Fabric, entry: ArchiveEntry, files: dict[RepoPath, TreeEntry]) -> Original:
    archived = fabric.path(entry.archived_to) if entry.archived_to else None
    at = files.get(archived) if archived is not None else None
    return Original(
        file=fabric.path(entry.original_file),
        blob=entry.original_blob,
        archived=archived if at is not None and at.blob == entry.original_blob else None,
        sha256=entry.original_sha256,
        operation=entry.operation_id,
        timestamp=entry.timestamp,
        user=entry.user,
        documents=entry.document_count,
    )


def _original_of(fabric: Fabric, path: RepoPath) -> RepoPath | None:
    """Where an archived file once lay, by its name; None for any other file."""
    below = fabric.below(path)
    if below.startswith('.hnp/archive/'):
        return fabric.path(below.removeprefix('.hnp/archive/'))
    found = _ARCHIVED.fullmatch(below)
    return fabric.path(found[1]) if found and not below.startswith('.hnp/') else None


def _chosen(known: list[Original], which: str) -> Original:
    for each in known:
        if which in (each.blob, each.archived, each.file):
            return each
    raise NeedsPerson(
        'OriginalUnknown',
        f'No original of this fabric is called {which!r}.',
        hint='`files --originals` lists them.',
    )


def _content(store: GitStore, original: Original) -> bytes:
    try:
        return store.read_blobs([original.blob])[original.blob]
    except TryAgainLater as error:
        if error.reason != 'StoreBroken':
            raise
        raise NeedsPerson(
            'OriginalGone',
            f'The bytes of {original.file} ({original.blob[:12]}) are not in the history any more.',
            hint='Somebody rewrote it; look for the file in an older clone.',
        ) from error
