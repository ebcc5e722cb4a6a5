"""Fetch and push against a real Git server with a password, and everything that goes wrong."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hedgehog_gitops.errors import (
    BranchMoved,
    NeedsPerson,
    OutcomeUnknown,
    Rejected,
    TryAgainLater,
)
from hedgehog_gitops.git import GitSettings, GitStore, NewBlob, Remote, tracking_ref
from hedgehog_gitops.testing import Fault, decline_pushes, make_repository

HTTP = ('http',)
NOWHERE = '0' * 40


@pytest.fixture
def published(store, write, remote):
    """The first commit, already on the server's main branch."""
    head = write({'a': '1'})
    store.push(remote(), 'main', head, None)
    return head


def raised(reason, call, *arguments):
    with pytest.raises((NeedsPerson, Rejected, TryAgainLater)) as caught:
        call(*arguments)
    assert caught.value.reason == reason, str(caught.value)
    assert caught.value.hint, 'an error names what to do'
    return caught.value


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


def test_a_branch_that_is_missing_or_went_away(store, write, remote, published, server, plain_git):
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


def test_wrong_password(store, write, remote):
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


def test_no_password(store, server):
    error = raised(
        'CredentialsRefused',
        store.fetch,
        Remote(f'{server.url}/r.git', allow_protocols=HTTP),
        'main',
    )
    assert 'none is stored' in str(error)


@pytest.mark.parametrize('password', ['two\nlines', 'nul\0', 'return\r', 'x' * 20_000])
def test_a_password_git_cannot_take(store, remote, password):
    error = raised('CredentialsRefused', store.fetch, remote(password=password), 'main')
    assert password not in str(error)


def test_a_repository_that_does_not_exist(store, write, remote):
    raised('RemoteNotFound', store.fetch, remote('nope.git'), 'main')
    error = raised(
        'RemoteNotFound', store.push, remote('nope.git'), 'main', write({'a': '1'}), None
    )
    assert isinstance(error, NeedsPerson)


def test_a_server_that_does_not_exist(store, write):
    # RFC 6761 keeps `.invalid` from ever being a name, so any resolver may refuse it at once.
    nobody = Remote('http://nobody.invalid/r.git', allow_protocols=HTTP)
    error = raised('HostUnknown', store.fetch, nobody, 'main')
    assert isinstance(error, TryAgainLater) and 'nobody.invalid' in str(error)
    raised('HostUnknown', store.push, nobody, 'main', write({'a': '1'}), None)
    closed = Remote('http://127.0.0.1:1/r.git', allow_protocols=HTTP)
    error = raised('RemoteUnreachable', store.fetch, closed, 'main')
    assert isinstance(error, TryAgainLater) and error.after > 0
    raised('RemoteUnreachable', store.push, closed, 'main', write({'a': '1'}), None)


def test_the_address_is_judged_before_anything_is_contacted(store, server):
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
    store, write, published, remote, server, status, reason, kind
):
    head = write({'a': '2'}, published)
    server.add(Fault(status=status, times=None))
    assert isinstance(raised(reason, store.fetch, remote(), 'main'), kind)
    assert isinstance(raised(reason, store.push, remote(), 'main', head, published), kind)
    server.clear()
    assert store.remote_head(remote(), 'main') == published


def test_a_refusal_of_the_commit_itself(store, write, published, remote, server):
    head = write({'a': '2'}, published)
    server.add(Fault(method='POST', status=413))
    error = raised('PushDeclined', store.push, remote(), 'main', head, published)
    assert isinstance(error, Rejected) and '413' in str(error)
    server.add(Fault(method='POST', status=403))
    raised('CredentialsRefused', store.push, remote(), 'main', head, published)
    assert store.remote_head(remote(), 'main') == published


def test_a_hook_declines_in_its_own_words(store, write, published, remote, server):
    decline_pushes(server.root / 'r.git', "Branch main is protected, ask \x1b[31m'ops'\x1b[0m.")
    error = raised(
        'PushDeclined', store.push, remote(), 'main', write({'a': '2'}, published), published
    )
    assert isinstance(error, Rejected)
    assert "It said: Branch main is protected, ask 'ops'." in str(error)
    assert 'pre-receive hook declined' in str(error) and 'pull request' in error.hint
    assert store.remote_head(remote(), 'main') == published


