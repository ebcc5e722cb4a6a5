"""The door to the API of a repository's Git host: opened for one purpose, closed with its bill.

    with opened_host(repository, operation) as host:
        pull = host.open_pull_request(branch, base, title, body)

`opened_host` opens the credential, refuses while the budget is known to be used up, and afterwards
notes on the repository what is left of it and on the operation how many calls were made. What the
host answered is kept in Django's cache by its ETag. No transaction may be open around it.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.utils import timezone

from hedgehog_gitops.errors import NeedsPerson, TryAgainLater
from hedgehog_gitops.git import PasswordCredential
from hedgehog_gitops.hosts import Host, KeptAnswer, RateLimit, host_for

from ..models import GitRepository, GitRepositoryState, SyncOperation
from .load import open_remote
from .reach import reach_of

__all__ = ['DjangoEtags', 'opened_host']

_KEPT_FOR = 24 * 3600
_LARGEST_KEPT = 256 * 1024


@contextmanager
def opened_host(
    repository: GitRepository, operation: SyncOperation | None = None
) -> Iterator[Host]:
    """Keeps the host within reach; raises NeedsPerson where the repository has none."""
    _refuse_disabled(repository)
    _respect_budget(repository)
    host = _host(repository)
    try:
        yield host
    finally:
        _note_budget(repository, host.rate_limit)
        if operation is not None:
            _count(operation, host.calls)


def _host(repository: GitRepository) -> Host:
    remote = open_remote(repository)
    credential = remote.credential
    if not repository.has_host or not isinstance(credential, PasswordCredential):
        raise _no_host(repository)
    etags, reach = DjangoEtags(repository), reach_of(repository)
    host = host_for(repository.provider, remote.url, credential.secret, etags, reach)
    if host is None:
        raise _no_host(repository)
    return host


class DjangoEtags:
    """Keeps a repository's answers in Django's cache.

    A changed credential or address begins anew: what one token may see is no matter of another's.
    """

    def __init__(self, repository: GitRepository) -> None:
        credential = f'{repository.encrypted_credentials}{repository.credential_reference}'
        mixed = f'{repository.url} {credential}'.encode()
        about = hashlib.sha256(mixed).hexdigest()[:16]
        self._prefix = f'netbox_hedgehog:etag:{repository.uuid}:{about}'

    def read(self, url: str) -> KeptAnswer | None:
        kept = cache.get(self._key(url))
        return KeptAnswer(*kept) if kept else None

    def keep(self, url: str, answer: KeptAnswer) -> None:
        if len(answer.body) <= _LARGEST_KEPT:
            cache.set(self._key(url), (answer.etag, answer.body), _KEPT_FOR)

    def _key(self, url: str) -> str:
        return f'{self._prefix}:{hashlib.sha256(url.encode()).hexdigest()}'


def _refuse_disabled(repository: GitRepository) -> None:
    if not repository.enabled:
        raise NeedsPerson(
            'RepositoryDisabled',
            'This repository is disabled, so its host is not contacted.',
            hint='Enable the repository first.',
        )


def _respect_budget(repository: GitRepository) -> None:
    state = GitRepositoryState.objects.filter(repository=repository).first()
    if state is None or state.rate_limit_remaining != 0 or state.rate_limit_reset is None:
        return
    wait = (state.rate_limit_reset - timezone.now()).total_seconds()
    if wait > 0:
        raise TryAgainLater(
            'RateLimited',
            f'The host of {repository} takes no more API requests until '
            f'{timezone.localtime(state.rate_limit_reset):%H:%M:%S}.',
            hint='It is tried again after that.',
            after=wait,
        )


def _note_budget(repository: GitRepository, limit: RateLimit | None) -> None:
    if limit is not None:
        GitRepositoryState.objects.filter(repository=repository).update(
            rate_limit_remaining=limit.remaining, rate_limit_reset=limit.reset
        )


def _count(operation: SyncOperation, calls: int) -> None:
    """On the value as well as on the row: whoever saves it later must not take it back."""
    operation.api_calls_made = (operation.api_calls_made or 0) + calls
    SyncOperation.objects.filter(pk=operation.pk).update(api_calls_made=operation.api_calls_made)


def _no_host(repository: GitRepository) -> NeedsPerson:
    return NeedsPerson(
        'HostApiMissing',
        f"The API of {repository}'s host cannot be used.",
        hint='That needs the provider GitHub and a token; an SSH key opens Git only.',
    )
