"""`kill -9` and time limits: children end, both repositories stay sound, a repeat works."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hedgehog_gitops.errors import (
    TryAgainLater,
)
from hedgehog_gitops.git import (
    GitSettings,
    GitStore,
)
from hedgehog_gitops.testing import Fault

HTTP = ('http',)


def test_a_server_that_hangs(raised, store, write, published, remote, server):
    hasty = GitStore(store.git_dir, GitSettings(timeout=0.8))
    server.add(Fault(delay=60, times=None))
    started = time.monotonic()
    error = raised('GitTimedOut', hasty.fetch, remote(), 'main')
    assert isinstance(error, TryAgainLater)
    raised('OutcomeUnknown', hasty.push, remote(), 'main', write({'a': '2'}, published), published)
    assert time.monotonic() - started < 15
    deadline = time.monotonic() + 5
    while processes_of(server.url) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_of(server.url) == []
    server.clear()
    hasty.clean_stale_locks()
    assert hasty.fetch(remote(), 'main') == published


def processes_of(word):
    """Every running process that has `word` among its arguments."""
    found = []
    for path in Path('/proc').glob('[0-9]*/cmdline'):
        try:
            if word.encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            continue
    return found


CRASHING = """
import sys
from pathlib import Path
from hedgehog_gitops.git import *
store = GitStore(Path(sys.argv[1]))
credential = PasswordCredential('robot', Secret(sys.argv[5]))
remote = Remote(sys.argv[2], credential, allow_protocols=('http',))
store.push(remote, 'main', sys.argv[3], sys.argv[4])
"""


def start_pushing(store, remote, head, expected):
    password = remote.credential.secret.reveal()
    arguments = [str(store.git_dir), remote.url, head, expected, password]
    return subprocess.Popen([sys.executable, '-c', CRASHING, *arguments])


@pytest.mark.parametrize('moment', ['before', 'after'])
def test_killed_in_mid_push(store, write, published, remote, server, plain_git, moment):
    """`kill -9` when the server got the commit, before and after it moved the branch."""
    head = write({f'{number}': os.urandom(2000).hex() for number in range(200)}, published)
    there = server.root / 'r.git'
    worker = []
    reached = threading.Event()

    def kill():
        worker[0].kill()
        worker[0].wait()
        reached.set()

    if moment == 'after':
        hook = there / 'hooks/post-receive'
        hook.parent.mkdir(exist_ok=True)
        hook.write_text('#!/bin/sh\nkill -9 "$(cat worker-pid)"\n')
        hook.chmod(0o755)
    else:
        server.add(Fault(method='POST', containing='git-receive-pack', before=kill, times=None))
    arguments = [
        str(store.git_dir),
        remote().url,
        head,
        published,
        remote().credential.secret.reveal(),
    ]
    worker.append(subprocess.Popen([sys.executable, '-c', CRASHING, *arguments]))
    (there / 'worker-pid').write_text(str(worker[0].pid))
    assert worker[0].wait(30) == -9
    reached.wait(10 if moment == 'before' else 0)
    server.clear()
    for _ in range(100):
        if store.remote_head(remote(), 'main') == head:
            break
        time.sleep(0.02)
    assert store.remote_head(remote(), 'main') == head
    (there / 'hooks/post-receive').unlink(missing_ok=True)
    for folder in (there, store.git_dir):
        plain_git('fsck', '--strict', cwd=folder)
    store.clean_stale_locks()
    store.push(remote(), 'main', head, published)
    store.push(remote(), 'main', write({'z': '1'}, head), head)


def test_killed_before_the_server_heard_of_it(store, write, published, remote, server, plain_git):
    head = write({'a': '2'}, published)
    worker = []

    def kill():
        worker[0].kill()
        # Its Git ends with it; on a busy machine the server could answer before that.
        worker[0].wait()

    server.add(Fault(method='GET', containing='receive-pack', before=kill))
    arguments = [
        str(store.git_dir),
        remote().url,
        head,
        published,
        remote().credential.secret.reveal(),
    ]
    worker.append(subprocess.Popen([sys.executable, '-c', CRASHING, *arguments]))
    assert worker[0].wait(30) == -9
    assert store.remote_head(remote(), 'main') == published
    store.clean_stale_locks()
    store.push(remote(), 'main', head, published)
    plain_git('fsck', '--strict', cwd=server.root / 'r.git')


COMMITTING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from hedgehog_gitops.git import *
who = Identity('A', 'a@example.test')
when = Authorship(who, who, datetime(2026, 1, 2, tzinfo=UTC))
edits = {f'{number}': NewBlob(b'%d ' % number * 400) for number in range(3000)}
print('begun', flush=True)
print(GitStore(Path(sys.argv[1])).commit(None, edits, 'Many', when, 'refs/outbox/x'))
"""


def test_killed_while_a_commit_is_written(store, plain_git):
    """At moments spread over the whole time it takes; the repeat makes the very same commit."""
    undisturbed = GitStore.create(store.git_dir.with_name('undisturbed.git'))
    started = time.monotonic()
    wanted = commit_many(undisturbed).communicate()[0].split()[1]
    takes = time.monotonic() - started
    cut_off = 0
    for step in range(6):
        worker = commit_many(store)
        assert worker.stdout.readline() == 'begun\n'
        time.sleep(takes * step / 8)
        worker.kill()
        cut_off += worker.communicate()[0] == ''
        plain_git('fsck', '--strict', cwd=store.git_dir)
        assert store.resolve('refs/outbox/x') in (None, wanted)
    assert cut_off >= 2
    store.clean_stale_locks()
    assert not list(store.git_dir.glob('objects/pack/tmp_*'))
    assert commit_many(store).communicate()[0].split()[1] == wanted
    store.check()


def commit_many(store):
    command = [sys.executable, '-c', COMMITTING, str(store.git_dir)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
