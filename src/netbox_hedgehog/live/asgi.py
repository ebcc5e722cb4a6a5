"""The ASGI application: NetBox as it is, and WebSockets below /ws/plugins/hedgehog/.

`DJANGO_SETTINGS_MODULE=netbox.settings uvicorn netbox_hedgehog.live.asgi:application`; it needs the
extra `netbox-hedgehog[websocket]`. docs/guide/websocket.md tells how it stands beside gunicorn.
"""

import os

os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'netbox.settings')

from django.core.asgi import get_asgi_application

# Sets Django up: whatever is imported after it may use models.
netbox = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from .origin import SameOrigin  # noqa: E402
from .sockets import FabricSocket, Nowhere, OperationSocket, OperationsSocket  # noqa: E402

__all__ = ['application']

_BELOW = f'{settings.BASE_PATH}ws/plugins/hedgehog/'

_sockets = URLRouter(
    [
        path(f'{_BELOW}fabrics/<int:pk>/', FabricSocket.as_asgi()),
        path(f'{_BELOW}operations/<int:pk>/', OperationSocket.as_asgi()),
        path(f'{_BELOW}operations/', OperationsSocket.as_asgi()),
        re_path('', Nowhere.as_asgi()),
    ]
)

application = ProtocolTypeRouter(
    {'http': netbox, 'websocket': SameOrigin(AuthMiddlewareStack(_sockets))}
)
