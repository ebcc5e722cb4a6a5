"""Several fabrics at once: one operation each, and a list of those that cannot be now."""

from collections.abc import Iterable

from rest_framework.request import Request
from rest_framework.response import Response

from ... import jobs
from ...choices import SyncOperationTypeChoices, TriggerTypeChoices
from ...models import HedgehogFabric
from ...object_actions import SyncFabric
from .actions import accepted, require_worker

__all__ = ['sync_all']


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
