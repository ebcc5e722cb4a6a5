"""Reads trees and blobs: what files a commit has, what changed between two, and their bytes.

Called by the workflows through `GitStore`, to make snapshots.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from ..errors import NeedsPerson
from ..identity import BlobId, CommitId, RepoPath, TreeEntry, TreeId
from .failures import local_failure, store_broken
from .process import Git

__all__ = ['TreeChange', 'blob_sizes', 'changed', 'list_tree', 'read_blobs', 'tree_id']

_NO_MODE = '000000'
_FOLDER_MODE = '040000'
# Git unpacks a folder anew for each path asked for; from here on listing all of them is faster.
_MANY = 200
_ROOT = RepoPath('')
# One pattern over the whole answer: half the time of taking ten thousand lines apart by hand.
_LINE = re.compile(r'(\d+) \w+ ([0-9a-f]+)\t([^\0]*)\0')


@dataclass(frozen=True, slots=True)
class TreeChange:
    """One path that differs between two commits: what stood there and what stands there now."""

    path: RepoPath
    old: TreeEntry | None
    new: TreeEntry | None


def list_tree(
    git: Git, commit: CommitId | TreeId, under: RepoPath = _ROOT
) -> dict[RepoPath, TreeEntry]:
    """Every file of a commit (or of one folder of it), in path order as git sorts it."""
    where = ('--', f'{under}/') if under else ()
    done = git.run('ls-tree', '-r', '-z', '--full-tree', commit, *where)
    if not done.good:
        raise local_failure(done, f'listing commit {commit}')
    text = done.output.decode('utf-8', 'surrogateescape')
    return {
        RepoPath(path): TreeEntry(mode, BlobId(blob)) for mode, blob, path in _LINE.findall(text)
    }


def listed(git: Git, commit: CommitId, paths: Sequence[RepoPath]) -> dict[RepoPath, TreeEntry]:
    """Those of the paths at which a commit has a file, a link or a submodule."""
    done = git.run('ls-tree', '-z', '--full-tree', commit, '--', *paths)
    if not done.good:
        raise local_failure(done, f'listing commit {commit}')
    text = done.output.decode('utf-8', 'surrogateescape')
    found = {RepoPath(p): TreeEntry(mode, BlobId(b)) for mode, b, p in _LINE.findall(text)}
    return {path: entry for path, entry in found.items() if entry.mode != _FOLDER_MODE}


def tree_id(git: Git, commit: CommitId | TreeId, under: RepoPath = _ROOT) -> TreeId | None:
    """The id of a folder's tree, which tells whether anything in it differs; None without one."""
    done = git.run('rev-parse', '--verify', '--quiet', f'{commit}^{{tree}}:{under}')
    return TreeId(done.output.decode().strip()) if done.good else None


def tree_ids(
    git: Git, folders: Iterable[tuple[CommitId, RepoPath]]
) -> dict[tuple[CommitId, RepoPath], TreeId]:
    """The ids of many folders' trees, all by one process; what is not there is left out."""
    wanted = list(dict.fromkeys(folders))
    if not wanted:
        return {}
    questions = [f'{commit}^{{tree}}:{under}' for commit, under in wanted]
    found: dict[tuple[CommitId, RepoPath], TreeId] = {}
    with git.answers(
        'cat-file', '--batch-check=%(objectname)', '--buffer', questions=questions
    ) as lines:
        for folder in wanted:
            answer = lines.readline().decode('utf-8', 'replace').rstrip('\n')
            if not answer:
                raise store_broken(f'reading the tree of commit {folder[0]}')
            # Of what is missing the question is repeated, with a word behind it.
            if ' ' not in answer:
                found[folder] = TreeId(answer)
    return found


