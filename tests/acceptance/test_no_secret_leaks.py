"""Canary secrets are looked for wherever something could have written them down (R186, F32).

Two repositories do all kinds of work: one with a password, whose server fails in every way it can,
and one at a host with a token, pull requests and webhooks. `leaks.py` reads every place afterwards.
"""

import os
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hedgehog_gitops.testing.faults import Fault
from hedgehog_gitops.testing.git_server import GitHttpServer
from hedgehog_gitops.testing.github_server import GitHubRepository, GitHubServer
from hedgehog_gitops.testing.repositories import make_repository

from .leaks import HOME, PLACES, Watched, redis_client, spellings
from .people import GIT_USER, Person
from .receiver import Receiver
from .samples import vpcs
from .stack import Stack

pytestmark = pytest.mark.timeout(900)

# Each with a sign that URLs, base64 and JSON spell in another way.
SECRETS = {
    'password': 'canary-password/7f3a+"first',
    'new password': 'canary-password/91bc+"second',
    'wrong password': 'canary-password/0d2e+"wrong',
    'token': 'canary-token-5e1f-of-the-host',
    'new token': 'canary-token-a8c4-of-the-host',
}
PLANTED = 'planted-secret/44d1+to-be-found'


@dataclass
class Place:
    """One repository on a server of the test, and the fabric that lives in it."""

    server: GitHttpServer
    bare: Path
    url: str
    row: int = 0
    fabric: dict[str, Any] | None = None


@pytest.fixture
def watched(stack: Stack, tmp_path: Path) -> Iterator[Watched]:
    with Receiver() as receiver, Watched(stack, receiver, []) as watched:
        rule, hook = have_everything_sent(stack, receiver)
        yield watched
        stack.api('DELETE', f'/api/extras/event-rules/{rule}/')
        stack.api('DELETE', f'/api/extras/webhooks/{hook}/')


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Place]:
    """A server that knows nothing but Git, and wants a password."""
    bare = make_repository(tmp_path / 'plain' / 'lab.git')
    with GitHttpServer(tmp_path / 'plain', GIT_USER, SECRETS['password']) as server:
        yield Place(server, bare, f'{server.url}/lab.git')


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[tuple[Place, GitHubServer, GitHubRepository]]:
    """A stand-in for GitHub, which wants a token."""
    (tmp_path / 'hosted' / 'acme').mkdir(parents=True)
    with GitHubServer(tmp_path / 'hosted', SECRETS['token']) as github:
        repository = github.make('acme/lab')
        yield Place(github.git, repository.served.folder, repository.url), github, repository


def test_no_secret_is_found_anywhere(
    stack: Stack,
    watched: Watched,
    plain: Place,
    hosted: tuple[Place, GitHubServer, GitHubRepository],
    tmp_path: Path,
) -> None:
    place, github, repository = hosted
    watched.repositories += [plain.bare, place.bare]
    work_with_a_password(stack, plain, watched, tmp_path)
    work_with_a_token(stack, place, github, repository, watched, tmp_path)
    secrets = SECRETS | {f'webhook secret {h.id}': h.secret for h in repository.hooks}
    assert len(secrets) == len(SECRETS) + 1
    assert watched.git_processes > 10, 'nobody watched'
    assert len(watched.receiver.taken) > 5, 'no webhook was sent'
    assert watched.leaks(secrets) == set()


def test_whatever_is_planted_is_found(stack: Stack, watched: Watched, tmp_path: Path) -> None:
    """The search is worth something only if it finds; one leak in each kind of place."""
    bare = make_repository(tmp_path / 'planted.git')
    watched.repositories.append(bare)
    for planted in (spelling.decode() for spelling in spellings(PLANTED)):
        assert any(spelling in f'x{planted}y'.encode() for spelling in spellings(PLANTED))
    command = [sys.executable, '-c', 'import time; time.sleep(1)']
    subprocess.run([*command, PLANTED], check=True)
    assert ('planted', 'process') in watched.leaks({'planted': PLANTED})
    subprocess.run(command, env={'NAMED': f'{PLANTED}-in-the-environment'}, check=True)
    tag = stack.post('/api/extras/tags/', {'name': 'T', 'slug': 't', 'description': PLANTED})
    (stack.folder / 'planted.log').write_text(f'could not sign in as git:{PLANTED}\n')
    clone = HOME.store_root / 'planted.git'
    make_repository(clone)
    remember_in(clone, PLANTED)
    put_into_queue(PLANTED)
    commit_message(bare, PLANTED)
    watched.answers.append(f'<h1>Error</h1>{PLANTED}'.encode())
    stack.until(lambda: watched.receiver.taken, 'the webhook about the tag')
    try:
        found = watched.leaks({'planted': PLANTED, 'environment': f'{PLANTED}-in-the-environment'})
    finally:
        stack.api('DELETE', f'/api/extras/tags/{tag["id"]}/')
        (stack.folder / 'planted.log').unlink()
        subprocess.run(['rm', '-r', str(clone)], check=True)
    kinds = {place for _, where in found for place in PLACES if where.startswith(place)}
    assert kinds == set(PLACES)
    assert ('environment', 'process') in found
    named = {where for _, where in found}
    assert {'file planted.log', 'file config', 'database extras_tag', 'api tags'} <= named, named
    assert {'database core_objectchange', 'api object-changes'} <= named, named


