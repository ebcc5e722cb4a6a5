"""Servers that hang or die in the middle: a deadline ends it, and the next try finds all whole."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from hedgehog_gitops.errors import OutcomeUnknown, TryAgainLater
from hedgehog_gitops.git import GitSettings, GitStore, Remote, Secret, SshKeyCredential
from hedgehog_gitops.testing.faults import Fault
from hedgehog_gitops.testing.ssh_server import make_key

pytestmark = pytest.mark.slow

# Git and its helpers have to start within it, on a busy machine too.
DEADLINE = 4.0


@pytest.fixture
def hasty(store: GitStore) -> GitStore:
    """The same copy, for which nothing may take long."""
    return GitStore(store.git_dir, GitSettings(timeout=DEADLINE))


@pytest.fixture
def mute() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(('127.0.0.1', 0)) as listening:
        held: list[socket.socket] = []

        def take() -> None:
            try:
                while True:
                    held.append(listening.accept()[0])
            except OSError:
                pass

        threading.Thread(target=take, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        for each in held:
            each.close()


def timed_out(call, *arguments) -> None:
    begun = time.monotonic()
    with pytest.raises(TryAgainLater) as caught:
        call(*arguments)
    assert caught.value.reason in ('GitTimedOut', 'RemoteUnreachable', 'OutcomeUnknown')
    assert time.monotonic() - begun < DEADLINE + 5


def test_a_server_that_hangs_while_it_is_read(hasty, published, remote, server):
    server.add(Fault(delay=60, times=None))
    timed_out(hasty.fetch, remote(), 'main')
    timed_out(hasty.remote_heads, remote())
    server.clear()
    assert hasty.fetch(remote(), 'main') == published


def test_a_server_that_hangs_in_the_middle_of_a_push(hasty, write, published, remote, server):
    commit = write({'a': '2'}, published)
    server.add(Fault(method='POST', containing='git-receive-pack', delay=60, times=None))
    with pytest.raises(OutcomeUnknown):
        hasty.push(remote(), 'main', commit, published)
    server.clear()
    assert hasty.remote_head(remote(), 'main') == published, 'it never saw the push'
    hasty.push(remote(), 'main', commit, published)
    assert hasty.remote_head(remote(), 'main') == commit


def test_a_server_that_dies_in_the_middle_of_a_pack(
    store, write, published, remote, server, tmp_path
):
    other = GitStore.create(tmp_path / 'other.git')
    server.add(Fault(method='POST', containing='git-upload-pack', drop='after', times=None))
    with pytest.raises(TryAgainLater):
        other.fetch(remote(), 'main')
    assert other.list_refs() == {}
    other.check()
    server.clear()
    assert other.fetch(remote(), 'main') == published
    other.check()
    commit = write({'a': '2'}, published)
    server.add(Fault(method='POST', containing='git-receive-pack', drop='after', times=None))
    # The branch has moved by the time the answer breaks off; the push itself may notice.
    with contextlib.suppress(OutcomeUnknown):
        store.push(remote(), 'main', commit, published)
    server.clear()
    assert store.fetch(remote(), 'main') == commit


def test_a_mute_port_over_ssh_and_http(hasty, mute, tmp_path):
    make_key(tmp_path / 'key')
    credential = SshKeyCredential(
        Secret((tmp_path / 'key').read_text()), f'[127.0.0.1]:{mute} ssh-ed25519 AAAA'
    )
    timed_out(hasty.fetch, Remote(f'ssh://git@127.0.0.1:{mute}/r.git', credential), 'main')
    http = Remote(f'http://127.0.0.1:{mute}/r.git', allow_protocols=('http',))
    timed_out(hasty.fetch, http, 'main')
