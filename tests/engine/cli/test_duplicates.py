"""The verb `duplicates`: reports, settles, refuses; exit statuses and JSON as documented."""

import json

import pytest

from ..workshop import BASE, vpc

TIED = {f'{BASE}/one/a.yaml': vpc('a', 1001), f'{BASE}/two/a.yaml': vpc('a', 1002)}
PLAIN = {f'{BASE}/production/a.yaml': vpc('a'), f'{BASE}/old/a.yaml': f'# old\n{vpc("a")}'}


def test_a_report_changes_nothing_and_explains(command, lab) -> None:
    lab.commit(PLAIN)
    before = lab.head()
    ran = command('duplicates', '--json')
    assert ran.status == 0
    assert lab.head() == before
    assert lab.status() == ''
    (group,) = ran.json['groups']
    assert group['relation'] == 'duplicate'
    assert group['comparison'] == 'same_meaning'
    assert group['winner'] == f'{BASE}/production/a.yaml'
    assert group['rule'] == 'directory'
    assert group['why'] == 'wins because it lies in production/'
    assert [(row['path'], row['document']) for row in group['files']] == [
        (f'{BASE}/production/a.yaml', 0),
        (f'{BASE}/old/a.yaml', 0),
    ]
    assert {row['identity'] for row in group['files']} == {'vpc.githedgehog.com/VPC/default/a'}
    assert ran.json['counts']['groups'] == 1
    told = command('duplicates')
    assert 'wins because it lies in production/' in told.out


def test_a_tie_is_for_a_person(command, lab) -> None:
    lab.commit(TIED)
    ran = command('duplicates', '--json')
    assert ran.status == 3
    assert [conflict['type'] for conflict in ran.json['conflicts']] == ['duplicate_identity']
    assert ran.json['ok'] is False
    applied = command('duplicates', '--apply', '--json')
    assert applied.status == 3
    assert applied.json['commit'] is None
    assert [finding['code'] for finding in applied.json['findings']] == ['DuplicateTied']


def test_settling_is_one_commit_that_undo_takes_back(command, lab) -> None:
    lab.commit(PLAIN)
    before = lab.git('rev-parse', f'HEAD:{BASE}/production').strip(), lab.files()
    ran = command('duplicates', '--apply', '--json')
    assert ran.status == 0
    assert lab.status() == ''
    assert ran.json['settled'][0]['rule'] == 'directory'
    assert f'{BASE}/managed/vpcs/a.yaml' in lab.files()
    assert f'{BASE}/.hnp/archive/old/a.yaml' in lab.files()
    assert command('duplicates', '--json').json['groups'] == []
    again = command('duplicates', '--apply', '--json')
    assert (again.status, again.json['commit']) == (0, None)
    assert command('undo', ran.json['operation']).status == 0
    assert lab.files() == before[1]
    assert lab.git('rev-parse', f'HEAD:{BASE}/production').strip() == before[0]


def test_what_could_not_be_settled_as_asked_is_for_a_person(command, lab) -> None:
    as_json = (
        '{"apiVersion": "vpc.githedgehog.com/v1beta1", "kind": "VPC", "metadata": {"name": "a"}}'
    )
    lab.commit({f'{BASE}/production/a.yaml': vpc('a'), f'{BASE}/old/a.json': as_json})
    before = lab.head()
    ran = command('duplicates', '--apply', '--action', 'comment', '--group', 'VPC/a', '--json')
    assert (ran.status, ran.json['ok'], ran.json['commit']) == (3, False, None)
    assert [finding['code'] for finding in ran.json['findings']] == ['CannotRewrite']
    assert 'JSON file cannot hold comments' in ran.json['conflicts'][0]['message']
    assert lab.head() == before


def test_a_person_reads_what_is_settled_and_why(command, lab) -> None:
    lab.commit({f'{BASE}/production/a.yaml': vpc('a', 1001), f'{BASE}/old/a.yaml': vpc('a', 1002)})
    told = command('duplicates').out
    assert 'different content in 2 places (spec.subnets.default.vlan);' in told
    for options in (('--dry-run',), ('--apply',)):
        told = command('duplicates', *options).out
        assert f'{BASE}/production/a.yaml#0 wins because it lies in production/' in told
        assert f'-> {BASE}/managed/vpcs/a.yaml ' in told
        assert f'-> {BASE}/.hnp/archive/old/a.yaml ' in told
        assert '1 group, 0 left, 1 archive' in told


def test_near_duplicates_are_told_with_their_places(command, lab) -> None:
    lab.commit({f'{BASE}/old/a.yaml': vpc('a'), f'{BASE}/old/b.yaml': vpc('A')})
    told = command('duplicates').out
    assert '1 near duplicate' in told
    assert 'names that differ in upper and lower case only' in told
    assert f'{BASE}/old/b.yaml#0' in told
    assert 'vpc.githedgehog.com/VPC/default/A' in told


def test_a_dry_run_shows_the_diff(command, lab) -> None:
    lab.commit(PLAIN)
    before = lab.head()
    ran = command('duplicates', '--apply', '--action', 'comment', '--dry-run')
    assert ran.status == 0
    assert '+# apiVersion' in ran.out
    assert lab.head() == before


