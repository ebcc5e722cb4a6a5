"""Canary secrets are looked for wherever something could have written them down (R186, F32).

The password of the Git server, a wrong one and a webhook secret go through everything that handles
them: saves, a conflict and its decision, an undo, an upload, refused logins, broken requests. Then
arguments and environments of all processes of the service, its logs and folders, the database, the
queues, every API answer, GraphQL and the webhooks NetBox sent are searched.
"""

import json
import subprocess
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from .leaks import Observer, Receiver, database_rows, redis_values, spellings
from .people import Repository
from .samples import vpc, vpcs
from .stack import Stack

pytestmark = pytest.mark.timeout(600)
WRONG = f'wrong-canary-{uuid.uuid4().hex}'
BAD_FORM = f'form-canary-{uuid.uuid4().hex}'
LISTS = (
    'git-repositories/',
    'fabrics/',
    'sync-operations/',
    'conflicts/',
    'outbox/',
    'uploads/',
    '/api/core/object-changes/',
    '/api/core/jobs/',
    '/api/extras/event-rules/',
)


@pytest.fixture(scope='module')
def worked(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Everything was done that handles a secret; what was seen meanwhile is kept."""
    with Receiver() as receiver, Observer(stack) as observer:
        listen(stack, receiver)
        repository = stack.new_repository()
        fabric = stack.ready_fabric(repository)
        webhook = work(stack, repository, fabric, tmp_path_factory.mktemp('leaks') / 'clone')
        stack.until(lambda: len(receiver.bodies) > 5, 'the webhooks to arrive')
    yield {
        'secrets': (stack.git_password, WRONG, BAD_FORM, webhook),
        'seen': observer.seen,
        'bodies': receiver.bodies,
        'fabric': fabric,
    }


def listen(stack: Stack, receiver: Receiver) -> None:
    """NetBox tells this receiver about everything."""
    hook = stack.post('/api/extras/webhooks/', {'name': 'Canary', 'payload_url': receiver.url})
    kinds = ('gitrepository', 'hedgehogfabric', 'hedgehogresource')
    stack.post(
        '/api/extras/event-rules/',
        {
            'name': 'Canary',
            'object_types': [f'netbox_hedgehog.{kind}' for kind in kinds],
            'event_types': [
                'object_created',
                'object_updated',
                'job_completed',
                'hedgehog_sync_completed',
                'hedgehog_sync_failed',
                'hedgehog_conflict_detected',
            ],
            'action_type': 'webhook',
            'action_object_type': 'extras.webhook',
            'action_object_id': hook['id'],
        },
    )


def work(stack: Stack, repository: Repository, fabric: dict[str, Any], clone: Any) -> str:
    """Success and failure of all kinds; returns the webhook secret."""
    place = f'git-repositories/{fabric["git_repository"]["id"]}/'
    stack.post('resources/', {'fabric': fabric['id'], 'draft_text': vpc('canary')})
    stack.quiet(fabric)
    saved = stack.operations(fabric)
    upload = {'name': 'up.yaml', 'content': vpcs('up-1', 'up-2')}
    answer = stack.post(f'fabrics/{fabric["id"]}/files/upload/', upload, expect=202)
    stack.finished(answer['operation']['id'])
    stack.post(f'{place}test-connection/', expect=200)
    conflict(stack, repository, fabric, clone)
    kinds = [(row, row['operation_type']['value']) for row in saved if row['commit_sha']]
    undone = next(row for row, kind in kinds if kind == 'sync')
    stack.api('POST', f'sync-operations/{undone["id"]}/undo/', {})
    stack.quiet(fabric)
    webhook = stack.post(f'{place}webhook-secret/', expect=200)['secret']
    # Refused: by the form, and by the server.
    bad = {'username': 'git', 'no-such-part': BAD_FORM}
    refused = stack.api('PATCH', place, {'credential': bad})
    assert refused.status == 400
    assert BAD_FORM not in str(refused.body)
    stack.patch(place, {'credential': {'username': 'git', 'password': WRONG}})
    assert stack.act(fabric)['last_reason'] == 'CredentialsRefused'
    test = stack.post(f'{place}test-connection/', expect=200)
    assert WRONG not in str(test)
    stack.patch(place, {'credential': {'username': 'git', 'password': stack.git_password}})
    assert stack.act(fabric)['status'] in ('completed', 'partially_completed')
    return webhook


def conflict(stack: Stack, repository: Repository, fabric: dict[str, Any], clone: Any) -> None:
    stack.patch(f'fabrics/{fabric["id"]}/', {'publish_mode': 'manual'})
    row = stack.get(f'resources/{stack.resource(fabric, "VPC", "up-1")["id"]}/')
    spec = row['desired_spec']
    spec['subnets']['default']['vlan'] = 2001
    stack.patch(f'resources/{row["id"]}/', {'draft_spec': spec})
    person = repository.clone(clone)
    path = person.path / 'fabrics' / fabric['slug'] / 'gitops/managed/vpcs/up-1.yaml'
    path.write_text(path.read_text().replace('vlan: 1001', 'vlan: 3001'))
    person.push('By hand')
    stack.act(fabric)
    (found,) = stack.every(f'conflicts/?fabric_id={fabric["id"]}')
    stack.post(f'conflicts/{found["id"]}/resolve/', {'resolution_strategy': 'gui_wins'}, expect=202)
    stack.patch(f'fabrics/{fabric["id"]}/', {'publish_mode': 'direct'})
    stack.quiet(fabric)


def nowhere(worked: dict[str, Any], places: Any) -> None:
    """No secret in any spelling in any of the places, of which there are some."""
    count = 0
    for place, text in places:
        count += 1
        for secret in worked['secrets']:
            for spelled in spellings(secret):
                assert spelled not in text, f'a secret stands in {place}'
    assert count, 'nothing was looked at'


def test_not_in_arguments_and_environments(worked: dict[str, Any]) -> None:
    assert any(b'git\x00' in each for each in worked['seen']), 'no Git process was seen'
    service = [each for each in worked['seen'] if b'http_server' not in each]
    nowhere(worked, ((each[:60], each) for each in service))


def test_not_in_the_webhooks_netbox_sends(worked: dict[str, Any]) -> None:
    assert any(b'hedgehog' in body for body in worked['bodies'])
    nowhere(worked, ((body[:80], body) for body in worked['bodies']))


def test_not_in_the_database(worked: dict[str, Any]) -> None:
    rows = dict(database_rows())
    assert b'canary' in rows['netbox_hedgehog_hedgehogresource'], 'the dump is of another database'
    nowhere(worked, rows.items())


def test_not_in_the_queues(worked: dict[str, Any]) -> None:
    values = list(redis_values())
    assert any('rq:job' in place and 'unpacked' in place for place, _ in values), 'no job is kept'
    nowhere(worked, values)


def test_not_in_the_api(stack: Stack, worked: dict[str, Any]) -> None:
    answers = []
    for path in LISTS:
        rows = stack.every(path)
        assert rows, f'{path} lists nothing'
        answers.append((path, json.dumps(rows).encode()))
    answers += [(path, json.dumps(stack.get(path)).encode()) for path in details(stack, worked)]
    nowhere(worked, answers)


def details(stack: Stack, worked: dict[str, Any]) -> Iterator[str]:
    fabric = worked['fabric']
    yield f'git-repositories/{fabric["git_repository"]["id"]}/'
    yield f'fabrics/{fabric["id"]}/gitops-status/'
    for operation in stack.operations(fabric):
        yield f'sync-operations/{operation["id"]}/'


def test_not_in_graphql(stack: Stack, worked: dict[str, Any]) -> None:
    query = {'query': '{ __schema { types { name fields { name } } } }'}
    schema = stack.api('POST', f'{stack.web}/graphql/', query).body['data']['__schema']
    fields = {each['name'] for kind in schema['types'] for each in kind['fields'] or ()}
    assert len(fields) > 100
    assert not fields & {'encrypted_credentials', 'webhook_secret', 'credential'}
    changes = {'query': '{ object_change_list { prechange_data postchange_data } }'}
    answer = stack.api('POST', f'{stack.web}/graphql/', changes)
    nowhere(worked, [('graphql', json.dumps(answer.body).encode())])


def test_not_on_error_pages(stack: Stack, worked: dict[str, Any]) -> None:
    pages = []
    for path in ('git-repositories/999999/', 'fabrics/0/gitops-status/', 'webhooks/none/'):
        for method in ('GET', 'POST'):
            answer = stack.api(method, path, {'credential': 'x'} if method == 'POST' else None)
            assert answer.status >= 400
            assert 'Traceback' not in str(answer.body)
            pages.append((path, str(answer.body).encode()))
    try:
        urllib.request.urlopen(f'{stack.web}/plugins/hedgehog/nothing/', timeout=30)
    except urllib.error.HTTPError as error:
        pages.append(('page', error.read()))
    nowhere(worked, pages)


def test_not_in_logs_and_folders(stack: Stack, worked: dict[str, Any]) -> None:
    logs = [(log, stack.tail(log, 100_000).encode()) for log in ('worker.log', 'web.log')]
    nowhere(worked, logs)
    for secret in worked['secrets']:
        for spelled in spellings(secret):
            found = subprocess.run(
                ['grep', '-rlaF', spelled.decode(), str(stack.folder / 'netbox')],
                capture_output=True,
                text=True,
                check=False,
            )
            assert found.stdout == '', 'a secret lies on disk'
