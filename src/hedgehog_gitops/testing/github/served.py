"""The bare repository behind the stand-in, worked on as GitHub works on it.

Commits are made by the engine's own plumbing; merging is left to git in a clone that is thrown
away, so that merge, squash and rebase are the real ones.
"""

import subprocess
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from ...errors import BranchMoved
from ...git import Authorship, GitStore, Identity, NewBlob
from ...identity import CommitId, RepoPath
from ..repositories import SERVER_ENVIRONMENT

__all__ = ['GITHUB', 'MergeMethod', 'Served', 'login_identity']

type MergeMethod = Literal['merge', 'squash', 'rebase']

GITHUB = Identity('GitHub', 'noreply@github.com')
_PREPARED = 'refs/stand-in/{}'


def login_identity(login: str) -> Identity:
    """How GitHub names an account in a commit."""
    return Identity(login, f'{login}@users.noreply.github.com')


@dataclass(frozen=True, slots=True)
class Served:
    """One bare repository."""

    folder: Path

    @property
    def store(self) -> GitStore:
        return GitStore.open(self.folder)

    def heads(self) -> dict[str, CommitId]:
        """Every branch and where it stands."""
        found = self.store.list_refs('refs/heads/')
        return {ref.removeprefix('refs/heads/'): commit for ref, commit in found.items()}

    def head(self, branch: str) -> CommitId | None:
        return self.store.resolve(f'refs/heads/{branch}')

    def has(self, commit: str) -> bool:
        return self.store.resolve(commit) is not None

    def default_branch(self) -> str:
        return self.store.current_branch() or 'main'

    def files(self, commit: CommitId) -> dict[RepoPath, str]:
        """Every file and the id of its blob."""
        return {path: entry.blob for path, entry in self.store.list_tree(commit).items()}

    def content(self, commit: CommitId, path: RepoPath) -> bytes | None:
        entry = self.store.list_tree(commit).get(path)
        return self.store.read_blobs([entry.blob])[entry.blob] if entry else None

    def commit_files(
        self,
        branch: str,
        expected: CommitId,
        files: Mapping[RepoPath, bytes | None],
        message: str,
        author: Identity,
    ) -> CommitId:
        """Makes a commit on the branch if it stands at `expected`, else BranchMoved."""
        store = self.store
        modes = store.list_tree(expected)
        edits = {
            path: None
            if content is None
            else NewBlob(content, modes[path].mode if path in modes else '100644')
            for path, content in files.items()
        }
        made = Authorship(author, GITHUB, datetime.now(UTC))
        prepared = _PREPARED.format(uuid.uuid4())
        commit = store.commit(expected, edits, message, made, prepared)
        try:
            store.update_ref(f'refs/heads/{branch}', commit, expected)
        finally:
            store.delete_ref(prepared)
        return commit

    def found(self, named: str) -> CommitId | None:
        """The commit of a branch, or of that name."""
        return self.head(named) or self.store.resolve(named)

    def merge(
        self,
        head: str,
        base: str,
        method: MergeMethod,
        message: str,
        author: Identity = GITHUB,
    ) -> CommitId | None:
        """Brings `head` into `base` and says where base stands; None when they clash."""
        before, prepared = self.head(base), _PREPARED.format(uuid.uuid4())
        with tempfile.TemporaryDirectory() as folder:
            clone = Path(folder) / 'clone'
            _git('clone', '--quiet', '--branch', base, str(self.folder), str(clone))
            try:
                _merge_in(clone, self.found(head) or head, base, method, message, author)
            except subprocess.CalledProcessError:
                return None
            commit = CommitId(_git('rev-parse', 'HEAD', cwd=clone).strip())
            _git('fetch', '--quiet', str(clone), f'HEAD:{prepared}', cwd=self.folder)
        try:
            self.store.update_ref(f'refs/heads/{base}', commit, before)
        except BranchMoved:
            return None
        finally:
            self.store.delete_ref(prepared)
        return commit


def _merge_in(
    clone: Path, head: str, base: str, method: MergeMethod, message: str, author: Identity
) -> None:
    match method:
        case 'merge':
            _git('merge', '--quiet', '--no-ff', '-m', message, head, cwd=clone, author=author)
        case 'squash':
            _git('merge', '--quiet', '--squash', head, cwd=clone)
            _git('commit', '--quiet', '-m', message, cwd=clone, author=author)
        case 'rebase':
            _git('checkout', '--quiet', '--detach', head, cwd=clone)
            _git('rebase', '--quiet', '--force-rebase', f'origin/{base}', cwd=clone)


def _git(*arguments: str, cwd: Path | None = None, author: Identity = GITHUB) -> str:
    who = {
        f'GIT_{role}_{part}': value
        for role, identity in (('AUTHOR', author), ('COMMITTER', GITHUB))
        for part, value in (('NAME', identity.name), ('EMAIL', identity.email))
    }
    done = subprocess.run(
        ['git', *arguments],
        cwd=cwd,
        env={**SERVER_ENVIRONMENT, **who},
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout
