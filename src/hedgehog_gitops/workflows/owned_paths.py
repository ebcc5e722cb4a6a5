"""Which paths a person may touch by name, and which are the fabric's own records. Pure.

Used by whatever restores, merges, undoes, copies or changes files by name.
"""

import re

from ..errors import NeedsPerson
from ..git import check_path
from ..identity import RepoPath
from ..layout import Fabric

__all__ = ['BACKUPS', 'LOG', 'inside', 'is_backup', 'is_log', 'is_own_log', 'path_in', 'writable']

BACKUPS = '.hnp/backups'
# The archive log of any fabric; the second group is there for its older parts.
LOG = re.compile(r'(.*/)?\.hnp/archive-log(-\d+)?\.yaml')


def path_in(fabric: Fabric, text: str) -> RepoPath:
    """Reads a path as a person gives it: from the top of the repository, or below the fabric."""
    if fabric.base and not text.startswith(f'{fabric.base}/'):
        text = fabric.path(text)
    return inside(fabric, RepoPath(text))


def inside(fabric: Fabric, path: RepoPath) -> RepoPath:
    """The path itself when it is a legal one below the fabric's folder, else PathRefused."""
    check_path(path)
    if fabric.base and not path.startswith(f'{fabric.base}/'):
        raise _refused(path, f'it lies outside of {fabric.base}')
    return path


def writable(fabric: Fabric, path: RepoPath) -> RepoPath:
    """The same for a path that is to be written: the records of the fabric are not a person's."""
    inside(fabric, path)
    if path == fabric.hnp or path.startswith(f'{fabric.hnp}/'):
        raise _refused(path, 'manifest, archive log and archive are written by operations only')
    return path


def is_log(path: RepoPath) -> bool:
    """True for an archive log, whose ever: it is only appended to."""
    return LOG.fullmatch(path) is not None


def is_own_log(fabric: Fabric, path: RepoPath) -> bool:
    """True for this fabric's archive log and its older parts."""
    return is_log(path) and path.rpartition('/')[0] == fabric.hnp


def is_backup(fabric: Fabric, path: RepoPath) -> bool:
    """True for a copy made before something was overwritten."""
    return path.startswith(f'{fabric.path(BACKUPS)}/')


def _refused(path: RepoPath, why: str) -> NeedsPerson:
    shown = ascii(path)[1:-1][:200]
    return NeedsPerson('PathRefused', f'The path `{shown}` is not to be written here: {why}.')
