"""GitHub Apps as the stand-in knows them: a statement is verified, and a token given for it.

Verified is what GitHub verifies: algorithm, signature, who says it, and when.
"""

import base64
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from .state import Refused

__all__ = ['GitHubApp']

_LONGEST = 600
_SKEW = 5


@dataclass
class GitHubApp:
    """An app, the one place where it is installed, and the tokens it was given, newest last."""

    id: int = 4711
    installation: int = 99
    lives: timedelta = timedelta(hours=1)
    tokens: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        key = generate_private_key(public_exponent=65537, key_size=2048)
        self.public_key: RSAPublicKey = key.public_key()
        self.private_key = key.private_bytes(
            Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        ).decode()

    def token_for(self, statement: str, installation: str, wanted: dict[str, Any]) -> Any:
        """Gives a token, as GitHub answers it, or refuses in GitHub's words."""
        claims = self._verified(statement)
        if str(claims.get('iss')) != str(self.id) or installation != str(self.installation):
            raise Refused(404, 'Not Found')
        self.tokens.append(f'ghs_{secrets.token_hex(18)}')
        expires = datetime.now(UTC) + self.lives
        return {
            'token': self.tokens[-1],
            'expires_at': expires.strftime('%Y-%m-%dT%H:%M:%SZ'),
            'permissions': {'contents': 'write', 'pull_requests': 'write', 'checks': 'write'},
            'repository_selection': 'selected' if wanted.get('repositories') else 'all',
        }

    def _verified(self, statement: str) -> dict[str, Any]:
        try:
            said, _, signature = statement.rpartition('.')
            header, claims = (json.loads(_decoded(part)) for part in said.split('.'))
            self.public_key.verify(_decoded(signature), said.encode(), PKCS1v15(), SHA256())
        except (ValueError, InvalidSignature):
            raise Refused(401, 'A JSON web token could not be decoded') from None
        if header.get('alg') != 'RS256':
            raise Refused(401, 'A JSON web token could not be decoded')
        now = datetime.now(UTC).timestamp()
        issued, expires = claims.get('iat', now), claims.get('exp', 0)
        if issued > now + _SKEW or expires < now or expires > now + _LONGEST + _SKEW:
            raise Refused(401, "'Expiration time' claim ('exp') is too far in the future, or past")
        return dict(claims)


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + '=' * (-len(part) % 4))
