"""Acceptance tests need PostgreSQL, Redis and NetBox; `./test acceptance` brings them up."""

import os
from collections.abc import Iterator

import pytest

from .browsing import admin, browser
from .running import running_stack
from .stack import Stack

__all__ = ['admin', 'browser', 'stack', 'worker_runs']


@pytest.fixture(scope='session')
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    if 'HEDGEHOG_TEST_DATABASE' not in os.environ:
        pytest.skip('acceptance tests need the servers that `./test acceptance` starts')
    folder = tmp_path_factory.mktemp('stack')
    database = os.environ['HEDGEHOG_TEST_DATABASE']
    if 'PYTEST_XDIST_WORKER' in os.environ:
        database += f'_{os.environ["PYTEST_XDIST_WORKER"]}'
    environment = {
        **os.environ,
        'HEDGEHOG_DATABASE': database,
        'NETBOX_ROOT': str(folder / 'netbox'),
        'PYTHONUNBUFFERED': '1',
    }
    with running_stack(folder, environment) as running:
        yield running


@pytest.fixture(autouse=True)
def worker_runs(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test starts with a living worker, whatever the test before did to it."""
    if 'stack' in request.fixturenames:
        stack: Stack = request.getfixturevalue('stack')
        if stack.worker is None or stack.worker.poll() is not None:
            stack.start_worker()
    yield