# The work


def work_with_a_password(stack: Stack, place: Place, watched: Watched, folder: Path) -> None:
    """Synchronises, publishes, and meets a server that fails in every way."""
    place.row = connect(stack, place.url, 'basic', {'password': SECRETS['password']})
    person = begin(stack, place, folder / 'by-hand')
    (person.path / folder_of(place) / 'raw/one.yaml').write_text(vpcs('one', 'two'))
    person.push('Drop two VPCs')
    assert stack.act(fabric_of(place))['status'] == 'completed'
    save(stack, place, 'one', 2001)
    stack.quiet(fabric_of(place))
    basic = (SECRETS['password'], *spellings(SECRETS['password']))
    told = b'You sent: ' + b' '.join(s if isinstance(s, bytes) else s.encode() for s in basic)
    for fault in (
        Fault(status=500, body=told, times=None),
        Fault(status=403, body=told, times=None),
        Fault(status=302, location=watched.receiver.url, times=None),
        Fault(drop='after', times=None),
        Fault(containing='git-receive-pack', method='POST', drop='before', times=4),
    ):
        place.server.add(fault)
        save(stack, place, 'two', 3000 + len(watched.answers))
        try_out(stack, place, watched)
        place.server.clear()
    change(stack, place, {'password': SECRETS['wrong password']})
    try_out(stack, place, watched)
    place.server.password = SECRETS['new password']
    change(stack, place, {'password': SECRETS['new password']})
    die_while_pushing(stack, place, folder / 'kill')
    try_out(stack, place, watched)
    refused = {'authentication_type': 'basic', 'credential': {'password': SECRETS['password']}}
    watched.answers.append(asked_for(stack, 'PATCH', place, refused))


def work_with_a_token(
    stack: Stack,
    place: Place,
    github: GitHubServer,
    repository: GitHubRepository,
    watched: Watched,
    folder: Path,
) -> None:
    """Publishes by pull request and by the host's API, hears of pushes, and loses its token."""
    place.row = connect(stack, place.url, 'token', {'token': SECRETS['token']}, provider='github')
    stack.patch(f'git-repositories/{place.row}/', {'report_findings': True})
    person = begin(stack, place, folder / 'at-the-host')
    stack.post(f'git-repositories/{place.row}/register-webhook/', expect=200)
    (person.path / folder_of(place) / 'raw/one.yaml').write_text(vpcs('one', 'two'))
    person.push('Drop two VPCs')
    github.pushed('acme/lab')
    github.deliveries.settle()
    assert stack.act(fabric_of(place))['status'] == 'completed'
    stack.patch(f'fabrics/{fabric_of(place)["id"]}/', {'publish_mode': 'pull_request'})
    save(stack, place, 'one', 2001)
    stack.until(lambda: repository.pulls, 'the pull request to be opened')
    repository.merge(1)
    github.deliveries.settle()
    try_out(stack, place, watched)
    stack.patch(f'fabrics/{fabric_of(place)["id"]}/', {'publish_mode': 'direct'})
    stack.patch(f'git-repositories/{place.row}/', {'write_through': 'github_api'})
    save(stack, place, 'one', 2002)
    stack.quiet(fabric_of(place))
    body = f'{{"message": "Bad credentials: {SECRETS["token"]}"}}'.encode()
    for fault in (
        Fault('/api/', status=401, body=body, times=None),
        Fault('/api/', status=502, body=body, times=None),
        Fault('/api/', status=302, location=watched.receiver.url, times=None),
    ):
        place.server.add(fault)
        save(stack, place, 'two', 3000 + len(watched.answers))
        try_out(stack, place, watched)
        place.server.clear()
    change(stack, place, {'token': SECRETS['new token']})
    try_out(stack, place, watched)
    hook = stack.api('POST', repository.hooks[0].url, {'ref': 'refs/heads/main'}, token='nobody')
    watched.answers.append(str(hook).encode())


# Means


def connect(stack: Stack, url: str, kind: str, credential: dict[str, str], **fields: Any) -> int:
    user = {'username': GIT_USER} if kind == 'basic' else {}
    row = stack.post(
        'git-repositories/',
        {
            'name': url,
            'remote_url': url,
            'authentication_type': kind,
            'credential_source': 'encrypted',
            'credential': {**user, **credential},
            **fields,
        },
    )
    return int(row['id'])


