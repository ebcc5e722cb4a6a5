"""An operation that only tells what it would do: the plan goes into its row, and nothing else."""

from typing import Any

from hedgehog_gitops.plans import Conflict, as_diff, as_json
from hedgehog_gitops.workflows import snapshot_for_diff

from .measures import note_measures
from .record import MAX_CHANGES, close_operation, note_findings
from .run import Made, Run
from .status import move_status, settled_status
from .steps import forget_stack

__all__ = ['finish_dry']

# What a row keeps of the text of one commit's difference.
MAX_DIFF = 200_000


def finish_dry(run: Run) -> None:
    """Records what would be done, and does nothing."""
    operation = run.operation
    operation.base_commit = run.head or ''
    commits = [_told(run, made) for made in run.all_made]
    changes = [change for commit in commits for change in commit['changes']]
    operation.plan = {
        'dry_run': True,
        'ok': not (run.conflicts or run.clashes or run.refused or run.refusal),
        'commits': commits,
        'changes': changes[:MAX_CHANGES],
        'changes_total': len(changes),
        'conflicts': [conflict.as_json() for conflict in _clashes(run)],
        'refused': {str(entry): str(error) for entry, error in run.refused.values()},
    }
    note_findings(operation, run.findings)
    note_measures(run)
    if run.refusal is not None:
        operation.last_reason = run.refusal.reason
        operation.last_error_message = str(run.refusal)
    forget_stack(run)
    close_operation(operation)
    move_status(run.fabric.sync_state, settled_status(run.fabric))


def _told(run: Run, made: Made) -> dict[str, Any]:
    told = as_json(made.plan, None)
    diff = as_diff(made.plan, snapshot_for_diff(run.store, made.plan))
    return {
        'subject': made.plan.subject,
        'user': made.operation.user_name,
        'changes': told['changes'],
        'counts': told.get('counts', {}),
        'diff': diff[:MAX_DIFF],
        'diff_cut': len(diff) > MAX_DIFF,
    }


def _clashes(run: Run) -> list[Conflict]:
    return [*(conflict for _, conflict in run.conflicts.values()), *run.clashes]
