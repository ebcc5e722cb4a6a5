"""Seals stored secrets anew with the newest key, so that an older key can be given up.

For `manage.py hedgehog_rekey`, the system check and the service's status. A secret is looked at
one by one: where another process writes it meanwhile, or a key is missing, it stays as it is.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS

from hedgehog_gitops.errors import NeedsPerson

from ..constants import SECRET_FIELDS
from ..models import GitRepository
from .sealing import key_of, newest_key, open_sealed, seal

__all__ = ['NeedsPerson', 'StoredSecret', 'rekey', 'stored_secrets']


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """A sealed field of a repository; `trouble` is why no configured key opens it."""

    repository: GitRepository
    field: str
    trouble: NeedsPerson | None

    def __str__(self) -> str:
        return f'{self.repository}: {GitRepository._meta.get_field(self.field).verbose_name}'

    @property
    def sealed(self) -> str:
        return str(getattr(self.repository, self.field))

    @property
    def key(self) -> int | None:
        """The number of the key that sealed it."""
        return key_of(self.sealed)


def stored_secrets(using: str = DEFAULT_DB_ALIAS) -> Iterator[StoredSecret]:
    """Yields every secret the database holds, having tried to open it."""
    rows = GitRepository.objects.using(using).only('name', 'uuid', *SECRET_FIELDS)
    for repository in rows.order_by('name'):
        for field in SECRET_FIELDS:
            if sealed := getattr(repository, field):
                yield StoredSecret(repository, field, _trouble(repository, sealed))


def rekey() -> Counter[int | None]:
    """Seals with the newest key what another one sealed; returns how many were of which key.

    Raises NeedsPerson where there is no key to seal with.
    """
    newest = newest_key()
    changed: Counter[int | None] = Counter()
    for secret in stored_secrets():
        if secret.trouble is None and secret.key != newest and _seal_anew(secret):
            changed[secret.key] += 1
    return changed


def _seal_anew(secret: StoredSecret) -> bool:
    """Whether it was written: somebody may have replaced the secret since it was read."""
    repository = secret.repository
    sealed = seal(repository, open_sealed(repository, secret.sealed))
    unchanged = GitRepository.objects.filter(pk=repository.pk, **{secret.field: secret.sealed})
    return bool(unchanged.update(**{secret.field: sealed}))


def _trouble(repository: GitRepository, sealed: str) -> NeedsPerson | None:
    try:
        open_sealed(repository, sealed)
    except NeedsPerson as error:
        return error
    return None
