"""Has the Git host deliver webhooks to NetBox, so that nobody has to copy a secret by hand.

Called by the repository's page and the API. The host gets a new secret first; it becomes ours only
once the host has taken it, or may have: the one before stays good for a day either way.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from hedgehog_gitops.errors import EngineError, OutcomeUnknown
from hedgehog_gitops.git import Secret

from ..models import GitRepository
from .credentials import seal
from .hosts import opened_host
from .webhook_secrets import replace_secret

__all__ = ['EVENTS', 'EngineError', 'Registered', 'register_webhook']

# Pull requests too: their merge is what a fabric that publishes by them waits for.
EVENTS = ('push', 'pull_request')


@dataclass(frozen=True, slots=True)
class Registered:
    """A webhook the host knows now."""

    id: int
    url: str
    events: tuple[str, ...]


def register_webhook(repository: GitRepository, url: str, user: Any, request_id: Any) -> Registered:
    """Registers `url` at the host, or renews the webhook that is there; raises EngineError."""
    secret = secrets.token_urlsafe(32)
    # Where nothing can be sealed, the host is not asked at all.
    seal(repository, {'secret': secret})
    try:
        with opened_host(repository) as host:
            hook = host.register_webhook(url, Secret(secret), EVENTS)
    except OutcomeUnknown:
        replace_secret(repository, user, request_id, secret)
        raise
    replace_secret(repository, user, request_id, secret)
    return Registered(hook.id, hook.url, hook.events)
