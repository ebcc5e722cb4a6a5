"""Signs in as a GitHub App: a statement signed with the app's key is exchanged for a token.

Called through `choosing.py`. The statement is a JSON Web Token (RFC 7519, RS256) that lives for
minutes; the token lives for an hour and opens the one repository it is asked for.
"""

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ..errors import NeedsPerson
from .access import Access, Reach, Repository
from .app import App, InstallationToken
from .exchange import Exchange
from .outcomes import unreachable

__all__ = ['installation_token', 'statement']

# Clocks differ; GitHub takes no statement from the future and none that lives over ten minutes.
_BEFORE = timedelta(seconds=60)
_AFTER = timedelta(minutes=9)


def installation_token(
    app: App, api: str, repository: Repository, now: datetime, reach: Reach
) -> InstallationToken:
    """Asks for a token that opens one repository."""
    exchange = Exchange(Access(api, '', _Statement(statement(app, now)), reach))
    if not app.installation.isdecimal():
        raise _refused('The id of its installation is not a number.')
    path = f'/app/installations/{app.installation}/access_tokens'
    told = exchange.write('POST', path, {'repositories': [repository.name]})
    try:
        return InstallationToken(str(told['token']), datetime.fromisoformat(told['expires_at']))
    except (KeyError, TypeError, ValueError):
        raise unreachable(exchange.access.place, 'its answer is no token') from None


def statement(app: App, now: datetime) -> str:
    """Says who we are, signed with the app's private key."""
    claims = {
        'iat': int((now - _BEFORE).timestamp()),
        'exp': int((now + _AFTER).timestamp()),
        'iss': app.id,
    }
    said = f'{_encoded({"alg": "RS256", "typ": "JWT"})}.{_encoded(claims)}'
    signature = _key(app).sign(said.encode(), PKCS1v15(), SHA256())
    return f'{said}.{_url_safe(signature)}'


@dataclass(frozen=True, slots=True)
class _Statement:
    text: str = field(repr=False)

    def reveal(self) -> str:
        return self.text


def _key(app: App) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(app.private_key.reveal().encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _refused('Its private key cannot be read.') from None
    if not isinstance(key, RSAPrivateKey):
        raise _refused('Its private key is not an RSA key.')
    return key


def _refused(why: str) -> NeedsPerson:
    return NeedsPerson(
        'CredentialsRefused',
        f'The credential of the GitHub App is wrong. {why}',
        hint="Enter the app's id, the id of its installation and a private key made on the app's "
        'page, unencrypted and in PEM.',
    )


def _encoded(value: dict[str, Any]) -> str:
    return _url_safe(json.dumps(value, separators=(',', ':')).encode())


def _url_safe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()
