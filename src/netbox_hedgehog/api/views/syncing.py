"""Synchronisation over REST: of one fabric as it was asked for, and of several at once."""

from collections.abc import Iterable
from typing import Any

from extras.models import Webhook
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from ... import jobs
from ...choices import (
    OPEN_CONFLICT_STATUSES,
    OPEN_OUTBOX_STATES,
    SyncOperationTypeChoices,
    TriggerTypeChoices,
)
from ...choices import OperationDirectionChoices as Direction
from ...constants import APP_LABEL
from ...models import HedgehogFabric, SyncOperation
from ...object_actions import SyncFabric
from ...sync.branches import NeedsPerson, check_review_branch
from ...sync.event_rules import WEBHOOK_ASKED
from ...sync.features import Feature
from ...sync.notices import MAIL_TO
from ...sync.operation_report import usual_duration
from ...sync.publishing import allowed_directions, publishing_for
from ...sync.review_steps import BRANCH_ASKED
from ...sync.terms import ASKED_STRATEGY, DECIDING
from .. import serializers
from ..errors import ActionError
from .actions import (
    accepted,
    refused,
    require_feature,
    require_push,
    require_resolve,
    require_worker,
    valid,
)
from .fabric_requests import require_enabled, require_review

__all__ = ['check_direction', 'sync_all', 'sync_fabric', 'told_ahead']

_WORDS = (BRANCH_ASKED, 'pr_title', 'pr_body')
_WRITING = (Direction.GUI_TO_GIT, Direction.BIDIRECTIONAL)


def sync_fabric(request: Request, fabric: HedgehogFabric) -> Response:
    """Answers `fabrics/{id}/sync/`; the caller has asked for the permission."""
    options = _options(valid(serializers.SyncFabricSerializer, request), request.user)
    require_enabled(fabric)
    check_direction(fabric, options.get('direction'))
    if options.get('publish') or options.get('direction') in _WRITING:
        require_feature(Feature.BIDIRECTIONAL_SYNC)
        # A plain sync publishes only what its authors may publish, and needs nothing more.
        require_push(request, fabric)
    if any(name in options for name in _WORDS):
        require_review(fabric, asked=options.get('create_pr', False))
    _require_free(fabric, options.get(BRANCH_ASKED))
    if options.get(ASKED_STRATEGY) in DECIDING:
        require_feature(Feature.CONFLICT_RESOLUTION)
        require_resolve(request)
    _require_unmoved(fabric, options.pop('expected_commit', None))
    require_worker()
    job, operation = jobs.enqueue_operation(
        fabric,
        SyncOperationTypeChoices.SYNC,
        user=request.user,
        trigger_type=TriggerTypeChoices.API,
        request_id=getattr(request, 'id', None),
        options=options,
    )
    answer = accepted(request, job, operation)
    answer.data.update(told_ahead(request, operation))
    return answer


def check_direction(fabric: HedgehogFabric, wanted: str | None) -> None:
    """Refuses a direction that the fabric does not permit."""
    allowed = allowed_directions(fabric)
    if wanted is not None and wanted not in allowed:
        raise ActionError(
            'VALIDATION_FAILED',
            'DirectionNotPermitted',
            f'The fabric does not permit the direction {wanted}.',
            status_code=422,
            suggestions=tuple(f'direction: {name}' for name in allowed),
        )


def told_ahead(request: Request, operation: SyncOperation) -> dict[str, Any]:
    """What is known of a synchronisation before it has begun."""
    fabric = operation.fabric
    path = f'plugins-api:{APP_LABEL}-api:syncoperation'
    addresses = {
        'status_url': reverse(f'{path}-detail', args=[operation.pk], request=request),
        'cancel_url': reverse(f'{path}-cancel', args=[operation.pk], request=request),
        'stream_url': reverse(
            f'plugins:{APP_LABEL}:hedgehogfabric_events', args=[fabric.pk], request=request
        ),
    }
    open_conflicts = fabric.conflicts.filter(resolution_status__in=OPEN_CONFLICT_STATUSES).count()
    return {
        'estimated_duration_seconds': usual_duration(fabric.pk, operation.operation_type),
        'resources_targeted': _targeted(operation),
        'conflicts_detected': open_conflicts,
        'monitoring': addresses,
        'next_steps': [
            'GET status_url until status is completed, partially_completed, failed or cancelled.',
            *(['POST conflicts/{id}/resolve/ for each open conflict.'] if open_conflicts else []),
        ],
    }


