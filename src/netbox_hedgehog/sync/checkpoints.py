"""Keeps what a fabric is at a moment, so that `rollback.py` can bring it back.

`steps.py` takes a checkpoint before it publishes what overwrites or deletes; pages, API and the
command take one when asked; `jobs/` before conflicts are decided or objects deleted in bulk.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.plans import Change, Delete, Write

from ..choices import OPEN_CONFLICT_STATUSES, OPEN_OUTBOX_STATES, CheckpointReasonChoices
from ..choices import SyncOperationTypeChoices as Type
from ..models import (
    Checkpoint,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    SyncOperation,
)
from .digest import fabric_digest
from .stores import synced_commit

__all__ = [
    'DRAFTED',
    'DRAFT_FIELDS',
    'ENTRY_FIELDS',
    'SETTINGS',
    'before_operation',
    'copies_removed',
    'place_of',
    'prune_checkpoints',
    'take',
    'take_if_known',
]

_Reason = CheckpointReasonChoices
MAX_FILES = 1000

SETTINGS = (
    'status',
    'archive_strategy',
    'sync_enabled',
    'sync_direction',
    'conflict_strategy',
    'bad_document_policy',
    'publish_mode',
    'annotate',
    'keep_layout',
    'sync_interval',
    'duplicate_detection_enabled',
    'duplicate_scan_interval',
    'duplicate_resolution_mode',
    'resolution_hierarchy_config',
    'template_context',
    'template_environment',
    'template_change_mode',
    'template_removal_mode',
    'kubernetes_namespace',
    'gitops_tool',
    'gitops_app_name',
    'gitops_namespace',
)
DRAFT_FIELDS = ('draft_spec', 'draft_text', 'draft_labels', 'draft_annotations')
ENTRY_FIELDS = (
    'api_group',
    'api_version',
    'kind',
    'namespace',
    'name',
    'action',
    'user_id',
    'user_name',
    'message',
    'base_blob',
    'base_commit',
    'base_text',
    'new_state',
    'new_text',
    'closed',
)
DRAFTED = (
    Q(draft_spec__isnull=False)
    | Q(draft_labels__isnull=False)
    | Q(draft_annotations__isnull=False)
    | ~Q(draft_text='')
)
_IDENTITY = ('api_group', 'api_version', 'kind', 'namespace', 'name')

_REASONS = {
    Type.UNDO: _Reason.UNDO,
    Type.RESTORE: _Reason.RESTORE,
    Type.FILE_OPERATIONS: _Reason.FILE_OPERATIONS,
    Type.DUPLICATE_RESOLUTION: _Reason.DUPLICATE_RESOLUTION,
    Type.BRANCH_MERGE: _Reason.BRANCH_MERGE,
    Type.TEMPLATE_RENDER: _Reason.TEMPLATE_RENDER,
    Type.WIRING_GENERATION: _Reason.WIRING_GENERATION,
    Type.DIRECTORY_INIT: _Reason.DIRECTORY_INIT,
}


def take(
    fabric: HedgehogFabric,
    reason: str,
    user: Any,
    *,
    name: str = '',
    note: str = '',
    commit: str = '',
    operation: SyncOperation | None = None,
) -> Checkpoint:
    """Keeps commit, drafts, outbox and settings as they are now.

    Without `commit` it is the one NetBox has read last; a fabric that never was read has none.
    """
    synced = synced_commit(fabric)
    if not (commit or synced):
        raise NeedsPerson(
            'NeverSynchronised',
            f'{fabric} has not been read from Git yet: there is nothing to go back to.',
            hint='Initialise or synchronise the fabric first.',
        )
    in_step = not commit or commit == synced
    label = str(dict(CheckpointReasonChoices)[reason])
    if operation is not None:
        label = f'{label} {str(operation.operation_id)[:8]}'
    return Checkpoint.objects.create(
        fabric=fabric,
        name=name or label,
        reason=reason,
        sync_operation=operation,
        commit=commit or synced,
        digest=fabric_digest(fabric) if in_step else '',
        snapshot={**_snapshot(fabric), 'note': note},
        created_by=user,
        user_name=user.username if user is not None else '',
    )


def take_if_known(fabric: HedgehogFabric, reason: str, user: Any) -> Checkpoint | None:
    """The same for a fabric that may never have been read: then there is nothing to keep."""
    return take(fabric, reason, user) if synced_commit(fabric) else None


def before_operation(
    operation: SyncOperation, commit: str, changes: Iterable[Change], copies: bool
) -> Checkpoint | None:
    """Takes the checkpoint of an operation that overwrites or deletes; one for all its tries."""
    kind = _REASONS.get(operation.operation_type)
    lost = [_lost(change) for change in changes]
    files = [each for each in lost if each is not None]
    rolls_back = 'checkpoint' in operation.operation_config
    if kind is None or not (files or rolls_back):
        return None
    Checkpoint.objects.filter(sync_operation=operation).delete()
    made = take(
        operation.fabric,
        _Reason.ROLLBACK if rolls_back else kind,
        operation.initiated_by,
        commit=commit,
        operation=operation,
    )
    made.files, made.files_total, made.copies = files[:MAX_FILES], len(files), copies
    made.save(update_fields=('files', 'files_total', 'copies'))
    return made


def copies_removed(fabric: HedgehogFabric, days: int, now: datetime) -> None:
    """Notes that the copies which were kept long enough are gone from the tree."""
    old = fabric.checkpoints.filter(copies=True, created__lt=now - timedelta(days=days))
    old.update(copies=False)


def prune_checkpoints(days: int, now: datetime) -> int:
    """Removes checkpoints that were made by themselves longer ago; those made by hand stay."""
    if not days:
        return 0
    old = Checkpoint.objects.filter(created__lt=now - timedelta(days=days), copies=False)
    return old.exclude(reason=_Reason.MANUAL).delete()[0]


def place_of(fabric: HedgehogFabric) -> dict[str, Any]:
    """Where the fabric lives: a checkpoint of another place is of no use here."""
    return {
        'repository': fabric.git_repository_id,
        'branch': fabric.effective_branch,
        'directory': fabric.gitops_directory,
    }


def _snapshot(fabric: HedgehogFabric) -> dict[str, Any]:
    stored = HedgehogFabric.objects.select_related('git_repository').get(pk=fabric.pk)
    drafted = HedgehogResource.objects.filter(DRAFTED, fabric=fabric).order_by('pk')
    waiting = OutboxEntry.objects.filter(fabric=fabric, state__in=OPEN_OUTBOX_STATES)
    conflicts = stored.conflicts.filter(resolution_status__in=OPEN_CONFLICT_STATUSES)
    return {
        'place': place_of(stored),
        'settings': {name: getattr(stored, name) for name in SETTINGS},
        'drafts': [_draft(row) for row in drafted],
        'outbox': [_entry(entry) for entry in waiting.order_by('created', 'pk')],
        'conflicts': [str(each) for each in conflicts.values_list('conflict_id', flat=True)],
    }


def _draft(row: HedgehogResource) -> dict[str, Any]:
    updated = row.draft_updated.isoformat() if row.draft_updated else None
    return {
        **{name: getattr(row, name) for name in (*_IDENTITY, *DRAFT_FIELDS)},
        'labels': row.labels,
        'annotations': row.annotations,
        'in_git': row.desired_spec is not None,
        'draft_updated': updated,
        'draft_updated_by_id': row.draft_updated_by_id,
    }


def _entry(entry: OutboxEntry) -> dict[str, Any]:
    return {
        **{name: getattr(entry, name) for name in ENTRY_FIELDS},
        'change_set_id': str(entry.change_set_id),
        'request_id': str(entry.request_id) if entry.request_id else None,
    }


def _lost(change: Change) -> dict[str, str] | None:
    if isinstance(change, Write) and change.replaces is not None:
        return {'path': change.path, 'blob': change.replaces, 'action': 'update'}
    if isinstance(change, Delete):
        return {'path': change.path, 'blob': change.blob, 'action': 'delete'}
    return None
