"""The Git server as the demonstration runs it: a process of its own, for plain git clients."""

import subprocess
import sys

from hedgehog_gitops.testing import make_repository


def test_the_server_runs_by_itself_and_serves_a_plain_client(tmp_path, plain_git):
    make_repository(tmp_path / 'served/fabric.git')
    (tmp_path / 'password').write_text('open sesame\n')
    arguments = ['--root', 'served', '--user', 'demo', '--password-file', 'password']
    server = subprocess.Popen(
        [sys.executable, '-W', 'error', '-m', 'hedgehog_gitops.testing.http_server', *arguments],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        address = server.stdout.readline().split()[-1].removeprefix('http://')
        url = f'http://demo:open%20sesame@{address}/fabric.git'
        plain_git('clone', '-q', url, 'clone', cwd=tmp_path)
        work = tmp_path / 'clone'
        (work / 'a').write_text('x')
        plain_git('add', 'a', cwd=work)
        plain_git('commit', '-qm', 'by hand', cwd=work)
        plain_git('push', '-q', 'origin', 'HEAD:main', cwd=work)
        assert plain_git('log', '--format=%s', 'main', cwd=tmp_path / 'served/fabric.git') == (
            'by hand\n'
        )
    finally:
        server.terminate()
        _, errors = server.communicate()
    assert errors == ''
