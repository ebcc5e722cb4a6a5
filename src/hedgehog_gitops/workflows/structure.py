"""The folders and fixed files of a fabric: what is missing of them, and the changes that add it.

Used by `onboard.py`, and by `ingest.py`, which repairs the structure in its own commit.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from ..git import GitStore
from ..identity import CommitId, RepoPath
from ..layout import Fabric, log_paths, missing_parts, read_manifest
from ..plans import Operation, Write
from .reading import last_folder, last_version

__all__ = ['is_laid_out', 'missing_structure', 'structure_changes']

_NEVER = datetime.fromtimestamp(0, UTC)


def is_laid_out(fabric: Fabric, present: Collection[RepoPath]) -> bool:
    """Whether the folder has our layout; any other folder of YAML is looked at as it is."""
    parts = (f'{fabric.raw}/', f'{fabric.managed}/')
    return fabric.manifest in present or any(path.startswith(parts) for path in present)


def missing_structure(fabric: Fabric, present: Iterable[RepoPath]) -> list[RepoPath]:
    """Returns the parts of the layout that are not there, in path order."""
    return list(missing_parts(fabric, present, _NEVER))


def structure_changes(
    store: GitStore,
    head: CommitId | None,
    fabric: Fabric,
    present: Collection[RepoPath],
    operation: Operation,
) -> list[Write]:
    """Returns the changes that complete the layout; nothing that exists is touched.

    A manifest and a log that somebody removed from a fabric come back as they last were. In an
    empty folder a new fabric begins, whatever stood there once.
    """
    parts = missing_parts(fabric, present, operation.now)
    if present and fabric.archive_log in parts:
        parts |= _last_log(store, head, fabric)
    if present and fabric.manifest in parts:
        manifest = last_version(store, head, fabric.manifest)
        if manifest is not None and _describes(manifest, fabric):
            parts[fabric.manifest] = manifest
    return [Write(path, content, 'layout') for path, content in parts.items()]


def _last_log(store: GitStore, head: CommitId | None, fabric: Fabric) -> dict[RepoPath, bytes]:
    """The removed log with its older parts; nothing when there never was one."""
    folder = last_folder(store, head, fabric.archive_log)
    logs = {path: folder[path].blob for path in log_paths(fabric, folder)}
    contents = store.read_blobs(logs.values())
    return {path: contents[blob] for path, blob in logs.items()}


def _describes(data: bytes, fabric: Fabric) -> bool:
    manifest, _ = read_manifest(data)
    return manifest is not None and manifest.fabric(fabric.base) == fabric
