"""How a host is talked to: limits, ETags, broken connections, redirections, secrets."""

import time
from pathlib import Path

import pytest

from hedgehog_gitops.errors import NeedsPerson, OutcomeUnknown, TryAgainLater
from hedgehog_gitops.git import Secret
from hedgehog_gitops.hosts import Host, MemoryEtags, Reach, StatusState, host_for
from hedgehog_gitops.hosts.access import api_addresses, repository_in
from hedgehog_gitops.hosts.host import CommitStatus
from hedgehog_gitops.testing.faults import Fault
from hedgehog_gitops.testing.github_server import GitHubRepository, GitHubServer

from ..certificates import make_certificate
from .conftest import the_host
from .people import Person

# A server and real repositories for each test.
pytestmark = pytest.mark.slow

REST = '/api/v3/'
DONE = CommitStatus(StatusState.SUCCESS, 'hedgehog', 'fine')


def statuses(github: GitHubServer, count: int) -> list[int]:
    """What the server has answered; it writes a request down after its answer is on the way."""
    deadline = time.monotonic() + 5
    while len(github.git.requests) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    return [request.status for request in github.git.requests]


def test_an_answer_known_from_before_costs_nothing(host: Host, github: GitHubServer) -> None:
    assert host.webhooks() == ()
    left = github.budget.remaining
    assert host.webhooks() == ()
    assert github.budget.remaining == left
    assert statuses(github, 2) == [200, 304]


def test_a_changed_answer_is_read_anew(host: Host, repository: GitHubRepository) -> None:
    assert host.webhooks() == ()
    made = host.register_webhook('http://127.0.0.1:9/x', Secret('s' * 20), ('push',))
    assert host.webhooks() == (made,)


def test_the_cache_is_shared_by_those_who_are_given_it(
    github: GitHubServer, repository: GitHubRepository, etags: MemoryEtags
) -> None:
    the_host(repository, github.token, etags).webhooks()
    the_host(repository, github.token, etags).webhooks()
    assert statuses(github, 2) == [200, 304]


def test_the_budget_is_known_after_each_answer(host: Host, github: GitHubServer) -> None:
    assert host.rate_limit is None
    host.webhooks()
    assert host.rate_limit is not None
    assert host.rate_limit.remaining == github.budget.remaining == 4999
    assert host.read_rate_limit().remaining == 4999
    assert host.calls == 2


def test_without_a_budget_the_moment_of_its_renewal_is_told(
    host: Host, github: GitHubServer
) -> None:
    github.budget.remaining, github.budget.reset = 0, int(time.time()) + 120
    with pytest.raises(TryAgainLater) as slowed:
        host.webhooks()
    assert slowed.value.reason == 'RateLimited'
    assert 115 <= slowed.value.after <= 121
    assert host.rate_limit is not None and host.rate_limit.remaining == 0


@pytest.mark.parametrize(
    ('status', 'headers', 'words', 'after'),
    [
        (403, (('Retry-After', '17'),), 'You have exceeded a secondary rate limit', 17.0),
        (429, (('Retry-After', '17'),), '', 17.0),
        (403, (), 'You have exceeded a secondary rate limit. Wait a few minutes.', 60.0),
        (429, (), '', 60.0),
        (403, (('Retry-After', '99999999'),), '', 3600.0),
    ],
)
def test_secondary_limits_are_obeyed(
    host: Host,
    github: GitHubServer,
    person: Person,
    status: int,
    headers: tuple[tuple[str, str], ...],
    words: str,
    after: float,
) -> None:
    commit = person.push({'a.yaml': b'a: 1\n'})
    body = f'{{"message": "{words}"}}'.encode()
    github.git.add(Fault(REST, status=status, headers=headers, body=body))
    with pytest.raises(TryAgainLater) as slowed:
        host.set_status(commit, DONE)
    assert not isinstance(slowed.value, OutcomeUnknown)
    assert (slowed.value.reason, slowed.value.after) == ('RateLimited', after)


def test_writes_are_a_second_apart(github: GitHubServer, repository: GitHubRepository) -> None:
    waited: list[float] = []
    host = host_for(
        'github', repository.url, Secret(github.token), reach=Reach(pause=waited.append)
    )
    assert host is not None
    host.webhooks()
    host.register_webhook('http://127.0.0.1:9/x', Secret('s' * 20), ('push',))
    assert waited == []
    host.remove_webhook(101)
    assert len(waited) == 1 and 0 < waited[0] <= 1.0


@pytest.mark.parametrize('status', [500, 502, 503, 504])
def test_a_sick_server_is_left_alone_for_a_while(
    host: Host, github: GitHubServer, status: int
) -> None:
    github.git.add(Fault(REST, status=status))
    with pytest.raises(TryAgainLater) as later:
        host.webhooks()
    assert (later.value.reason, later.value.after) == ('RemoteUnreachable', 60.0)


def test_a_slow_server_is_given_up(github: GitHubServer, repository: GitHubRepository) -> None:
    github.git.add(Fault(REST, delay=30))
    started = time.monotonic()
    with pytest.raises(TryAgainLater, match='took too long'):
        the_host(repository, github.token, timeout=0.5).webhooks()
    assert time.monotonic() - started < 10


def test_a_write_that_was_never_sent_is_no_unknown_outcome(
    github: GitHubServer, repository: GitHubRepository, person: Person
) -> None:
    commit = person.push({'a.yaml': b'a: 1\n'})
    host = the_host(repository, github.token)
    github.stop()
    with pytest.raises(TryAgainLater) as later:
        host.set_status(commit, DONE)
    assert later.value.reason == 'RemoteUnreachable'