def test_a_person_chooses_the_winner(command, lab) -> None:
    lab.commit(TIED)
    ran = command(
        'duplicates', '--apply', '--group', 'VPC/a', '--winner', 'two/a.yaml', '--json',
        '--file', 'one/a.yaml#0=delete',
    )  # fmt: skip
    assert ran.status == 0
    assert ran.json['settled'][0]['rule'] == 'choice'
    assert b'1002' in lab.show(f'{BASE}/managed/vpcs/a.yaml')
    assert f'{BASE}/one/a.yaml' not in lab.files()


def test_a_policy_file_decides(command, lab, tmp_path) -> None:
    lab.commit(TIED)
    policy = tmp_path / 'policy.yaml'
    policy.write_text('rules:\n- {rule: directory, order: [two, one]}\nloser_action: comment\n')
    ran = command('duplicates', '--policy', str(policy), '--json')
    assert ran.json['groups'][0]['winner'] == f'{BASE}/two/a.yaml'
    assert ran.json['policy']['option_set'] == 'custom'
    policy.write_text('rules:\n- {rule: directroy, order: [two]}\n')
    broken = command('duplicates', '--policy', str(policy), '--json')
    assert broken.status == 1
    finding = broken.json['findings'][0]
    assert (finding['code'], finding['line'], finding['field']) == (
        'PolicyInvalid', 2, 'rules[0].rule',
    )  # fmt: skip


def test_issue16_is_ready(command, lab) -> None:
    lab.commit(
        {f'{BASE}/managed/vpcs/a.yaml': vpc('a', 1), f'{BASE}/production/a.yaml': vpc('a', 2)}
    )
    ran = command('duplicates', '--apply', '--policy', 'issue16', '--json')
    assert ran.status == 0
    assert ran.json['settled'][0]['rule'] == 'area (some_managed)'
    assert lab.show(f'{BASE}/production/a.yaml').startswith(b'# hnp.githedgehog.com/duplicate-of:')


@pytest.mark.parametrize(
    ('options', 'reason'),
    [
        (('--group', 'VPC/zzz'), 'DuplicateUnknown'),
        (('--group', 'VPC/a', '--winner', 'three.yaml'), 'CopyUnknown'),
        (('--winner', 'one/a.yaml'), 'Usage'),
        (('--group', 'VPC/a', '--file', 'one/a.yaml=shred'), 'Usage'),
        (('--policy', 'issue17'), 'Usage'),
    ],
)
def test_what_is_refused(command, lab, options, reason) -> None:
    lab.commit(TIED)
    ran = command('duplicates', '--apply', '--json', *options)
    assert ran.status == 2
    assert ran.json['error']['reason'] == reason


@pytest.mark.parametrize(
    ('options', 'reason'),
    [
        (('--group', 'VPC/a', '--winner', 'one/a.yaml'), 'Usage'),
        (('--group', 'VPC/a', '--file', 'one/a.yaml=delete'), 'Usage'),
        (('--action', 'delete'), 'Usage'),
        (('--group', 'VPC/zzz'), 'DuplicateUnknown'),
    ],
)
def test_a_report_takes_no_choice_without_a_word(command, lab, options, reason) -> None:
    lab.commit(TIED)
    before = lab.head()
    ran = command('duplicates', '--json', *options)
    assert (ran.status, ran.json['error']['reason']) == (2, reason)
    assert lab.head() == before


def test_a_report_of_one_group(command, lab) -> None:
    lab.commit({**TIED, f'{BASE}/one/b.yaml': vpc('b'), f'{BASE}/two/b.yaml': vpc('b')})
    ran = command('duplicates', '--json', '--group', 'VPC/b')
    assert [group['identity'] for group in ran.json['groups']] == [
        'vpc.githedgehog.com/VPC/default/b'
    ]


def test_a_folder_without_anything_is_refused(command, lab) -> None:
    ran = command('duplicates', '--json', fabric='nowhere')
    assert (ran.status, ran.json['error']['reason']) == (2, 'FabricMissing')


def test_any_folder_can_be_looked_at(command, person) -> None:
    person.commit({'examples/a.yaml': vpc('a'), 'production/x.yaml': vpc('a')})
    ran = command('duplicates', '--json', fabric='/')
    assert (ran.status, ran.json['groups'][0]['winner']) == (0, 'production/x.yaml')
    assert command('duplicates', '--apply', fabric='/').status == 0
    # Without our layout nothing goes to managed/: the winner stays where it is.
    assert sorted(person.files()) == [
        '.hnp/archive-log.yaml', '.hnp/archive/examples/a.yaml', 'production/x.yaml',
    ]  # fmt: skip
    assert command('duplicates', '--json', fabric='/').json['groups'] == []


def test_it_pushes_when_told(command, lab) -> None:
    lab.commit(PLAIN)
    lab.push()
    ran = command('duplicates', '--apply', '--push', '--json')
    assert ran.json['pushed'] is True
    assert lab.head(cwd=lab.server) == lab.head()
    json.dumps(ran.json)
