"""The verbs from end to end on real repositories: bytes, commits, exit statuses, JSON."""

import json
import stat

import pytest

from ..workshop import BASE, switch, vpc

RAW = f'{BASE}/raw'
VPC_1 = f'{BASE}/managed/vpcs/vpc-1.yaml'


def test_init_makes_one_commit_and_the_second_none(person, command):
    first = command('init', '--fabric', 'Lab', '--json').json
    assert first['ok'] and first['commit'] == person.head()
    assert person.count() == 1
    assert f'{BASE}/.hnp/manifest.yaml' in person.files()
    assert person.status() == ''
    second = command('init', '--fabric', 'Lab', '--json').json
    assert second['ok'] and second['commit'] is None and second['changes'] == []
    assert person.count() == 1


def test_init_repairs_what_is_missing_and_touches_nothing_else(lab, command):
    manifest = lab.show(f'{BASE}/.hnp/manifest.yaml')
    lab.commit({f'{BASE}/managed/vpcs/.gitkeep': None, f'{BASE}/README.md': 'My own words\n'})
    answer = command('init', '--fabric', 'Lab', '--json').json
    assert [change['path'] for change in answer['changes']] == [f'{BASE}/managed/vpcs/.gitkeep']
    assert lab.show(f'{BASE}/.hnp/manifest.yaml') == manifest
    assert lab.show(f'{BASE}/README.md') == b'My own words\n'


@pytest.mark.parametrize('verb', ['init', 'ingest'])
def test_removed_manifest_and_log_come_back_as_they_were(lab, command, verb):
    options = ('--fabric', 'Lab') if verb == 'init' else ()
    lab.commit({f'{RAW}/a.yaml': vpc('vpc-1')})
    command('ingest')
    kept = {name: lab.show(f'{BASE}/.hnp/{name}') for name in ('manifest.yaml', 'archive-log.yaml')}
    lab.commit({f'{BASE}/.hnp/{name}': None for name in kept})
    assert command('status', '--json').json['fabric']['name'] == 'Lab'
    assert command(verb, *options).status == 0
    assert {name: lab.show(f'{BASE}/.hnp/{name}') for name in kept} == kept


def test_new_fabric_in_a_folder_that_was_emptied_begins_anew(lab, command):
    lab.git('rm', '-r', '--quiet', BASE)
    lab.commit({})
    command('init', '--fabric', 'Other', '--directory', BASE)
    assert 'fabric_name: Other' in lab.show(f'{BASE}/.hnp/manifest.yaml').decode()


def test_init_migrates_yaml_that_is_there_in_the_same_commit(person, command):
    person.commit({f'{BASE}/old/net.yaml': f'{vpc("vpc-1")}---\n{switch("leaf-1")}', 'a.txt': 'x'})
    shown = command('init', '--fabric', 'Lab', '--dry-run')
    assert f'rename to {RAW}/old/net.yaml.archived' in shown.out
    assert person.count() == 1
    answer = command('init', '--fabric', 'Lab', '--json').json
    assert person.count() == 2
    assert answer['counts'] == {
        'seen': 2, 'ingested': 2, 'unmanaged': 0, 'held': 0, 'empty': 0,
    }  # fmt: skip
    files = person.files()
    assert VPC_1 in files and f'{BASE}/managed/switches/leaf-1.yaml' in files
    assert f'{RAW}/old/net.yaml.archived' in files and f'{BASE}/old/net.yaml' not in files
    assert 'a.txt' in files
    assert (
        'original_file: raw/old/net.yaml' in person.show(f'{BASE}/.hnp/archive-log.yaml').decode()
    )
    assert command('init', '--fabric', 'Lab', '--json').json['changes'] == []


def test_init_refuses_a_fabric_inside_another(lab, command):
    ran = command('init', '--fabric', 'Inner', '--directory', f'{BASE}/inner', '--json')
    assert ran.status == 2 and ran.json['error']['reason'] == 'FabricsNested'


def test_init_writes_the_choices_into_the_manifest(person, command):
    command(
        'init', '--fabric', 'Lab', '--directory', '/here//lab/',
        '--archive-strategy', 'git_history_only', '--bad-documents', 'hold_file',
    )  # fmt: skip
    manifest = person.show('here/lab/.hnp/manifest.yaml').decode()
    assert 'archive_strategy: git_history_only' in manifest
    assert 'bad_document_policy: hold_file' in manifest


