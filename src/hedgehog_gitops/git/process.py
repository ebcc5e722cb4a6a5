"""The only place that starts a git process: environment, time limit, death with its parent.

Used by every other file of this room. A child runs in a session of its own, so that the whole
group (git, its transport helper, ssh) is killed when time is up. The children that may run long
are started through `setpriv --pdeathsig`, so they also end when this process is killed. Setting
that in a `preexec_fn` would run Python between fork and exec, which is unsafe with threads; the
price of the wrapper is one more exec, about a millisecond. The signal follows the thread that
started the child, and each call here waits in its own thread until the child is gone.
"""

import contextlib
import functools
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ..errors import NeedsPerson, TryAgainLater
from .settings import GitSettings, base_environment, with_config
from .urls import redact

__all__ = ['Done', 'Git', 'Surroundings', 'death_guard']


@dataclass(frozen=True, slots=True)
class Done:
    """How a git process ended. `errors` is its stderr with anything like a password removed."""

    status: int
    output: bytes
    errors: str

    @property
    def good(self) -> bool:
        return self.status == 0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What one call needs beyond the settings: for a remote, its protocols and credential."""

    environment: Mapping[str, str] = field(default_factory=dict)
    config: tuple[tuple[str, str], ...] = ()
    descriptors: tuple[int, ...] = ()


_NOTHING = Surroundings()


class Tally:
    """How many processes were started; several threads may count."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.commands = 0

    def count(self) -> None:
        with self._lock:
            self.commands += 1


@dataclass(frozen=True, slots=True)
class Git:
    """One Git directory and the way to run git in it."""

    git_dir: Path
    settings: GitSettings
    tally: Tally = field(default_factory=Tally, compare=False, repr=False)

    def run(self, *arguments: str, stdin: bytes = b'', around: Surroundings = _NOTHING) -> Done:
        """Runs a short local command to its end. A status other than 0 is the caller's to judge."""
        with self._started(arguments, subprocess.PIPE, guarded=False, around=around) as child:
            return self._finished(child, stdin)

    def run_long(self, *arguments: str, around: Surroundings = _NOTHING) -> Done:
        """Runs a command that may touch the network, so that it dies with this process."""
        with self._started(arguments, subprocess.DEVNULL, guarded=True, around=around) as child:
            return self._finished(child, None)

    def feed(self, *arguments: str, pieces: Iterable[bytes]) -> Done:
        """Runs a command on a stream that is written piece by piece, however large it is."""
        with self._started(arguments, subprocess.PIPE, guarded=True) as child:
            with contextlib.suppress(BrokenPipeError):
                _open(child.stdin).writelines(pieces)
                _open(child.stdin).flush()
            return self._finished(child, b'')

    @contextlib.contextmanager
    def answers(self, *arguments: str, questions: Iterable[str]) -> Iterator[IO[bytes]]:
        """Lets the caller read the answers of a batch command while it is still giving them.

        The questions go through a file without a name: a pipe would have to be written while
        the answers are read. It lies in the system's folder, as a person may be reading a
        repository they cannot write to.
        """
        with tempfile.TemporaryFile() as asked:
            asked.write(
                ''.join(f'{question}\n' for question in questions).encode(
                    'utf-8', 'surrogateescape'
                )
            )
            asked.seek(0)
            with self._started(arguments, asked, guarded=False) as child:
                yield _open(child.stdout)

    @contextlib.contextmanager
    def _started(
        self,
        arguments: Sequence[str],
        stdin: IO[bytes] | int,
        *,
        guarded: bool,
        around: Surroundings = _NOTHING,
    ) -> Iterator[subprocess.Popen[bytes]]:
        self.tally.count()
        environment = {**base_environment(self.settings), **around.environment}
        command = [self.settings.executable, f'--git-dir={self.git_dir}', *arguments]
        child = _start(
            [*(death_guard(self.settings.search_path) if guarded else ()), *command],
            self.git_dir,
            with_config(environment, self.settings, around.config),
            stdin,
            around.descriptors,
        )
        seconds = self.settings.timeout
        expired = threading.Event()
        alarm = threading.Timer(seconds, _end_group, (child, expired))
        alarm.daemon = True
        alarm.start()
        try:
            self._limit_files(child)
            yield child
        except BaseException:
            _end_group(child, threading.Event())
            raise
        finally:
            alarm.cancel()
            _close(child)
            if expired.is_set():
                raise TryAgainLater(
                    'GitTimedOut',
                    f'Git did not finish `{arguments[0]}` within {seconds:g} seconds '
                    'and was stopped.',
                    hint='Check the connection to the server, or raise the time limit.',
                    after=30,
                )

    def _finished(self, child: subprocess.Popen[bytes], stdin: bytes | None) -> Done:
        output, errors = child.communicate(stdin)
        return Done(child.returncode, output, redact(errors.decode('utf-8', 'replace')))

    def _limit_files(self, child: subprocess.Popen[bytes]) -> None:
        if self.settings.pack_bytes is None:
            return
        with contextlib.suppress(ProcessLookupError):
            bound = (self.settings.pack_bytes, self.settings.pack_bytes)
            resource.prlimit(child.pid, resource.RLIMIT_FSIZE, bound)


def _start(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    stdin: IO[bytes] | int,
    descriptors: tuple[int, ...],
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=descriptors,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        if not folder.is_dir():
            raise TryAgainLater(
                'StoreBroken', f'The local copy {folder} is gone.', hint='Fetch it anew.'
            ) from error
        raise NeedsPerson(
            'GitMissing',
            f'The program {error.filename!r} was not found.',
            hint='Install git 2.39 or newer, or set the path of its executable.',
        ) from error


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ValueError('the process was started without this pipe')
    return stream


def _end_group(child: subprocess.Popen[bytes], expired: threading.Event) -> None:
    if child.returncode is not None:
        return
    expired.set()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def _close(child: subprocess.Popen[bytes]) -> None:
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream is not None:
            with contextlib.suppress(BrokenPipeError):
                stream.close()
    child.wait()


@functools.cache
def death_guard(search_path: str) -> tuple[str, ...]:
    """The wrapper that ties a child's life to ours, or nothing where the system has none."""
    program = shutil.which('setpriv', path=search_path)
    if program is None:
        return ()
    guard = (program, '--pdeathsig', 'KILL', '--')
    tried = subprocess.run([*guard, 'true'], env={'PATH': search_path}, capture_output=True)
    return guard if tried.returncode == 0 else ()
