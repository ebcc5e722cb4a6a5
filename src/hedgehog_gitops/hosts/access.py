"""How the API of a repository's host is reached: its addresses, and what a caller may set.

Made by `host_for`, read by `exchange.py`. Values only, so that nothing of the network is loaded
before a host is really asked for something.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ..errors import NeedsPerson
from .host import Token

__all__ = ['Access', 'Reach', 'Repository', 'api_addresses', 'repository_in']

# GitHub's door for SSH through networks that let only HTTPS out.
_DOORS = {'ssh.github.com': 'github.com', 'www.github.com': 'github.com'}
_TENANTS = '.ghe.com'


@dataclass(frozen=True, slots=True)
class Reach:
    """What a caller may set about the way to a host.

    `proxies` goes by scheme, as NetBox resolves it. `timeout` bounds one request from its start to
    the last byte, in seconds. `pause` waits that many seconds; tests hand in one that does not.
    """

    verify_tls: bool = True
    ca_file: str = ''
    proxies: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 30.0
    pause: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Access:
    """How one host's API is reached; the addresses have no slash at the end."""

    api: str
    graphql: str
    token: Token
    reach: Reach = field(default_factory=Reach)

    @property
    def place(self) -> str:
        """The host's name, for messages."""
        return urlsplit(self.api).netloc


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository as GitHub names it."""

    owner: str
    name: str


def api_addresses(url: str) -> tuple[str, str]:
    """Where the REST and the GraphQL API of the server of this repository are.

    A server of one's own (GitHub Enterprise) has them below its own name; of an SSH address only
    the host's name counts.
    """
    parts = urlsplit(url)
    host = (parts.hostname or '').lower()
    host = _DOORS.get(host, host)
    if host == 'github.com':
        return 'https://api.github.com', 'https://api.github.com/graphql'
    if host.endswith(_TENANTS):
        return f'https://api.{host}', f'https://api.{host}/graphql'
    named = f'[{host}]' if ':' in host else host
    if parts.scheme not in ('http', 'https'):
        return f'https://{named}/api/v3', f'https://{named}/api/graphql'
    server = f'{parts.scheme}://{named}{f":{parts.port}" if parts.port else ""}'
    return f'{server}/api/v3', f'{server}/api/graphql'


def repository_in(url: str) -> Repository:
    """Reads owner and name; raises NeedsPerson for an address that has no such two parts."""
    path = urlsplit(url).path.strip('/').removesuffix('.git')
    owner, _, name = path.partition('/')
    if not owner or not name or '/' in name:
        raise NeedsPerson(
            'UrlRefused',
            'The address of the repository does not name an owner and a repository of GitHub.',
            hint='Enter an address such as https://github.com/owner/repository.git, or choose '
            'another provider.',
        )
    return Repository(owner, name)
