"""Sends an operation's end to NetBox's event rules. One event per operation, never per object."""

import logging
from typing import Any

from core.models import ObjectType
from extras.events import EventContext, process_event_rules
from extras.models import EventRule

from .. import events
from ..choices import OperationStatusChoices
from ..models import HedgehogFabric, SyncOperation

__all__ = ['tell_event_rules']

logger = logging.getLogger('netbox_hedgehog.sync')


def tell_event_rules(operation: SyncOperation, user: Any) -> None:
    """Runs the event rules for how an operation ended; a rule that fails stops nothing."""
    failed = operation.status == OperationStatusChoices.FAILED
    _send(operation, events.SYNC_FAILED if failed else events.SYNC_COMPLETED, user)
    if operation.conflicts_detected:
        _send(operation, events.CONFLICT_DETECTED, user)


def _send(operation: SyncOperation, event_type: str, user: Any) -> None:
    try:
        object_type = ObjectType.objects.get_for_model(HedgehogFabric)
        rules = EventRule.objects.filter(
            event_types__contains=[event_type], enabled=True, object_types=object_type
        )
        event = EventContext(event_type=event_type, data=_payload(operation), user=user)
        process_event_rules(rules, object_type, event)
    except Exception:
        logger.exception('An event rule failed for operation %s', operation.operation_id)


def _payload(operation: SyncOperation) -> dict[str, Any]:
    return {
        'fabric': {'id': operation.fabric_id, 'name': str(operation.fabric)},
        'operation_id': str(operation.operation_id),
        'operation_type': operation.operation_type,
        'status': operation.status,
        'reason': operation.last_reason,
        'message': operation.last_error_message,
        'commit': operation.commit_sha,
        'resources_created': operation.resources_created,
        'resources_updated': operation.resources_updated,
        'resources_deleted': operation.resources_deleted,
        'documents_held': operation.documents_held,
        'conflicts_detected': operation.conflicts_detected,
    }