@pytest.mark.parametrize('drop', ['before', 'after'])
def test_a_broken_read_is_only_later(host: Host, github: GitHubServer, drop: str) -> None:
    github.git.add(Fault(REST, drop=drop))  # type: ignore[arg-type]
    with pytest.raises(TryAgainLater) as later:
        host.webhooks()
    assert later.value.reason == 'RemoteUnreachable'


@pytest.mark.parametrize('status', [301, 302, 307, 308])
def test_no_redirection_is_followed(
    github: GitHubServer, repository: GitHubRepository, tmp_path: Path, status: int
) -> None:
    root = tmp_path / 'elsewhere'
    root.mkdir()
    with GitHubServer(root) as elsewhere:
        github.git.add(Fault(REST, status=status, location=elsewhere.url))
        with pytest.raises(NeedsPerson, match='no redirection is followed') as refused:
            the_host(repository, github.token).webhooks()
        assert refused.value.reason == 'RemoteNotFound'
        assert not elsewhere.git.requests


def test_a_wrong_token_is_refused(github: GitHubServer, repository: GitHubRepository) -> None:
    with pytest.raises(NeedsPerson, match='Bad credentials') as refused:
        the_host(repository, 'wrong').webhooks()
    assert refused.value.reason == 'CredentialsRefused'


def test_the_token_is_never_shown(
    github: GitHubServer, repository: GitHubRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = the_host(repository, github.token)
    body = f'{{"message": "you sent {github.token}"}}'.encode()
    for status in (401, 403, 422):
        github.git.add(Fault(REST, status=status, body=body))
        with pytest.raises(NeedsPerson) as refused:
            host.webhooks()
        assert github.token not in f'{refused.value!r} {refused.value} {refused.value.args}'
        assert '***' in refused.value.message
    assert github.token not in repr(host)
    assert not any(github.token in request.target for request in github.git.requests)


def test_nothing_of_the_machine_changes_where_a_request_goes(
    github: GitHubServer,
    repository: GitHubRepository,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / '.netrc').write_text('machine 127.0.0.1 login x password y\n')
    monkeypatch.setenv('HOME', str(tmp_path))
    monkeypatch.setenv('NETRC', str(tmp_path / '.netrc'))
    monkeypatch.setenv('HTTP_PROXY', 'http://127.0.0.1:9')
    monkeypatch.setenv('http_proxy', 'http://127.0.0.1:9')
    assert the_host(repository, github.token).webhooks() == ()


def test_a_proxy_is_used_when_it_is_given(
    github: GitHubServer, repository: GitHubRepository
) -> None:
    through = Reach(proxies={'http': 'http://127.0.0.1:9'}, timeout=5)
    host = host_for('github', repository.url, Secret(github.token), reach=through)
    assert host is not None
    with pytest.raises(TryAgainLater, match='proxy'):
        host.webhooks()
    assert not github.git.requests


def test_an_unknown_certificate_is_refused_and_a_given_authority_believed(
    tmp_path: Path,
) -> None:
    certificate = make_certificate(tmp_path)
    (tmp_path / 'tls' / 'acme').mkdir(parents=True)
    with GitHubServer(tmp_path / 'tls', certificate=certificate) as github:
        repository = github.make('acme/fabrics')
        with pytest.raises(NeedsPerson) as refused:
            the_host(repository, github.token).webhooks()
        assert refused.value.reason == 'CertificateRefused'
        for reach in (Reach(ca_file=str(certificate[0])), Reach(verify_tls=False)):
            trusted = host_for('github', repository.url, Secret(github.token), reach=reach)
            assert trusted is not None
            if not reach.verify_tls:
                with pytest.warns(Warning, match='Unverified HTTPS'):
                    assert trusted.webhooks() == ()
            else:
                assert trusted.webhooks() == ()


@pytest.mark.parametrize(
    ('url', 'rest', 'graphql'),
    [
        (
            'https://github.com/a/b.git',
            'https://api.github.com',
            'https://api.github.com/graphql',
        ),
        (
            'ssh://git@ssh.github.com:443/a/b',
            'https://api.github.com',
            'https://api.github.com/graphql',
        ),
        (
            'https://acme.ghe.com/a/b',
            'https://api.acme.ghe.com',
            'https://api.acme.ghe.com/graphql',
        ),
        (
            'https://git.example.com:8443/a/b',
            'https://git.example.com:8443/api/v3',
            'https://git.example.com:8443/api/graphql',
        ),
        (
            'ssh://git@git.example.com:2222/a/b',
            'https://git.example.com/api/v3',
            'https://git.example.com/api/graphql',
        ),
        ('https://[::1]/a/b', 'https://[::1]/api/v3', 'https://[::1]/api/graphql'),
    ],
)
def test_where_the_api_is(url: str, rest: str, graphql: str) -> None:
    assert api_addresses(url) == (rest, graphql)
    found = repository_in(url)
    assert (found.owner, found.name) == ('a', 'b')


@pytest.mark.parametrize('url', ['https://github.com/a', 'https://h/a/b/c', 'https://github.com/'])
def test_an_address_that_is_none_of_github_needs_a_person(url: str) -> None:
    with pytest.raises(NeedsPerson) as refused:
        host_for('github', url, Secret('x'))
    assert refused.value.reason == 'UrlRefused'


@pytest.mark.parametrize('provider', ['gitlab', 'bitbucket', 'azure', 'gitea', 'generic'])
def test_other_providers_have_no_host_yet(provider: str) -> None:
    assert host_for(provider, 'https://example.com/a/b', Secret('x')) is None
