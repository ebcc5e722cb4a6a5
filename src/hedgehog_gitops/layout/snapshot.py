"""A tree at one commit, as a value: what the deciding rooms get to see of a repository."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..identity import BlobId, CommitId, RepoPath, TreeEntry

__all__ = ['Snapshot']


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every path of the fabric at `commit`, with the contents of those blobs a decision needs.

    `entries` lists all files below the fabric's base; `contents` holds only the blobs that were
    loaded for the decision at hand. Asking for one that was not loaded is a bug (KeyError).
    """

    commit: CommitId | None
    entries: Mapping[RepoPath, TreeEntry]
    contents: Mapping[BlobId, bytes] = field(default_factory=dict)

    def read(self, path: RepoPath) -> bytes:
        return self.contents[self.entries[path].blob]

    def under(self, folder: RepoPath) -> Iterator[tuple[RepoPath, TreeEntry]]:
        """Every file below `folder`, in path order."""
        prefix = f'{folder}/' if folder else ''
        for path in sorted(self.entries):
            if path.startswith(prefix):
                yield path, self.entries[path]
