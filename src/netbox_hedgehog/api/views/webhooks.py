"""The door for Git hosts: a delivery is verified, and asks for a fetch; nothing else happens.

Nobody signs in here. Whoever knows the repository's secret may make NetBox look at the branch,
which a schedule does anyway; what the delivery says is never believed beyond that.
"""

import time
import uuid
from collections.abc import Sequence

from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ...jobs import enqueue_pushed
from ...models import GitRepository, SyncOperation
from ...sync.settings import sync_settings
from ...sync.webhook_deliveries import Delivery, is_genuine, read_delivery
from ...sync.webhook_records import (
    forget_delivery,
    is_new_delivery,
    note_delivery,
    note_refused,
)
from ...sync.webhook_secrets import usable_secrets
from ..serializers import DeliverySerializer, RefusedDeliverySerializer

__all__ = ['WebhookView']


class WebhookView(APIView):
    """Takes deliveries of GitHub, GitLab, Gitea and Forgejo for one repository."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        request=OpenApiTypes.OBJECT,
        responses={
            200: DeliverySerializer,
            202: DeliverySerializer,
            **dict.fromkeys((403, 404, 413), RefusedDeliverySerializer),
        },
        auth=[],
    )
    def post(self, request: Request, repository: uuid.UUID) -> Response:
        """Asks for a sync of the fabrics whose branch was pushed."""
        limit = sync_settings().max_webhook_size
        body = _body(request, limit)
        if len(body) > limit:
            return _refused(status.HTTP_413_REQUEST_ENTITY_TOO_LARGE)
        row = GitRepository.objects.filter(uuid=repository).first()
        secrets = usable_secrets(row) if row is not None else ()
        if row is None or not secrets:
            return _refused(status.HTTP_404_NOT_FOUND)
        if not is_genuine(request.headers, body, secrets, time.time()):
            note_refused(row)
            return _refused(status.HTTP_403_FORBIDDEN)
        return _taken(row, read_delivery(request.headers, body))


def _body(request: Request, limit: int) -> bytes:
    """Reads the raw bytes, and never more than one beyond the limit."""
    length = request.headers.get('Content-Length', '0')
    if length.isdecimal() and int(length) > limit:
        return b'x' * (limit + 1)
    return request._request.read(limit + 1)


def _taken(repository: GitRepository, delivery: Delivery) -> Response:
    if delivery.event == 'ping':
        note_delivery(repository, 'ping answered')
        return _answer(delivery, 'pong', code=status.HTTP_200_OK)
    if not is_new_delivery(repository, delivery.id):
        return _answer(delivery, 'This delivery was taken before.')
    try:
        operations = _enqueued(repository, delivery)
    except Exception:
        forget_delivery(repository, delivery.id)
        raise
    outcome = _outcome(repository, delivery, operations)
    note_delivery(repository, outcome)
    return _answer(delivery, outcome, operations)


def _enqueued(repository: GitRepository, delivery: Delivery) -> list[SyncOperation]:
    if not delivery.is_hint or not delivery.branch or delivery.deleted or not repository.enabled:
        return []
    return enqueue_pushed(repository, delivery.branch)


def _outcome(
    repository: GitRepository, delivery: Delivery, operations: Sequence[SyncOperation]
) -> str:
    """Says what became of a delivery; the first that holds."""
    branch = delivery.branch[:100]
    reasons = (
        (not delivery.readable, 'The body cannot be read.'),
        (not repository.enabled, 'The repository is disabled.'),
        (not delivery.is_hint, f'Nothing to do for the event {delivery.event[:50]!r}.'),
        (not branch, 'No branch was pushed.'),
        (delivery.deleted, f'The branch {branch} was deleted: nothing to fetch.'),
        (not operations, f'No fabric follows the branch {branch}.'),
        (delivery.is_proposal, f'The pull request of {branch} is looked at.'),
        (True, f'{branch} was pushed; fabrics to synchronise: {len(operations)}.'),
    )
    return next(words for holds, words in reasons if holds)


def _answer(
    delivery: Delivery,
    message: str,
    operations: Sequence[SyncOperation] = (),
    code: int = status.HTTP_202_ACCEPTED,
) -> Response:
    enqueued = [
        {'fabric': each.fabric.slug, 'operation_id': str(each.operation_id)} for each in operations
    ]
    return Response({'event': delivery.event, 'message': message, 'enqueued': enqueued}, code)


def _refused(code: int) -> Response:
    return Response({'message': 'Refused.'}, code)
