"""Files handed over in NetBox: two commits, whatever happens to host and worker on the way.

By API with a real worker and Git server; in a real browser where there is one.
"""

import json
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import pytest

from hedgehog_gitops.testing.http_server import GitHttpServer

from .browsing import HEDGEHOG, Visitor
from .people import GIT_USER, Repository
from .processes import free_port
from .samples import vpc, vpcs
from .stack import Stack

STAGES = ('commit_made', 'push_sent', 'push_confirmed', 'before_database_commit')


def upload(stack: Stack, fabric: dict[str, Any], name: str, text: str) -> dict[str, Any]:
    body = {'name': name, 'content': text, 'message': f'Upload {name}'}
    return stack.post(f'fabrics/{fabric["id"]}/files/upload/', body, expect=202)


def done(stack: Stack, answer: dict[str, Any], seconds: float = 90) -> list[dict[str, Any]]:
    """Waits until all files of an upload are in Git."""

    def rows() -> list[dict[str, Any]] | None:
        found = [stack.get(f'uploads/{each["id"]}/') for each in answer['uploads']]
        return found if all(each['state']['value'] == 'done' for each in found) else None

    return stack.until(rows, 'the upload to be in Git', seconds=seconds)


def authors(repository: Repository, since: str) -> list[str]:
    """`author|subject` of the commits since then, oldest first."""
    lines = repository.git('log', '--reverse', '--format=%an|%s', f'{since}..main')
    return lines.splitlines()


def test_by_json_two_commits_by_the_user_and_rows(stack: Stack) -> None:
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository)
    before = repository.head()
    answer = upload(stack, fabric, 'lab/two.yaml', vpcs('up-1', 'up-2'))
    (row,) = done(stack, answer)
    stack.finished(answer['operation']['id'])
    said = authors(repository, before)
    assert len(said) == 2, said
    assert said[0] == 'Ada Admin|Upload lab/two.yaml'
    assert said[1].startswith('Ada Admin|')
    raw = f'fabrics/{fabric["slug"]}/gitops/raw/lab/two.yaml'
    shown = repository.git('show', f'{row["new_commit"]}:{raw}')
    assert shown == vpcs('up-1', 'up-2'), 'the bytes are in the history as they came'
    assert {each['name'] for each in stack.resources(fabric)} == {'up-1', 'up-2'}
    operation = stack.get(f'sync-operations/{row["sync_operation"]["id"]}/')
    assert operation['documents_ingested'] == 2
    head = repository.head()
    done(stack, upload(stack, fabric, 'lab/two.yaml', vpcs('up-1', 'up-2')))
    assert repository.head() == head, 'the same file again makes no commit'


def test_by_form_with_many_files(stack: Stack) -> None:
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository)
    before = repository.head()
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}.yaml"\r\n'
        f'Content-Type: application/yaml\r\n\r\n{vpc(name, octet=octet)}\r\n'
        for name, octet in (('form-1', 1), ('form-2', 2))
    ]
    request = urllib.request.Request(
        f'{stack.web}/api/plugins/hedgehog/fabrics/{fabric["id"]}/files/upload/',
        data=f'{"".join(parts)}--{boundary}--\r\n'.encode(),
        headers={
            'Authorization': f'Bearer {stack.token}',
            'Content-Type': f'multipart/form-data; boundary={boundary}',
        },
    )
    with urllib.request.urlopen(request, timeout=60) as reply:
        assert reply.status == 202
        answer = json.loads(reply.read())
    assert len(done(stack, answer)) == 2
    stack.quiet(fabric)
    assert len(repository.commits(before)) == 2
    assert len(stack.resources(fabric)) == 2


