"""A feature branch is merged by what its files mean; a merge with a clash changes nothing."""

from dataclasses import replace

import pytest

from hedgehog_gitops.documents import read
from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.plans import ClashRule
from hedgehog_gitops.workflows import (
    BranchMerge,
    commit_plan,
    plan_branch_merge,
    plan_onboarding,
    plan_undo,
)

from ..workshop import AUTHORSHIP, BASE, LAB, OPERATION, Workshop, vpc

VPCS = f'{BASE}/managed/vpcs'
A, B = f'{VPCS}/a.yaml', f'{VPCS}/b.yaml'
KEY = ResourceKey('vpc.githedgehog.com', 'VPC', 'default', 'a')
LOG = f'{BASE}/.hnp/archive-log.yaml'


class Branches:
    """`main`, and `feature` that began where both had a.yaml and b.yaml."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        workshop.commit({A: vpc('a'), B: vpc('b'), 'README': 'x', LOG: 'one\n'})
        workshop.git('branch', 'feature')

    def on(self, branch: str, files) -> None:
        self.workshop.git('switch', '--quiet', branch)
        self.workshop.commit(files)

    def merge(self, rule=ClashRule.MERGE, **rules):
        git = self.workshop.git
        ends = [git('rev-parse', name).strip() for name in ('feature', 'main')]
        by_key = {replace(KEY, name=name): each for name, each in rules.items()}
        wanted = BranchMerge(*ends, 'feature', 'main', rule, by_key)
        return plan_branch_merge(self.workshop.store, wanted, LAB, OPERATION)

    def carry_out(self, plan):
        ref = 'refs/heads/main'
        commit = commit_plan(self.workshop.store, plan, plan.base, AUTHORSHIP, ref)
        self.workshop.git('switch', '--quiet', 'main')
        self.workshop.git('reset', '--hard', '--quiet')
        return commit


@pytest.fixture
def branches(workshop: Workshop) -> Branches:
    return Branches(workshop)


def vlan_of(content: bytes) -> int:
    return read(content).documents[0].value['spec']['subnets']['default']['vlan']


def test_neighbouring_fields_of_one_object_are_joined(branches, workshop):
    """Git's own merge calls neighbouring lines a conflict; their meaning is none."""
    branches.on('feature', {A: vpc('a', 7)})
    branches.on('main', {A: vpc('a').replace('10.0.1.0/24', '10.0.9.0/24  # moved')})
    plan = branches.merge()
    commit = branches.carry_out(plan)
    merged = workshop.show(A)
    assert merged.decode() == vpc('a', 7).replace('10.0.1.0/24', '10.0.9.0/24  # moved')
    parents = workshop.git('rev-list', '--parents', '-n1', commit).split()
    assert parents[1:] == [plan.base, workshop.git('rev-parse', 'feature').strip()]
    assert branches.merge().is_empty


def test_files_of_one_side_are_taken_as_they_are(branches, workshop):
    branches.on('feature', {B: None, f'{VPCS}/c.yaml': vpc('c'), 'docs/notes.md': 'words\n'})
    branches.on('main', {A: vpc('a', 9), 'README': 'y'})
    branches.carry_out(branches.merge())
    files = workshop.files()
    assert B not in files and f'{VPCS}/c.yaml' in files and 'docs/notes.md' in files
    assert vlan_of(workshop.show(A)) == 9 and workshop.show('README') == b'y'


def test_a_clash_stops_the_whole_merge_and_is_named(branches):
    branches.on('feature', {A: vpc('a', 7), B: vpc('b', 7)})
    branches.on('main', {A: vpc('a', 8)})
    plan = branches.merge()
    (conflict,) = plan.conflicts
    assert plan.is_empty and str(conflict.kind) == 'merge_conflict'
    assert conflict.fields == ('spec.subnets.default.vlan',) and conflict.ours.author == 'feature'


@pytest.mark.parametrize(('rule', 'vlan'), [(ClashRule.OURS, 7), (ClashRule.THEIRS, 8)])
def test_a_side_is_chosen_for_all_or_for_one_object(branches, workshop, rule, vlan):
    branches.on('feature', {A: vpc('a', 7)})
    branches.on('main', {A: vpc('a', 8)})
    assert not branches.merge(rule).conflicts
    branches.carry_out(branches.merge(a=rule))
    assert vlan_of(workshop.show(A)) == vlan


def test_a_removal_against_a_change_is_a_clash(branches):
    branches.on('feature', {A: None})
    branches.on('main', {A: vpc('a', 8)})
    (conflict,) = branches.merge().conflicts
    assert conflict.ours.text is None and str(conflict.kind) == 'merge_conflict'


def test_an_object_that_moved_on_one_side_is_changed_where_it_is_now(branches, workshop):
    moved = f'{BASE}/managed/mine/a.yaml'
    branches.on('main', {A: None, moved: vpc('a')})
    branches.on('feature', {A: vpc('a', 7)})
    branches.carry_out(branches.merge())
    assert vlan_of(workshop.show(moved)) == 7 and A not in workshop.files()


def test_the_same_new_object_on_both_sides_becomes_one(branches, workshop):
    branches.on('feature', {f'{BASE}/managed/more/c.yaml': vpc('c')})
    branches.on('main', {f'{VPCS}/c.yaml': vpc('c')})
    branches.carry_out(branches.merge())
    assert f'{BASE}/managed/more/c.yaml' not in workshop.files()


def test_other_files_changed_on_both_sides_are_left_to_git(branches):
    branches.on('feature', {'README': 'one'})
    branches.on('main', {'README': 'two'})
    plan = branches.merge()
    assert plan.is_empty
    assert [(f.code, f.file) for f in plan.findings] == [('MergeConflict', 'README')]


def test_logs_grow_on_both_sides(branches, workshop):
    branches.on('feature', {LOG: 'one\nfeature\n'})
    branches.on('main', {LOG: 'one\nmain\n'})
    branches.carry_out(branches.merge())
    assert workshop.show(LOG) == b'one\nmain\nfeature\n'


def test_a_file_that_cannot_be_read_is_not_guessed_at(branches):
    branches.on('feature', {A: vpc('a', 7)})
    branches.on('main', {A: 'kind: [\n'})
    assert [f.file for f in branches.merge().findings if f.code == 'MergeConflict'] == [A]


def test_branches_without_a_common_commit(branches, workshop):
    workshop.git('switch', '--quiet', '--orphan', 'stranger')
    workshop.commit({A: vpc('a')})
    ends = [workshop.git('rev-parse', name).strip() for name in ('stranger', 'main')]
    with pytest.raises(NeedsPerson, match='no commit in common'):
        wanted = BranchMerge(*ends, 'stranger', 'main')
        plan_branch_merge(workshop.store, wanted, LAB, OPERATION)


def test_a_merge_of_ours_can_be_undone(branches, workshop):
    workshop.git('switch', '--quiet', 'main')
    head = workshop.head()
    onboarded = plan_onboarding(workshop.store, head, LAB, OPERATION)
    branches.carry_out(onboarded)
    branches.on('feature', {A: vpc('a', 7)})
    before = workshop.git('rev-parse', 'main^{tree}')
    merge = branches.carry_out(branches.merge())
    undo = plan_undo(workshop.store, merge, OPERATION.id, OPERATION)
    branches.carry_out(undo)
    assert workshop.git('rev-parse', 'main^{tree}') == before
