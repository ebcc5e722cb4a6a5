"""An edit made on an older version: both sides' changes, one text, and who is right at a clash."""

from datetime import timedelta

import pytest

from hedgehog_gitops.documents import read
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.plans import ClashRule, ConflictKind, Delete, Write
from hedgehog_gitops.workflows import Remove, ReplaceMeaning, ReplaceText, SetFields, Terms
from hedgehog_gitops.workflows.edit import plan_edits

from ..workshop import BASE, LAB, OPERATION, Workshop, vpc

A = ResourceKey('vpc.githedgehog.com', 'VPC', 'default', 'a')
VLAN = ('spec', 'subnets', 'default', 'vlan')
MODE = ('spec', 'mode')
PATH = f'{BASE}/managed/vpcs/a.yaml'
BASE_TEXT = vpc('a').encode()
# What a person did to the file meanwhile: another field, and a remark.
GIT = vpc('a').replace('10.0.1.0/24', '10.0.9.0/24  # moved')


@pytest.fixture
def plan(workshop: Workshop):
    def planned(edit, text=None):
        head = workshop.commit({PATH: text, f'{BASE}/managed/keep.txt': 'x'})
        return plan_edits(workshop.store, head, LAB, [edit], OPERATION)

    return planned


def value_of(content):
    return read(content).documents[0].value


def test_different_fields_are_joined_in_gits_text(plan):
    found = plan(SetFields(A, {VLAN: 7}, base_text=BASE_TEXT), GIT)
    (change,) = found.changes
    assert change.content.decode() == GIT.replace('vlan: 1001', 'vlan: 7')
    assert not found.conflicts and not found.settled
    assert [f.code for f in found.findings] == ['EditMerged']


def test_a_whole_meaning_does_not_take_back_what_git_changed(plan):
    """NetBox sends all of spec, labels and annotations; only what differs from the base counts."""
    spec = {**value_of(BASE_TEXT)['spec'], 'mode': 'l3vni'}
    annotated = GIT.replace('  name: a\n', '  name: a\n  labels: {rack: "1"}\n')
    (change,) = plan(ReplaceMeaning(A, spec, {}, {}, BASE_TEXT), annotated).changes
    now = value_of(change.content)
    assert now['spec']['mode'] == 'l3vni' and now['metadata']['labels'] == {'rack': '1'}
    assert now['spec']['subnets']['default']['subnet'] == '10.0.9.0/24'


def test_only_the_fields_that_clash_are_told(plan):
    theirs = GIT.replace('vlan: 1001', 'vlan: 8')
    found = plan(SetFields(A, {VLAN: 7, MODE: 'l3vni'}, base_text=BASE_TEXT), theirs)
    (conflict,) = found.conflicts
    assert found.is_empty and conflict.fields == ('spec.subnets.default.vlan',)
    assert conflict.theirs.author == 'Ada Example' and conflict.theirs.commit == found.base
    assert conflict.theirs.text == theirs.encode()


@pytest.mark.parametrize(('rule', 'vlan'), [(ClashRule.OURS, 7), (ClashRule.THEIRS, 8)])
def test_a_rule_decides_the_clash_and_nothing_else(plan, rule, vlan):
    theirs = GIT.replace('vlan: 1001', 'vlan: 8')
    edit = SetFields(A, {VLAN: 7, MODE: 'l3vni'}, base_text=BASE_TEXT, terms=Terms(rule))
    found = plan(edit, theirs)
    (change,) = found.changes
    spec = value_of(change.content)['spec']
    assert spec['subnets']['default'] == {'subnet': '10.0.9.0/24', 'vlan': vlan}
    assert spec['mode'] == 'l3vni' and b'# moved' in change.content
    (settlement,) = found.settled
    assert settlement.rule is rule and settlement.conflict.fields == ('spec.subnets.default.vlan',)
    assert settlement.outcome.text == change.content and not found.conflicts


@pytest.mark.parametrize(('minutes', 'vlan'), [(-1, 8), (1, 7)])
def test_the_later_edit_wins(plan, workshop, minutes, vlan):
    theirs = GIT.replace('vlan: 1001', 'vlan: 8')
    head = workshop.commit({PATH: theirs})
    when = workshop.store.log(head, limit=1)[0].when + timedelta(minutes=minutes)
    edit = SetFields(A, {VLAN: 7}, base_text=BASE_TEXT, terms=Terms(ClashRule.LATER, 'eve', when))
    found = plan_edits(workshop.store, head, LAB, [edit], OPERATION)
    changed = found.changes[0].content if found.changes else theirs.encode()
    assert value_of(changed)['spec']['subnets']['default']['vlan'] == vlan
    assert found.settled[0].rule is ClashRule.LATER
    assert found.settled[0].conflict.ours.author == 'eve'


@pytest.mark.parametrize('rule', [ClashRule.LATER, ClashRule.MERGE])
def test_who_touched_the_file_without_the_field_is_not_who_changed_it(workshop, rule):
    """A field set before the edit; since then a remark, and another object in the same file."""
    theirs = vpc('a').replace('vlan: 1001', 'vlan: 8')
    workshop.commit({PATH: vpc('a')})
    workshop.environment['GIT_AUTHOR_DATE'] = '2027-01-01T00:00:00+00:00'
    set_here = workshop.commit({PATH: theirs})
    when = workshop.store.log(set_here, limit=1)[0].when + timedelta(days=3)
    workshop.environment['GIT_AUTHOR_DATE'] = '2027-01-09T00:00:00+00:00'
    head = workshop.commit({PATH: f'# a remark\n{theirs}---\n{vpc("b")}'})
    edit = SetFields(A, {VLAN: 7}, base_text=BASE_TEXT, terms=Terms(rule, 'eve', when))
    found = plan_edits(workshop.store, head, LAB, [edit], OPERATION)
    settled = rule is ClashRule.LATER
    (conflict,) = (each.conflict for each in found.settled) if settled else found.conflicts
    assert conflict.theirs.commit == set_here
    if settled:
        assert b'vlan: 7' in found.changes[0].content