def changed(
    git: Git, old: CommitId | None, new: CommitId, under: RepoPath = _ROOT
) -> list[TreeChange]:
    """What differs from `old` to `new`; without `old`, every file of `new` is an addition."""
    if old is None:
        return [TreeChange(path, None, entry) for path, entry in list_tree(git, new, under).items()]
    where = ('--', f'{under}/') if under else ()
    done = git.run(
        'diff-tree',
        '-r',
        '-z',
        '--raw',
        '--no-renames',
        '--ignore-submodules=none',
        old,
        new,
        *where,
    )
    if not done.good:
        raise local_failure(done, f'comparing {old} with {new}')
    words = done.output.decode('utf-8', 'surrogateescape').split('\0')
    return [parse_change(meta, path) for meta, path in zip(words[::2], words[1::2], strict=False)]


def blob_sizes(git: Git, blobs: Iterable[BlobId]) -> dict[BlobId, int]:
    """The size of each blob in bytes, without reading it."""
    wanted = list(dict.fromkeys(blobs))
    if not wanted:
        return {}
    with git.answers('cat-file', '--batch-check', '--buffer', questions=wanted) as lines:
        return {blob: _size(lines.readline(), blob) for blob in wanted}


def read_blobs(git: Git, blobs: Iterable[BlobId]) -> dict[BlobId, bytes]:
    """The bytes of each blob, all by one process, each read once however often it is asked for."""
    wanted = list(dict.fromkeys(blobs))
    if not wanted:
        return {}
    with git.answers('cat-file', '--batch', '--buffer', questions=wanted) as stream:
        return {blob: _content(stream, blob, git.settings.blob_bytes) for blob in wanted}


def existing(git: Git, commit: CommitId, paths: Sequence[RepoPath]) -> dict[RepoPath, str]:
    """What stands at each path (`blob`, `tree` or `commit`); paths with nothing are left out."""
    if len(paths) > _MANY:
        return _existing_among_all(git, commit, paths)
    questions = [f'{commit}:{path}' for path in paths]
    found: dict[RepoPath, str] = {}
    with git.answers(
        'cat-file', '--batch-check=%(objecttype)', '--buffer', questions=questions
    ) as lines:
        for path in paths:
            answer = lines.readline().decode('utf-8', 'replace').rstrip('\n')
            if not answer:
                raise store_broken(f'reading the tree of commit {commit}')
            if answer in ('blob', 'tree', 'commit'):
                found[path] = answer
    return found


def folders_of(path: RepoPath) -> Iterator[RepoPath]:
    """Every folder a path lies in, from the top."""
    at = path.find('/')
    while at != -1:
        yield RepoPath(path[:at])
        at = path.find('/', at + 1)


def parse_change(meta: str, path: str) -> TreeChange:
    """One line of `--raw`, without its end, and the path behind it."""
    old_mode, new_mode, old_blob, new_blob, _ = meta.lstrip(':').split(' ')
    return TreeChange(RepoPath(path), _side(old_mode, old_blob), _side(new_mode, new_blob))


def _existing_among_all(
    git: Git, commit: CommitId, paths: Sequence[RepoPath]
) -> dict[RepoPath, str]:
    entries = list_tree(git, commit)
    folders = {folder for path in entries for folder in folders_of(path)}
    kinds = {path: 'tree' for path in paths if path in folders}
    return kinds | {path: 'blob' for path in paths if path in entries}


def _side(mode: str, blob: str) -> TreeEntry | None:
    return None if mode == _NO_MODE else TreeEntry(mode, BlobId(blob))


def _size(line: bytes, blob: BlobId) -> int:
    words = line.split()
    if len(words) != 3 or words[1] != b'blob':
        raise store_broken(f'blob {blob} is missing')
    return int(words[2])


def _content(stream: IO[bytes], blob: BlobId, bound: int) -> bytes:
    size = _size(stream.readline(), blob)
    if size > bound:
        raise NeedsPerson(
            'FileTooLarge',
            f'A file of {size:,} bytes is beyond the limit of {bound:,} bytes (blob {blob}).',
            hint='Remove it from the repository or split it.',
        )
    content = stream.read(size)
    if len(content) != size or stream.read(1) != b'\n':
        raise store_broken(f'blob {blob} cannot be read to its end')
    return content
