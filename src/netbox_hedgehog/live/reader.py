"""One reader of the channel for everybody who listens in an ASGI process.

However many sockets there are, Redis has one connection more. Whoever is too slow for their queue
is let go: they come back and say what they heard last.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from ..sync.channel import CHANNEL_ERRORS, newest_id, read_after

__all__ = ['Listener', 'Lost', 'Reader']

# Messages that wait for one listener.
_WAITING = 200
# Seconds one look at the channel waits for news.
_LOOK = 1.0


class Lost(Exception):
    """The channel is away, or the listener was too slow."""


class Listener:
    """The messages after an id, in order, each once."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_WAITING)
        self.lost = False

    def give(self, news: dict[str, Any]) -> None:
        try:
            self.queue.put_nowait(news)
        except asyncio.QueueFull:
            self.lost = True

    async def next(self, patience: float) -> dict[str, Any] | None:
        """Returns the next message; None when there is none within some seconds."""
        if self.lost:
            raise Lost
        try:
            return await asyncio.wait_for(self.queue.get(), patience)
        except TimeoutError:
            if self.lost:
                raise Lost from None
            return None


class Reader:
    """Reads while somebody listens; one for each event loop."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Listener]:
        """Gives a listener that hears everything from now on."""
        listener = Listener()
        start = await _read(newest_id)
        self._listeners.add(listener)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._pass_on(start))
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    async def _pass_on(self, last: str) -> None:
        while self._listeners:
            try:
                found = await _read(read_after, last, _LOOK)
            except Lost:
                for listener in self._listeners:
                    listener.lost = True
                return
            for news in found:
                last = news['id']
                for listener in self._listeners:
                    listener.give(news)


async def _read(function: Any, *arguments: Any) -> Any:
    try:
        return await asyncio.to_thread(function, *arguments)
    except CHANNEL_ERRORS as error:
        raise Lost from error
