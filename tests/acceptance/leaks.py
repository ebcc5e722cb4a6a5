"""Where a secret could have been written down: processes, database, queues, bodies sent out."""

import base64
import contextlib
import http.server
import os
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import redis

from .stack import Stack

__all__ = ['Observer', 'Receiver', 'database', 'database_rows', 'redis_values', 'spellings']


def spellings(secret: str) -> tuple[bytes, ...]:
    """A secret as it would stand somewhere: plain, in a URL, in a header, in a dump of bytes."""
    plain = secret.encode()
    basic = base64.b64encode(b'git:' + plain)
    return (plain, quote(secret).encode(), base64.b64encode(plain), basic, plain.hex().encode())


@dataclass
class Observer:
    """Looks at arguments and environment of every process of the service while it works."""

    stack: Stack
    seen: set[bytes] = field(default_factory=set)

    def __enter__(self) -> 'Observer':
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        roots = {process.pid for process in self.stack.processes}
        while not self._over.wait(0.01):
            parents = dict(_parents())
            for pid in parents:
                if _belongs(pid, parents, roots):
                    for name in ('cmdline', 'environ'):
                        with contextlib.suppress(OSError):
                            self.seen.add(Path(f'/proc/{pid}/{name}').read_bytes())


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path('/proc').iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                stat = (folder / 'stat').read_text()
                yield int(folder.name), int(stat.rpartition(')')[2].split()[1])


def _belongs(pid: int, parents: dict[int, int], roots: set[int]) -> bool:
    while pid in parents:
        if pid in roots:
            return True
        pid = parents[pid]
    return False


@dataclass
class Receiver:
    """A server that takes webhooks and keeps what they say."""

    bodies: list[bytes] = field(default_factory=list)

    def __enter__(self) -> 'Receiver':
        bodies = self.bodies

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
                bodies.append(str(self.headers).encode() + body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    @property
    def url(self) -> str:
        return f'http://127.0.0.1:{self._server.server_port}/hook'

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _state() -> Any:
    from dev.home import test_home

    return test_home()


def database() -> psycopg.Connection[Any]:
    """A connection to the database NetBox uses."""
    home = _state()
    where = home.state()['database']
    return psycopg.connect(
        host=where['host'],
        port=where['port'],
        user=where['user'],
        password=home.secret('database_password'),
        dbname=os.environ['HEDGEHOG_TEST_DATABASE'],
    )


def database_rows() -> Iterator[tuple[str, bytes]]:
    """Every table of the database as text, as a dump has it."""
    with database() as connection:
        tables = connection.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        for (table,) in tables:
            with connection.cursor().copy(f'COPY {table} TO STDOUT') as copy:
                yield table, b''.join(bytes(part) for part in copy)


def redis_values() -> Iterator[tuple[str, bytes]]:
    """Every value in the queues and the cache; what RQ has packed is unpacked too."""
    home = _state()
    where, password = home.state()['redis'], home.secret('redis_password') or None
    for number in home.redis_databases:
        with redis.Redis(where['host'], where['port'], number, password) as client:
            for key in client.scan_iter(count=1000):
                for value in _values(client, key):
                    yield f'{number}:{key!r}', value
                    with contextlib.suppress(zlib.error):
                        yield f'{number}:{key!r} unpacked', zlib.decompress(value)


def _values(client: Any, key: bytes) -> list[bytes]:
    match client.type(key):
        case b'hash':
            return [part for pair in client.hgetall(key).items() for part in pair]
        case b'string':
            return [client.get(key) or b'']
        case b'list':
            return list(client.lrange(key, 0, -1))
        case b'set':
            return list(client.smembers(key))
        case b'zset':
            return list(client.zrange(key, 0, -1))
        case b'stream':
            return [repr(entry).encode() for entry in client.xrange(key)]
    return []
