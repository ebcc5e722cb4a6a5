"""Every sort of repository a person may name: bare, clone, empty, dirty, detached, shared."""

import os
import signal
import subprocess
import sys
import time

import pytest

from hedgehog_gitops.git import GitSettings, find_repository
from hedgehog_gitops.testing import decline_pushes

from ..workshop import BASE, vpc

# Whole commands, on real repositories.
pytestmark = pytest.mark.slow

RAW = f'{BASE}/raw'
VPC_1 = f'{BASE}/managed/vpcs/vpc-1.yaml'


def test_bare_repository(person, command):
    assert command('init', '--fabric', 'Lab', repo=person.server).status == 0
    assert person.count(cwd=person.server) == 1
    assert f'{BASE}/README.md' in person.files(cwd=person.server)


@pytest.mark.parametrize(
    'mess', ['untracked', 'untracked in raw', 'changed', 'staged', 'removed'], ids=str
)
def test_dirty_work_tree_is_refused_and_left_alone(lab, command, mess):
    lab.commit({f'{RAW}/a.yaml': vpc('vpc-1'), 'note.txt': 'one\n'})
    path = {'untracked in raw': f'{RAW}/new file.yaml', 'untracked': 'ü.txt'}.get(mess, 'note.txt')
    if mess == 'removed':
        (lab.clone / path).unlink()
    else:
        (lab.clone / path).write_text('two\n')
    if mess == 'staged':
        lab.git('add', path)
    head = lab.head()
    ran = command('ingest', '--json')
    assert ran.status == 2 and ran.json['error']['reason'] == 'WorkTreeDirty'
    assert path in ran.json['error']['message'] and 'ommit' in ran.json['error']['hint']
    assert lab.head() == head and lab.status() != ''


def test_ignored_files_are_nobodys_business(lab, command):
    lab.commit({'.gitignore': '*.swp\n', f'{RAW}/a.yaml': vpc('vpc-1')})
    (lab.clone / 'x.swp').write_text('editor')
    assert command('ingest').status == 0


def test_detached_head_is_refused_for_writing_and_fine_for_reading(lab, command):
    lab.commit({f'{RAW}/a.yaml': vpc('vpc-1')})
    lab.git('checkout', '--quiet', '--detach')
    ran = command('ingest', '--json')
    assert ran.status == 2 and ran.json['error']['reason'] == 'DetachedHead'
    assert command('status').status == 0


@pytest.mark.parametrize('where', ['nowhere', 'file', 'folder', 'below'])
def test_what_is_no_repository_is_named(lab, command, where):
    place = lab.folder / where
    if where == 'file':
        place.write_text('')
    elif where == 'folder':
        place.mkdir()
    elif where == 'below':
        place = lab.clone / 'fabrics'
    ran = command('ingest', '--json', repo=place)
    assert ran.status == 2 and ran.json['error']['reason'] == 'NoRepository'


def test_reading_an_empty_repository_says_so(person, command):
    ran = command('status', '--json')
    assert ran.status == 2 and ran.json['error']['reason'] == 'NoCommit'


def test_missing_identity_is_explained(person, command):
    (person.folder / 'home' / '.gitconfig').write_text('[init]\n    defaultBranch = main\n')
    ran = command('init', '--fabric', 'Lab', '--json')
    assert ran.status == 2 and ran.json['error']['reason'] == 'IdentityMissing'
    assert 'user.email' in ran.json['error']['hint']


def test_linked_work_tree(lab, command):
    lab.git('worktree', 'add', '--quiet', '-b', 'side', str(lab.folder / 'linked'))
    (lab.folder / 'linked' / RAW / 'a.yaml').write_text(vpc('vpc-1'))
    lab.git('add', '.', cwd=lab.folder / 'linked')
    lab.git('commit', '--quiet', '-m', 'drop', cwd=lab.folder / 'linked')
    main = lab.head()
    assert command('ingest', repo=lab.folder / 'linked').status == 0
    assert (lab.folder / 'linked' / VPC_1).is_file()
    assert lab.git('status', '--porcelain', cwd=lab.folder / 'linked') == ''
    assert lab.head() == main


def test_the_commit_names_the_person_and_the_operation(lab, command):
    lab.commit({f'{RAW}/a.yaml': vpc('vpc-1')})
    operation = command('ingest', '--json').json['operation']
    body = lab.git('log', '-1', '--format=%an <%ae>%n%cn%n%(trailers)')
    assert body.startswith('Ada Example <ada@example.test>\nAda Example\n')
    assert f'Operation-Id: {operation}' in body and 'Hedgehog-Operation: file_ingestion' in body
    assert f'Hedgehog-Fabric: {BASE}' in body


def test_push_arrives_at_the_server(lab, command):
    lab.commit({f'{RAW}/a.yaml': vpc('vpc-1')})
    answer = command('ingest', '--push', '--json')
    assert answer.status == 0 and answer.json['pushed']
    assert lab.head(cwd=lab.server) == lab.head() == answer.json['commit']
    assert lab.git('status', '--porcelain', '--branch').strip() == '## main...origin/main'


def test_push_takes_along_commits_made_earlier(lab, command):
    lab.commit({f'{RAW}/a.yaml': vpc('vpc-1')})
    command('ingest')
    assert lab.head(cwd=lab.server) != lab.head()
    answer = command('ingest', '--push', '--json').json
    assert answer['commit'] is None and answer['pushed']
    assert lab.head(cwd=lab.server) == lab.head()


