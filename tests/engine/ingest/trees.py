"""Builds snapshots from plain files, and does to plain files what a plan says."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha1

from hedgehog_gitops.identity import BlobId, CommitId, RepoPath, TreeEntry
from hedgehog_gitops.layout import (
    Fabric,
    Inventory,
    Snapshot,
    identities,
    is_yaml_name,
    take_inventory,
)
from hedgehog_gitops.plans import Delete, Move, Operation, Plan, Write

FABRIC = Fabric('Lab fabric', 'lab', RepoPath('fabrics/lab/gitops'))
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OPERATION = Operation('9f0c2a4e-0000-4000-8000-000000000001', NOW, 'alice')

type Files = dict[RepoPath, bytes]
type Modes = Mapping[RepoPath, str]


def blob_id(data: bytes) -> BlobId:
    """The id Git gives to these bytes."""
    return BlobId(sha1(b'blob %d\0' % len(data) + data).hexdigest())


def snapshot_of(files: Mapping[RepoPath, bytes], modes: Modes | None = None) -> Snapshot:
    """The tree with these files, all of them loaded."""
    entries = {
        path: TreeEntry((modes or {}).get(path, '100644'), blob_id(data))
        for path, data in files.items()
    }
    contents = {blob_id(data): data for data in files.values()}
    return Snapshot(CommitId('41c0de' + '0' * 34), entries, contents)


def inventory_of(fabric: Fabric, snapshot: Snapshot) -> Inventory:
    """What lies below managed/."""
    return take_inventory(
        fabric,
        [
            (path, entry.blob, identities(snapshot.contents[entry.blob]))
            for path, entry in snapshot.under(fabric.managed)
            if entry.is_file and is_yaml_name(path)
        ],
    )


def carried_out(files: Files, plan: Plan) -> Files:
    """The files after the plan. Sources go first, so the order of changes plays no part."""
    after = dict(files)
    for change in plan.changes:
        match change:
            case Move():
                after.pop(change.source, None)
            case Delete():
                assert blob_id(after.pop(change.path)) == change.blob
            case Write():
                standing = files.get(change.path)
                assert change.replaces == (None if standing is None else blob_id(standing))
    for change in plan.changes:
        match change:
            case Move():
                assert change.path not in files, 'a move never replaces a file'
                assert blob_id(files[change.source]) == change.blob
                after[change.path] = files[change.source]
            case Write():
                after[change.path] = change.content
            case Delete():
                pass
    return after