def test_ingest_is_one_commit_and_then_none(lab, command):
    lab.commit({f'{RAW}/net.yaml': f'{vpc("vpc-1")}---\n{switch("leaf-1")}---\n# nothing\n'})
    before = lab.count()
    answer = command('ingest', '--json').json
    assert answer['counts'] == {'seen': 3, 'ingested': 2, 'unmanaged': 0, 'held': 0, 'empty': 1}
    assert answer['commit'] == lab.head() and lab.count() == before + 1
    assert lab.show(f'{RAW}/net.yaml.archived').startswith(b'apiVersion')
    assert b'# first of the range' in lab.show(VPC_1)
    assert lab.status() == ''
    again = command('ingest', '--json').json
    assert again['commit'] is None and lab.count() == before + 1


def test_lines_of_a_file_that_was_moved_are_said_to_be_old_ones(lab, command):
    drop = f'{BASE}/raw/a.yaml'
    said = 'as they were dropped'
    lab.commit({drop: vpc('vpc-1') + '---\n' + vpc('Vpc_2')})
    assert said in command('ingest').out
    # Only what is held is there by now, as it lies.
    lab.commit({drop: vpc('Vpc_3')})
    assert said not in command('ingest').out


def test_bad_document_is_held_with_its_place_and_the_good_one_goes_on(lab, command):
    lab.commit({f'{RAW}/net.yaml': f'{vpc("vpc-1")}---\n{vpc("BAD_NAME")}'})
    ran = command('ingest', '--json')
    assert ran.status == 1 and not ran.json['ok']
    finding = ran.json['findings'][0]
    assert finding['file'] == f'{RAW}/net.yaml' and finding['document'] == 1
    assert finding['line'] == 17 and finding['severity'] == 'error'
    assert ran.json['counts']['held'] == 1 and VPC_1 in lab.files()
    assert b'BAD_NAME' in lab.show(f'{RAW}/net.yaml')
    count = lab.count()
    assert command('ingest').status == 1
    assert lab.count() == count


def test_conflicting_versions_need_a_person(lab, command):
    lab.commit({f'{RAW}/a.yaml': vpc('vpc-1', 1001), f'{RAW}/b.yaml': vpc('vpc-1', 1002)})
    ran = command('ingest', '--json')
    assert ran.status == 3
    assert ran.json['conflicts'][0]['resource'] == 'vpc.githedgehog.com/VPC/default/vpc-1'
    assert VPC_1 not in lab.files()


def test_object_that_comes_again_updates_its_file(lab, command):
    lab.commit({f'{RAW}/a.yaml': vpc('vpc-1', 1001)})
    command('ingest')
    lab.commit({f'{RAW}/a.yaml': vpc('vpc-1', 1002)})
    answer = command('ingest', '--json').json
    assert answer['ok'] and b'vlan: 1002  # first' in lab.show(VPC_1)
    assert [f for f in lab.files() if f.startswith(f'{BASE}/managed/vpcs/vpc')] == [VPC_1]
    # What a person changed meanwhile is not overwritten.
    lab.commit({VPC_1: lab.show(VPC_1).replace(b'1002', b'1003')})
    lab.commit({f'{RAW}/a.yaml': vpc('vpc-1', 1004)})
    assert command('ingest').status == 3
    assert b'vlan: 1003' in lab.show(VPC_1)


def test_ingest_without_init_completes_the_layout(person, command):
    person.commit({f'{RAW}/a.yaml': vpc('vpc-1')})
    assert command('ingest').status == 0
    assert {VPC_1, f'{BASE}/.hnp/manifest.yaml', f'{BASE}/README.md'} <= set(person.files())


def test_ingest_in_a_folder_that_is_no_fabric_lays_nothing_out(lab, command):
    ran = command('ingest', '--json', fabric='fabrics/lab')
    assert ran.status == 2 and ran.json['error']['reason'] == 'FabricMissing'
    assert BASE in ran.json['error']['hint']


def test_dry_run_shows_the_plan_and_writes_nothing(lab, command):
    head = lab.commit({f'{RAW}/a.yaml': vpc('vpc-1')})
    ran = command('ingest', '--dry-run')
    assert f'+++ b/{VPC_1}' in ran.out and '+  name: vpc-1' in ran.out
    assert lab.head() == head
    answer = command('ingest', '--dry-run', '--json').json
    assert answer['commit'] is None and answer['dry_run'] and answer['changes']


def test_edit_changes_only_the_field(lab, command):
    lab.commit({f'{RAW}/a.yaml': vpc('vpc-1')})
    command('ingest')
    before = lab.show(VPC_1)
    field = 'spec.subnets.default.vlan=1077'
    assert command('edit', '--resource', 'VPC/vpc-1', '--set', field).status == 0
    assert lab.show(VPC_1) == before.replace(b'vlan: 1001', b'vlan: 1077')
    count = lab.count()
    again = command('edit', '--resource', 'VPC/vpc-1', '--set', field, '--json')
    assert again.status == 0 and again.json['commit'] is None and lab.count() == count


