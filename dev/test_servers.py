"""The servers behind plugin and acceptance tests, and the databases they find there."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import redis
from psycopg.sql import SQL, Identifier

from .baseline import BASELINE
from .home import ROOT, Home
from .netbox_process import netbox_environment
from .postgres import connect, start_postgres, stop_postgres
from .prepare import restore_baseline
from .redis_server import start_redis, stop_redis
from .say import Stop, working
from .suites import SIDE_BY_SIDE

__all__ = ['environment_for', 'servers']


@contextmanager
def servers(home: Home) -> Iterator[None]:
    """Starts PostgreSQL and Redis, prepares the template, and ends both afterwards."""
    try:
        start_postgres(home)
        start_redis(home)
        _make_template(home)
        yield
    finally:
        stop_redis(home)
        stop_postgres(home)


def environment_for(home: Home, suite: str) -> dict[str, str]:
    """What a suite's processes are told: NetBox's settings and the database to use."""
    if suite == 'plugin':
        # pytest-django makes a database of its own from the template.
        return netbox_environment(home, HEDGEHOG_DEFAULT_SCHEMES='1')
    database = f'{home.state()["database"]["name"]}_{suite}'
    _make_database(home, database)
    for number in range(SIDE_BY_SIDE):
        # What a test's process is told by pytest-xdist: see the conftest of the acceptance tests.
        _recreate(home, f'{database}_gw{number}', database)
    return netbox_environment(home, HEDGEHOG_DATABASE=database, HEDGEHOG_TEST_DATABASE=database)


def _make_template(home: Home) -> None:
    """A database with NetBox's tables alone; every test database starts as a copy of it."""
    name = f'{home.state()["database"]["name"]}_template'
    state = hashlib.sha256(BASELINE.read_bytes() if BASELINE.exists() else b'').hexdigest()
    if home.state().get('template_state') != state or not _exists(home, name):
        _recreate(home, name)
        restore_baseline(home, name)
        if not BASELINE.exists():
            _migrate(home, name, HEDGEHOG_WITHOUT_PLUGIN='1')
    home.record(template=name, template_state=state)


def _make_database(home: Home, name: str) -> None:
    """A fresh database with the plugin's tables, and empty queues."""
    _recreate(home, name, home.state()['template'])
    _migrate(home, name)
    reached, password = home.state()['redis'], home.secret('redis_password') or None
    first = home.redis_databases[0]
    for number in range(first, first + 2 * SIDE_BY_SIDE):
        with redis.Redis(reached['host'], reached['port'], number, password) as client:
            client.flushdb()


def _migrate(home: Home, name: str, **more: str) -> None:
    environment = netbox_environment(home, HEDGEHOG_DATABASE=name, **more)
    command = [sys.executable, '-m', 'netbox', 'migrate', '--verbosity', '0', '--no-input']
    with working(f'Migrating {name}'):
        done = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise Stop(f'{done.stdout}{done.stderr}\n\nThe migrations failed.')


def _recreate(home: Home, name: str, template: str = 'template1') -> None:
    with connect(home, 'postgres') as connection:
        connection.execute(SQL('DROP DATABASE IF EXISTS {} WITH (FORCE)').format(Identifier(name)))
        statement = SQL('CREATE DATABASE {} TEMPLATE {}')
        connection.execute(statement.format(Identifier(name), Identifier(template)))


def _exists(home: Home, name: str) -> bool:
    with connect(home, 'postgres') as connection:
        asked = connection.execute('SELECT FROM pg_database WHERE datname = %s', [name])
        return bool(asked.fetchall())
