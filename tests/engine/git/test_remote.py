"""Fetch and push against a real Git server with a password, and everything that is refused."""

import os

import pytest

from hedgehog_gitops.errors import (
    NeedsPerson,
    Rejected,
    TryAgainLater,
)
from hedgehog_gitops.git import (
    GitSettings,
    GitStore,
    NewBlob,
    Remote,
    tracking_ref,
)
from hedgehog_gitops.testing import Fault, GitHttpServer, decline_pushes, make_repository

# A server and real repositories for each test.
pytestmark = pytest.mark.slow

HTTP = ('http',)


def test_a_commit_goes_out_and_comes_in_elsewhere(store, write, remote, tmp_path):
    first = write({'a': '1', 'b/c': 'ü'})
    store.push(remote(), 'main', first, None)
    second = write({'a': '2'}, first)
    store.push(remote(), 'main', second, first)
    other = GitStore.create(tmp_path / 'other.git')
    assert other.fetch(remote(), 'main') == second == other.resolve(tracking_ref('main'))
    assert other.list_tree(second) == store.list_tree(second)
    assert other.remote_head(remote(), 'main') == second
    store.push(remote(), 'side/way', first, None)
    assert other.remote_heads(remote()) == {'main': second, 'side/way': first}
    other.check()


def test_the_server_really_asks_for_the_password(store, published, remote, server):
    assert [(seen.authorised, seen.status) for seen in server.requests[:2]] == [
        (False, 401),
        (True, 200),
    ]


def test_an_empty_repository_has_no_branch(store, remote):
    assert store.remote_heads(remote()) == {}
    assert store.remote_head(remote(), 'main') is None
    assert store.fetch(remote(), 'main') is None
    store.may_push(remote())


def test_a_branch_that_is_missing_or_went_away(
    raised, store, write, remote, published, server, plain_git
):
    assert store.fetch(remote(), 'nope') is None
    assert store.fetch(remote(), 'main') == published
    plain_git('update-ref', '-d', 'refs/heads/main', cwd=server.root / 'r.git')
    assert store.fetch(remote(), 'main') is None
    assert store.resolve(tracking_ref('main')) is None
    head = write({'a': '2'}, published)
    raised('BranchMoved', store.push, remote(), 'main', head, published)


def test_only_the_same_name_in_full_is_the_branch(store, published, remote):
    store.push(remote(), 'x/refs/heads/main', published, None)
    assert store.remote_head(remote(), 'main') == published
    assert store.remote_head(remote(), 'heads/main') is None


def test_wrong_password(raised, store, write, remote):
    head = write({'a': '1'})
    wrong = remote(password='wrong-canary')
    for call in (
        lambda: store.fetch(wrong, 'main'),
        lambda: store.remote_heads(wrong),
        lambda: store.may_push(wrong),
        lambda: store.push(wrong, 'main', head, None),
    ):
        error = raised('CredentialsRefused', call)
        assert isinstance(error, NeedsPerson)
        assert 'refused the stored credentials' in str(error)
        assert 'canary' not in repr(error) + str(error)


def test_no_password(raised, store, server):
    error = raised(
        'CredentialsRefused',
        store.fetch,
        Remote(f'{server.url}/r.git', allow_protocols=HTTP),
        'main',
    )
    assert 'none is stored' in str(error)


def test_a_repository_that_does_not_exist(raised, store, write, remote):
    raised('RemoteNotFound', store.fetch, remote('nope.git'), 'main')
    error = raised(
        'RemoteNotFound', store.push, remote('nope.git'), 'main', write({'a': '1'}), None
    )
    assert isinstance(error, NeedsPerson)


def test_a_server_that_does_not_exist(raised, store, write):
    # RFC 6761 keeps `.invalid` from ever being a name, so any resolver may refuse it at once.
    nobody = Remote('http://nobody.invalid/r.git', allow_protocols=HTTP)
    error = raised('HostUnknown', store.fetch, nobody, 'main')
    assert isinstance(error, TryAgainLater) and 'nobody.invalid' in str(error)
    raised('HostUnknown', store.push, nobody, 'main', write({'a': '1'}), None)
    closed = Remote('http://127.0.0.1:1/r.git', allow_protocols=HTTP)
    error = raised('RemoteUnreachable', store.fetch, closed, 'main')
    assert isinstance(error, TryAgainLater) and error.after > 0
    raised('RemoteUnreachable', store.push, closed, 'main', write({'a': '1'}), None)


def test_the_address_is_judged_before_anything_is_contacted(raised, store, server):
    for url in (f'{server.url}/r.git', 'ext::sh -c id', '-oProxyCommand=id', '/srv/r.git'):
        raised('UrlRefused', store.fetch, Remote(url), 'main')
    assert server.requests == []


@pytest.mark.parametrize(
    ('status', 'reason', 'kind'),
    [
        (503, 'RemoteUnreachable', TryAgainLater),
        (429, 'RemoteUnreachable', TryAgainLater),
        (403, 'CredentialsRefused', NeedsPerson),
        (404, 'RemoteNotFound', NeedsPerson),
        (302, 'RemoteNotFound', NeedsPerson),
    ],
)
def test_what_the_server_answers_before_anything_is_sent(
    raised, store, write, published, remote, server, status, reason, kind
):
    head = write({'a': '2'}, published)
    server.add(Fault(status=status, times=None))
    assert isinstance(raised(reason, store.fetch, remote(), 'main'), kind)
    assert isinstance(raised(reason, store.push, remote(), 'main', head, published), kind)
    server.clear()
    assert store.remote_head(remote(), 'main') == published


