"""A branch under review is the host's alone, also where its history is joined with its base."""

from dataclasses import replace
from pathlib import Path

import pytest

from hedgehog_gitops.errors import BranchMoved
from hedgehog_gitops.git import GitStore
from hedgehog_gitops.hosts import Host
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.plans import Write
from hedgehog_gitops.testing.github_server import GitHubServer
from hedgehog_gitops.workflows import HostedBranch, commit_plan
from hedgehog_gitops.workflows.trailers import PLANNED_COMMIT

from .people import Person
from .test_write_through import BY, FILES, planned, write

# A server and real repositories for each test.
pytestmark = pytest.mark.slow


@pytest.fixture
def start(person: Person) -> CommitId:
    return person.push(FILES)


@pytest.fixture
def store(tmp_path: Path) -> GitStore:
    return GitStore.create(tmp_path / 'store.git')


@pytest.fixture
def told() -> list[str]:
    return []


class Joining:
    """A branch under review whose commits are made anew on what the base has by now."""

    def __init__(self, store: GitStore, person: Person, host: Host, told: list[str]) -> None:
        self.store, self.person = store, person
        self.branch = HostedBranch(store, person.remote, 'netbox/1', host, told.append)
        start = store.fetch(person.remote, 'main')
        assert start is not None
        assert self.branch.begin(start) == person.head('netbox/1') == start
        self.tip = self.branch.put(self.commit(start, write('a.yaml', b'a: 2\n')), start)

    def commit(self, parent: CommitId, change: Write, joins: CommitId | None = None) -> CommitId:
        self.store.fetch(self.person.remote, 'main')
        plan = replace(planned(change)(parent), joins=joins)
        made = commit_plan(self.store, plan, parent, BY, 'refs/outbox/joining')
        assert made is not None
        return made

    def anew(self, base: CommitId, content: bytes) -> CommitId:
        """The commit made anew, and where the host's branch stands after it."""
        return self.commit(base, write('a.yaml', content), self.tip)


@pytest.fixture
def joining(
    store: GitStore, person: Person, host: Host, told: list[str], start: CommitId
) -> Joining:
    return Joining(store, person, host, told)


def test_a_branch_under_review_is_the_hosts_alone(joining: Joining, told: list[str]) -> None:
    log = joining.store.log(joining.tip, since=joining.person.head())
    assert [info.committer.name for info in log] == ['GitHub']
    assert told == []


def test_histories_are_joined_by_the_host_and_nothing_is_pushed(
    joining: Joining, person: Person, store: GitStore, told: list[str], github: GitHubServer
) -> None:
    base = person.push({'c.yaml': b'c: 2\n'})
    ours = joining.anew(base, b'a: 3\n')
    pushes = [r for r in github.git.requests if r.target.endswith('git-receive-pack')]
    at = joining.branch.put(ours, joining.tip)
    assert at == person.head('netbox/1') and store.tree_id(at) == store.tree_id(ours)
    last, merge = store.log(at, limit=2)
    assert merge.parents == (joining.tip, base) and last.parents == (merge.id,)
    assert {last.committer.name, merge.committer.name} == {'GitHub'}
    assert merge.trailers['NetBox-Operation'] == 'op-1'
    # Only the commit that has the edit claims it.
    assert last.trailers[PLANNED_COMMIT] == ours and PLANNED_COMMIT not in merge.trailers
    assert told == []
    now = [r for r in github.git.requests if r.target.endswith('git-receive-pack')]
    assert len(now) == len(pushes)


def test_a_merge_that_says_everything_needs_no_commit_on_top(
    joining: Joining, person: Person, store: GitStore
) -> None:
    base = person.push({'c.yaml': b'c: 2\n'})
    ours = joining.anew(base, b'a: 2\n')
    at = joining.branch.put(ours, joining.tip)
    assert store.log(at, limit=1)[0].parents == (joining.tip, base)
    assert store.tree_id(at) == store.tree_id(ours)


def test_lines_that_clash_go_by_git_and_why_is_told(
    joining: Joining, person: Person, store: GitStore, told: list[str]
) -> None:
    base = person.push({'a.yaml': b'a: 1 # theirs\n'})
    ours = joining.anew(base, b'a: 2 # theirs\n')
    assert joining.branch.put(ours, joining.tip) == ours == person.head('netbox/1')
    assert 'cannot merge these lines' in told[0]


def test_somebody_elses_commit_below_the_merge_is_noticed(joining: Joining, person: Person) -> None:
    base = person.push({'c.yaml': b'c: 2\n'})
    ours = joining.anew(base, b'a: 3\n')
    person.push({'theirs.yaml': b'x: 1\n'}, branch='netbox/1')
    with pytest.raises(BranchMoved):
        joining.branch.put(ours, joining.tip)
    assert 'theirs.yaml' in person.store.list_tree(person.head('netbox/1') or base)
