"""The local copy: making, opening and reading it, all against real git."""

import hashlib

import pytest

from hedgehog_gitops.errors import (
    NeedsPerson,
)
from hedgehog_gitops.git import (
    GitSettings,
    GitStore,
    NewBlob,
)
from hedgehog_gitops.identity import TreeEntry

HTTP = ('http',)


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


def test_many_folders_are_asked_for_by_one_process(store, write):
    first = write({'a/one.yaml': 'one\n', 'ü b/two.yaml': 'two\n'})
    second = write({'a/one.yaml': 'changed\n', 'ü b/two.yaml': 'two\n'})
    wanted = [(commit, under) for commit in (first, second) for under in ('', 'a', 'ü b')]
    before = store.commands
    found = store.tree_ids([*wanted, (first, 'absent'), ('f' * 40, 'a'), ('nonsense x', 'a')])
    assert store.commands == before + 1
    assert found == {(commit, under): store.tree_id(commit, under) for commit, under in wanted}
    assert found[first, 'a'] != found[second, 'a']
    assert found[first, 'ü b'] == found[second, 'ü b']
    assert store.tree_ids([]) == {}


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


@pytest.mark.slow
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
