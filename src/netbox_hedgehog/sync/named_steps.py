"""Restoring and changing files by name, as steps of an operation; `steps.py` calls them.

Such an operation is one commit and nothing else: no drafts are published, no drops taken in.
"""

from dataclasses import replace
from datetime import datetime

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.plans import Plan
from hedgehog_gitops.workflows import plan_backup_cleanup, with_backup, without_copies
from hedgehog_gitops.workflows.trailers import NETBOX_OPERATION

from ..choices import SyncOperationTypeChoices
from ..models import Checkpoint
from .asked import plan_files, plan_restore
from .checkpoints import before_operation, copies_removed, place_of
from .drafts_kept import drafts_kept
from .load import engine_operation
from .review_steps import commit_alone
from .run import TAKES_UP, Run
from .settings import sync_settings

__all__ = [
    'add_cleanup',
    'add_files',
    'add_restore',
    'find_checkpoint',
    'is_published',
    'note_checkpoint',
    'note_done',
    'with_copies',
]


def find_checkpoint(run: Run) -> None:
    """Finds the checkpoint an operation goes back to, if it does; refuses one of another place."""
    wanted = run.operation.operation_config.get('checkpoint')
    if wanted is None:
        return
    run.checkpoint = Checkpoint.objects.filter(pk=wanted, fabric=run.fabric).first()
    if run.checkpoint is None:
        raise NeedsPerson('CheckpointMissing', 'The checkpoint does not exist any more.')
    if run.checkpoint.snapshot.get('place') != place_of(run.fabric):
        raise NeedsPerson(
            'CheckpointElsewhere',
            'The fabric lived in another repository, branch or directory then.',
            hint='Set these back in the fabric and synchronise it first.',
        )


def is_published(run: Run) -> bool:
    """Says whether a push of this request, in any of its tries, arrived although nobody heard."""
    if run.head is None or run.head == run.synced:
        return False
    earlier = (run.operation.payload or {}).get('earlier', ())
    # Or by a worker that died, in whose place this one was asked for.
    dead = run.operation.operation_config.get(TAKES_UP)
    mine = {str(run.operation.operation_id), *earlier, *((dead,) if dead else ())}
    for info in run.store.log(run.head, since=run.synced, limit=1000):
        if info.trailers.get(NETBOX_OPERATION) in mine:
            run.operation.commit_sha = info.id
            return True
    return False


def add_restore(run: Run) -> None:
    """Makes the commit that brings an earlier state back."""
    operation = run.operation
    options = dict(operation.operation_config)
    if run.checkpoint is not None:
        options['to_commit'] = run.checkpoint.commit
    about = engine_operation(operation)
    plan = plan_restore(run.store, run.tip, run.place, about, options, run.limits)
    if run.checkpoint is None:
        plan = replace(plan, findings=(*plan.findings, *drafts_kept(run, plan)))
    commit_alone(run, with_copies(run, plan))


def add_files(run: Run) -> None:
    """Makes the commit of all file operations of one request."""
    operation = run.operation
    asked = (operation.payload or {}).get('operations') or []
    options = operation.operation_config
    plan = plan_files(run.store, run.tip, run.place, options, asked, run.limits)
    if options.get('purge'):
        commit_alone(run, without_copies(run.store, plan, run.place))
    else:
        commit_alone(run, with_copies(run, plan))


def add_cleanup(run: Run) -> None:
    """Makes the commit that removes copies which were kept long enough."""
    now = engine_operation(run.operation).now
    days = sync_settings().backup_retention_days
    plan = plan_backup_cleanup(run.store, run.tip, run.place, now, days)
    commit_alone(run, plan)


def note_done(run: Run, now: datetime) -> None:
    """Notes what the rows of checkpoints have to say once the remote has confirmed a clean-up."""
    if run.operation.operation_type == SyncOperationTypeChoices.CLEANUP and run.refusal is None:
        copies_removed(run.fabric, sync_settings().backup_retention_days, now)


def with_copies(run: Run, plan: Plan) -> Plan:
    """Adds copies of what is replaced, where the setting `backup_copies` asks for them."""
    if not sync_settings().backup_copies:
        return plan
    return with_backup(run.store, plan, run.place, engine_operation(run.operation).now)


def note_checkpoint(run: Run) -> None:
    """Keeps the state before this operation; the caller holds the transaction."""
    changes = [change for made in run.made for change in made.plan.changes]
    before_operation(run.operation, run.head or '', changes, sync_settings().backup_copies)
