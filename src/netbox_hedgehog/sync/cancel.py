"""Stops an operation: at once while it waits, at the next safe point while it runs.

The safe point is right before the push: until then nobody else can see anything, afterwards the
record follows in any case. Drafts, files and decisions wait on; the next sync takes them up.
"""

from django.db import transaction
from django.utils import timezone

from hedgehog_gitops.errors import NeedsPerson

from ..choices import RUNNING_OPERATION_STATUSES, OperationStatusChoices
from ..models import SyncOperation
from .duplicate_steps import let_go

__all__ = ['CANCEL_REASON', 'NeedsPerson', 'request_cancel']

# The option of an operation that says why somebody cancelled it.
CANCEL_REASON = 'cancel_reason'


@transaction.atomic
def request_cancel(operation_id: int, why: str = '') -> SyncOperation:
    """Cancels an operation that waits, or asks the one that runs to stop; `why` is recorded."""
    operation = SyncOperation.objects.select_for_update().get(pk=operation_id)
    if operation.status == OperationStatusChoices.PENDING:
        operation.status = OperationStatusChoices.CANCELLED
        operation.completed_at = timezone.now()
        let_go(operation)
    elif operation.status not in RUNNING_OPERATION_STATUSES:
        raise NeedsPerson('OperationOver', 'This operation is over.', hint='It can be undone.')
    operation.cancel_requested = True
    if why:
        # Beside what it was asked for; whoever runs it has read its options by now.
        operation.operation_config = {**operation.operation_config, CANCEL_REASON: why}
    operation.save(update_fields=('status', 'completed_at', 'cancel_requested', 'operation_config'))
    return operation
