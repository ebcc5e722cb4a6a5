"""What a Git host can do beyond Git: pull requests, commit status, webhooks, signed commits.

The workflows and the plugin's `sync/` work with a `Host` and never know which host it is:

    host = host_for('github', 'https://github.com/acme/fabrics.git', token, etags=cache)
    if host is not None:
        found = host.find_pull_request('netbox/7', 'main')
        pull = found or host.open_pull_request('netbox/7', 'main', 'Add VPC', 'Why ...')
        ...
        if host.pull_request(pull.number).state is PullRequestState.MERGED: ...

Every method contacts the host, one request after another, and raises the engine's errors:
`NeedsPerson` and `Rejected` carry the host's own words; `TryAgainLater.after` is how long the host
wants to be left alone; `OutcomeUnknown` says that a write may have happened. Whoever gets it reads
the host (`find_pull_request`, `webhooks`, the branch) before doing anything again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from ..identity import CommitId, RepoPath
from .report import CheckReport

__all__ = [
    'BranchCommit',
    'CommitStatus',
    'Host',
    'PullRequest',
    'PullRequestState',
    'RateLimit',
    'StatusState',
    'Token',
    'Webhook',
]


class Token(Protocol):
    """A secret that does not print; `git.Secret` is one."""

    def reveal(self) -> str:
        """The text itself, for the one place that hands it on."""


class PullRequestState(StrEnum):
    """Where a pull request stands. Closed means closed without having been merged."""

    OPEN = 'open'
    MERGED = 'merged'
    CLOSED = 'closed'


class StatusState(StrEnum):
    """What a commit status says."""

    PENDING = 'pending'
    SUCCESS = 'success'
    FAILURE = 'failure'
    ERROR = 'error'


@dataclass(frozen=True, slots=True)
class PullRequest:
    """One pull request as the host shows it; `url` is for people.

    `head_commit` is the newest commit of its branch that the host knows. `merge_commit` is set
    once it is merged: the merge commit, the squashed one, or the last of the rebased ones.
    """

    number: int
    url: str
    state: PullRequestState
    head: str
    base: str
    head_commit: CommitId
    title: str
    body: str
    merge_commit: CommitId | None = None


@dataclass(frozen=True, slots=True)
class CommitStatus:
    """One line beside a commit. `context` names who says it; `description` is cut to 140."""

    state: StatusState
    context: str
    description: str
    target_url: str = ''


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook of the repository. Its secret can be set and never read."""

    id: int
    url: str
    events: tuple[str, ...]
    active: bool


@dataclass(frozen=True, slots=True)
class RateLimit:
    """How many requests are left until `reset`."""

    limit: int
    remaining: int
    reset: datetime


@dataclass(frozen=True, slots=True)
class BranchCommit:
    """A commit the host is to make: files to write as they are, and files to remove.

    `expected` is the head the branch must have; it becomes the parent. Whoever owns the token
    becomes the author, so `message` names everybody else.
    """

    branch: str
    expected: CommitId
    message: str
    additions: Mapping[RepoPath, bytes]
    deletions: tuple[RepoPath, ...] = ()


class Host(Protocol):
    """One repository at one Git host."""

    @property
    def calls(self) -> int:
        """How many requests were sent so far."""

    @property
    def rate_limit(self) -> RateLimit | None:
        """What the last answer said about the budget; None before the first one."""

    def read_rate_limit(self) -> RateLimit:
        """Asks for the budget, at no cost."""

    def open_pull_request(self, head: str, base: str, title: str, body: str) -> PullRequest:
        """Proposes the branch `head` for `base`; one that is open already is returned as it is."""

    def find_pull_request(self, head: str, base: str) -> PullRequest | None:
        """The open pull request from `head` to `base`, else the newest one that was."""

    def pull_request(self, number: int) -> PullRequest:
        """Reads one pull request."""

    def update_pull_request(self, number: int, title: str, body: str) -> PullRequest:
        """Replaces title and text."""

    def close_pull_request(self, number: int) -> PullRequest:
        """Closes a pull request without merging it; one that is merged stays so."""

    def merge_into_branch(self, branch: str, commit: CommitId, message: str) -> CommitId | None:
        """Joins `commit` and its history into a branch, by a merge commit of the host's own.

        Returns None when the host sees lines that clash and merges nothing; raises BranchMoved
        when the branch has the commit already.
        """

    def set_status(self, commit: CommitId, status: CommitStatus) -> None:
        """Says something about a commit in one line."""

    def report(self, commit: CommitId, report: CheckReport) -> str:
        """Publishes findings beside a commit and returns where they can be read.

        As a check run with annotations where the token allows it, else as a commit status.
        """

    def webhooks(self) -> tuple[Webhook, ...]:
        """The webhooks of the repository."""

    def register_webhook(self, url: str, secret: Token, events: tuple[str, ...]) -> Webhook:
        """Has the host deliver `events` to `url`, signed; a webhook with that URL is renewed."""

    def remove_webhook(self, webhook: int) -> None:
        """Removes a webhook, if it is there."""

    def commit_on_branch(self, wanted: BranchCommit) -> CommitId:
        """Makes one signed commit and moves the branch to it, or raises BranchMoved."""
