"""GitStore: one local copy of a repository, and everything the engine does with it.

Opened by the workflows' callers (the plugin's runner, the command line) and handed through the
workflows. It only composes the functions of this room; nothing is decided here.
"""

import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

from ..errors import NeedsPerson
from ..identity import BlobId, CommitId, RepoPath, TreeEntry, TreeId
from . import commits, fetch, history, push, refs, steps, touches, trees, upkeep
from .commits import Authorship, TreeEdit
from .erase import erase
from .failures import local_failure, not_writable, store_broken
from .history import CommitInfo
from .process import Git
from .remotes import Remote
from .settings import GitSettings
from .steps import Step
from .trees import TreeChange

__all__ = ['GitStore']

_ROOT = RepoPath('')


class GitStore:
    """A Git directory: objects, refs, and conversations with the remote it was copied from."""

    def __init__(self, git_dir: Path, settings: GitSettings | None = None) -> None:
        self.git = Git(git_dir.absolute(), settings or GitSettings())

    @property
    def commands(self) -> int:
        """How many git processes this store has started."""
        return self.git.tally.commands

    @classmethod
    def create(cls, path: Path, settings: GitSettings | None = None) -> Self:
        """Makes a new bare repository; it appears at `path` complete or not at all."""
        settings = settings or GitSettings()
        path = path.absolute()
        fresh = path.with_name(f'{path.name}.tmp-{uuid.uuid4().hex}')
        try:
            fresh.mkdir(parents=True)
            done = Git(fresh, settings).run(
                'init', '--bare', '--quiet', '--template=', '--initial-branch=main'
            )
            if not done.good:
                raise local_failure(done, 'making a new local copy')
            fresh.rename(path)
        except OSError as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise not_writable(error, path) from error
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        return cls(path, settings)

    @classmethod
    def open(cls, path: Path, settings: GitSettings | None = None) -> Self:
        """Opens a bare repository or the Git directory of a clone with a work tree."""
        settings = settings or GitSettings()
        path = path.absolute()
        for candidate in (path, path / '.git'):
            if (candidate / 'HEAD').is_file() and (candidate / 'objects').is_dir():
                return cls(candidate, settings)
        raise NeedsPerson(
            'NotARepository',
            f'{path} is not a Git repository.',
            hint='Give a bare repository or the top folder of a clone.',
        )

    @classmethod
    def open_or_create(cls, path: Path, settings: GitSettings | None = None) -> Self:
        """Opens the local copy at `path`, or makes an empty one."""
        if not path.exists():
            return cls.create(path, settings)
        try:
            return cls.open(path, settings)
        except NeedsPerson as error:
            raise store_broken('its folder holds no Git repository') from error

    @classmethod
    def start_over(cls, path: Path, settings: GitSettings | None = None) -> Self:
        """Throws a broken local copy away and makes an empty one in its place."""
        if path.exists():
            old = path.with_name(f'{path.name}.old-{uuid.uuid4().hex}')
            path.rename(old)
            shutil.rmtree(old, ignore_errors=True)
        return cls.create(path, settings)

    @staticmethod
    def erase(path: Path) -> int:
        """Overwrites and removes a local copy; returns how many files it had."""
        return erase(path)

    @property
    def git_dir(self) -> Path:
        return self.git.git_dir

    @property
    def settings(self) -> GitSettings:
        return self.git.settings

    def resolve(self, ref: str) -> CommitId | None:
        """The commit a ref, a branch, `HEAD` or a commit name stands for."""
        return refs.resolve(self.git, ref)

    def list_tree(
        self, commit: CommitId | TreeId, under: RepoPath = _ROOT
    ) -> dict[RepoPath, TreeEntry]:
        """Every file of a commit, or of one folder of it."""
        return trees.list_tree(self.git, commit, under)

    def tree_id(self, commit: CommitId | TreeId, under: RepoPath = _ROOT) -> TreeId | None:
        """The id of a folder's tree: the same for the same contents."""
        return trees.tree_id(self.git, commit, under)

    def tree_ids(
        self, folders: Iterable[tuple[CommitId, RepoPath]]
    ) -> dict[tuple[CommitId, RepoPath], TreeId]:
        """The same of many folders at once, each at a commit of its own."""
        return trees.tree_ids(self.git, folders)

    def blob_sizes(self, blobs: Iterable[BlobId]) -> dict[BlobId, int]:
        """The size of each blob in bytes."""
        return trees.blob_sizes(self.git, blobs)

    def read_blobs(self, blobs: Iterable[BlobId]) -> dict[BlobId, bytes]:
        """The bytes of each blob."""
        return trees.read_blobs(self.git, blobs)

    def changed(
        self, old: CommitId | None, new: CommitId, under: RepoPath = _ROOT
    ) -> list[TreeChange]:
        """What differs from `old` to `new` below a folder."""
        return trees.changed(self.git, old, new, under)

    def commit(
        self,
        parent: CommitId | None,
        edits: Mapping[RepoPath, TreeEdit],
        message: str,
        authorship: Authorship,
        ref: str,
        merged: Sequence[CommitId] = (),
    ) -> CommitId:
        """Writes one commit on top of `parent` and moves `ref` to it."""
        return commits.commit(self.git, parent, edits, message, authorship, ref, merged)

    def log(
        self,
        commit: CommitId,
        *,
        since: CommitId | None = None,
        paths: Sequence[RepoPath] = (),
        limit: int | None = None,
    ) -> list[CommitInfo]:
        """The commits reachable from `commit` but not from `since`, newest first."""
        return history.log(self.git, commit, since=since, paths=paths, limit=limit)

    def steps(
        self, commit: CommitId, paths: Sequence[RepoPath], since: CommitId | None = None
    ) -> list[Step]:
        """The commits that touched the paths, as a graph, and what lay there after each."""
        return steps.steps(self.git, commit, paths, since)

    def touches(
        self, commit: CommitId, under: RepoPath, limit: int
    ) -> Iterator[tuple[CommitInfo, tuple[TreeChange, ...]]]:
        """The latest commits that touched a folder, newest first, with what each changed there."""
        return touches.touches(self.git, commit, under, limit)

    def listed(self, commit: CommitId, paths: Sequence[RepoPath]) -> dict[RepoPath, TreeEntry]:
        """Those of the paths at which a commit has something that is no folder."""
        return trees.listed(self.git, commit, paths)

    def is_ancestor(self, ancestor: CommitId, descendant: CommitId) -> bool:
        """True when `descendant` holds the whole history of `ancestor`."""
        return refs.is_ancestor(self.git, ancestor, descendant)

    def merge_base(self, one: CommitId, other: CommitId) -> CommitId | None:
        """The newest commit in both histories; None when they have nothing in common."""
        return refs.merge_base(self.git, one, other)

    def update_ref(self, ref: str, new: CommitId, expected_old: CommitId | None) -> None:
        """Moves a ref if it still is at `expected_old` (None: absent), else BranchMoved."""
        refs.update_ref(self.git, ref, new, expected_old)

    def delete_ref(self, ref: str) -> None:
        """Removes a ref, if it is there."""
        refs.delete_ref(self.git, ref)

    def list_refs(self, under: str = 'refs/') -> dict[str, CommitId]:
        """Every ref below a prefix and the commit it names."""
        return refs.list_refs(self.git, under)

    def current_branch(self) -> str | None:
        """The branch HEAD stands on; None when HEAD is detached."""
        return refs.current_branch(self.git)

    def fetch(self, remote: Remote, branch: str) -> CommitId | None:
        """Brings a branch in and says where it stands; None when the remote has none so named."""
        return fetch.fetch(self.git, remote, branch)

    def remote_head(self, remote: Remote, branch: str) -> CommitId | None:
        """Where a branch stands on the server now."""
        return fetch.remote_head(self.git, remote, branch)

    def remote_heads(self, remote: Remote) -> dict[str, CommitId]:
        """Every branch of the remote and its commit."""
        return fetch.remote_heads(self.git, remote)

    def push(self, remote: Remote, branch: str, new: CommitId, expected: CommitId | None) -> None:
        """Publishes `new` if the branch stands at `expected`; returns only on the server's yes."""
        push.push(self.git, remote, branch, new, expected)

    def remove_branch(self, remote: Remote, branch: str, expected: CommitId) -> None:
        """Deletes a branch of the server if it still stands at `expected`."""
        push.remove_branch(self.git, remote, branch, expected)

    def may_push(self, remote: Remote) -> None:
        """Raises what stands against pushing, as far as the server tells without a commit."""
        push.may_push(self.git, remote)

    def write_cache(self, name: str, data: bytes) -> None:
        """Keeps derived data beside the objects."""
        upkeep.write_cache(self.git, name, data)

    def read_cache(self, name: str) -> bytes | None:
        """What was kept under that name."""
        return upkeep.read_cache(self.git, name)

    def exclusively(self) -> AbstractContextManager[None]:
        """Keeps other processes of this machine out of the copy, and starts it clean."""
        return upkeep.exclusively(self.git)

    def clean_stale_locks(self) -> tuple[str, ...]:
        """Removes what killed processes left; only under the exclusive lease of this copy."""
        return upkeep.clean_stale_locks(self.git)

    def check(self) -> None:
        """Raises StoreBroken unless the copy is complete."""
        upkeep.check(self.git)

    def repack(self, above: int = 50) -> bool:
        """Joins packs when there are more than `above`."""
        return upkeep.repack(self.git, above)
