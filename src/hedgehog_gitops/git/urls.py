"""Which addresses may be contacted, and the removal of secrets from text.

Called by the plugin's forms before an address is stored, by fetch and push before each use, and
by everything that turns git's own words into a message.
"""

import base64
import re
from collections.abc import Collection, Iterable
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from ..errors import NeedsPerson

__all__ = ['canonical_url', 'check_url', 'redact', 'scrub']

_DEFAULT_PORTS = {'https': 443, 'http': 80, 'ssh': 22}
_USERINFO = re.compile(r'(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*://)[^/\s\'"]*@')
_SCP_STYLE = re.compile(
    r'(?:(?P<user>[\w.-]+)@)?(?P<host>[\w.-]+|\[[0-9a-fA-F:]+\]):(?!//)(?P<path>.+)'
)
_HOST = re.compile(r'[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\]|[0-9a-f:.]*:[0-9a-f:.]*')
_SSH_USER = re.compile(r'[a-zA-Z0-9_][a-zA-Z0-9_.-]*')


def check_url(
    url: str,
    allowed_schemes: Collection[str] = ('https', 'ssh'),
    allowed_hosts: Collection[str] | None = None,
) -> str:
    """The address in its normal form, or NeedsPerson('UrlRefused').

    Normal is: host in lower case, no default port, no slash at the end. `git@host:path` becomes
    `ssh://git@host/path`. A user name is allowed for SSH only, a password nowhere.
    """
    if not url or len(url) > 2048 or any(not _is_printable(letter) for letter in url):
        raise _refused('it is empty, too long, or holds a space or a control character')
    scp = None if '://' in url else _SCP_STYLE.fullmatch(url)
    if scp is not None and 'ssh' in allowed_schemes and '::' not in url:
        url = f'ssh://{scp["user"] or "git"}@{scp["host"]}/{scp["path"].lstrip("/")}'
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refused('it cannot be read as an address') from None
    scheme = parts.scheme.lower()
    if scheme not in allowed_schemes or '::' in url.partition('://')[0]:
        raise _refused(f'only {" and ".join(sorted(allowed_schemes))} addresses are allowed')
    if scheme == 'file':
        return _local(parts)
    host = _checked_host(parts, allowed_hosts)
    user = _checked_user(parts, scheme)
    if port is not None and port != _DEFAULT_PORTS.get(scheme):
        host = f'{host}:{port}'
    if '?' in url or '#' in url:
        raise _refused('it has a query or a fragment')
    return urlunsplit((scheme, f'{user}{host}', _checked_path(parts), '', ''))


def canonical_url(url: str) -> str:
    """One spelling per repository, for comparison only: no user, no `.git`, no slash at the end."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition('@')[2].lower()
    return urlunsplit((parts.scheme, host, parts.path.rstrip('/').removesuffix('.git'), '', ''))


def redact(text: str) -> str:
    """Removes user names and passwords from every address in `text`."""
    return _USERINFO.sub(r'\g<scheme>***@', text)


def scrub(text: str, secrets: Iterable[str]) -> str:
    """Removes the given secrets, and whatever looks like one in an address, from `text`.

    Also as a server may repeat them that shows what it was sent: percent-encoded, as hexadecimal
    digits, or inside the base64 of an Authorization header.
    """
    spelled = {each for secret in secrets if secret for each in _spellings(secret)}
    for each in sorted(spelled, key=len, reverse=True):
        text = text.replace(each, '***')
    return redact(text)


def _spellings(secret: str) -> set[str]:
    raw = secret.encode()
    found = {secret, quote(secret, safe=''), raw.hex()}
    for before in range(3):
        digits = base64.b64encode(b'\0' * before + raw).decode()
        # A digit that a neighbour has a part in may be another one there.
        inner = digits[(before * 8 + 5) // 6 : (before + len(raw)) * 8 // 6]
        # Of a very short secret too little is left to tell it from any other word.
        found.update({inner} if len(inner) >= 8 else ())
    return found


def _checked_host(parts: SplitResult, allowed: Collection[str] | None) -> str:
    host = (parts.hostname or '').lower()
    if not host or host.startswith('-') or not _HOST.fullmatch(host):
        raise _refused('its host name is missing or malformed')
    if allowed is not None and host not in {name.lower() for name in allowed}:
        raise _refused(f'the host {host} is not among the allowed ones')
    return f'[{host}]' if ':' in host else host


def _checked_user(parts: SplitResult, scheme: str) -> str:
    if '@' not in parts.netloc:
        return ''
    if scheme != 'ssh':
        raise _refused(
            'it holds a user name or a password', 'Store them as the credential of the repository.'
        )
    if parts.password is not None or not _SSH_USER.fullmatch(parts.username or ''):
        raise _refused('its user part is malformed or holds a password')
    return f'{parts.username}@'


def _checked_path(parts: SplitResult) -> str:
    path = parts.path.rstrip('/')
    if not path:
        raise _refused('it names no repository, only a host')
    if '..' in path.split('/') or path.startswith('/-'):
        raise _refused('its path is malformed')
    return path


def _local(parts: SplitResult) -> str:
    if parts.netloc or not parts.path.startswith('/') or '..' in parts.path.split('/'):
        raise _refused('a file address must be an absolute path')
    return f'file://{parts.path.rstrip("/")}'


def _is_printable(letter: str) -> bool:
    return letter.isprintable() and letter not in ' \\'


def _refused(why: str, hint: str = '') -> NeedsPerson:
    return NeedsPerson(
        'UrlRefused',
        f'This address of a repository is refused: {why}.',
        hint=hint or 'Give an address such as https://host/owner/repository.git.',
    )
