"""Outcome -> SyncOperation and ConflictResolution rows. What was measured, and nothing else."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.findings import Finding, Severity
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.plans import (
    Conflict,
    ConflictKind,
    Delete,
    Move,
    Plan,
    Settlement,
    Side,
    Write,
    as_json,
)

from ..choices import (
    OPEN_CONFLICT_STATUSES,
    ConflictSeverityChoices,
    ConflictStrategyChoices,
    ConflictTypeChoices,
    OperationStatusChoices,
    ResolutionStatusChoices,
    ResourceConflictStatusChoices,
)
from ..models import (
    ConflictResolution,
    HedgehogFabric,
    OutboxEntry,
    ResourceSyncState,
    SyncOperation,
)
from .drafts import without_origin

__all__ = [
    'MAX_CHANGES',
    'close_decided',
    'close_failed',
    'close_operation',
    'note_conflict',
    'note_detection_error',
    'note_findings',
    'note_plan',
    'note_rewritten_history',
    'note_settled',
    'settle_conflicts',
]

MAX_FINDINGS = 1000
MAX_CHANGES = 1000


def note_plan(operation: SyncOperation, plan: Plan, commit: CommitId | None) -> None:
    """Puts what one commit does into its operation's row; the caller saves."""
    counts = plan.counts
    operation.commit_sha = commit or ''
    operation.base_commit = plan.base or ''
    operation.documents_seen += counts.get('seen', 0)
    operation.documents_ingested += counts.get('ingested', 0)
    operation.documents_unmanaged += counts.get('unmanaged', 0)
    operation.documents_held += counts.get('held', 0)
    for change in plan.changes:
        match change:
            case Write(replaces=None):
                operation.files_created += 1
            case Write():
                operation.files_updated += 1
            case Move():
                operation.files_moved += 1
            case Delete():
                operation.files_deleted += 1
    written = as_json(plan, commit)
    written['changes_total'] = len(written['changes'])
    written['changes'] = written['changes'][:MAX_CHANGES]
    del written['findings']
    operation.plan = written


def note_findings(operation: SyncOperation, findings: Iterable[Finding]) -> None:
    """Adds findings to the row, the first thousand in full, and first of all those that held
    something back; the caller saves.
    """
    rows = [finding.as_json() for finding in findings]
    operation.findings_total += len(rows)
    operation.error_count += sum(row['severity'] == Severity.ERROR for row in rows)
    operation.warning_count += sum(row['severity'] == Severity.WARNING for row in rows)
    operation.findings = sorted([*operation.findings, *rows], key=_is_verdict)[:MAX_FINDINGS]


def _is_verdict(row: dict[str, Any]) -> bool:
    """Whether a finding held nothing back: no error, or what a cluster would say about a field.

    Objects are taken in whatever their schema says; only what could not be read is left out.
    """
    return row['severity'] != Severity.ERROR or row.get('field') is not None


def close_operation(operation: SyncOperation) -> None:
    """Ends an operation that did what it could: partially when something was held back."""
    held = operation.documents_held or operation.conflicts_pending
    held = held or any(not _is_verdict(row) for row in operation.findings)
    operation.status = (
        OperationStatusChoices.PARTIALLY_COMPLETED if held else OperationStatusChoices.COMPLETED
    )
    operation.completed_at = timezone.now()
    operation.current_phase = ''
    operation.save()


def close_failed(operation: SyncOperation, error: EngineError, *, published: bool = False) -> None:
    """Ends an operation that could not do all, with the reason and what to do about it."""
    operation.status = (
        OperationStatusChoices.PARTIALLY_COMPLETED if published else OperationStatusChoices.FAILED
    )
    operation.last_reason = error.reason[:100]
    operation.last_error_message = str(error)
    operation.completed_at = timezone.now()
    operation.save()