def test_a_stale_lease(store, write, published, remote):
    ours, theirs = write({'a': 'ours'}, published), write({'a': 'theirs'}, published)
    store.push(remote(), 'main', theirs, published)
    assert isinstance(
        raised('BranchMoved', store.push, remote(), 'main', ours, published), BranchMoved
    )
    raised('BranchMoved', store.push, remote(), 'main', ours, None)
    assert store.remote_head(remote(), 'main') == theirs


def test_a_branch_rolled_back_is_not_brought_forward_again(
    store, write, published, remote, server, plain_git
):
    """A plain push would fast-forward here and bring a removed commit back."""
    removed = write({'a': 'removed'}, published)
    store.push(remote(), 'main', removed, published)
    plain_git('update-ref', 'refs/heads/main', published, cwd=server.root / 'r.git')
    raised('BranchMoved', store.push, remote(), 'main', write({'a': '3'}, removed), removed)
    assert store.remote_head(remote(), 'main') == published


def test_history_is_never_rewritten(store, write, published, remote):
    head = write({'a': '2'}, published)
    store.push(remote(), 'main', head, published)
    unrelated = write({'a': '3'}, published)
    raised('HistoryRewritten', store.push, remote(), 'main', unrelated, head)
    assert store.remote_head(remote(), 'main') == head


def test_a_race_lost_on_the_servers_own_lock(store, write, published, remote, server, plain_git):
    """Both read the same head; the other's commit lands between our reading and our push."""
    ours, theirs = write({'a': 'ours'}, published), write({'a': 'theirs'}, published)
    store.push(remote(), 'parked', theirs, None)

    def other_arrives():
        plain_git('update-ref', 'refs/heads/main', theirs, cwd=server.root / 'r.git')

    server.add(Fault(method='POST', containing='git-receive-pack', before=other_arrives))
    raised('BranchMoved', store.push, remote(), 'main', ours, published)
    assert store.remote_head(remote(), 'main') == theirs


def test_a_new_branch_appears_under_our_hands(store, write, published, remote, server, plain_git):
    def other_arrives():
        plain_git('update-ref', 'refs/heads/new', published, cwd=server.root / 'r.git')

    server.add(Fault(method='POST', containing='git-receive-pack', before=other_arrives))
    raised('BranchMoved', store.push, remote(), 'new', write({'a': '2'}, published), None)
    assert store.remote_head(remote(), 'new') == published


def test_another_holds_the_servers_lock(store, write, published, remote, server):
    lock = server.root / 'r.git/refs/heads/main.lock'
    lock.touch()
    raised('BranchMoved', store.push, remote(), 'main', write({'a': '2'}, published), published)
    lock.unlink()
    assert store.remote_head(remote(), 'main') == published


def test_two_writers_fifty_rounds(
    write, published, remote, server, tmp_path, plain_git, authorship
):
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
    for _ in range(50):
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


def test_the_answer_is_lost_after_the_server_accepted(store, write, published, remote, server):
    head = write({'a': '2'}, published)
    server.add(Fault(method='POST', containing='git-receive-pack', drop='after'))
    error = raised('OutcomeUnknown', store.push, remote(), 'main', head, published)
    assert isinstance(error, OutcomeUnknown)
    assert store.remote_head(remote(), 'main') == head
    store.push(remote(), 'main', head, published)


def test_the_connection_breaks_before_the_server_worked(store, write, published, remote, server):
    head = write({'a': '2'}, published)
    server.add(Fault(method='POST', containing='git-receive-pack', drop='before', times=None))
    raised('OutcomeUnknown', store.push, remote(), 'main', head, published)
    server.clear()
    assert store.remote_head(remote(), 'main') == published
    store.push(remote(), 'main', head, published)
    assert store.remote_head(remote(), 'main') == head


def test_an_error_of_the_server_in_mid_push_is_unknown(store, write, published, remote, server):
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


def test_a_server_that_hangs(store, write, published, remote, server):
    hasty = GitStore(store.git_dir, GitSettings(timeout=0.8))
    server.add(Fault(delay=60, times=None))
    started = time.monotonic()
    error = raised('GitTimedOut', hasty.fetch, remote(), 'main')
    assert isinstance(error, TryAgainLater)
    raised('OutcomeUnknown', hasty.push, remote(), 'main', write({'a': '2'}, published), published)
    assert time.monotonic() - started < 15
    deadline = time.monotonic() + 5
    while processes_of(server.url) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_of(server.url) == []
    server.clear()
    hasty.clean_stale_locks()
    assert hasty.fetch(remote(), 'main') == published


