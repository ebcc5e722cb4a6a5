"""Webhooks through the Host: registered, delivered for real, removed."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.git import Secret
from hedgehog_gitops.hosts import Host
from hedgehog_gitops.testing.github import Grant
from hedgehog_gitops.testing.github_server import GitHubRepository, GitHubServer

from .conftest import the_host
from .people import Person

SECRET = 'a webhook secret of some length'


class Receiver(HTTPServer):
    """Takes deliveries and keeps their headers and bodies."""

    def __init__(self) -> None:
        super().__init__(('127.0.0.1', 0), _Handler)
        self.taken: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f'http://127.0.0.1:{self.server_port}/hook'


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers['Content-Length']))
        self.server.taken.append((dict(self.headers), body))
        self.send_response(202)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_it_is_registered_once_and_renewed(
    host: Host, repository: GitHubRepository, receiver: Receiver
) -> None:
    first = host.register_webhook(receiver.url, Secret(SECRET), ('push',))
    again = host.register_webhook(receiver.url, Secret('another secret'), ('push', 'pull_request'))
    assert (first.url, first.events, first.active) == (receiver.url, ('push',), True)
    assert (again.id, again.events) == (first.id, ('push', 'pull_request'))
    assert host.webhooks() == (again,)
    assert [hook.secret for hook in repository.hooks] == ['another secret']
    assert [delivery.event for delivery in repository.server.deliveries.settle()] == ['ping']


def test_a_push_is_delivered_and_signed(
    host: Host, person: Person, receiver: Receiver, github: GitHubServer
) -> None:
    before = person.push({'a.yaml': b'a: 1\n'})
    host.register_webhook(receiver.url, Secret(SECRET), ('push',))
    after = person.push({'a.yaml': b'a: 2\n'})
    deliveries = github.deliveries.settle()
    assert sorted(delivery.event for delivery in deliveries) == ['ping', 'push']
    assert {delivery.status for delivery in deliveries} == {202}
    headers, body = next(each for each in receiver.taken if each[0]['X-GitHub-Event'] == 'push')
    signed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers['X-Hub-Signature-256'] == f'sha256={signed}'
    told = json.loads(body)
    assert (told['ref'], told['before'], told['after']) == ('refs/heads/main', before, after)
    assert told['repository']['full_name'] == 'acme/fabrics'


def test_only_events_that_were_asked_for_are_delivered(
    host: Host, person: Person, receiver: Receiver, github: GitHubServer
) -> None:
    person.push({'a.yaml': b'a: 1\n'})
    host.register_webhook(receiver.url, Secret(SECRET), ('pull_request',))
    person.push({'b.yaml': b'b: 1\n'}, branch='netbox/1', onto='main')
    host.open_pull_request('netbox/1', 'main', 'Add b', '')
    events = sorted(delivery.event for delivery in github.deliveries.settle())
    assert events == ['ping', 'pull_request']


def test_it_is_removed_once(host: Host, receiver: Receiver, repository: GitHubRepository) -> None:
    made = host.register_webhook(receiver.url, Secret(SECRET), ('push',))
    host.remove_webhook(made.id)
    host.remove_webhook(made.id)
    assert host.webhooks() == () and not repository.hooks


def test_all_pages_are_read(host: Host, github: GitHubServer, repository: GitHubRepository) -> None:
    for number in range(101):
        host.exchange.write(  # type: ignore[attr-defined]
            'POST',
            '/repos/acme/fabrics/hooks',
            {'config': {'url': f'http://127.0.0.1:9/{number}'}, 'active': False},
        )
    assert len(host.webhooks()) == 101


def test_a_token_that_may_not_see_them_needs_a_person(
    github: GitHubServer, repository: GitHubRepository
) -> None:
    github.grants['plain'] = Grant('plain', may_hook=False)
    host = the_host(repository, 'plain')
    for ask in (host.webhooks, lambda: host.remove_webhook(1)):
        with pytest.raises(NeedsPerson) as refused:
            ask()
        assert refused.value.reason == 'RemoteNotFound'
