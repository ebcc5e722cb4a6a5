"""What Git says -> rows, in the runner's one transaction.

A handful of objects is saved one by one, with everything NetBox does on a save; above that rows,
change log and search index are written in bulk, which takes seconds instead of minutes. Either way
every change is in the change log under the operation's request id.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import batched
from typing import Any

from django.core.exceptions import ValidationError

from hedgehog_gitops.findings import Finding, Severity
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.workflows.sync import DesiredObject

from ..choices import OPEN_OUTBOX_STATES, OutboxActionChoices
from ..models import HedgehogFabric, HedgehogResource, OutboxEntry
from .apply_write import DRAFT_FIELDS, Desired, Steps, Work, write
from .directions import not_taken
from .drafts import resource_key, without_origin
from .origin import Actor
from .storable import storable

__all__ = ['Applied', 'Desired', 'apply_desired']


@dataclass(slots=True)
class Applied:
    """What became of the rows, counted; `behind` stay as they are although Git differs."""

    created: int = 0
    updated: int = 0
    deleted: int = 0
    skipped: int = 0
    behind: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def processed(self) -> int:
        return self.created + self.updated + self.deleted


def apply_desired(
    fabric: HedgehogFabric,
    desired: Desired,
    actor: Actor,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> Applied:
    """Brings the rows of a fabric to what Git says; the caller holds the transaction.

    `told` hears how many of the objects are done, and of how many.
    """
    applied = Applied()
    steps = Steps(len(desired.incoming.objects) + len(desired.incoming.removed), told)
    rows = _existing(fabric, desired)
    work = Work()
    # Read after the rows are locked: whoever drafts on now has to wait, and finds its entry kept.
    work.drafted = _drafted(fabric)
    for wanted in desired.incoming.objects:
        _sort_object(fabric, wanted, rows.get(wanted.key), desired, work, applied)
        steps.did(1)
    told_of = {wanted.key for wanted in desired.incoming.objects}
    for key in desired.incoming.removed:
        if key not in rows:
            continue
        if desired.taking.leaves(fabric, rows[key], key):
            applied.behind += 1
            applied.findings.append(not_taken(key, None))
        else:
            # Whatever was published of it before: it is gone by now.
            told_of.add(key)
            _sort_removed(rows[key], key, desired, work)
    for key in rows.keys() & desired.touched - told_of:
        if _end_draft(rows[key], work):
            work.update.append(rows[key])
            work.states.append((rows[key], None))
    # The change log leads from a row to the commit it comes from.
    named = replace(actor, message=f'{actor.message} at {desired.commit[:12]}')
    write(work, desired, named, steps)
    steps.over()
    applied.created, applied.updated = len(work.create), len(work.update)
    applied.deleted = len(work.delete)
    return applied


def _drafted(fabric: HedgehogFabric) -> frozenset[str]:
    waiting = OutboxEntry.objects.filter(fabric=fabric, state__in=OPEN_OUTBOX_STATES)
    return frozenset(entry.identity for entry in waiting.exclude(action=OutboxActionChoices.DELETE))


def _existing(fabric: HedgehogFabric, desired: Desired) -> dict[ResourceKey, HedgehogResource]:
    """Reads and locks the rows that may have to change; tags come along for the change log."""
    keys = {wanted.key for wanted in desired.incoming.objects} | desired.touched
    keys.update(desired.incoming.removed)
    rows: dict[ResourceKey, HedgehogResource] = {}
    for names in batched(sorted({key.name for key in keys}), 5000):
        found = (
            HedgehogResource.objects.filter(fabric=fabric, name__in=names)
            .order_by()
            .select_for_update(of=('self',))
            .prefetch_related('tags', 'sync_state')
        )
        rows.update((resource_key(row), row) for row in found)
    return {key: rows[key] for key in keys if key in rows}


def _sort_object(
    fabric: HedgehogFabric,
    wanted: DesiredObject,
    row: HedgehogResource | None,
    desired: Desired,
    work: Work,
    applied: Applied,
) -> None:
    """Decides what one object of Git means for its row."""
    problem = storable(wanted.spec, wanted.labels, wanted.annotations, wanted.text)
    fresh = row is None
    if row is None:
        row = HedgehogResource(
            fabric=fabric,
            api_group=wanted.key.group,
            kind=wanted.key.kind,
            namespace=wanted.key.namespace,
            name=wanted.key.name,
        )
    if fresh and wanted.key in desired.buried:
        applied.skipped += 1
        return
    if desired.taking.leaves(fabric, None if fresh else row, wanted.key) and (
        fresh or not _says_the_same(row, wanted)
    ):
        applied.behind += 1
        applied.findings.append(not_taken(wanted.key, wanted.path))
        return
    if not fresh:
        row.snapshot()
    before = None if fresh else _compared(row)
    _take_over(row, wanted, work)
    problem = problem or _problem(row)
    if problem:
        applied.skipped += 1
        applied.findings.append(_refused(wanted, problem))
        return
    if fresh:
        work.create.append((row, wanted))
        return
    if _compared(row) != before:
        work.update.append(row)
    work.states.append((row, wanted))


def _says_the_same(row: HedgehogResource, wanted: DesiredObject) -> bool:
    theirs = (wanted.spec or {}, dict(wanted.labels), without_origin(wanted.annotations))
    return theirs == (row.desired_spec or {}, row.labels or {}, row.annotations or {})


def _take_over(row: HedgehogResource, wanted: DesiredObject, work: Work) -> None:
    row.api_version = wanted.api_version.rpartition('/')[2]
    row.desired_spec = wanted.spec if wanted.spec is not None else {}
    row.labels = dict(wanted.labels)
    row.annotations = without_origin(wanted.annotations)
    _end_draft(row, work)


def _end_draft(row: HedgehogResource, work: Work) -> bool:
    """Forgets a draft nothing of which waits any more: the remote has confirmed it."""
    if not row.has_draft or row.identity in work.drafted:
        return False
    if not hasattr(row, '_prechange_snapshot'):
        row.snapshot()
    row.clear_draft()
    return True


def _compared(row: HedgehogResource) -> tuple[Any, ...]:
    drafts = tuple(getattr(row, name) for name in DRAFT_FIELDS)
    return (row.api_version, row.desired_spec, row.labels, row.annotations, *drafts)


def _problem(row: HedgehogResource) -> str:
    """Says why a row cannot be stored; values of labels are Git's business, not the form's."""
    try:
        row.clean_fields(exclude=('fabric', 'owner', 'draft_updated_by', *DRAFT_FIELDS))
    except ValidationError as error:
        return '; '.join(f'{name}: {" ".join(texts)}' for name, texts in error.message_dict.items())
    return ''


def _sort_removed(row: HedgehogResource, key: ResourceKey, desired: Desired, work: Work) -> None:
    """Deletes a row whose object is gone from Git, unless somebody is editing it."""
    if key not in desired.held and row.identity not in work.drafted:
        work.delete.append(row)
        return
    row.snapshot()
    row.desired_spec = None
    work.update.append(row)
    work.states.append((row, None))


def _refused(wanted: DesiredObject, problem: str) -> Finding:
    return Finding(
        Severity.ERROR,
        'ResourceNotStorable',
        f'{wanted.key} stays in Git but cannot be stored in NetBox: {problem}',
        file=wanted.path,
        document=wanted.document,
        resource=wanted.key,
    )
