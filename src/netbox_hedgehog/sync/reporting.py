"""Tells the Git host what is wrong with a commit that somebody pushed.

`runner.py` asks `report_for` while it holds the repository, because reading files needs the clone,
and calls `send` when the operation is over: a report that cannot be delivered changes nothing of
what the operation came to. Only what came in by webhook, schedule or by itself is reported, and
only commits of other people.
"""

from dataclasses import dataclass
from typing import Any

from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.hosts import CheckReport, report_on
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.workflows import check_fabric
from hedgehog_gitops.workflows.trailers import NETBOX_OPERATION

from ..choices import TriggerTypeChoices
from ..models import GitRepository, SyncOperation
from .hosts import opened_host
from .links import page_of
from .run import Run

__all__ = ['Told', 'report_for', 'send']

# An operation makes at most a handful of commits on top of what was pushed.
_LOOKED_AT = 1000
_BY_ITSELF = (
    TriggerTypeChoices.WEBHOOK,
    TriggerTypeChoices.SCHEDULED,
    TriggerTypeChoices.AUTOMATIC,
)


@dataclass(frozen=True, slots=True)
class Told:
    """A report and the commit it is about."""

    repository: GitRepository
    operation: SyncOperation
    commit: CommitId
    report: CheckReport


def report_for(run: Run) -> Told | None:
    """What is to be said about the commit somebody pushed; None where there is nothing to say."""
    repository = run.fabric.git_repository
    if not repository.report_findings or run.operation.trigger_type not in _BY_ITSELF:
        return None
    try:
        return _report(run, repository)
    except EngineError as error:
        run.log.warning(f'The pushed commit could not be checked: {error.reason}: {error}')
        return None


def send(told: Told, log: Any) -> None:
    """Delivers a report; what stands against it is in the job's log only."""
    try:
        with opened_host(told.repository, told.operation) as host:
            host.report(told.commit, told.report)
    except EngineError as error:
        log.warning(f'The findings could not be reported: {error.reason}: {error}')
    else:
        log.info(f'Reported on {told.commit[:12]}: {told.report.title}')


def _report(run: Run, repository: GitRepository) -> Told | None:
    commit = _pushed(run)
    if commit is None:
        return None
    checked = check_fabric(run.store, commit, run.place, run.limits)
    report = report_on(
        checked.findings,
        name=f'Hedgehog: {run.fabric.name}',
        details_url=page_of(run.operation),
        external_id=str(run.operation.operation_id),
    )
    return Told(repository, run.operation, commit, report)


def _pushed(run: Run) -> CommitId | None:
    """The newest commit of somebody else since the last synchronisation."""
    if run.tip is None or run.tip == run.synced:
        return None
    news = run.store.log(run.tip, since=run.synced, limit=_LOOKED_AT)
    return next((info.id for info in news if NETBOX_OPERATION not in info.trailers), None)
