"""A work tree follows its branch, and what a person changed meanwhile stays."""

import json
import os
import subprocess

import pytest

from hedgehog_gitops.git import GitSettings, find_repository


@pytest.fixture
def clone(tmp_path):
    """A repository with two commits; the work tree stands on the first."""

    def git(*arguments):
        done = subprocess.run(
            ['git', '-c', 'user.name=A', '-c', 'user.email=a@b', *arguments],
            cwd=tmp_path,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    git('init', '--quiet', '-b', 'main')
    for name in ('changed', 'removed', 'touched', 'gone/deep'):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f'{name} one')
    git('add', '.')
    git('commit', '--quiet', '-m', 'one')
    old = git('rev-parse', 'HEAD')
    for name in ('changed', 'touched', 'added', 'in-the-way'):
        (tmp_path / name).write_text(f'{name} two')
    (tmp_path / 'removed').unlink()
    (tmp_path / 'gone' / 'deep').unlink()
    git('add', '--all')
    git('commit', '--quiet', '-m', 'two')
    new = git('rev-parse', 'HEAD')
    git('read-tree', '-m', '-u', new, old)
    repository = find_repository(tmp_path, GitSettings())
    return tmp_path, repository, old, new


def texts(top):
    files = (path for path in top.rglob('*') if path.is_file() and '.git' not in path.parts)
    return {str(path.relative_to(top)): path.read_text() for path in files}


def test_untouched_files_follow_and_others_stay(clone):
    top, repository, old, new = clone
    (top / 'touched').write_text('mine')
    (top / 'in-the-way').write_text('mine too')
    repository.check_out(old, new)
    assert texts(top) == {
        'changed': 'changed two',
        'added': 'added two',
        'touched': 'mine',
        'in-the-way': 'mine too',
    }
    assert not (top / 'gone').exists()
    assert repository.uncommitted() == ['in-the-way', 'touched']


def test_files_behind_a_link_are_not_ours(clone):
    top, repository, old, new = clone
    outside = top.parent / f'{top.name}-outside'
    outside.mkdir()
    (outside / 'deep').write_text('gone/deep one')
    (top / 'gone' / 'deep').unlink()
    (top / 'gone').rmdir()
    (top / 'gone').symlink_to(outside)
    repository.check_out(old, new)
    assert (outside / 'deep').read_text() == 'gone/deep one'
    assert (top / 'changed').read_text() == 'changed two'


@pytest.mark.parametrize('index_at', ['old', 'new'])
def test_a_killed_run_is_finished_around_what_a_person_wrote(clone, index_at):
    top, repository, old, new = clone
    git_dir = top / '.git'
    (git_dir / 'hedgehog-move').write_text(
        json.dumps({'ref': 'refs/heads/main', 'old': old, 'new': new, 'pid': 0})
    )
    (git_dir / 'index.lock').write_text('')
    (top / 'changed').write_text('changed t')
    (top / 'removed').unlink()
    (top / 'touched').write_text('mine')
    if index_at == 'new':
        (git_dir / 'index.lock').unlink()
        subprocess.run(['git', 'read-tree', '--reset', new], cwd=top, check=True)
    repository.finish_interrupted_move()
    assert not repository.has_interrupted_move
    assert texts(top) == {
        'changed': 'changed two',
        'added': 'added two',
        'in-the-way': 'in-the-way two',
        'touched': 'mine',
    }
    assert repository.uncommitted() == ['touched']


def test_a_lock_of_somebody_else_is_left_while_this_process_lives(clone):
    top, repository, old, new = clone
    (top / '.git' / 'hedgehog-move').write_text(
        json.dumps({'ref': 'refs/heads/main', 'old': old, 'new': new, 'pid': os.getpid()})
    )
    (top / '.git' / 'index.lock').write_text('')
    with pytest.raises(Exception, match=r'index\.lock'):
        repository.finish_interrupted_move()
    assert (top / '.git' / 'index.lock').exists() and repository.has_interrupted_move
    (top / '.git' / 'index.lock').unlink()
    repository.finish_interrupted_move()
    assert repository.uncommitted() == []