def test_without_a_time_the_later_edit_is_for_a_person(plan):
    edit = SetFields(A, {VLAN: 7}, base_text=BASE_TEXT, terms=Terms(ClashRule.LATER))
    assert plan(edit, GIT.replace('vlan: 1001', 'vlan: 8')).conflicts


def test_held_is_held_although_it_could_be_joined(plan):
    edit = SetFields(A, {VLAN: 7}, base_text=BASE_TEXT, terms=Terms(ClashRule.HOLD))
    found = plan(edit, GIT)
    assert found.is_empty
    assert found.conflicts[0].fields == ('spec.subnets.default.subnet', 'spec.subnets.default.vlan')


TYPED = BASE_TEXT.replace(b'vlan: 1001', b'vlan: 7  # asked for by NOC')


@pytest.mark.parametrize(
    ('typed', 'git', 'kept'),
    [
        # Comments of one side only: its text takes the other side's fields in.
        (TYPED, vpc('a').replace('10.0.1', '10.0.9'), [b'asked for by NOC', b'10.0.9.0/24']),
        (BASE_TEXT.replace(b'vlan: 1001', b'vlan: 7'), GIT, [b'vlan: 7', b'# moved']),
    ],
)
def test_a_typed_text_keeps_its_comments(plan, typed, git, kept):
    found = plan(ReplaceText(A, typed, BASE_TEXT), git)
    (change,) = found.changes
    assert all(part in change.content for part in kept) and not found.conflicts


def test_comments_of_both_sides_are_not_lost_silently(plan):
    found = plan(ReplaceText(A, TYPED, BASE_TEXT), GIT)
    assert found.is_empty and 'comments' in found.conflicts[0].message
    # A remark alone, on both sides, is as much work as a field.
    remark = BASE_TEXT + b'# mine\n'
    assert plan(ReplaceText(A, remark, BASE_TEXT), vpc('a') + '# theirs\n').conflicts
    ours = plan(ReplaceText(A, TYPED, BASE_TEXT, Terms(ClashRule.OURS)), GIT)
    assert b'asked for by NOC' in ours.changes[0].content and b'10.0.9' in ours.changes[0].content


def test_a_remark_made_in_git_survives_a_typed_text_that_knew_it_not(plan):
    typed = BASE_TEXT.replace(b'vlan: 1001', b'vlan: 7')
    (change,) = plan(ReplaceText(A, typed, BASE_TEXT), vpc('a') + '# theirs\n').changes
    assert change.content == typed + b'# theirs\n'


@pytest.mark.parametrize('rule', list(ClashRule))
def test_removed_here_and_changed_there(plan, rule):
    found = plan(Remove(A, BASE_TEXT, Terms(rule)), GIT)
    if rule is ClashRule.OURS:
        assert isinstance(found.changes[0], Delete) and found.settled[0].outcome.text is None
    elif rule is ClashRule.THEIRS:
        assert found.is_empty and found.settled[0].outcome.text == GIT.encode()
    else:
        assert found.is_empty and found.conflicts[0].kind is ConflictKind.MISSING_RESOURCE


@pytest.mark.parametrize('rule', list(ClashRule))
def test_changed_here_and_removed_there(plan, workshop, rule):
    workshop.commit({PATH: vpc('a')})
    edit = SetFields(A, {VLAN: 7}, base_text=BASE_TEXT, terms=Terms(rule))
    found = plan(edit)
    if rule is ClashRule.OURS:
        (change,) = found.changes
        assert isinstance(change, Write) and change.path == PATH and b'vlan: 7' in change.content
    elif rule is ClashRule.THEIRS:
        assert found.is_empty and found.settled[0].outcome.text is None
    else:
        (conflict,) = found.conflicts
        assert conflict.theirs.commit == found.base, 'the commit that removed it'


def test_a_moved_file_and_a_new_api_version_are_joined(plan, workshop):
    moved = GIT.replace('v1beta1', 'v1alpha2')
    head = workshop.commit({f'{BASE}/managed/other/place.yaml': moved})
    edit = SetFields(A, {VLAN: 7}, base_text=BASE_TEXT)
    (change,) = plan_edits(workshop.store, head, LAB, [edit], OPERATION).changes
    assert change.path.endswith('other/place.yaml')
    assert change.content.decode() == moved.replace('vlan: 1001', 'vlan: 7')


def test_what_cannot_be_edited_in_place_waits_for_a_person(plan):
    git = (
        GIT.replace('    default:\n', '    default: &d\n').replace(
            'spec:\n', 'spec:\n  mode: l2vni\n'
        )
        + '    other: *d\n'
    )
    found = plan(SetFields(A, {VLAN: 7}, base_text=BASE_TEXT), git)
    assert found.changes or found.conflicts
    if found.changes:
        spec = value_of(found.changes[0].content)['spec']['subnets']
        assert spec['default']['vlan'] == 7 and spec['other']['vlan'] == 1001
