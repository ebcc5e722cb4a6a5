"""A stand-in for GitHub, held to GitHub's own description of its API where there is one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hedgehog_gitops.git import GitStore, PasswordCredential, Remote, Secret
from hedgehog_gitops.hosts import Host, MemoryEtags, Reach, host_for
from hedgehog_gitops.testing.github_server import GitHubRepository, GitHubServer

from .people import Person

SLICE = Path(
    os.environ.get('HEDGEHOG_GITHUB_API')
    or Path(__file__).resolve().parents[4] / 'shared' / 'github' / 'github-api-slice.json'
)


@pytest.fixture
def github(tmp_path: Path) -> Iterator[GitHubServer]:
    """The server; at the end nothing of what it said may contradict GitHub's description."""
    root = tmp_path / 'served' / 'acme'
    root.mkdir(parents=True)
    description = SLICE if SLICE.is_file() else None
    with GitHubServer(root.parent, description=description) as server:
        yield server
        server.deliveries.settle()
        assert not server.complaints


@pytest.fixture
def repository(github: GitHubServer) -> GitHubRepository:
    return github.make('acme/fabrics')


@pytest.fixture
def etags() -> MemoryEtags:
    return MemoryEtags()


@pytest.fixture
def host(github: GitHubServer, repository: GitHubRepository, etags: MemoryEtags) -> Host:
    return the_host(repository, github.token, etags)


@pytest.fixture
def person(tmp_path: Path, github: GitHubServer, repository: GitHubRepository) -> Person:
    credential = PasswordCredential('x-access-token', Secret(github.token))
    remote = Remote(repository.url, credential, allow_protocols=('http',))
    return Person(GitStore.create(tmp_path / 'person.git'), remote)


def the_host(
    repository: GitHubRepository, token: str, etags: MemoryEtags | None = None, timeout: float = 10
) -> Host:
    """The host of a repository, without the second between writes."""
    reach = Reach(timeout=timeout, pause=lambda seconds: None)
    host = host_for('github', repository.url, Secret(token), etags, reach)
    assert host is not None
    return host
