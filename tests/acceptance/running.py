"""Brings the whole stack up for a test session and takes it down again."""

import contextlib
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

from .people import GIT_USER
from .processes import answers, free_port
from .stack import HERE, Stack

__all__ = ['running_stack']


@contextlib.contextmanager
def running_stack(folder: Path, environment: dict[str, str]) -> Iterator[Stack]:
    """Brings everything up on a prepared database and takes it down again."""
    for name in ('git', 'seed', 'home', 'netbox'):
        (folder / name).mkdir(parents=True, exist_ok=True)
    web_port, git_port = free_port(), free_port()
    git_password = secrets.token_hex(12)
    (folder / 'git-password').write_text(git_password)
    admin_password = secrets.token_hex(12)
    stack = Stack(
        folder=folder,
        environment={**environment, 'HEDGEHOG_TEST_ADMIN_PASSWORD': admin_password},
        web=f'http://127.0.0.1:{web_port}',
        git_port=git_port,
        git_password=git_password,
        token='',
        admin_password=admin_password,
    )
    try:
        made = stack.manage(
            'shell',
            '--no-imports',
            '-c',
            (HERE / 'make_admin.py').read_text(),
        )
        stack.token = made.stdout.strip().splitlines()[-1]
        stack.spawn(
            [
                sys.executable,
                '-m',
                'hedgehog_gitops.testing.http_server',
                '--root',
                str(folder / 'git'),
                '--port',
                str(git_port),
                '--user',
                GIT_USER,
                '--password-file',
                str(folder / 'git-password'),
            ],
            'git-server.log',
        )
        stack.spawn(
            [
                sys.executable,
                '-m',
                'gunicorn',
                'dev.wsgi:application',
                '--chdir',
                str(HERE.parents[1]),
                '--bind',
                f'127.0.0.1:{web_port}',
                '--threads',
                '4',
                '--timeout',
                '120',
                '--no-control-socket',
            ],
            'web.log',
        )
        stack.until(lambda: answers(f'{stack.web}/login/'), 'NetBox to answer', seconds=300)
        stack.start_worker()
        yield stack
    finally:
        stack.end()
