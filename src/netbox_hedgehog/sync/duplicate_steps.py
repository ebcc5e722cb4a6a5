"""Searching and settling duplicates, as steps of an operation.

`steps.py` calls `add_settlement` to make the commit; `finish.py` calls `look_again` before its
transaction and `note_duplicates` in it, `runner.py` and `finish.py` call `let_go` when nothing
came of it. Every search is made at the commit the remote has confirmed.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hedgehog_gitops.duplicates import Choice, Left, Spot
from hedgehog_gitops.errors import EngineError, NeedsPerson
from hedgehog_gitops.findings import Finding, Severity
from hedgehog_gitops.identity import CommitId, ResourceKey
from hedgehog_gitops.workflows import plan_settlement
from hedgehog_gitops.workflows.sync import incoming

from ..choices import (
    DuplicateResolutionModeChoices,
    DuplicateStatusChoices,
    PullRequestStateChoices,
    TriggerTypeChoices,
)
from ..choices import SyncOperationTypeChoices as Type
from ..models import SyncOperation, YAMLDuplicateGroup
from .duplicate_decisions import as_the_policy_says, decisions_of
from .duplicate_rows import note_groups, note_scan
from .duplicate_scan import Found, document_texts, known_meanings, look, remember
from .load import engine_operation
from .named_steps import with_copies
from .policies import active_policy
from .review_steps import commit_alone
from .run import Run

__all__ = ['Looked', 'add_settlement', 'let_go', 'look_again', 'note_duplicates']

_Status = DuplicateStatusChoices
_Review = PullRequestStateChoices

# What is left for the next run, rather than for a person.
_LATER = 'SettlementLimit'


@dataclass(frozen=True, slots=True)
class Looked:
    """What the branch has now, and the texts of groups whose files are other ones than before."""

    found: Found
    texts: Mapping[Spot, str]


def add_settlement(run: Run) -> None:
    """Makes the one commit that settles what was decided; what has moved since is left."""
    operation, head = run.operation, run.tip
    run.refusal = None
    active = active_policy(run.fabric, run.place, run.store, head, operation.operation_config)
    found = look(run.store, head, run.fabric, run.place, active, run.limits)
    choices = _choices(run, found)
    if not choices:
        # Nothing of what was decided is there in that form; the rows are brought to what is.
        run.refusal = _moved()
        return
    settlement = plan_settlement(
        run.store,
        head,
        run.place,
        engine_operation(operation),
        policy=active.policy,
        choices=choices,
        known=_known(run, found),
        limits=run.limits,
    )
    run.settlement = settlement
    commit_alone(run, with_copies(run, settlement.plan))
    _refuse_loss(run, head)


def look_again(run: Run, tip: CommitId) -> Looked | None:
    """Searches the branch as it is now, where the operation has to do with duplicates."""
    operation = run.operation
    undone = operation.undoes
    ours = operation.operation_type in (Type.DUPLICATE_SCAN, Type.DUPLICATE_RESOLUTION)
    takes_back = undone is not None and undone.operation_type == Type.DUPLICATE_RESOLUTION
    if not (ours or takes_back or _review_is_over(run)):
        return None
    active = active_policy(run.fabric, run.place, run.store, tip)
    found = look(run.store, tip, run.fabric, run.place, active, run.limits)
    rows = run.fabric.duplicate_groups.exclude(state_token='')
    stored = dict(rows.values_list('identity', 'state_token'))
    fresh = [group for name, group in found.groups.items() if stored.get(name) != group.state]
    return Looked(found, document_texts(run.store, fresh, run.limits))


def note_duplicates(run: Run, looked: Looked | None, now: datetime) -> None:
    """Brings the rows to what was found, and ends the groups that were settled."""
    if looked is None:
        return
    remember(run.fabric, looked.found)
    noted = note_groups(run.fabric, run.operation, looked.found, looked.texts, now)
    note_scan(run.fabric, run.operation, looked.found, now)
    run.findings += looked.found.scan.findings
    if run.operation.operation_type == Type.DUPLICATE_RESOLUTION:
        _note_settled(run, now)
    elif run.operation.operation_type == Type.DUPLICATE_SCAN:
        run.log.info(f'{len(looked.found.groups)} groups, {len(noted.detected)} of them new')
        _settle_by_itself(run)


def let_go(
    operation: SyncOperation,
    error: EngineError | None = None,
    *,
    but: Collection[str] = (),
) -> None:
    """Lets the groups of a settlement that came to nothing wait again; says why it failed.

    `but` names those of which something came after all.
    """
    if operation.operation_type != Type.DUPLICATE_RESOLUTION or operation.fabric is None:
        return
    rows = YAMLDuplicateGroup.objects.filter(
        fabric=operation.fabric,
        identity__in=list(decisions_of(operation.operation_config)),
        resolution_status=_Status.RESOLVING,
    ).exclude(identity__in=but)
    if error is not None:
        rows.update(resolution_status=_Status.FAILED, notes=f'{error.reason}: {error}')
        return
    rows.filter(wait='', decided_before=False).update(resolution_status=_Status.DETECTED)
    rows.update(resolution_status=_Status.MANUAL_REQUIRED)


def _review_is_over(run: Run) -> bool:
    """Whether a pull request that settles duplicates was found merged or closed."""
    return any(
        review.state in (_Review.MERGED, _Review.CLOSED)
        and review.pull_request.sync_operation is not None
        and review.pull_request.sync_operation.operation_type == Type.DUPLICATE_RESOLUTION
        for review in run.reviews
    )


def _choices(run: Run, found: Found) -> list[Choice]:
    """The decisions about groups that are as somebody saw them; the others are told of."""
    groups = found.groups
    choices = []
    for identity, decision in decisions_of(run.operation.operation_config).items():
        group = groups.get(identity)
        if group is not None and group.state == decision.seen:
            choices.append(decision.as_choice())
            continue
        now = 'has no duplicates' if group is None else 'has other files'
        run.findings.append(
            Finding(
                Severity.WARNING,
                'DuplicatesMoved',
                f'{now} since it was decided about; nothing was done',
                resource=ResourceKey.parse(identity),
                suggestion='look at the group as it is now',
            )
        )
    return choices


def _known(run: Run, found: Found) -> dict[Any, Any]:
    """All that is known of the blobs by now: nothing is parsed twice in one operation."""
    return {**known_meanings(run.fabric, found.stamp), **found.scan.learned}


def _refuse_loss(run: Run, head: CommitId | None) -> None:
    """Whatever the plan says: no object of NetBox may go with a settlement."""
    for made in run.all_made:
        if made.operation is not run.operation:
            continue
        gone = incoming(run.store, head, made.commit, run.place, run.limits).removed
        if gone:
            names = ', '.join(str(key) for key in gone[:3])
            raise NeedsPerson(
                'SettlementBroken',
                f'Settling would take {len(gone)} objects out of NetBox: {names}.',
                hint='Nothing was published. Choose another winner or action.',
            )


def _note_settled(run: Run, now: datetime) -> None:
    decided = decisions_of(run.operation.operation_config)
    rows = YAMLDuplicateGroup.objects.filter(fabric=run.fabric, identity__in=list(decided))
    notes = run.operation.operation_config.get('notes') or ''
    settled = {str(each.order.group.key) for each in getattr(run.settlement, 'settled', ())}
    by = {'resolved_in': run.operation, 'resolved_by': run.operation.initiated_by}
    in_review: set[str] = set()
    if run.refusal is None and _in_review(run):
        # They are settled when the pull request is merged: `duplicate_rows.py` sees them go.
        in_review = settled
        rows.filter(identity__in=settled).update(**by, notes=notes)
    elif run.refusal is None:
        done = {'resolution_status': _Status.RESOLVED, 'resolved_at': now, 'notes': notes}
        rows.filter(identity__in=settled or _published(run)).update(**by, **done)
        for each in getattr(run.settlement, 'left', ()):
            _note_left(rows, each)
    let_go(run.operation, run.refusal, but=in_review)


def _note_left(rows: Any, left: Left) -> None:
    """What the limits cut off waits for the next run; all else waits for a person."""
    mine = rows.filter(identity=str(left.group.key))
    mine.update(resolution_status=_Status.MANUAL_REQUIRED, notes=f'{left.reason}: {left.message}')
    if left.reason == _LATER:
        mine.filter(decided_before=False).update(resolution_status=_Status.DETECTED)


def _published(run: Run) -> list[str]:
    """What an earlier try has settled although nobody heard the answer: it is not made again."""
    if run.settlement is not None or not run.operation.commit_sha:
        return []
    return list(decisions_of(run.operation.operation_config))


def _in_review(run: Run) -> bool:
    return any(made.operation is run.operation for lane in run.lanes for made in lane.made)


def _settle_by_itself(run: Run) -> None:
    """Asks for every group the rules decide, where the fabric says so; whoever works goes on."""
    fabric = run.fabric
    if fabric.duplicate_resolution_mode != DuplicateResolutionModeChoices.AUTOMATIC:
        return
    rows = fabric.duplicate_groups.filter(resolution_status=_Status.DETECTED, wait='')
    decisions = [as_the_policy_says(row).as_json() for row in rows.order_by('pk')]
    if not decisions:
        return
    SyncOperation.objects.create(
        fabric=fabric,
        git_repository=fabric.git_repository,
        operation_type=Type.DUPLICATE_RESOLUTION,
        trigger_type=TriggerTypeChoices.AUTOMATIC,
        request_id=uuid.uuid4(),
        operation_config={'decisions': decisions, 'notes': 'Settled by the rules by itself.'},
    )
    rows.update(resolution_status=_Status.RESOLVING)


def _moved() -> NeedsPerson:
    return NeedsPerson(
        'DuplicatesMoved',
        'The files have changed since this was decided; nothing was done.',
        hint='Look at the groups as they are now, and decide again.',
    )
