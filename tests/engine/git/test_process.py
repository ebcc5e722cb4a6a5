"""How git is started: time limit, death with its parent, whose configuration counts."""

import signal
import subprocess
import sys
import time

import pytest

from hedgehog_gitops.errors import (
    TryAgainLater,
)
from hedgehog_gitops.git import (
    GitSettings,
    GitStore,
    NewBlob,
)
from hedgehog_gitops.git.settings import base_environment

HTTP = ('http',)


def test_time_runs_out_and_the_whole_group_ends(tmp_path):
    slow = tmp_path / 'slow-git'
    pids = tmp_path / 'pids'
    slow.write_text(f'#!/bin/sh\nsleep 300 &\necho $$ $! > {pids}\nwait\n')
    slow.chmod(0o755)
    (tmp_path / 'x.git').mkdir()
    store = GitStore(tmp_path / 'x.git', GitSettings(executable=str(slow), timeout=0.5))
    started = time.monotonic()
    with pytest.raises(TryAgainLater) as caught:
        store.resolve('HEAD')
    assert caught.value.reason == 'GitTimedOut'
    assert 'within 0.5 seconds' in str(caught.value)
    assert time.monotonic() - started < 10
    assert_ended(pids)


def test_git_dies_with_the_process_that_started_it(tmp_path):
    slow = tmp_path / 'slow-git'
    pids = tmp_path / 'pids'
    slow.write_text(f'#!/bin/sh\necho $$ > {pids}.new\nmv {pids}.new {pids}\nexec sleep 300\n')
    slow.chmod(0o755)
    (tmp_path / 'x.git').mkdir()
    code = (
        'import sys; from pathlib import Path; from hedgehog_gitops.git import *\n'
        f'GitStore(Path({str(tmp_path / "x.git")!r}), GitSettings(executable={str(slow)!r}))'
        ".git.run_long('fetch')"
    )
    worker = subprocess.Popen([sys.executable, '-c', code])
    while not pids.exists():
        assert worker.poll() is None
        time.sleep(0.02)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert_ended(pids)


def assert_ended(pids):
    deadline = time.monotonic() + 5
    waiting = [int(word) for word in pids.read_text().split()]
    while waiting and time.monotonic() < deadline:
        waiting = [pid for pid in waiting if is_running(pid)]
        time.sleep(0.05)
    assert waiting == []


def is_running(pid):
    try:
        with open(f'/proc/{pid}/stat') as stat:
            return stat.read().rpartition(')')[2].split()[0] != 'Z'
    except FileNotFoundError:
        return False


def test_no_configuration_of_the_machine_counts(tmp_path, monkeypatch, authorship):
    home = tmp_path / 'home'
    home.mkdir()
    (home / '.gitconfig').write_text('[core]\n\thooksPath = /nowhere\n[user]\n\tname = Wrong\n')
    monkeypatch.setenv('HOME', str(home))
    monkeypatch.setenv('GIT_DIR', str(home))
    monkeypatch.setenv('GIT_CONFIG_COUNT', '1')
    monkeypatch.setenv('GIT_CONFIG_KEY_0', 'core.bare')
    monkeypatch.setenv('GIT_CONFIG_VALUE_0', 'nonsense')
    store = GitStore.create(tmp_path / 's.git')
    listed = store.git.run('config', '--list', '--show-origin').output.decode()
    assert 'Wrong' not in listed and 'nonsense' not in listed and str(home) not in listed
    store.commit(None, {'a': NewBlob(b'1')}, 'x', authorship, 'refs/outbox/x')


def test_the_environment_of_the_service_is_this_and_nothing_else():
    assert base_environment(GitSettings(environment={'HOME': '/elsewhere', 'LD_PRELOAD': 'x'})) == {
        'PATH': '/usr/local/bin:/usr/bin:/bin',
        'HOME': '/dev/null',
        'LC_ALL': 'C',
        'GIT_CONFIG_NOSYSTEM': '1',
        'GIT_CONFIG_GLOBAL': '/dev/null',
        'GIT_ATTR_NOSYSTEM': '1',
        'GIT_ALLOW_PROTOCOL': 'https:ssh',
        'GIT_TERMINAL_PROMPT': '0',
        'GIT_NO_LAZY_FETCH': '1',
        'GIT_NO_REPLACE_OBJECTS': '1',
        'GIT_LITERAL_PATHSPECS': '1',
        'GIT_OPTIONAL_LOCKS': '0',
    }


def test_the_users_own_configuration_counts_when_asked_for(tmp_path):
    (tmp_path / '.gitconfig').write_text('[user]\n\tname = Right\n')
    environment = {
        'HOME': str(tmp_path),
        'PATH': '/usr/bin:/bin',
        'GIT_DIR': '/nowhere',
        'GIT_TRACE': '1',
        'GIT_CONFIG_COUNT': '1',
        'GIT_CONFIG_KEY_0': 'demo.key',
        'GIT_CONFIG_VALUE_0': 'kept',
    }
    settings = GitSettings(hermetic=False, environment=environment)
    store = GitStore.create(tmp_path / 's.git', settings)
    done = store.git.run('config', '--list')
    assert b'user.name=Right' in done.output and b'demo.key=kept' in done.output
    assert done.errors == ''
