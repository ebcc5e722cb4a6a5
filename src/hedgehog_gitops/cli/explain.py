"""Turns plans and outcomes into what a person reads: the diff of a dry run, the list of changes."""

from rich.console import Group, RenderableType
from rich.syntax import Syntax
from rich.text import Text

from ..git import GitStore
from ..plans import Change, Delete, Move, Plan, Write, as_diff
from ..workflows import Outcome, snapshot_for_diff
from .show import plain

__all__ = ['change_lines', 'diff_shown', 'plan_shown']

_SHOWN = 40
_STYLES = {'create': 'green', 'update': 'yellow', 'delete': 'red', 'move': 'cyan'}


def diff_shown(store: GitStore, plan: Plan) -> RenderableType:
    """The plan as a unified diff."""
    if plan.is_empty:
        return 'nothing to do'
    return Syntax(
        plain(as_diff(plan, snapshot_for_diff(store, plan))),
        'diff',
        theme='ansi_dark',
        background_color='default',
    )


def plan_shown(outcome: Outcome) -> RenderableType:
    """What was done, with its commit."""
    lines = [*change_lines(outcome.plan), *_counts(outcome.plan), _end(outcome)]
    return Group(*lines)


def change_lines(plan: Plan) -> list[Text]:
    """One line a change; of very many, the first ones and how many more there are."""
    lines = [_line(change) for change in plan.changes[:_SHOWN]]
    if len(plan.changes) > _SHOWN:
        lines.append(Text(f'... and {len(plan.changes) - _SHOWN} more (`--json` lists all)'))
    return lines


def _line(change: Change) -> Text:
    place: str
    match change:
        case Write():
            action, place = ('create' if change.replaces is None else 'update'), change.path
        case Move():
            action, place = 'move', f'{change.source} -> {change.path}'
        case Delete():
            action, place = 'delete', change.path
    return Text(f'{action:<7}', style=_STYLES[action]).append(plain(place), style='default')


def _counts(plan: Plan) -> list[Text]:
    if not plan.counts:
        return []
    return [Text(', '.join(f'{count} {name}' for name, count in plan.counts.items()))]


def _end(outcome: Outcome) -> Text:
    done = f'commit {outcome.made}' if outcome.made else 'nothing to do'
    return Text(f'{done}, pushed' if outcome.published else done, style='bold')
