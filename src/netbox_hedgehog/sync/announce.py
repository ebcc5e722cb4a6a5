"""Publishes messages to the fabric's Redis channel, where the live rooms listen.

A message is a courtesy: no listener and no Redis are both fine, because every page can also ask.
"""

import json
from typing import Any

from django_rq.queues import get_connection
from netbox.constants import RQ_QUEUE_DEFAULT
from redis.exceptions import RedisError

from .run_log import current_log

__all__ = ['announce', 'channel']


def channel(fabric_id: int | None) -> str:
    """Returns the name of the channel all news of one fabric go through."""
    return f'netbox_hedgehog:fabric:{fabric_id}'


def announce(news: dict[str, Any]) -> None:
    """Sends one message to whoever listens; never fails."""
    try:
        get_connection(RQ_QUEUE_DEFAULT).publish(channel(news['fabric']), json.dumps(news))
    except (RedisError, OSError) as error:
        current_log(news['fabric']).debug(f'No news sent: {error}')
