"""Streams of events over plain HTTP, for `EventSource`: a fabric's, an operation's, several ones'.

Under WSGI such a stream holds a thread of its process, so there are few seats, none at all where
the server has one thread, and each stream is short; the browser comes back by itself. Whoever finds
no seat is told so by the status, and the page asks now and then instead.
"""

import json
import socket
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views import View
from utilities.views import register_model_view

from ..models import HedgehogFabric, SyncOperation
from ..sync.channel import CHANNEL_ERRORS
from ..sync.settings import sync_settings
from ..ui.live import numbers_in
from .reader import Reader
from .seats import NoSeat, Seat, take_seat
from .streams import Ended, id_after, listen, listen_async
from .viewer import Refused, Viewer, Wanted, of_fabric, of_operations

__all__ = ['FabricEventsView', 'OperationEventsView', 'OperationsEventsView']

# Milliseconds after which a browser comes back to a stream that ended.
_COMES_BACK = 2000

_reader = Reader()


class _EventsView(ABC, View):
    """Answers with a stream of what the person may hear."""

    http_method_names = ['get']

    @abstractmethod
    def wanted(self, request: HttpRequest, **kwargs: Any) -> Wanted:
        """What this address tells of; refused where the person may not hear it."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse | StreamingHttpResponse:
        try:
            viewer = Viewer(request.session.session_key, self.wanted(request, **kwargs))
            if not viewer.admitted():
                raise Refused(403)
            return _answer(request, viewer)
        except (Refused, NoSeat) as refusal:
            return _refusal(refusal.status)


@register_model_view(HedgehogFabric, 'events')
class FabricEventsView(_EventsView):
    def wanted(self, request: HttpRequest, **kwargs: Any) -> Wanted:
        return of_fabric(request.user, kwargs['pk'])


@register_model_view(SyncOperation, 'events')
class OperationEventsView(_EventsView):
    def wanted(self, request: HttpRequest, **kwargs: Any) -> Wanted:
        return of_operations(request.user, [kwargs['pk']])


@register_model_view(SyncOperation, 'bulk_events', path='events', detail=False)
class OperationsEventsView(_EventsView):
    def wanted(self, request: HttpRequest, **kwargs: Any) -> Wanted:
        return of_operations(request.user, numbers_in(request.GET.get('operations', '')))


def _answer(request: HttpRequest, viewer: Viewer) -> StreamingHttpResponse:
    settings = sync_settings()
    threaded = not isinstance(request, ASGIRequest)
    limit = settings.live_streams_per_process if threaded else settings.live_sockets_per_process
    if threaded and not request.META.get('wsgi.multithread'):
        raise NoSeat(503)
    seconds = float(settings.live_stream_seconds)
    last = _begin_after(request)
    seat = take_seat(
        'thread' if threaded else 'socket',
        request.user.pk,
        limit=limit,
        user_limit=settings.live_streams_per_user,
        seconds=seconds,
    )
    stream = _Threaded if threaded else _Asynchronous
    response = StreamingHttpResponse(
        stream(viewer, seat, seconds, last, request.META.get('gunicorn.socket')),
        content_type='text/event-stream',
    )
    response['Cache-Control'] = 'no-cache, no-transform'
    # nginx would otherwise keep the events until it has a buffer full of them.
    response['X-Accel-Buffering'] = 'no'
    return response


def _begin_after(request: HttpRequest) -> str:
    """What comes after this id is sent: looked up before anything is, so that nothing is missed."""
    try:
        return id_after(request.headers.get('Last-Event-ID') or request.GET.get('last'))
    except CHANNEL_ERRORS:
        raise NoSeat(503) from None


def _refusal(status: int) -> HttpResponse:
    response = HttpResponse(status=status, content_type='text/plain')
    if status in (429, 503):
        response['Retry-After'] = str(sync_settings().live_stream_seconds)
    return response


class _Stream:
    """The lines of one stream; Django closes it when the visitor has gone."""

    def __init__(
        self, viewer: Viewer, seat: Seat, seconds: float, last: str, connection: Any
    ) -> None:
        self.viewer, self.seat, self.seconds = viewer, seat, seconds
        self.last, self.connection = last, connection

    def close(self) -> None:
        self.seat.give_back()


class _Threaded(_Stream):
    def __iter__(self) -> Iterator[str]:
        try:
            yield _BEGIN
            for news in listen(self.viewer, self.last, self.seconds, self._gone):
                yield _lines(news)
        except Ended as error:
            yield _end(error)
        finally:
            self.close()

    def _gone(self) -> bool:
        """Whether the visitor has hung up; only gunicorn lets one see that before writing."""
        if self.connection is None:
            return False
        try:
            return self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b''
        except (BlockingIOError, ValueError):
            return False
        except OSError:
            return True


class _Asynchronous(_Stream):
    async def __aiter__(self) -> AsyncIterator[str]:
        try:
            yield _BEGIN
            async for news in listen_async(self.viewer, self.last, self.seconds, _reader):
                yield _lines(news)
        except Ended as error:
            yield _end(error)
        finally:
            self.close()


_BEGIN = f'retry: {_COMES_BACK}\n\n'


def _lines(news: dict[str, Any] | None) -> str:
    if news is None:
        return ': still here\n\n'
    return f'id: {news["id"]}\ndata: {json.dumps(news)}\n\n'


def _end(ended: Ended) -> str:
    """Says that coming back is of no use for now; the page asks now and then instead."""
    return f'event: end\ndata: {json.dumps({"why": str(ended)})}\n\n'
