"""What is known of each file: size, checksum, objects, versions, authors.

Called by `hedgehog-gitops files` and by the plugin.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from ..documents import Limits
from ..errors import NeedsPerson
from ..git import GitStore
from ..identity import BlobId, CommitId, RepoPath, TreeEntry, shown_path
from ..layout import Fabric, is_yaml_name
from .history import Entry, authors_of, file_history
from .known_blobs import KnownBlobs
from .reading import entries_below

__all__ = ['FileFacts', 'FileRow', 'file_bytes', 'file_facts', 'list_files']

_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file of a commit. `size` is in bytes, None for a link or a submodule."""

    path: RepoPath
    blob: BlobId
    mode: str
    size: int | None

    def as_json(self) -> dict[str, Any]:
        path = shown_path(self.path)
        return {'path': path, 'blob': self.blob, 'mode': self.mode, 'size': self.size}


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Everything about one file: its checksum, what it holds, and who wrote it."""

    row: FileRow
    sha256: str
    objects: tuple[str, ...]
    versions: tuple[Entry, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            **self.row.as_json(),
            'sha256': self.sha256,
            'objects': list(self.objects),
            'versions': len(self.versions),
            'authors': authors_of(self.versions),
            'first': self.versions[-1].as_json() if self.versions else None,
            'last': self.versions[0].as_json() if self.versions else None,
        }


def list_files(store: GitStore, commit: CommitId, under: RepoPath) -> list[FileRow]:
    """Returns the files below a folder, in path order."""
    entries = entries_below(store, commit, under)
    sizes = store.blob_sizes(entry.blob for entry in entries.values() if entry.is_file)
    return [_row(path, entry, sizes) for path, entry in sorted(entries.items())]


def file_facts(
    store: GitStore, commit: CommitId, fabric: Fabric, path: RepoPath, limits: Limits = _LIMITS
) -> FileFacts:
    """Returns what is known of the file at a path; FileMissing where there is none."""
    entry = _entry(store, commit, path)
    sizes = store.blob_sizes([entry.blob])
    data = store.read_blobs([entry.blob])[entry.blob]
    objects: tuple[str, ...] = ()
    if is_yaml_name(path):
        rows = KnownBlobs(store, fabric, limits).readings([entry.blob])[entry.blob].documents
        objects = tuple(str(row.key) for row in rows if row.key is not None)
    return FileFacts(
        row=_row(path, entry, sizes),
        sha256=sha256(data).hexdigest(),
        objects=objects,
        versions=tuple(file_history(store, commit, path)),
    )


def file_bytes(store: GitStore, commit: CommitId, path: RepoPath) -> tuple[BlobId, bytes]:
    """Returns a file's blob and bytes as a commit has them; FileMissing where there is none."""
    entry = _entry(store, commit, path)
    return entry.blob, store.read_blobs([entry.blob])[entry.blob]


def _entry(store: GitStore, commit: CommitId, path: RepoPath) -> TreeEntry:
    entry = store.listed(commit, [path]).get(path)
    if entry is None or not entry.is_file:
        raise NeedsPerson(
            'FileMissing',
            f'There is no file {path} in {commit[:12]}.',
            hint='`files` lists what is there, `history` what was.',
        )
    return entry


def _row(path: RepoPath, entry: TreeEntry, sizes: Mapping[BlobId, int]) -> FileRow:
    return FileRow(path, entry.blob, entry.mode, sizes.get(entry.blob))
