"""The scan of a whole folder, kept under the id of its tree beside the clone.

Used by `duplicates.py`: a second look at the same tree by the same policy reads no file at all.
What depends on more than the tree is not kept: the age of files, and what a busy machine did not
finish.
"""

from typing import Any

from ..documents import Limits
from ..duplicates import (
    Policy,
    group_as_json,
    group_from_json,
    near_miss_as_json,
    near_miss_from_json,
    policy_as_value,
    policy_from_value,
)
from ..findings import Finding
from ..git import GitStore
from ..identity import CommitId, TreeId
from ..layout import Fabric
from .caches import Cache, is_passing
from .duplicate_rows import reading_stamp
from .scan import Scan

__all__ = ['KnownScans']

# Raise this when the same tree and policy begin to give another scan.
_VERSION = 3
_COUNTS = ('files', 'objects', 'updates', 'set_aside')


class KnownScans:
    """The last scan of one fabric by one policy; None stands for the one kept with the fabric."""

    def __init__(
        self, store: GitStore, fabric: Fabric, policy: Policy | None, limits: Limits
    ) -> None:
        stamp = (_VERSION, reading_stamp(fabric, limits), fabric, policy)
        self._cache = Cache.of(store, 'duplicates-tree', fabric, stamp)

    def of_tree(self, tree: TreeId, commit: CommitId | TreeId) -> Scan | None:
        """The scan that was kept, if it was this very tree that was looked at."""
        kept = self._cache.read()
        if kept.get('tree') != tree:
            return None
        try:
            return _from_json(kept['scan'], commit)
        except (KeyError, TypeError, ValueError):
            return None

    def keep(self, tree: TreeId, scan: Scan) -> None:
        """Keeps a scan that would be the same next time."""
        if not scan.policy.asks_age and not is_passing(f.code for f in scan.findings):
            self._cache.write_if_possible({'tree': tree, 'scan': _as_json(scan)})


def _as_json(scan: Scan) -> dict[str, Any]:
    return {
        'policy': policy_as_value(scan.policy),
        'groups': [group_as_json(group) for group in scan.groups],
        'near_misses': [near_miss_as_json(near) for near in scan.near_misses],
        'findings': [finding.as_json() for finding in scan.findings],
        **{name: getattr(scan, name) for name in _COUNTS},
    }


def _from_json(kept: dict[str, Any], commit: CommitId | TreeId) -> Scan | None:
    policy, _ = policy_from_value(kept['policy'])
    if policy is None:
        return None
    return Scan(
        commit,
        policy,
        tuple(group_from_json(row) for row in kept['groups']),
        tuple(near_miss_from_json(row) for row in kept['near_misses']),
        tuple(Finding.from_json(row) for row in kept['findings']),
        **{name: kept[name] for name in _COUNTS},
    )
