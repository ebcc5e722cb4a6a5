"""Where a commit is to arrive: a person's own branch, a branch of a server, or both.

`carry_out.py` asks a target for its head and then moves it, by compare-and-swap. A target that
publishes reads the server afterwards: only what the server shows counts as done.
"""

from dataclasses import dataclass, field
from typing import Protocol

from ..errors import BranchMoved, EngineError, NeedsPerson, OutcomeUnknown
from ..git import GitStore, Remote, WorkingRepository
from ..identity import CommitId
from .outcome import NeedsDecision

__all__ = ['LocalBranch', 'RemoteBranch', 'Target', 'TrackedBranch']


class Target(Protocol):
    """A branch that can be read and moved."""

    @property
    def publishes(self) -> bool:
        """True when `move` returns only after a server confirmed."""

    def head(self) -> CommitId | None:
        """Returns the commit the branch is at; None when it has none yet."""

    def move(self, new: CommitId, expected: CommitId | None) -> CommitId:
        """Moves the branch from `expected` to `new`, or raises BranchMoved and moves nothing.

        Returns where the branch stands: `new`, or the commit a host has made of it.
        """


@dataclass(frozen=True, slots=True)
class LocalBranch:
    """The current branch of a person's repository; a clean work tree follows it."""

    store: GitStore
    repository: WorkingRepository
    ref: str
    publishes: bool = False

    def head(self) -> CommitId | None:
        return self.store.resolve(self.ref)

    def move(self, new: CommitId, expected: CommitId | None) -> CommitId:
        if new == expected:
            return new
        with self.repository.moving(self.ref, expected, new):
            self.store.update_ref(self.ref, new, expected)
            self.repository.check_out(expected, new)
        return new


@dataclass(frozen=True, slots=True)
class RemoteBranch:
    """A branch of a server, reached through the store's clone."""

    store: GitStore
    remote: Remote
    branch: str
    publishes: bool = True

    def head(self) -> CommitId | None:
        return self.store.fetch(self.remote, self.branch)

    def move(self, new: CommitId, expected: CommitId | None) -> CommitId:
        if new == expected:
            return new
        try:
            self.store.push(self.remote, self.branch, new, expected)
        except OutcomeUnknown:
            if not self._found(new):
                raise
        else:
            self._confirm(new)
        return new

    def _confirm(self, new: CommitId) -> None:
        if not self._found(new):
            raise BranchMoved(
                'BranchMoved', f'The server took {new[:12]} and then lost it to another push.'
            )

    def _found(self, new: CommitId) -> bool:
        """Reads the server after a push; where it cannot be read, nobody knows what it has."""
        try:
            return self._has(new)
        except EngineError as error:
            raise OutcomeUnknown(
                'OutcomeUnknown',
                f'The commit was sent, and then the branch could not be read: {error}',
                hint='The branch is read again to learn what happened.',
                after=1,
            ) from error

    def _has(self, new: CommitId) -> bool:
        """Asks the server; a commit that others already built on counts as arrived."""
        if self.store.remote_head(self.remote, self.branch) == new:
            return True
        head = self.store.fetch(self.remote, self.branch)
        return head is not None and self.store.is_ancestor(new, head)


@dataclass(slots=True)
class TrackedBranch:
    """A person's branch together with its upstream: the server moves first, then the branch.

    So a refused push leaves nothing behind, and commits the person made but did not push yet go
    along. Branches that went apart are for the person to bring together.
    """

    local: LocalBranch
    remote: RemoteBranch
    tracking: str | None = None
    publishes: bool = True
    _at_server: CommitId | None = field(default=None, init=False)

    def head(self) -> CommitId | None:
        mine, theirs = self.local.head(), self.remote.head()
        self._at_server = theirs
        self._remember(theirs)
        if mine is None or theirs is None:
            return mine or theirs
        if self.local.store.is_ancestor(theirs, mine):
            return mine
        if self.local.store.is_ancestor(mine, theirs):
            return theirs
        raise NeedsDecision(
            'BranchesDiverged',
            f'{self.local.ref} and its upstream {self.remote.branch} both have commits the other '
            'one lacks.',
            hint='Bring them together with `git pull --rebase` or a merge, then run this again.',
        )

    def move(self, new: CommitId, expected: CommitId | None) -> CommitId:
        self.remote.move(new, self._at_server)
        self._remember(new)
        mine = self.local.head()
        if mine is not None and not self.local.store.is_ancestor(mine, new):
            raise NeedsPerson(
                'BranchMoved',
                f'The server has {new[:12]}, but {self.local.ref} was moved meanwhile.',
                hint='`git pull --rebase` brings the two together.',
            )
        return self.local.move(new, mine)

    def _remember(self, commit: CommitId | None) -> None:
        """Tells the person's Git where the server stands, as its own fetch and push would."""
        store = self.local.store
        if self.tracking is not None and commit is not None:
            before = store.resolve(self.tracking)
            if before != commit:
                store.update_ref(self.tracking, commit, before)
