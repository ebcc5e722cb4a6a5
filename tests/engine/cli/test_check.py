"""`check`: which state and which files are looked at, and how the findings are told."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from hedgehog_gitops.cli import run

from ..workshop import BASE, Workshop, connection, switch, vpc

VPC_1 = f'{BASE}/managed/vpcs/vpc-1.yaml'
VPC_2 = f'{BASE}/managed/vpcs/vpc-2.yaml'
PEERING = f'{BASE}/managed/vpcpeerings/p.yaml'
ROOT = Path(__file__).parents[3]


def wrong(name: str) -> str:
    """A VPC with a field nobody knows."""
    return vpc(name).replace('  # which pools', '  cidr: 10.0.0.0/8\n  # which pools')


def beside(name: str, vlan: int) -> str:
    """A VPC that collides with no other of these tests."""
    return vpc(name, vlan).replace('10.0.1.', f'10.0.{vlan - 1000}.')


def peering() -> str:
    return (
        'apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCPeering\nmetadata: {name: p}\n'
        'spec: {permit: [{vpc-1: {}, vpc-2: {}}]}\n'
    )


def codes(ran) -> list[str]:
    return [finding['code'] for finding in ran.json['findings']]


def test_a_finding_names_file_line_column_field_and_what_to_do(lab, command):
    lab.commit({VPC_1: vpc('vpc-1').replace('vlan: 1001', 'vlan: "1001"')})
    (finding,) = [
        f for f in command('check', '--json').json['findings'] if f['code'] == 'WrongType'
    ]
    assert (finding['file'], finding['line'], finding['column']) == (VPC_1, 12, 7)
    assert finding['field'] == 'spec.subnets.default.vlan'
    assert finding['resource'] == 'vpc.githedgehog.com/VPC/default/vpc-1'
    assert finding['suggestion']


def test_nothing_wrong_is_exit_0_an_error_1_and_a_warning_only_when_strict(lab, command):
    lab.commit({VPC_1: vpc('vpc-1')})
    assert command('check').status == 0
    lab.commit({VPC_1: wrong('vpc-1')})
    assert codes(command('check', '--json')) == ['UnknownField']
    assert command('check').status == 0
    assert command('check', '--strict').status == 1
    lab.commit({VPC_1: 'a: [\n'})
    assert command('check').status == 1


def test_the_second_look_says_the_same_without_reading_the_files(lab, command):
    lab.commit({VPC_1: wrong('vpc-1')})
    first = command('check', '--json').json
    blob = lab.git('rev-parse', f'HEAD:{VPC_1}').strip()
    loose = lab.clone / '.git' / 'objects' / blob[:2] / blob[2:]
    kept = loose.read_bytes()
    loose.unlink()
    try:
        assert command('check', '--json').json == first
    finally:
        loose.write_bytes(kept)


def test_a_damaged_cache_is_no_cache(lab, command):
    lab.commit({VPC_1: wrong('vpc-1')})
    first = command('check', '--json').json
    caches = list((lab.clone / '.git' / 'hedgehog-cache').glob('check-*'))
    assert len(caches) == 2
    for cache in caches:
        cache.write_bytes(cache.read_bytes()[:-20])
    assert command('check', '--json').json == first


def test_a_repository_that_cannot_be_written_is_checked_all_the_same(lab, command):
    lab.commit({VPC_1: wrong('vpc-1')})
    (lab.clone / '.git' / 'hedgehog-cache').write_text('a file where the folder would be')
    assert codes(command('check', '--json')) == ['UnknownField']


def test_staged_and_disk_are_looked_at_when_asked_for(lab, command):
    lab.commit({VPC_1: vpc('vpc-1')})
    (lab.clone / VPC_1).write_text(wrong('vpc-1'))
    assert codes(command('check', '--json')) == ['NotCommitted']
    assert codes(command('check', '--staged', '--json')) == []
    assert codes(command('check', '--on-disk', '--json')) == ['UnknownField']
    assert lab.status() == f' M {VPC_1}\n'
    lab.git('add', VPC_1)
    assert codes(command('check', '--staged', '--json')) == ['UnknownField']
    assert command('check', '--staged', '--on-disk').status == 2


def test_new_files_on_disk_count_and_ignored_ones_do_not(lab, command):
    lab.commit({'.gitignore': 'ignored.yaml\n'})
    folder = lab.clone / BASE / 'managed' / 'vpcs'
    (folder / 'new.yaml').write_text('a: [\n')
    (folder / 'ignored.yaml').write_text('a: [\n')
    files = {f['file'] for f in command('check', '--on-disk', '--json').json['findings']}
    assert files == {f'{BASE}/managed/vpcs/new.yaml'}


def test_a_bare_repository_has_no_index(lab, command):
    ran = command('check', '--staged', '--json', repo=lab.server)
    assert ran.status == 2 and ran.json['error']['reason'] == 'NoWorkTree'


def test_paths_narrow_what_is_told_not_what_is_looked_at(lab, command, monkeypatch):
    lab.commit({VPC_1: wrong('vpc-1'), VPC_2: vpc('vpc-2'), f'{BASE}/raw/bad.yaml': 'a: [\n'})
    told = command('check', VPC_2, '--json', fabric=None)
    assert {f['file'] for f in told.json['findings']} == {VPC_2}
    assert 'VlanTaken' in codes(told) and told.json['counts']['objects'] == 2
    monkeypatch.chdir(lab.clone / BASE / 'managed')
    told = command('check', 'vpcs', '--json')
    assert {f['file'] for f in told.json['findings']} == {VPC_1, VPC_2}
    assert command('check', '/etc/passwd').status == 2


def test_without_a_folder_every_fabric_is_checked(lab, command):
    assert command('init', '--fabric', 'Other').status == 0
    other = 'fabrics/other/gitops/managed/vpcs/vpc-1.yaml'
    lab.commit({VPC_1: wrong('vpc-1'), other: wrong('vpc-1')})
    told = command('check', '--json', fabric=None)
    assert [f['file'] for f in told.json['findings']] == [VPC_1, other]


def test_any_folder_of_yaml_is_checked(person, command):
    person.commit({'site/a.yaml': wrong('vpc-1'), 'site/b.yaml': vpc('vpc-1')})
    told = command('check', '--json', fabric=None)
    found = {(f['file'], f['code']) for f in told.json['findings']}
    assert {('site/a.yaml', 'UnknownField'), ('site/a.yaml', 'DuplicateIdentity')} < found
    assert not any(code == 'StructureIncomplete' for _, code in found)


OTHERS = {
    'docker-compose.yml': 'services: {web: {image: nginx}}\n',
    'mkdocs.yml': 'emoji: !!python/name:materialx.emoji.twemoji\n',
    'tsconfig.json': '{\n  // comments\n  "compilerOptions": {"strict": true,}\n}\n',
    'play.yml': '- hosts: all\n',
}


def test_files_of_other_programs_are_notes_where_there_is_no_layout(person, command):
    person.commit({**OTHERS, 'site/a.yaml': vpc('vpc-1')})
    told = command('check', '--json', fabric=None)
    found = {f['file']: f['severity'] for f in told.json['findings'] if f['file'] in OTHERS}
    assert (told.status, found) == (0, dict.fromkeys(OTHERS, 'info'))
    person.commit({'site/b.yaml': 'kind: VPC\n', 'site/c.yaml': 'apiVersion: [\n'})
    told = command('check', '--json', fabric=None)
    errors = {f['file'] for f in told.json['findings'] if f['severity'] == 'error'}
    assert errors == {'site/b.yaml', 'site/c.yaml'} and told.status == 1


def test_in_a_fabric_they_are_mistakes(lab, command):
    lab.commit({f'{BASE}/managed/docker-compose.yml': OTHERS['docker-compose.yml']})
    assert command('check').status == 1


def test_what_is_no_file_has_the_name_that_ingestion_gives_it(lab, command):
    pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n'
    (lab.clone / BASE / 'raw' / 'link.yaml').symlink_to('big.yaml')
    lab.git('add', '-A')
    lab.commit({f'{BASE}/raw/big.yaml': pointer})
    names = {'SymbolicLink', 'LfsPointer'}
    assert set(codes(command('check', '--json'))) == names
    assert names <= set(codes(command('ingest', '--json')))


def test_the_same_object_twice(lab, command):
    lab.commit({VPC_1: vpc('vpc-1'), f'{BASE}/production/v.yaml': vpc('vpc-1')})
    told = command('check', '--json').json['findings']
    twice = [f for f in told if f['code'] == 'DuplicateIdentity']
    assert {f['file'] for f in twice} == {VPC_1, f'{BASE}/production/v.yaml'}
    assert all(f['severity'] == 'warning' and f['line'] == 4 for f in twice)


def test_what_waits_in_raw_is_an_update_and_two_that_differ_are_not(lab, command):
    raw = f'{BASE}/raw'
    lab.commit({VPC_1: vpc('vpc-1'), f'{raw}/new.yaml': vpc('vpc-1', 1002)})
    assert codes(command('check', '--json')) == []
    lab.commit({f'{raw}/again.yaml': vpc('vpc-1', 1002)})
    assert codes(command('check', '--json')) == []
    lab.commit({f'{raw}/again.yaml': vpc('vpc-1', 1003)})
    told = command('check', '--json')
    twice = {f['file'] for f in told.json['findings'] if f['code'] == 'DuplicateIdentity'}
    assert twice == {f'{raw}/new.yaml', f'{raw}/again.yaml'} and told.status == 1


def test_the_items_of_a_list_are_checked_in_place(lab, command):
    item = '\n'.join(f'  {line}' for line in wrong('vpc-1').splitlines())
    text = f'apiVersion: v1\nkind: List\nitems:\n-{item[1:]}\n'
    lab.commit({f'{BASE}/raw/list.yaml': text})
    (finding,) = command('check', '--json').json['findings']
    assert (finding['code'], finding['line']) == ('UnknownField', 9)
    assert finding['field'] == 'items[0].spec.cidr'


def test_the_items_of_a_list_in_a_list_are_checked_in_place(lab, command):
    item = '\n'.join(f'    {line}' for line in wrong('vpc-1').splitlines())
    head = 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n'
    lab.commit({f'{BASE}/raw/list.yaml': f'{head}  -{item[3:]}\n'})
    (finding,) = command('check', '--json').json['findings']
    assert (finding['code'], finding['line']) == ('UnknownField', 12)
    assert finding['field'] == 'items[0].items[0].spec.cidr'


@pytest.mark.slow
def test_very_many_findings_are_told_by_what_they_have_in_common(lab, command):
    lab.commit({f'{BASE}/managed/vpcs/v{n}.yaml': wrong(f'v{n}') for n in range(200)})
    told = command('check')
    line = next(line for line in told.out.splitlines() if 'UnknownField' in line)
    assert line.split()[:6] == ['warning', 'UnknownField', 'VPC', 'spec.cidr', '200', '200']
    assert len(told.out.splitlines()) < 15
    assert len(command('check', '--all').out.splitlines()) > 400
    groups = command('check', '--json').json['groups']
    group = next(g for g in groups if g['code'] == 'UnknownField')
    assert (group['count'], group['files'], group['field']) == (200, 200, 'spec.cidr')


def test_few_findings_are_told_by_file(lab, command):
    lab.commit({VPC_1: wrong('vpc-1')})
    lines = command('check').out.splitlines()
    at = lines.index(VPC_1)
    assert lines[at + 1].split()[:3] == ['6:3', 'warning', 'UnknownField']
    assert lines[-1] == '1 warning in 1 file'


def test_sarif_is_what_code_scanning_reads(lab, command):
    lab.commit({VPC_1: wrong('vpc-1'), f'{BASE}/raw/ü %.yaml': 'a: [\n'})
    ran = command('check', '--format', 'sarif')
    assert ran.status == 1
    told = json.loads(ran.out)
    (only,) = told['runs']
    rules = [rule['id'] for rule in only['tool']['driver']['rules']]
    results = only['results']
    assert all(rules[r['ruleIndex']] == r['ruleId'] for r in results)
    unknown = next(r for r in results if r['ruleId'] == 'UnknownField')
    place = unknown['locations'][0]['physicalLocation']
    assert place['artifactLocation']['uri'] == VPC_1
    assert place['region'] == {'startLine': 6, 'startColumn': 3}
    assert unknown['level'] == 'warning'
    uris = {r['locations'][0]['physicalLocation']['artifactLocation']['uri'] for r in results}
    assert f'{BASE}/raw/%C3%BC%20%25.yaml' in uris


def test_annotations_escape_what_github_would_take_for_its_own(lab, command):
    lab.commit({VPC_1: wrong('vpc-1'), f'{BASE}/raw/a,b:c.yaml': 'a: [\n'})
    lines = command('check', '--format', 'github').out.splitlines()
    start = f'::warning file={VPC_1},line=6,col=3,title=UnknownField::'
    assert any(line.startswith(start) for line in lines)
    assert any('file=' + f'{BASE}/raw/a%2Cb%3Ac.yaml,' in line for line in lines)


@pytest.mark.slow
def test_many_processes_find_what_one_finds(lab, command, monkeypatch):
    texts = {f'{BASE}/managed/vpcs/v{n}.yaml': wrong(f'v{n}') for n in range(402)}
    lab.commit(texts)
    monkeypatch.setattr(os, 'cpu_count', lambda: 1)
    alone = command('check', '--json').json
    for cache in (lab.clone / '.git' / 'hedgehog-cache').glob('check-*'):
        cache.unlink()
    monkeypatch.setattr(os, 'cpu_count', lambda: 3)
    assert command('check', '--json').json == alone
    assert len(alone['findings']) >= 402


def test_a_fabrics_own_definitions_rule(lab, command):
    lab.commit({VPC_1: wrong('vpc-1')})
    assert [f['field'] for f in command('check', '--json').json['findings']] == ['spec.cidr']
    lab.commit({f'{BASE}/crds/vpcs.yaml': DEFINITION})
    told = command('check', '--json').json['findings']
    assert [f['field'] for f in told] == ['spec.ipv4Namespace']
    lab.commit({f'{BASE}/crds/vpcs.yaml': DEFINITION.replace('kind: VPC', 'kind: [')})
    told = command('check', '--json')
    assert f'{BASE}/crds/vpcs.yaml' in {f['file'] for f in told.json['findings']}


DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: vpcs.vpc.githedgehog.com
spec:
  group: vpc.githedgehog.com
  names: {plural: vpcs, singular: vpc, kind: VPC}
  scope: Namespaced
  versions:
  - name: v1beta1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              cidr: {type: string}
              vlanNamespace: {type: string}
              subnets: {type: object, x-kubernetes-preserve-unknown-fields: true}
"""