def test_a_host_that_is_away_gets_it_when_it_is_back(stack: Stack) -> None:
    repository, port = stack.new_repository(), free_port()
    repository.url = repository.url.replace(f':{stack.git_port}/', f':{port}/')
    with GitHttpServer(stack.folder / 'git', GIT_USER, stack.git_password, port):
        fabric = stack.ready_fabric(repository)
    before = repository.head()
    answer = upload(stack, fabric, 'away.yaml', vpc('away'))
    operation = stack.finished(answer['operation']['id'])
    assert (operation['status'], operation['last_reason']) == ('failed', 'RemoteUnreachable')
    waiting = stack.get(f'uploads/{answer["uploads"][0]["id"]}/')
    assert waiting['state']['value'] == 'waiting'
    assert 'RemoteUnreachable' in waiting['reason']
    assert stack.get(f'fabrics/{fabric["id"]}/gitops-status/')['uploads_pending'] == 1
    with GitHttpServer(stack.folder / 'git', GIT_USER, stack.git_password, port):
        # Nobody asks again: the worker tries by itself.
        done(stack, answer)
        stack.quiet(fabric)
    assert len(repository.commits(before)) == 2
    assert [each['name'] for each in stack.resources(fabric)] == ['away']


@pytest.fixture(scope='module')
def killed(stack: Stack, tmp_path_factory: pytest.TempPathFactory):
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository)
    folder = tmp_path_factory.mktemp('kill-upload')
    with stack.dying_worker(folder):
        yield repository, fabric, folder


@pytest.mark.parametrize('stage', STAGES)
def test_a_killed_worker_brings_it_exactly_once(
    stack: Stack, killed: tuple[Repository, dict[str, Any], Path], stage: str
) -> None:
    repository, fabric, folder = killed
    before, name = repository.head(), f'killed-{STAGES.index(stage)}'
    (folder / 'stage').write_text(stage)
    answer = upload(stack, fabric, f'{name}.yaml', vpc(name))
    stack.until(
        lambda: (folder / 'reached').exists() and stage in (folder / 'reached').read_text(),
        f'the work-horse to die at {stage}',
    )
    assert stack.act(fabric)['status'] == 'completed'
    (row,) = done(stack, answer)
    stack.quiet(fabric)
    assert len(authors(repository, before)) == 2, 'published exactly once'
    assert row['new_commit'] in repository.commits(before)
    stack.resource(fabric, 'VPC', name)
    repository.git('fsck', '--strict')


def test_in_the_page(admin: Visitor, stack: Stack, tmp_path: Path) -> None:
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository)
    before = repository.head()
    files = []
    for number in (1, 2):
        files.append(tmp_path / f'picked-{number}.yaml')
        files[-1].write_text(vpc(f'picked-{number}', octet=number))
    admin.go(f'{HEDGEHOG}/fabrics/{fabric["id"]}/')
    admin.press('a.btn[href$="/upload/"]')
    admin.page.set_input_files('#id_files', files)
    admin.page.fill('#id_name', 'pasted.yaml')
    admin.page.fill('#id_text', vpc('pasted', octet=3) + '---\nkind: [\n')
    admin.page.fill('#id_message', 'From the page')
    admin.press('button[name=_upload]')
    assert 'Took 3 files' in admin.text()
    stack.until(lambda: repository.head() != before, 'the commits')
    stack.until(
        lambda: not stack.get(f'fabrics/{fabric["id"]}/gitops-status/')['uploads_pending'],
        'the uploads to be done',
    )
    stack.quiet(fabric)
    assert authors(repository, before)[0] == 'Ada Admin|From the page'
    assert len(authors(repository, before)) == 2
    assert {each['name'] for each in stack.resources(fabric)} == {'picked-1', 'picked-2'}

    admin.go(f'{HEDGEHOG}/fabrics/{fabric["id"]}/uploads/')
    admin.press('td a:has-text("pasted.yaml")')
    assert 'In Git' in admin.text()
    admin.press('.card a[href*="/hedgehog/operations/"]')
    assert 'YamlSyntax' in admin.text(), 'the findings are on the page of the operation'


def test_a_webhook_in_the_page(admin: Visitor, stack: Stack) -> None:
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository)
    admin.go(f'{HEDGEHOG}/repositories/{fabric["git_repository"]["id"]}/')
    admin.press('a.btn[href$="/webhook/"]')
    admin.press('button[name=_set]')
    assert admin.page.inner_text('#hh-new-secret')
    admin.go(f'{HEDGEHOG}/repositories/{fabric["git_repository"]["id"]}/')
    assert '/api/plugins/hedgehog/webhooks/' in admin.text()
