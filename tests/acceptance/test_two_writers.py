"""A person pushes while NetBox publishes: nothing is lost, no success is false (R096, R103)."""

import re
import subprocess
import threading
from pathlib import Path
from typing import Any

from .people import Person
from .samples import vpcs
from .stack import Stack

ROUNDS = 50


def set_vlan(person: Person, path: Path, vlan: int) -> None:
    path.write_text(re.sub(r'vlan: \d+', f'vlan: {vlan}', path.read_text()))
    person.git('commit', '-q', '-am', f'Person sets {vlan}')
    person.push_until_accepted()


def person_writes(person: Person, path: Path, errors: list[Exception]) -> None:
    try:
        for number in range(ROUNDS):
            set_vlan(person, path, 3000 + number)
    except (AssertionError, subprocess.SubprocessError) as error:
        errors.append(error)


def netbox_writes(stack: Stack, row: dict[str, Any], spec: dict[str, Any]) -> None:
    for number in range(ROUNDS):
        spec['subnets']['default']['vlan'] = 2000 + number
        stack.patch(f'resources/{row["id"]}/', {'draft_spec': spec})


def test_fifty_rounds_of_two_writers(stack: Stack, tmp_path: Path) -> None:
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository)
    person = repository.clone(tmp_path / 'clone')
    folder = person.path / 'fabrics' / fabric['slug'] / 'gitops'
    (folder / 'raw/two.yaml').write_text(vpcs('by-netbox', 'by-person'))
    person.push('Drop two VPCs')
    assert stack.act(fabric)['status'] == 'completed'
    start = person.pull()
    row = stack.get(f'resources/{stack.resource(fabric, "VPC", "by-netbox")["id"]}/')
    errors: list[Exception] = []
    hand = threading.Thread(
        target=person_writes, args=(person, folder / 'managed/vpcs/by-person.yaml', errors)
    )
    hand.start()
    netbox_writes(stack, row, row['desired_spec'])
    hand.join()
    assert not errors, errors
    stack.act(fabric)
    stack.quiet(fabric, 180)

    under = f'fabrics/{fabric["slug"]}/gitops/managed/vpcs'
    assert f'vlan: {2000 + ROUNDS - 1}' in repository.read(f'{under}/by-netbox.yaml').decode()
    assert f'vlan: {3000 + ROUNDS - 1}' in repository.read(f'{under}/by-person.yaml').decode()
    subjects = repository.git('log', '--format=%s', f'{start}..main').splitlines()
    for number in range(ROUNDS):
        assert subjects.count(f'Person sets {3000 + number}') == 1, 'a commit of the person is lost'
    claimed = {
        operation['commit_sha']
        for operation in stack.operations(fabric)
        if operation['commit_sha'] and status(operation) == 'completed'
    }
    history = set(repository.commits())
    assert claimed <= history, 'a success was reported that the remote does not have'
    pushed_by_netbox = [
        line
        for line in repository.git('log', '--format=%an', f'{start}..main').splitlines()
        if line == 'Ada Admin'
    ]
    assert 1 <= len(pushed_by_netbox) <= ROUNDS
    for name, vlan in (('by-netbox', 2000), ('by-person', 3000)):
        now = stack.get(f'resources/{stack.resource(fabric, "VPC", name)["id"]}/')
        assert now['desired_spec']['subnets']['default']['vlan'] == vlan + ROUNDS - 1
        assert now['draft_spec'] is None
    assert not stack.every(f'conflicts/?fabric_id={fabric["id"]}')
    repository.git('fsck', '--strict')


def status(operation: dict[str, Any]) -> str:
    value = operation['status']
    return str(value['value'] if isinstance(value, dict) else value)