def note_conflict(
    fabric: HedgehogFabric,
    operation: SyncOperation,
    conflict: Conflict,
    entry: OutboxEntry | None,
    strategy: str = '',
) -> ConflictResolution:
    """Keeps both sides and the base; a conflict that is open already gets the newer sides.

    `entry` is the edit in conflict; `strategy` what the policy says about clashes.
    """
    resource = entry.resource if entry is not None else None
    known = _open_row(fabric, conflict)
    row = known or ConflictResolution(
        fabric=fabric, resource_key=str(conflict.resource), sync_operation=operation
    )
    row.resource = resource or row.resource
    row.path = str(conflict.theirs.path or conflict.ours.path or row.path)[:1000]
    if conflict.kind is ConflictKind.MERGE_CONFLICT:
        # Apart from a conflict of the same object with an edit of NetBox.
        row.path = f'{row.path} ({conflict.ours.author})'[:1000]
    row.conflict_type = str(conflict.kind)
    row.severity = _severity(conflict)
    base_state = _side(conflict.base)
    if known is None or known.base_state != base_state:
        # Found again, it still goes back to the commit in which the sides agreed.
        row.base_commit = conflict.base_commit or ''
    row.base_state = base_state
    row.gui_state = _side(conflict.ours)
    row.git_state = _side(conflict.theirs)
    row.git_commit = conflict.git_commit or ''
    row.conflicting_fields = list(conflict.fields)
    row.provenance = _provenance(conflict, entry)
    row.auto_resolvable = _by_rule(conflict)
    _ask_again(row, conflict, strategy)
    row.save()
    if resource is not None:
        ResourceSyncState.objects.filter(resource=resource).update(
            conflict_status=ResourceConflictStatusChoices.DETECTED,
            last_sync_error=conflict.message,
            last_sync_error_at=timezone.now(),
        )
    operation.conflicts_detected += known is None
    return row


def _open_row(fabric: HedgehogFabric, conflict: Conflict) -> ConflictResolution | None:
    rows = ConflictResolution.objects.filter(
        fabric=fabric,
        resource_key=str(conflict.resource),
        resolution_status__in=OPEN_CONFLICT_STATUSES,
    )
    of_merge = Q(conflict_type=ConflictTypeChoices.MERGE_CONFLICT)
    if conflict.kind is ConflictKind.MERGE_CONFLICT:
        return rows.filter(of_merge, provenance__gui__author=conflict.ours.author).first()
    return rows.exclude(of_merge).first()


def note_settled(
    fabric: HedgehogFabric,
    operation: SyncOperation,
    settlement: Settlement,
    entry: OutboxEntry,
    strategy: str,
) -> ConflictResolution:
    """Keeps a conflict that the policy has decided, with both sides, as history."""
    row = note_conflict(fabric, operation, settlement.conflict, entry, strategy)
    outcome = _side(settlement.outcome)
    row.auto_resolvable = True
    row.resolution_status = ResolutionStatusChoices.RESOLVED
    row.resolution_strategy = strategy
    row.resolution_notes = 'Decided by the strategy of the fabric or the object.'
    row.resolved_state = outcome and {'text': outcome['text'], 'spec': outcome['spec']}
    row.resolved_in, row.resolved_at = operation, timezone.now()
    row.save()
    ResourceSyncState.objects.filter(resource=row.resource).update(
        conflict_status=ResourceConflictStatusChoices.RESOLVED, last_sync_error=''
    )
    operation.conflicts_resolved += 1
    return row


def close_decided(operation: SyncOperation, rows: Iterable[ConflictResolution]) -> None:
    """Ends conflicts whose decision the remote has confirmed; what was decided stays as it is."""
    for row in rows:
        row.resolution_status = ResolutionStatusChoices.RESOLVED
        row.resolved_in, row.resolved_at = operation, timezone.now()
        row.save()
        operation.conflicts_resolved += 1


def note_rewritten_history(
    fabric: HedgehogFabric, operation: SyncOperation, base: str, head: str
) -> None:
    """Keeps that somebody rewrote the branch: a person decides what NetBox should follow."""
    ConflictResolution.objects.update_or_create(
        fabric=fabric,
        resource_key='',
        conflict_type=ConflictTypeChoices.HISTORY_REWRITTEN,
        resolution_status__in=OPEN_CONFLICT_STATUSES,
        defaults={'base_commit': base, 'git_commit': head, 'path': fabric.gitops_directory},
        create_defaults={
            'conflict_id': uuid.uuid4(),
            'path': fabric.gitops_directory,
            'severity': ConflictSeverityChoices.CRITICAL,
            'sync_operation': operation,
            'base_commit': base,
            'git_commit': head,
            'resolution_status': ResolutionStatusChoices.MANUAL_REQUIRED,
        },
    )


