"""Turns plans and outcomes into parts of an answer: the diff of a dry run, the list of changes."""

from ..git import GitStore
from ..plans import Change, Delete, Move, Plan, Write, as_diff
from ..workflows import Outcome, snapshot_for_diff
from .parts import Diff, Line, Part

__all__ = ['diff_shown', 'plan_shown']

_SHOWN = 40
_STYLES = {'create': 'green', 'update': 'yellow', 'delete': 'red', 'move': 'cyan'}


def diff_shown(store: GitStore, plan: Plan) -> list[Part]:
    """The plan as a unified diff."""
    if plan.is_empty:
        return [Line('nothing to do')]
    return [Diff(as_diff(plan, snapshot_for_diff(store, plan))), *_counts(plan)]


def plan_shown(outcome: Outcome) -> list[Part]:
    """What was done, with its commit; of very many changes the first ones."""
    changes = outcome.plan.changes
    parts: list[Part] = [_line(change) for change in changes[:_SHOWN]]
    if len(changes) > _SHOWN:
        parts.append(Line(f'... and {len(changes) - _SHOWN} more (--json lists all)'))
    return [*parts, *_counts(outcome.plan), _end(outcome), *_about_lines(outcome)]


def _line(change: Change) -> Line:
    match change:
        case Write():
            action = 'create' if change.replaces is None else 'update'
            return Line(change.path, action, _STYLES[action])
        case Move():
            return Line(f'{change.source} -> {change.path}', 'move', _STYLES['move'])
        case Delete():
            return Line(change.path, 'delete', _STYLES['delete'])


def _counts(plan: Plan) -> list[Line]:
    if not plan.counts:
        return []
    told = (
        f'{count} {name.removesuffix("s") if count == 1 else name}'
        for name, count in plan.counts.items()
    )
    return [Line(', '.join(told))]


def _about_lines(outcome: Outcome) -> list[Line]:
    """An ingestion tells of files as they were dropped, and by now they are something else."""
    gone = {
        change.source if isinstance(change, Move) else change.path
        for change in outcome.plan.changes
        if isinstance(change, Move | Delete)
    }
    if not any(finding.file in gone and finding.line for finding in outcome.plan.findings):
        return []
    return [Line('lines below are those of the files as they were dropped; `check` tells of now')]


def _end(outcome: Outcome) -> Line:
    done = f'commit {outcome.made}' if outcome.made else 'nothing to do'
    return Line(f'{done}, pushed' if outcome.published else done, style='bold')
