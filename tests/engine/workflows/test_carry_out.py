"""The only writer: one commit a plan, moved by compare-and-swap, planned again after a race."""

from dataclasses import replace

import pytest

from hedgehog_gitops.errors import BranchMoved, OutcomeUnknown
from hedgehog_gitops.git import GitSettings, GitStore, Remote, find_repository
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.workflows import (
    LocalBranch,
    RemoteBranch,
    SetFields,
    carried_out,
    carry_out,
    plan_edits,
)

from ..workshop import AUTHORSHIP, BASE, LAB, OPERATION, Workshop, vpc

A = ResourceKey('vpc.githedgehog.com', 'VPC', 'default', 'a')
PATH = f'{BASE}/managed/vpcs/a.yaml'


@pytest.fixture
def server(workshop: Workshop) -> Workshop:
    workshop.commit({PATH: vpc('a')})
    workshop.push()
    return workshop


@pytest.fixture
def store(server: Workshop) -> GitStore:
    return GitStore.create(server.folder / 'store.git')


@pytest.fixture
def target(server: Workshop, store: GitStore) -> RemoteBranch:
    remote = Remote(f'file://{server.server}', allow_protocols=('file',))
    return RemoteBranch(store, remote, 'main')


def plan_vlan(store, vlan):
    edit = SetFields(A, {('spec', 'subnets', 'default', 'vlan'): vlan})
    return lambda head: plan_edits(store, head, LAB, [edit], OPERATION)


def never(attempt):
    raise AssertionError('no second attempt was needed')


def test_published_means_the_server_has_it(server, store, target):
    outcome = carried_out(plan_vlan(store, 5), store, target, AUTHORSHIP, never)
    assert outcome.published and outcome.made == server.head(cwd=server.server)
    assert set(outcome.timings) == {'plan', 'commit', 'publish'}
    assert store.list_refs('refs/hedgehog/') == {}
    again = carried_out(plan_vlan(store, 5), store, target, AUTHORSHIP, never)
    assert again.made is None and again.commit == outcome.commit
    assert server.count(cwd=server.server) == 2


def test_lost_race_is_planned_again_on_the_new_head(server, store, target):
    """Another person's push arrives between our reading and our push."""
    waited = []
    plan = plan_vlan(store, 5)

    def planned(head):
        made = plan(head)
        if not waited:
            server.commit({'theirs.txt': 'x'})
            server.push()
        return made

    outcome = carried_out(planned, store, target, AUTHORSHIP, waited.append)
    assert waited == [1] and outcome.published
    files = server.files(cwd=server.server)
    assert 'theirs.txt' in files
    assert b'vlan: 5' in server.show(PATH, cwd=server.server)


def test_races_are_lost_only_so_often(server, store, target):
    plan = plan_vlan(store, 5)

    def planned(head):
        server.commit({}, 'again')
        made = plan(head)
        server.push()
        return made

    waited = []
    with pytest.raises(BranchMoved):
        carried_out(planned, store, target, AUTHORSHIP, waited.append, attempts=3)
    assert waited == [1, 2]


def test_local_branch_that_moved_is_not_overwritten(server):
    store = server.store
    plan = plan_vlan(store, 5)(server.head())
    theirs = server.commit({'x': 'y'})
    target = LocalBranch(store, find_repository(server.clone, GitSettings()), 'refs/heads/main')
    with pytest.raises(BranchMoved):
        carry_out(plan, store, target, AUTHORSHIP)
    assert server.head() == theirs and server.status() == ''


@pytest.mark.parametrize('arrived', [True, False])
def test_broken_push_is_judged_by_the_remote(server, store, target, arrived):
    class Broken(GitStore):
        def push(self, remote, branch, new, expected):
            if arrived:
                super().push(remote, branch, new, expected)
            raise OutcomeUnknown('OutcomeUnknown', 'The line went dead.')

    broken = Broken(store.git_dir)
    target = replace(target, store=broken)
    if arrived:
        outcome = carried_out(plan_vlan(broken, 5), broken, target, AUTHORSHIP, never)
        assert outcome.published and server.head(cwd=server.server) == outcome.commit
    else:
        with pytest.raises(OutcomeUnknown):
            carried_out(plan_vlan(broken, 5), broken, target, AUTHORSHIP, never)


@pytest.mark.parametrize('said', [True, False])
def test_a_branch_that_cannot_be_read_after_a_push_leaves_it_open(server, store, target, said):
    class Away(GitStore):
        def push(self, remote, branch, new, expected):
            super().push(remote, branch, new, expected)
            server.server.rename(server.server.with_name('away'))
            if not said:
                raise OutcomeUnknown('OutcomeUnknown', 'The line went dead.')

    away = Away(store.git_dir)
    target = replace(target, store=away)
    with pytest.raises(OutcomeUnknown, match='could not be read'):
        carried_out(plan_vlan(away, 5), away, target, AUTHORSHIP, never)


def test_same_plan_on_the_same_parent_is_the_same_commit(server, store, target):
    head = target.head()
    plan = plan_vlan(store, 5)(head)
    one = store.resolve(carry_out(plan, store, target, AUTHORSHIP).commit)
    server.git('update-ref', 'refs/heads/main', head, cwd=server.server)
    assert carry_out(plan, store, target, AUTHORSHIP).commit == one
