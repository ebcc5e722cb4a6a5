"""`merge` brings a branch in by the meaning of its files, or says why it does not."""

from ..workshop import BASE, vpc

A = f'{BASE}/managed/vpcs/a.yaml'


def branches(lab) -> None:
    lab.commit({A: vpc('a')})
    lab.git('switch', '--quiet', '--create', 'feature')
    lab.commit({A: vpc('a', 7)})
    lab.git('switch', '--quiet', 'main')


def test_fields_beside_each_other_are_joined(lab, command):
    branches(lab)
    lab.commit({A: vpc('a').replace('10.0.1.0/24', '10.0.9.0/24')})
    shown = command('merge', '--branch', 'feature', '--dry-run')
    assert shown.status == 0 and '+      vlan: 7' in shown.out
    answer = command('merge', '--branch', 'feature', '--json')
    assert answer.status == 0 and answer.json['commit'] == lab.head()
    assert lab.show(A).decode() == vpc('a', 7).replace('10.0.1.0/24', '10.0.9.0/24')
    assert command('merge', '--branch', 'feature', '--json').json['commit'] is None


def test_a_clash_is_for_a_person_or_for_a_preference(lab, command):
    branches(lab)
    lab.commit({A: vpc('a', 8)})
    before = lab.head()
    answer = command('merge', '--branch', 'feature', '--json')
    assert answer.status == 3 and lab.head() == before
    (conflict,) = answer.json['conflicts']
    assert conflict['fields'] == ['spec.subnets.default.vlan']
    assert command('merge', '--branch', 'feature', '--prefer', 'branch').status == 0
    assert b'vlan: 7' in lab.show(A)


def test_other_files_are_left_to_git_and_a_missing_branch_is_named(lab, command):
    branches(lab)
    lab.commit({'README': 'here'})
    lab.git('switch', '--quiet', 'feature')
    lab.commit({'README': 'there'})
    lab.git('switch', '--quiet', 'main')
    answer = command('merge', '--branch', 'feature', '--json')
    assert answer.status == 3 and answer.json['error']['reason'] == 'MergeConflict'
    assert [finding['file'] for finding in answer.json['findings']] == ['README']
    missing = command('merge', '--branch', 'nowhere', '--json')
    assert missing.status == 2 and missing.json['error']['reason'] == 'BranchMissing'