def test_edit_of_one_of_many_documents_leaves_the_others(lab, command):
    many = '---\n'.join(f'# number {n}\n{vpc(f"vpc-{n}", 1000 + n)}' for n in range(46))
    path = f'{BASE}/managed/vpcs/many.yaml'
    lab.commit({path: many})
    options = ('--resource', 'VPC/vpc-17', '--set', 'spec.subnets.default.vlan=99')
    assert command('edit', *options).status == 0
    assert lab.show(path).decode() == many.replace('vlan: 1017 ', 'vlan: 99 ')


def test_edit_unset_and_replace_spec(lab, command, tmp_path):
    group = switch('g1').partition('spec:')[0].replace('kind: Switch', 'kind: SwitchGroup')
    lab.commit({f'{RAW}/a.yaml': f'{switch("leaf-1")}---\n{group}'})
    command('ingest')
    path = f'{BASE}/managed/switches/leaf-1.yaml'
    which = ('--resource', 'wiring.githedgehog.com/Switch/default/leaf-1')
    assert command('edit', *which, '--unset', 'spec.description').status == 0
    assert b'rack 1' not in lab.show(path)
    spec = tmp_path / 'spec.yaml'
    spec.write_text('role: spine\nredundancy: {group: g1, type: eslag}\n')
    assert command('edit', *which, '--replace-spec', str(spec)).status == 0
    assert b'role: spine' in lab.show(path) and b'group: g1' in lab.show(path)
    assert lab.show(path).startswith(b'apiVersion: wiring.githedgehog.com/v1beta1')


def test_an_edit_is_told_what_it_makes_wrong_and_nothing_older(lab, command):
    old = vpc('vpc-1').replace('  # which', '  cidr: 10.0.0.0/8\n  # which')
    lab.commit({f'{BASE}/managed/vpcs/vpc-1.yaml': old})
    which = ('--resource', 'VPC/vpc-1', '--json', '--set')
    fine = command('edit', *which, 'spec.subnets.default.vlan=1002')
    assert fine.status == 0 and fine.json['findings'] == []
    bad = command('edit', *which, 'spec.subnets.default.vlan="1003"')
    (finding,) = bad.json['findings']
    assert (finding['code'], finding['field']) == ('WrongType', 'spec.subnets.default.vlan')
    assert bad.status == 1 and bad.json['commit']


@pytest.mark.parametrize(
    ('options', 'words'),
    [
        (('--resource', 'VPC/vpc-1', '--set', 'spec.x=word'), 'quotes'),
        (('--resource', 'VPC/vpc-1', '--set', 'spec.x=NaN'), 'JSON'),
        (('--resource', 'VPC/vpc-1', '--set', 'spec.x'), 'FIELD=JSON'),
        (('--resource', 'VPC/vpc-1', '--set', 'spec..x=1'), 'field path'),
        (('--resource', 'VPC/vpc-1'), '--replace-spec'),
        (('--resource', 'Swich/leaf-1', '--set', 'spec.x=1'), 'Switch'),
        (('--resource', 'VPC/vpc-2', '--set', 'spec.x=1'), 'VPC/vpc-1'),
        (('--resource', 'VPC/vpc-1', '--set', 'metadata.name="x"'), 'itself'),
        (('--resource', 'VPC/vpc-1', '--set', 'kind.x=1'), 'no mapping'),
        (('--resource', 'VPC/vpc-1', '--wrong'), '--wrong'),
    ],
)
def test_edit_refuses_what_it_cannot_do_and_says_why(lab, command, options, words):
    lab.commit({f'{RAW}/a.yaml': vpc('vpc-1')})
    command('ingest')
    head = lab.head()
    ran = command('edit', *options)
    assert ran.status == 2 and ran.out == ''
    assert words in ran.err and 'Traceback' not in ran.err
    refused = command('edit', *options, '--json')
    assert refused.status == 2 and words in json.dumps(refused.json['error'])
    assert lab.head() == head


def test_history_leads_from_an_object_to_its_operations(lab, command):
    drop = lab.commit({f'{RAW}/a.yaml': vpc('vpc-1')})
    command('ingest')
    ingestion = lab.head()
    edit = command(
        'edit', '--resource', 'VPC/vpc-1', '--set', 'spec.subnets.default.vlan=5', '--json'
    ).json
    lab.commit({f'{BASE}/managed/vpcs/.gitkeep': '', f'{BASE}/managed/odd.yaml': lab.show(VPC_1),
                VPC_1: None}, 'Move it')  # fmt: skip
    commits = command('history', '--resource', 'VPC/vpc-1', '--json').json['commits']
    assert [row['subject'] for row in commits] == [
        'Move it', 'Edit VPC/vpc-1', 'Ingest 1 document from raw/a.yaml', 'By hand',
    ]  # fmt: skip
    assert commits[1]['operation'] == edit['operation'] and commits[1]['author'] == 'Ada Example'
    assert commits[0]['operation'] is None and commits[2]['commit'] == ingestion
    everything = command('history', '--json').json['commits']
    assert drop in [row['commit'] for row in everything]
    assert len(command('history', '--limit', '2', '--json').json['commits']) == 2


