"""What the stand-in for GitHub remembers beside the Git repository: values and rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ...identity import CommitId

__all__ = [
    'Budget',
    'CheckRun',
    'Delivery',
    'Grant',
    'Hook',
    'Pull',
    'Refused',
    'Remembered',
    'Status',
    'stamp',
]


@dataclass(frozen=True, slots=True)
class Grant:
    """Whom a token belongs to and what it may do. Check runs are for apps only."""

    login: str = 'hedgehog-bot'
    is_app: bool = False
    may_write: bool = True
    may_hook: bool = True


@dataclass(slots=True)
class Budget:
    """The requests left until `reset`, in seconds since 1970."""

    limit: int = 5000
    remaining: int = 5000
    reset: int = field(default_factory=lambda: int(datetime.now(UTC).timestamp()) + 3600)


@dataclass(slots=True)
class Pull:
    """A pull request. `head_commit` follows the branch while it is open."""

    number: int
    head: str
    base: str
    title: str
    body: str
    author: str
    head_commit: CommitId
    base_commit: CommitId
    created: str
    updated: str
    closed: str | None = None
    merged: str | None = None
    merge_commit: CommitId | None = None

    @property
    def is_open(self) -> bool:
        return self.closed is None


@dataclass(slots=True)
class Hook:
    """A webhook and the secret its deliveries are signed with."""

    id: int
    url: str
    secret: str
    events: tuple[str, ...]
    active: bool
    created: str
    last_status: int | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery of a webhook; status 0 means that nobody answered."""

    event: str
    url: str
    id: str
    status: int


@dataclass(frozen=True, slots=True)
class Status:
    """One commit status."""

    commit: CommitId
    state: str
    context: str
    description: str | None
    target_url: str | None


@dataclass(slots=True)
class CheckRun:
    """One check run; its annotations gather over several requests."""

    id: int
    commit: CommitId
    name: str
    conclusion: str | None
    status: str
    title: str
    summary: str
    details_url: str | None
    external_id: str | None
    annotations: list[Mapping[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Remembered:
    """What is remembered of one repository. `protected` branches take no direct commits."""

    pulls: list[Pull] = field(default_factory=list)
    hooks: list[Hook] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    check_runs: list[CheckRun] = field(default_factory=list)
    protected: dict[str, str] = field(default_factory=dict)
    heads: dict[str, CommitId] = field(default_factory=dict)


class Refused(Exception):
    """A request GitHub does not carry out: status, message, and details below `errors`."""

    def __init__(
        self, status: int, message: str, errors: Sequence[Mapping[str, Any]] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.errors = status, message, errors


def stamp(now: Callable[[], datetime] | None = None) -> str:
    """A moment as GitHub writes it."""
    moment = now() if now is not None else datetime.now(UTC)
    return moment.strftime('%Y-%m-%dT%H:%M:%SZ')