@pytest.fixture
def hook() -> dict[str, object]:
    """The entry other repositories name in their configuration."""
    (only,) = yaml.safe_load((ROOT / '.pre-commit-hooks.yaml').read_text())
    return only


@pytest.mark.slow
def test_the_hook_keeps_a_bad_file_out_of_a_commit(lab: Workshop, hook) -> None:
    program = f'{sys.executable} -c "from hedgehog_gitops.cli import main; main()"'
    entry = str(hook['entry']).replace('hedgehog-gitops', program, 1)
    # As installed by pre-commit, but from this environment: nothing is fetched.
    local = {**hook, 'entry': entry, 'language': 'system', 'args': ['--strict']}
    config = {'repos': [{'repo': 'local', 'hooks': [local]}]}
    lab.commit({'.pre-commit-config.yaml': yaml.safe_dump(config)})
    (lab.clone / VPC_1).write_text(wrong('vpc-1'))
    lab.git('add', VPC_1)
    environment = {**lab.environment, 'PYTHONPATH': str(ROOT / 'src')}
    command = [sys.executable, '-m', 'pre_commit', 'run']
    bad = subprocess.run(command, cwd=lab.clone, env=environment, capture_output=True, text=True)
    assert bad.returncode == 1 and 'UnknownField' in bad.stdout, bad.stdout + bad.stderr
    lab.git('reset', '-q', '--hard')
    lab.commit({VPC_1: vpc('vpc-1'), VPC_2: beside('vpc-2', 1002), PEERING: peering()})
    lab.git('rm', '-q', VPC_2)
    gone = subprocess.run(command, cwd=lab.clone, env=environment, capture_output=True, text=True)
    assert gone.returncode == 1 and 'ReferenceMissing' in gone.stdout, gone.stdout + gone.stderr
    lab.git('reset', '-q', '--hard')
    (lab.clone / VPC_1).write_text(vpc('vpc-1') + '# well\n')
    lab.git('add', VPC_1)
    good = subprocess.run(command, cwd=lab.clone, env=environment, capture_output=True, text=True)
    assert good.returncode == 0, good.stdout + good.stderr


