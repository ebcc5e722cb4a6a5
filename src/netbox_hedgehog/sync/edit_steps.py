"""Waiting edits -> commits: one for each user and request. What cannot stand is left out and kept.

`steps.py` stacks them on the fabric's branch, `review_steps.py` on branches that wait for review.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.plans import Conflict, Plan
from hedgehog_gitops.workflows.edit import plan_edits

from ..choices import OperationDirectionChoices as Direction
from ..choices import OutboxStateChoices, SyncOperationTypeChoices
from ..models import OutboxEntry, SyncOperation
from .change_sets import ChangeSet, change_sets
from .edits import edits_of
from .load import authorship, engine_operation
from .outbox import open_entries
from .run import Lane, Run, commit, owner
from .terms import RESOLVES

__all__ = ['add_change_set', 'add_change_sets', 'ready_entries']

_Type = SyncOperationTypeChoices
_ELSEWHERE = (OutboxStateChoices.IN_REVIEW, OutboxStateChoices.DECLINED)


def add_change_sets(run: Run) -> None:
    """Makes one commit per user and request; what cannot stand is left out and kept."""
    blocked: set[str] = set()
    everything = open_entries(run.fabric).select_related('user', 'resource__sync_state', 'fabric')
    # What waits for a review goes on waiting, also when the fabric publishes directly by now.
    everything = everything.exclude(state__in=_ELSEWHERE)
    waiting = [entry for entry in everything if entry.pk not in run.published]
    for change_set in change_sets(waiting):
        if ready := ready_entries(run, change_set, blocked):
            add_change_set(run, ChangeSet(change_set.id, ready), blocked)


def ready_entries(run: Run, change_set: ChangeSet, blocked: set[str]) -> tuple[OutboxEntry, ...]:
    """Returns what may be published of a change set; the rest is looked at and stays."""
    entries = tuple(entry for entry in change_set.entries if entry.identity not in blocked)
    ready = tuple(entry for entry in entries if run.publishing.may_publish(entry))
    _look_only(run, [entry for entry in entries if entry not in ready], blocked)
    return ready


def add_change_set(
    run: Run, change_set: ChangeSet, blocked: set[str], lane: Lane | None = None
) -> None:
    """Makes one commit of what a user changed in one request, on the fabric's branch or a lane."""
    operation = _operation_for(run, change_set)
    plan, entries = _planned(run, change_set.entries, operation, change_set.message, lane)
    for conflict in plan.conflicts:
        _keep_conflict(run, entries, conflict, blocked)
    entries = tuple(entry for entry in entries if entry.pk not in run.conflicts)
    _keep_settled(run, entries, plan)
    blocked.update(entry.identity for entry, _ in run.refused.values())
    when = max((entry.created for entry in entries), default=datetime.now(UTC))
    by = authorship(
        operation,
        change_set.user,
        when=when,
        change_set=change_set.id,
        request_id=change_set.entries[0].request_id,
    )
    if not commit(run, plan, operation, by, entries, lane=lane):
        _nothing_to_do(run, entries, lane)


def _nothing_to_do(run: Run, entries: Iterable[OutboxEntry], lane: Lane | None) -> None:
    """The branch says already what these entries want: there is nothing to publish."""
    if lane is not None and lane.tip != run.head:
        lane.already += entries
    else:
        run.published.update({entry.pk: (entry, None) for entry in entries})


def _planned(
    run: Run,
    entries: tuple[OutboxEntry, ...],
    operation: SyncOperation,
    subject: str,
    lane: Lane | None = None,
) -> tuple[Plan, tuple[OutboxEntry, ...]]:
    """Plans a change set; an edit that cannot be made at all is left out, not the others."""
    tip = lane.tip if lane is not None else run.tip
    try:
        return _plan(run, entries, operation, subject, tip), entries
    except NeedsPerson as error:
        if len(entries) == 1:
            run.refused[entries[0].pk] = (entries[0], error)
            return _plan(run, (), operation, subject, tip), ()
    good = []
    for entry in entries:
        try:
            _plan(run, (entry,), operation, subject, tip)
        except NeedsPerson as error:
            run.refused[entry.pk] = (entry, error)
        else:
            good.append(entry)
    return _plan(run, tuple(good), operation, subject, tip), tuple(good)


def _plan(
    run: Run,
    entries: Iterable[OutboxEntry],
    operation: SyncOperation,
    subject: str,
    tip: CommitId | None,
) -> Plan:
    edits = [edit for entry in entries for edit in edits_of(entry, run.operation)]
    about = engine_operation(operation)
    return plan_edits(run.store, tip, run.place, edits, about, subject, run.limits)


def _look_only(run: Run, entries: list[OutboxEntry], blocked: set[str]) -> None:
    """Finds out whether edits nobody may publish yet still fit to what Git says."""
    if not entries:
        return
    plan, planned = _planned(run, tuple(entries), run.operation, '')
    for conflict in plan.conflicts:
        _keep_conflict(run, planned, conflict, blocked)
    for entry in entries:
        run.refused.pop(entry.pk, None)
        blocked.add(entry.identity)


def _keep_conflict(
    run: Run, entries: Iterable[OutboxEntry], conflict: Conflict, blocked: set[str]
) -> None:
    for entry in entries:
        if str(conflict.resource) in (entry.identity, entry.was):
            run.conflicts[entry.pk] = (entry, conflict)
            blocked.add(entry.identity)


def _keep_settled(run: Run, entries: Iterable[OutboxEntry], plan: Plan) -> None:
    by_key = {entry.identity: entry for entry in entries}
    for settlement in plan.settled:
        if entry := by_key.get(str(settlement.conflict.resource)):
            run.settled.append((entry, settlement))


def _operation_for(run: Run, change_set: ChangeSet) -> SyncOperation:
    first = change_set.entries[0]
    decided = (first.new_state or {}).get(RESOLVES)
    kind = _Type.CONFLICT_RESOLUTION if decided else _Type.SYNC
    part = owner(run, change_set.id, kind, Direction.GUI_TO_GIT, change_set.user)
    if part is not run.operation:
        part.request_id, part.user_name = first.request_id, first.user_name
    return part
