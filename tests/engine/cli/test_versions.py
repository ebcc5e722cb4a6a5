"""The verbs about versions: history, blame, diff, restore, files, change."""

import pytest

from ..workshop import BASE, vpc

# Whole commands, on real repositories.
pytestmark = pytest.mark.slow

RAW = f'{BASE}/raw/site.yaml'
MANAGED = f'{BASE}/managed/vpcs/vpc-1.yaml'
VLAN = 'spec.subnets.default.vlan'


@pytest.fixture
def filled(lab, command):
    """One VPC, dropped, ingested and edited."""
    lab.commit({RAW: vpc('vpc-1')}, 'Drop')
    assert command('ingest').status == 0
    assert command('edit', '--resource', 'VPC/vpc-1', '--set', f'{VLAN}=2001').status == 0
    return lab


def test_history_of_an_object_and_of_a_file(filled, command):
    commits = command('history', '--resource', 'VPC/vpc-1', '--json').json['commits']
    assert [each['action'] for each in commits] == ['update', 'create', 'drop']
    assert [each['kind'] for each in commits] == ['sync', 'file_ingestion', None]
    assert (commits[0]['fields'], commits[1]['from']) == ([VLAN], RAW)
    for path in (MANAGED, 'managed/vpcs/vpc-1.yaml'):
        file = command('history', '--path', path, '--json').json['commits']
        assert [each['action'] for each in file] == ['update', 'create']
    assert command('history', '--path', 'x', '--resource', 'VPC/a').status == 2
    shown = command('history', '--resource', 'VPC/vpc-1').out
    assert 'update' in shown
    assert VLAN in shown


def test_what_was_removed_is_listed_and_comes_back(filled, command):
    assert 'nothing was removed' in command('history', '--removed').out
    before, text = filled.head(), filled.show(MANAGED)
    filled.commit({MANAGED: None}, 'Clean up')
    (gone,) = command('history', '--removed', '--json').json['removed']
    assert (gone['subject'], gone['path']) == ('Clean up', MANAGED)
    assert gone['last_commit'] == before
    shown = command('history', '--removed').out
    assert 'VPC/default/vpc-1' in shown
    assert 'Clean up' in shown
    assert command('history', '--removed', '--path', 'x').status == 2
    named = ('--resource', gone['resource'].split('/', 1)[1], '--to', gone['last_commit'])
    assert command('restore', *named).status == 0
    assert filled.show(MANAGED) == text


def test_blame(filled, command):
    answer = command('blame', '--resource', 'VPC/vpc-1', '--field', VLAN, '--json').json
    (vlan,) = answer['fields']
    assert (vlan['value'], vlan['path'], vlan['commit']) == (2001, MANAGED, filled.head())
    everything = command('blame', '--resource', 'VPC/vpc-1', '--json').json['fields']
    subnet = next(each for each in everything if each['field'] == 'spec.subnets.default.subnet')
    assert (subnet['subject'], subnet['source']) == ('Drop', RAW)
    assert f'{RAW}:11' in command('blame', '--resource', 'VPC/vpc-1').out
    ran = command('blame', '--resource', 'VPC/vpc-1', '--field', 'spec.never', '--json')
    assert (ran.status, ran.json['error']['reason']) == (2, 'NothingToBlame')


def test_diff(filled, command, tmp_path):
    answer = command('diff', '--json').json
    (file,) = answer['files']
    assert file['path'] == MANAGED
    assert file['objects'][0]['fields'] == [
        {'field': VLAN, 'action': 'change', 'old': 1001, 'new': 2001}
    ]
    shown = command('diff', '--resource', 'VPC/vpc-1').out
    assert '+      vlan: 2001' in shown
    draft = tmp_path / 'draft.yaml'
    draft.write_bytes(filled.show(MANAGED).replace(b'2001', b'5'))
    answer = command('diff', '--resource', 'VPC/vpc-1', '--draft', str(draft), '--json').json
    assert [(each['old'], each['new']) for each in answer['fields']] == [(2001, 5)]
    assert command('diff', '--from', 'HEAD', '--path', MANAGED).out.strip() == 'nothing differs'
    assert command('diff', '--from', 'nonsense').status == 2
    assert command('diff', '--draft', str(draft)).status == 2


