"""Throws a local copy away so that its bytes are overwritten first.

Called through `GitStore.erase`. What the disk itself keeps (journals, snapshots, worn cells of a
solid-state disk) is out of any program's reach.
"""

import os
import shutil
import uuid
from pathlib import Path

__all__ = ['erase']

_BLOCK = bytes(1 << 20)


def erase(folder: Path) -> int:
    """Overwrites every file below the folder, removes all of it, and returns how many there were.

    It is renamed first: whoever opens the copy now finds none, and makes a new one.
    """
    if not folder.exists():
        return 0
    old = folder.with_name(f'{folder.name}.old-{uuid.uuid4().hex}')
    folder.rename(old)
    files = [path for path in old.rglob('*') if path.is_file() and not path.is_symlink()]
    for path in files:
        _overwrite(path)
    shutil.rmtree(old)
    return len(files)


def _overwrite(path: Path) -> None:
    # Git makes its packs read-only.
    path.chmod(0o600)
    left = path.stat().st_size
    with path.open('r+b', buffering=0) as file:
        while left > 0:
            left -= file.write(_BLOCK[: min(left, len(_BLOCK))])
        os.fsync(file.fileno())
