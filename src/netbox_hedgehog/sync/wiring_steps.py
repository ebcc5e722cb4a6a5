"""Generation from NetBox's devices, and import into them, as steps of an operation.

`steps.py` calls them. A generation is one commit and nothing else; an import writes rows in one
transaction of its own and makes no commit.
"""

from typing import Any

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.workflows import plan_generate, with_own_kinds

from .device_import import import_devices
from .drafts_kept import drafts_kept
from .load import engine_operation
from .named_steps import with_copies
from .review_steps import commit_alone
from .run import Run
from .template_steps import not_in_conflict
from .wiring import asked_generation, fabric_objects, wiring_file_of

__all__ = ['add_generation', 'add_import']


def add_generation(run: Run) -> None:
    """Makes the commit that brings the objects to what NetBox's devices and cables say."""
    operation, head = run.operation, _head(run)
    place = with_own_kinds(run.store, head, run.place)
    wiring_file_of(run.store, head, place, run.limits)
    asked = asked_generation(operation.operation_config, operation.initiated_by, head)
    about = engine_operation(operation)
    made = plan_generate(run.store, head, place, asked, about, run.limits, run.progress.engine)
    run.counts = dict(made.plan.counts)
    run.reports = [report.as_json() for report in made.reports]
    run.clashes += not_in_conflict(run, made.plan.conflicts)
    run.findings += drafts_kept(run, made.plan)
    commit_alone(run, with_copies(run, made.plan))


def add_import(run: Run) -> None:
    """Writes the fabric as the branch has it into NetBox's devices, once in an operation."""
    if run.imported is not None:
        return
    head = _head(run)
    place = with_own_kinds(run.store, head, run.place)
    objects = fabric_objects(run.store, head, place, run.limits)
    file = wiring_file_of(run.store, head, place, run.limits)
    report = import_devices(objects, file, run.operation.operation_config, run.actor)
    run.findings += report.findings
    run.imported = report.as_json()


def _head(run: Run) -> Any:
    if run.tip is None:
        raise NeedsPerson('NoCommit', 'The repository has no commit yet.')
    return run.tip
