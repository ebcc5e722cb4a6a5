"""A GitHub App proves who it is and gets a token that opens Git and the API alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.git import GitStore, PasswordCredential, Remote, Secret
from hedgehog_gitops.hosts import App, InstallationToken, Reach, token_of_app
from hedgehog_gitops.testing.github import GitHubApp
from hedgehog_gitops.testing.github_server import GitHubRepository, GitHubServer

from .conftest import the_host
from .people import Person

# A server and real repositories for each test.
pytestmark = pytest.mark.slow


@pytest.fixture
def installed(github: GitHubServer) -> GitHubApp:
    return github.install(GitHubApp())


@pytest.fixture
def app(installed: GitHubApp) -> App:
    return App(str(installed.id), str(installed.installation), Secret(installed.private_key))


def sign_in(
    app: App, repository: GitHubRepository, now: datetime | None = None
) -> InstallationToken:
    return token_of_app(app, repository.url, now or datetime.now(UTC), Reach(timeout=10))


def test_the_token_opens_api_and_git(
    app: App, repository: GitHubRepository, person: Person, tmp_path: object
) -> None:
    commit = person.push({'a.yaml': b'a: 1\n'})
    token = sign_in(app, repository)
    assert timedelta(minutes=50) < token.expires - datetime.now(UTC) <= timedelta(hours=1)
    assert the_host(repository, token.text).read_rate_limit().limit == 5000
    credential = PasswordCredential('x-access-token', Secret(token.text))
    remote = Remote(repository.url, credential, allow_protocols=('http',))
    store = GitStore.create(tmp_path / 'by-app.git')  # type: ignore[operator]
    assert store.fetch(remote, 'main') == commit
    store.may_push(remote)


def test_neither_key_nor_token_prints(app: App, repository: GitHubRepository) -> None:
    token = sign_in(app, repository)
    secret = app.private_key.reveal().splitlines()[1]
    for shown in (repr(app), str(app), repr(token), str(token)):
        assert secret not in shown and token.text not in shown


def test_a_signature_by_another_key_is_refused(app: App, repository: GitHubRepository) -> None:
    other = replace(app, private_key=Secret(GitHubApp().private_key))
    with pytest.raises(NeedsPerson) as refused:
        sign_in(other, repository)
    assert refused.value.reason == 'CredentialsRefused'


def test_a_clock_that_is_wrong_is_refused_by_github(app: App, repository: GitHubRepository) -> None:
    for wrong in (timedelta(hours=-1), timedelta(minutes=20)):
        with pytest.raises(NeedsPerson) as refused:
            sign_in(app, repository, datetime.now(UTC) + wrong)
        assert refused.value.reason == 'CredentialsRefused'
    sign_in(app, repository, datetime.now(UTC) - timedelta(seconds=30))


def test_an_app_that_is_not_installed_there(app: App, repository: GitHubRepository) -> None:
    with pytest.raises(NeedsPerson) as refused:
        sign_in(replace(app, installation='5'), repository)
    assert refused.value.reason == 'RemoteNotFound'


@pytest.mark.parametrize('key', ['', 'no key', '\0'])
def test_a_key_that_is_none_never_leaves_this_machine(
    app: App, repository: GitHubRepository, github: GitHubServer, key: str
) -> None:
    with pytest.raises(NeedsPerson, match='private key cannot be read'):
        sign_in(replace(app, private_key=Secret(key)), repository)
    assert not [each for each in github.git.requests if '/app/' in each.target]


def test_an_installation_that_is_no_number(app: App, repository: GitHubRepository) -> None:
    with pytest.raises(NeedsPerson, match='not a number'):
        sign_in(replace(app, installation='../../user'), repository)
