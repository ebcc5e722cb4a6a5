"""Two writers, stale reads, lost answers: exactly one wins, nothing is lost, nobody is misled."""

import os
import threading

from hedgehog_gitops.errors import (
    BranchMoved,
    OutcomeUnknown,
)
from hedgehog_gitops.git import (
    GitStore,
    NewBlob,
)
from hedgehog_gitops.testing import Fault

HTTP = ('http',)


def test_a_stale_lease(raised, store, write, published, remote):
    ours, theirs = write({'a': 'ours'}, published), write({'a': 'theirs'}, published)
    store.push(remote(), 'main', theirs, published)
    assert isinstance(
        raised('BranchMoved', store.push, remote(), 'main', ours, published), BranchMoved
    )
    raised('BranchMoved', store.push, remote(), 'main', ours, None)
    assert store.remote_head(remote(), 'main') == theirs


def test_a_branch_rolled_back_is_not_brought_forward_again(
    raised, store, write, published, remote, server, plain_git
):
    """A plain push would fast-forward here and bring a removed commit back."""
    removed = write({'a': 'removed'}, published)
    store.push(remote(), 'main', removed, published)
    plain_git('update-ref', 'refs/heads/main', published, cwd=server.root / 'r.git')
    raised('BranchMoved', store.push, remote(), 'main', write({'a': '3'}, removed), removed)
    assert store.remote_head(remote(), 'main') == published


def test_history_is_never_rewritten(raised, store, write, published, remote):
    head = write({'a': '2'}, published)
    store.push(remote(), 'main', head, published)
    unrelated = write({'a': '3'}, published)
    raised('HistoryRewritten', store.push, remote(), 'main', unrelated, head)
    assert store.remote_head(remote(), 'main') == head


def test_a_race_lost_on_the_servers_own_lock(
    raised, store, write, published, remote, server, plain_git
):
    """Both read the same head; the other's commit lands between our reading and our push."""
    ours, theirs = write({'a': 'ours'}, published), write({'a': 'theirs'}, published)
    store.push(remote(), 'parked', theirs, None)

    def other_arrives():
        plain_git('update-ref', 'refs/heads/main', theirs, cwd=server.root / 'r.git')

    server.add(Fault(method='POST', containing='git-receive-pack', before=other_arrives))
    raised('BranchMoved', store.push, remote(), 'main', ours, published)
    assert store.remote_head(remote(), 'main') == theirs


def test_a_new_branch_appears_under_our_hands(
    raised, store, write, published, remote, server, plain_git
):
    def other_arrives():
        plain_git('update-ref', 'refs/heads/new', published, cwd=server.root / 'r.git')

    server.add(Fault(method='POST', containing='git-receive-pack', before=other_arrives))
    raised('BranchMoved', store.push, remote(), 'new', write({'a': '2'}, published), None)
    assert store.remote_head(remote(), 'new') == published


def test_another_holds_the_servers_lock(raised, store, write, published, remote, server):
    lock = server.root / 'r.git/refs/heads/main.lock'
    lock.touch()
    raised('BranchMoved', store.push, remote(), 'main', write({'a': '2'}, published), published)
    lock.unlink()
    assert store.remote_head(remote(), 'main') == published


def test_two_writers_many_rounds(write, published, remote, server, tmp_path, plain_git, authorship):
    """Each round both start from the same head; exactly one wins and nothing is lost."""
    writers = [GitStore.create(tmp_path / f'writer-{name}.git') for name in 'ab']
    outcomes = []

    def one_push(number, store, head, start):
        commit = store.commit(
            head, {f'file-{number}': NewBlob(os.urandom(8))}, 'x', authorship, 'refs/outbox/x'
        )
        start.wait()
        try:
            store.push(remote(), 'main', commit, head)
            outcomes.append(commit)
        except BranchMoved:
            outcomes.append(None)

    won = []
    for _ in range(15):
        heads = {store.fetch(remote(), 'main') for store in writers}
        assert len(heads) == 1
        (head,) = heads
        start = threading.Barrier(2)
        outcomes.clear()
        threads = [
            threading.Thread(target=one_push, args=(number, store, head, start))
            for number, store in enumerate(writers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(commit is None for commit in outcomes) == [False, True]
        won += [commit for commit in outcomes if commit]
    served = plain_git('rev-list', '--reverse', 'main', cwd=server.root / 'r.git').split()
    assert served == [published, *won]
    plain_git('fsck', '--strict', cwd=server.root / 'r.git')


def test_the_answer_is_lost_after_the_server_accepted(
    raised, store, write, published, remote, server
):
    head = write({'a': '2'}, published)
    server.add(Fault(method='POST', containing='git-receive-pack', drop='after'))
    error = raised('OutcomeUnknown', store.push, remote(), 'main', head, published)
    assert isinstance(error, OutcomeUnknown)
    assert store.remote_head(remote(), 'main') == head
    store.push(remote(), 'main', head, published)


def test_the_connection_breaks_before_the_server_worked(
    raised, store, write, published, remote, server
):
    head = write({'a': '2'}, published)
    server.add(Fault(method='POST', containing='git-receive-pack', drop='before', times=None))
    raised('OutcomeUnknown', store.push, remote(), 'main', head, published)
    server.clear()
    assert store.remote_head(remote(), 'main') == published
    store.push(remote(), 'main', head, published)
    assert store.remote_head(remote(), 'main') == head


def test_an_error_of_the_server_in_mid_push_is_unknown(
    raised, store, write, published, remote, server
):
    server.add(Fault(method='POST', containing='git-receive-pack', status=502))
    raised('OutcomeUnknown', store.push, remote(), 'main', write({'a': '2'}, published), published)


def test_a_repeat_inside_libcurl_is_no_false_alarm(
    store, write, published, remote, server, plain_git
):
    """The first try moved the branch, the answer was lost, the second try is told it moved."""
    head = write({'a': '2'}, published)
    store.push(remote(), 'parked', head, None)

    def first_try():
        plain_git('update-ref', 'refs/heads/main', head, cwd=server.root / 'r.git')

    server.add(Fault(method='POST', containing='git-receive-pack', before=first_try))
    store.push(remote(), 'main', head, published)
    assert store.remote_head(remote(), 'main') == head


def test_rewritten_history_is_fetched_as_it_is(store, write, published, remote, server, plain_git):
    other = write({'a': 'other'})
    assert store.fetch(remote(), 'main') == published
    store.push(remote(), 'parked', other, None)
    plain_git('update-ref', 'refs/heads/main', other, cwd=server.root / 'r.git')
    assert store.fetch(remote(), 'main') == other
