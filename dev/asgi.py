"""NetBox and the plugin's WebSockets as one ASGI application, with the static files of `wsgi.py`.

`./run` serves it, so that a visitor sees the pages with everything they can have.
"""

import asyncio
from contextvars import Context

from asgiref.wsgi import WsgiToAsgi
from django.conf import settings

from dev.wsgi import application as with_static_files
from netbox_hedgehog.live.asgi import application as netbox

__all__ = ['application']

_static = WsgiToAsgi(with_static_files)


async def application(scope, receive, send):  # type: ignore[no-untyped-def]
    """Passes requests for static files to where they are, everything else to NetBox."""
    static = scope['type'] == 'http' and scope['path'].startswith(settings.STATIC_URL)
    answer = (_static if static else netbox)(scope, receive, send)
    # A request that waits behind another on its connection is begun by uvicorn inside of that
    # one's last `send`, with its context: behind a static file that is a thread which has ended.
    await asyncio.get_running_loop().create_task(answer, context=Context())
