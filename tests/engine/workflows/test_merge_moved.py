"""Branches that moved files are merged by what lies in them; no move and no removal is lost."""

import pytest

from hedgehog_gitops.layout import read_manifest, render_manifest
from hedgehog_gitops.plans import ClashRule
from hedgehog_gitops.workflows import BranchMerge, plan_branch_merge

from ..workshop import BASE, LAB, NOW, OPERATION, Workshop, switch, vpc
from .test_merge_branch import KEY, VPCS, A, B, Branches, vlan_of

Q, SUB = f'{VPCS}/q.yaml', f'{BASE}/managed/sub/one.yaml'
MANIFEST = f'{BASE}/.hnp/manifest.yaml'


@pytest.fixture
def branches(workshop: Workshop) -> Branches:
    return Branches(workshop)


def merged(branches: Branches, rule: ClashRule = ClashRule.MERGE):
    plan = branches.merge(rule)
    assert not plan.conflicts, [conflict.message for conflict in plan.conflicts]
    branches.carry_out(plan)
    return plan


def codes(plan) -> list[str]:
    return [finding.code for finding in plan.findings]


@pytest.mark.parametrize(('source', 'target'), [('feature', 'main'), ('main', 'feature')])
def test_a_removal_against_a_mere_move_removes_the_moved_object(branches, workshop, source, target):
    branches.on(source, {A: None})
    branches.on(target, {A: None, Q: vpc('a')})
    merged(branches)
    assert A not in workshop.files() and Q not in workshop.files()
    assert B in workshop.files()


@pytest.mark.parametrize(('source', 'target'), [('feature', 'main'), ('main', 'feature')])
def test_a_removal_against_a_move_with_a_change_is_a_clash(branches, source, target):
    branches.on(source, {A: None})
    branches.on(target, {A: None, Q: vpc('a', 8)})
    plan = branches.merge()
    (conflict,) = plan.conflicts
    assert conflict.resource == KEY and plan.is_empty


def test_a_move_with_a_change_is_chosen_over_a_removal_where_the_source_has_it(branches, workshop):
    branches.on('feature', {A: None, Q: vpc('a', 8)})
    branches.on('main', {A: None})
    merged(branches, ClashRule.OURS)
    assert vlan_of(workshop.show(Q)) == 8 and A not in workshop.files()


def test_a_change_meets_a_mere_move_where_the_target_put_it(branches, workshop):
    """The source moved it as well: its change comes, its place does not, and that is told."""
    branches.on('feature', {A: None, SUB: vpc('a', 8)})
    branches.on('main', {A: None, Q: vpc('a')})
    plan = merged(branches)
    assert vlan_of(workshop.show(Q)) == 8
    assert not {A, SUB} & set(workshop.files())
    assert codes(plan) == ['PlaceKept'] and SUB in plan.findings[0].message


@pytest.mark.parametrize('place', [Q, SUB])
@pytest.mark.parametrize('vlan', [1001, 7])
def test_a_move_is_carried_with_what_both_sides_say(branches, workshop, place, vlan):
    branches.on('feature', {A: None, place: vpc('a', vlan)})
    branches.on('main', {A: '# ours\n' + vpc('a').replace('10.0.1.0/24', '10.0.9.0/24')})
    plan = merged(branches)
    expected = '# ours\n' + vpc('a', vlan).replace('10.0.1.0/24', '10.0.9.0/24')
    assert workshop.show(place).decode() == expected
    assert A not in workshop.files() and 'PlaceKept' not in codes(plan)


def test_a_move_against_no_change_of_the_object_takes_its_neighbours_along_as_they_are(
    branches, workshop
):
    both = f'{vpc("a")}---\n{vpc("b")}'
    branches.on('main', {A: both, B: None})
    workshop.git('branch', '--force', 'feature')
    branches.on('feature', {A: None, Q: both})
    branches.on('main', {A: f'{vpc("a")}---\n{vpc("b", 5)}'})
    plan = merged(branches)
    assert workshop.show(Q).decode() == f'{vpc("a")}---\n{vpc("b", 5)}'
    assert A not in workshop.files() and 'move' in str(plan.changes[0].reason)


def test_a_file_that_was_divided_is_divided_with_the_new_text(branches, workshop):
    branches.on('main', {A: f'{vpc("a")}---\n{vpc("b")}', B: None})
    workshop.git('branch', '--force', 'feature')
    branches.on('feature', {A: vpc('a'), B: vpc('b')})
    branches.on('main', {A: f'{vpc("a", 3)}---\n{vpc("b", 5)}'})
    merged(branches)
    assert vlan_of(workshop.show(A)) == 3 and vlan_of(workshop.show(B)) == 5
    assert b'name: b' not in workshop.show(A)


