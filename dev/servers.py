"""NetBox's web process, its worker and the Git server: how each is started and ended."""

import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Callable

from . import processes
from .home import Home
from .netbox_process import netbox_environment
from .ports import answers, port_for
from .say import Stop, working

__all__ = [
    'GIT_USER',
    'start_git',
    'start_web',
    'start_worker',
    'stop_git',
    'stop_web',
    'stop_worker',
]

GIT_USER = 'demo'


def start_git(home: Home) -> str:
    """Serves the home's bare repositories over smart HTTP with a password; returns the address."""
    if processes.alive(home, 'git') is None:
        port = port_for(home, 'git')
        password = home.path / 'git-password'
        password.touch(mode=0o600)
        password.write_text(home.secret('git_password', 24))
        command = [sys.executable, '-m', 'hedgehog_gitops.testing.http_server']
        command += ['--root', str(home.git_root), '--port', str(port)]
        command += ['--user', GIT_USER, '--password-file', str(password)]
        processes.start(home, 'git', command)
        _wait(home, 'git', lambda: answers(port), 20)
    return f'http://127.0.0.1:{home.state()["ports"]["git"]}'


def start_web(home: Home, wish: int = 8000) -> str:
    """Starts NetBox's web process and waits until it serves the login page."""
    if processes.alive(home, 'web') is None:
        port = port_for(home, 'web', wish)
        # Under ASGI the pages have WebSockets too. The acceptance tests serve them under WSGI.
        command = [sys.executable, '-m', 'uvicorn', 'dev.asgi:application']
        command += ['--host', '127.0.0.1', '--port', str(port), '--no-access-log']
        # Pages that listen do not hold the end up.
        command += ['--timeout-graceful-shutdown', '3']
        processes.start(home, 'web', command, environment=netbox_environment(home))
    address = f'http://127.0.0.1:{home.state()["ports"]["web"]}'
    with working('Waiting for the login page'):
        _wait(home, 'web', lambda: _login_page(address), 300)
    return address


def start_worker(home: Home) -> None:
    """Starts the process that works the queues off; it is ready some seconds later."""
    if processes.alive(home, 'worker') is None:
        command = [sys.executable, '-m', 'dev.worker']
        processes.start(home, 'worker', command, environment=netbox_environment(home))


def stop_web(home: Home) -> bool:
    """Ends the web process after the requests it is answering."""
    return processes.stop(home, 'web', signal.SIGTERM, patience=20)


def stop_worker(home: Home) -> bool:
    """Ends the worker after the job it is at, as long as that does not take a minute."""
    return processes.stop(home, 'worker', signal.SIGTERM, patience=60)


def stop_git(home: Home) -> bool:
    """Ends the Git server."""
    return processes.stop(home, 'git', signal.SIGTERM, patience=10)


def _wait(home: Home, name: str, ready: Callable[[], bool], patience: float) -> None:
    def ready_or_dead() -> bool:
        return processes.alive(home, name) is None or ready()

    if processes.wait_for(ready_or_dead, patience, 0.1) and processes.alive(home, name):
        return
    raise Stop(f'{processes.tail(home.log(name))}\n\nThe {name} process did not come up.')


def _login_page(address: str) -> bool:
    try:
        with urllib.request.urlopen(f'{address}/login/', timeout=30) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
