"""What goes wrong outside is told clearly, changes nothing, and names what to do (R030, R123)."""

from pathlib import Path
from typing import Any

import pytest

from .people import Repository
from .samples import vpcs
from .stack import Stack


def failed_start(stack: Stack, repository: Repository, **fields: Any) -> dict[str, Any]:
    """Creates a fabric that cannot be onboarded; returns the failed operation."""
    connection = {k: fields.pop(k) for k in ('password', 'remote_url') if k in fields}
    fabric = stack.new_fabric(stack.connect(repository, **connection), **fields)

    def over() -> dict[str, Any] | None:
        rows = stack.operations(fabric)
        return next((row for row in rows if value(row['status']) == 'failed'), None)

    operation = stack.until(over, 'the operation to fail', explain=lambda: stack.operations(fabric))
    operation = stack.get(f'sync-operations/{operation["id"]}/')
    status = stack.get(f'fabrics/{fabric["id"]}/gitops-status/')
    assert status['initialized'] is False
    assert status['sync_status'] == 'error'
    assert not stack.resources(fabric)
    return operation


def value(field: Any) -> Any:
    return field['value'] if isinstance(field, dict) else field


def test_a_wrong_password_says_so(stack: Stack) -> None:
    repository = stack.new_repository()
    head = repository.head()
    operation = failed_start(stack, repository, password='not-the-password')
    assert operation['last_reason'] == 'CredentialsRefused'
    assert 'credential' in operation['last_error_message'].lower()
    assert 'not-the-password' not in str(operation)
    assert repository.head() == head


def test_an_unknown_host_says_so(stack: Stack) -> None:
    repository = stack.new_repository()
    operation = failed_start(stack, repository, remote_url='http://no-such-host.invalid/x.git')
    assert operation['last_reason'] in ('HostUnknown', 'RemoteUnreachable')
    assert 'no-such-host.invalid' in operation['last_error_message']


def test_a_missing_branch_is_named(stack: Stack) -> None:
    repository = stack.new_repository()
    operation = failed_start(stack, repository, branch='does-not-exist')
    assert operation['last_reason'] == 'BranchMissing'
    assert 'does-not-exist' in operation['last_error_message']
    assert repository.git('for-each-ref', '--format=%(refname)').split() == ['refs/heads/main']


def test_a_protected_branch_keeps_the_servers_words(stack: Stack) -> None:
    repository = stack.new_repository()
    repository.hook('pre-receive', 'echo "main is protected by the network team" >&2\nexit 1')
    head = repository.head()
    operation = failed_start(stack, repository)
    assert operation['last_reason'] == 'PushDeclined'
    assert 'main is protected by the network team' in operation['last_error_message']
    assert repository.head() == head


def test_a_declined_edit_stays_in_the_outbox_and_goes_out_when_allowed(
    stack: Stack, tmp_path: Path
) -> None:
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository)
    stack.post('resources/', {'fabric': fabric['id'], 'draft_text': vpcs('first')})
    stack.quiet(fabric)
    repository.hook('pre-receive', 'echo "freeze until Monday" >&2\nexit 1')
    head = repository.head()
    row = stack.get(f'resources/{stack.resource(fabric, "VPC", "first")["id"]}/')
    spec = row['desired_spec']
    spec['subnets']['default']['vlan'] = 2222
    stack.patch(f'resources/{row["id"]}/', {'draft_spec': spec})
    operation = stack.act(fabric)
    assert operation['status'] == 'failed' and operation['last_reason'] == 'PushDeclined'
    assert repository.head() == head
    kept = stack.get(f'resources/{row["id"]}/')
    assert kept['draft_spec'] == spec and kept['desired_spec'] != spec
    repository.remove_hook('pre-receive')
    assert stack.act(fabric)['status'] == 'completed'
    path = f'fabrics/{fabric["slug"]}/gitops/managed/vpcs/first.yaml'
    assert b'vlan: 2222' in repository.read(path)


def test_an_empty_repository_gets_its_first_commit(stack: Stack) -> None:
    repository = stack.new_repository(empty=True)
    fabric = stack.ready_fabric(repository)
    assert f'fabrics/{fabric["slug"]}/gitops/.hnp/manifest.yaml' in repository.files()


@pytest.mark.parametrize('directory', ['../outside', 'a/../../b', 'fabrics/.git/hooks', 'a\\b'])
def test_a_path_that_leaves_the_fabric_is_refused_at_once(stack: Stack, directory: str) -> None:
    repository = stack.new_repository()
    answer = stack.api(
        'POST',
        'fabrics/',
        {
            'name': f'escape {directory}',
            'slug': 'escape',
            'status': 'active',
            'git_repository': stack.connect(repository),
            'gitops_directory': directory,
        },
    )
    assert answer.status == 400, answer.body
    assert 'gitops_directory' in answer.body


def test_a_60_mb_file_is_held_and_the_rest_goes_on(stack: Stack, tmp_path: Path) -> None:
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository)
    person = repository.clone(tmp_path / 'clone')
    raw = person.path / 'fabrics' / fabric['slug'] / 'gitops/raw'
    (raw / 'huge.yaml').write_text(vpcs('big') + '# ' + 'x' * (60 * 2**20) + '\n')
    (raw / 'small.yaml').write_text(vpcs('small'))
    person.push('Drop a huge file and a small one')
    operation = stack.act(fabric)
    assert operation['status'] == 'partially_completed', operation
    held = next(f for f in operation['findings'] if f['severity'] == 'error')
    assert held['file'].endswith('raw/huge.yaml') and 'MiB' in held['message']
    assert [row['name'] for row in stack.resources(fabric)] == ['small']
    assert f'fabrics/{fabric["slug"]}/gitops/raw/huge.yaml' in repository.files()


def test_a_person_without_permission_is_refused(stack: Stack) -> None:
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository)
    reader = (
        stack.manage(
            'shell', '--no-imports', '-c', (Path(__file__).parent / 'make_reader.py').read_text()
        )
        .stdout.strip()
        .splitlines()[-1]
    )
    assert stack.api('GET', f'fabrics/{fabric["id"]}/', token=reader).status == 200
    for path in ('init-gitops', 'ingest-raw', 'sync'):
        answer = stack.api('POST', f'fabrics/{fabric["id"]}/{path}/', {}, token=reader)
        assert answer.status == 403, (path, answer.status, answer.body)
