"""A private PostgreSQL cluster, or the server the environment names."""

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import psycopg

from . import processes
from .account import account_for_postgres, place_for
from .home import Home
from .ports import port_for
from .postgres_binaries import major_version, packaged_binaries, system_binaries
from .say import Stop, say

__all__ = ['connect', 'drop_cluster', 'start_postgres', 'stop_postgres']

_ROLE = 'netbox'

# Nothing here outlives the checkout: what a power cut may take is made anew in seconds.
_OPTIONS = {
    'fsync': 'off',
    'synchronous_commit': 'off',
    'full_page_writes': 'off',
    'listen_addresses': '127.0.0.1',
    'unix_socket_directories': '',
    'max_connections': '100',
    'timezone': 'UTC',
}


def start_postgres(home: Home) -> None:
    """Makes sure a server answers and records how it is reached."""
    if os.environ.get('DATABASE_HOST'):
        _use_given(home)
    elif processes.alive(home, 'postgres') is None:
        _start_private(home)
    _create_database(home)


def stop_postgres(home: Home) -> bool:
    """Ends the private server: SIGINT is its fast shutdown, which ends sessions cleanly."""
    return processes.stop(home, 'postgres', signal.SIGINT, patience=20)


def drop_cluster(home: Home) -> None:
    """Deletes the private cluster's files."""
    for name, elsewhere in home.state().get('places', {}).items():
        if name == 'pg':
            shutil.rmtree(elsewhere, ignore_errors=True)
    shutil.rmtree(home.path / 'pg', ignore_errors=True)


def connect(home: Home, database: str) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection that commits each statement."""
    reached = home.state()['database']
    return psycopg.connect(
        host=reached['host'],
        port=reached['port'],
        user=reached['user'],
        password=home.secret('database_password'),
        dbname=database,
        autocommit=True,
        connect_timeout=5,
    )


def _use_given(home: Home) -> None:
    host = os.environ['DATABASE_HOST']
    port = int(os.environ.get('DATABASE_PORT', '5432'))
    user = os.environ.get('DATABASE_USER', _ROLE)
    home.set_secret('database_password', os.environ.get('DATABASE_PASSWORD', ''))
    name = os.environ.get('DATABASE_NAME', 'netbox')
    name = name if home.database == 'netbox' else f'{name}_test'
    home.record(database={'host': host, 'port': port, 'user': user, 'name': name, 'given': True})
    say(f'PostgreSQL: the given one at {host}:{port}')


def _start_private(home: Home) -> None:
    account = account_for_postgres()
    place = place_for(home, 'pg', account)
    for binaries in system_binaries():
        if _try(home, binaries, place, account):
            return
    binaries = packaged_binaries(place)
    if not _try(home, binaries, place, account):
        raise Stop(f'The packaged PostgreSQL does not work here; see {home.log("postgres")}')


def _try(home: Home, binaries: Path, place: Path, account: int | None) -> bool:
    data = place / 'data'
    if not _made_by(data, binaries):
        shutil.rmtree(data, ignore_errors=True)
        if not _initialise(home, binaries, place, account):
            return False
    port = port_for(home, 'postgres')
    options = [part for key in _OPTIONS for part in ('-c', f'{key}={_OPTIONS[key]}')]
    command = [binaries / 'postgres', '-D', data, '-p', str(port), *options]
    processes.start(home, 'postgres', command, environment=_bare_environment(), account=account)
    home.record(database={'host': '127.0.0.1', 'port': port, 'user': _ROLE, 'name': home.database})
    if not processes.wait_for(lambda: _answers(home), 30, 0.1):
        stop_postgres(home)
        raise Stop(f'{processes.tail(home.log("postgres"))}\n\nPostgreSQL did not start.')
    lacking = _lacking(home)
    if lacking:
        say(f'PostgreSQL in {binaries} is left alone: it lacks {lacking}')
        stop_postgres(home)
        shutil.rmtree(data)
        return False
    say(f'PostgreSQL runs on port {port}, from {binaries}')
    return True


def _made_by(data: Path, binaries: Path) -> bool:
    version = data / 'PG_VERSION'
    if not version.exists():
        return False
    if int(version.read_text()) == major_version(binaries):
        return True
    say(f'The data are those of PostgreSQL {version.read_text().strip()}: a new cluster is made')
    return False


def _initialise(home: Home, binaries: Path, place: Path, account: int | None) -> bool:
    # C.UTF-8 knows letters beyond ASCII; where the system lacks it, plain C serves.
    for locale in ('C.UTF-8', 'C'):
        if _initdb(home, binaries, place, account, locale) == 0:
            return True
    say(f'PostgreSQL in {binaries} is left alone: initdb fails, see {home.log("postgres")}')
    return False


def _initdb(home: Home, binaries: Path, place: Path, account: int | None, locale: str) -> int:
    password = place / 'password'
    password.write_text(home.secret('database_password'))
    password.chmod(0o600)
    command = [str(binaries / 'initdb'), '-D', str(place / 'data'), '-U', _ROLE, '--encoding=UTF8']
    command += [f'--locale={locale}', '--auth=scram-sha-256', f'--pwfile={password}', '--no-sync']
    group = None
    if account is not None:
        group = pwd.getpwuid(account).pw_gid
        os.chown(password, account, group)
    with home.log('postgres').open('ab') as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=place,
            env=_bare_environment(),
            user=account,
            group=group,
            extra_groups=None if account is None else [],
            check=False,
        )
    password.unlink()
    return done.returncode


def _lacking(home: Home) -> str:
    asked = {
        'the extension ltree': "SELECT FROM pg_available_extensions WHERE name = 'ltree'",
        'ICU collations': "SELECT FROM pg_collation WHERE collprovider = 'i' LIMIT 1",
    }
    with connect(home, 'postgres') as connection:
        return ', '.join(what for what in asked if not connection.execute(asked[what]).fetchall())


def _answers(home: Home) -> bool:
    if processes.alive(home, 'postgres') is None:
        return False
    try:
        connect(home, 'postgres').close()
    except psycopg.OperationalError:
        return False
    return True


def _create_database(home: Home) -> None:
    name = home.state()['database']['name']
    try:
        connect(home, name).close()
    except psycopg.OperationalError as problem:
        if home.state()['database'].get('given') and 'does not exist' not in str(problem):
            raise Stop(f'The given PostgreSQL refused: {problem}') from None
        with connect(home, 'postgres') as connection:
            connection.execute(psycopg.sql.SQL('CREATE DATABASE {}').format(_quoted(name)))


def _quoted(name: str) -> psycopg.sql.Identifier:
    return psycopg.sql.Identifier(name)


def _bare_environment() -> dict[str, str]:
    return {'PATH': os.environ.get('PATH', '/usr/bin:/bin'), 'LC_ALL': 'C', 'TZ': 'UTC'}
