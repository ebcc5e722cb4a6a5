"""Looks for secrets wherever one could have been written down or told.

    with Watched(...) as watched:
        ...
        assert watched.leaks({'password': 'abc'}) == set()

Every place is read as an outsider finds it, and each secret is looked for in every spelling it
could have taken on its way there.
"""

import base64
import contextlib
import os
import subprocess
import threading
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import redis
from psycopg.sql import SQL, Identifier

from dev.home import test_home
from dev.postgres import connect

from .receiver import Receiver
from .stack import Stack
from .told import api_answers, graphql_answers, pages

__all__ = ['HOME', 'PLACES', 'Watched', 'redis_client', 'spellings']

HOME = test_home()

PLACES = (
    'process',
    'file',
    'git objects',
    'database',
    'redis',
    'api',
    'graphql',
    'page',
    'request sent',
    'answer',
)
"""The kinds of places, as the names of what is found begin."""


def spellings(secret: str) -> set[bytes]:
    """The secret as it is, in URLs, as hexadecimal digits, and in the three ways of base64."""
    raw = secret.encode()
    found = {raw, quote(secret, safe='').encode(), raw.hex().encode()}
    for before in range(3):
        text = base64.b64encode(b'\0' * before + raw)
        # Digits that a neighbour has a part in are left out on both sides.
        found.add(text[(before * 8 + 5) // 6 : (before + len(raw)) * 8 // 6])
    return found


@dataclass
class Watched:
    """Everything the stack leaves behind, and every process it starts in the meantime."""

    stack: Stack
    receiver: Receiver
    repositories: list[Path]
    """Bare repositories on the servers, whose objects are read too."""
    answers: list[bytes] = field(default_factory=list)
    """What was answered to requests that went wrong; the test adds them."""
    _redis: set[bytes] = field(default_factory=set)
    _processes: set[bytes] = field(default_factory=set)

    def __enter__(self) -> Self:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def git_processes(self) -> int:
        """How many of the processes seen were Git's: none would mean nobody looked."""
        return sum(b'git' in seen.split(b'\0')[0] for seen in tuple(self._processes))

    def look_into_redis(self) -> None:
        """Keeps what Redis holds now; jobs are gone from it soon after they ended."""
        self._redis.update(redis_values())

    def leaks(self, secrets: Mapping[str, str]) -> set[tuple[str, str]]:
        """Which secret was found where; empty is what everybody hopes for."""
        wanted = [(name, each) for name, secret in secrets.items() for each in spellings(secret)]
        return {
            (name, place)
            for place, text in self._texts()
            for name, spelling in wanted
            if spelling in text
        }

    def _texts(self) -> Iterator[tuple[str, bytes]]:
        self.look_into_redis()
        # Copies, because the watching goes on.
        yield from (('process', seen) for seen in tuple(self._processes))
        yield from self._files()
        yield from self._objects()
        yield from database_rows(self.stack.environment['HEDGEHOG_DATABASE'])
        yield from (('redis', value) for value in self._redis)
        yield from api_answers(self.stack)
        yield from graphql_answers(self.stack)
        yield from pages(self.stack)
        yield from (('request sent', request) for request in tuple(self.receiver.taken))
        yield from (('answer', answer) for answer in self.answers)

    def _files(self) -> Iterator[tuple[str, bytes]]:
        """The servers' logs, NetBox's folder and the clones; not what the test itself put there."""
        own = {self.stack.folder / name for name in ('git', 'seed', 'git-password')}
        folders = (
            self.stack.folder,
            HOME.store_root,
            HOME.path / 'log',
        )
        for folder in folders:
            for path in folder.rglob('*'):
                if path.is_file() and not own & {path, *path.parents}:
                    with contextlib.suppress(OSError):
                        yield f'file {path.name}', path.read_bytes()

    def _objects(self) -> Iterator[tuple[str, bytes]]:
        clones = HOME.store_root.glob('*.git')
        for path in (*self.repositories, *clones):
            command = ['git', '--git-dir', str(path), 'cat-file', '--batch-all-objects', '--batch']
            done = subprocess.run(command, capture_output=True, check=True)
            yield f'git objects {path.name}', done.stdout

    def _watch(self) -> None:
        """Reads arguments and environment of every process, a new one several times over.

        Until it calls exec a child shows its parent's.
        """
        looks: dict[tuple[str, int], int] = {}
        own = str(os.getpid())
        while not self._over.wait(0.01):
            for folder in Path('/proc').iterdir():
                if folder.name.isdigit() and folder.name != own:
                    with contextlib.suppress(OSError):
                        key = folder.name, folder.stat().st_ctime_ns
                        looks[key] = looks.get(key, 0) + 1
                        if looks[key] <= 5:
                            self._note(folder)

    def _note(self, folder: Path) -> None:
        arguments = (folder / 'cmdline').read_bytes()
        self._processes.add(arguments + b'\0' + (folder / 'environ').read_bytes())


def database_rows(name: str) -> Iterator[tuple[str, bytes]]:
    """Every row of every table as text; bytes are hexadecimal digits there."""
    with connect(HOME, name) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information_)'"
        ).fetchall()
        for table in tables:
            rows = SQL('SELECT whole::text FROM {} AS whole').format(Identifier(*table))
            for (row,) in connection.execute(rows):
                yield f'database {table[1]}', row.encode()


def redis_values() -> Iterator[bytes]:
    """Every value in the databases of NetBox, and the jobs among them unpacked."""
    for number in HOME.redis_databases:
        with redis_client(number) as client:
            for key in client.scan_iter(count=1000):
                yield key
                for value in _values(client, key):
                    yield value
                    with contextlib.suppress(zlib.error):
                        yield zlib.decompress(value)


def redis_client(number: int) -> Any:
    """NetBox's Redis, its queues or its caches."""
    reached, password = HOME.state()['redis'], HOME.secret('redis_password') or None
    return redis.Redis(reached['host'], reached['port'], number, password)


def _values(client: Any, key: bytes) -> list[bytes]:
    """What a key holds, whatever its type; nothing when it has gone meanwhile."""
    match client.type(key):
        case b'string':
            return [client.get(key) or b'']
        case b'hash':
            return [part for pair in client.hgetall(key).items() for part in pair]
        case b'list':
            return list(client.lrange(key, 0, -1))
        case b'set':
            return list(client.smembers(key))
        case b'zset':
            return list(client.zrange(key, 0, -1))
        case b'stream':
            entries = (fields for _, fields in client.xrange(key))
            return [part for fields in entries for pair in fields.items() for part in pair]
        case _:
            return []
