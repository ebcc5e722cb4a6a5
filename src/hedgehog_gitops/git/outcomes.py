"""Tells apart why a conversation with a server failed, from git's own words.

Called by `fetch.py` and `push.py`. Each outcome has its reason and says what a person can do.
The words are those of git, libcurl and OpenSSH with `LC_ALL=C`.
"""

import re
from collections.abc import Callable

from ..errors import EngineError, NeedsPerson, Rejected, TryAgainLater
from .failures import disk_is_full, last_words, local_failure
from .process import Done
from .remotes import Remote

__all__ = ['server_words', 'transport_failure']

type _Builder = Callable[[Remote, str], EngineError]

_HTTP_STATUS = re.compile(r'requested url returned error: (\d{3})|rpc failed; http (\d{3})')
_ESCAPES = re.compile(r'\x1b\[[0-9;?]*[ -/]*[@-~]')


def transport_failure(done: Done, remote: Remote) -> EngineError | None:
    """The error git's words stand for, or None when they are not known."""
    words = done.errors.lower()
    if disk_is_full(done) or ".lock': file exists" in _own(words):
        return local_failure(done, 'exchanging commits')
    for signs, build in _PARTICULAR:
        if any(sign in words for sign in signs):
            return build(remote, done.errors)
    found = _HTTP_STATUS.search(words)
    if found is not None:
        return _by_status(int(found[1] or found[2]), remote, done.errors)
    if any(sign in words for sign in _BROKEN_OFF):
        return _unreachable(remote, done.errors)
    return None


def server_words(errors: str) -> str:
    """What the server itself said: hooks and forges explain a refusal to the person there."""
    lines = [line[7:].strip() for line in errors.splitlines() if line.startswith('remote:')]
    text = ' '.join(line for line in lines if line)
    plain = ''.join(letter for letter in _ESCAPES.sub('', text) if letter.isprintable())
    return plain[:2000]


def _own(words: str) -> str:
    return '\n'.join(line for line in words.splitlines() if not line.startswith('remote:'))


def _by_status(status: int, remote: Remote, errors: str) -> EngineError | None:
    if status in (401, 403, 407):
        return _credentials_refused(remote, errors)
    if status == 413:
        return Rejected(
            'PushDeclined',
            f'{remote.place} refuses an upload of this size (HTTP 413).',
            hint='Raise the limit of the server or of the proxy before it, or send less at once.',
        )
    if status in (301, 302, 303, 307, 308):
        return NeedsPerson(
            'RemoteNotFound',
            f'{remote.place} answers that the repository is somewhere else (HTTP {status}).',
            hint='Enter its new address; for safety no redirection is followed.',
        )
    if status in (404, 410):
        return _not_found(remote, errors)
    if status == 429 or status >= 500:
        return TryAgainLater(
            'RemoteUnreachable',
            f'{remote.place} cannot serve the repository at the moment (HTTP {status}).',
            hint='It is tried again later.',
            after=60,
        )
    return None


def _credentials_refused(remote: Remote, errors: str) -> NeedsPerson:
    said = server_words(errors)
    if remote.credential is None:
        message = f'{remote.place} asks for a user name and a password, and none is stored.'
    else:
        message = f'{remote.place} refused the stored credentials.'
    return NeedsPerson(
        'CredentialsRefused',
        f'{message} It said: {said}' if said else message,
        hint='Check user name and token or key, that it has not expired, and that it may read '
        'and write this repository.',
    )


def _not_found(remote: Remote, errors: str) -> NeedsPerson:
    return NeedsPerson(
        'RemoteNotFound',
        f'{remote.place} has no repository at this address, or does not show it to this user.',
        hint='Check the address and what the credentials may see.',
    )


def _host_unknown(remote: Remote, errors: str) -> TryAgainLater:
    return TryAgainLater(
        'HostUnknown',
        f'The name {remote.place} is not known to the name server.',
        hint='Check the spelling of the address and the DNS of this machine.',
        after=60,
    )


def _certificate(remote: Remote, errors: str) -> NeedsPerson:
    return NeedsPerson(
        'CertificateRefused',
        f'The certificate of {remote.place} cannot be trusted.',
        hint='Install the certificate of its authority, or have the server renew its own.',
    )


def _host_key(remote: Remote, errors: str) -> NeedsPerson:
    return NeedsPerson(
        'HostKeyRefused',
        f'{remote.place} shows a host key that is not among the stored ones.',
        hint='If the server was replaced on purpose, store its new line of known_hosts; '
        'otherwise somebody may be standing in between.',
    )


def _unreachable(remote: Remote, errors: str) -> TryAgainLater:
    return TryAgainLater(
        'RemoteUnreachable',
        f'{remote.place} could not be reached ({last_words(errors)}).',
        hint='Check that the server runs and that this machine may connect to it.',
        after=30,
    )


def _content_refused(remote: Remote, errors: str) -> NeedsPerson:
    return NeedsPerson(
        'ContentRefused',
        f'The repository holds an object that is not safe to take in ({last_words(errors)}).',
        hint='Have it repaired: `git fsck --strict` in a clone names the object.',
    )


def _protocol(remote: Remote, errors: str) -> NeedsPerson:
    return NeedsPerson(
        'UrlRefused',
        f'This kind of address is not allowed for {remote.place}.',
        hint=f'Use one of: {", ".join(remote.allow_protocols)}.',
    )


# The first line that fits counts: OpenSSH and git add general words below the particular ones.
_PARTICULAR: tuple[tuple[tuple[str, ...], _Builder], ...] = (
    (('host key verification failed', 'remote host identification has changed'), _host_key),
    (('could not resolve host', 'name or service not known'), _host_unknown),
    (
        (
            'ssl certificate problem',
            'certificate verification failed',
            'certificate subject name',
            'no alternative certificate',
            'error setting certificate',
        ),
        _certificate,
    ),
    (
        (
            'authentication failed for',
            'could not read username',
            'could not read password',
            'permission denied (',
            'too many authentication failures',
            'invalid credentials',
        ),
        _credentials_refused,
    ),
    (("transport '", 'protocol is not supported', 'is not a git command'), _protocol),
    (('fsck error', 'is not allowed by fsck'), _content_refused),
    (
        (
            "' not found",
            'repository not found',
            'does not appear to be a git repository',
            'not valid: is this a git repository',
            'no such project',
        ),
        _not_found,
    ),
)
_BROKEN_OFF = (
    'failed to connect',
    "couldn't connect",
    'connection refused',
    'connection timed out',
    'connection reset',
    'connection closed',
    'connect to host',
    'no route to host',
    'network is unreachable',
    'operation too slow',
    'operation timed out',
    'empty reply from server',
    'recv failure',
    'ssl_connect',
    'gnutls_handshake',
    'early eof',
    'hung up unexpectedly',
    'unexpected disconnect',
    'transfer closed',
)
