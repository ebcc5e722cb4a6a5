"""The files of a work tree: seen, read, and brought along without touching what a person changed.

Used by `worktree.py` and by `workflows/watching.py`. Where `git read-tree -u` would refuse all
files because of one, `follow_around_changes` goes file by file.
"""

import contextlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha1, sha256
from pathlib import Path

from ..identity import BlobId, RepoPath
from .process import Done

__all__ = [
    'FileState',
    'Sort',
    'follow_around_changes',
    'look_at',
    'read_unchanged',
    'untouched',
    'untouched_or_cut_off',
]

# What no file of the commit is equal to: a folder, or a place behind a link.
_NOT_OURS = b'\0 not a file of this work tree'

type RunsHere = Callable[..., Done]
type BeginsNew = Callable[[], bool]
type MayReplace = Callable[[BlobId | None, BlobId | None, BeginsNew], bool]


class Sort(StrEnum):
    """What lies at a path."""

    ABSENT = 'absent'
    FILE = 'file'
    LINK = 'link'
    OTHER = 'other'


@dataclass(frozen=True, slots=True)
class FileState:
    """A path of the work tree at one moment: two equal states mean that nothing was written."""

    sort: Sort
    size: int = 0
    written: int = 0
    inode: int = 0
    executable: bool = False


def look_at(top: Path, path: RepoPath) -> FileState:
    """What lies at the path now; links are not followed."""
    try:
        found = (top / path).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return FileState(Sort.ABSENT)
    return _state(found)


def read_unchanged(top: Path, path: RepoPath, expected: FileState) -> bytes | None:
    """The bytes of a file in exactly this state; None when it has changed, before or meanwhile."""
    try:
        descriptor = os.open(top / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, 'rb') as file:
        if _state(os.fstat(descriptor)) != expected:
            return None
        data = file.read()
        return data if _state(os.fstat(descriptor)) == expected else None


def untouched(found: BlobId | None, before: BlobId | None, begins_new: BeginsNew) -> bool:
    """Only what still is as the commit before left it may be replaced."""
    return found == before


def untouched_or_cut_off(
    found: BlobId | None, before: BlobId | None, begins_new: BeginsNew
) -> bool:
    """What a killed run left may be replaced too: a file gone, or one it was about to write."""
    return found in (before, None) or begins_new()


def follow_around_changes(
    here: RunsHere, top: Path, old: str, new: str, may_replace: MayReplace
) -> Done:
    """Brings the index to `new`, and each file that differs from `old` where it may be replaced."""
    listed = here('diff-tree', '-r', '-z', '--no-renames', old, new)
    if not listed.good:
        return listed
    replaced: list[RepoPath] = []
    removed: list[RepoPath] = []
    for path, before, after in _differences(listed.output):
        found = _bytes_at(top, path)
        blob = _blob_id(found, new) if found is not None else None

        def begins_new(after: BlobId | None = after, found: bytes | None = found) -> bool:
            return bool(after) and here('cat-file', 'blob', str(after)).output.startswith(
                found or b''
            )

        if blob != after and may_replace(blob, before, begins_new):
            (removed if after is None else replaced).append(path)
    done = here('read-tree', '--reset', new)
    if done.good and replaced:
        done = here('checkout-index', '-f', '-z', '--stdin', stdin=_joined(replaced))
    for path in removed if done.good else ():
        _remove(top, path)
    here('update-index', '-q', '--refresh')
    return done


def _differences(output: bytes) -> Iterator[tuple[RepoPath, BlobId | None, BlobId | None]]:
    parts = output.decode('utf-8', 'surrogateescape').split('\0')
    for about, path in zip(parts[::2], parts[1::2], strict=False):
        _, _, before, after, _ = about.split(' ')
        yield RepoPath(path), _blob_or_none(before), _blob_or_none(after)


def _blob_or_none(name: str) -> BlobId | None:
    return BlobId(name) if name.strip('0') else None


def _blob_id(data: bytes, like: str) -> BlobId:
    made = sha1 if len(like) == 40 else sha256
    return BlobId(made(b'blob %d\0' % len(data) + data, usedforsecurity=False).hexdigest())


def _bytes_at(top: Path, path: RepoPath) -> bytes | None:
    """What lies there; of a link where it points to, which is what Git keeps of it."""
    place = top / path
    if place.parent.resolve() != place.parent:
        return _NOT_OURS
    try:
        return os.fsencode(place.readlink()) if place.is_symlink() else place.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return _NOT_OURS


def _remove(top: Path, path: RepoPath) -> None:
    place = top / path
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        place.unlink()
        for folder in place.parents:
            if folder == top:
                break
            try:
                folder.rmdir()
            except OSError:
                break


def _joined(paths: Iterable[RepoPath]) -> bytes:
    return b''.join(os.fsencode(path) + b'\0' for path in paths)


def _state(found: os.stat_result) -> FileState:
    if stat.S_ISREG(found.st_mode):
        executable = bool(found.st_mode & stat.S_IXUSR)
        return FileState(Sort.FILE, found.st_size, found.st_mtime_ns, found.st_ino, executable)
    return FileState(Sort.LINK if stat.S_ISLNK(found.st_mode) else Sort.OTHER)
