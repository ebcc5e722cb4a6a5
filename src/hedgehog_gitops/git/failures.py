"""What a local git command that failed means, and what to do next.

Called by every file of this room that writes or reads objects. Failures of a conversation with a
server are told apart in `outcomes.py`.
"""

import errno
from pathlib import Path

from ..errors import EngineError, NeedsPerson, TryAgainLater
from .process import Done

__all__ = ['disk_is_full', 'last_words', 'local_failure', 'not_writable', 'store_broken']

_DISK_FULL = (
    'no space left on device',
    'disk quota exceeded',
    'file too large',
    'died of signal 25',
)
_NOT_WRITABLE = ('permission denied', 'insufficient permission', 'read-only file system')
_LOCKED = (".lock': file exists", 'another git process seems to be running')
# Whatever else stops the indexer, it explains; alone, this line means that it was killed.
_INDEXER_DIED = 'fatal: fetch-pack: invalid index-pack output'
# git dies by this signal where a file would grow beyond the limit set for the process.
_FILE_TOO_LARGE = 25


def local_failure(done: Done, doing: str) -> EngineError:
    """The error for a command that failed while `doing` something to the local copy."""
    words = done.errors.lower()
    if disk_is_full(done):
        return _disk_full(doing)
    if any(sign in words for sign in _NOT_WRITABLE):
        return NeedsPerson(
            'StoreNotWritable',
            f'The repository on this machine cannot be written ({last_words(done.errors)}).',
            hint='Let the account that runs this own its folder and every file in it.',
        )
    if any(sign in words for sign in _LOCKED):
        return TryAgainLater(
            'StoreLocked',
            f'Another process holds a lock of the local copy while {doing}.',
            hint='It is released when that process ends.',
            after=2,
        )
    return store_broken(f'{doing}: {last_words(done.errors)}')


def not_writable(error: OSError, path: Path) -> NeedsPerson:
    """The error for a file of the local copy that the system would not let us write."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _disk_full(f'writing {path}')
    return NeedsPerson(
        'StoreNotWritable',
        f'{path} cannot be written ({error.strerror}).',
        hint='Let the account that runs this own the folder of the local copies.',
    )


def _disk_full(doing: str) -> NeedsPerson:
    return NeedsPerson(
        'DiskFull',
        f'There is no room left for {doing}: the disk or the limit of one file is reached.',
        hint='Free space on the volume that holds the local copies, then repeat.',
    )


def store_broken(what: str) -> TryAgainLater:
    """The error for a local copy that cannot be read; it is a cache and may be fetched anew."""
    return TryAgainLater(
        'StoreBroken',
        f'The local copy of the repository cannot be used ({what}).',
        hint='Remove it and fetch it anew; nothing is kept only there.',
    )


def disk_is_full(done: Done) -> bool:
    """True when the command ended because this machine's disk or file limit is exhausted."""
    own = '\n'.join(line for line in done.errors.splitlines() if not line.startswith('remote:'))
    return (
        done.status == -_FILE_TOO_LARGE
        or own.strip().lower() == _INDEXER_DIED
        or any(sign in own.lower() for sign in _DISK_FULL)
    )


def last_words(errors: str) -> str:
    """The end of git's own explanation, short enough for a message."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return ' '.join(lines[-3:])[-500:] or 'git gave no explanation'
