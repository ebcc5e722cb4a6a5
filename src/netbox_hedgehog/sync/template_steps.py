"""Rendering a fabric's templates, as a step of an operation; `steps.py` calls it.

One commit and nothing else. What a hand and a template both changed becomes a row of conflict; it
is looked at again when templates are rendered, and at no other time.
"""

from collections.abc import Iterable
from typing import Any

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.plans import Conflict
from hedgehog_gitops.workflows import plan_render, with_own_kinds

from ..choices import OPEN_CONFLICT_STATUSES, OutboxStateChoices, SyncOperationTypeChoices
from ..models import ConflictResolution, OutboxEntry
from .drafts_kept import drafts_kept
from .load import engine_operation
from .named_steps import with_copies
from .record import settle_conflicts
from .rendering import asked_render
from .review_steps import commit_alone
from .run import Run

__all__ = ['add_render', 'end_template_conflicts', 'not_in_conflict', 'of_templates']

MAKERS = (
    SyncOperationTypeChoices.TEMPLATE_RENDER,
    SyncOperationTypeChoices.WIRING_GENERATION,
)
"""What makes objects, and looks at what clashes with them whenever it is done again."""

TEMPLATES = 'templates'
"""Where the payload of an operation keeps texts that are saved with what they make."""


def add_render(run: Run) -> None:
    """Makes the commit that brings the objects to what their templates say."""
    operation, head = run.operation, run.tip
    if head is None:
        raise NeedsPerson('NoCommit', 'The repository has no commit yet.')
    place = with_own_kinds(run.store, head, run.place)
    options, texts = operation.operation_config, (operation.payload or {}).get(TEMPLATES) or {}
    # A run that nobody asked for reads nothing of NetBox: what a person was told last stands.
    person = operation.initiated_by
    asked = asked_render(run.fabric, place, run.store, head, options, texts, person)
    about = engine_operation(operation)
    made = plan_render(run.store, head, place, asked, about, run.limits, run.progress.engine)
    run.counts = dict(made.plan.counts)
    run.reports = [report.as_json() for report in made.reports]
    run.clashes += not_in_conflict(run, made.plan.conflicts)
    run.findings += drafts_kept(run, made.plan)
    commit_alone(run, with_copies(run, made.plan))


def of_templates(rows: Any) -> Any:
    """Those conflicts that a rendering, or a generation from NetBox, has found."""
    return rows.filter(sync_operation__operation_type__in=MAKERS)


def end_template_conflicts(run: Run, now: Any) -> None:
    """Ends the conflicts of what was rendered, or generated, that are none any more."""
    kind = run.operation.operation_type
    if kind not in MAKERS or run.refusal:
        return
    rows = ConflictResolution.objects.filter(
        fabric=run.fabric,
        resolution_status__in=OPEN_CONFLICT_STATUSES,
        sync_operation__operation_type=kind,
    )
    if chosen := run.operation.operation_config.get('templates'):
        names = [name.removeprefix('templates/') for name in chosen]
        rows = rows.filter(provenance__gui__author__in=names)
    kept = {str(conflict.resource) for conflict in run.clashes}
    keys = set(rows.values_list('resource_key', flat=True)) - kept
    settle_conflicts(run.fabric, run.operation, keys, now)


def not_in_conflict(run: Run, conflicts: Iterable[Conflict]) -> list[Conflict]:
    """Without the objects whose edit waits for a decision already: its sides must stay."""
    waiting = OutboxEntry.objects.filter(fabric=run.fabric, state=OutboxStateChoices.CONFLICT)
    deciding = {entry.identity for entry in waiting}
    return [conflict for conflict in conflicts if str(conflict.resource) not in deciding]
