"""A commit that takes the last file out of a fixed folder keeps the folder.

Git has no empty folders: without this, the next synchronisation would make one more commit to bring
it back.
"""

from collections.abc import Collection, Iterable

from ..identity import RepoPath
from ..layout import Fabric, fixed_folders
from ..plans import Change, Delete, Move, Write

__all__ = ['keeping_folders']


def keeping_folders(
    fabric: Fabric, standing: Collection[RepoPath], changes: Iterable[Change]
) -> tuple[Change, ...]:
    """The changes, and a .gitkeep for each fixed folder they empty of the `standing` files."""
    changes = tuple(changes)
    gone = {_left(change) for change in changes if not isinstance(change, Write)}
    folders = {path.rpartition('/')[0] for path in gone}.intersection(fixed_folders(fabric))
    if not folders:
        return changes
    put = {change.path for change in changes if not isinstance(change, Delete)}
    there = {path for path in standing if path not in gone} | put
    keeps = (
        RepoPath(f'{folder}/.gitkeep')
        for folder in sorted(folders)
        if not any(path.startswith(f'{folder}/') for path in there)
    )
    # Who takes that very file out wants it gone.
    kept = (Write(path, b'', 'keeps the emptied folder') for path in keeps if path not in gone)
    return (*changes, *kept)


def _left(change: Delete | Move) -> RepoPath:
    return change.source if isinstance(change, Move) else change.path