def _targeted(operation: SyncOperation) -> int | None:
    """How many edits would be published as things stand; None where none may be."""
    publishing = publishing_for(operation, operation.fabric)
    if not publishing.writes:
        return None
    waiting = operation.fabric.outbox_entries.filter(state__in=OPEN_OUTBOX_STATES)
    entries = waiting.select_related('resource__sync_state', 'user')
    return sum(publishing.may_publish(entry) for entry in entries)


def _options(asked: dict[str, Any], user: Any) -> dict[str, Any]:
    """The options of the operation; none for a plain synchronisation, which may join another."""
    further = asked.pop('options', {})
    if asked.pop('create_pr', False) or further.get('create_pr'):
        asked['create_pr'] = True
    if strategy := asked.pop('conflict_resolution', {}).get('strategy'):
        asked[ASKED_STRATEGY] = strategy
    told = asked.pop('notifications', {})
    if told.get('email'):
        asked[MAIL_TO] = told['email']
    if told.get('webhook_url'):
        asked[WEBHOOK_ASKED] = _webhook(told['webhook_url'], user).pk
    asked |= {name: further[name] for name in _WORDS if further.get(name)}
    if further.get('force_sync'):
        asked['force_sync'] = True
    if not asked.pop('commit', True):
        asked['dry_run'] = True
    return asked


def _webhook(address: str, user: Any) -> Webhook:
    """The webhook of NetBox's with this address: nobody makes NetBox call any other."""
    webhooks = Webhook.objects.restrict(user, 'view').filter(payload_url=address)
    webhook = webhooks.order_by('pk').first()
    if webhook is None:
        raise ActionError(
            'VALIDATION_FAILED',
            'WebhookUnknown',
            'NetBox has no webhook with this URL that you may see.',
            status_code=422,
            suggestions=('Add it in NetBox (Operations > Webhooks), or name one that is there.',),
        )
    return webhook


def _require_free(fabric: HedgehogFabric, branch: str | None) -> None:
    """422: a branch that cannot be made for a review is told before anything is queued."""
    if branch is None:
        return
    try:
        check_review_branch(fabric, branch)
    except NeedsPerson as error:
        raise refused(error, 422) from error


def _require_unmoved(fabric: HedgehogFabric, expected: str | None) -> None:
    now = fabric.sync_state.last_synced_commit if hasattr(fabric, 'sync_state') else ''
    if expected is None or expected == now:
        return
    raise ActionError(
        'STALE_PLAN',
        'StalePlan',
        f'The fabric stands at {now or "no commit"} by now.',
        suggestions=('Look at what changed, then ask again.',),
        details={'last_synced_commit': now},
    )


def sync_all(request: Request, fabrics: Iterable[HedgehogFabric]) -> Response:
    """Queues a synchronisation of each fabric; 202 with what was queued and what was left."""
    require_worker()
    queued, left = [], []
    for fabric in fabrics:
        about = {'fabric': fabric.pk, 'name': fabric.name}
        if blocked := SyncFabric.blocked_because(fabric):
            left.append({**about, 'reason': str(blocked)})
            continue
        job, operation = jobs.enqueue_operation(
            fabric,
            SyncOperationTypeChoices.SYNC,
            user=request.user,
            trigger_type=TriggerTypeChoices.API,
            request_id=getattr(request, 'id', None),
        )
        queued.append({**about, **accepted(request, job, operation).data})
    return Response({'queued': queued, 'left': left}, status=202)
