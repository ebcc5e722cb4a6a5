"""Many files as one commit through the Host, by compare-and-swap."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from hedgehog_gitops.errors import (
    BranchMoved,
    NeedsPerson,
    OutcomeUnknown,
    Rejected,
    TryAgainLater,
)
from hedgehog_gitops.hosts import BranchCommit, Host
from hedgehog_gitops.identity import CommitId, RepoPath
from hedgehog_gitops.testing.faults import Fault
from hedgehog_gitops.testing.github import Grant
from hedgehog_gitops.testing.github_server import GitHubRepository, GitHubServer

from .conftest import the_host
from .people import Person

# A server and real repositories for each test.
pytestmark = pytest.mark.slow

GRAPHQL = '/api/graphql'


@pytest.fixture
def head(person: Person) -> CommitId:
    return person.push({'a.yaml': b'a: 1\n', 'b.yaml': b'b: 1\n'})


def wanted(head: CommitId, **files: bytes) -> BranchCommit:
    additions = {RepoPath(f'{name}.yaml'): content for name, content in files.items()}
    return BranchCommit('main', head, 'Subject\n\nBody\n\nChange-Set-Id: 7', additions)


def test_additions_and_deletions_are_one_commit(host: Host, person: Person, head: CommitId) -> None:
    odd = b'\xff\x00 \r\n no end'
    made = host.commit_on_branch(
        BranchCommit(
            'main',
            head,
            'Subject\n\nBody\n\nChange-Set-Id: 7\nCo-authored-by: Al <al@example.com>',
            {RepoPath('dir/ü.yaml'): odd, RepoPath('a.yaml'): b'a: 2\n'},
            (RepoPath('b.yaml'),),
        )
    )
    assert person.head() == made
    tree = person.store.list_tree(made)
    contents = person.store.read_blobs([entry.blob for entry in tree.values()])
    assert {path: contents[entry.blob] for path, entry in tree.items()} == {
        'a.yaml': b'a: 2\n',
        'dir/ü.yaml': odd,
    }
    info = person.store.log(made, limit=1)[0]
    assert info.parents == (head,)
    assert (info.subject, info.body) == ('Subject', 'Body')
    assert info.trailers == {
        'Change-Set-Id': '7',
        'Co-authored-by': 'Al <al@example.com>',
    }
    assert info.committer.name == 'GitHub'
    assert host.rate_limit is not None and host.rate_limit.remaining == 4999


def test_of_many_who_expect_the_same_head_one_wins(
    github: GitHubServer, repository: GitHubRepository, person: Person, head: CommitId
) -> None:
    def try_once(number: int) -> str:
        host = the_host(repository, github.token)
        try:
            return host.commit_on_branch(wanted(head, **{f'n{number}': b'x: 1\n'}))
        except BranchMoved:
            return ''

    with ThreadPoolExecutor(4) as pool:
        made = [commit for commit in pool.map(try_once, range(8)) if commit]
    assert made == [person.head()]
    assert person.store.log(CommitId(made[0]), limit=1)[0].parents == (head,)


def test_a_branch_that_moved_is_left_as_it_is(host: Host, person: Person, head: CommitId) -> None:
    newer = person.push({'a.yaml': b'a: 9\n'})
    with pytest.raises(BranchMoved):
        host.commit_on_branch(wanted(head, a=b'a: 2\n'))
    assert person.head() == newer


@pytest.mark.parametrize(('drop', 'arrived'), [('before', False), ('after', True)])
def test_a_broken_answer_leaves_the_outcome_open(
    host: Host, github: GitHubServer, person: Person, head: CommitId, drop: str, arrived: bool
) -> None:
    github.git.add(Fault(GRAPHQL, drop=drop))  # type: ignore[arg-type]
    with pytest.raises(OutcomeUnknown):
        host.commit_on_branch(wanted(head, a=b'a: 2\n'))
    assert (person.head() != head) is arrived


def test_a_gateway_that_gives_up_leaves_the_outcome_open(
    host: Host, github: GitHubServer, head: CommitId
) -> None:
    github.git.add(Fault(GRAPHQL, status=502))
    with pytest.raises(OutcomeUnknown, match='HTTP 502'):
        host.commit_on_branch(wanted(head, a=b'a: 2\n'))


def test_a_protected_branch_is_a_refusal_for_good(
    host: Host, repository: GitHubRepository, person: Person, head: CommitId
) -> None:
    repository.protect('main')
    with pytest.raises(Rejected, match='Changes must be made through a pull request') as refused:
        host.commit_on_branch(wanted(head, a=b'a: 2\n'))
    assert refused.value.reason == 'PushDeclined'
    assert person.head() == head


def test_a_token_that_may_not_write_is_refused(
    github: GitHubServer, repository: GitHubRepository, head: CommitId
) -> None:
    github.grants['reader'] = Grant('reader', may_write=False)
    with pytest.raises(Rejected, match='not accessible'):
        the_host(repository, 'reader').commit_on_branch(wanted(head, a=b'a: 2\n'))


def test_a_repository_that_is_not_there_needs_a_person(
    github: GitHubServer, repository: GitHubRepository, head: CommitId
) -> None:
    with pytest.raises(NeedsPerson) as refused:
        elsewhere = BranchCommit('missing', head, 'Subject', {RepoPath('a'): b''})
        the_host(repository, github.token).commit_on_branch(elsewhere)
    assert refused.value.reason == 'RemoteNotFound'


def test_the_budget_of_graphql_is_told_in_a_good_answer(
    host: Host, github: GitHubServer, head: CommitId
) -> None:
    body = b'{"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}'
    github.git.add(Fault(GRAPHQL, status=200, body=body))
    with pytest.raises(TryAgainLater) as slowed:
        host.commit_on_branch(wanted(head, a=b'a: 2\n'))
    assert (slowed.value.reason, slowed.value.after) == ('RateLimited', 60.0)
