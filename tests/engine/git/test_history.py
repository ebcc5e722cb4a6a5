"""Refs and the log: compare-and-swap, ancestry, foreign messages."""

import threading

import pytest

from hedgehog_gitops.errors import (
    BranchMoved,
    NeedsPerson,
    TryAgainLater,
)
from hedgehog_gitops.git import (
    GitStore,
)

HTTP = ('http',)


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
