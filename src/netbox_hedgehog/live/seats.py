"""How many may listen: so many in one web process, so many streams for one person.

A stream under WSGI holds a thread. What is refused here asks now and then instead.
"""

import threading
import time
import uuid

from ..sync.channel import CHANNEL_ERRORS, connection

__all__ = ['NoSeat', 'Seat', 'take_seat']

# Seconds after its end at which a seat that nobody gave back is free again.
_GRACE = 15


class NoSeat(Exception):
    """Nobody else can listen now; `status` is that of HTTP."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Process:
    """The streams of this process, by sort."""

    lock = threading.Lock()
    taken: dict[str, int] = {}


class Seat:
    """A seat somebody has taken; whoever ends first gives it back, and only once."""

    def __init__(self, sort: str, key: str) -> None:
        self._sort, self._key = sort, key
        self._member = uuid.uuid4().hex
        self._held = True

    def note(self, seconds: float) -> int:
        """Notes the stream among those of its person; returns how many these are by now."""
        now = time.time()
        pipe = connection().pipeline(transaction=False)
        pipe.zremrangebyscore(self._key, 0, now)
        pipe.zadd(self._key, {self._member: now + seconds + _GRACE})
        pipe.zcard(self._key)
        pipe.expire(self._key, int(seconds + _GRACE))
        return int(pipe.execute()[2])

    def give_back(self) -> None:
        with _Process.lock:
            if not self._held:
                return
            self._held = False
            _Process.taken[self._sort] -= 1
        try:
            connection().zrem(self._key, self._member)
        except CHANNEL_ERRORS:
            return  # it runs out by itself


def take_seat(sort: str, user_id: int, *, limit: int, user_limit: int, seconds: float) -> Seat:
    """Takes one of the `limit` seats of this process, and one of the person's `user_limit`."""
    with _Process.lock:
        if _Process.taken.get(sort, 0) >= limit:
            raise NoSeat(503)
        _Process.taken[sort] = _Process.taken.get(sort, 0) + 1
    seat = Seat(sort, f'netbox_hedgehog:live:user:{user_id}')
    try:
        count = seat.note(seconds)
    except CHANNEL_ERRORS:
        seat.give_back()
        raise NoSeat(503) from None
    if count > user_limit:
        seat.give_back()
        raise NoSeat(429)
    return seat