def test_push_builds_on_what_the_server_has(lab, command):
    other = lab.folder / 'other'
    lab.git('clone', '--quiet', str(lab.server), str(other))
    (other / RAW / 'a.yaml').write_text(vpc('vpc-1'))
    lab.git('add', '.', cwd=other)
    lab.git('commit', '--quiet', '-m', 'theirs', cwd=other)
    lab.git('push', '--quiet', cwd=other)
    assert command('ingest', '--push').status == 0
    assert lab.head() == lab.head(cwd=lab.server)
    assert VPC_1 in lab.files() and lab.status() == ''


def test_branches_that_went_apart_are_for_a_person(lab, command):
    other = lab.folder / 'other'
    lab.git('clone', '--quiet', str(lab.server), str(other))
    (other / 'theirs').write_text('x')
    lab.git('add', '.', cwd=other)
    lab.git('commit', '--quiet', '-m', 'theirs', cwd=other)
    lab.git('push', '--quiet', cwd=other)
    mine = lab.commit({f'{RAW}/a.yaml': vpc('vpc-1')})
    ran = command('ingest', '--push', '--json')
    assert ran.status == 3 and ran.json['error']['reason'] == 'BranchesDiverged'
    assert lab.head() == mine


def test_refused_push_leaves_nothing_behind(lab, command):
    mine = lab.commit({f'{RAW}/a.yaml': vpc('vpc-1')})
    lab.git('push', '--quiet')
    decline_pushes(lab.server, 'main is protected')
    ran = command('ingest', '--push', '--json')
    assert ran.status == 2 and ran.json['error']['reason'] == 'PushDeclined'
    assert 'main is protected' in ran.json['error']['message']
    assert lab.head() == mine and lab.status() == ''
    assert command('ingest').status == 0


def test_push_without_upstream_is_explained(person, command):
    ran = command('init', '--fabric', 'Lab', '--push', '--json')
    # A clone of an empty server has its upstream configured already.
    assert ran.status == 0 and person.head(cwd=person.server) == person.head()
    person.git('checkout', '--quiet', '-b', 'side')
    ran = command('ingest', '--push', '--json')
    assert ran.status == 2 and ran.json['error']['reason'] == 'NoUpstream'


def test_second_run_waits_for_nobody(lab, command):
    repository = find_repository(lab.clone, GitSettings())
    with repository.exclusively():
        ran = command('ingest', '--json')
    assert ran.status == 2 and ran.json['error']['reason'] == 'RepositoryBusy'
    assert command('ingest').status == 0


def test_interrupted_checkout_is_finished_by_the_next_run(lab, command):
    """The state a kill between the moved branch and the updated files leaves behind."""
    before = lab.commit({f'{RAW}/a.yaml': vpc('vpc-1')})
    command('ingest')
    after = lab.head()
    lab.git('read-tree', '-m', '-u', after, before)
    (lab.clone / VPC_1).parent.mkdir(parents=True, exist_ok=True)
    (lab.clone / VPC_1).write_bytes(lab.show(VPC_1)[:20])
    git_dir = lab.clone / '.git'
    (git_dir / 'hedgehog-move').write_text(
        f'{{"ref": "refs/heads/main", "old": "{before}", "new": "{after}"}}'
    )
    (git_dir / 'index.lock').write_text('')
    assert lab.status() != ''
    again = command('ingest', '--json')
    assert again.status == 0 and again.json['commit'] is None
    assert lab.status() == '' and lab.head() == after
    assert not (git_dir / 'hedgehog-move').exists()


def test_interrupted_checkout_does_not_touch_what_a_person_wrote(lab, command):
    before = lab.commit({f'{RAW}/a.yaml': vpc('vpc-1')})
    command('ingest')
    after = lab.head()
    lab.git('read-tree', '-m', '-u', after, before)
    (lab.clone / RAW / 'a.yaml').write_text('my own words')
    (lab.clone / '.git' / 'hedgehog-move').write_text(
        f'{{"ref": "refs/heads/main", "old": "{before}", "new": "{after}"}}'
    )
    assert command('ingest').status == 2
    assert (lab.clone / RAW / 'a.yaml').read_text() == 'my own words'


def test_killed_anywhere_the_next_run_ends_like_an_undisturbed_one(lab, command):
    drop = '---\n'.join(vpc(f'vpc-{n}', 1000 + n) for n in range(300))
    before = lab.commit({f'{RAW}/a.yaml': drop})
    started = time.monotonic()
    assert command('ingest').status == 0
    whole = time.monotonic() - started + 0.3
    expected = lab.git('rev-parse', f'HEAD:{BASE}/managed')
    interrupted = 0
    for step in range(8):
        lab.git('reset', '--quiet', '--hard', before)
        child = _ingest_in_a_process(lab)
        time.sleep(whole * (step + 1) / 12)
        interrupted += child.poll() is None
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert command('ingest', '--json').status == 0
        assert lab.git('rev-parse', f'HEAD:{BASE}/managed') == expected
        assert lab.count() == 3 and lab.status() == ''
    assert interrupted > 0


def _ingest_in_a_process(lab):
    return subprocess.Popen(
        [sys.executable, '-c', 'from hedgehog_gitops.cli import main; main()',
         'ingest', str(lab.clone), '--fabric-dir', BASE],
        env={**os.environ, **lab.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
