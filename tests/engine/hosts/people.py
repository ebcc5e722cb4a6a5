"""Somebody who pushes over Git what the host is then asked about."""

from dataclasses import dataclass
from datetime import UTC, datetime

from hedgehog_gitops.git import Authorship, GitStore, Identity, NewBlob, Remote
from hedgehog_gitops.identity import CommitId, RepoPath

__all__ = ['PAT', 'Person']

PAT = Identity('Pat', 'pat@example.com')


@dataclass
class Person:
    """A clone of one's own and the right to push."""

    store: GitStore
    remote: Remote

    def push(
        self,
        files: dict[str, bytes | None],
        branch: str = 'main',
        onto: str = '',
        message: str = 'By hand',
    ) -> CommitId:
        """Commits files on the branch, or on `onto` for a new one, and pushes the commit."""
        head = self.store.fetch(self.remote, branch)
        parent = head if head or not onto else self.store.fetch(self.remote, onto)
        edits = {
            RepoPath(path): None if content is None else NewBlob(content)
            for path, content in files.items()
        }
        made = Authorship(PAT, PAT, datetime.now(UTC))
        commit = self.store.commit(parent, edits, f'{message}\n', made, 'refs/person/work')
        self.store.push(self.remote, branch, commit, head)
        return commit

    def head(self, branch: str = 'main') -> CommitId | None:
        return self.store.fetch(self.remote, branch)
