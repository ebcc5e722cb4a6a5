"""The steps of an operation whose commits wait for review: each on a branch of its own.

`steps.py` hands over here when the fabric publishes by pull request. An edit of something that is
under review already goes to the same branch. When the fabric's branch has moved on in the same
files, the commits of an open pull request are made anew on it, and joined with what the branch
had, so that nothing is ever force-pushed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from hedgehog_gitops.findings import Finding, Severity
from hedgehog_gitops.identity import CommitId, RepoPath
from hedgehog_gitops.plans import Plan
from hedgehog_gitops.workflows.owned_paths import is_log

from ..choices import (
    OutboxStateChoices,
    PullRequestPurposeChoices,
    PullRequestStateChoices,
    SyncOperationTypeChoices,
    UploadStateChoices,
)
from ..models import OutboxEntry, PullRequest
from .branches import require_new
from .change_sets import ChangeSet, change_sets
from .edit_steps import add_change_set, ready_entries
from .outbox import open_entries
from .reviews import is_ours
from .run import Lane, Review, Run, by_operation, commit

__all__ = [
    'BRANCH_ASKED',
    'add_edits',
    'add_ingestion_lane',
    'commit_alone',
    'in_lanes',
    'new_lane',
    'operation_lane',
    'take_merged',
]

# The option of an operation that names the branch for edits that are on none yet.
BRANCH_ASKED = 'branch_name'

_Purpose = PullRequestPurposeChoices
_State = PullRequestStateChoices


def take_merged(run: Run) -> None:
    """What was in a merged pull request is published."""
    merged = {r.pull_request.pk: r for r in run.reviews if r.state == _State.MERGED}
    for entry in open_entries(run.fabric).filter(pull_request__in=merged).select_related('user'):
        if entry.state == OutboxStateChoices.IN_REVIEW:
            commit = merged[entry.pull_request_id].merge_commit
            run.published.setdefault(entry.pk, (entry, commit))
    for upload in run.fabric.uploads.filter(
        pull_request__in=merged, state=UploadStateChoices.IN_REVIEW
    ):
        commit = merged[upload.pull_request_id].merge_commit
        run.uploaded.setdefault(upload.pk, (upload, commit))


def new_lane(run: Run, purpose: str, name: str) -> Lane:
    """Begins a branch for a new pull request; it has a row once there is something to push."""
    user = run.operation.initiated_by
    row = PullRequest(
        fabric=run.fabric,
        git_repository=run.fabric.git_repository,
        purpose=purpose,
        branch=f'netbox/{run.fabric.slug}/{name}',
        base_branch=run.branch,
        user=user,
        user_name=user.username if user is not None else '',
    )
    return Lane(row, run.head)


def operation_lane(run: Run, name: str) -> Lane | None:
    """The branch for a commit of its own, such as an undo; None where it is to go directly."""
    if not run.publishing.by_review or run.head is None:
        return None
    lane = new_lane(run, _Purpose.OPERATION, name)
    run.lanes.append(lane)
    return lane


def commit_alone(run: Run, plan: Plan) -> None:
    """Makes the one commit an operation is about.

    Laying out a directory and going back as a whole wait for nobody.
    """
    kind = run.operation.operation_type
    name = f'{kind}-{str(run.operation.operation_id)[:8]}'
    direct = run.checkpoint is not None or kind == SyncOperationTypeChoices.DIRECTORY_INIT
    lane = None if direct else operation_lane(run, name)
    commit(run, plan, run.operation, by_operation(run, run.operation), lane=lane)


def add_ingestion_lane(run: Run, add: Callable[[Lane], None]) -> None:
    """Puts uploads and ingestion on the one branch that brings raw/ in."""
    review = _open(run, _Purpose.INGESTION)
    if review is not None and not is_ours(run, review.tip):
        run.findings.append(_taken_over(review))
        return
    name = f'ingestion-{str(run.operation.operation_id)[:8]}'
    lane = new_lane(run, _Purpose.INGESTION, name)
    if review is not None:
        lane = Lane(review.pull_request, run.head, review.tip, review.tip)
    elif _declined_before(run):
        return
    run.lanes.append(lane)
    add(lane)
    if not lane.made:
        run.lanes.remove(lane)
        if review is not None:
            _end(review, 'there is nothing left to take in')
    elif review is not None and _says_the_same(run, lane, review.tip):
        run.lanes.remove(lane)


def add_edits(run: Run) -> None:
    """Puts each user's request on a branch of its own, or on that of an earlier edit."""
    blocked: set[str] = set()
    waiting, fresh = _sorted(run)
    lanes: dict[str, Lane] = {}
    by_branch: dict[str, Lane] = {}
    for review in run.reviews:
        row = review.pull_request
        if review.state == _State.OPEN and row.purpose == _Purpose.EDITS:
            lane = _lane_of(run, review, waiting[row.pk], blocked)
            lanes.update({entry.identity: lane for entry in waiting[row.pk]})
            by_branch[row.branch] = lane
    named = _named_lane(run, by_branch) if fresh else None
    for change_set in change_sets(fresh):
        if ready := ready_entries(run, change_set, blocked):
            lane = next((lanes[e.identity] for e in ready if e.identity in lanes), None)
            lane = lane or named or new_lane(run, _Purpose.EDITS, change_set.id[:8])
            _use(run, lane)
            add_change_set(run, ChangeSet(change_set.id, ready), blocked, lane)
            lanes.update({entry.identity: lane for entry in ready})
    run.lanes = [lane for lane in run.lanes if lane.made or lane.already]