@pytest.mark.slow
def test_the_action_calls_the_command_as_it_is(lab: Workshop, tmp_path: Path) -> None:
    steps = yaml.safe_load((ROOT / 'action.yml').read_text())['runs']['steps']
    script = next(step for step in steps if step.get('name') == 'Check')['run']
    program = tmp_path / 'bin' / 'hedgehog-gitops'
    program.parent.mkdir()
    program.write_text(f'#!{sys.executable}\nfrom hedgehog_gitops.cli import main\nmain()\n')
    program.chmod(0o755)
    lab.commit({VPC_1: wrong('vpc-1')})
    environment = {
        **lab.environment,
        'PATH': f'{program.parent}:{lab.environment["PATH"]}',
        'PYTHONPATH': str(ROOT / 'src'),
        'REPOSITORY': '.',
        'FABRIC_DIR': BASE,
        'STRICT': 'true',
        'SARIF_FILE': 'found.sarif',
    }
    command = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', script]
    ran = subprocess.run(command, cwd=lab.clone, env=environment, capture_output=True, text=True)
    assert ran.returncode == 1, ran.stderr
    assert ran.stdout.startswith(f'::warning file={VPC_1},line=6')
    assert json.loads((lab.clone / 'found.sarif').read_text())['runs'][0]['results']


def test_references_are_followed_over_files(lab, command):
    lab.commit(
        {
            f'{BASE}/managed/connections/c.yaml': connection('c'),
            f'{BASE}/managed/switches/leaf-1.yaml': switch('leaf-1'),
        }
    )
    told = command('check', '--json').json['findings']
    missing = [f for f in told if f['code'] == 'ReferenceMissing']
    assert [f['field'] for f in missing] == ['spec.unbundled.link.server.port']


def test_help_names_every_option(capsys):
    assert run(['check', '--help']) == 0
    told = capsys.readouterr().out
    assert all(word in told for word in ('--staged', '--on-disk', '--strict', '--format', '--all'))
