"""`drop`: files named on the command line are committed as they are, then ingested."""

import io
import sys

import pytest

from ..workshop import BASE, vpc

RAW = f'{BASE}/raw'


@pytest.fixture
def site(lab):
    path = lab.folder / 'site.yaml'
    path.write_text(vpc('vpc-1'))
    return path


def test_two_commits_and_one_answer(lab, command, site):
    before = lab.head()
    answer = command('drop', str(site), '--json').json
    assert answer['ok'] and answer['base'] == before
    assert lab.git('rev-list', f'{before}..HEAD').split() == [answer['commit'], answer['dropped']]
    assert lab.show(f'{RAW}/site.yaml', answer['dropped']) == site.read_bytes()
    assert answer['changes'][0]['action'] == 'create'
    assert answer['counts']['ingested'] == 1 and len(answer['operations']) == 2
    assert f'{BASE}/managed/vpcs/vpc-1.yaml' in lab.files() and lab.status() == ''


def test_pushed(lab, command, site):
    answer = command('drop', str(site), '--push', '--json').json
    assert answer['pushed'] and lab.head(cwd=lab.server) == answer['commit'] == lab.head()


def test_works_on_a_bare_repository(lab, command, site):
    assert command('drop', str(site), repo=lab.server).status == 0
    assert f'{BASE}/managed/vpcs/vpc-1.yaml' in lab.files(cwd=lab.server)


def test_preview_shows_where_both_commits_lead(lab, command, site):
    head = lab.head()
    ran = command('drop', str(site), '--dry-run', '--json')
    assert ran.status == 0 and ran.json['dry_run'] and ran.json['counts']['ingested'] == 1
    assert {change['path'] for change in ran.json['changes']} == {
        f'{BASE}/managed/vpcs/vpc-1.yaml',
        f'{RAW}/site.yaml.archived',
        f'{BASE}/.hnp/archive-log.yaml',
    }
    assert '+++ b/' in command('drop', str(site), '--dry-run').out
    assert lab.head() == head and lab.status() == ''


def test_standard_input_needs_a_name(lab, command, monkeypatch):
    class Stdin:
        buffer = io.BytesIO(vpc('vpc-1').encode())

    monkeypatch.setattr(sys, 'stdin', Stdin)
    assert command('drop', '-', '--json').json['error']['reason'] == 'Usage'
    assert command('drop', '-', '--name', 'from/pipe.yaml').status == 0
    assert f'{RAW}/from/pipe.yaml.archived' in lab.files()


def test_bad_yaml_is_dropped_and_told(lab, command):
    bad = lab.folder / 'bad.yaml'
    bad.write_text('a: [')
    ran = command('drop', str(bad), '--json')
    assert ran.status == 1 and ran.json['findings'][0]['code'] == 'YamlSyntax'
    assert lab.show(f'{RAW}/bad.yaml') == b'a: ['
    again = command('drop', str(bad), '--json').json
    assert again['commit'] is None and again['dropped'] is None


@pytest.mark.parametrize(
    ('arguments', 'reason'),
    [
        (['notes.txt'], 'FileTypeRefused'),
        (['site.yaml', '--name', '../x.yaml'], 'PathRefused'),
        (['site.yaml', 'site.yaml', '--name', 'x.yaml'], 'Usage'),
        (['.'], 'Usage'),
        (['missing.yaml'], 'FileSystemRefused'),
    ],
)
def test_what_is_refused_makes_no_commit(lab, command, site, monkeypatch, arguments, reason):
    (lab.folder / 'notes.txt').write_text('x')
    monkeypatch.chdir(lab.folder)
    head = lab.head()
    ran = command('drop', *arguments, '--json')
    assert ran.status == 2 and ran.json['error']['reason'] == reason
    assert lab.head() == head and lab.status() == ''
