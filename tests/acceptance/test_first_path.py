"""The main job: a raw file becomes rows in NetBox, and an edit goes back (R021, R033, R050)."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from .people import Person, Repository
from .samples import real_drop, vpcs
from .stack import Stack


def base(fabric: dict[str, Any]) -> str:
    return f'fabrics/{fabric["slug"]}/gitops'


def managed(repository: Repository, fabric: dict[str, Any]) -> list[str]:
    under = f'{base(fabric)}/managed/'
    return [path for path in repository.files(under) if path.endswith('.yaml')]


def drop(person: Person, fabric: dict[str, Any], name: str, content: bytes) -> str:
    person.pull()
    target = person.path / base(fabric) / 'raw' / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return person.push(f'Drop {name}')


@pytest.fixture(scope='module')
def repository(stack: Stack) -> Repository:
    return stack.new_repository()


@pytest.fixture(scope='module')
def person(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> Person:
    return repository.clone(tmp_path_factory.mktemp('person') / 'clone')


@pytest.fixture(scope='module')
def fabric(stack: Stack, repository: Repository) -> dict[str, Any]:
    return stack.ready_fabric(repository)


def test_onboarding_is_one_commit_with_the_whole_skeleton(
    stack: Stack, repository: Repository, fabric: dict[str, Any]
) -> None:
    commits = repository.commits()
    assert len(commits) == 2, repository.git('log', '--stat', 'main')
    files = set(repository.files(base(fabric)))
    for part in ('README.md', 'raw/.gitkeep', '.hnp/manifest.yaml', '.hnp/archive-log.yaml'):
        assert f'{base(fabric)}/{part}' in files
    assert sum('/managed/' in path and path.endswith('.gitkeep') for path in files) == 12
    row = stack.get(f'fabrics/{fabric["id"]}/')
    assert row['gitops_initialized'] is True
    assert row['raw_directory_path'] == f'{base(fabric)}/raw'


@pytest.fixture(scope='module')
def ingested(
    stack: Stack, repository: Repository, person: Person, fabric: dict[str, Any]
) -> dict[str, Any]:
    """The real file has been dropped and synchronised."""
    content = real_drop()
    before = drop(person, fabric, 'prepop.yaml', content)
    operation = stack.act(fabric)
    return {'content': content, 'before': before, 'operation': operation}


def test_the_real_file_becomes_one_commit_of_46_files_and_46_rows(
    stack: Stack, repository: Repository, fabric: dict[str, Any], ingested: dict[str, Any]
) -> None:
    assert ingested['operation']['status'] == 'completed', ingested['operation']
    assert len(repository.commits(since=ingested['before'])) == 1
    documents = [d for d in yaml.safe_load_all(ingested['content']) if d]
    files = managed(repository, fabric)
    rows = stack.resources(fabric)
    assert len(documents) == len(files) == len(rows) == 46
    at_head = Counter(
        (value['kind'], value['metadata']['name'])
        for value in (yaml.safe_load(repository.read(path)) for path in files)
    )
    assert at_head == Counter((d['kind'], d['metadata']['name']) for d in documents)
    assert at_head == Counter((row['kind'], row['name']) for row in rows)
    archived = f'{base(fabric)}/raw/prepop.yaml.archived'
    assert repository.read(archived) == ingested['content']
    assert f'{base(fabric)}/raw/prepop.yaml' not in repository.files(base(fabric))


def test_a_second_sync_makes_no_commit(
    stack: Stack, repository: Repository, fabric: dict[str, Any], ingested: dict[str, Any]
) -> None:
    head = repository.head()
    operation = stack.act(fabric)
    assert operation['status'] == 'completed'
    assert repository.head() == head


def test_an_edit_in_netbox_is_one_commit_of_the_edited_lines_by_its_user(
    stack: Stack, repository: Repository, fabric: dict[str, Any], ingested: dict[str, Any]
) -> None:
    stack.quiet(fabric)
    row = next(row for row in stack.resources(fabric) if row['kind'] == 'Server')
    row = stack.get(f'resources/{row["id"]}/')
    before = repository.head()
    text = repository.read(row['managed_file_path']).decode()
    stack.patch(
        f'resources/{row["id"]}/',
        {
            'draft_spec': {**(row['desired_spec'] or {}), 'description': 'Edited in NetBox'},
            'changelog_message': 'Say what this server is for',
        },
    )
    stack.until(lambda: repository.head() != before, 'the edit to reach the server')
    stack.quiet(fabric)
    assert len(repository.commits(since=before)) == 1
    stat = repository.git('diff', '--numstat', before, 'main').split()
    assert stat[2] == row['managed_file_path'] and len(stat) == 3, stat
    assert int(stat[0]) <= 2 and int(stat[1]) <= 1, stat
    kept = [line for line in text.splitlines() if 'description' not in line]
    now = repository.read(row['managed_file_path']).decode().splitlines()
    assert [line for line in kept if line in now] == kept or 'spec: {}' in text
    show = repository.git('log', '-1', '--format=%an <%ae>%n%s%n%b', 'main')
    assert show.startswith('Ada Admin <ada@example.com>')
    assert 'Say what this server is for' in show
    assert re.search(r'^NetBox-User: admin$', show, re.M)
    fresh = stack.get(f'resources/{row["id"]}/')
    assert fresh['desired_spec']['description'] == 'Edited in NetBox'
    assert fresh['draft_spec'] is None


def test_a_persons_push_to_the_same_file_moves_the_row(
    stack: Stack,
    repository: Repository,
    person: Person,
    fabric: dict[str, Any],
    ingested: dict[str, Any],
) -> None:
    stack.quiet(fabric)
    row = next(row for row in stack.resources(fabric) if row['kind'] == 'Server')
    person.pull()
    path = person.path / row['managed_file_path']
    value = yaml.safe_load(path.read_text())
    assert value['kind'] == 'Server'
    text = path.read_text()
    text = re.sub(r'(?m)^( *)description: .*\n', '', text)
    text = re.sub(r'(?m)^spec:.*\n', 'spec:\n  description: Edited by Petra # by hand\n', text)
    path.write_text(text)
    head = person.push('Say it in Git')
    operation = stack.act(fabric)
    assert operation['status'] == 'completed', operation
    assert repository.head() == head, 'reading must not write'
    fresh = stack.get(f'resources/{row["id"]}/')
    assert fresh['desired_spec']['description'] == 'Edited by Petra'
    changes = stack.every(f'/api/core/object-changes/?changed_object_id={row["id"]}')
    assert any(head[:12] in (change['message'] or '') for change in changes), changes


def test_deleting_in_netbox_deletes_the_file(
    stack: Stack, repository: Repository, person: Person, fabric: dict[str, Any]
) -> None:
    drop(person, fabric, 'more.yaml', vpcs('gone', 'stays').encode())
    assert stack.act(fabric)['status'] == 'completed'
    row = stack.resource(fabric, 'VPC', 'gone')
    before = repository.head()
    assert stack.api('DELETE', f'resources/{row["id"]}/').status == 204
    stack.until(lambda: repository.head() != before, 'the deletion to reach the server')
    stack.quiet(fabric)
    changed = repository.git('diff', '--name-status', before, 'main').split()
    assert changed == ['D', f'{base(fabric)}/managed/vpcs/gone.yaml']
    assert stack.act(fabric)['status'] == 'completed'
    assert not [r for r in stack.resources(fabric) if r['name'] == 'gone']


def test_an_object_born_in_netbox_gets_a_file(
    stack: Stack, repository: Repository, fabric: dict[str, Any]
) -> None:
    before = repository.head()
    text = vpcs('born')
    row = stack.post('resources/', {'fabric': fabric['id'], 'draft_text': text})
    assert (row['kind'], row['name']) == ('VPC', 'born')
    stack.until(lambda: repository.head() != before, 'the new object to reach the server')
    stack.quiet(fabric)
    written = repository.read(f'{base(fabric)}/managed/vpcs/born.yaml').decode()
    assert '# written by a person; the comment has to survive' in written
    assert len(repository.commits(since=before)) == 1


def test_deleting_a_file_in_git_deletes_the_row(
    stack: Stack, person: Person, fabric: dict[str, Any]
) -> None:
    person.pull()
    (person.path / base(fabric) / 'managed/vpcs/stays.yaml').unlink()
    person.push('Remove it')
    assert stack.act(fabric)['status'] == 'completed'
    assert not [r for r in stack.resources(fabric) if r['name'] == 'stays']


def test_a_bad_document_holds_back_only_itself(
    stack: Stack, repository: Repository, person: Person, fabric: dict[str, Any], tmp_path: Path
) -> None:
    bad = vpcs('good-a') + '---\n' + vpcs('Bad_Name') + '---\n' + vpcs('good-b')
    drop(person, fabric, 'mixed.yaml', bad.encode())
    operation = stack.act(fabric)
    assert operation['status'] == 'partially_completed', operation
    names = {row['name'] for row in stack.resources(fabric)}
    assert {'good-a', 'good-b'} <= names and 'Bad_Name' not in names
    kept = repository.read(f'{base(fabric)}/raw/mixed.yaml').decode()
    assert 'Bad_Name' in kept and 'good-a' not in kept
    finding = next(f for f in operation['findings'] if f['severity'] == 'error')
    assert finding['file'].endswith('raw/mixed.yaml') and finding['line'] and finding['column']
    head = repository.head()
    assert stack.act(fabric)['status'] == 'partially_completed'
    assert repository.head() == head, 'a held document must not make commits'
