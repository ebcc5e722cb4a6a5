"""What `manage.py check --database default` says of this plugin's rows; `migrate` asks it first."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.checks import Tags, Warning, register
from django.db import DatabaseError, transaction

from .constants import APP_LABEL
from .sync.rekey import StoredSecret, stored_secrets

__all__ = ['check_secrets']


@register(Tags.database)
def check_secrets(
    app_configs: Sequence[Any] | None, databases: Iterable[str] | None, **kwargs: Any
) -> list[Warning]:
    """Names the secrets no configured key opens, before a synchronisation fails of it."""
    return [
        Warning(f'{secret}: {trouble.message}', hint=trouble.hint, id=f'{APP_LABEL}.W001')
        for alias in databases or ()
        for secret in _stored(alias)
        if (trouble := secret.trouble)
    ]


def _stored(alias: str) -> list[StoredSecret]:
    try:
        with transaction.atomic(using=alias):
            return list(stored_secrets(alias))
    except DatabaseError:
        # Not migrated yet, or not a database that answers: others say so.
        return []
