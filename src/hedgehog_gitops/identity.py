"""The words every room shares: what an object is, and where bytes lie.

`RepoPath` is a path from the repository's root, `/` between segments, decoded from Git's bytes
with `surrogateescape`, so that any path survives a round trip.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
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
    'shown_path',
    'why_unwritable',
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

    @property
    def short(self) -> str:
        """Kind and name as people say them; the namespace where it is not the usual one."""
        namespace = '' if self.namespace == 'default' else f'{self.namespace}/'
        return f'{self.kind}/{namespace}{self.name}'

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


def shown_path(text: str) -> str:
    """A path, or words about it, as text that can be written anywhere: no half of a character.

    What Git has that is no UTF-8 is written out, `\\udcff` for the byte ff.
    """
    return text if text.isascii() else text.encode('utf-8', 'backslashreplace').decode()


def why_unwritable(path: str) -> str:
    """What forbids writing to a path of the repository, in half a sentence; '' where nothing does.

    Git itself allows more; what it allows beyond this, some file system or tool turns into
    something else.
    """
    if _ORDINARY.fullmatch(path):
        return ''
    if not path or path.startswith('/'):
        return 'it must be relative to the root of the repository'
    if _NEVER_IN_PATH.search(path):
        return 'it holds a backslash or a control character'
    if len(path.encode('utf-8', 'surrogateescape')) > _PATH_BYTES:
        return f'it is longer than {_PATH_BYTES} bytes'
    return next(filter(None, map(_wrong_with, path.split('/'))), '')


_PATH_BYTES = 4096
# Nearly all there are, and none of those forbidden below: no part of them begins with a dot.
_ORDINARY = re.compile(
    r'(?=.{1,255}\Z)[A-Za-z0-9_-][A-Za-z0-9_.-]*+(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*+)*+'
)
_NEVER_IN_PATH = re.compile(r'[\x00-\x1f\x7f-\x9f\\]')
# Letters that Apple's file system ignores, so that `.g<letter>it` would be `.git` there.
_IGNORED = dict.fromkeys(
    [*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF]
)


@lru_cache(1024)
def _wrong_with(segment: str) -> str:
    """What forbids one part of a path; most parts are folders that come thousands of times."""
    if segment in ('', '.', '..'):
        return 'it has an empty, `.` or `..` part'
    if len(segment.encode('utf-8', 'surrogateescape')) > 255:
        return 'one of its parts is longer than 255 bytes'
    if _like_dot_git(segment):
        return 'it would lie inside `.git` on some file system'
    return ''


def _like_dot_git(segment: str) -> bool:
    plain = segment.translate(_IGNORED).partition(':')[0].rstrip(' .').casefold()
    return plain == '.git' or (plain.startswith('git~') and plain[4:].isdecimal())