def test_a_place_that_the_target_filled_is_not_taken_and_that_is_told(branches, workshop):
    branches.on('feature', {A: None, Q: vpc('a')})
    branches.on('main', {A: vpc('a', 8), Q: vpc('other')})
    plan = merged(branches)
    assert vlan_of(workshop.show(A)) == 8 and b'name: other' in workshop.show(Q)
    assert codes(plan) == ['PlaceKept'] and plan.findings[0].file == A


def test_a_move_of_what_the_target_describes_twice_is_told(branches, workshop):
    branches.on('feature', {A: None, Q: vpc('a')})
    branches.on('main', {SUB: vpc('a')})
    plan = merged(branches)
    assert {A, SUB} <= set(workshop.files()) and Q not in workshop.files()
    assert codes(plan) == ['PlaceKept'] and 'described 2 times' in plan.findings[0].message


def test_the_same_move_on_both_sides_is_none_to_be_told(branches, workshop):
    branches.on('feature', {A: None, Q: vpc('a', 7)})
    branches.on('main', {A: None, Q: vpc('a').replace('10.0.1.0/24', '10.0.9.0/24')})
    plan = merged(branches)
    assert vlan_of(workshop.show(Q)) == 7 and b'10.0.9.0/24' in workshop.show(Q)
    assert 'PlaceKept' not in codes(plan)


def test_what_both_sides_did_alike_is_left_alone(branches, workshop):
    for branch in ('feature', 'main'):
        branches.on(branch, {A: None, Q: vpc('a', 8), B: None})
    plan = merged(branches)
    assert not plan.changes and not plan.findings


def test_a_new_object_in_a_file_both_changed_gets_its_own(branches, workshop):
    branches.on('feature', {A: f'{vpc("a")}---\n{vpc("c")}'})
    branches.on('main', {A: vpc('a', 8)})
    plan = merged(branches)
    assert vlan_of(workshop.show(A)) == 8 and workshop.show(f'{VPCS}/c.yaml').endswith(
        vpc('c').encode()
    )
    assert 'PlaceKept' not in codes(plan)


def test_a_new_object_beside_a_moved_one_stays_beside_it(branches, workshop):
    branches.on('feature', {A: None, Q: f'{vpc("a")}---\n{vpc("c")}'})
    branches.on('main', {A: vpc('a', 8)})
    merged(branches)
    assert workshop.show(Q).decode() == f'{vpc("a", 8)}---\n{vpc("c")}'
    assert not {A, f'{VPCS}/c.yaml'} & set(workshop.files())


def test_files_that_changed_names_are_merged_in_place_and_told(branches, workshop):
    branches.on('feature', {A: vpc('b'), B: vpc('a')})
    branches.on('main', {A: vpc('a', 8), B: vpc('b', 9)})
    plan = merged(branches)
    assert vlan_of(workshop.show(A)) == 8 and vlan_of(workshop.show(B)) == 9
    assert codes(plan) == ['PlaceKept', 'PlaceKept']


def test_one_that_moves_out_makes_room_for_another(branches, workshop):
    branches.on('feature', {A: vpc('b'), B: None, Q: vpc('a')})
    branches.on('main', {A: vpc('a', 8), B: vpc('b', 9)})
    plan = merged(branches)
    assert vlan_of(workshop.show(Q)) == 8 and vlan_of(workshop.show(A)) == 9
    assert b'name: b' in workshop.show(A) and B not in workshop.files() and not plan.findings


def test_of_two_descriptions_each_side_removed_another_one(branches):
    """By path each removal would be taken, and the object were gone."""
    branches.on('main', {Q: vpc('a')})
    branches.workshop.git('branch', '--force', 'feature')
    branches.on('feature', {A: None})
    branches.on('main', {Q: None})
    (conflict,) = branches.merge().conflicts
    assert 'described 2 times' in conflict.message


@pytest.mark.parametrize(('source', 'target'), [('feature', 'main'), ('main', 'feature')])
def test_other_files_moved_here_and_removed_there_are_left_to_git(branches, source, target):
    branches.on(source, {'README': None})
    branches.on(target, {'README': None, 'docs/README': 'x'})
    plan = branches.merge()
    assert plan.is_empty
    assert [(f.code, f.file) for f in plan.findings] == [('MergeConflict', 'README')]


