"""Tells others what happened: event rules, Django signals, the live channel, subscribers.

`runner.py` tells that an operation began, `finish.py` how it ended, `resolve.py` that a decision
needed no commit, `alerts.py` what the health check found. Each is called after the transaction it
tells about; nothing that goes wrong here undoes or stops anything.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from .. import signals
from ..choices import (
    OPEN_CONFLICT_STATUSES,
    OPEN_DUPLICATE_STATUSES,
    DuplicateStatusChoices,
    OperationStatusChoices,
)
from ..choices import SyncOperationTypeChoices as Type
from ..events import EVENTS
from ..models import (
    ConflictResolution,
    DuplicateScan,
    HealthAlert,
    HedgehogFabric,
    OutboxEntry,
    SyncOperation,
    YAMLDuplicateGroup,
)
from .announce import announce, announce_duplicate_detection, announce_resolution
from .cancellation import (
    CANCEL_REASON,
    CANCELLED_BY,
    cancelled_because,
    cancelled_by,
    is_quiet,
)
from .event_payloads import (
    MAX_NAMED,
    changes_in,
    conflicts_in,
    groups_in,
    payload_of,
    short_fabric,
    templates_in,
)
from .event_rules import call_asked_webhook, run_event_rules
from .messages import DuplicateDetectionUpdate, ResolutionProgress, ending_of, message
from .notices import Notice, mail_outcome, send_notices
from .outside import Outside
from .run_log import current_log
from .settings import sync_settings

__all__ = [
    'tell_alert',
    'tell_over',
    'tell_settled',
    'tell_started',
]

_LIVE = frozenset(event.name for event in EVENTS if event.live)
# The runner announces these itself, failures of its own included.
_BY_RUNNER = frozenset({'sync_completed', 'sync_failed', 'sync_cancelled'})


def tell_started(operation: SyncOperation, user: Any) -> None:
    """Tells that an operation has begun."""
    if operation.fabric is not None:
        _send('sync_started', operation.fabric, payload_of(operation), user)


def tell_over(
    operation: SyncOperation,
    user: Any,
    outside: Outside | None = None,
    refused: Iterable[OutboxEntry] = (),
    templates: Sequence[str] = (),
) -> None:
    """Tells how an operation ended and what it found; one event of each name, never per object."""
    fabric = operation.fabric
    if fabric is None:
        return
    payload = payload_of(operation)
    if outside is not None:
        _send('file_changed', fabric, {**payload, **changes_in(outside)}, user)
        _signal(
            signals.file_changed,
            fabric,
            operation=operation,
            paths=outside.paths,
            base=outside.base,
            head=outside.head,
        )
    if templates:
        _send('template_updated', fabric, {**payload, **templates_in(fabric, templates)}, user)
        paths = tuple(templates)
        _signal(signals.template_updated, fabric, operation=operation, paths=paths)
    _tell_ending(operation, payload, user)
    detected = _detected(operation)
    if detected:
        _send('conflict_detected', fabric, {**payload, **conflicts_in(detected)}, user)
        for conflict in detected:
            _signal(signals.conflict_detected, fabric, conflict=conflict)
    if operation.conflicts_resolved:
        _guarded(announce_resolution, fabric.pk, str(operation.operation_id), _settled(operation))
        resolved = list(operation.resolved_conflicts.all())
        _resolved(fabric, {**payload, **conflicts_in(resolved)}, operation, user)
    duplicates = _tell_duplicates(operation, payload, user)
    _signal(signals.operation_finished, fabric, operation=operation)
    notices = [*_notices(operation, outside, detected, refused), *duplicates]
    _guarded(send_notices, fabric, notices, _waits_for(operation))
    _guarded(mail_outcome, operation)


def tell_settled(conflict: ConflictResolution, user: Any) -> None:
    """Tells that a conflict was decided without anything to commit."""
    fabric = conflict.fabric
    payload = {'fabric': short_fabric(fabric), 'operation_id': None, **conflicts_in([conflict])}
    _resolved(fabric, payload, None, user)


def tell_alert(alert: HealthAlert) -> None:
    """Tells that the health check raised an alert, or cleared it."""
    name = 'alert_raised' if alert.cleared_at is None else 'alert_cleared'
    payload = {
        'fabric': short_fabric(alert.fabric),
        'alert': alert.name,
        'message': alert.message,
        'value': alert.value,
        'threshold': alert.threshold,
        'raised_at': alert.raised_at.isoformat(),
        'cleared_at': alert.cleared_at.isoformat() if alert.cleared_at else None,
    }
    _send(name, alert.fabric, payload, None)
    if name == 'alert_raised' and sync_settings().enable_error_notifications:
        headline = f'{alert.get_name_display()}: {alert.message}'
        _guarded(send_notices, alert.fabric, [Notice(name, headline)])


def _tell_ending(operation: SyncOperation, payload: dict[str, Any], user: Any) -> None:
    name = ending_of(operation)
    if name == 'sync_cancelled':
        by, why = cancelled_by(operation), cancelled_because(operation)
        payload = {**payload, CANCELLED_BY: by, CANCEL_REASON: why}
    _send(name, operation.fabric, payload, user)
    _guarded(call_asked_webhook, operation, name, payload, user)


def _waits_for(operation: SyncOperation) -> Iterable[Any]:
    """Who asked for an operation that somebody else cancelled: they would wait for ever."""
    asked = operation.initiated_by
    others = asked is not None and asked.username != cancelled_by(operation)
    cancelled = operation.status == OperationStatusChoices.CANCELLED
    return (asked,) if cancelled and others else ()


def _settled(operation: SyncOperation) -> ResolutionProgress:
    """How many conflicts the operation settled, of those that were open in its fabric."""
    done = operation.conflicts_resolved
    total = done + operation.conflicts_pending
    return ResolutionProgress(operation.status, 'conflicts', 'record', done, total)


def _resolved(
    fabric: HedgehogFabric, payload: dict[str, Any], operation: SyncOperation | None, user: Any
) -> None:
    _send('conflict_resolved', fabric, payload, user)
    if fabric.conflicts.filter(resolution_status__in=OPEN_CONFLICT_STATUSES).exists():
        return
    _send('resolution_complete', fabric, payload, user)
    _signal(signals.resolution_complete, fabric, operation=operation, left=0)


def _tell_duplicates(operation: SyncOperation, payload: dict[str, Any], user: Any) -> list[Notice]:
    """Tells of groups this operation found, of those it settled, and how many are left."""
    fabric = operation.fabric
    _guarded(_announce_duplicates, operation)
    found = list(
        operation.detected_duplicates.filter(resolution_status__in=OPEN_DUPLICATE_STATUSES)
    )
    if found:
        _send('duplicate_detected', fabric, {**payload, **groups_in(found)}, user)
        for group in found:
            _signal(signals.duplicate_detected, fabric, operation=operation, group=group)
    settled = list(_settled_groups(operation))
    if settled:
        _tell_groups_settled(operation, settled, payload, user)
    headline = f'{len(found)} groups of duplicates in {fabric}'
    names = tuple(str(group) for group in found[:MAX_NAMED])
    return [Notice('duplicate_detected', headline, names)] if found else []


def _settled_groups(operation: SyncOperation) -> QuerySet[YAMLDuplicateGroup]:
    """Groups it settled, and those of pull requests that it found merged."""
    groups = operation.fabric.duplicate_groups.filter(
        resolution_status=DuplicateStatusChoices.RESOLVED, resolved_in__isnull=False
    )
    own = Q(resolved_in=operation)
    if operation.started_at is None or operation.completed_at is None:
        return groups.filter(own)
    # One operation at a time works on a fabric: what was settled meanwhile, it settled.
    return groups.filter(own | Q(resolved_at__range=(operation.started_at, operation.completed_at)))


def _tell_groups_settled(
    operation: SyncOperation,
    settled: Sequence[YAMLDuplicateGroup],
    payload: dict[str, Any],
    user: Any,
) -> None:
    fabric = operation.fabric
    left = fabric.duplicate_groups.filter(resolution_status__in=OPEN_DUPLICATE_STATUSES).count()
    more = {**groups_in(settled), 'groups_left': left}
    _send('resolution_complete', fabric, {**payload, **more}, user)
    _signal(signals.resolution_complete, fabric, operation=operation, left=left)


def _announce_duplicates(operation: SyncOperation) -> None:
    """Says on the live channel how a search or a settlement ended."""
    about = operation.fabric_id, str(operation.operation_id)
    if operation.operation_type == Type.DUPLICATE_SCAN:
        present = operation.fabric.duplicate_groups.exclude(state_token='')
        kinds = Counter(present.values_list('comparison', flat=True))
        scan = DuplicateScan.objects.filter(fabric=operation.fabric).first()
        files = scan.files or 0 if scan is not None else 0
        update = DuplicateDetectionUpdate(
            operation.status, 'record', files, files, kinds.total(), dict(kinds)
        )
        announce_duplicate_detection(*about, update)
        return
    if operation.operation_type != Type.DUPLICATE_RESOLUTION:
        return
    ended = Counter(operation.resolved_duplicates.values_list('resolution_status', flat=True))
    failed = ended[DuplicateStatusChoices.FAILED]
    total = ended[DuplicateStatusChoices.RESOLVED] + failed
    announce_resolution(
        *about,
        ResolutionProgress(operation.status, 'duplicates', 'record', total, total, failed),
    )


def _notices(
    operation: SyncOperation,
    outside: Outside | None,
    detected: Sequence[ConflictResolution],
    refused: Iterable[OutboxEntry],
) -> list[Notice]:
    """What subscribers are told of an operation, the gravest first."""
    notices = []
    errors = sync_settings().enable_error_notifications
    if errors and operation.status == OperationStatusChoices.FAILED and _is_news(operation):
        headline = f'{operation.get_operation_type_display()} failed: {operation.last_reason}'
        notices.append(Notice('sync_failed', headline, (operation.last_error_message,)))
    if operation.status == OperationStatusChoices.CANCELLED and not is_quiet(operation):
        notices.append(_cancellation(operation))
    if errors:
        notices += [
            Notice('sync_failed', f'{entry.identity} was not published', (entry.reason,), row)
            for entry in refused
            if (row := entry.resource) is not None
        ]
    about = {each.resource_key: each.resource for each in detected if each.open}
    notices += [
        Notice('conflict_detected', f'Conflict: {key or operation.fabric}', (), resource)
        for key, resource in about.items()
    ]
    if outside is not None:
        headline = f'{len(outside.paths)} files changed in Git by {", ".join(outside.authors)}'
        notices.append(Notice('file_changed', headline, outside.paths))
    return notices


def _cancellation(operation: SyncOperation) -> Notice:
    kind, by = operation.get_operation_type_display(), cancelled_by(operation)
    why = cancelled_because(operation)
    headline = f'{kind} cancelled by {by}' if by else f'{kind} cancelled'
    return Notice('sync_cancelled', headline, (why,) if why else ())


def _is_news(operation: SyncOperation) -> bool:
    """Whether the fabric did not fail for the same reason right before: one mail per trouble."""
    before = (
        SyncOperation.objects.filter(
            fabric=operation.fabric, parent=None, completed_at__isnull=False
        )
        .exclude(pk=operation.pk)
        .order_by('-completed_at', '-pk')
        .first()
    )
    return before is None or before.last_reason != operation.last_reason


def _detected(operation: SyncOperation) -> list[ConflictResolution]:
    return list(operation.detected_conflicts.select_related('resource__fabric'))


def _send(name: str, fabric: HedgehogFabric, payload: dict[str, Any], user: Any) -> None:
    _guarded(run_event_rules, name, fabric, payload, user)
    if name in _LIVE - _BY_RUNNER:
        operation = payload.get('operation_id') or ''
        _guarded(announce, message(name, fabric.pk, operation, payload))


def _signal(signal: Any, fabric: HedgehogFabric, **arguments: Any) -> None:
    """Receivers that raise are logged by Django and keep nobody from hearing it."""
    signal.send_robust(sender=HedgehogFabric, fabric=fabric, **arguments)


def _guarded(tell: Any, *arguments: Any) -> None:
    try:
        tell(*arguments)
    except Exception:
        current_log().exception(f'{tell.__name__} could not tell')
