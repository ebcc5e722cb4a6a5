"""Both ways of writing, `git` and `github_api`, pass the same scenarios on one repository."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hedgehog_gitops.errors import BranchMoved, NeedsPerson, OutcomeUnknown, Rejected
from hedgehog_gitops.git import Authorship, GitStore, Identity, Remote
from hedgehog_gitops.hosts import BranchCommit, Host
from hedgehog_gitops.identity import BlobId, CommitId, RepoPath
from hedgehog_gitops.plans import Change, Delete, Move, OperationKind, Plan, Write
from hedgehog_gitops.testing import Fault, decline_pushes
from hedgehog_gitops.testing.github_server import GitHubRepository, GitHubServer
from hedgehog_gitops.workflows import (
    HostedBranch,
    Outcome,
    RemoteBranch,
    Target,
    carried_out,
    carry_out,
    commit_plan,
)
from hedgehog_gitops.workflows.hosted_branch import MOST_BYTES, MOST_FILES
from hedgehog_gitops.workflows.trailers import PLANNED_COMMIT

from .conftest import the_host
from .people import Person

# A server and real repositories for each test.
pytestmark = pytest.mark.slow

ALICE = Identity('Alice Ng', 'alice@example.com')
SERVICE = Identity('netbox', 'netbox@example.com')
BY = Authorship(
    ALICE,
    SERVICE,
    datetime(2026, 11, 20, tzinfo=UTC),
    (('NetBox-Operation', 'op-1'), ('Change-Set-Id', 'set-1'), ('Co-authored-by', 'B <b@x.test>')),
)
FILES: dict[str, bytes | None] = {'a.yaml': b'a: 1\n', 'b.yaml': b'b: 1\n', 'c.yaml': b'c: 1\n'}

WAYS = ('git', 'github_api')


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def start(person: Person) -> CommitId:
    return person.push(FILES)


@pytest.fixture
def store(tmp_path: Path) -> GitStore:
    return GitStore.create(tmp_path / 'store.git')


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def target(way: str, person: Person, host: Host, store: GitStore, told: list[str]) -> Target:
    return the_target(way, store, person.remote, host, told)


def the_target(way: str, store: GitStore, remote: Remote, host: Host, told: list[str]) -> Target:
    if way == 'git':
        return RemoteBranch(store, remote, 'main')
    return HostedBranch(store, remote, 'main', host, told.append)


def planned(*changes: Change) -> Callable[[CommitId | None], Plan]:
    return lambda head: Plan(OperationKind.EDIT, head, 'Subject', tuple(changes), body=('Why.',))


def never(attempt: int) -> None:
    raise AssertionError('no second attempt was needed')


def write(path: str, content: bytes, mode: str = '100644') -> Write:
    return Write(RepoPath(path), content, 'test', mode=mode)


def blob(person: Person, path: str) -> BlobId:
    head = person.head()
    assert head is not None
    return person.store.list_tree(head)[RepoPath(path)].blob


def files(person: Person) -> dict[str, bytes]:
    head = person.head()
    tree = person.store.list_tree(head) if head else {}
    contents = person.store.read_blobs([entry.blob for entry in tree.values()])
    return {path: contents[entry.blob] for path, entry in tree.items()}


def check(outcome: Outcome, person: Person, start: CommitId) -> None:
    """One commit on the start, with everything that leads back from it."""
    assert outcome.published and outcome.made == person.head()
    (info,) = person.store.log(outcome.made or start, since=start)
    assert info.parents == (start,)
    assert (info.subject, info.body.partition('\n')[0]) == ('Subject', 'Why.')
    assert info.trailers['NetBox-Operation'] == 'op-1'
    assert info.trailers['Change-Set-Id'] == 'set-1'
    people = [info.author.name, *info.trailers['Co-authored-by'].split('\n')]
    assert any('Alice Ng' in name for name in people)
    assert 'B <b@x.test>' in people


def test_create(target: Target, store: GitStore, person: Person, start: CommitId) -> None:
    odd = b'\xff \r\n\0 no end'
    made = planned(write('new/ü.yaml', odd))
    check(carried_out(made, store, target, BY, never), person, start)
    assert files(person) == {**FILES, 'new/ü.yaml': odd}


def test_update(target: Target, store: GitStore, person: Person, start: CommitId) -> None:
    check(carried_out(planned(write('a.yaml', b'')), store, target, BY, never), person, start)
    assert files(person) == {**FILES, 'a.yaml': b''}


def test_delete(target: Target, store: GitStore, person: Person, start: CommitId) -> None:
    gone = Delete(RepoPath('b.yaml'), blob(person, 'b.yaml'), 'test')
    check(carried_out(planned(gone), store, target, BY, never), person, start)
    assert set(files(person)) == {'a.yaml', 'c.yaml'}


def test_move(target: Target, store: GitStore, person: Person, start: CommitId) -> None:
    away = Move(RepoPath('b.yaml'), RepoPath('dir/b.yaml'), blob(person, 'b.yaml'), 'test')
    check(carried_out(planned(away), store, target, BY, never), person, start)
    assert files(person) == {'a.yaml': b'a: 1\n', 'c.yaml': b'c: 1\n', 'dir/b.yaml': b'b: 1\n'}


def test_a_batch_is_one_commit(
    target: Target, store: GitStore, person: Person, start: CommitId, told: list[str]
) -> None:
    many = [write(f'many/{number}.yaml', b'%d\n' % number) for number in range(MOST_FILES - 2)]
    changes = (
        *many,
        write('a.yaml', b'a: 2\n'),
        Delete(RepoPath('b.yaml'), blob(person, 'b.yaml'), 'test'),
    )
    check(carried_out(planned(*changes), store, target, BY, never), person, start)
    assert len(files(person)) == len(many) + 2
    assert told == []


def test_nothing_to_do_makes_no_commit(
    target: Target, store: GitStore, person: Person, start: CommitId
) -> None:
    outcome = carried_out(planned(), store, target, BY, never)
    assert (outcome.made, outcome.commit, person.head()) == (None, start, start)


def test_a_lost_race_is_planned_again(
    target: Target, store: GitStore, person: Person, start: CommitId
) -> None:
    waited: list[int] = []

    def plan(head: CommitId | None) -> Plan:
        if not waited:
            person.push({'theirs.yaml': b'x: 1\n'})
        return planned(write('a.yaml', b'a: 2\n'))(head)

    outcome = carried_out(plan, store, target, BY, waited.append)
    assert waited == [1] and outcome.published
    assert files(person) == {**FILES, 'a.yaml': b'a: 2\n', 'theirs.yaml': b'x: 1\n'}
    assert [info.subject for info in person.store.log(person.head() or start, since=start)] == [
        'Subject',
        'By hand',
    ]


def test_many_writers_lose_no_commit(
    way: str,
    tmp_path: Path,
    person: Person,
    github: GitHubServer,
    repository: GitHubRepository,
    start: CommitId,
) -> None:
    def writer(number: int) -> CommitId | None:
        mine = GitStore.create(tmp_path / f'store-{number}.git')
        host = the_host(repository, github.token)
        target = the_target(way, mine, person.remote, host, [])
        change = write(f'writer/{number}.yaml', b'x: 1\n')
        outcome = carried_out(planned(change), mine, target, BY, lambda attempt: None, 12)
        return outcome.made

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(writer, range(6)))
    log = person.store.log(person.head() or start, since=start)
    assert {info.id for info in log} == made and len(made) == 6
    assert len(files(person)) == len(FILES) + 6


@pytest.mark.parametrize('drop', ['before', 'after'])
def test_a_broken_answer_is_judged_by_the_remote(
    way: str,
    target: Target,
    store: GitStore,
    person: Person,
    github: GitHubServer,
    start: CommitId,
    drop: str,
) -> None:
    plan = planned(write('a.yaml', b'a: 2\n'))(target.head())
    path = '/api/graphql' if way == 'github_api' else '/acme/fabrics.git/git-receive-pack'
    github.git.add(Fault(path, method='POST', drop=drop, times=2 if drop == 'before' else 1))  # type: ignore[arg-type]
    if drop == 'after':
        check(carry_out(plan, store, target, BY), person, start)
        return
    with pytest.raises(OutcomeUnknown):
        carry_out(plan, store, target, BY)
    assert person.head() == start
    github.git.clear()
    check(carry_out(plan, store, target, BY), person, start)


def test_a_protected_branch_is_a_refusal(
    target: Target, store: GitStore, person: Person, repository: GitHubRepository, start: CommitId
) -> None:
    repository.protect('main', 'Only by pull request.')
    decline_pushes(repository.served.folder, 'Only by pull request.')
    with pytest.raises(Rejected, match=r'Only by pull request\.') as refused:
        carried_out(planned(write('a.yaml', b'x')), store, target, BY, never)
    assert refused.value.reason == 'PushDeclined'
    assert person.head() == start


def test_an_empty_repository_gets_its_first_commit(
    target: Target, store: GitStore, person: Person, told: list[str], way: str
) -> None:
    outcome = carried_out(planned(write('a.yaml', b'a: 1\n')), store, target, BY, never)
    assert outcome.made == person.head() and files(person) == {'a.yaml': b'a: 1\n'}
    assert any('no commit yet' in each for each in told) is (way == 'github_api')


@pytest.mark.parametrize(
    ('change', 'why'),
    [
        (write('run.sh', b'x', '100755'), 'run.sh has mode 100755'),
        (write('big.bin', b'x' * (MOST_BYTES + 1)), f'{MOST_BYTES + 1} bytes are more than'),
        (write(b'a\xff'.decode('utf-8', 'surrogateescape'), b'x'), 'is not UTF-8'),
    ],
)
def test_what_the_api_cannot_say_goes_by_git_and_why_is_told(
    target: Target,
    way: str,
    store: GitStore,
    person: Person,
    start: CommitId,
    told: list[str],
    change: Write,
    why: str,
) -> None:
    check(carried_out(planned(change), store, target, BY, never), person, start)
    entry = person.store.list_tree(person.head() or start)[change.path]
    assert entry.mode == change.mode
    assert (len(told) == 1 and why in told[0]) is (way == 'github_api')


def test_a_file_that_becomes_a_folder_goes_by_git(
    target: Target, way: str, store: GitStore, person: Person, start: CommitId, told: list[str]
) -> None:
    gone = Delete(RepoPath('a.yaml'), blob(person, 'a.yaml'), 'test')
    plan = planned(gone, write('a.yaml/b', b'x'))
    check(carried_out(plan, store, target, BY, never), person, start)
    assert any('change places' in each for each in told) is (way == 'github_api')


class Stacks:
    """Several commits of one sync, each on top of the last."""

    def __init__(self, store: GitStore, start: CommitId) -> None:
        self.store, self.tip = store, start

    def add(self, name: str, **fields: str) -> CommitId:
        plan = planned(write(f'{name}.yaml', b'%s\n' % name.encode(), **fields))(self.tip)
        by = replace(BY, trailers=(('Change-Set-Id', name),))
        made = commit_plan(self.store, plan, self.tip, by, f'refs/outbox/{name}')
        assert made is not None
        self.tip = made
        return made


def test_a_stack_arrives_in_order(
    target: Target, store: GitStore, person: Person, start: CommitId
) -> None:
    target.head()
    stack = Stacks(store, start)
    for name in ('one', 'two', 'three'):
        stack.add(name)
    assert target.move(stack.tip, start) == person.head()
    log = person.store.log(person.head() or start, since=start)
    assert [info.trailers['Change-Set-Id'] for info in log] == ['three', 'two', 'one']
    assert store.tree_id(stack.tip) == person.store.tree_id(person.head() or start)


@pytest.mark.parametrize('way', ['github_api'])
def test_a_stack_goes_on_by_git_on_top_of_what_the_host_made(
    target: Target, store: GitStore, person: Person, start: CommitId, told: list[str]
) -> None:
    target.head()
    stack = Stacks(store, start)
    ours = [stack.add('one'), stack.add('two', mode='100755'), stack.add('three')]
    assert target.move(stack.tip, start) == person.head()
    log = person.store.log(person.head() or start, since=start)[::-1]
    assert [info.trailers[PLANNED_COMMIT] for info in log] == ours
    assert [info.author.name for info in log] == ['hedgehog-bot', 'Alice Ng', 'hedgehog-bot']
    assert len(told) == 1
    assert store.tree_id(stack.tip) == person.store.tree_id(person.head() or start)


@pytest.mark.parametrize('way', ['github_api'])
def test_what_the_host_made_before_a_race_was_lost_stays_and_is_found(
    target: Target, store: GitStore, person: Person, start: CommitId, github: GitHubServer
) -> None:
    assert isinstance(target, HostedBranch)
    target.head()
    stack = Stacks(store, start)
    ours = [stack.add('one'), stack.add('two')]
    first = target.put(ours[0], start)
    theirs = person.push({'theirs.yaml': b'x: 1\n'})
    with pytest.raises(BranchMoved):
        target.put(ours[1], first)
    assert person.head() == theirs
    log = person.store.log(theirs, since=start)
    assert [info.trailers.get(PLANNED_COMMIT) for info in log] == [None, ours[0]]


@pytest.mark.parametrize('way', ['github_api'])
def test_a_request_that_came_through_twice_is_found_on_the_branch(
    target: Target,
    store: GitStore,
    person: Person,
    host: Host,
    start: CommitId,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A proxy repeats the request; the second answer says that the branch has moved."""
    real = type(host).commit_on_branch

    def twice(self: Host, wanted: BranchCommit) -> CommitId:
        real(self, wanted)
        return real(self, wanted)

    monkeypatch.setattr(type(host), 'commit_on_branch', twice)
    check(carried_out(planned(write('a.yaml', b'2')), store, target, BY, never), person, start)


@pytest.mark.parametrize('way', ['github_api'])
def test_another_tree_than_ours_does_not_pass_for_ours(
    target: Target,
    store: GitStore,
    host: Host,
    start: CommitId,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = type(host).commit_on_branch

    def changed(self: Host, wanted: BranchCommit) -> CommitId:
        return real(self, replace(wanted, additions={RepoPath('a.yaml'): b'other'}))

    monkeypatch.setattr(type(host), 'commit_on_branch', changed)
    with pytest.raises(NeedsPerson) as differs:
        carried_out(planned(write('a.yaml', b'ours')), store, target, BY, never)
    assert differs.value.reason == 'CommitDiffers'
