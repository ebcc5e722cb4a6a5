"""The same messages over WebSocket, in an ASGI process: no thread is held, so there may be many."""

import asyncio
import json
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer

from ..sync.channel import CHANNEL_ERRORS
from ..sync.settings import sync_settings
from ..ui.live import numbers_in
from .reader import Reader
from .seats import NoSeat, Seat, take_seat
from .streams import Ended, id_after, listen_async
from .viewer import Refused, Viewer, Wanted, of_fabric, of_operations

__all__ = ['FabricSocket', 'Nowhere', 'OperationSocket', 'OperationsSocket']

# A socket is closed after so many seconds: the browser comes back, and says what it heard last.
LIFE = 900.0
# Why a socket is closed: its time is up, the viewer may not listen any more, Redis is away.
COME_BACK, NOT_ADMITTED, NO_CHANNEL = 4000, 4403, 4503

_reader = Reader()


class _NewsSocket(ABC, AsyncWebsocketConsumer):
    """Sends what the person may hear; what a client sends is not read."""

    _seat: Seat | None = None
    _task: asyncio.Task[None] | None = None

    @abstractmethod
    def wanted(self) -> Wanted:
        """What this address tells of; refused where the person may not hear it."""

    async def connect(self) -> None:
        try:
            viewer, last = await asyncio.to_thread(self._admitted)
        except (Refused, NoSeat):
            # Closed before it is accepted: the client gets 403.
            await self.close()
            return
        await self.accept()
        self._task = asyncio.create_task(self._send_news(viewer, last))

    async def disconnect(self, code: int) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if self._seat is not None:
            await asyncio.to_thread(self._seat.give_back)

    def _admitted(self) -> tuple[Viewer, str]:
        """Who listens, and after which message; the second is looked up before anything is sent."""
        wanted = self.wanted()
        viewer = Viewer(self.scope['session'].session_key, wanted)
        if not viewer.admitted():
            raise Refused(403)
        last = _begin_after(self.scope)
        settings = sync_settings()
        self._seat = take_seat(
            'socket',
            self.scope['user'].pk,
            limit=settings.live_sockets_per_process,
            user_limit=settings.live_streams_per_user,
            seconds=LIFE,
        )
        return viewer, last

    async def _send_news(self, viewer: Viewer, last: str) -> None:
        code = COME_BACK
        try:
            async for news in listen_async(viewer, last, LIFE, _reader):
                await self.send(json.dumps(news if news is not None else {'type': 'beat'}))
        except Ended as ended:
            code = NOT_ADMITTED if str(ended) == 'not admitted' else NO_CHANNEL
        await self.close(code)


class FabricSocket(_NewsSocket):
    def wanted(self) -> Wanted:
        return of_fabric(self.scope['user'], self.scope['url_route']['kwargs']['pk'])


class OperationSocket(_NewsSocket):
    def wanted(self) -> Wanted:
        return of_operations(self.scope['user'], [self.scope['url_route']['kwargs']['pk']])


class OperationsSocket(_NewsSocket):
    def wanted(self) -> Wanted:
        return of_operations(self.scope['user'], numbers_in(_asked(self.scope, 'operations')))


class Nowhere(AsyncWebsocketConsumer):
    """Any other address: closed before it is accepted."""

    async def connect(self) -> None:
        await self.close()


def _begin_after(scope: dict[str, Any]) -> str:
    try:
        return id_after(_asked(scope, 'last'))
    except CHANNEL_ERRORS:
        raise NoSeat(503) from None


def _asked(scope: dict[str, Any], name: str) -> str:
    return parse_qs(scope['query_string'].decode('ascii', 'replace')).get(name, [''])[0]