def _named_lane(run: Run, in_review: Mapping[str, Lane]) -> Lane | None:
    """The branch that was asked for by name, for all that is on none; None where none was.

    It is begun by NetBox, or in review already: commits never go to a branch of somebody else.
    """
    name = run.operation.operation_config.get(BRANCH_ASKED)
    if not name or name in in_review:
        return in_review.get(name)
    require_new(run.store, run.remote, name)
    lane = new_lane(run, _Purpose.EDITS, '')
    lane.pull_request.branch = name
    return lane


def _sorted(run: Run) -> tuple[dict[int, list[OutboxEntry]], list[OutboxEntry]]:
    """Open edits by the pull request they wait in, and those that wait in none."""
    states = {review.pull_request.pk: review.state for review in run.reviews}
    waiting: dict[int, list[OutboxEntry]] = defaultdict(list)
    fresh = []
    for entry in open_entries(run.fabric).select_related('user', 'resource__sync_state', 'fabric'):
        if entry.pk in run.published or entry.state == OutboxStateChoices.DECLINED:
            continue
        state = states.get(entry.pull_request_id)
        if state == _State.OPEN:
            waiting[entry.pull_request_id].append(entry)
        elif state is None:
            fresh.append(entry)
    return waiting, fresh


def _lane_of(run: Run, review: Review, entries: Sequence[OutboxEntry], blocked: set[str]) -> Lane:
    """The branch of an open pull request: as it is, or made anew on what the branch has now."""
    row = review.pull_request
    as_it_is = Lane(row, review.tip, review.tip)
    if review.tip is None or not is_ours(run, review.tip):
        return as_it_is
    settled = all(entry.state == OutboxStateChoices.IN_REVIEW for entry in entries)
    dropped = row.outbox_entries.filter(state=OutboxStateChoices.DISCARDED).exists()
    if row.base_commit == run.head and settled and not dropped:
        return as_it_is
    anew = Lane(row, run.head, review.tip, review.tip)
    run.lanes.append(anew)
    clashes = len(run.conflicts) + len(run.refused)
    for change_set in change_sets(entries):
        add_change_set(run, change_set, blocked, anew)
    if len(run.conflicts) + len(run.refused) > clashes:
        # The branch keeps what it has until somebody has decided.
        run.lanes.remove(anew)
        return as_it_is
    if not anew.made:
        run.lanes.remove(anew)
        _end(review, 'nothing is left in it')
    elif _says_the_same(run, anew, review.tip):
        run.lanes.remove(anew)
        row.base_commit = run.head or ''
        as_it_is.already += entries
        run.lanes.append(as_it_is)
        return as_it_is
    return anew


def _end(review: Review, why: str) -> None:
    review.state, review.why, review.closes = _State.CLOSED, why, True


def _use(run: Run, lane: Lane) -> None:
    if not any(each is lane for each in run.lanes):
        run.lanes.append(lane)


def _open(run: Run, purpose: str) -> Review | None:
    return next(
        (
            review
            for review in run.reviews
            if review.state == _State.OPEN and review.pull_request.purpose == purpose
        ),
        None,
    )


def _declined_before(run: Run) -> bool:
    """A person closed the same proposal: it does not come again by itself."""
    asked = run.operation.operation_type == SyncOperationTypeChoices.FILE_INGESTION
    if run.publishing.by_person and asked:
        return False
    last = run.fabric.pull_requests.filter(purpose=_Purpose.INGESTION).order_by('-pk').first()
    over = {r.pull_request.pk for r in run.reviews if r.state == _State.CLOSED}
    if last is None or not last.base_commit:
        return False
    if last.state != _State.CLOSED and last.pk not in over:
        return False
    if run.fabric.uploads.filter(state=UploadStateChoices.WAITING).exists():
        return False
    base = CommitId(last.base_commit)
    if run.head is None or run.store.resolve(base) is None:
        return False
    return run.store.tree_id(base, run.place.raw) == run.store.tree_id(run.head, run.place.raw)


def _says_the_same(run: Run, lane: Lane, tip: CommitId | None) -> bool:
    """True when the branch has already, in every file concerned, what was made anew."""
    if tip is None or run.head is None or lane.tip is None:
        return False
    base = run.store.merge_base(run.head, tip)
    touched = _touched(run, run.head, lane.tip) | _touched(run, base, tip)
    new, old = run.store.list_tree(lane.tip), run.store.list_tree(tip)
    now = run.store.list_tree(run.head)
    before = run.store.list_tree(base) if base is not None else {}
    for path in touched:
        # A file that both changed has to be joined, whatever it says; the entries of a log carry
        # their time and differ with every attempt.
        if before.get(path) != now.get(path):
            return False
        if new.get(path) != old.get(path) and not is_log(path):
            return False
    return True


def _touched(run: Run, old: CommitId | None, new: CommitId) -> set[RepoPath]:
    return {change.path for change in run.store.changed(old, new)}


def _taken_over(review: Review) -> Finding:
    message = f'{review.pull_request}: others have worked on its branch; NetBox leaves it alone'
    return Finding(Severity.INFO, 'PullRequestTakenOver', message)


def in_lanes(lanes: Iterable[Lane]) -> list[OutboxEntry]:
    """Every edit that a branch under review has."""
    return [
        entry
        for lane in lanes
        for entry in (*(e for made in lane.made for e in made.entries), *lane.already)
    ]
