"""A fabric's folder in memory: files in, plans carried out, and what a scan finds."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hedgehog_gitops.duplicates import Choice, DuplicateGroup, Policy
from hedgehog_gitops.git import NewBlob
from hedgehog_gitops.identity import CommitId, RepoPath, ResourceKey
from hedgehog_gitops.layout import Fabric
from hedgehog_gitops.plans import Plan
from hedgehog_gitops.testing.memory_git import MemoryServer, MemoryStore
from hedgehog_gitops.workflows import (
    Scan,
    Settlement,
    commit_plan,
    plan_settlement,
    plan_undo,
    scan_duplicates,
)

from ..workshop import AUTHORSHIP, OPERATION

__all__ = ['Folder', 'key', 'text']

REF = 'refs/heads/main'


def key(name: str, kind: str = 'VPC') -> ResourceKey:
    return ResourceKey('vpc.githedgehog.com', kind, 'default', name)


def text(name: str, vlan: int = 1001, **metadata: str) -> str:
    """A VPC; `metadata` are labels."""
    labels = ''.join(f'    {mark}: {word!r}\n' for mark, word in metadata.items())
    labels = f'  labels:\n{labels}' if labels else ''
    return (
        f'apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: {name}\n{labels}'
        f'spec:\n  subnets:\n    default:\n      vlan: {vlan}  # of {name}\n'
    )


class Folder:
    """A repository whose top is the fabric, so that paths in tests are short."""

    def __init__(self, files: Mapping[str, str | bytes], **settings: Any) -> None:
        self.store = MemoryStore(MemoryServer())
        self.fabric = Fabric('Lab', 'lab', RepoPath(''), **settings)
        self._hours = 0
        self.head: CommitId = self.put(files, None)

    def put(self, files: Mapping[str, str | bytes], parent: CommitId | None) -> CommitId:
        edits = {
            RepoPath(path): NewBlob(c if isinstance(c, bytes) else c.encode(), '100644')
            for path, c in files.items()
        }
        self._hours += 1
        later = replace(AUTHORSHIP, when=AUTHORSHIP.when + timedelta(hours=self._hours))
        self.head = self.store.commit(parent, edits, 'By hand\n', later, REF)
        return self.head

    def add(self, files: Mapping[str, str | bytes]) -> CommitId:
        return self.put(files, self.head)

    def scan(self, policy: Policy | None = None, **options: Any) -> Scan:
        return scan_duplicates(self.store, self.head, self.fabric, policy, **options)

    def group(self, name: str, policy: Policy | None = None) -> DuplicateGroup:
        return next(group for group in self.scan(policy).groups if group.key.name == name)

    def settle(self, *choices: Choice, **options: Any) -> Settlement:
        """Settles what is chosen, or all, and commits it."""
        settlement = plan_settlement(
            self.store, self.head, self.fabric, OPERATION, choices=choices or None, **options
        )
        self.commit(settlement.plan)
        return settlement

    def settle_nothing(self, *choices: Choice) -> Settlement:
        """What settling would come to where nothing may come of it."""
        return plan_settlement(
            self.store, self.head, self.fabric, OPERATION, choices=choices or None
        )

    def commit(self, plan: Plan) -> CommitId:
        made = commit_plan(self.store, plan, self.head, AUTHORSHIP, REF)
        assert made is not None
        self.head = made
        return made

    def undo(self) -> CommitId:
        """Takes the last commit back."""
        return self.commit(plan_undo(self.store, self.head, self.head, OPERATION))

    def files(self) -> dict[str, bytes]:
        entries = self.store.list_tree(self.head)
        contents = self.store.read_blobs(entry.blob for entry in entries.values())
        return {path: contents[entry.blob] for path, entry in entries.items()}

    def tree(self) -> str | None:
        return self.store.tree_id(self.head)
