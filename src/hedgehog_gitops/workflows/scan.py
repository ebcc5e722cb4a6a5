"""What one look for duplicates found: the value the verbs and the plugin get.

Made by `duplicates.py`, kept by `known_scans.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..duplicates import (
    DuplicateGroup,
    NearMiss,
    Policy,
    Row,
    group_as_json,
    near_miss_as_json,
    policy_as_value,
)
from ..findings import Finding
from ..identity import BlobId, CommitId, TreeId

__all__ = ['Scan', 'scan_as_json']


@dataclass(frozen=True, slots=True)
class Scan:
    """What one look at a commit found, by which policy.

    `updates` are raw documents that wait to be ingested into a file that is there; `set_aside`
    what the archive log accounts for. `learned` are new rows for a caller who keeps them, `blobs`
    all blobs that were asked about.
    """

    commit: CommitId | TreeId
    policy: Policy
    groups: tuple[DuplicateGroup, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    findings: tuple[Finding, ...] = ()
    files: int = 0
    objects: int = 0
    updates: int = 0
    set_aside: int = 0
    learned: Mapping[str, Row] = field(default_factory=dict)
    blobs: frozenset[BlobId] = frozenset()


def scan_as_json(scan: Scan) -> dict[str, Any]:
    """What `duplicates --json` adds to every answer."""
    return {
        'groups': [group_as_json(group) for group in scan.groups],
        'near_misses': [near_miss_as_json(near) for near in scan.near_misses],
        'policy': policy_as_value(scan.policy),
        'counts': {
            'files': scan.files,
            'objects': scan.objects,
            'groups': len(scan.groups),
            'waiting': sum(group.wait is not None for group in scan.groups),
            'updates': scan.updates,
            'set_aside': scan.set_aside,
        },
    }
