"""`check` with paths or `--changed`: what some files are like, and what they do to others."""

from ..workshop import BASE, vpc
from .test_check import PEERING, VPC_1, VPC_2, beside, codes, peering, wrong


def test_with_paths_a_clash_is_told_although_the_other_object_bears_it(lab, command):
    first, later = (f'{BASE}/managed/vpcs/{name}.yaml' for name in ('vpc-a', 'vpc-m'))
    lab.commit({later: vpc('vpc-m')})
    lab.commit({first: vpc('vpc-a')})
    told = command('check', first, '--json', fabric=None)
    assert {f['file'] for f in told.json['findings'] if f['code'] == 'VlanTaken'} == {later}
    assert told.status == 1
    assert 'VlanTaken' in codes(command('check', later, '--json', fabric=None))


def test_with_paths_a_deletion_is_told_what_it_leaves_dangling(lab, command):
    lab.commit({VPC_1: vpc('vpc-1'), VPC_2: beside('vpc-2', 1002), PEERING: peering()})
    lab.git('rm', '-q', VPC_2)
    for asked in ([VPC_2], ['--changed']):
        told = command('check', *asked, '--staged', '--json', fabric=None)
        found = [f for f in told.json['findings'] if f['file'] == PEERING]
        assert [f['code'] for f in found] == ['ReferenceMissing'], told.out
        assert told.status == 1
    assert command('check', VPC_1, '--staged', '--json', fabric=None).json['findings'] == []


def test_what_was_wrong_before_is_not_told_of_a_change(lab, command):
    lab.commit({VPC_1: wrong('vpc-1'), VPC_2: vpc('vpc-2')})
    assert command('check', '--staged', '--changed', '--json').json['findings'] == []
    (lab.clone / BASE / 'raw' / 'new.yaml').write_text(wrong('vpc-3').replace('1001', '1003'))
    told = command('check', '--on-disk', '--changed', '--json').json['findings']
    assert 'UnknownField' in {f['code'] for f in told}
    assert not {f['file'] for f in told} & {VPC_1}
    assert command('check', '--changed').status == 2
    assert command('check', VPC_1, '--staged', '--changed').status == 2


def test_a_path_or_folder_that_is_nowhere_is_a_slip_of_the_pen(lab, command):
    lab.commit({VPC_1: vpc('vpc-1'), VPC_2: beside('vpc-2', 1002)})
    for asked in (['nope.yaml'], ['typo.yaml', '--on-disk'], ['--fabric-dir', 'fabrics/typo']):
        ran = command('check', *asked, '--json', fabric=None)
        assert (ran.status, ran.json['error']['reason']) == (2, 'FileMissing'), asked
        assert asked[0 if len(asked) == 1 or 'typo.yaml' in asked else 1] in ran.out
    lab.git('rm', '-q', VPC_1)
    assert command('check', VPC_1, '--staged', fabric=None).status == 0
    assert command('check', BASE, fabric=None).status == 0
