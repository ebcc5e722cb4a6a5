"""NetBox's own migrations as a dump: restored in seconds where migrating takes five minutes.

`python -m dev.baseline` makes the dump anew, for another version of NetBox.
"""

import gzip
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg

from .home import ROOT, Home, test_home
from .netbox_process import NETBOX_VERSION, netbox_environment
from .postgres import connect, start_postgres, stop_postgres
from .redis_server import start_redis, stop_redis
from .say import Stop, say, working

__all__ = ['BASELINE', 'is_empty', 'restore']

# The version stands in the name, so a dump of another NetBox is never restored.
BASELINE = ROOT / 'dev' / 'baseline' / f'netbox-{NETBOX_VERSION}.sql.gz'

_COPY = re.compile(r'COPY .* FROM stdin;\n')


def is_empty(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    """Whether no migration was ever applied to this database."""
    found = connection.execute("SELECT to_regclass('public.django_migrations')").fetchone()
    return found is None or found[0] is None


def restore(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Plays the dump into an empty database, all of it or nothing."""
    with gzip.open(BASELINE, 'rt', encoding='utf-8') as dump:
        lines = iter(dump)
        with connection.transaction():
            for statements, copy in _pieces(lines):
                if statements.strip():
                    connection.execute(statements)
                if copy:
                    _copy(connection, copy, lines)
    # The dump empties the search path for its own session; this one goes on.
    connection.execute('RESET ALL')


def _pieces(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Statements up to the next COPY, and that COPY; the caller takes the rows from `lines`."""
    statements: list[str] = []
    for line in lines:
        if _COPY.fullmatch(line):
            yield ''.join(statements), line
            statements = []
        elif not line.startswith('--'):
            statements.append(line)
    yield ''.join(statements), ''


def _copy(
    connection: psycopg.Connection[tuple[object, ...]], statement: str, lines: Iterator[str]
) -> None:
    with connection.cursor().copy(statement) as rows:
        for line in lines:
            if line == '\\.\n':
                return
            rows.write(line)


def make(home: Home) -> None:
    """Migrates an empty database without the plugin and writes the dump."""
    name = 'netbox_baseline'
    start_postgres(home)
    start_redis(home)
    try:
        with connect(home, 'postgres') as connection:
            connection.execute(f'DROP DATABASE IF EXISTS {name}')
            connection.execute(f'CREATE DATABASE {name}')
        environment = netbox_environment(home, HEDGEHOG_WITHOUT_PLUGIN='1', HEDGEHOG_DATABASE=name)
        with working(f"Running NetBox {NETBOX_VERSION}'s migrations (five minutes or more)"):
            command = [sys.executable, '-m', 'netbox', 'migrate', '--verbosity', '0']
            subprocess.run(command, env=environment, check=True)
        _dump(home, name, BASELINE)
    finally:
        stop_redis(home)
        stop_postgres(home)


def _dump(home: Home, database: str, target: Path) -> None:
    reached = home.state()['database']
    command = ['pg_dump', '--no-owner', '--no-privileges', '--no-comments', '-d', database]
    command += ['-h', reached['host'], '-p', str(reached['port']), '-U', reached['user']]
    password = {'PGPASSWORD': home.secret('database_password')}
    done = subprocess.run(
        command, env=netbox_environment(home, **password), capture_output=True, check=True
    )
    target.parent.mkdir(exist_ok=True)
    # No time stamp and no name in the archive: the same database gives the same file.
    target.write_bytes(gzip.compress(_plain(done.stdout), 9, mtime=0))
    say(f'{target.relative_to(ROOT)}: {target.stat().st_size // 1024} KB')


def _plain(dump: bytes) -> bytes:
    """Leaves out comments, blank lines and psql's own commands, which only psql understands."""
    kept: list[bytes] = []
    rows = False
    for line in dump.splitlines(keepends=True):
        if rows or not (line.startswith((b'--', b'\\')) or line == b'\n'):
            kept.append(line)
        rows = line.startswith(b'COPY ') or (rows and line != b'\\.\n')
    return b''.join(kept)


if __name__ == '__main__':
    try:
        make(test_home())
    except (Stop, subprocess.CalledProcessError) as problem:
        sys.exit(str(problem))
