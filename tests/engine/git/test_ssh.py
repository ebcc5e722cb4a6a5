"""SSH: keys that never touch the disk, pinned host keys. Real parts only; skips without sshd."""

import os
import threading
import time
from pathlib import Path

import pytest

from hedgehog_gitops.errors import NeedsPerson, TryAgainLater
from hedgehog_gitops.git import GitStore, NewBlob, Remote, Secret, SshKeyCredential
from hedgehog_gitops.testing import make_repository
from hedgehog_gitops.testing.ssh_server import SshServer, find_sshd, make_key

# A server and real repositories for each test.
pytestmark = pytest.mark.slow

SSHD = find_sshd()
needs_sshd = pytest.mark.skipif(SSHD is None, reason='no OpenSSH server on this machine')


@pytest.fixture
def ssh(tmp_path):
    with SshServer(tmp_path / 'sshd', SSHD) as running:
        yield running


@pytest.fixture
def remote(ssh, tmp_path):
    there = make_repository(tmp_path / 'there.git')

    def made(key=None, known_hosts=None, path=there):
        credential = SshKeyCredential(
            Secret(key or ssh.private_key), ssh.known_hosts if known_hosts is None else known_hosts
        )
        return Remote(ssh.url(path), credential)

    return made


def refused(reason, call, *arguments):
    with pytest.raises((NeedsPerson, TryAgainLater)) as caught:
        call(*arguments)
    assert caught.value.reason == reason, str(caught.value)
    return caught.value


def agents():
    return {
        path.parent.name
        for path in Path('/proc').glob('[0-9]*/cmdline')
        if b'ssh-agent\0-D\0-a\0' in safely(path)
    }


def safely(path):
    try:
        return path.read_bytes()
    except OSError:
        return b''


@needs_sshd
def test_a_commit_goes_out_and_comes_in(store, write, remote, tmp_path):
    before = agents()
    head = write({'a': '1'})
    store.push(remote(), 'main', head, None)
    other = GitStore.create(tmp_path / 'other.git')
    assert other.fetch(remote(), 'main') == head
    assert agents() <= before
    assert not list(Path('/tmp').glob('hedgehog-*/agent'))


@needs_sshd
def test_another_key_is_refused(store, remote, tmp_path):
    make_key(tmp_path / 'stranger')
    error = refused(
        'CredentialsRefused', store.fetch, remote((tmp_path / 'stranger').read_text()), 'main'
    )
    assert isinstance(error, NeedsPerson)


@needs_sshd
@pytest.mark.parametrize('known', ['', '[127.0.0.1]:1 ssh-ed25519 AAAA\n'])
def test_an_unknown_host_key_is_refused(store, remote, known):
    refused('HostKeyRefused', store.fetch, remote(known_hosts=known), 'main')


@needs_sshd
def test_a_changed_host_key_is_refused(store, remote, ssh, tmp_path):
    other = make_key(tmp_path / 'other-host').split()
    known = f'[127.0.0.1]:{ssh.port} {other[0]} {other[1]}\n'
    refused('HostKeyRefused', store.fetch, remote(known_hosts=known), 'main')


@needs_sshd
def test_a_missing_repository(store, remote, tmp_path):
    refused('RemoteNotFound', store.fetch, remote(path=tmp_path / 'nope.git'), 'main')


@needs_sshd
def test_the_key_stands_nowhere(store, write, remote, ssh, tmp_path):
    """Looked for on the disk, in arguments and in environments while a hook holds the push up."""
    there = tmp_path / 'there.git'
    hook = there / 'hooks/pre-receive'
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\ntouch held\nwhile [ ! -e go ]; do sleep 0.05; done\n')
    hook.chmod(0o755)
    # Another run on this machine has files of its own there.
    before = set(Path('/tmp').glob('hedgehog-*/*'))
    body = ssh.private_key.splitlines()[1].encode()
    pushing = threading.Thread(target=store.push, args=(remote(), 'main', write({'a': '1'}), None))
    pushing.start()
    deadline = time.monotonic() + 20
    while not (there / 'held').exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    try:
        assert agents()
        found = {*Path('/tmp').glob('hedgehog-*/*')} - before
        places = [path for path in found if path.is_file()]
        assert [path.name for path in places] == ['known_hosts']
        for place in (*places, *Path('/proc').glob('[0-9]*/cmdline'),
                      *Path('/proc').glob('[0-9]*/environ')):  # fmt: skip
            assert body not in safely(place)
    finally:
        (there / 'go').touch()
        pushing.join()
    assert store.remote_head(remote(), 'main') is not None
    assert os.path.exists(there / 'held')


def test_what_is_no_key_is_refused_before_anything_is_contacted(store):
    credential = SshKeyCredential(Secret('not a key'), 'h ssh-ed25519 AAAA')
    error = refused(
        'CredentialsRefused', store.fetch, Remote('ssh://git@127.0.0.1:1/r', credential), 'main'
    )
    assert 'not a key' not in str(error)


def test_a_key_with_a_passphrase_is_refused(store, tmp_path, plain_git):
    import subprocess

    subprocess.run(
        ['ssh-keygen', '-q', '-t', 'ed25519', '-N', 'secret', '-f', str(tmp_path / 'k')], check=True
    )
    credential = SshKeyCredential(Secret((tmp_path / 'k').read_text()), 'h ssh-ed25519 AAAA')
    error = refused(
        'CredentialsRefused', store.fetch, Remote('ssh://git@127.0.0.1:1/r', credential), 'main'
    )
    assert 'passphrase' in str(error)


def test_a_closed_port_and_an_unknown_name(store, tmp_path, authorship):
    make_key(tmp_path / 'k')
    credential = SshKeyCredential(Secret((tmp_path / 'k').read_text()), '')
    head = store.commit(None, {'a': NewBlob(b'1')}, 'x', authorship, 'refs/outbox/x')
    closed = Remote('ssh://git@127.0.0.1:1/r', credential)
    refused('RemoteUnreachable', store.fetch, closed, 'main')
    unknown = Remote('ssh://git@nobody.invalid/r', credential)
    refused('HostUnknown', store.fetch, unknown, 'main')
    refused('HostUnknown', store.push, unknown, 'main', head, None)
