"""NetBox and the plugin's WebSockets as one ASGI application, with the static files of `wsgi.py`.

`./run` serves it, so that a visitor sees the pages with everything they can have.
"""

from asgiref.wsgi import WsgiToAsgi
from django.conf import settings

from dev.wsgi import application as with_static_files
from netbox_hedgehog.live.asgi import application as netbox

__all__ = ['application']

_static = WsgiToAsgi(with_static_files)


async def application(scope, receive, send):  # type: ignore[no-untyped-def]
    """Passes requests for static files to where they are, everything else to NetBox."""
    static = scope['type'] == 'http' and scope['path'].startswith(settings.STATIC_URL)
    await (_static if static else netbox)(scope, receive, send)