def note_detection_error(fabric: HedgehogFabric, operation: SyncOperation) -> None:
    """Keeps that nobody knows whether both sides fit: nothing is published until somebody does."""
    ConflictResolution.objects.update_or_create(
        fabric=fabric,
        resource_key='',
        conflict_type=ConflictTypeChoices.DETECTION_ERROR,
        resolution_status__in=OPEN_CONFLICT_STATUSES,
        defaults={'error': operation.last_error_message},
        create_defaults={
            'conflict_id': uuid.uuid4(),
            'path': f'{fabric.gitops_directory} (detection)'[:1000],
            'severity': ConflictSeverityChoices.CRITICAL,
            'sync_operation': operation,
            'resolution_status': ResolutionStatusChoices.MANUAL_REQUIRED,
            'error': operation.last_error_message,
        },
    )


def settle_conflicts(
    fabric: HedgehogFabric, operation: SyncOperation, keys: Iterable[str], now: datetime
) -> None:
    """Closes conflicts about objects on which Git and NetBox agree again."""
    rows = ConflictResolution.objects.filter(
        fabric=fabric, resource_key__in=list(keys), resolution_status__in=OPEN_CONFLICT_STATUSES
    )
    operation.conflicts_resolved += rows.update(
        resolution_status=ResolutionStatusChoices.RESOLVED,
        # Nobody chose: what counts as chosen before is only what a person or a policy said.
        resolution_strategy='',
        resolution_notes='Git and NetBox agree again.',
        resolved_in=operation,
        resolved_at=now,
    )


def _ask_again(row: ConflictResolution, conflict: Conflict, strategy: str) -> None:
    """A decision that met a newer version in Git is open again, and says so."""
    if row.resolution_status == ResolutionStatusChoices.IN_PROGRESS:
        row.resolution_status = ResolutionStatusChoices.PENDING
        row.resolution_notes = f'{conflict.message}, after it was decided. {row.resolution_notes}'
        row.resolution_strategy = ''
    elif strategy == ConflictStrategyChoices.ESCALATED:
        row.resolution_status = ResolutionStatusChoices.ESCALATED


def _provenance(conflict: Conflict, entry: OutboxEntry | None) -> dict[str, Any]:
    """Who made each side, and when."""
    git, gui = (_maker(side) for side in (conflict.theirs, conflict.ours))
    if entry is not None:
        gui['typed'] = bool(entry.new_text)
    return {'git': git, 'gui': gui}


def _maker(side: Side) -> dict[str, Any]:
    when = side.when.isoformat() if side.when is not None else None
    return {'author': side.author, 'when': when, 'commit': side.commit}


def _by_rule(conflict: Conflict) -> bool:
    """Whether a rule may decide it: fields clash, and neither side removed or made the object."""
    return (
        conflict.kind is ConflictKind.CONCURRENT_MODIFICATION
        and bool(conflict.fields)
        and conflict.ours.value is not None
        and conflict.theirs.value is not None
    )


def _severity(conflict: Conflict) -> str:
    many = len(conflict.fields) > 5
    return ConflictSeverityChoices.HIGH if many else ConflictSeverityChoices.MEDIUM


def _side(side: Side | None) -> dict[str, Any] | None:
    """One version of the object as JSON; None where it is absent."""
    if side is None or side.text is None:
        return None
    value = side.value or {}
    metadata = value.get('metadata')
    metadata = metadata if isinstance(metadata, dict) else {}
    return {
        'text': side.text.decode('utf-8', 'replace').replace('\x00', '�'),
        'path': side.path,
        'document': side.document,
        'spec': value.get('spec'),
        'labels': metadata.get('labels') or {},
        'annotations': without_origin(metadata.get('annotations')),
    }