def test_restore_an_object(filled, command):
    dry = command('restore', '--resource', 'VPC/vpc-1', '--to', 'HEAD~1', '--dry-run')
    assert '-      vlan: 2001' in dry.out
    answer = command('restore', '--resource', 'VPC/vpc-1', '--to', 'HEAD~1', '--json').json
    assert [each['path'] for each in answer['changes']] == [MANAGED]
    assert b'vlan: 1001' in filled.show(MANAGED)
    assert filled.status() == ''
    kinds = command('history', '--limit', '1', '--json').json['commits']
    assert kinds[0]['kind'] == 'restore'
    ran = command('restore', '--resource', 'VPC/vpc-1', '--to', 'HEAD~3', '--json')
    assert (ran.status, ran.json['error']['reason']) == (3, 'NotThereThen')
    assert command('restore').status == 2


def test_restore_the_folder_and_undo_it(filled, command):
    before = filled.show(MANAGED)
    answer = command('restore', '--to', 'HEAD~1', '--json').json
    assert b'vlan: 1001' in filled.show(MANAGED)
    assert command('undo', answer['commit'], '--json').status == 0
    assert filled.show(MANAGED) == before


def test_originals_are_listed_and_come_back(filled, command):
    (original,) = command('files', '--originals', '--json').json['originals']
    assert (original['file'], original['archived']) == (RAW, f'{RAW}.archived')
    assert command('restore', '--original', original['blob']).status == 0
    assert filled.show(RAW).decode() == vpc('vpc-1')
    assert 'raw/site.yaml.archived' in command('files', '--originals').out


def test_files_and_their_facts(filled, command):
    files = command('files', '--json').json['files']
    assert MANAGED in [each['path'] for each in files]
    facts = command('files', '--path', MANAGED, '--json').json['file']
    assert (facts['versions'], len(facts['sha256'])) == (2, 64)
    assert facts['sha256'] in command('files', '--path', MANAGED).out


def test_change_does_all_or_nothing(filled, command, tmp_path):
    text = tmp_path / 'text'
    text.write_text('a: 1\n')
    before = filled.count()
    answer = command(
        'change', '--create', f'raw/x.yaml={text}', '--move', f'{RAW}.archived=unmanaged/kept',
        '--update', f'README.md={text}', '--backup-copies', '-m', 'Tidy', '--json',
    ).json  # fmt: skip
    assert filled.count() == before + 1
    assert {each['action'] for each in answer['changes']} == {'create', 'update', 'move'}
    copies = [each['path'] for each in answer['changes'] if '/.hnp/backups/' in each['path']]
    assert [path.endswith('Z/README.md') for path in copies] == [True]
    ran = command('change', '--delete', 'raw/x.yaml', '--delete', 'raw/none', '--json')
    assert (ran.status, ran.json['error']['reason']) == (2, 'FileMissing')
    assert f'{BASE}/raw/x.yaml' in filled.files()
    assert command('change').status == 2
    assert command('change', '--create', 'raw/y').status == 2


def test_broken_yaml_needs_force(filled, command, tmp_path):
    broken = tmp_path / 'broken'
    broken.write_text('a: [\n')
    ran = command('change', '--update', f'{MANAGED}={broken}', '--json')
    assert (ran.status, ran.json['error']['reason']) == (3, 'NotFitForManaged')
    assert ran.json['findings'][0]['file'] == MANAGED
    assert command('change', '--update', f'{MANAGED}={broken}', '--force').status == 1
    assert filled.show(MANAGED) == b'a: [\n'
