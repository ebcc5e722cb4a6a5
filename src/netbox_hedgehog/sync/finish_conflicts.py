"""The conflicts of an operation -> rows: kept, asked again, or ended.

Part of the one transaction of `finish.py`.
"""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.plans import Conflict

from ..choices import (
    OPEN_CONFLICT_STATUSES,
    ConflictTypeChoices,
    OutboxStateChoices,
    ResolutionStatusChoices,
)
from ..models import ConflictResolution, OutboxEntry
from .outbox import open_entries
from .record import close_decided, note_conflict, note_settled, settle_conflicts
from .run import Run
from .template_steps import end_template_conflicts, of_templates
from .terms import strategy_for

__all__ = ['done_entries', 'keep_conflicts']


def done_entries(run: Run) -> dict[OutboxEntry, CommitId | None]:
    """Returns the edits that the branch has, and the commit each came with."""
    made = {entry: made.commit for made in run.brought for entry in made.entries}
    return {**made, **dict(run.published.values())}


def keep_conflicts(run: Run, now: Any) -> None:
    """Keeps what clashes, and ends what does not any more; the caller holds the transaction."""
    _keep_new(run)
    _keep_settled(run)
    _end_settled(run, now)
    end_template_conflicts(run, now)
    _close_merge_conflicts(run, now)
    _end_about_the_fabric(
        run, ConflictTypeChoices.DETECTION_ERROR, 'Both sides were compared.', now
    )
    if run.follows_rewritten:
        said = 'The branch is followed as it is now.'
        _end_about_the_fabric(run, ConflictTypeChoices.HISTORY_REWRITTEN, said, now)


def _keep_new(run: Run) -> None:
    for entry, conflict in run.conflicts.values():
        strategy = strategy_for(run.fabric, entry.resource, run.operation)
        note_conflict(run.fabric, run.operation, _dated(run, conflict, entry), entry, strategy)
    for conflict in run.clashes:
        note_conflict(run.fabric, run.operation, _dated(run, conflict, None), None)


def _end_settled(run: Run, now: Any) -> None:
    """What was decided and published, and what does not clash any more."""
    waiting = {
        entry.identity
        for entry in OutboxEntry.objects.filter(
            fabric=run.fabric, state=OutboxStateChoices.CONFLICT
        )
    }
    open_rows = (
        _open_rows(run)
        .exclude(resource_key='')
        .exclude(conflict_type=ConflictTypeChoices.MERGE_CONFLICT)
    )
    decided = open_rows.filter(resolution_status=ResolutionStatusChoices.IN_PROGRESS)
    still_open = {entry.identity for entry in open_entries(run.fabric)}
    close_decided(run.operation, [row for row in decided if row.resource_key not in still_open])
    keys = set(
        open_rows.exclude(resolution_status=ResolutionStatusChoices.IN_PROGRESS).values_list(
            'resource_key', flat=True
        )
    )
    kept = waiting | {str(conflict.resource) for conflict in run.clashes}
    # Files of raw/ that clash with managed ones were only looked at when raw/ was taken in; what
    # clashes with a template is looked at when it is rendered.
    if run.publishing.ingests:
        keys -= set(of_templates(open_rows).values_list('resource_key', flat=True))
        settle_conflicts(run.fabric, run.operation, keys - kept, now)


def _end_about_the_fabric(run: Run, kind: str, said: str, now: Any) -> None:
    _end(run, _open_rows(run).filter(conflict_type=kind), said, now)


def _close_merge_conflicts(run: Run, now: Any) -> None:
    """What kept a branch apart is settled once it is merged."""
    if not run.merged_branch or run.refusal:
        return
    rows = _open_rows(run).filter(
        conflict_type=ConflictTypeChoices.MERGE_CONFLICT,
        provenance__gui__author=run.merged_branch,
    )
    run.operation.conflicts_resolved += _end(run, rows, f'{run.merged_branch} was merged.', now)


def _open_rows(run: Run) -> QuerySet[ConflictResolution]:
    return ConflictResolution.objects.filter(
        fabric=run.fabric, resolution_status__in=OPEN_CONFLICT_STATUSES
    )


def _end(run: Run, rows: QuerySet[ConflictResolution], said: str, now: Any) -> int:
    return rows.update(
        resolution_status=ResolutionStatusChoices.RESOLVED,
        resolution_notes=said,
        resolved_in=run.operation,
        resolved_by=run.actor.user,
        resolved_at=now,
    )


def _dated(run: Run, conflict: Conflict, entry: OutboxEntry | None) -> Conflict:
    """The conflict with the commits in which the sides last agreed, and now clash.

    Since an edit was made, Git may have been read again without anything being published.
    """
    edited = CommitId(entry.base_commit) if entry is not None and entry.base_commit else None
    return replace(
        conflict,
        base_commit=conflict.base_commit or edited or run.synced,
        git_commit=conflict.git_commit or run.head,
    )


def _keep_settled(run: Run) -> None:
    """What the policy has decided is history once the remote has confirmed it."""
    done = {entry.pk for entry in done_entries(run)}
    for entry, settlement in run.settled:
        if entry.pk in done:
            strategy = strategy_for(run.fabric, entry.resource, run.operation)
            dated = replace(settlement, conflict=_dated(run, settlement.conflict, entry))
            note_settled(run.fabric, run.operation, dated, entry, strategy)
