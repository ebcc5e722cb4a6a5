"""Keeps the local copy usable: leftovers of killed processes, packs, its small cache files.

Called under the exclusive lease of the repository, before the first command of an operation.
"""

import contextlib
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from ..errors import TryAgainLater
from .failures import local_failure, not_writable, store_broken
from .process import Git

__all__ = ['check', 'clean_stale_locks', 'exclusively', 'read_cache', 'repack', 'write_cache']

_CACHE = 'hedgehog-cache'
_NAME = re.compile(r'[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}')
_LEFT_BEHIND = (
    '*.lock',
    'refs/**/*.lock',
    'logs/**/*.lock',
    'objects/**/*.lock',
    'objects/pack/tmp_*',
    'objects/??/tmp_obj_*',
    'objects/tmp_objdir-*',
    'fast_import_crash_*',
    'gc.pid',
    f'{_CACHE}/*.tmp',
)


@contextlib.contextmanager
def exclusively(git: Git) -> Iterator[None]:
    """Keeps every other process of this machine out of the copy, and starts it clean."""
    with (git.git_dir / 'hedgehog-lock').open('ab') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TryAgainLater(
                'StoreLocked',
                'Another process is working on the local copy of this repository.',
                hint='It is released when that process ends.',
                after=5,
            ) from None
        clean_stale_locks(git)
        yield


def clean_stale_locks(git: Git) -> tuple[str, ...]:
    """Removes what killed processes left behind and names it.

    Only right while nobody else uses the copy: a lock looks the same whether its owner lives.
    """
    found = [path for pattern in _LEFT_BEHIND for path in git.git_dir.glob(pattern)]
    for path in found:
        _remove(path)
    return tuple(sorted(str(path.relative_to(git.git_dir)) for path in found))


def check(git: Git) -> None:
    """Raises StoreBroken unless every object reachable from a ref is there and readable."""
    done = git.run('fsck', '--connectivity-only', '--no-dangling', '--no-progress')
    if not done.good:
        raise store_broken('it fails its own check')


def repack(git: Git, above: int = 50) -> bool:
    """Joins packs when there are more than `above`; says whether it did.

    Each commit leaves one pack and reading slows down with their number.
    """
    packs = len(list(git.git_dir.glob('objects/pack/*.pack')))
    if packs <= above:
        return False
    done = git.run_long('repack', '-q', '-d', '-l', '--geometric=2')
    if not done.good:
        raise local_failure(done, 'joining packs')
    # Which commit touched which path, so that the history of one file among ten thousand need not
    # unpack the folder for each commit. Without it everything works, only slower.
    git.run_long('commit-graph', 'write', '--reachable', '--changed-paths')
    return True


def write_cache(git: Git, name: str, data: bytes) -> None:
    """Keeps derived data beside the objects; a reader sees the old bytes or the new, never half."""
    path = _cache_path(git, name)
    fresh = path.with_name(f'{path.name}.{os.getpid()}-{os.urandom(4).hex()}.tmp')
    try:
        path.parent.mkdir(exist_ok=True)
        fresh.write_bytes(data)
        fresh.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise not_writable(error, path) from error


def read_cache(git: Git, name: str) -> bytes | None:
    """What was kept under that name, None when nothing was."""
    try:
        return _cache_path(git, name).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _cache_path(git: Git, name: str) -> Path:
    if not _NAME.fullmatch(name) or name.endswith('.tmp'):
        raise ValueError(f'{name!r} is not a name for a cache file')
    return git.git_dir / _CACHE / name


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
