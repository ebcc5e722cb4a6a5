"""Stops an operation: at once while it waits, at the next safe point while it runs.

The safe point is right before the push: until then nobody else can see anything, afterwards the
record follows in any case. Drafts, files and decisions wait on; the next sync takes them up.
"""

from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from hedgehog_gitops.errors import NeedsPerson

from ..choices import RUNNING_OPERATION_STATUSES, OperationStatusChoices
from ..models import SyncOperation
from .announce import announce
from .cancellation import cancelled_by, note_cancellation
from .duplicate_steps import let_go
from .messages import operation_over
from .untold import note_untold

__all__ = ['NeedsPerson', 'close_cancelled', 'request_cancel']


@transaction.atomic
def request_cancel(
    operation_id: int, by: Any = None, why: str = '', *, notify_users: bool = True
) -> SyncOperation:
    """Cancels an operation that waits, or asks the one that runs to stop.

    `by` and `why` are recorded and told; without `notify_users` to event rules alone. What waited
    is told by the next worker, since mails and webhooks take their time.
    """
    operation = SyncOperation.objects.select_for_update().get(pk=operation_id)
    if operation.status == OperationStatusChoices.PENDING:
        operation.status = OperationStatusChoices.CANCELLED
        operation.completed_at = timezone.now()
        let_go(operation)
        note_untold(operation, by)
        transaction.on_commit(partial(announce, operation_over(operation)))
    elif operation.status not in RUNNING_OPERATION_STATUSES:
        raise NeedsPerson('OperationOver', 'This operation is over.', hint='It can be undone.')
    operation.cancel_requested = True
    # Whoever runs it has read its options by now, and reads them once more when it stops.
    note_cancellation(operation, by, why, notify_users)
    operation.save(update_fields=_FIELDS)
    return operation


def close_cancelled(operation: SyncOperation) -> None:
    """Ends an operation that stopped on request: nothing of it was published, and it is to tell."""
    # Who cancelled it, and why, came in while it ran.
    operation.refresh_from_db(fields=('operation_config',))
    by = get_user_model().objects.filter(username=cancelled_by(operation)).first()
    note_untold(operation, by)
    operation.status, operation.cancel_requested = OperationStatusChoices.CANCELLED, True
    operation.completed_at = timezone.now()
    operation.save()
    let_go(operation)


_FIELDS = ('status', 'completed_at', 'cancel_requested', 'operation_config', 'untold')
