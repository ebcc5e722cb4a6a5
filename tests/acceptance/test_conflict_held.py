"""A resource changed on both sides is held, shown, and never overwritten (R072, R074, R080)."""

import time
from pathlib import Path

import pytest

from .samples import vpcs
from .stack import Stack


@pytest.fixture
def both(stack: Stack, tmp_path: Path):
    """A fabric with three VPCs, its repository and a person's clone."""
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository)
    person = repository.clone(tmp_path / 'clone')
    raw = person.path / 'fabrics' / fabric['slug'] / 'gitops/raw/three.yaml'
    raw.write_text(vpcs('one', 'two', 'three'))
    person.push('Drop three VPCs')
    assert stack.act(fabric)['status'] == 'completed'
    person.pull()
    return fabric, repository, person


def edit(stack: Stack, fabric: dict, name: str, vlan: int) -> dict:
    row = stack.get(f'resources/{stack.resource(fabric, "VPC", name)["id"]}/')
    spec = row['desired_spec']
    spec['subnets']['default']['vlan'] = vlan
    return stack.patch(f'resources/{row["id"]}/', {'draft_spec': spec})


def in_git(person, fabric: dict, name: str, old: str, new: str) -> None:
    path = person.path / 'fabrics' / fabric['slug'] / f'gitops/managed/vpcs/{name}.yaml'
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_both_sides_are_kept_and_the_rest_goes_on(stack: Stack, both) -> None:
    fabric, repository, person = both
    with stack.paused_worker():
        edit(stack, fabric, 'one', 2001)
        edit(stack, fabric, 'two', 2002)
        in_git(person, fabric, 'one', 'vlan: 1001', 'vlan: 3001')
        in_git(person, fabric, 'three', 'vlan: 1003', 'vlan: 3003')
        pushed = person.push('Change one and three by hand')
    stack.act(fabric)
    stack.until(
        lambda: repository.head() != pushed, 'the edit of the other resource to be published'
    )
    time.sleep(1)
    managed = f'fabrics/{fabric["slug"]}/gitops/managed/vpcs'
    assert b'vlan: 3001 ' in repository.read(f'{managed}/one.yaml'), 'Git keeps its side'
    assert b'vlan: 2002 ' in repository.read(f'{managed}/two.yaml'), 'the rest goes on'
    assert b'vlan: 3003 ' in repository.read(f'{managed}/three.yaml')
    row = stack.get(f'resources/{stack.resource(fabric, "VPC", "one")["id"]}/')
    assert row['draft_spec']['subnets']['default']['vlan'] == 2001, 'NetBox keeps its side'
    three = stack.get(f'resources/{stack.resource(fabric, "VPC", "three")["id"]}/')
    assert three['desired_spec']['subnets']['default']['vlan'] == 3003
    conflicts = stack.every(f'conflicts/?fabric_id={fabric["id"]}')
    assert len(conflicts) == 1
    conflict = stack.get(f'conflicts/{conflicts[0]["id"]}/')
    assert conflict['conflicting_fields'] == ['spec.subnets.default.vlan']
    sides = [conflict[f'{side}_state'] for side in ('base', 'git', 'gui')]
    vlans = [side['spec']['subnets']['default']['vlan'] for side in sides]
    assert vlans == [1001, 3001, 2001]
    assert 'vlan: 3001' in conflict['git_state']['text']
    head = repository.head()
    stack.act(fabric)
    assert repository.head() == head
    assert len(stack.every(f'conflicts/?fabric_id={fabric["id"]}')) == 1, 'one open conflict'


def test_deleted_here_changed_there_is_a_conflict(stack: Stack, both) -> None:
    fabric, repository, person = both
    with stack.paused_worker():
        row = stack.resource(fabric, 'VPC', 'one')
        assert stack.api('DELETE', f'resources/{row["id"]}/').status == 204
        in_git(person, fabric, 'one', 'vlan: 1001', 'vlan: 3001')
        person.push('Change it by hand')
    stack.act(fabric)
    path = f'fabrics/{fabric["slug"]}/gitops/managed/vpcs/one.yaml'
    assert b'vlan: 3001' in repository.read(path), 'never a silent loss'
    conflicts = stack.every(f'conflicts/?fabric_id={fabric["id"]}')
    assert [c['conflict_type'] for c in flat(conflicts)] == ['missing_resource']


def test_decided_by_rest_it_ends_alike_everywhere_and_can_be_undone(stack: Stack, both) -> None:
    fabric, repository, person = both
    with stack.paused_worker():
        edit(stack, fabric, 'one', 2001)
        in_git(person, fabric, 'one', 'vlan: 1001', 'vlan: 3001')
        in_git(person, fabric, 'one', '10.10.0.0/24', '10.0.99.0/24  # by hand')
        person.push('Change two fields by hand')
    stack.act(fabric)
    (conflict,) = stack.every(f'conflicts/?fabric_id={fabric["id"]}')
    field = 'spec.subnets.default.vlan'
    head = repository.head()
    answer = stack.post(
        f'conflicts/{conflict["id"]}/resolve/',
        {
            'resolution_strategy': 'user_decision',
            'user_decisions': {field: 'gui_value'},
            'resolution_notes': 'As ordered',
            'expected_commit': head,
        },
        expect=202,
    )
    operation = stack.finished(answer['operation']['id'])
    assert operation['status'] == 'completed', operation
    path = f'fabrics/{fabric["slug"]}/gitops/managed/vpcs/one.yaml'
    text = repository.read(path)
    assert b'vlan: 2001 ' in text and b'10.0.99.0/24  # by hand' in text
    assert len(repository.commits(head)) == 1
    row = stack.get(f'resources/{stack.resource(fabric, "VPC", "one")["id"]}/')
    subnet = row['desired_spec']['subnets']['default']
    assert (subnet['vlan'], subnet['subnet']) == (2001, '10.0.99.0/24')
    assert row['draft_spec'] is None
    ended = flat([stack.get(f'conflicts/{conflict["id"]}/')])[0]
    assert (ended['resolution_status'], ended['resolution_notes']) == ('resolved', 'As ordered')
    assert ended['resolved_in']['id'] == operation['id']

    answer = stack.post(f'sync-operations/{operation["id"]}/undo/', expect=202)
    assert stack.finished(answer['operation']['id'])['status'] == 'completed'
    assert b'vlan: 3001 ' in repository.read(path), 'back to what Git said before the decision'
    row = stack.get(f'resources/{row["id"]}/')
    assert row['desired_spec']['subnets']['default']['vlan'] == 3001


def flat(rows: list[dict]) -> list[dict]:
    """Choice fields come as {value, label}."""
    return [
        {
            key: value['value'] if isinstance(value, dict) and 'value' in value else value
            for key, value in row.items()
        }
        for row in rows
    ]
