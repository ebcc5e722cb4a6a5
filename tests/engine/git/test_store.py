"""The local copy: trees, blobs, commits, refs, history, upkeep, all against real git."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from hedgehog_gitops.errors import BranchMoved, NeedsPerson, TryAgainLater
from hedgehog_gitops.git import (
    ExistingBlob,
    GitSettings,
    GitStore,
    Identity,
    NewBlob,
    TreeChange,
)
from hedgehog_gitops.identity import TreeEntry


def blob_id(text: str) -> str:
    data = text.encode()
    return hashlib.sha1(b'blob %d\0' % len(data) + data).hexdigest()


def test_a_new_store_is_a_sound_bare_repository(store, plain_git):
    assert plain_git('rev-parse', '--is-bare-repository', cwd=store.git_dir) == 'true\n'
    assert store.resolve('HEAD') is None
    assert store.current_branch() == 'main'
    store.check()


def test_making_a_store_leaves_nothing_half_made_behind(tmp_path):
    with pytest.raises(NeedsPerson, match='not found'):
        GitStore.create(tmp_path / 'a.git', GitSettings(executable='no-such-git'))
    assert list(tmp_path.iterdir()) == []


def test_opening_finds_bare_repositories_and_clones(tmp_path, plain_git, store):
    plain_git('init', '-q', 'clone', cwd=tmp_path)
    assert GitStore.open(tmp_path / 'clone').git_dir == tmp_path / 'clone/.git'
    assert GitStore.open(store.git_dir).git_dir == store.git_dir
    with pytest.raises(NeedsPerson) as caught:
        GitStore.open(tmp_path)
    assert caught.value.reason == 'NotARepository'
    assert GitStore.open_or_create(tmp_path / 'fresh.git').resolve('HEAD') is None


def test_a_commit_is_read_back_as_written(store, write):
    head = write({'a.yaml': 'one\n', 'dir/ü "q" x.yaml': 'two\n', 'dir/b.yaml': 'one\n'})
    assert store.resolve('refs/outbox/test') == head
    assert store.list_tree(head) == {
        'a.yaml': TreeEntry('100644', blob_id('one\n')),
        'dir/b.yaml': TreeEntry('100644', blob_id('one\n')),
        'dir/ü "q" x.yaml': TreeEntry('100644', blob_id('two\n')),
    }
    assert set(store.list_tree(head, 'dir')) == {'dir/b.yaml', 'dir/ü "q" x.yaml'}
    assert store.list_tree(head, 'absent') == {}
    wanted = [blob_id('one\n'), blob_id('two\n'), blob_id('one\n')]
    assert store.read_blobs(wanted) == {wanted[0]: b'one\n', wanted[1]: b'two\n'}
    assert store.blob_sizes(wanted) == {wanted[0]: 4, wanted[1]: 4}
    assert store.read_blobs([]) == {} == store.blob_sizes([])
    store.check()


def test_any_bytes_survive(store, authorship):
    contents = [b'', b'\0', b'no end', b'data 5\nhello', bytes(range(256)) * 500, b'\r\n\r\n']
    edits = {f'{number}': NewBlob(content) for number, content in enumerate(contents)}
    head = store.commit(None, edits, 'bytes', authorship, 'refs/outbox/x')
    tree = store.list_tree(head)
    read = store.read_blobs(entry.blob for entry in tree.values())
    assert [read[tree[f'{number}'].blob] for number in range(len(contents))] == contents


def test_a_path_that_is_not_utf8_survives_moving(store, write, authorship, plain_git):
    plain_git('init', '-q', 'w', cwd=store.git_dir.parent)
    work = store.git_dir.parent / 'w'
    (work / os.fsdecode(b'caf\xe9')).write_text('x')
    plain_git('add', '.', cwd=work)
    plain_git('commit', '-qm', 'latin', cwd=work)
    opened = GitStore.open(work)
    head = opened.resolve('HEAD')
    ((path, entry),) = opened.list_tree(head).items()
    assert path == 'caf\udce9'
    moved = opened.commit(
        head, {path: None, f'old/{path}': ExistingBlob(entry.blob)}, 'move', authorship, 'refs/x/y'
    )
    assert list(opened.list_tree(moved)) == ['old/caf\udce9']


def test_the_same_edits_make_the_same_commit(store, write, tmp_path):
    other = GitStore.create(tmp_path / 'other.git')
    first = write({'b': '1', 'a': '2'})
    assert write({'a': '2', 'b': '1'}) == first
    assert write({'a': '2', 'b': '1'}, into=other) == first
    assert write({'a': '2', 'b': '1'}, message='Other words') != first


def test_authorship_stands_in_the_commit(store, write, authorship):
    zone = timezone(timedelta(hours=2))
    who = replace(authorship, when=datetime(2026, 3, 4, 5, 6, 7, tzinfo=zone))
    store.commit(None, {'a': NewBlob(b'1')}, 'Say why\n\nAt length.\n\n', who, 'refs/outbox/x')
    head = store.resolve('refs/outbox/x')
    (info,) = store.log(head)
    assert (info.id, info.parents) == (head, ())
    assert info.author == Identity('Ada Example', 'ada@example.test')
    assert info.committer == Identity('netbox-hedgehog', 'service@example.test')
    assert info.when == who.when and info.when.utcoffset() == timedelta(hours=2)
    assert (info.subject, info.body) == ('Say why', 'At length.')
    assert info.trailers == {'Change-Set-Id': '7', 'NetBox-User': 'ada'}


def test_names_cannot_break_out_of_the_commit(store, authorship):
    who = replace(
        authorship,
        author=Identity('Eve\nfrom 0 <x@y> 1 +0000\ndeleteall', 'e ve@example.test>\nM'),
        trailers=(('NetBox-User', 'eve\nChange-Set-Id: 9'),),
    )
    store.commit(None, {'a': NewBlob(b'1')}, 'Say\0 why', who, 'refs/outbox/x')
    (info,) = store.log(store.resolve('refs/outbox/x'))
    assert info.author == Identity('Eve from 0 x@y 1 +0000 deleteall', 'eve@example.testM')
    assert info.trailers == {'NetBox-User': 'eve Change-Set-Id: 9'}
    store.check()


def test_a_naive_time_is_a_bug(store, authorship):
    with pytest.raises(ValueError, match='time zone'):
        store.commit(
            None,
            {'a': NewBlob(b'1')},
            'x',
            replace(authorship, when=datetime(2026, 1, 1)),
            'refs/outbox/x',
        )


def test_edits_add_change_move_delete(store, write, authorship):
    base = write({'a': '1', 'b': '2', 'c': '3', 'run': '4'})
    tree = store.list_tree(base)
    head = store.commit(
        base,
        {
            'a': NewBlob(b'one'),
            'b': None,
            'd/c': ExistingBlob(tree['c'].blob),
            'c': None,
            'run': ExistingBlob(tree['run'].blob, '100755'),
        },
        'Mixed',
        authorship,
        'refs/outbox/test',
    )
    assert store.changed(base, head) == [
        TreeChange('a', TreeEntry('100644', blob_id('1')), TreeEntry('100644', blob_id('one'))),
        TreeChange('b', TreeEntry('100644', blob_id('2')), None),
        TreeChange('c', TreeEntry('100644', blob_id('3')), None),
        TreeChange('d/c', None, TreeEntry('100644', blob_id('3'))),
        TreeChange('run', TreeEntry('100644', blob_id('4')), TreeEntry('100755', blob_id('4'))),
    ]
    assert [change.path for change in store.changed(base, head, 'd')] == ['d/c']
    assert [change.path for change in store.changed(None, base)] == ['a', 'b', 'c', 'run']
    assert store.changed(head, head) == []
    assert [info.id for info in store.log(head)] == [head, base]


@pytest.mark.parametrize(
    'path',
    ['/etc/passwd', '../x', 'a/../b', 'a//b', './a', 'a/', '', '.git/config', 'a/.GIT/hooks/x',
     'a/.git ./x', 'git~1', '.g\u200cit/config', '.git::$INDEX_ALLOCATION/x', 'a\\b', 'a\nb',
     'a\0b', 'a\x7f', 'x' * 256, '/'.join(['y' * 200] * 21)],
)  # fmt: skip
def test_dangerous_paths_are_refused(store, authorship, path):
    for edit in (NewBlob(b'x'), ExistingBlob('0' * 40)):
        with pytest.raises(NeedsPerson) as caught:
            store.commit(None, {path: edit}, 'x', authorship, 'refs/outbox/x')
        assert caught.value.reason == 'PathRefused'
    assert store.list_refs() == {}


@pytest.mark.parametrize('path', ['.gitignore', '.github/x', 'a.git', '.gitkeep', 'a b/ü~^:?*[.y'])
def test_harmless_paths_are_written(store, write, path):
    assert list(store.list_tree(write({path: 'x'}))) == [path]


@pytest.mark.parametrize('mode', ['120000', '160000', '040000', '100600', ''])
def test_only_plain_files_are_written(store, authorship, mode):
    with pytest.raises(NeedsPerson) as caught:
        store.commit(None, {'a': NewBlob(b'x', mode)}, 'x', authorship, 'refs/outbox/x')
    assert caught.value.reason == 'PathRefused'


def test_nothing_is_silently_replaced_by_a_folder_or_a_file(store, write):
    base = write({'dir/a': '1', 'file': '2'})
    for files in ({'dir': 'x'}, {'file/below/it': 'x'}, {'dir': 'x', 'dir/b': None}):
        with pytest.raises(NeedsPerson) as caught:
            write(files, base)
        assert caught.value.reason == 'PathRefused'
    head = write({'dir': 'x', 'dir/a': None, 'file': None, 'file/below/it': 'y'}, base)
    assert list(store.list_tree(head)) == ['dir', 'file/below/it']


def test_large_commits_are_looked_over_too(store, write):
    base = write({'dir/a': '1', 'file': '2', 'other': '3'})
    many = {f'new/{number}': 'x' for number in range(300)}
    for files in ({'dir': 'x'}, {'file/below/it': 'x'}):
        with pytest.raises(NeedsPerson) as caught:
            write({**many, **files}, base)
        assert caught.value.reason == 'PathRefused'
    head = write({**many, 'dir/b': 'x', 'other': '4', 'dir/a': None}, base)
    assert len(store.list_tree(head)) == 303


def test_a_commit_moves_a_branch_only_forward(store, write):
    base = write({'a': '1'}, ref='refs/heads/main')
    head = write({'a': '2'}, base, ref='refs/heads/main')
    with pytest.raises(BranchMoved) as caught:
        write({'a': '3'}, base, ref='refs/heads/main')
    assert caught.value.reason == 'BranchMoved'
    assert store.resolve('refs/heads/main') == head
    assert not list(store.git_dir.glob('fast_import_crash_*'))
    write({'a': '3'}, base, ref='refs/outbox/free')
    write({'a': '4'}, base, ref='refs/outbox/free')


def test_refs_move_by_compare_and_swap(store, write):
    one, two = write({'a': '1'}), write({'a': '2'})
    store.update_ref('refs/heads/x', one, None)
    for expected in (None, two):
        with pytest.raises(BranchMoved):
            store.update_ref('refs/heads/x', two, expected)
    store.update_ref('refs/heads/x', two, one)
    assert store.list_refs('refs/heads/') == {'refs/heads/x': two}
    store.delete_ref('refs/heads/x')
    store.delete_ref('refs/heads/x')
    assert store.resolve('refs/heads/x') is None
    with pytest.raises(BranchMoved):
        store.update_ref('refs/heads/x', two, one)


def test_of_many_writers_to_a_ref_exactly_one_wins(store, write):
    base = write({'a': 'base'})
    store.update_ref('refs/heads/x', base, None)
    rivals = [write({'a': str(number)}, base) for number in range(8)]
    won = []

    def move(commit):
        try:
            store.update_ref('refs/heads/x', commit, base)
            won.append(commit)
        except TryAgainLater as error:
            assert error.reason in ('BranchMoved', 'StoreLocked')

    threads = [threading.Thread(target=move, args=(rival,)) for rival in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [store.resolve('refs/heads/x')]


@pytest.mark.parametrize(
    'ref', ['main', 'refs/', 'refs/../x', 'refs/a b', 'refs/-x', 'refs/x.lock']
)
def test_odd_ref_names_are_refused(store, write, ref):
    with pytest.raises(NeedsPerson) as caught:
        store.update_ref(ref, write({'a': '1'}), None)
    assert caught.value.reason == 'BranchNameRefused'


def test_ancestry_and_the_log_between_two_commits(store, write):
    one = write({'a': '1'})
    two = write({'b': '1'}, one)
    three = write({'a': '2'}, two)
    side = write({'c': '1'}, one)
    assert store.is_ancestor(one, three) and store.is_ancestor(three, three)
    assert not store.is_ancestor(three, one) and not store.is_ancestor(side, three)
    assert [info.id for info in store.log(three, since=one)] == [three, two]
    assert [info.id for info in store.log(three, paths=['a'])] == [three, one]
    assert [info.id for info in store.log(three, limit=1)] == [three]
    assert store.log(one, since=three) == []


def test_foreign_commit_messages_are_read(store, plain_git, tmp_path):
    plain_git('init', '-q', 'w', cwd=tmp_path)
    two_authors = 'm\n\nCo-authored-by: A\nCo-authored-by: B'
    for message in ('only a subject', 's\n\nb1\n\nb2: c\n\n  indented', two_authors):
        plain_git('commit', '-q', '--allow-empty', '-m', message, cwd=tmp_path / 'w')
    opened = GitStore.open(tmp_path / 'w')
    last, middle, first = opened.log(opened.resolve('HEAD'))
    assert (first.subject, first.body, first.trailers) == ('only a subject', '', {})
    assert middle.body == 'b1\n\nb2: c\n\n  indented' and middle.trailers == {}
    assert (last.body, last.trailers) == ('', {'Co-authored-by': 'A\nB'})


def test_links_and_submodules_are_listed_as_what_they_are(plain_git, tmp_path):
    plain_git('init', '-q', 'w', cwd=tmp_path)
    work = tmp_path / 'w'
    (work / 'link').symlink_to('/etc/passwd')
    plain_git('add', '.', cwd=work)
    plain_git('update-index', '--add', '--cacheinfo', f'160000,{"1" * 40},sub', cwd=work)
    plain_git('commit', '-qm', 'odd', cwd=work)
    opened = GitStore.open(work)
    tree = opened.list_tree(opened.resolve('HEAD'))
    assert {path: entry.mode for path, entry in tree.items()} == {'link': '120000', 'sub': '160000'}
    assert not any(entry.is_file for entry in tree.values())


def test_a_file_beyond_the_limit_is_not_read(tmp_path, authorship):
    store = GitStore.create(tmp_path / 's.git', GitSettings(blob_bytes=50 * 2**20))
    large = b'x' * (60 * 2**20)
    head = store.commit(None, {'big': NewBlob(large)}, 'big', authorship, 'refs/outbox/x')
    blob = store.list_tree(head)['big'].blob
    assert store.blob_sizes([blob]) == {blob: 60 * 2**20}
    with pytest.raises(NeedsPerson) as caught:
        store.read_blobs([blob])
    assert caught.value.reason == 'FileTooLarge'
    assert '62,914,560 bytes' in str(caught.value)
    assert GitStore(store.git_dir).read_blobs([blob]) == {blob: large}


def test_a_full_disk_is_named_and_leaves_the_refs(tmp_path, authorship):
    """A limit on the size of a written file ends git the way a full disk does."""
    store = GitStore.create(tmp_path / 's.git')
    head = store.commit(None, {'a': NewBlob(b'1')}, 'x', authorship, 'refs/outbox/x')
    bounded = GitStore(store.git_dir, GitSettings(pack_bytes=2**20))
    noise = {'b': NewBlob(os.urandom(4 * 2**20))}
    with pytest.raises(NeedsPerson) as caught:
        bounded.commit(head, noise, 'x', authorship, 'refs/outbox/x')
    assert caught.value.reason == 'DiskFull'
    assert store.resolve('refs/outbox/x') == head
    store.clean_stale_locks()
    assert not list(store.git_dir.glob('objects/pack/tmp_*'))
    store.check()


def test_a_damaged_store_says_so(store, write):
    head = write({'a': '1'})
    for pack in store.git_dir.glob('objects/pack/*'):
        pack.chmod(0o600)
        pack.unlink()
    for broken in (
        lambda: store.list_tree(head),
        lambda: store.read_blobs([blob_id('1')]),
        lambda: store.blob_sizes([blob_id('1')]),
        lambda: store.log(head),
        lambda: store.changed(head, head),
        lambda: write({'a': '2'}, head),
        store.check,
    ):
        with pytest.raises(TryAgainLater) as caught:
            broken()
        assert caught.value.reason == 'StoreBroken'


def test_leftovers_of_killed_processes_are_removed(store, write):
    head = write({'a': '1'})
    store.update_ref('refs/heads/x', head, None)
    left = ['refs/heads/x.lock', 'packed-refs.lock', 'objects/pack/tmp_pack_Ab', 'config.lock']
    for name in left:
        (store.git_dir / name).write_text('')
    (store.git_dir / 'objects/tmp_objdir-incoming-x/pack').mkdir(parents=True)
    with pytest.raises(TryAgainLater) as caught:
        store.update_ref('refs/heads/x', write({'a': '2'}), head)
    assert caught.value.reason == 'StoreLocked'
    removed = store.clean_stale_locks()
    assert set(removed) == {*left, 'objects/tmp_objdir-incoming-x'}
    store.update_ref('refs/heads/x', write({'a': '2'}), head)
    assert store.clean_stale_locks() == ()


def test_many_commits_are_joined_into_few_packs(store, write):
    head = None
    for number in range(12):
        head = write({f'{number}': str(number)}, head)
    assert len(list(store.git_dir.glob('objects/pack/*.pack'))) == 12
    assert not store.repack(above=20)
    assert store.repack(above=10)
    assert len(list(store.git_dir.glob('objects/pack/*.pack'))) < 3
    assert len(store.log(head)) == 12
    store.check()


def test_cache_files_are_written_whole(store):
    assert store.read_cache('inventory-1') is None
    store.write_cache('inventory-1', b'one')
    store.write_cache('inventory-1', b'two')
    assert store.read_cache('inventory-1') == b'two'
    assert [path.name for path in (store.git_dir / 'hedgehog-cache').iterdir()] == ['inventory-1']
    for name in ('../x', '', '.hidden', 'a/b', 'x.tmp'):
        with pytest.raises(ValueError, match='cache'):
            store.write_cache(name, b'')


def test_a_readers_cache_is_never_half_written(store):
    small, large = b'a' * 10, b'b' * 3_000_000
    store.write_cache('x', small)
    stop = threading.Event()

    def rewrite():
        while not stop.is_set():
            store.write_cache('x', small)
            store.write_cache('x', large)

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        assert all(store.read_cache('x') in (small, large) for _ in range(200))
    finally:
        stop.set()
        writer.join()


def test_time_runs_out_and_the_whole_group_ends(tmp_path):
    slow = tmp_path / 'slow-git'
    pids = tmp_path / 'pids'
    slow.write_text(f'#!/bin/sh\nsleep 300 &\necho $$ $! > {pids}\nwait\n')
    slow.chmod(0o755)
    (tmp_path / 'x.git').mkdir()
    store = GitStore(tmp_path / 'x.git', GitSettings(executable=str(slow), timeout=0.5))
    started = time.monotonic()
    with pytest.raises(TryAgainLater) as caught:
        store.resolve('HEAD')
    assert caught.value.reason == 'GitTimedOut'
    assert 'within 0.5 seconds' in str(caught.value)
    assert time.monotonic() - started < 10
    assert_ended(pids)


def test_git_dies_with_the_process_that_started_it(tmp_path):
    slow = tmp_path / 'slow-git'
    pids = tmp_path / 'pids'
    slow.write_text(f'#!/bin/sh\necho $$ > {pids}.new\nmv {pids}.new {pids}\nexec sleep 300\n')
    slow.chmod(0o755)
    (tmp_path / 'x.git').mkdir()
    code = (
        'import sys; from pathlib import Path; from hedgehog_gitops.git import *\n'
        f'GitStore(Path({str(tmp_path / "x.git")!r}), GitSettings(executable={str(slow)!r}))'
        ".git.run_long('fetch')"
    )
    worker = subprocess.Popen([sys.executable, '-c', code])
    while not pids.exists():
        assert worker.poll() is None
        time.sleep(0.02)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert_ended(pids)


def assert_ended(pids):
    deadline = time.monotonic() + 5
    waiting = [int(word) for word in pids.read_text().split()]
    while waiting and time.monotonic() < deadline:
        waiting = [pid for pid in waiting if is_running(pid)]
        time.sleep(0.05)
    assert waiting == []


def is_running(pid):
    try:
        with open(f'/proc/{pid}/stat') as stat:
            return stat.read().rpartition(')')[2].split()[0] != 'Z'
    except FileNotFoundError:
        return False


def test_no_configuration_of_the_machine_counts(tmp_path, monkeypatch, authorship):
    home = tmp_path / 'home'
    home.mkdir()
    (home / '.gitconfig').write_text('[core]\n\thooksPath = /nowhere\n[user]\n\tname = Wrong\n')
    monkeypatch.setenv('HOME', str(home))
    monkeypatch.setenv('GIT_DIR', str(home))
    monkeypatch.setenv('GIT_CONFIG_COUNT', '1')
    monkeypatch.setenv('GIT_CONFIG_KEY_0', 'core.bare')
    monkeypatch.setenv('GIT_CONFIG_VALUE_0', 'nonsense')
    store = GitStore.create(tmp_path / 's.git')
    listed = store.git.run('config', '--list', '--show-origin').output.decode()
    assert 'Wrong' not in listed and 'nonsense' not in listed and str(home) not in listed
    store.commit(None, {'a': NewBlob(b'1')}, 'x', authorship, 'refs/outbox/x')


def test_the_users_own_configuration_counts_when_asked_for(tmp_path):
    (tmp_path / '.gitconfig').write_text('[user]\n\tname = Right\n')
    environment = {
        'HOME': str(tmp_path),
        'PATH': '/usr/bin:/bin',
        'GIT_DIR': '/nowhere',
        'GIT_TRACE': '1',
        'GIT_CONFIG_COUNT': '1',
        'GIT_CONFIG_KEY_0': 'demo.key',
        'GIT_CONFIG_VALUE_0': 'kept',
    }
    settings = GitSettings(hermetic=False, environment=environment)
    store = GitStore.create(tmp_path / 's.git', settings)
    done = store.git.run('config', '--list')
    assert b'user.name=Right' in done.output and b'demo.key=kept' in done.output
    assert done.errors == ''


def test_one_process_at_a_time_has_the_store(store):
    left = store.git_dir / 'config.lock'
    left.touch()
    with store.exclusively():
        assert not left.exists()
        with pytest.raises(TryAgainLater) as caught, GitStore(store.git_dir).exclusively():
            pass
        assert caught.value.reason == 'StoreLocked'
    with store.exclusively():
        pass


def test_a_folder_that_is_no_store_is_named_and_replaced(tmp_path):
    path = tmp_path / 'store.git'
    path.mkdir()
    (path / 'half').touch()
    with pytest.raises(TryAgainLater) as caught:
        GitStore.open_or_create(path)
    assert caught.value.reason == 'StoreBroken'
    assert GitStore.start_over(path).list_refs() == {}
    assert [entry.name for entry in tmp_path.iterdir()] == ['store.git']


def test_a_store_that_went_away_under_our_hands(store, write):
    head = write({'a': '1'})
    GitStore.start_over(store.git_dir)
    assert store.resolve('refs/outbox/test') is None
    with pytest.raises(TryAgainLater) as caught:
        store.list_tree(head)
    assert caught.value.reason == 'StoreBroken'
    shutil.rmtree(store.git_dir)
    with pytest.raises(TryAgainLater) as caught:
        store.list_tree(head)
    assert caught.value.reason == 'StoreBroken'