def processes_of(word):
    """Every running process that has `word` among its arguments."""
    found = []
    for path in Path('/proc').glob('[0-9]*/cmdline'):
        try:
            if word.encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            continue
    return found


def test_the_secret_stands_nowhere(store, write, published, remote, server):
    """While git and its helpers wait for a slow server, everything about them is read."""
    seen = {'arguments': b'', 'environment': b'', 'count': 0}
    me = str(os.getpid())

    def look():
        # What this process itself inherited is not the engine's doing.
        for folder in Path('/proc').glob('[0-9]*'):
            try:
                if folder.name != me and str(store.git_dir).encode() in (
                    (folder / 'cmdline').read_bytes() + bytes((folder / 'cwd').readlink())
                ):
                    seen['count'] += 1
                    seen['arguments'] += (folder / 'cmdline').read_bytes()
                    seen['environment'] += (folder / 'environ').read_bytes()
            except OSError:
                continue

    for method in ('GET', 'POST'):
        server.add(Fault(method=method, before=look, times=None))
    store.push(remote(), 'main', write({'a': '2'}, published), published)
    store.fetch(remote(), 'main')
    assert seen['count'] >= 8
    assert b'GIT_CONFIG_COUNT' in seen['environment'] and b'--git-dir' in seen['arguments']
    for place in (seen['arguments'], seen['environment'], everything_in(store.git_dir)):
        assert b'canary' not in place and b'cGEgc3M' not in place and b'robot' not in place


def everything_in(folder):
    return b''.join(path.read_bytes() for path in folder.rglob('*') if path.is_file())


def test_the_secret_is_given_to_its_own_server_only(store, server, tmp_path, remote):
    """A proxy that asks for a password must not get the repository's."""
    (tmp_path / 'proxy').mkdir()
    heard = []
    with ProxyThatAsks(heard) as proxy:
        through = GitStore(
            store.git_dir, GitSettings(extra_config=(('http.proxy', proxy.url),), timeout=20)
        )
        raised('CredentialsRefused', through.fetch, remote(), 'main')
    assert heard and not any('canary' in line or 'cGEgc3M' in line for line in heard)


class ProxyThatAsks:
    """Answers every request with 407 and keeps what it was told."""

    def __init__(self, heard):
        import http.server

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                heard.append(str(self.headers))
                self.send_response(407)
                self.send_header('Proxy-Authenticate', 'Basic realm="proxy"')
                self.send_header('Content-Length', '0')
                self.end_headers()

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self.http.server_port}'
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.05,))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


def test_a_file_beyond_the_limit_is_not_taken_in(store, write, remote, tmp_path, authorship):
    noise = os.urandom(24 * 2**20)
    quick = GitSettings(extra_config=(('core.compression', '0'),))
    store = GitStore(store.git_dir, quick)
    head = store.commit(None, {'big': NewBlob(noise)}, 'big', authorship, 'refs/outbox/x')
    store.push(remote(), 'main', head, None)
    bounded = GitStore.create(tmp_path / 'b.git', GitSettings(pack_bytes=8 * 2**20))
    raised('DiskFull', bounded.fetch, remote(), 'main')
    assert bounded.resolve(tracking_ref('main')) is None
    bounded.clean_stale_locks()
    assert not [path for path in bounded.git_dir.rglob('*') if path.name.startswith('tmp_')]
    assert GitStore(bounded.git_dir).fetch(remote(), 'main') == head


def test_an_unsafe_tree_is_not_taken_in(store, remote, server, plain_git, tmp_path):
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


def test_a_locked_tracking_ref_is_named(store, published, remote):
    lock = store.git_dir / 'refs/sync/main.lock'
    lock.parent.mkdir(parents=True)
    lock.touch()
    raised('StoreLocked', store.fetch, remote(), 'main')
    store.clean_stale_locks()
    assert store.fetch(remote(), 'main') == published


def test_rewritten_history_is_fetched_as_it_is(store, write, published, remote, server, plain_git):
    other = write({'a': 'other'})
    assert store.fetch(remote(), 'main') == published
    store.push(remote(), 'parked', other, None)
    plain_git('update-ref', 'refs/heads/main', other, cwd=server.root / 'r.git')
    assert store.fetch(remote(), 'main') == other


