"""Whether a page of this NetBox opens a WebSocket, or one of another site with a visitor's cookie.

A browser sends the cookie with any WebSocket and says in `Origin` whose page asks. NetBox's list of
allowed hosts is of no help where it says "any", so the two have to be the same.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings

__all__ = ['SameOrigin', 'is_same_origin']

Headers = Iterable[tuple[bytes, bytes]]


class SameOrigin:
    """Passes WebSockets of NetBox's own pages on, and denies all others."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        if is_same_origin(scope['headers']):
            await self._application(scope, receive, send)
        else:
            await WebsocketDenier()(scope, receive, send)


def is_same_origin(headers: Headers) -> bool:
    """Says whether the headers are those of a page of the host they ask."""
    said = {name.decode('latin-1').lower(): value.decode('latin-1') for name, value in headers}
    origin = said.get('origin', '')
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    host = said.get('host', '')
    if settings.USE_X_FORWARDED_HOST:
        host = said.get('x-forwarded-host', host).split(',')[0].strip()
    return bool(host) and urlsplit(origin).netloc.lower() == host.lower()
