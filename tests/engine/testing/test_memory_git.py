"""Git in memory says what real Git says, down to the names of commits, for random work on both."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hedgehog_gitops.errors import BranchMoved, EngineError, NeedsPerson, OutcomeUnknown
from hedgehog_gitops.git import (
    Authorship,
    ExistingBlob,
    GitStore,
    Identity,
    NewBlob,
    Remote,
    TreeEdit,
)
from hedgehog_gitops.identity import CommitId, RepoPath
from hedgehog_gitops.testing.memory_git import MemoryServer, MemoryStore
from hedgehog_gitops.testing.repositories import make_repository

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PATHS = [RepoPath(f'{folder}{name}') for folder in ('', 'a/', 'a/b/', 'a.d/') for name in 'xyz']
MEMORY = Remote('https://memory.example/lab.git')


def authorship(number: int) -> Authorship:
    ada = Identity('Ada Example', f'ada{number}@example.test')
    trailers = (('Operation-Id', str(number)), ('NetBox-User', 'ada')) if number % 3 else ()
    return Authorship(ada, Identity('Service', 's@example.test'), NOW + timedelta(number), trailers)


def some_edits(chance: random.Random, store: GitStore, head: CommitId | None) -> dict:
    files = store.list_tree(head) if head else {}
    edits: dict[RepoPath, TreeEdit] = {}
    for path in chance.sample(PATHS, chance.randint(1, 4)):
        what = chance.choice(('new', 'new', 'gone', 'same'))
        if what == 'gone' and path in files:
            edits[path] = None
        elif what == 'same' and files:
            edits[path] = ExistingBlob(chance.choice([*files.values()]).blob)
        else:
            edits[path] = NewBlob(chance.randbytes(chance.randint(0, 40)), '100644')
    return edits


@pytest.mark.parametrize('seed', range(6))
def test_both_say_the_same(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    real, memory = GitStore.create(tmp_path / 'real.git'), MemoryStore(MemoryServer())
    head: CommitId | None = None
    heads: list[CommitId] = []
    for number in range(12):
        edits = some_edits(chance, memory, head)
        message = f'Change {number}\n\nBecause of {number}.\n'
        made = [
            store.commit(head, edits, message, authorship(number), 'refs/outbox/x')
            for store in (real, memory)
        ]
        assert made[0] == made[1], 'the commit has another name'
        head = made[0]
        heads.append(head)

    def same(ask: Callable[[GitStore], object]) -> None:
        assert ask(real) == ask(memory)

    first, middle, last = heads[0], heads[5], heads[-1]
    for under in ('', 'a', 'a/b', 'a.d', 'none'):
        folder = RepoPath(under)
        same(lambda store, folder=folder: list(store.list_tree(last, folder).items()))
        same(lambda store, folder=folder: store.changed(middle, last, folder))
        same(lambda store, folder=folder: store.changed(None, first, folder))
        same(lambda store, folder=folder: store.tree_id(last, folder))
    for paths in ([], [PATHS[0]], [RepoPath('a')], [PATHS[4], PATHS[9]]):
        same(lambda store, paths=paths: store.log(last, paths=paths))
        same(lambda store, paths=paths: store.log(last, since=middle, paths=paths, limit=2))
    # Steps follow files, and no folders.
    for paths in ([], [PATHS[0]], [PATHS[4], PATHS[9]]):
        same(lambda store, paths=paths: store.steps(last, paths))
        same(lambda store, paths=paths: store.steps(last, paths, middle))
    same(lambda store: (store.is_ancestor(first, last), store.is_ancestor(last, first)))
    same(lambda store: (store.list_refs('refs/outbox/'), store.resolve('refs/outbox/x')))
    blobs = {entry.blob for entry in memory.list_tree(last).values()}
    same(lambda store: store.read_blobs(blobs))
    same(lambda store: store.blob_sizes(blobs))


def both(tmp_path: Path) -> list[tuple[GitStore, GitStore, Remote]]:
    """Two clones of one server, in reality and in memory."""
    bare = make_repository(tmp_path / 'served.git')
    remote = Remote(f'file://{bare}', allow_protocols=('file',))
    server = MemoryServer()
    return [
        (GitStore.create(tmp_path / 'one'), GitStore.create(tmp_path / 'two'), remote),
        (MemoryStore(server), MemoryStore(server), MEMORY),
    ]


def test_a_push_is_compare_and_swap(tmp_path: Path) -> None:
    for one, two, remote in both(tmp_path):
        first = one.commit(None, {PATHS[0]: NewBlob(b'1')}, 'One', authorship(1), 'refs/x')
        one.push(remote, 'main', first, None)
        assert two.resolve(first) is None, 'a commit nobody fetched is not known'
        assert two.fetch(remote, 'main') == first
        second = two.commit(first, {PATHS[1]: NewBlob(b'2')}, 'Two', authorship(2), 'refs/x')
        two.push(remote, 'main', second, first)
        late = one.commit(first, {PATHS[2]: NewBlob(b'3')}, 'Late', authorship(3), 'refs/x')
        with pytest.raises(BranchMoved):
            one.push(remote, 'main', late, first)
        with pytest.raises(NeedsPerson, match='does not stand on'):
            one.fetch(remote, 'main')
            one.push(remote, 'main', late, second)
        assert one.remote_heads(remote) == {'main': second}
        assert one.fetch(remote, 'other') is None


def test_a_folder_is_not_overwritten_by_a_file(tmp_path: Path) -> None:
    for one, _two, _remote in both(tmp_path):
        path = RepoPath('a/x')
        first = one.commit(None, {path: NewBlob(b'1')}, 'One', authorship(1), 'refs/x')
        with pytest.raises(NeedsPerson, match='is a f'):
            one.commit(first, {RepoPath('a'): NewBlob(b'2')}, 'Two', authorship(2), 'refs/x')
        with pytest.raises(NeedsPerson, match='is a f'):
            one.commit(first, {RepoPath('a/x/y'): NewBlob(b'2')}, 'Two', authorship(2), 'refs/x')


@pytest.mark.parametrize(
    ('fault', 'arrives', 'answers'),
    [
        ('lost_before', False, True),
        ('lost_after', True, True),
        ('lost_and_away', True, False),
        ('refused', False, True),
        ('away', False, False),
    ],
)
def test_faults_do_what_they_say(fault: str, arrives: bool, answers: bool) -> None:
    server = MemoryServer()
    store = MemoryStore(server)
    made = store.commit(None, {PATHS[0]: NewBlob(b'1')}, 'One', authorship(1), 'refs/x')
    server.faults.append(fault)
    with pytest.raises(EngineError) as caught:
        store.push(MEMORY, 'main', made, None)
    assert isinstance(caught.value, OutcomeUnknown) == fault.startswith('lost')
    assert (server.branches.get('main') == made) is arrives
    assert server.away is not answers
