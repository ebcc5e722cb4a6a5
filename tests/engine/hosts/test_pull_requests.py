"""Pull requests through the Host, on a real repository behind GitHub's API."""

import pytest

from hedgehog_gitops.errors import BranchMoved, NeedsPerson, OutcomeUnknown
from hedgehog_gitops.hosts import Host, PullRequestState
from hedgehog_gitops.testing.faults import Fault
from hedgehog_gitops.testing.github_server import GitHubRepository, GitHubServer

from .people import Person

# A server and real repositories for each test.
pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def branches(person: Person) -> None:
    person.push({'a.yaml': b'a: 1\n'})
    person.push({'b.yaml': b'b: 1\n'}, branch='netbox/1', onto='main')


def test_it_is_opened_found_and_read(host: Host, person: Person) -> None:
    assert host.find_pull_request('netbox/1', 'main') is None
    made = host.open_pull_request('netbox/1', 'main', 'Add b', 'Because.\n\nReally.')
    assert (made.state, made.head, made.base) == (PullRequestState.OPEN, 'netbox/1', 'main')
    assert made.head_commit == person.head('netbox/1')
    assert (made.title, made.body, made.merge_commit) == ('Add b', 'Because.\n\nReally.', None)
    assert made.url.endswith('/acme/fabrics/pull/1')
    assert host.find_pull_request('netbox/1', 'main') == made == host.pull_request(made.number)


def test_the_branch_moves_and_the_pull_request_with_it(host: Host, person: Person) -> None:
    made = host.open_pull_request('netbox/1', 'main', 'Add b', '')
    newer = person.push({'b.yaml': b'b: 2\n'}, branch='netbox/1')
    assert host.pull_request(made.number).head_commit == newer != made.head_commit


@pytest.mark.parametrize('method', ['merge', 'squash', 'rebase'])
def test_a_person_merges_it(
    host: Host, person: Person, repository: GitHubRepository, method: str
) -> None:
    made = host.open_pull_request('netbox/1', 'main', 'Add b', '')
    person.push({'c.yaml': b'c: 1\n'})
    merged = repository.merge(made.number, method)  # type: ignore[arg-type]
    now = host.pull_request(made.number)
    assert (now.state, now.merge_commit) == (PullRequestState.MERGED, merged)
    assert person.head() == merged
    assert set(person.store.list_tree(merged)) == {'a.yaml', 'b.yaml', 'c.yaml'}
    parents = person.store.log(merged, limit=1)[0].parents
    assert len(parents) == (2 if method == 'merge' else 1)


def test_pushing_its_commits_to_the_base_merges_it(host: Host, person: Person) -> None:
    made = host.open_pull_request('netbox/1', 'main', 'Add b', '')
    before, tip = person.head(), person.head('netbox/1')
    assert tip is not None
    person.store.push(person.remote, 'main', tip, before)
    now = host.pull_request(made.number)
    assert (now.state, now.merge_commit) == (PullRequestState.MERGED, tip)


def test_it_is_changed_and_closed(host: Host) -> None:
    made = host.open_pull_request('netbox/1', 'main', 'Add b', 'old')
    changed = host.update_pull_request(made.number, 'Add b and c', 'new')
    assert (changed.title, changed.body) == ('Add b and c', 'new')
    assert host.close_pull_request(made.number).state is PullRequestState.CLOSED
    found = host.find_pull_request('netbox/1', 'main')
    assert found is not None and found.state is PullRequestState.CLOSED


def test_the_open_one_is_found_before_closed_ones(host: Host) -> None:
    first = host.open_pull_request('netbox/1', 'main', 'First', '')
    host.close_pull_request(first.number)
    second = host.open_pull_request('netbox/1', 'main', 'Second', '')
    assert host.find_pull_request('netbox/1', 'main') == second


def test_opening_it_twice_gives_the_same(host: Host, repository: GitHubRepository) -> None:
    first = host.open_pull_request('netbox/1', 'main', 'Add b', '')
    assert host.open_pull_request('netbox/1', 'main', 'Again', '') == first
    assert len(repository.pulls) == 1


def test_what_github_does_not_accept_is_said_in_its_words(host: Host, person: Person) -> None:
    head = person.head()
    assert head is not None
    person.store.push(person.remote, 'same', head, None)
    with pytest.raises(NeedsPerson, match='No commits between main and same') as refused:
        host.open_pull_request('same', 'main', 'Nothing', '')
    assert refused.value.reason == 'HostRefused'
    with pytest.raises(NeedsPerson, match='PullRequest head invalid'):
        host.open_pull_request('missing', 'main', 'Nothing', '')


def test_a_broken_answer_is_told_apart_and_reading_decides(
    host: Host, github: GitHubServer, repository: GitHubRepository
) -> None:
    github.git.add(Fault('/api/', containing='/pulls', method='POST', drop='after'))
    with pytest.raises(OutcomeUnknown):
        host.open_pull_request('netbox/1', 'main', 'Add b', '')
    assert host.find_pull_request('netbox/1', 'main') is not None
    assert len(repository.pulls) == 1


def test_a_request_that_never_arrived_is_not_carried_out(
    host: Host, github: GitHubServer, repository: GitHubRepository
) -> None:
    github.git.add(Fault('/api/', containing='/pulls', method='POST', drop='before'))
    with pytest.raises(OutcomeUnknown):
        host.open_pull_request('netbox/1', 'main', 'Add b', '')
    assert host.find_pull_request('netbox/1', 'main') is None
    assert not repository.pulls


def test_the_base_is_merged_into_the_branch_by_the_host(host: Host, person: Person) -> None:
    tip, base = person.head('netbox/1'), person.push({'c.yaml': b'c: 1\n'})
    merged = host.merge_into_branch('netbox/1', base, 'Bring it up to date')
    assert merged is not None and person.head('netbox/1') == merged
    info = person.store.log(merged, limit=1)[0]
    assert (info.subject, info.parents) == ('Bring it up to date', (tip, base))
    with pytest.raises(BranchMoved):
        host.merge_into_branch('netbox/1', base, 'Again')


def test_lines_that_clash_are_not_merged(host: Host, person: Person) -> None:
    base = person.push({'b.yaml': b'b: 2\n'})
    tip = person.head('netbox/1')
    assert host.merge_into_branch('netbox/1', base, 'Bring it up to date') is None
    assert person.head('netbox/1') == tip
