"""From a commit to the values the deciding rooms get: fabric, snapshot, inventory.

Used by every workflow of this room; `known_blobs.py` sees to it that no file is parsed twice to
learn what is in it.
"""

from collections.abc import Iterable, Mapping

from ..documents import Limits
from ..errors import NeedsPerson
from ..git import GitStore
from ..identity import BlobId, CommitId, RepoPath, TreeEntry, TreeId
from ..layout import Fabric, Inventory, Snapshot, is_yaml_name, read_manifest, take_inventory
from ..plans import Delete, Plan, Write
from .known_blobs import About, KnownBlobs, reading_of
from .own_kinds import with_own_kinds

__all__ = [
    'entries_below',
    'fabric_to_check',
    'fabric_without_manifest',
    'fabrics_of',
    'find_fabric',
    'inventory',
    'last_folder',
    'last_version',
    'load',
    'managed_files',
    'snapshot_for_diff',
]

_LIMITS = Limits()


def entries_below(
    store: GitStore, commit: CommitId | TreeId | None, base: RepoPath
) -> dict[RepoPath, TreeEntry]:
    """Returns every file below a folder; none for a branch that has no commit yet."""
    return store.list_tree(commit, base) if commit is not None else {}


def find_fabric(store: GitStore, commit: CommitId | None, base: RepoPath) -> Fabric:
    """Returns the fabric at a folder as its manifest describes it, or as its path suggests."""
    usual = fabric_without_manifest(base)
    entries = entries_below(store, commit, usual.hnp)
    entry = entries.get(usual.manifest)
    if entry is not None and entry.is_file:
        data: bytes | None = store.read_blobs([entry.blob])[entry.blob]
    else:
        _refuse_other_folder(store, commit, usual)
        data = last_version(store, commit, usual.manifest)
    manifest = read_manifest(data)[0] if data is not None else None
    found = manifest.fabric(base) if manifest is not None else usual
    return with_own_kinds(store, commit, found)


def fabrics_of(store: GitStore, commit: CommitId | TreeId) -> list[Fabric]:
    """Returns every fabric with a manifest; where there is none, the whole tree as one folder."""
    ending = '/.hnp/manifest.yaml'
    manifests = [f'/{path}' for path in store.list_tree(commit) if f'/{path}'.endswith(ending)]
    bases = [RepoPath(path.removesuffix(ending).removeprefix('/')) for path in manifests]
    return [fabric_to_check(store, commit, base) for base in bases or [RepoPath('')]]


def fabric_to_check(store: GitStore, commit: CommitId | TreeId, base: RepoPath) -> Fabric:
    """Returns the fabric at a folder; any folder will do, as nothing is going to be written."""
    usual = fabric_without_manifest(base)
    entry = store.list_tree(commit, usual.hnp).get(usual.manifest)
    if entry is None or not entry.is_file:
        return with_own_kinds(store, commit, usual)
    manifest, _ = read_manifest(store.read_blobs([entry.blob])[entry.blob])
    found = manifest.fabric(base) if manifest is not None else usual
    return with_own_kinds(store, commit, found)


def last_version(store: GitStore, commit: CommitId | None, path: RepoPath) -> bytes | None:
    """Returns the bytes a file had before it was removed; None when it never was there."""
    entry = last_folder(store, commit, path).get(path)
    return store.read_blobs([entry.blob])[entry.blob] if entry is not None else None


def last_folder(
    store: GitStore, commit: CommitId | None, path: RepoPath
) -> dict[RepoPath, TreeEntry]:
    """Returns the files of a removed file's folder, itself among them, as they last were."""
    if commit is None:
        return {}
    for info in store.log(commit, paths=[path], limit=1):
        for parent in info.parents:
            folder = store.list_tree(parent, RepoPath(path.rpartition('/')[0]))
            if path in folder and folder[path].is_file:
                return {name: entry for name, entry in folder.items() if entry.is_file}
    return {}


def _refuse_other_folder(store: GitStore, commit: CommitId | None, fabric: Fabric) -> None:
    """A folder without any part of the layout is hardly meant; nothing is laid out by accident."""
    entries = entries_below(store, commit, fabric.base)
    parts = (f'{fabric.raw}/', f'{fabric.managed}/')
    if any(path.startswith(parts) for path in entries):
        return
    manifests = [path for path in entries if path.endswith('/.hnp/manifest.yaml')]
    near = f'Did you mean {manifests[0].removesuffix("/.hnp/manifest.yaml")}? ' if manifests else ''
    raise NeedsPerson(
        'FabricMissing',
        f'There is no fabric in the folder {fabric.base or "/"} of this commit.',
        hint=f'{near}`hedgehog-gitops init` makes one; `--fabric-dir` is counted from the top.',
    )


def fabric_without_manifest(base: RepoPath) -> Fabric:
    """Returns the fabric a folder's path suggests: `fabrics/<slug>/gitops` names it."""
    parts = [part for part in base.split('/') if part]
    if len(parts) > 1 and parts[-1] == 'gitops':
        parts.pop()
    slug = parts[-1] if parts else 'fabric'
    return Fabric(slug, slug, base)


def load(
    store: GitStore,
    commit: CommitId | None,
    entries: Mapping[RepoPath, TreeEntry],
    paths: Iterable[RepoPath],
) -> Snapshot:
    """Returns the tree with the contents of those of `paths` that are files of it."""
    blobs = [entries[path].blob for path in paths if path in entries and entries[path].is_file]
    return Snapshot(commit, entries, store.read_blobs(blobs))


def snapshot_for_diff(store: GitStore, plan: Plan) -> Snapshot:
    """Returns the contents a plan replaces or removes, which its diff shows."""
    blobs: list[BlobId] = []
    for change in plan.changes:
        if isinstance(change, Write) and change.replaces is not None:
            blobs.append(change.replaces)
        elif isinstance(change, Delete):
            blobs.append(change.blob)
    return Snapshot(plan.base, {}, store.read_blobs(blobs))


def inventory(
    store: GitStore,
    fabric: Fabric,
    entries: Mapping[RepoPath, TreeEntry],
    limits: Limits = _LIMITS,
    about: About | None = None,
    known: KnownBlobs | None = None,
) -> Inventory:
    """Returns every object below managed/, or only what is asked `about`.

    `entries` may list more than that folder; `known` spares a caller who has it the loading.
    """
    files = managed_files(fabric, entries)
    rows = (known or KnownBlobs(store, fabric, limits)).rows_of_tree(files.values())
    if about is not None:
        files = {path: blob for path, blob in files.items() if about.wants(path, rows[blob])}
    return take_inventory(fabric, ((p, blob, reading_of(rows[blob])) for p, blob in files.items()))


def managed_files(fabric: Fabric, entries: Mapping[RepoPath, TreeEntry]) -> dict[RepoPath, BlobId]:
    """Returns the files below managed/ that are read for objects."""
    prefix = f'{fabric.managed}/'
    return {
        path: entry.blob
        for path, entry in entries.items()
        if path.startswith(prefix) and entry.is_file and is_yaml_name(path)
    }