def test_no_redirection_is_followed(raised, store, write, published, remote, server, tmp_path):
    make_repository(tmp_path / 'elsewhere/r.git')
    with GitHttpServer(tmp_path / 'elsewhere') as elsewhere:
        server.add(Fault(status=302, location=elsewhere.url, times=None))
        error = raised('RemoteNotFound', store.fetch, remote(), 'main')
        raised('RemoteNotFound', store.push, remote(), 'main', write({'a': '2'}), None)
        assert elsewhere.requests == []
    assert 'somewhere else' in str(error)


def test_a_refusal_of_the_commit_itself(raised, store, write, published, remote, server):
    head = write({'a': '2'}, published)
    server.add(Fault(method='POST', status=413))
    error = raised('PushDeclined', store.push, remote(), 'main', head, published)
    assert isinstance(error, Rejected) and '413' in str(error)
    server.add(Fault(method='POST', status=403))
    raised('CredentialsRefused', store.push, remote(), 'main', head, published)
    assert store.remote_head(remote(), 'main') == published


def test_a_hook_declines_in_its_own_words(raised, store, write, published, remote, server):
    decline_pushes(server.root / 'r.git', "Branch main is protected, ask \x1b[31m'ops'\x1b[0m.")
    error = raised(
        'PushDeclined', store.push, remote(), 'main', write({'a': '2'}, published), published
    )
    assert isinstance(error, Rejected)
    assert "It said: Branch main is protected, ask 'ops'." in str(error)
    assert 'pre-receive hook declined' in str(error) and 'pull request' in error.hint
    assert store.remote_head(remote(), 'main') == published


def test_a_file_beyond_the_limit_is_not_taken_in(
    raised, store, write, remote, tmp_path, authorship
):
    noise = os.urandom(3 * 2**20)
    quick = GitSettings(extra_config=(('core.compression', '0'),))
    store = GitStore(store.git_dir, quick)
    head = store.commit(None, {'big': NewBlob(noise)}, 'big', authorship, 'refs/outbox/x')
    store.push(remote(), 'main', head, None)
    bounded = GitStore.create(tmp_path / 'b.git', GitSettings(pack_bytes=2**20))
    raised('DiskFull', bounded.fetch, remote(), 'main')
    assert bounded.resolve(tracking_ref('main')) is None
    bounded.clean_stale_locks()
    assert not [path for path in bounded.git_dir.rglob('*') if path.name.startswith('tmp_')]
    assert GitStore(bounded.git_dir).fetch(remote(), 'main') == head


def test_an_unsafe_tree_is_not_taken_in(raised, store, remote, server, plain_git, tmp_path):
    there = server.root / 'r.git'
    blob = plain_git('hash-object', '-w', '--stdin', cwd=there, data=b'x').strip()
    # mktree would refuse the name, so the bytes of the tree are written by hand.
    raw = b'100644 .git\0' + bytes.fromhex(blob)
    (tmp_path / 'tree').write_bytes(raw)
    tree = plain_git(
        'hash-object', '-t', 'tree', '-w', '--literally', str(tmp_path / 'tree'), cwd=there
    ).strip()
    commit = plain_git('commit-tree', tree, '-m', 'x', cwd=there).strip()
    plain_git('update-ref', 'refs/heads/main', commit, cwd=there)
    raised('ContentRefused', store.fetch, remote(), 'main')
    assert store.resolve(tracking_ref('main')) is None


def test_a_locked_tracking_ref_is_named(raised, store, published, remote):
    lock = store.git_dir / 'refs/sync/main.lock'
    lock.parent.mkdir(parents=True)
    lock.touch()
    raised('StoreLocked', store.fetch, remote(), 'main')
    store.clean_stale_locks()
    assert store.fetch(remote(), 'main') == published


def test_a_path_on_this_machine_only_when_allowed(raised, store, write, tmp_path):
    there = make_repository(tmp_path / 'there.git')
    local = Remote(f'file://{there}', allow_protocols=('file',))
    head = write({'a': '1'})
    store.push(local, 'main', head, None)
    assert store.fetch(local, 'main') == head
    raised('UrlRefused', store.fetch, Remote(f'file://{there}'), 'main')
    raised(
        'RemoteNotFound',
        store.fetch,
        Remote(f'file://{tmp_path}/x', allow_protocols=('file',)),
        'main',
    )


def test_a_branch_is_removed_only_where_it_was_last_seen(raised, store, write, remote, published):
    other = write({'a': '2'}, published)
    store.push(remote(), 'side', other, None)
    raised('BranchMoved', store.remove_branch, remote(), 'side', published)
    assert 'side' in store.remote_heads(remote())
    store.remove_branch(remote(), 'side', other)
    assert store.remote_heads(remote()) == {'main': published}
    store.remove_branch(remote(), 'side', other)
