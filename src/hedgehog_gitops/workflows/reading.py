"""From a commit to the values the deciding rooms get: fabric, snapshot, inventory.

Used by every workflow of this room. What a blob's documents are depends on its bytes only, so it
is kept beside the clone by blob id: an unchanged file is never parsed a second time to learn what
is in it. That cache may be deleted at any moment.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from ..documents import Limits, Reading
from ..errors import NeedsPerson
from ..git import GitStore
from ..identity import BlobId, CommitId, RepoPath, ResourceKey, TreeEntry
from ..kinds import Disposition
from ..layout import (
    BlobReading,
    DocumentIdentity,
    Fabric,
    Inventory,
    Snapshot,
    identities,
    identities_of,
    is_yaml_name,
    read_manifest,
    take_inventory,
)
from ..plans import Delete, Plan, Write

__all__ = [
    'About',
    'entries_below',
    'fabric_without_manifest',
    'find_fabric',
    'inventory',
    'load',
    'readings',
    'snapshot_for_diff',
]

# Raise this when `identities` learns to see something else in the same bytes.
_CACHE_VERSION = 2
_BATCH_BYTES = 32 * 2**20
_LIMITS = Limits()
_NOTHING_PARSED: Mapping[BlobId, Reading] = {}


def entries_below(
    store: GitStore, commit: CommitId | None, base: RepoPath
) -> dict[RepoPath, TreeEntry]:
    """Returns every file below a folder; none for a branch that has no commit yet."""
    return store.list_tree(commit, base) if commit is not None else {}


def find_fabric(store: GitStore, commit: CommitId | None, base: RepoPath) -> Fabric:
    """Returns the fabric at a folder as its manifest describes it, or as its path suggests."""
    usual = fabric_without_manifest(base)
    entries = entries_below(store, commit, usual.hnp)
    entry = entries.get(usual.manifest)
    if entry is not None and entry.is_file:
        manifest, _ = read_manifest(store.read_blobs([entry.blob])[entry.blob])
        if manifest is not None:
            return manifest.fabric(base)
    if not entries:
        _refuse_other_folder(store, commit, usual)
    return usual


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
    about: 'About | None' = None,
) -> Inventory:
    """Returns every object below managed/, or only what is asked `about`.

    `entries` may list more than that folder.
    """
    prefix = f'{fabric.managed}/'
    files = {
        path: entry.blob
        for path, entry in entries.items()
        if path.startswith(prefix) and entry.is_file and is_yaml_name(path)
    }
    rows = _rows(store, fabric, files.values(), limits)
    if about is not None:
        files = {path: blob for path, blob in files.items() if about.wants(path, rows[blob])}
    return take_inventory(fabric, ((p, blob, _reading(rows[blob])) for p, blob in files.items()))


class About:
    """The objects and the files somebody wants to know the places of."""

    def __init__(self, keys: Iterable[ResourceKey], paths: Iterable[RepoPath] = ()) -> None:
        self._keys = {str(key) for key in keys}
        self._paths = set(paths)

    def wants(self, path: RepoPath, row: '_Row') -> bool:
        if isinstance(row, str):
            return row in self._keys or path in self._paths
        return path in self._paths or any(key in self._keys for _, key, _ in row['documents'])


def readings(
    store: GitStore,
    fabric: Fabric,
    blobs: Iterable[BlobId],
    limits: Limits = _LIMITS,
    parsed: Mapping[BlobId, Reading] = _NOTHING_PARSED,
) -> dict[BlobId, BlobReading]:
    """Returns what is in each blob, reading only those never read before and not yet `parsed`."""
    rows = _rows(store, fabric, blobs, limits, parsed)
    return {blob: _reading(row) for blob, row in rows.items()}


# What is kept of a blob: of the usual one (a single managed object, nothing wrong with it) only
# the object's name, of any other the whole reading. Ten thousand names load in a few milliseconds.
type _Row = str | dict[str, Any]


def _rows(
    store: GitStore,
    fabric: Fabric,
    blobs: Iterable[BlobId],
    limits: Limits,
    parsed: Mapping[BlobId, Reading] = _NOTHING_PARSED,
) -> dict[BlobId, _Row]:
    wanted = dict.fromkeys(blobs)
    name = f'identities-{sha256(fabric.base.encode("utf-8", "surrogateescape")).hexdigest()[:16]}'
    kept = _read_cache(store, name)
    missing = [blob for blob in wanted if blob not in kept]
    new = {str(blob): _row(identities_of(parsed[blob])) for blob in missing if blob in parsed}
    for batch in _batches(store, [blob for blob in missing if blob not in parsed]):
        for blob, data in store.read_blobs(batch).items():
            new[blob] = _row(identities(data, limits=limits))
    if missing:
        _write_cache(store, name, kept, new, wanted)
    known = {**kept, **new}
    return {blob: known[blob] for blob in wanted}


def _row(reading: BlobReading) -> _Row:
    if len(reading.documents) == 1 and not reading.findings:
        (only,) = reading.documents
        if only.key and only.document == 0 and only.disposition is Disposition.MANAGED:
            return str(only.key)
    return reading.as_json()


def _reading(row: _Row) -> BlobReading:
    if isinstance(row, str):
        identity = DocumentIdentity(0, ResourceKey.parse(row), Disposition.MANAGED)
        return BlobReading((identity,))
    return BlobReading.from_json(row)


def _batches(store: GitStore, blobs: list[BlobId]) -> Iterable[list[BlobId]]:
    """So many blobs at a time as fit in memory comfortably."""
    batch: list[BlobId] = []
    size = 0
    for blob, length in store.blob_sizes(blobs).items():
        if batch and size + length > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(blob)
        size += length
    if batch:
        yield batch


def _read_cache(store: GitStore, name: str) -> dict[str, _Row]:
    """What was kept; a file that is damaged, or of another version, counts as none."""
    try:
        cache = json.loads(store.read_cache(name) or b'{}')
        return dict(cache['blobs']) if cache.get('version') == _CACHE_VERSION else {}
    except (ValueError, AttributeError, KeyError, TypeError):
        return {}


def _write_cache(
    store: GitStore,
    name: str,
    kept: dict[str, _Row],
    new: dict[str, _Row],
    wanted: Mapping[BlobId, None],
) -> None:
    """Adds what was read; blobs of the past go once they are more than those of today."""
    if len(kept) > 2 * len(wanted):
        kept = {blob: row for blob, row in kept.items() if blob in wanted}
    cache = {'version': _CACHE_VERSION, 'blobs': {**kept, **new}}
    store.write_cache(name, json.dumps(cache, separators=(',', ':')).encode())
