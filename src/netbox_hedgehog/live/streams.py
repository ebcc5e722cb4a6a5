"""A stream of messages for one viewer: filtered, watched over, and bounded in time.

Twice, because there are two worlds: `listen` waits in the thread of a WSGI request, `listen_async`
in an event loop. Both yield a message, or None as a sign of life, and end when the time is up.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from ..sync.channel import CHANNEL_ERRORS, is_message_id, newest_id, read_after
from .reader import Lost, Reader
from .viewer import CHECKED_EVERY, Viewer

__all__ = ['Ended', 'id_after', 'listen', 'listen_async']

# Seconds without a message after which a sign of life is sent.
BEAT = 10.0
# Seconds one look at the channel waits, and after which a visitor who went is noticed.
_LOOK = 1.0


class Ended(Exception):
    """The stream ends before its time: the viewer may not listen any more, or Redis is away."""


class _Pace:
    """When the viewer is looked at again, when a sign of life is due, and when it is over."""

    def __init__(self, seconds: float) -> None:
        now = time.monotonic()
        self._end, self._check, self._beat = now + seconds, now + CHECKED_EVERY, now + BEAT

    @property
    def over(self) -> bool:
        return time.monotonic() >= self._end

    def check_is_due(self) -> bool:
        due = time.monotonic() >= self._check
        if due:
            self._check = time.monotonic() + CHECKED_EVERY
        return due

    def beat_is_due(self) -> bool:
        return time.monotonic() >= self._beat

    def sent(self) -> None:
        self._beat = time.monotonic() + BEAT


def id_after(said: str | None) -> str:
    """Where to begin: after what a browser says it heard last, else with what is new."""
    if said and is_message_id(said):
        return said
    return newest_id()


def listen(
    viewer: Viewer, last: str, seconds: float, gone: Callable[[], bool]
) -> Iterator[dict[str, Any] | None]:
    """Yields the messages after `last` in this thread, for `seconds` or until `gone` says so."""
    pace = _Pace(seconds)
    while not pace.over and not gone():
        if pace.check_is_due() and not viewer.admitted():
            raise Ended('not admitted')
        try:
            found = read_after(last, _LOOK)
        except CHANNEL_ERRORS as error:
            raise Ended('no channel') from error
        for news in found:
            last = news['id']
            if (shown := viewer.shown(news)) is not None:
                yield shown
                pace.sent()
        if pace.beat_is_due():
            yield None
            pace.sent()


async def listen_async(
    viewer: Viewer, last: str, seconds: float, reader: Reader
) -> AsyncIterator[dict[str, Any] | None]:
    """Yields the messages after `last` for so many seconds, without holding a thread."""
    pace = _Pace(seconds)
    try:
        async with reader.listening() as listener:
            missed = await asyncio.to_thread(_all_after, last)
            while not pace.over:
                if pace.check_is_due() and not await asyncio.to_thread(viewer.admitted):
                    raise Ended('not admitted')
                if not missed:
                    news = await listener.next(_LOOK)
                    missed = [news] if news is not None else []
                for news in missed:
                    if _number(news['id']) <= _number(last):
                        continue
                    last = news['id']
                    if (shown := await asyncio.to_thread(viewer.shown, news)) is not None:
                        yield shown
                        pace.sent()
                missed = []
                if pace.beat_is_due():
                    yield None
                    pace.sent()
    except (Lost, *CHANNEL_ERRORS) as error:
        raise Ended('no channel') from error


def _all_after(last: str) -> list[dict[str, Any]]:
    """Everything the channel still has after an id."""
    found: list[dict[str, Any]] = []
    while some := read_after(found[-1]['id'] if found else last):
        found += some
    return found


def _number(identity: str) -> tuple[int, ...]:
    return tuple(int(part) for part in identity.split('-'))
