"""The stand-in itself: it is held to GitHub's description, and keeps files in the repository."""

import base64
import json
from typing import Any

import pytest

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.hosts import Host
from hedgehog_gitops.testing.github.described import Description
from hedgehog_gitops.testing.github_server import GitHubRepository, GitHubServer
from hedgehog_gitops.testing.mounting import Asked, Reply

from .conftest import SLICE
from .people import Person

FILE = '/repos/acme/fabrics/contents/a.yaml'


def test_the_description_is_compared() -> None:
    """Without this the other tests would hold whatever the stand-in answered."""
    if not SLICE.is_file():
        pytest.skip(f"no description of GitHub's API at {SLICE}; set HEDGEHOG_GITHUB_API")
    description = Description(SLICE)
    path = '/repos/a/b/hooks'
    description.compare(Asked('POST', path, {}, b'{"events": "push"}'), Reply(201, b'{}'), path)
    description.compare(Asked('GET', '/nothing', {}, b''), Reply(200, b'{}'), '/nothing')
    description.compare(Asked('GET', path, {}, b''), Reply(418, b'{}'), path)
    assert any('POST /repos/a/b/hooks request' in each for each in description.complaints)
    assert any('"id" is a required property' in each for each in description.complaints)
    assert 'GET /nothing is not described' in description.complaints
    assert 'GET /repos/a/b/hooks does not answer 418' in description.complaints


def exchange(host: Host) -> Any:
    return host.exchange  # type: ignore[attr-defined]


def test_files_are_created_updated_and_deleted(host: Host, person: Person) -> None:
    person.push({'b.yaml': b'b: 1\n'})
    told = {'message': 'Add a', 'content': base64.b64encode(b'a: 1\n').decode()}
    made = exchange(host).write('PUT', FILE, told)
    assert made['commit']['sha'] == person.head()
    read = exchange(host).read(FILE)
    assert base64.b64decode(read['content']) == b'a: 1\n'
    told['content'] = base64.b64encode(b'a: 2\n').decode()
    with pytest.raises(NeedsPerson, match='"sha" wasn\'t supplied'):
        exchange(host).write('PUT', FILE, told)
    with pytest.raises(NeedsPerson, match='does not match'):
        exchange(host).write('PUT', FILE, {**told, 'sha': '0' * 40})
    changed = exchange(host).write('PUT', FILE, {**told, 'sha': read['sha']})
    gone = {'message': 'Remove a', 'sha': changed['content']['sha']}
    exchange(host).write('DELETE', FILE, gone)
    head = person.head()
    assert head is not None and set(person.store.list_tree(head)) == {'b.yaml'}
    assert len(person.store.log(head)) == 4


def test_what_is_no_json_is_refused(github: GitHubServer, repository: GitHubRepository) -> None:
    headers = {'authorization': f'Bearer {github.token}'}
    reply = github.answer(Asked('POST', '/api/v3/repos/acme/fabrics/pulls', headers, b'{'))
    assert (reply.status, json.loads(reply.body)['message']) == (400, 'Problems parsing JSON')


@pytest.mark.parametrize(
    'change',
    [
        {'expectedHeadOid': 'abc'},
        {'unknown': 1},
        {'message': {'headline': ''}},
        {'fileChanges': {'additions': [{'path': 'a', 'contents': '!'}]}},
        {'fileChanges': {'additions': [{'path': 'a', 'contents': '', 'mode': '100755'}]}},
    ],
)
def test_a_mutation_that_is_not_githubs_is_refused(
    github: GitHubServer, repository: GitHubRepository, person: Person, change: dict[str, Any]
) -> None:
    head = person.push({'b.yaml': b'b: 1\n'})
    wanted: dict[str, Any] = {
        'branch': {'repositoryNameWithOwner': 'acme/fabrics', 'branchName': 'main'},
        'expectedHeadOid': head,
        'message': {'headline': 'x'},
        'fileChanges': {'additions': []},
        **change,
    }
    body = json.dumps({'query': 'createCommitOnBranch oid', 'variables': {'input': wanted}})
    headers = {'authorization': f'Bearer {github.token}'}
    reply = github.answer(Asked('POST', '/api/graphql', headers, body.encode()))
    assert 'invalid value' in json.loads(reply.body)['errors'][0]['message']
    assert person.head() == head


def test_another_owners_token_opens_nothing(github: GitHubServer) -> None:
    reply = github.answer(Asked('GET', '/api/v3/repos/acme/fabrics', {}, b''))
    assert reply.status == 401