def test_undo_of_an_ingestion_brings_the_raw_file_back(lab, command):
    before = lab.commit({f'{RAW}/a.yaml': f'{vpc("vpc-1")}---\n{switch("leaf-1")}'})
    operation = command('ingest', '--json').json['operation']
    answer = command('undo', operation, '--json')
    assert answer.status == 0 and answer.json['commit'] == lab.head()
    differing = lab.git('diff', '--name-only', before, 'HEAD').split()
    assert differing == [f'{BASE}/.hnp/archive-log.yaml']
    log = lab.show(f'{BASE}/.hnp/archive-log.yaml').decode()
    assert 'operation: ingestion' in log and 'operation: undo' in log
    count = lab.count()
    assert command('undo', operation, '--json').json['commit'] is None
    assert lab.count() == count


def test_undo_is_refused_where_later_changes_touched_the_file(lab, command):
    lab.commit({f'{RAW}/a.yaml': vpc('vpc-1')})
    ingestion = command('ingest', '--json').json['commit']
    lab.commit({VPC_1: lab.show(VPC_1) + b'# mine\n'})
    head = lab.head()
    ran = command('undo', ingestion[:10], '--json')
    assert ran.status == 3 and ran.json['error']['reason'] == 'ChangedSince'
    assert [finding['file'] for finding in ran.json['findings']] == [VPC_1]
    assert lab.head() == head
    assert command('undo', 'no-such-operation').status == 2


def test_undo_takes_back_a_persons_commit_with_its_modes(lab, command):
    script = f'{BASE}/raw/run.sh'
    lab.commit({script: '#!/bin/sh\n'})
    (lab.clone / script).chmod(0o755)
    lab.commit({}, 'Make it executable')
    lab.commit({script: None}, 'Remove it')
    assert command('undo', 'HEAD').status == 0
    assert (lab.clone / script).stat().st_mode & stat.S_IXUSR


def test_status_counts_what_is_there(lab, command):
    lab.commit({f'{RAW}/a.yaml': vpc('vpc-1')})
    command('ingest')
    lab.commit({f'{RAW}/b.yaml': vpc('vpc-2'), f'{BASE}/unmanaged/x.yaml': 'a: 1\n'})
    answer = command('status', '--json').json
    assert answer['objects'] == 1 and answer['kinds'] == {'VPC': 1}
    assert answer['raw_files'] == [f'{RAW}/b.yaml'] and answer['unmanaged_files'] == 1
    assert answer['fabric']['name'] == 'Lab' and answer['missing'] == []
    assert 'VPC' in command('status').out


def test_check_names_file_line_and_column(lab, command):
    lab.commit(
        {
            f'{BASE}/managed/vpcs/wrong.yaml': vpc('vpc-1'),
            f'{BASE}/managed/vpcs/broken.yaml': 'a: 1\n\tb: 2\n',
            f'{BASE}/managed/vpcs/twice-1.yaml': vpc('twice'),
            f'{BASE}/managed/vpcs/twice-2.yaml': vpc('twice', 7),
        }
    )
    ran = command('check', '--json')
    assert ran.status == 1
    found = {(f['code'], f['file'].rpartition('/')[2]) for f in ran.json['findings']}
    assert ('MisplacedObject', 'wrong.yaml') in found
    assert {('DuplicateIdentity', 'twice-1.yaml'), ('DuplicateIdentity', 'twice-2.yaml')} <= found
    broken = [f for f in ran.json['findings'] if f['file'].endswith('broken.yaml')]
    assert [(f['line'], f['severity']) for f in broken] == [(2, 'error')]
    assert command('check', '--json').json['findings'] == ran.json['findings']
    (lab.clone / 'note').write_text('not committed')
    assert 'NotCommitted' in command('check').out


def test_check_of_a_sound_fabric_is_quiet(lab, command):
    lab.commit({f'{RAW}/a.yaml': vpc('vpc-1')})
    command('ingest')
    ran = command('check', '--json')
    assert ran.status == 0 and ran.json['findings'] == []


def test_a_name_with_a_line_end_holds_nothing_up_and_breaks_no_line(lab, command):
    odd = f'{RAW}/two\nlines.yaml'
    lab.commit({odd: vpc('odd'), f'{RAW}/a.yaml': vpc('vpc-1')})
    answer = command('ingest')
    assert lab.show(VPC_1)
    assert f'{RAW}/two\\nlines.yaml\n' in answer.out + answer.err
    assert 'PathRefused' in answer.out + answer.err
