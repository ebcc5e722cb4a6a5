"""The launchers start what they say, reuse it, and end their own processes alone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev import processes
from dev.home import Home
from dev.ports import port_for
from dev.say import Stop
from dev.suites import SUITES, chosen
from dev.test import seed_for

from .tree import ROOT

# A server with a child that has left its process group, as a worker's work-horse does.
FORKING = """
import os, signal, sys, time
if os.fork() == 0:
    os.setpgrp()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    open(sys.argv[1], 'w').write(str(os.getpid()))
time.sleep(60)
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path / 'home', 'netbox', (0, 1))
    yield made
    for name in list(made.state().get('processes', {})):
        processes.stop(made, name, signal.SIGKILL, 5)


def sleeper(home: Home, name: str = 'sleeper') -> int:
    return processes.start(home, name, [sys.executable, '-c', 'import time; time.sleep(60)'])


def test_a_server_is_recorded_and_ended(home: Home) -> None:
    pid = sleeper(home)
    assert processes.alive(home, 'sleeper') == pid
    assert processes.stop(home, 'sleeper', signal.SIGTERM, 5)
    assert processes.alive(home, 'sleeper') is None
    assert 'sleeper' not in home.state()['processes']
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_what_a_server_forked_is_ended_too(home: Home, tmp_path: Path) -> None:
    told = tmp_path / 'child'
    processes.start(home, 'worker', [sys.executable, '-c', FORKING, told])
    assert processes.wait_for(lambda: told.exists() and told.read_text() != '', 10)
    child = int(told.read_text())
    assert processes.stop(home, 'worker', signal.SIGTERM, 5)
    assert processes.wait_for(lambda: is_gone(child), 5)


def test_a_stranger_with_a_recorded_number_lives_on(home: Home) -> None:
    with subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']) as stranger:
        home.record(processes={'web': {'pid': stranger.pid, 'begun': 'at another time'}})
        assert processes.alive(home, 'web') is None
        assert not processes.stop(home, 'web', signal.SIGKILL, 5)
        time.sleep(0.2)
        assert stranger.poll() is None
        stranger.kill()


def test_ending_what_never_ran_is_no_error(home: Home) -> None:
    assert not processes.stop(home, 'web', signal.SIGTERM, 5)


def test_a_port_is_kept_while_it_is_free(home: Home) -> None:
    first = port_for(home, 'web')
    assert port_for(home, 'web') == first


def test_secrets_are_kept_and_private(home: Home) -> None:
    assert home.secret('password') == home.secret('password')
    assert home.secret('password') != home.secret('other')
    assert (home.path / 'secrets.json').stat().st_mode & 0o077 == 0


def test_one_launcher_at_a_time(home: Home) -> None:
    with home.locked(), pytest.raises(Stop, match='Another launcher'), home.locked():
        pass


@pytest.mark.parametrize(
    ('words', 'suites'),
    [
        ([], {'check', 'house', 'engine', 'laws', 'stress', 'plugin', 'acceptance'}),
        (['engine'], {'engine'}),
        (['tests/house/test_launchers.py'], {'house'}),
        (['tests/engine/git/test_store.py::test_x'], {'engine'}),
        (['src/netbox_hedgehog/tests/test_models.py'], {'plugin'}),
        (['tests/acceptance', 'bench'], {'acceptance', 'bench'}),
        (['nightly'], {'nightly'}),
        (['tests/laws/test_fuzz.py'], {'laws'}),
    ],
)
def test_words_lead_to_suites(words: list[str], suites: set[str]) -> None:
    assert set(chosen(words)) == suites


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(Stop, match='neither a suite'):
        chosen(['engnie'])


def test_engine_laws_and_house_need_no_server() -> None:
    assert {suite.name for suite in SUITES if not suite.servers} == {
        'engine',
        'house',
        'laws',
        'nightly',
        'stress',
    }


def test_the_nightly_run_tries_ten_thousand_edits_that_a_seed_tries_again() -> None:
    (nightly,) = [suite for suite in SUITES if suite.name == 'nightly']
    assert dict(nightly.environment)['HEDGEHOG_EDIT_EXAMPLES'] == '10000'
    assert dict(nightly.environment)['HEDGEHOG_FUZZ_SECONDS'] == '600'
    (drawn,), (again,) = seed_for(nightly, []), seed_for(nightly, [])
    assert drawn.startswith('--hypothesis-seed=') and drawn != again
    assert seed_for(nightly, ['--hypothesis-seed=5']) == []
    assert not any(seed_for(suite, []) for suite in SUITES if suite is not nightly)


def test_every_suite_is_explained() -> None:
    told = subprocess.run(
        [sys.executable, '-m', 'dev.test', '--help'], cwd=ROOT, capture_output=True, check=True
    )
    assert all(f'./test {suite.name} ' in told.stdout.decode() for suite in SUITES)


@pytest.mark.parametrize('command', ['run', 'test', 'check'])
def test_a_command_explains_itself(command: str) -> None:
    script = (ROOT / command).read_text()
    assert f'-m dev.{command}' in script
    assert subprocess.run(['sh', '-n', ROOT / command], check=False).returncode == 0


def test_an_old_python_is_passed_over(tmp_path: Path) -> None:
    """A shim that fails and a Python that is too old stand before a good one on PATH."""
    for name, script in {
        'python3.14': 'exit 127',
        'python3.13': f'exec "{sys.executable}" "$@"',
        'python3': 'exit 1',
    }.items():
        (tmp_path / name).write_text(f'#!/bin/sh\n{script}\n')
        (tmp_path / name).chmod(0o755)
    environment = {'PATH': f'{tmp_path}:/usr/bin:/bin', 'HEDGEHOG_DEV': str(tmp_path / 'none')}
    environment['HOME'] = str(tmp_path)
    found = subprocess.run(
        [ROOT / 'dev/find-python'], env=environment, capture_output=True, text=True, check=True
    )
    # An environment's interpreter and the one behind it are the same program.
    assert Path(found.stdout.strip()).resolve() == Path(sys.executable).resolve()


def test_a_wrong_python_is_named(tmp_path: Path) -> None:
    environment = {'PATH': '/usr/bin:/bin', 'PYTHON': '/bin/false', 'HOME': str(tmp_path)}
    done = subprocess.run(
        [ROOT / 'dev/find-python'], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert 'PYTHON is set to /bin/false' in done.stderr


def is_gone(pid: int) -> bool:
    """Whether the process ended; one that nobody has fetched the status of counts as ended."""
    try:
        state = Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[0]
    except FileNotFoundError:
        return True
    return state in 'ZX'
