"""A Git server over SSH on a high port of the loopback interface, with one accepted key.

Used by tests. It is the machine's own OpenSSH server, run as the current user with a
configuration of its own; where none is installed, `find_sshd` says so and tests skip.
"""

import getpass
import os
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from .repositories import SERVER_ENVIRONMENT

__all__ = ['SshServer', 'find_sshd', 'make_key']

_LOOPBACK = '127.0.0.1'
_USUAL_PLACES = ('/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd')
# Started as root, it insists on this folder, which the system's service makes.
_ROOTS_EMPTY_FOLDER = Path('/run/sshd')
_CONFIGURATION = """\
ListenAddress {address}:{port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
AllowTcpForwarding no
PermitRootLogin prohibit-password
"""


def find_sshd() -> Path | None:
    """The OpenSSH server of this machine, None when it has none that can be started."""
    if os.geteuid() == 0 and not _ROOTS_EMPTY_FOLDER.is_dir():
        return None
    return next((path for path in map(Path, _USUAL_PLACES) if path.is_file()), None)


def make_key(path: Path) -> str:
    """Makes a key pair without passphrase at `path` and says its public half."""
    subprocess.run(
        ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', str(path)],
        env=SERVER_ENVIRONMENT,
        check=True,
    )
    return path.with_name(f'{path.name}.pub').read_text()


@dataclass
class SshServer:
    """Serves every repository this user may read, to the holder of one private key."""

    folder: Path
    program: Path

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = _free_port()
        self.host_key = make_key(self.folder / 'host_key')
        public = make_key(self.folder / 'key')
        (self.folder / 'authorized_keys').write_text(public)
        self.private_key = (self.folder / 'key').read_text()

    @property
    def known_hosts(self) -> str:
        """The line a client has to know to trust this server."""
        kind, key, *_ = self.host_key.split()
        return f'[{_LOOPBACK}]:{self.port} {kind} {key}\n'

    def url(self, repository: Path) -> str:
        """The address of a repository on this server."""
        return f'ssh://{getpass.getuser()}@{_LOOPBACK}:{self.port}{repository}'

    def __enter__(self) -> Self:
        configuration = self.folder / 'sshd_config'
        configuration.write_text(
            _CONFIGURATION.format(address=_LOOPBACK, port=self.port, folder=self.folder)
        )
        self._log = (self.folder / 'log').open('wb')
        self._process = subprocess.Popen(
            [self.program, '-D', '-e', '-f', configuration], stderr=self._log
        )
        self._await_port()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._log.close()

    def _await_port(self) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection((_LOOPBACK, self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self._process.kill()
        self._process.wait()
        self._log.close()
        raise RuntimeError(f'sshd did not start: {(self.folder / "log").read_text()}')


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])
