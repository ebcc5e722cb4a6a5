"""Opens a repository's secret at the last moment, and seals one that a person typed in.

The only place of the plugin that ever holds a clear secret; it is handed to the engine in a type
that does not print and dropped after the call. A function, never a model method: what stands on a
model can be called from a Jinja template.
"""

import json
import os
from collections.abc import Mapping
from typing import Any

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.git import Credential, PasswordCredential, Secret, SshKeyCredential
from hedgehog_gitops.hosts import App

from ..choices import AuthenticationTypeChoices as Auth
from ..choices import CredentialSourceChoices as Source
from ..choices import GitProviderChoices as Provider
from ..constants import CREDENTIAL_ENV_PREFIX
from ..models import GitRepository
from .app_tokens import app_token
from .sealing import open_sealed, seal, unreadable
from .settings import sync_settings

__all__ = ['has_credential', 'open_credential', 'open_sealed', 'seal']


def has_credential(repository: GitRepository) -> bool:
    """Says whether a credential is configured, without opening it."""
    if repository.authentication_type == Auth.NONE:
        return False
    if repository.credential_source == Source.ENCRYPTED:
        return bool(repository.encrypted_credentials)
    return bool(repository.credential_reference)


def open_credential(repository: GitRepository) -> Credential | None:
    """Returns what Git needs to log in, None for a public repository."""
    if repository.authentication_type == Auth.NONE:
        return None
    data = _secret_values(repository)
    if repository.authentication_type == Auth.SSH_KEY:
        return SshKeyCredential(
            private_key=Secret(_required(data, 'private_key')),
            known_hosts=_required(data, 'known_hosts'),
            username=data.get('username') or 'git',
        )
    if repository.authentication_type == Auth.GITHUB_APP:
        app = App(
            id=_required(data, 'app_id'),
            installation=_required(data, 'installation_id'),
            private_key=Secret(_required(data, 'private_key')),
        )
        return PasswordCredential(_TOKEN_USERS[Provider.GITHUB], app_token(repository, app))
    if repository.authentication_type == Auth.BASIC:
        return PasswordCredential(_required(data, 'username'), Secret(_required(data, 'password')))
    username = data.get('username') or _TOKEN_USERS.get(repository.provider, 'git')
    return PasswordCredential(username, Secret(_required(data, 'token')))


def _secret_values(repository: GitRepository) -> dict[str, str]:
    """Returns the credential's parts by name from wherever the repository says they are."""
    reference = repository.credential_reference
    match repository.credential_source:
        case Source.ENCRYPTED:
            if not repository.encrypted_credentials:
                raise _missing('No credential is stored for this repository.')
            return open_sealed(repository, repository.encrypted_credentials)
        case Source.ENV:
            return _parts(repository, _from_environment(reference))
        case Source.FILE:
            return _parts(repository, _from_file(reference))
        case _:
            return _parts(repository, _from_configuration(reference))


# What the hosts expect as a user name beside a token over HTTPS.
_TOKEN_USERS = {
    Provider.GITHUB: 'x-access-token',
    Provider.GITLAB: 'oauth2',
    Provider.BITBUCKET: 'x-token-auth',
}

# The one part that a bare string stands for.
_MAIN_PART = {Auth.TOKEN: 'token', Auth.SSH_KEY: 'private_key'}


def _parts(repository: GitRepository, value: Any) -> dict[str, str]:
    """Reads a JSON object of named parts, `user:password`, or one bare secret."""
    if isinstance(value, Mapping):
        return {str(name): str(part) for name, part in value.items()}
    text = str(value).strip('\r\n')
    if text.startswith('{'):
        try:
            return {str(name): str(part) for name, part in json.loads(text).items()}
        except ValueError:
            raise unreadable() from None
    if repository.authentication_type == Auth.BASIC:
        username, _, password = text.partition(':')
        return {'username': username, 'password': password}
    return {_MAIN_PART.get(repository.authentication_type, 'token'): text}


def _from_environment(name: str) -> str:
    # Any other variable could be sent to a server of the editor's choice by changing the URL.
    if not name.startswith(CREDENTIAL_ENV_PREFIX):
        raise _missing(f'Only variables named {CREDENTIAL_ENV_PREFIX}... may hold a credential.')
    if not os.environ.get(name):
        raise _missing(f'The environment variable {name} is not set for this process.')
    return os.environ[name]


def _from_file(name: str) -> str:
    folder = sync_settings().credential_directory
    if folder is None:
        raise _missing("'credential_directory' is not configured, so no file may be read.")
    path = (folder / name).resolve()
    if not name or not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise _missing(f'{name!r} is not a file of the credential directory.')
    return path.read_text(encoding='utf-8')


def _from_configuration(name: str) -> Any:
    entries = sync_settings().credentials
    if name not in entries:
        raise _missing(f"PLUGINS_CONFIG has no entry {name!r} under 'credentials'.")
    return entries[name]


def _required(data: Mapping[str, str], name: str) -> str:
    if not data.get(name):
        raise _missing(f'The credential of this repository has no {name}.')
    return data[name]


def _missing(message: str) -> NeedsPerson:
    return NeedsPerson(
        'CredentialMissing', message, hint='Edit the repository and set its credential.'
    )