def test_a_path_on_this_machine_only_when_allowed(store, write, tmp_path):
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


def test_a_persons_own_helper_is_asked_on_the_command_line(store, published, server, tmp_path):
    helper = tmp_path / 'helper'
    helper.write_text(
        '#!/bin/sh\ntest "$1" = get && printf \'username=robot\\npassword=pa ss"wörd-canary\\n\'\n'
    )
    helper.chmod(0o755)
    (tmp_path / '.gitconfig').write_text(f'[credential]\n\thelper = {helper}\n')
    settings = GitSettings(hermetic=False, environment={'HOME': str(tmp_path)})
    own = GitStore(store.git_dir, settings)
    address = f'{server.url}/r.git'
    assert own.remote_head(Remote(address, allow_protocols=HTTP), 'main') == published
    raised('CredentialsRefused', store.fetch, Remote(address, allow_protocols=HTTP), 'main')
    for url in ('ext::sh -c id', '-oProxyCommand=id'):
        raised('UrlRefused', own.fetch, Remote(url, allow_protocols=HTTP), 'main')
    raised('UrlRefused', own.fetch, Remote(address), 'main')


CRASHING = """
import sys
from pathlib import Path
from hedgehog_gitops.git import *
store = GitStore(Path(sys.argv[1]))
credential = PasswordCredential('robot', Secret(sys.argv[5]))
remote = Remote(sys.argv[2], credential, allow_protocols=('http',))
store.push(remote, 'main', sys.argv[3], sys.argv[4])
"""


def start_pushing(store, remote, head, expected):
    password = remote.credential.secret.reveal()
    arguments = [str(store.git_dir), remote.url, head, expected, password]
    return subprocess.Popen([sys.executable, '-c', CRASHING, *arguments])


@pytest.mark.parametrize('moment', ['before', 'after'])
def test_killed_in_mid_push(store, write, published, remote, server, plain_git, moment):
    """`kill -9` when the server got the commit, before and after it moved the branch."""
    head = write({f'{number}': os.urandom(2000).hex() for number in range(200)}, published)
    there = server.root / 'r.git'
    worker = []
    reached = threading.Event()

    def kill():
        worker[0].kill()
        worker[0].wait()
        reached.set()

    if moment == 'after':
        hook = there / 'hooks/post-receive'
        hook.parent.mkdir(exist_ok=True)
        hook.write_text('#!/bin/sh\nkill -9 "$(cat worker-pid)"\n')
        hook.chmod(0o755)
    else:
        server.add(Fault(method='POST', containing='git-receive-pack', before=kill, times=None))
    arguments = [
        str(store.git_dir),
        remote().url,
        head,
        published,
        remote().credential.secret.reveal(),
    ]
    worker.append(subprocess.Popen([sys.executable, '-c', CRASHING, *arguments]))
    (there / 'worker-pid').write_text(str(worker[0].pid))
    assert worker[0].wait(30) == -9
    reached.wait(10 if moment == 'before' else 0)
    server.clear()
    for _ in range(100):
        if store.remote_head(remote(), 'main') == head:
            break
        time.sleep(0.02)
    assert store.remote_head(remote(), 'main') == head
    (there / 'hooks/post-receive').unlink(missing_ok=True)
    for folder in (there, store.git_dir):
        plain_git('fsck', '--strict', cwd=folder)
    store.clean_stale_locks()
    store.push(remote(), 'main', head, published)
    store.push(remote(), 'main', write({'z': '1'}, head), head)


def test_killed_before_the_server_heard_of_it(store, write, published, remote, server, plain_git):
    head = write({'a': '2'}, published)
    worker = []
    server.add(Fault(method='GET', containing='receive-pack', before=lambda: worker[0].kill()))
    arguments = [
        str(store.git_dir),
        remote().url,
        head,
        published,
        remote().credential.secret.reveal(),
    ]
    worker.append(subprocess.Popen([sys.executable, '-c', CRASHING, *arguments]))
    assert worker[0].wait(30) == -9
    assert store.remote_head(remote(), 'main') == published
    store.clean_stale_locks()
    store.push(remote(), 'main', head, published)
    plain_git('fsck', '--strict', cwd=server.root / 'r.git')
