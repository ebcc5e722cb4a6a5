"""Real git in temporary folders, with fixed dates and nobody's configuration."""

import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.git import (
    Authorship,
    GitStore,
    Identity,
    NewBlob,
    PasswordCredential,
    Remote,
    Secret,
)
from hedgehog_gitops.testing import GitHttpServer, make_repository

WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HERMETIC = {
    'PATH': '/usr/local/bin:/usr/bin:/bin',
    'HOME': '/dev/null',
    'LC_ALL': 'C',
    'GIT_CONFIG_NOSYSTEM': '1',
    'GIT_CONFIG_GLOBAL': '/dev/null',
    'GIT_AUTHOR_NAME': 'Person',
    'GIT_AUTHOR_EMAIL': 'person@example.test',
    'GIT_COMMITTER_NAME': 'Person',
    'GIT_COMMITTER_EMAIL': 'person@example.test',
    'GIT_AUTHOR_DATE': '2026-01-01T00:00:00+00:00',
    'GIT_COMMITTER_DATE': '2026-01-01T00:00:00+00:00',
}


@pytest.fixture
def store(tmp_path: Path) -> GitStore:
    return GitStore.create(tmp_path / 'store.git')


@pytest.fixture
def authorship() -> Authorship:
    return Authorship(
        Identity('Ada Example', 'ada@example.test'),
        Identity('netbox-hedgehog', 'service@example.test'),
        WHEN,
        (('Change-Set-Id', '7'), ('NetBox-User', 'ada')),
    )


@pytest.fixture
def write(store: GitStore, authorship: Authorship) -> Callable[..., str]:
    """Commits `{path: text or None}` on a parent and says the commit's name."""

    def written(files, parent=None, ref='refs/outbox/test', message='Change files', into=store):
        edits = {
            path: None if text is None else NewBlob(text.encode()) for path, text in files.items()
        }
        return into.commit(parent, edits, message, authorship, ref)

    return written


@pytest.fixture
def plain_git() -> Callable[..., str]:
    """Runs git as a person would, to prepare and to look at the result from outside."""

    def run(
        *arguments: str, cwd: Path, env: dict[str, str] | None = None, data: bytes = b''
    ) -> str:
        done = subprocess.run(
            ['git', *arguments],
            cwd=cwd,
            env={**HERMETIC, **(env or {})},
            input=data,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return os.fsdecode(done.stdout)

    return run


PASSWORD = 'pa ss"wörd-canary'


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitHttpServer]:
    """A real Git server with a password that serves one empty repository, `r.git`."""
    root = tmp_path / 'served'
    root.mkdir()
    make_repository(root / 'r.git')
    with GitHttpServer(root, 'robot', PASSWORD) as running:
        yield running


@pytest.fixture
def remote(server: GitHttpServer) -> Callable[..., Remote]:
    """Makes a `Remote` for a repository of the server."""

    def made(name: str = 'r.git', password: str = PASSWORD, **more: object) -> Remote:
        credential = PasswordCredential('robot', Secret(password))
        return Remote(f'{server.url}/{name}', credential, allow_protocols=('http',), **more)

    return made


@pytest.fixture
def published(store: GitStore, write: Callable[..., str], remote: Callable[..., Remote]) -> str:
    """The first commit, already on the server's main branch."""
    head = write({'a': '1'})
    store.push(remote(), 'main', head, None)
    return head


@pytest.fixture
def raised() -> Callable[..., EngineError]:
    """Makes a call, expects it to stop with a reason and a hint, and hands the error on."""

    def caught(reason: str, call: Callable[..., object], *arguments: object) -> EngineError:
        with pytest.raises(EngineError) as stopped:
            call(*arguments)
        assert stopped.value.reason == reason, str(stopped.value)
        assert stopped.value.hint, 'an error names what to do'
        return stopped.value

    return caught
