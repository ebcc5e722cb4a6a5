"""What is remembered of a repository's deliveries: their ids for a day, the last one for a page.

Called by `api/views/webhooks.py`. Ids and counters live in Redis, shared by all web processes.
"""

import hashlib
import logging

from django.core.cache import cache
from django.utils import timezone

from ..models import GitRepository, GitRepositoryState

__all__ = ['forget_delivery', 'is_new_delivery', 'note_delivery', 'note_refused']

logger = logging.getLogger('netbox_hedgehog.webhooks')

_DAY = 86400
_MINUTE = 60


def is_new_delivery(repository: GitRepository, number: str) -> bool:
    """Says whether this delivery comes for the first time; one without an id always does."""
    return not number or bool(cache.add(_key(repository, number), 1, _DAY))


def forget_delivery(repository: GitRepository, number: str) -> None:
    """Lets the host send it again: nothing could be done for it."""
    if number:
        cache.delete(_key(repository, number))


def note_delivery(repository: GitRepository, outcome: str) -> None:
    """Notes what became of a genuine delivery, for the repository's page."""
    GitRepositoryState.objects.filter(repository=repository).update(
        webhook_delivered=timezone.now(), webhook_outcome=outcome[:200]
    )


def note_refused(repository: GitRepository) -> None:
    """Counts a delivery without a valid signature; tells log and page once a minute at most."""
    counter = f'hedgehog:webhook-refused:{repository.uuid}'
    cache.add(f'{counter}:all', 0, _DAY)
    count = cache.incr(f'{counter}:all')
    if not cache.add(f'{counter}:told', 1, _MINUTE):
        return
    logger.warning(
        'repository=%s: a webhook delivery has no valid signature (%d refused within a day)',
        repository.pk,
        count,
    )
    GitRepositoryState.objects.filter(repository=repository).update(webhook_refused=timezone.now())


def _key(repository: GitRepository, number: str) -> str:
    digest = hashlib.sha256(number.encode()).hexdigest()
    return f'hedgehog:webhook-delivery:{repository.uuid}:{digest}'