def begin(stack: Stack, place: Place, clone: Path) -> Person:
    """A fabric that is initialised, and a person who gets at the repository without a password."""
    fabric = place.fabric = stack.new_fabric(place.row)
    stack.until(
        lambda: stack.get(f'fabrics/{fabric["id"]}/gitops-status/')['initialized'],
        'the onboarding to finish',
    )
    stack.quiet(fabric)
    environment = stack.git_environment
    command = ['git', 'clone', '-q', str(place.bare), str(clone)]
    subprocess.run(command, env=environment, check=True)
    return Person(clone, environment)


def fabric_of(place: Place) -> dict[str, Any]:
    assert place.fabric is not None
    return place.fabric


def folder_of(place: Place) -> str:
    return f'fabrics/{fabric_of(place)["slug"]}/gitops'


def save(stack: Stack, place: Place, name: str, vlan: int) -> None:
    row = stack.get(f'resources/{stack.resource(fabric_of(place), "VPC", name)["id"]}/')
    spec = row['draft_spec'] or row['desired_spec']
    spec['subnets']['default']['vlan'] = vlan
    stack.patch(f'resources/{row["id"]}/', {'draft_spec': spec})


def try_out(stack: Stack, place: Place, watched: Watched) -> None:
    """Synchronises and tests the connection, however that may end, and keeps what was said."""
    watched.answers.append(str(stack.act(fabric_of(place))).encode())
    watched.answers.append(asked_for(stack, 'POST', place, {}, 'test-connection/'))
    watched.answers.append(asked_for(stack, 'GET', place, None, 'branches/'))
    watched.look_into_redis()


def asked_for(stack: Stack, method: str, place: Place, body: Any, what: str = '') -> bytes:
    return str(stack.api(method, f'git-repositories/{place.row}/{what}', body)).encode()


def change(stack: Stack, place: Place, credential: dict[str, str]) -> None:
    user = {'username': GIT_USER} if 'password' in credential else {}
    stack.patch(f'git-repositories/{place.row}/', {'credential': {**user, **credential}})


def die_while_pushing(stack: Stack, place: Place, folder: Path) -> None:
    """A worker is killed in the middle of a push."""
    folder.mkdir()
    (folder / 'stage').write_text('push_sent')
    with stack.dying_worker(folder):
        save(stack, place, 'one', 2222)
        stack.until(lambda: (folder / 'reached').exists(), 'the work-horse to die')


def have_everything_sent(stack: Stack, receiver: Receiver) -> tuple[int, int]:
    """Webhooks about every change of the plugin's objects, and about all it tells."""
    types = stack.get('/api/core/object-types/?app_label=netbox_hedgehog&limit=0')['results']
    models = [
        f'netbox_hedgehog.{each["model"]}' for each in types if 'event_rules' in each['features']
    ]
    assert 'netbox_hedgehog.gitrepository' in models, types
    name = f'Everything {time.time_ns()}'
    hook = stack.post('/api/extras/webhooks/', {'name': name, 'payload_url': receiver.url})
    told = ('sync_started', 'sync_completed', 'sync_failed', 'file_changed', 'conflict_detected')
    rule = stack.post(
        '/api/extras/event-rules/',
        {
            'name': name,
            'object_types': [*models, 'extras.tag'],
            'event_types': [
                'object_created',
                'object_updated',
                'object_deleted',
                *(f'hedgehog_{each}' for each in told),
            ],
            'action_type': 'webhook',
            'action_object_type': 'extras.webhook',
            'action_object_id': hook['id'],
        },
    )
    return rule['id'], hook['id']


def remember_in(clone: Path, secret: str) -> None:
    url = f'https://git:{secret}@example.com/lab.git'
    command = ['git', '--git-dir', str(clone), 'config', 'remote.origin.url', url]
    subprocess.run(command, check=True)


def put_into_queue(secret: str) -> None:
    """As RQ keeps the arguments of a job: packed."""
    with redis_client(HOME.redis_databases[0]) as client:
        client.hset('planted:job', 'data', zlib.compress(f'run({secret!r})'.encode()))
        client.expire('planted:job', 300)


def commit_message(bare: Path, secret: str) -> None:
    environment = {**os.environ, 'GIT_AUTHOR_NAME': 'P', 'GIT_AUTHOR_EMAIL': 'p@example.com'}
    environment |= {'GIT_COMMITTER_NAME': 'P', 'GIT_COMMITTER_EMAIL': 'p@example.com'}
    git = ['git', '--git-dir', str(bare)]
    run = {'env': environment, 'check': True, 'capture_output': True}
    tree = subprocess.run([*git, 'mktree'], input=b'', **run).stdout.decode().strip()
    subprocess.run([*git, 'commit-tree', tree, '-m', f'Signed in with {secret}'], **run)
