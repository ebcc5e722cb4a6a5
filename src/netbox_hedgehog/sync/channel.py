"""The one channel news go through: a capped stream in NetBox's task database of Redis.

`announce.py` writes, the room `live/` reads. A stream and not pub/sub: whoever comes back says what
the last message was and gets those after it, a slow reader costs no memory, and a reader that was
never there costs nothing at all.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from django_rq.queues import get_connection
from netbox.constants import RQ_QUEUE_DEFAULT
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

__all__ = [
    'CHANNEL_ERRORS',
    'append',
    'channel',
    'connection',
    'is_message_id',
    'newest_id',
    'read_after',
    'read_back',
]

CHANNEL_ERRORS = (RedisError, OSError)

# About this many messages are kept for whoever comes back; two a second from a busy operation.
KEPT = 1000
# Bytes of one message; what is larger is told without its payload.
MAX_BYTES = 64 * 1024
# Without news for so long the channel is forgotten altogether.
FORGOTTEN_AFTER = 24 * 3600
# A reader takes so many at a time.
AT_ONCE = 100

_FIELD = b'news'


def channel() -> str:
    """Returns the key of the channel."""
    return 'netbox_hedgehog:live'


def append(news: dict[str, Any], redis: Redis) -> str:
    """Puts one message at the end of the channel; returns the id it got."""
    data = json.dumps(news)
    if len(data) > MAX_BYTES:
        data = json.dumps({**news, 'payload': {}})
    pipe = redis.pipeline(transaction=False)
    pipe.xadd(channel(), {_FIELD: data}, maxlen=KEPT, approximate=True)
    pipe.expire(channel(), FORGOTTEN_AFTER)
    return _text(pipe.execute()[0])


def newest_id(redis: Redis | None = None) -> str:
    """Returns the id of the last message there is; whoever reads after it hears what is new."""
    found = (redis or connection()).xrevrange(channel(), count=1)
    return _text(found[0][0]) if found else '0-0'


def read_after(last: str, wait: float = 0.0, redis: Redis | None = None) -> list[dict[str, Any]]:
    """Returns the messages after an id, oldest first, the first hundred of them.

    Waits up to `wait` seconds where there is none yet.
    """
    block = max(int(wait * 1000), 1) if wait else None
    answer = (redis or connection()).xread({channel(): last}, count=AT_ONCE, block=block)
    # Redis answers with a mapping or with pairs, as the protocol of the connection wants it.
    parts = answer.values() if isinstance(answer, dict) else (part for _, part in answer or ())
    return [made for entries in parts for entry in _flat(entries) if (made := _message(entry))]


def read_back(count: int, redis: Redis | None = None) -> list[dict[str, Any]]:
    """Returns the last messages, newest first."""
    found = (redis or connection()).xrevrange(channel(), count=count)
    return [made for entry in found if (made := _message(entry))]


def is_message_id(text: str) -> bool:
    """Says whether a text is an id of this channel, as a browser hands one back."""
    time, _, number = text.partition('-')
    return len(text) <= 40 and all(part.isascii() and part.isdecimal() for part in (time, number))


@cache
def connection(timeout: float = 5.0) -> Redis:
    """Returns a connection to the database of NetBox's tasks that gives up after some seconds.

    It never tries again by itself: whoever sends has more important things to do than to wait, and
    whoever reads has a page that can ask otherwise.
    """
    redis = get_connection(RQ_QUEUE_DEFAULT)
    limits = {'socket_timeout': timeout, 'socket_connect_timeout': timeout}
    redis.connection_pool.connection_kwargs |= limits
    redis.set_retry(Retry(NoBackoff(), 0))
    return redis


def _flat(entries: Any) -> Iterator[Any]:
    for each in entries:
        # The newer protocol wraps the entries of a key in one more list.
        yield from [each] if isinstance(each, tuple) else each


def _message(entry: tuple[bytes, dict[bytes, bytes]]) -> dict[str, Any] | None:
    identity, fields = entry
    try:
        news = json.loads((fields or {})[_FIELD])
    except (KeyError, ValueError):
        return None
    return {'id': _text(identity), **news}


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
