"""How many requests one person may make in a minute, by class: the setting `rate_limits`.

Counted in Redis, so that all web processes share one count. Where Redis cannot be reached nobody
is refused for it.
"""

import time
from dataclasses import dataclass
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from ..sync.channel import CHANNEL_ERRORS, connection
from ..sync.settings import sync_settings

__all__ = ['Rate', 'RateLimited', 'RateThrottle']

WINDOW = 60


@dataclass(frozen=True, slots=True)
class Rate:
    """How a person stands in a class: requests a minute, how many are left, when it begins anew.

    `reset` is in seconds since 1970.
    """

    name: str
    limit: int
    left: int
    reset: int

    def headers(self) -> dict[str, str]:
        """The headers of an answer."""
        return {
            'X-RateLimit-Limit': str(self.limit),
            'X-RateLimit-Remaining': str(max(0, self.left)),
            'X-RateLimit-Reset': str(self.reset),
            'X-RateLimit-Resource': self.name,
        }


class RateThrottle(BaseThrottle):
    """Counts a request in its class."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rate: Rate | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        limit = sync_settings().rate_limits[self.name]
        if not limit:
            return True
        now = time.time()
        window = int(now // WINDOW)
        who = request.user.pk or request.META.get('REMOTE_ADDR', '')
        count = _counted(f'netbox_hedgehog:rate:{self.name}:{who}:{window}')
        if count is None:
            return True
        self.rate = Rate(self.name, limit, limit - count, (window + 1) * WINDOW)
        request._hedgehog_rate = self.rate
        return count <= limit

    def wait(self) -> float | None:
        return max(1.0, self.rate.reset - time.time()) if self.rate is not None else None


class RateLimited:
    """Mixed into views: the class of each action, and what its answers say of it.

    Actions of `rate_classes` have a class of their own; the others have that of the view, if they
    ask for a permission of their own.
    """

    rate_class = ''
    rate_classes: dict[str, str] = {}

    def get_throttles(self) -> list[BaseThrottle]:
        name = self.rate_of(getattr(self, 'action', None))
        return [RateThrottle(name)] if name else []

    @classmethod
    def rate_of(cls, action: str | None) -> str:
        """The class an action is counted in; empty for none."""
        own = getattr(cls, 'action_permissions', None)
        if action in cls.rate_classes:
            return cls.rate_classes[action]
        return cls.rate_class if own is None or action in own else ''

    def finalize_response(self, request: Any, response: Response, *args: Any, **kw: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kw)  # type: ignore[misc]
        if (rate := getattr(request, '_hedgehog_rate', None)) is not None:
            for name, value in rate.headers().items():
                answer[name] = value
        return answer


def _counted(key: str) -> int | None:
    try:
        pipe = connection().pipeline(transaction=False)
        pipe.incr(key)
        pipe.expire(key, 2 * WINDOW)
        return int(pipe.execute()[0])
    except CHANNEL_ERRORS:
        return None
