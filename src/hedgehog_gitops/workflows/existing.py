"""YAML that lies in a folder before it becomes a fabric's: what there is, and where it goes.

Used by `onboard.py`. Files outside the fabric's folder are nobody's business here.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from hashlib import sha256

from ..documents import Limits
from ..findings import Finding, Severity
from ..git import GitStore
from ..identity import BlobId, RepoPath, TreeEntry
from ..layout import (
    ArchiveEntry,
    BlobReading,
    Fabric,
    Snapshot,
    is_hidden,
    is_yaml_name,
    unused_path,
)
from ..plans import Move, Operation
from .known_blobs import KnownBlobs

__all__ = ['ExistingFiles', 'existing_files', 'existing_moves', 'files_told', 'migration_entries']


class ExistingFiles(StrEnum):
    """What becomes of YAML that is there already."""

    ORGANISE = 'organise'
    """It goes to raw/ and is ingested."""
    ARCHIVE = 'archive'
    """It goes to .hnp/archive/, and the fabric begins empty."""
    KEEP = 'keep'
    """It stays where it is; the commit before is its backup."""


_DONE = {
    ExistingFiles.ORGANISE: 'moved to raw/ and ingested from there',
    ExistingFiles.ARCHIVE: 'moved to .hnp/archive/',
    ExistingFiles.KEEP: 'left where it is',
}


def existing_files(
    fabric: Fabric, entries: Mapping[RepoPath, TreeEntry], choice: ExistingFiles
) -> list[RepoPath]:
    """Returns the YAML files the choice is about, in path order.

    Beginning anew concerns the folders of an earlier layout too. Templates and CRDs are no objects
    of the fabric, and hidden files are other programs' business: they always stay.
    """
    folders = [fabric.templates, fabric.hnp, fabric.crds]
    if choice is not ExistingFiles.ARCHIVE:
        folders += [fabric.raw, fabric.unmanaged, fabric.managed]
    inside = tuple(f'{folder}/' for folder in folders)
    return [
        path
        for path in sorted(entries)
        if not path.startswith(inside)
        and not is_hidden(fabric.below(path))
        and entries[path].is_file
        and is_yaml_name(path)
    ]


def existing_moves(
    fabric: Fabric, entries: Mapping[RepoPath, TreeEntry], choice: ExistingFiles
) -> list[Move]:
    """Returns the moves which the choice asks for; two files of one name get numbers."""
    if choice is ExistingFiles.KEEP:
        return []
    folder = fabric.raw if choice is ExistingFiles.ORGANISE else f'{fabric.hnp}/archive'
    taken = set(entries)
    moves = []
    for path in existing_files(fabric, entries, choice):
        target = unused_path(RepoPath(f'{folder}/{fabric.below(path)}'), taken)
        taken.add(target)
        moves.append(Move(path, target, entries[path].blob, 'migration', entries[path].mode))
    return moves


def files_told(
    store: GitStore,
    fabric: Fabric,
    entries: Mapping[RepoPath, TreeEntry],
    choice: ExistingFiles,
    known: KnownBlobs,
) -> list[Finding]:
    """Says of every existing file how large it is, what is in it, and what is done with it."""
    files = {path: entries[path].blob for path in existing_files(fabric, entries, choice)}
    sizes = store.blob_sizes(files.values())
    readings = known.readings(files.values())
    return [
        Finding(
            Severity.INFO,
            'ExistingFile',
            f'{sizes[blob]} bytes, {_content(readings[blob])}; {_DONE[choice]}',
            file=path,
        )
        for path, blob in files.items()
    ]


def migration_entries(
    store: GitStore,
    tree: Snapshot,
    fabric: Fabric,
    moves: Iterable[Move],
    operation: Operation,
    limits: Limits,
    known: KnownBlobs,
) -> list[ArchiveEntry]:
    """Returns what the archive log says about files that were brought into the layout."""
    moves = list(moves)
    sizes = store.blob_sizes(move.blob for move in moves)
    readable = [blob for blob, size in sizes.items() if limits.admits(size)]
    contents, readings = store.read_blobs(readable), known.readings(sizes)
    return [
        ArchiveEntry(
            operation='migration',
            operation_id=operation.id,
            timestamp=operation.timestamp,
            original_file=fabric.below(move.source),
            original_blob=move.blob,
            original_sha256=_sha256(contents, move.blob),
            read_commit=tree.commit or '',
            document_count=len(readings[move.blob].documents),
            archived_to=fabric.below(move.path),
            user=operation.user,
        )
        for move in moves
    ]


def _content(reading: BlobReading) -> str:
    kinds = dict.fromkeys(row.key.kind for row in reading.documents if row.key is not None)
    objects = sum(row.key is not None for row in reading.documents)
    names = ', '.join(list(kinds)[:3]) + (' ...' if len(kinds) > 3 else '')
    return f'{objects} object{"" if objects == 1 else "s"}' + (f' ({names})' if names else '')


def _sha256(contents: Mapping[BlobId, bytes], blob: BlobId) -> str:
    return sha256(contents[blob]).hexdigest() if blob in contents else ''
