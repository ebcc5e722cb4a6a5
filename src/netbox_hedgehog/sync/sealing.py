"""Seals secrets for the database, for one repository each, and opens what was sealed.

A sealed secret reads `<key number>:<Fernet token>`; the token holds the repository's uuid, so that
a cipher text moved to another row does not open.
"""

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken

from hedgehog_gitops.errors import NeedsPerson

from ..models import GitRepository
from .settings import sync_settings

__all__ = ['key_of', 'newest_key', 'open_sealed', 'seal', 'unreadable']


def seal(repository: GitRepository, mapping: Mapping[str, str]) -> str:
    """Encrypts `mapping` for this repository with the newest key of the configuration."""
    number = newest_key()
    fernet = _fernet(number, sync_settings().encryption_keys[number])
    envelope = json.dumps({'repository': str(repository.uuid), 'data': dict(mapping)})
    return f'{number}:{fernet.encrypt(envelope.encode()).decode()}'


def open_sealed(repository: GitRepository, sealed: str) -> dict[str, str]:
    """Decrypts what `seal` made for this very repository."""
    number, token = key_of(sealed), sealed.partition(':')[2]
    keys = sync_settings().encryption_keys
    if number not in keys:
        raise NeedsPerson(
            'EncryptionKeyMissing',
            f'The stored secret was sealed with key {number or "?"}, which is not configured.',
            hint="Put that key back into 'encryption_keys', or enter the credential again.",
        )
    try:
        envelope = json.loads(_fernet(number, keys[number]).decrypt(token.encode()))
    except (InvalidToken, ValueError):
        raise unreadable() from None
    if envelope.get('repository') != str(repository.uuid):
        raise unreadable()
    return envelope['data']


def newest_key() -> int:
    """The number of the key that seals: the highest one that is configured."""
    keys = sync_settings().encryption_keys
    if not keys:
        raise NeedsPerson(
            'EncryptionKeyMissing',
            'No encryption key is configured, so a secret cannot be stored in NetBox.',
            hint="Set PLUGINS_CONFIG['netbox_hedgehog']['encryption_keys'] = {1: '<Fernet key>'}, "
            'or take the credential from a file or an environment variable.',
        )
    return max(keys)


def key_of(sealed: str) -> int | None:
    """The number of the key that sealed it; None for what was never sealed here."""
    number = sealed.partition(':')[0]
    return int(number) if number.isascii() and number.isdecimal() else None


def unreadable() -> NeedsPerson:
    return NeedsPerson(
        'CredentialUnreadable',
        'The stored credential cannot be opened with the configured keys.',
        hint='Enter the credential of the repository again.',
    )


def _fernet(number: int, key: str) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        raise NeedsPerson(
            'EncryptionKeyInvalid',
            f'Encryption key {number} is not a Fernet key.',
            hint='Make one with: python -c "from cryptography.fernet import Fernet; '
            'print(Fernet.generate_key().decode())"',
        ) from None
