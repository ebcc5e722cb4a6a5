"""Laying a directory out and taking drops in, as somebody asked for it; `steps.py` calls both.

What was asked for stands in the options of the operation, in the words of REST:

- laying out: `force_recreate`, `existing_files` (organise, archive, keep), `initial_commit_message`
- taking in: `file_patterns`, `bad_documents`, `archive_processed`, `commit_message`
"""

from dataclasses import replace

from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.layout import ArchiveStrategy, BadDocumentPolicy, Fabric
from hedgehog_gitops.plans import Plan
from hedgehog_gitops.workflows.ingest import plan_ingest
from hedgehog_gitops.workflows.onboard import plan_onboarding, plan_recreation

from ..choices import SyncOperationTypeChoices
from ..models import SyncOperation
from .load import engine_operation
from .onboarding import existing_files
from .run import Run

__all__ = ['plan_directory', 'plan_drops']

_INGESTION = SyncOperationTypeChoices.FILE_INGESTION


def plan_directory(run: Run) -> Plan:
    """Returns what makes the folder a fabric's."""
    asked = run.operation.operation_config
    plan_for = plan_recreation if asked.get('force_recreate') else plan_onboarding
    plan = plan_for(
        run.store,
        run.tip,
        run.place,
        engine_operation(run.operation),
        run.limits,
        run.progress.engine,
        existing_files(run.operation),
    )
    return _said(plan, asked.get('initial_commit_message') or '')


def plan_drops(run: Run, operation: SyncOperation, tip: CommitId | None) -> Plan:
    """Returns what takes the files of raw/ in, on top of `tip`."""
    # Options of another operation are not about drops, even where it takes them in as well.
    by_name = run.operation.operation_type == _INGESTION
    asked = run.operation.operation_config if by_name else {}
    plan = plan_ingest(
        run.store,
        tip,
        _place(run.place, asked),
        engine_operation(operation),
        run.limits,
        run.progress.engine,
        # Only somebody who asks for ingestion itself brings back what was undone.
        leave_undone=not (run.publishing.by_person and by_name),
        patterns=tuple(asked.get('file_patterns') or ()),
    )
    return _said(plan, asked.get('commit_message') or '')


def _place(place: Fabric, asked: dict[str, object]) -> Fabric:
    """The fabric with the rules that count for this once."""
    if policy := asked.get('bad_documents'):
        place = replace(place, bad_documents=BadDocumentPolicy(str(policy)))
    if asked.get('archive_processed', True) is False:
        place = replace(place, archive_strategy=ArchiveStrategy.KEEP_IN_PLACE)
    return place


def _said(plan: Plan, message: str) -> Plan:
    """The plan with a person's own words as the first line of its commit."""
    subject, _, more = message.strip().partition('\n')
    if not subject:
        return plan
    own = tuple(line for line in more.strip().splitlines())
    return replace(plan, subject=subject, body=(*own, *plan.body))
