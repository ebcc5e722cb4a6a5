"""The tokens of GitHub Apps: got when needed, kept until shortly before they end.

Called by `credentials.py`. A token is kept in Django's cache, sealed like any stored secret,
together with a mark of the credential it was given for; without an encryption key none is kept.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.git import Secret
from hedgehog_gitops.hosts import App, InstallationToken, token_of_app

from ..models import GitRepository
from .reach import reach_of
from .sealing import open_sealed, seal

__all__ = ['app_token', 'forget_token']

# Whoever gets a token has at least so long to work with it.
_AT_LEAST = timedelta(minutes=15)


def app_token(repository: GitRepository, app: App) -> Secret:
    """Returns a token that opens the repository, a kept one or a new one."""
    mark = _mark(repository, app)
    kept = _kept(repository, mark)
    if kept is not None:
        return kept
    now = timezone.now()
    token = token_of_app(app, repository.url, now, reach_of(repository))
    _keep(repository, mark, token, now)
    return Secret(token.text)


def forget_token(repository: GitRepository) -> None:
    """Has the next one ask anew: what was kept does not open the repository any more."""
    cache.delete(_name(repository))


def _kept(repository: GitRepository, mark: str) -> Secret | None:
    sealed = cache.get(_name(repository))
    if not sealed:
        return None
    try:
        data = open_sealed(repository, sealed)
    except NeedsPerson:
        return None
    ends = datetime.fromtimestamp(float(data['expires']), UTC)
    good = data['mark'] == mark and ends - timezone.now() > _AT_LEAST
    return Secret(data['token']) if good else None


def _keep(repository: GitRepository, mark: str, token: InstallationToken, now: datetime) -> None:
    lasts = (token.expires - now - _AT_LEAST).total_seconds()
    if lasts <= 0:
        return
    data = {'mark': mark, 'token': token.text, 'expires': str(token.expires.timestamp())}
    try:
        cache.set(_name(repository), seal(repository, data), lasts)
    except NeedsPerson:
        # Nothing to seal with: the next one asks again.
        return


def _mark(repository: GitRepository, app: App) -> str:
    parts = (repository.url, app.id, app.installation, app.private_key.reveal())
    return hashlib.sha256('\0'.join(parts).encode()).hexdigest()


def _name(repository: GitRepository) -> str:
    return f'netbox_hedgehog:app-token:{repository.uuid}'
