"""The local copy over time: damage, leftovers, packs, cache files, one process at a time."""

import hashlib
import os
import shutil
import threading

import pytest

from hedgehog_gitops.errors import (
    NeedsPerson,
    TryAgainLater,
)
from hedgehog_gitops.git import (
    GitSettings,
    GitStore,
    NewBlob,
)
from hedgehog_gitops.git.failures import local_failure
from hedgehog_gitops.git.process import Done

HTTP = ('http',)


def blob_id(text: str) -> str:
    data = text.encode()
    return hashlib.sha1(b'blob %d\0' % len(data) + data).hexdigest()


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


def test_a_folder_that_cannot_be_written_is_named(tmp_path, store):
    (tmp_path / 'file').touch()
    with pytest.raises(NeedsPerson) as caught:
        GitStore.create(tmp_path / 'file/below.git')
    assert caught.value.reason == 'StoreNotWritable'
    assert 'Not a directory' in str(caught.value)
    (store.git_dir / 'hedgehog-cache').touch()
    with pytest.raises(NeedsPerson) as caught:
        store.write_cache('x', b'')
    assert caught.value.reason == 'StoreNotWritable'


def test_gits_own_words_for_a_folder_that_cannot_be_written():
    words = 'error: insufficient permission for adding an object to repository database objects'
    error = local_failure(Done(128, b'', words), 'writing a commit')
    assert (type(error), error.reason) == (NeedsPerson, 'StoreNotWritable')
