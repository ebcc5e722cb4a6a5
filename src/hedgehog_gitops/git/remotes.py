"""A remote repository, and one conversation with it.

`Remote` is made by the workflows' callers; `converse` is the only way `fetch.py` and `push.py`
reach the network.
"""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from ..errors import NeedsPerson
from .credentials import Credential, presented, secrets_of
from .process import Done, Git, Surroundings
from .urls import check_url, scrub

__all__ = ['Remote', 'converse']


@dataclass(frozen=True, slots=True)
class Remote:
    """Where a repository is served and what opens it.

    `addresses` pins the server to addresses the caller has resolved and judged (`1.2.3.4`); git
    then asks no name server. `ca_file` names further certificate authorities.
    """

    url: str
    credential: Credential | None = None
    verify_tls: bool = True
    allow_protocols: tuple[str, ...] = ('https', 'ssh')
    addresses: tuple[str, ...] = ()
    ca_file: str = ''

    @property
    def place(self) -> str:
        """The host, or the path of a local repository: how messages name this remote."""
        parts = urlsplit(self.url)
        return parts.netloc.rpartition('@')[2] or parts.path or 'the remote repository'


def converse(
    git: Git,
    remote: Remote,
    command: tuple[str, ...],
    refs: tuple[str, ...] = (),
) -> Done:
    """Runs `git <command> <address> <refs>`; its errors come back without any secret in them."""
    url = _checked(git, remote)
    with presented(remote.credential, url, git.settings) as around:
        around = Surroundings(
            {**around.environment, 'GIT_ALLOW_PROTOCOL': ':'.join(remote.allow_protocols)},
            (*_transport_config(remote, url), *around.config),
            around.descriptors,
        )
        done = git.run_long(*command, url, *refs, around=around)
    return replace(done, errors=scrub(done.errors, secrets_of(remote.credential)))


def _checked(git: Git, remote: Remote) -> str:
    """The service trusts no address; a person's own configuration may say what git allows."""
    if git.settings.hermetic:
        return check_url(remote.url, remote.allow_protocols)
    if remote.url.startswith('-') or '::' in remote.url or not remote.url.isprintable():
        raise NeedsPerson(
            'UrlRefused',
            'The configured address of the repository is refused.',
            hint='Use an address such as https://host/owner/repository.git.',
        )
    return remote.url


def _transport_config(remote: Remote, url: str) -> tuple[tuple[str, str], ...]:
    parts = urlsplit(url)
    entries: list[tuple[str, str]] = []
    if not remote.verify_tls:
        entries.append(('http.sslVerify', 'false'))
    if remote.ca_file:
        entries.append(('http.sslCAInfo', remote.ca_file))
    if remote.addresses and parts.scheme in ('http', 'https'):
        port = parts.port or (443 if parts.scheme == 'https' else 80)
        pinned = f'{parts.hostname}:{port}:{",".join(remote.addresses)}'
        entries.append(('http.curloptResolve', pinned))
    return tuple(entries)
