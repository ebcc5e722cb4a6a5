"""What opens a remote repository, in types that do not print, and how git is given it.

Made by the plugin's runner at the last moment and dropped after the call. A password goes through
a pipe that only the child and its helpers inherit; an SSH key goes through the standard input of
`ssh-add` into an agent of its own. Neither ever stands in an argument, an environment, an
address, a configuration file or on the disk.
"""

import contextlib
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Never, final
from urllib.parse import urlsplit

from ..errors import NeedsPerson
from .process import Surroundings, death_guard
from .settings import GitSettings

__all__ = ['Credential', 'PasswordCredential', 'Secret', 'SshKeyCredential', 'presented']

# A pipe takes this much without a reader, so the writer never has to wait for git.
_LONGEST = 16_384
_SSH = (
    'ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=yes -o UpdateHostKeys=no'
    ' -o GlobalKnownHostsFile=/dev/null -o PreferredAuthentications=publickey -o IdentityFile=none'
    ' -o ForwardAgent=no -o ClearAllForwardings=yes -o ControlPath=none -o ConnectTimeout=20'
    ' -o ServerAliveInterval=15 -o ServerAliveCountMax=4'
)


@final
class Secret:
    """Text that does not print, compare, copy itself into a pickle or show in a traceback."""

    __slots__ = ('_value',)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the one place that hands it on."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return '***'

    def __copy__(self) -> 'Secret':
        return self

    def __deepcopy__(self, memo: object) -> 'Secret':
        return self

    def __reduce__(self) -> Never:
        raise TypeError('a secret is not written down')


@dataclass(frozen=True, slots=True)
class PasswordCredential:
    """User name and password or token, for HTTPS."""

    username: str
    secret: Secret


@dataclass(frozen=True, slots=True)
class SshKeyCredential:
    """A private key without passphrase, and the lines of `known_hosts` the server must match."""

    private_key: Secret
    known_hosts: str
    username: str = 'git'


type Credential = PasswordCredential | SshKeyCredential


@contextlib.contextmanager
def presented(
    credential: Credential | None, url: str, settings: GitSettings
) -> Iterator[Surroundings]:
    """Keeps a credential within git's reach for one call to `url`."""
    if isinstance(credential, PasswordCredential):
        with _password_in_pipe(credential, url) as around:
            yield around
    elif url.startswith('ssh://') and (settings.hermetic or credential is not None):
        with _key_in_agent(credential, url, settings) as around:
            yield around
    else:
        yield Surroundings()


def secrets_of(credential: Credential | None) -> tuple[str, ...]:
    """The texts that must not appear in any message about a call with this credential."""
    match credential:
        case PasswordCredential():
            return (credential.secret.reveal(),)
        case SshKeyCredential():
            lines = credential.private_key.reveal().splitlines()
            return tuple(line for line in lines if len(line) > 16 and '-----' not in line)
        case None:
            return ()


@contextlib.contextmanager
def _password_in_pipe(credential: PasswordCredential, url: str) -> Iterator[Surroundings]:
    answer = f'username={credential.username}\npassword={credential.secret.reveal()}\n'.encode()
    if answer.count(b'\n') != 2 or b'\0' in answer or b'\r' in answer or len(answer) > _LONGEST:
        raise NeedsPerson(
            'CredentialsRefused',
            'The stored user name or password is too long or holds a line break.',
            hint='Enter it again, without anything before or after it.',
        )
    reader, writer = os.pipe()
    try:
        os.write(writer, answer)
        os.close(writer)
        yield Surroundings(config=_helper(url, reader), descriptors=(reader,))
    finally:
        os.close(reader)


def _helper(url: str, descriptor: int) -> tuple[tuple[str, str], ...]:
    """A helper that answers the first question, for this server only (never for a proxy)."""
    parts = urlsplit(url)
    server = f'{parts.scheme}://{parts.netloc}'
    answer = f'!f() {{ test "$1" = get && cat /dev/fd/{descriptor}; }}; f'
    return (
        ('credential.helper', ''),
        (f'credential.{server}.helper', ''),
        (f'credential.{server}.helper', answer),
        (f'credential.{server}.username', ''),
    )


@contextlib.contextmanager
def _key_in_agent(
    credential: Credential | None, url: str, settings: GitSettings
) -> Iterator[Surroundings]:
    key = credential if isinstance(credential, SshKeyCredential) else None
    # Not beside the store: the name of a socket may not be longer than about 100 bytes.
    folder = Path(tempfile.mkdtemp(prefix='hedgehog-'))
    try:
        hosts = folder / 'known_hosts'
        hosts.write_text(key.known_hosts.rstrip('\n') + '\n' if key else '')
        command = f'{_SSH} -o UserKnownHostsFile={shlex.quote(str(hosts))}'
        if key is None:
            yield _ssh_surroundings(f'{command} -o IdentityAgent=none')
            return
        if '@' not in urlsplit(url).netloc:
            command += f' -o User={shlex.quote(key.username)}'
        with _agent(folder / 'agent', key, settings):
            yield _ssh_surroundings(f'{command} -o IdentityAgent={folder / "agent"}')
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ssh_surroundings(command: str) -> Surroundings:
    return Surroundings({'GIT_SSH_COMMAND': command, 'GIT_SSH_VARIANT': 'ssh'})


@contextlib.contextmanager
def _agent(socket: Path, key: SshKeyCredential, settings: GitSettings) -> Iterator[None]:
    environment = {'PATH': settings.search_path, 'SSH_AUTH_SOCK': str(socket), 'LC_ALL': 'C'}
    try:
        agent = subprocess.Popen(
            [*death_guard(settings.search_path), 'ssh-agent', '-D', '-a', str(socket)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise NeedsPerson(
            'GitMissing', f'The program {error.filename!r} was not found.', hint='Install OpenSSH.'
        ) from error
    try:
        _await_agent(agent)
        _add_key(key, settings, environment)
        yield
    finally:
        agent.kill()
        agent.communicate()


def _await_agent(agent: subprocess.Popen[bytes]) -> None:
    """It names its socket on the standard output once it listens."""
    if agent.stdout is None or not agent.stdout.readline():
        raise NeedsPerson('GitFailed', 'ssh-agent did not start.', hint='Check its installation.')


def _add_key(key: SshKeyCredential, settings: GitSettings, environment: dict[str, str]) -> None:
    text = key.private_key.reveal().replace('\r\n', '\n').rstrip('\n') + '\n'
    done = subprocess.run(
        ['ssh-add', '-q', '-t', str(int(settings.timeout) + 60), '-'],
        input=text.encode(),
        env=environment,
        capture_output=True,
        timeout=30,
        start_new_session=True,
        check=False,
    )
    if done.returncode != 0:
        raise NeedsPerson(
            'CredentialsRefused',
            'The stored SSH key cannot be used: it is not a private key or has a passphrase.',
            hint='Store a private key in OpenSSH or PEM format without a passphrase.',
        )
