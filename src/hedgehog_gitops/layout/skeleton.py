"""The folders and fixed files every fabric begins with.

`workflows/onboard.py` writes what is missing of them; nothing that exists is ever replaced.
"""

from collections.abc import Iterable
from datetime import datetime

from ..identity import RepoPath
from .archive_log import empty_log
from .fabric import Fabric
from .manifest import render_manifest

__all__ = ['fixed_folders', 'missing_parts', 'skeleton']

_README = """\
# {name}

This folder describes the Hedgehog fabric `{name}`. NetBox and people both work in it.

- `raw/`: drop YAML files here, flat or in folders, one object or many in a file. Every Hedgehog
  object in them is moved to a file of its own in `managed/`.
- `managed/`: one object in each file, sorted by kind. Written by NetBox, free to be edited by hand.
- `unmanaged/`: Kubernetes objects of other kinds, kept byte for byte.
- `templates/`: Jinja2 templates from which objects are rendered.
- `.hnp/`: the manifest with the settings of this folder, and the log of what came from where.

What cannot be ingested stays in `raw/`, and NetBox says why. An original that was ingested is kept
as `archive_strategy` in the manifest says; the history of this repository holds every version.
"""


def fixed_folders(fabric: Fabric) -> list[RepoPath]:
    """The folders a fabric always has, with files in them or not."""
    folders = ['raw', 'unmanaged', 'templates']
    folders += [f'managed/{kind.plural}' for kind in fabric.catalogue.main_kinds]
    return [fabric.path(folder) for folder in folders]


def skeleton(fabric: Fabric, created_at: datetime) -> dict[RepoPath, bytes]:
    """Every file of a new fabric, in path order."""
    files = {RepoPath(f'{folder}/.gitkeep'): b'' for folder in fixed_folders(fabric)}
    files[fabric.readme] = _README.format(name=fabric.name).encode()
    files[fabric.manifest] = render_manifest(fabric, created_at)
    files[fabric.archive_log] = empty_log(created_at)
    return dict(sorted(files.items()))


def missing_parts(
    fabric: Fabric,
    present: Iterable[RepoPath],
    created_at: datetime,
) -> dict[RepoPath, bytes]:
    """What of the skeleton is not there.

    A folder with any file in it needs no .gitkeep; nothing can be made below what is a file.
    """
    paths = set(present)
    direct = {path.rpartition('/')[0] for path in paths}
    folders = direct.union(*map(_parents, direct))
    return {
        path: content
        for path, content in skeleton(fabric, created_at).items()
        if path not in paths
        and paths.isdisjoint(_parents(path))
        and not (path.endswith('/.gitkeep') and path.removesuffix('/.gitkeep') in folders)
    }


def _parents(path: str) -> list[str]:
    parts = path.split('/')
    return ['/'.join(parts[:end]) for end in range(1, len(parts))]
