"""What one operation works with, and how a commit of its stack is made.

`runner.py` makes the Run; `steps.py`, `review_steps.py` and `upload_steps.py` fill it; `finish.py`
records it.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from hedgehog_gitops.documents import Limits
from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.findings import Finding
from hedgehog_gitops.git import Authorship, GitStore, Remote
from hedgehog_gitops.hosts import PullRequest as HostedPullRequest
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.layout import Fabric
from hedgehog_gitops.plans import Conflict, Plan, Settlement
from hedgehog_gitops.workflows import Settlement as SettledDuplicates
from hedgehog_gitops.workflows.carry_out import commit_plan
from hedgehog_gitops.workflows.trailers import HEDGEHOG_OPERATION

from ..choices import OperationStatusChoices, SyncOperationTypeChoices
from ..models import (
    Checkpoint,
    HedgehogFabric,
    OutboxEntry,
    PullRequest,
    RawUpload,
    SyncOperation,
)
from .load import authorship
from .origin import Actor
from .publishing import Publishing

__all__ = [
    'ATTEMPT',
    'TAKES_UP',
    'Cancelled',
    'Lane',
    'Made',
    'Outdated',
    'Review',
    'Run',
    'by_operation',
    'commit',
    'owner',
]

_Type = SyncOperationTypeChoices

# Options of an operation that takes up what a dead worker left: whose, and how often by now.
TAKES_UP = 'takes_up'
ATTEMPT = 'attempt'


class Cancelled(Exception):
    """A person asked for the operation to stop, and it is safe to stop here."""


class Outdated(Exception):
    """Something was asked for or edited after this round had looked; it looks once more."""


@dataclass(frozen=True, slots=True)
class Made:
    """One commit of the stack: what it does, for which operation, and what it publishes."""

    commit: CommitId
    plan: Plan
    operation: SyncOperation
    entries: tuple[OutboxEntry, ...] = ()
    uploads: tuple[RawUpload, ...] = ()


@dataclass(slots=True)
class Lane:
    """A branch of its own for commits that wait for review.

    The first commit stands on `start`. `expected` is where the server has the branch (None: not
    yet); `joins` its history, where the commits are made anew. `already` are edits that the branch
    has without a further commit.
    """

    pull_request: PullRequest
    start: CommitId | None
    expected: CommitId | None = None
    joins: CommitId | None = None
    made: list[Made] = field(default_factory=list)
    already: list[OutboxEntry] = field(default_factory=list)

    @property
    def tip(self) -> CommitId | None:
        return self.made[-1].commit if self.made else self.start

    @property
    def goes_on(self) -> bool:
        """Whether its commits come on top of those the branch has, and not in their place."""
        return self.expected is not None and self.joins is None


@dataclass(slots=True)
class Review:
    """An open pull request as server and host show it now; `tip` is its branch, None when gone.

    With `closes` it is for NetBox to close it at the host. `shown` is how the host shows it; with
    `retitled` a person has given it a title of their own there.
    """

    pull_request: PullRequest
    tip: CommitId | None
    state: str
    merge_commit: CommitId | None = None
    why: str = ''
    closes: bool = False
    shown: HostedPullRequest | None = None
    retitled: bool = False


@dataclass(slots=True)
class Run:
    """Everything one operation works with, and what it has come to so far.

    `made` is the stack of this round, `tried` is what earlier rounds have sent. `landed` are
    commits that arrived while others of their stack may not have, and `landed_on` is where the
    branch stood before the first of them. `settled` are conflicts a rule has decided.
    `published` and `uploaded` are what the branch has already. `checkpoint` is what is gone
    back to. `needless` are uploads with nothing new in them, given the commits below; they are
    done once these are published. `lanes` are what goes to branches that wait for review,
    `reviews` those that wait already, `host` what has pull requests of its own. `settlement` is
    what becomes of duplicates. `reports` are what becomes of the objects of each template,
    `imported` what was written into NetBox's devices, once for the whole operation.
    """

    operation: SyncOperation
    fabric: HedgehogFabric
    place: Fabric
    store: GitStore
    remote: Remote
    branch: str
    epoch: int
    synced: CommitId | None
    publishing: Publishing
    actor: Actor
    progress: Any
    log: Any
    limits: Limits
    generation: int = 0
    last_round: bool = False
    head: CommitId | None = None
    seen: CommitId | None = None
    made: list[Made] = field(default_factory=list)
    tried: list[Made] = field(default_factory=list)
    landed: list[Made] = field(default_factory=list)
    landed_on: CommitId | None = None
    children: dict[str, SyncOperation] = field(default_factory=dict)
    published: dict[int, tuple[OutboxEntry, CommitId | None]] = field(default_factory=dict)
    uploaded: dict[int, tuple[RawUpload, CommitId]] = field(default_factory=dict)
    needless: list[RawUpload] = field(default_factory=list)
    conflicts: dict[int, tuple[OutboxEntry, Conflict]] = field(default_factory=dict)
    refused: dict[int, tuple[OutboxEntry, EngineError]] = field(default_factory=dict)
    refused_uploads: dict[int, tuple[RawUpload, EngineError]] = field(default_factory=dict)
    clashes: list[Conflict] = field(default_factory=list)
    settled: list[tuple[OutboxEntry, Settlement]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    refusal: EngineError | None = None
    follows_rewritten: bool = False
    merged_branch: str = ''
    dry: bool = False
    read_anew: bool = False
    hosted: bool = False
    host: Any = None
    lanes: list[Lane] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    settlement: SettledDuplicates | None = None
    checkpoint: Checkpoint | None = None
    reports: list[dict[str, Any]] = field(default_factory=list)
    imported: dict[str, Any] | None = None

    @property
    def rolls_back(self) -> bool:
        """Whether drafts, outbox and settings come back with the tree."""
        return self.checkpoint is not None and self.refusal is None

    @property
    def tip(self) -> CommitId | None:
        """The head with the stack on top."""
        return self.made[-1].commit if self.made else self.head

    @property
    def brought(self) -> tuple[Made, ...]:
        """Every commit of this operation that is on the branch once the stack is."""
        return (*self.landed, *self.made)

    @property
    def all_made(self) -> list[Made]:
        """The commits of all branches."""
        return [*self.brought, *(made for lane in self.lanes for made in lane.made)]


def commit(
    run: Run,
    plan: Plan,
    operation: SyncOperation,
    by: Authorship,
    entries: tuple[OutboxEntry, ...] = (),
    uploads: tuple[RawUpload, ...] = (),
    *,
    lane: Lane | None = None,
) -> bool:
    """Puts a commit on the stack or on a lane; says no when the plan changes nothing."""
    run.findings += plan.findings
    if plan.is_empty:
        return False
    ref = f'refs/outbox/{operation.operation_id}'
    if run.store.resolve(ref) is not None:
        run.store.delete_ref(ref)
    if lane is not None and not lane.made:
        plan = replace(plan, joins=plan.joins or lane.joins)
    parent, stack = (run.tip, run.made) if lane is None else (lane.tip, lane.made)
    # One operation may ingest, or publish edits: the commit says which of it this one did.
    did = (HEDGEHOG_OPERATION, str(plan.operation))
    signed = replace(by, trailers=(*by.trailers, did))
    made = commit_plan(run.store, plan, parent, signed, ref)
    stack.append(Made(made, plan, operation, entries, uploads))
    run.log.info(f'Commit {made[:12]}: {plan.subject}')
    return True


def by_operation(run: Run, operation: SyncOperation) -> Authorship:
    """Returns whoever asked for the operation as the author."""
    when = run.operation.started_at or datetime.now(UTC)
    return authorship(operation, run.operation.initiated_by, when=when)


def owner(run: Run, name: str, kind: str, direction: str, user: Any = None) -> SyncOperation:
    """Returns the operation a commit belongs to: the one asked for, or a part of it.

    One operation has one commit, so the first commit of its kind and user takes it, and every
    further one gets a record of its own.
    """
    asked = run.operation
    taken = bool(asked.commit_sha) or any(made.operation is asked for made in run.all_made)
    if kind == _Type.FILE_INGESTION:
        fits = asked.operation_type in (kind, _Type.SYNC)
    else:
        fits = asked.operation_type == kind and asked.initiated_by == user
    if fits and not taken:
        return asked
    landed = {made.operation.operation_id for made in run.landed}
    if name in run.children and run.children[name].operation_id in landed:
        # That part has its commit; what came in since is another one.
        name = f'{name} after {len(landed)}'
    if name not in run.children:
        run.children[name] = SyncOperation(
            fabric=run.fabric,
            git_repository=asked.git_repository,
            job=asked.job,
            parent=asked,
            operation_type=kind,
            sync_direction=direction,
            trigger_type=asked.trigger_type,
            initiated_by=user or asked.initiated_by,
            user_name=asked.user_name,
            request_id=asked.request_id,
            status=OperationStatusChoices.IN_PROGRESS,
            started_at=asked.started_at,
            branch_name=run.branch,
        )
    return run.children[name]
