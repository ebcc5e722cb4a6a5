"""One commit out of edits: bytes, names, times, moves, and what may not be written."""

import hashlib
import os
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from hedgehog_gitops.errors import (
    NeedsPerson,
)
from hedgehog_gitops.git import (
    ExistingBlob,
    GitStore,
    Identity,
    NewBlob,
    TreeChange,
)
from hedgehog_gitops.identity import TreeEntry

HTTP = ('http',)


def blob_id(text: str) -> str:
    data = text.encode()
    return hashlib.sha1(b'blob %d\0' % len(data) + data).hexdigest()


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
