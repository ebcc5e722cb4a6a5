"""A password reaches its own server and nothing else: not argv, environment, disk, error."""

import os
import threading
from pathlib import Path

import pytest

from hedgehog_gitops.git import (
    GitSettings,
    GitStore,
    Remote,
)
from hedgehog_gitops.testing import Fault

HTTP = ('http',)


def test_the_secret_stands_nowhere(store, write, published, remote, server):
    """While git and its helpers wait for a slow server, everything about them is read."""
    seen = {'arguments': b'', 'environment': b'', 'count': 0}
    me = str(os.getpid())

    def look():
        # What this process itself inherited is not the engine's doing.
        for folder in Path('/proc').glob('[0-9]*'):
            try:
                if folder.name != me and str(store.git_dir).encode() in (
                    (folder / 'cmdline').read_bytes() + bytes((folder / 'cwd').readlink())
                ):
                    seen['count'] += 1
                    seen['arguments'] += (folder / 'cmdline').read_bytes()
                    seen['environment'] += (folder / 'environ').read_bytes()
            except OSError:
                continue

    for method in ('GET', 'POST'):
        server.add(Fault(method=method, before=look, times=None))
    store.push(remote(), 'main', write({'a': '2'}, published), published)
    store.fetch(remote(), 'main')
    assert seen['count'] >= 8
    assert b'GIT_CONFIG_COUNT' in seen['environment'] and b'--git-dir' in seen['arguments']
    for place in (seen['arguments'], seen['environment'], everything_in(store.git_dir)):
        assert b'canary' not in place and b'cGEgc3M' not in place and b'robot' not in place


def everything_in(folder):
    return b''.join(path.read_bytes() for path in folder.rglob('*') if path.is_file())


def test_the_secret_is_given_to_its_own_server_only(raised, store, server, tmp_path, remote):
    """A proxy that asks for a password must not get the repository's."""
    heard = []
    with ProxyThatAsks(heard) as proxy:
        named = proxy.url.replace('http://', 'http://somebody@')
        for address in (proxy.url, named):
            settings = GitSettings(extra_config=(('http.proxy', address),), timeout=20)
            through = GitStore(store.git_dir, settings)
            raised('CredentialsRefused', through.fetch, remote(), 'main')
    assert heard and not any('canary' in line or 'cGEgc3M' in line for line in heard)


class ProxyThatAsks:
    """Answers every request with 407 and keeps what it was told."""

    def __init__(self, heard):
        import http.server

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                heard.append(str(self.headers))
                self.send_response(407)
                self.send_header('Proxy-Authenticate', 'Basic realm="proxy"')
                self.send_header('Content-Length', '0')
                self.end_headers()

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self.http.server_port}'
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.05,))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


def test_a_persons_own_helper_is_asked_on_the_command_line(
    raised, store, published, server, tmp_path
):
    helper = tmp_path / 'helper'
    helper.write_text(
        '#!/bin/sh\ntest "$1" = get && printf \'username=robot\\npassword=pa ss"wörd-canary\\n\'\n'
    )
    helper.chmod(0o755)
    (tmp_path / '.gitconfig').write_text(f'[credential]\n\thelper = {helper}\n')
    settings = GitSettings(hermetic=False, environment={'HOME': str(tmp_path)})
    own = GitStore(store.git_dir, settings)
    address = f'{server.url}/r.git'
    assert own.remote_head(Remote(address, allow_protocols=HTTP), 'main') == published
    raised('CredentialsRefused', store.fetch, Remote(address, allow_protocols=HTTP), 'main')
    wrong = f'http://robot:wrong-canary@{server.url.removeprefix("http://")}/r.git'
    (tmp_path / '.gitconfig').unlink()
    error = raised('CredentialsRefused', own.fetch, Remote(wrong, allow_protocols=HTTP), 'main')
    assert 'canary' not in str(error)
    for url in ('ext::sh -c id', '-oProxyCommand=id'):
        raised('UrlRefused', own.fetch, Remote(url, allow_protocols=HTTP), 'main')
    raised('UrlRefused', own.fetch, Remote(address), 'main')


@pytest.mark.parametrize('password', ['two\nlines', 'nul\0', 'return\r', 'x' * 20_000])
def test_a_password_git_cannot_take(raised, store, remote, password):
    error = raised('CredentialsRefused', store.fetch, remote(password=password), 'main')
    assert password not in str(error)
