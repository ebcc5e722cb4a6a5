"""Starts servers apart from the launcher, and ends those alone which it started.

A server is recorded by process id *and* start time, so that a number the system has given to a
stranger since is never signalled. Each runs in a session of its own; what it forked is found by it.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .home import ROOT, Home
from .say import Stop

__all__ = ['alive', 'start', 'stop', 'tail', 'wait_for']


@dataclass(frozen=True, slots=True)
class _Seen:
    pid: int
    session: int
    begun: str
    gone: bool


def start(
    home: Home,
    name: str,
    command: Sequence[object],
    *,
    environment: Mapping[str, str] | None = None,
    account: int | None = None,
) -> int:
    """Starts a server in a session of its own, its output in the home's log, and records it."""
    with home.log(name).open('ab') as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(os.environ if environment is None else environment),
            cwd='/' if account is not None else ROOT,
            start_new_session=True,
            user=account,
            group=_group_of(account),
            extra_groups=None if account is None else [],
        )
    # It outlives this object, which would complain: the record is what ends it.
    process.returncode = 0
    seen = _look(process.pid)
    known = home.state().get('processes', {})
    entry = {'pid': process.pid, 'begun': seen.begun if seen else ''}
    home.record(processes=known | {name: entry})
    return process.pid


def alive(home: Home, name: str) -> int | None:
    """The process id of a recorded server that still runs."""
    entry = home.state().get('processes', {}).get(name)
    if entry is None:
        return None
    return entry['pid'] if _is_ours(entry) else None


def stop(home: Home, name: str, how: signal.Signals, patience: float) -> bool:
    """Ends a recorded server and all it forked: politely first, then for good."""
    known = home.state().get('processes', {})
    entry = known.get(name)
    if entry is None:
        return False
    was_alive = _is_ours(entry)
    if was_alive:
        _signal(entry['pid'], how)
        wait_for(lambda: not _is_ours(entry), patience)
    if was_alive or _look(entry['pid']) is None:
        _end_session(entry['pid'])
    home.record(processes={other: known[other] for other in known if other != name})
    return was_alive


def wait_for(condition: Callable[[], bool], patience: float, pause: float = 0.05) -> bool:
    """Waits until the condition holds; False when it does not within `patience` seconds."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def tail(log: Path, lines: int = 25) -> str:
    """The end of a log, for a message."""
    if not log.exists():
        return ''
    return '\n'.join(log.read_text(errors='replace').splitlines()[-lines:])


def _is_ours(entry: Mapping[str, object]) -> bool:
    pid = entry['pid']
    assert isinstance(pid, int)
    seen = _look(pid)
    return seen is not None and not seen.gone and seen.begun == entry['begun']


def _end_session(session: int) -> None:
    for how, patience in ((signal.SIGTERM, 3.0), (signal.SIGKILL, 5.0)):
        for seen in _members(session):
            _signal(seen.pid, how)
        if wait_for(lambda: not _members(session), patience):
            return
    raise Stop(f'Processes of session {session} could not be ended.')


def _members(session: int) -> list[_Seen]:
    everything = (_look(pid) for pid in _all_pids())
    return [seen for seen in everything if seen and seen.session == session and not seen.gone]


def _signal(pid: int, how: signal.Signals) -> None:
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        return


def _all_pids() -> list[int]:
    if Path('/proc/self/stat').exists():
        return [int(entry.name) for entry in Path('/proc').iterdir() if entry.name.isdigit()]
    listed = subprocess.run(['ps', '-A', '-o', 'pid='], capture_output=True, text=True, check=True)
    return [int(pid) for pid in listed.stdout.split()]


def _look(pid: int) -> _Seen | None:
    _reap(pid)
    return _look_in_proc(pid) if Path('/proc/self/stat').exists() else _ask_ps(pid)


def _look_in_proc(pid: int) -> _Seen | None:
    try:
        text = Path(f'/proc/{pid}/stat').read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The command's name stands in brackets and may hold anything, brackets included.
    fields = text.rpartition(')')[2].split()
    return _Seen(pid, int(fields[3]), fields[19], fields[0] in 'ZX')


def _ask_ps(pid: int) -> _Seen | None:
    command = ['ps', '-p', str(pid), '-o', 'stat=,lstart=']
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    if not listed:
        return None
    state, _, begun = listed.partition(' ')
    return _Seen(pid, os.getsid(pid), begun.strip(), state.startswith('Z'))


def _reap(pid: int) -> None:
    # A server ended while the launcher that started it still runs would stay as a dead entry.
    try:
        os.waitpid(pid, os.WNOHANG)
    except (ChildProcessError, PermissionError):
        return


def _group_of(account: int | None) -> int | None:
    if account is None:
        return None
    import pwd  # not on every platform, and only needed when root

    return pwd.getpwuid(account).pw_gid
