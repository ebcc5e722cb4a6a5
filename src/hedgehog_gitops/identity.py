"""The words every room shares: what an object is, and where bytes lie.

`RepoPath` is a path from the repository's root, `/` between segments, decoded from Git's bytes
with `surrogateescape`, so that any path survives a round trip.
"""

from dataclasses import dataclass
from hashlib import sha1
from typing import NewType

__all__ = [
    'BlobId',
    'CommitId',
    'Digest',
    'RepoPath',
    'ResourceKey',
    'TreeEntry',
    'TreeId',
    'blob_id',
]

BlobId = NewType('BlobId', str)
CommitId = NewType('CommitId', str)
Digest = NewType('Digest', str)
RepoPath = NewType('RepoPath', str)
TreeId = NewType('TreeId', str)


@dataclass(frozen=True, slots=True, order=True)
class ResourceKey:
    """Identifies an object inside one fabric. The API version is not part of it."""

    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f'{self.group}/{self.kind}/{self.namespace}/{self.name}'

    @classmethod
    def parse(cls, text: str) -> 'ResourceKey':
        """Reads `group/Kind/namespace/name`; raises ValueError for anything else."""
        parts = text.split('/')
        if len(parts) != 4 or not parts[1] or not parts[3]:
            raise ValueError(f'{text!r} is not group/Kind/namespace/name')
        return cls(parts[0], parts[1], parts[2] or 'default', parts[3])


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One file of a Git tree: its mode (`100644`, `100755`, `120000`, `160000`) and its blob."""

    mode: str
    blob: BlobId

    @property
    def is_file(self) -> bool:
        return self.mode in ('100644', '100755')


def blob_id(content: bytes) -> BlobId:
    """The name Git will give these bytes, so that nothing has to be written to plan with them."""
    return BlobId(sha1(b'blob %d\0' % len(content) + content, usedforsecurity=False).hexdigest())
