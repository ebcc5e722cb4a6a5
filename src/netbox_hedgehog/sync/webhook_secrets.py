"""The secret a Git host signs its deliveries with: made, sealed, replaced, opened for one check.

Pages and the API call `replace_secret` and `remove_secret`; the webhook's own door calls
`usable_secrets`. A replaced secret is still good for a day, so that no delivery is lost between
changing it here and changing it at the host.
"""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from core.choices import ObjectChangeActionChoices
from django.db import transaction
from django.utils import timezone

from hedgehog_gitops.errors import NeedsPerson

from ..models import GitRepository
from .credentials import open_sealed, seal

__all__ = ['MIN_LENGTH', 'NeedsPerson', 'remove_secret', 'replace_secret', 'usable_secrets']

MIN_LENGTH = 16
_GRACE = timedelta(days=1)


def replace_secret(repository: GitRepository, user: Any, request_id: Any, secret: str = '') -> str:
    """Seals a secret, a random one where none is given, and returns it: it is never shown again."""
    new = secret or secrets.token_urlsafe(32)
    if len(new) < MIN_LENGTH:
        raise NeedsPerson(
            'SecretTooShort', f'A webhook secret has at least {MIN_LENGTH} characters.'
        )
    parts = {'secret': new}
    if before := _opened(repository).get('secret'):
        parts['previous'] = before
        parts['previous_until'] = (timezone.now() + _GRACE).isoformat()
    _write(repository, seal(repository, parts), user, request_id, 'Webhook secret replaced')
    return new


def remove_secret(repository: GitRepository, user: Any, request_id: Any) -> None:
    """Forgets the secret and the one before it: from now on every delivery is refused."""
    _write(repository, '', user, request_id, 'Webhook secret removed')


def usable_secrets(repository: GitRepository) -> tuple[str, ...]:
    """Returns what a delivery may be signed with now; nothing where no secret can be opened."""
    parts = _opened(repository)
    usable = [parts['secret']] if parts.get('secret') else []
    if parts.get('previous') and timezone.now() < datetime.fromisoformat(parts['previous_until']):
        usable.append(parts['previous'])
    return tuple(usable)


def _opened(repository: GitRepository) -> dict[str, str]:
    if not repository.webhook_secret:
        return {}
    try:
        return open_sealed(repository, repository.webhook_secret)
    except NeedsPerson:
        return {}


@transaction.atomic
def _write(
    repository: GitRepository, sealed: str, user: Any, request_id: Any, message: str
) -> None:
    repository.snapshot()
    repository.webhook_secret = sealed
    GitRepository.objects.filter(pk=repository.pk).update(webhook_secret=sealed)
    # No field of the change log shows a difference, so NetBox itself would note nothing.
    change = repository.to_objectchange(ObjectChangeActionChoices.ACTION_UPDATE)
    change.user, change.user_name = user, user.username
    change.request_id, change.message = request_id or uuid.uuid4(), message
    change.save()