@pytest.mark.parametrize(('source', 'target'), [('feature', 'main'), ('main', 'feature')])
def test_neither_is_an_object_of_another_fabric_lost(branches, workshop, source, target):
    there, moved = 'fabrics/other/gitops/managed/vpcs/z.yaml', 'fabrics/other/gitops/managed/z.yaml'
    branches.on('main', {there: vpc('z')})
    workshop.git('branch', '--force', 'feature')
    branches.on(source, {there: None})
    branches.on(target, {there: None, moved: vpc('z', 7)})
    assert [(f.code, f.file) for f in branches.merge().findings] == [('MergeConflict', there)]


def test_what_both_sides_ingested_is_no_clash(branches, workshop):
    """The drop is gone on both, and its bytes are in managed/ on one of them."""
    raw, c = f'{BASE}/raw/c.yaml', f'{VPCS}/c.yaml'
    branches.on('main', {raw: vpc('c')})
    workshop.git('branch', '--force', 'feature')
    branches.on('feature', {raw: None, c: '# theirs\n' + vpc('c')})
    branches.on('main', {raw: None, c: vpc('c')})
    assert not merged(branches).findings


def test_what_is_no_object_is_not_dropped_from_a_file_both_changed(branches):
    foreign = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n'
    branches.on('feature', {A: f'{vpc("a")}---\n{foreign}'})
    branches.on('main', {A: vpc('a', 8)})
    plan = branches.merge()
    assert plan.is_empty and [(f.code, f.file) for f in plan.findings] == [('MergeConflict', A)]


def test_an_object_is_not_written_over_a_file_the_source_brings(branches, workshop):
    """Its usual place is taken by another object, which only the source has."""
    c = f'{VPCS}/c.yaml'
    branches.on('feature', {A: f'{vpc("a", 7)}---\n{vpc("c")}', c: switch('s')})
    branches.on('main', {A: vpc('a').replace('10.0.1.0/24', '10.0.9.0/24')})
    plan = branches.merge()
    assert plan.is_empty and {f.file for f in plan.findings if f.code == 'MergeConflict'} == {c}


class TestManifest:
    @pytest.fixture(autouse=True)
    def standing(self, branches, workshop) -> None:
        self.text = '# ours\n' + render_manifest(LAB, NOW).decode()
        branches.on('main', {MANIFEST: self.text})
        workshop.git('branch', '--force', 'feature')

    def with_policy(self, policy: str, text: str = '') -> str:
        return (text or self.text).replace('hold_document', policy)

    def with_strategy(self, strategy: str) -> str:
        return self.text.replace('rename_with_extension', strategy)

    def test_it_is_merged_by_field(self, branches, workshop):
        branches.on('feature', {MANIFEST: self.with_policy('hold_file')})
        branches.on('main', {MANIFEST: self.with_strategy('keep_in_place')})
        merged(branches)
        text = workshop.show(MANIFEST).decode()
        assert text == self.with_policy('hold_file', self.with_strategy('keep_in_place'))
        assert read_manifest(text.encode())[1] == ()

    def test_a_clash_names_the_fields_and_a_side_can_be_chosen(self, branches, workshop):
        branches.on('feature', {MANIFEST: self.with_policy('hold_file')})
        branches.on('main', {MANIFEST: self.with_policy('other')})
        plan = branches.merge()
        (finding,) = plan.findings
        assert plan.is_empty and (finding.code, finding.file) == ('MergeConflict', MANIFEST)
        assert 'bad_document_policy' in finding.message
        merged(branches, ClashRule.OURS)
        assert b'hold_file' in workshop.show(MANIFEST)

    def test_one_that_was_removed_is_named(self, branches):
        branches.on('feature', {MANIFEST: self.with_policy('hold_file')})
        branches.on('main', {MANIFEST: None})
        assert [f.file for f in branches.merge().findings] == [MANIFEST]

    def test_settings_kept_elsewhere_stand_and_the_others_are_told(self, branches, workshop):
        branches.on('feature', {MANIFEST: self.with_policy('hold_file')})
        branches.on('main', {MANIFEST: self.with_strategy('keep_in_place')})
        ends = [workshop.git('rev-parse', name).strip() for name in ('feature', 'main')]
        wanted = BranchMerge(*ends, 'feature', 'main', keeps_settings=True)
        plan = plan_branch_merge(workshop.store, wanted, LAB, OPERATION)
        (finding,) = plan.findings
        assert finding.code == 'SettingsKept' and 'bad_document_policy' in finding.message
        assert not plan.changes and plan.joins
