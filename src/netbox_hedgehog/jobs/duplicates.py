"""Asking for duplicates to be searched and settled. Called by views and API."""

from collections.abc import Sequence
from typing import Any

from core.choices import JobStatusChoices
from core.models import Job
from django.db import transaction

from ..choices import DuplicateStatusChoices, OperationStatusChoices
from ..choices import SyncOperationTypeChoices as Type
from ..models import HedgehogFabric, SyncOperation, YAMLDuplicateGroup
from ..sync.duplicate_decisions import (
    GroupDecision,
    NeedsPerson,
    not_settleable,
    not_there,
    refuse_stale,
)
from ..sync.outbox import Editor
from .operations import enqueue_operation

__all__ = ['enqueue_scan', 'enqueue_settlement']


def enqueue_scan(
    fabric: HedgehogFabric, editor: Editor, trigger_type: str
) -> tuple[Job, SyncOperation]:
    """Asks for the duplicates of a fabric to be searched now; joins a search that waits already."""
    waiting = SyncOperation.objects.filter(
        fabric=fabric,
        operation_type=Type.DUPLICATE_SCAN,
        status=OperationStatusChoices.PENDING,
        job__status__in=JobStatusChoices.ENQUEUED_STATE_CHOICES,
    ).select_related('job')
    if (found := waiting.order_by('pk').first()) is not None:
        return found.job, found
    return enqueue_operation(
        fabric,
        Type.DUPLICATE_SCAN,
        user=editor.user,
        trigger_type=trigger_type,
        request_id=editor.request_id,
    )


@transaction.atomic
def enqueue_settlement(
    fabric: HedgehogFabric,
    decisions: Sequence[GroupDecision],
    editor: Editor,
    trigger_type: str,
    *,
    policy: dict[str, Any] | None = None,
    notes: str = '',
) -> tuple[Job, SyncOperation]:
    """Asks for groups to be settled by one commit; refuses what is stale or needs a person.

    `policy` names the policy or option set to decide by in place of the fabric's.
    """
    keys = [decision.identity for decision in decisions]
    rows = YAMLDuplicateGroup.objects.filter(fabric=fabric, identity__in=keys)
    groups = {row.identity: row for row in rows.select_for_update(of=('self',)).order_by('pk')}
    for decision in decisions:
        _refuse(groups.get(decision.identity), decision, policy)
    options = {
        'decisions': [decision.as_json() for decision in decisions],
        'notes': notes,
        **(policy or {}),
    }
    job, operation = enqueue_operation(
        fabric,
        Type.DUPLICATE_RESOLUTION,
        user=editor.user,
        trigger_type=trigger_type,
        request_id=editor.request_id,
        options=options,
    )
    rows.update(resolution_status=DuplicateStatusChoices.RESOLVING)
    return job, operation


def _refuse(
    group: YAMLDuplicateGroup | None, decision: GroupDecision, policy: dict[str, Any] | None
) -> None:
    if group is None:
        raise NeedsPerson('DuplicateUnknown', 'This fabric has no such group of duplicates.')
    refuse_stale(group, decision.seen)
    # What another policy decides is not known before it is asked; what it leaves is told then.
    if why := not_there(group) if policy else not_settleable(group, decision):
        raise NeedsPerson('DuplicateUndecided', f'{group}: {why}')
