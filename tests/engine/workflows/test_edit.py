"""Edits as NetBox publishes them: against a base, in numbers, and next to other people's work."""

import pytest

from hedgehog_gitops.documents import read
from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.plans import ConflictKind, Delete, Write
from hedgehog_gitops.workflows import (
    Create,
    Remove,
    ReplaceMeaning,
    ReplaceSpec,
    ReplaceText,
    SetFields,
    plan_edits,
)

from ..workshop import BASE, LAB, OPERATION, Workshop, vpc

A, B = (ResourceKey('vpc.githedgehog.com', 'VPC', 'default', name) for name in 'ab')
VLAN = ('spec', 'subnets', 'default', 'vlan')
PATH = f'{BASE}/managed/vpcs/a.yaml'


@pytest.fixture
def plan(workshop: Workshop):
    """Plans edits on the head; `files` are committed first."""

    def planned(*edits, **files):
        names = {f'{BASE}/managed/vpcs/{name}.yaml': text for name, text in files.items()}
        head = workshop.commit(names)
        return plan_edits(workshop.store, head, LAB, edits, OPERATION)

    return planned


def text(name: str, vlan: int = 1001) -> bytes:
    return vpc(name, vlan).encode()


def test_several_edits_of_one_object_meet_in_one_change(plan):
    edits = (SetFields(A, {VLAN: 5}), SetFields(A, {('spec', 'mode'): 'l3'}))
    (change,) = plan(*edits, a=vpc('a')).changes
    assert isinstance(change, Write) and change.resource == A and change.path == PATH
    assert b'vlan: 5  # first' in change.content and b'mode: l3' in change.content


def test_edits_of_several_documents_of_one_file(plan):
    (change,) = plan(SetFields(A, {VLAN: 5}), SetFields(B, {VLAN: 6}),
                     many=f'{vpc("a")}---\n{vpc("b")}').changes  # fmt: skip
    assert change.content.decode() == f'{vpc("a", 5)}---\n{vpc("b", 6)}'
    assert change.resource is None


def test_edit_on_the_base_it_was_made_on(plan):
    edit = SetFields(A, {VLAN: 5}, base_text=text('a'))
    assert plan(edit, a=vpc('a')).changes
    assert plan(edit, a='# a remark changes no meaning\n' + vpc('a')).conflicts == ()


def test_edit_on_an_older_base_is_a_conflict_and_the_others_go_on(plan):
    stale = SetFields(A, {VLAN: 5}, base_text=text('a', 1))
    found = plan(stale, SetFields(B, {VLAN: 6}), a=vpc('a', 2), b=vpc('b'))
    (conflict,) = found.conflicts
    assert conflict.kind is ConflictKind.CONCURRENT_MODIFICATION and conflict.resource == A
    assert conflict.fields == ('spec.subnets.default.vlan',)
    assert conflict.base.text == text('a', 1)
    assert conflict.ours.text == text('a', 5) and conflict.theirs.text == text('a', 2)
    assert [change.resource for change in found.changes] == [B]


def test_both_sides_having_made_the_same_change_is_no_conflict(plan):
    found = plan(SetFields(A, {VLAN: 5}, base_text=text('a', 1)), a=vpc('a', 5))
    assert found.is_empty and found.conflicts == ()


@pytest.mark.parametrize(
    'edit', [SetFields(A, {VLAN: 5}, base_text=text('a')), Remove(A, base_text=text('a'))], ids=repr
)
def test_object_that_is_gone_in_git(plan, edit):
    found = plan(edit, b=vpc('b'))
    if isinstance(edit, Remove):
        assert found.is_empty and found.conflicts == ()
    else:
        assert [c.kind for c in found.conflicts] == [ConflictKind.MISSING_RESOURCE]


def test_removing_an_object_that_git_changed_is_a_conflict(plan):
    found = plan(Remove(A, base_text=text('a', 1)), a=vpc('a', 2))
    assert found.is_empty and [c.kind for c in found.conflicts] == [ConflictKind.MISSING_RESOURCE]


def test_remove_takes_the_file_or_only_the_document(plan):
    assert isinstance(plan(Remove(A), a=vpc('a')).changes[0], Delete)
    both = f'{vpc("a")}---\n{vpc("b")}'
    (change,) = plan(Remove(A), a=None, many=both).changes
    assert change.content.decode() == f'---\n{vpc("b")}'


def test_create_annotates_and_is_idempotent(plan):
    (change,) = plan(Create(A, text('a')), b=vpc('b')).changes
    assert change.path == PATH and change.replaces is None
    (document,) = read(change.content).documents
    assert document.value['metadata']['annotations'] == {
        'hnp.githedgehog.com/managed-by': 'netbox-hedgehog',
        'hnp.githedgehog.com/fabric': 'lab',
    }
    assert plan(Create(A, text('a')), a=change.content.decode()).is_empty
    assert plan(Create(A, text('a', 9)), a=vpc('a')).conflicts


def test_create_does_not_overwrite_what_it_does_not_know(plan):
    found = plan(Create(A, text('a')), a='something: else\n')
    assert found.is_empty and found.conflicts[0].theirs.text == b'something: else\n'


def test_replace_meaning_keeps_our_annotations_and_empty_mappings(plan):
    annotations = '    hnp.githedgehog.com/original-file: raw/x.yaml\n    team: net\n'
    mine = vpc('a').replace('metadata:\n', f'metadata:\n  annotations:\n{annotations}')
    spec = {**read(text('a', 8)).documents[0].value['spec']}
    edit = ReplaceMeaning(A, spec, {'rack': '7'}, {'owner': 'ada'})
    (change,) = plan(edit, a=mine).changes
    metadata = read(change.content).documents[0].value['metadata']
    assert metadata['annotations'] == {
        'hnp.githedgehog.com/original-file': 'raw/x.yaml', 'owner': 'ada',
    }  # fmt: skip
    assert metadata['labels'] == {'rack': '7'} and b'vlan: 8  # first' in change.content
    assert plan(ReplaceMeaning(A, spec, {}, {}), a=vpc('a', 8)).is_empty


def test_replace_text_takes_these_very_bytes(plan):
    mine = b'# by hand\n' + text('a', 4)
    (change,) = plan(ReplaceText(A, mine, base_text=text('a')), a=vpc('a')).changes
    assert change.content == mine


@pytest.mark.parametrize(
    'edit',
    [
        ReplaceText(A, text('b')),
        ReplaceText(A, b'a: [1'),
        ReplaceText(A, text('a') + b'---\n' + text('b')),
        ReplaceText(A, b'# nothing\n'),
        SetFields(A, {('metadata', 'namespace'): 'other'}),
        SetFields(A, {('spec', 'subnets', 'default', 'vlan', 'x'): 1}),
        Create(A, text('b')),
        SetFields(B, {VLAN: 1}),
        ReplaceSpec(B, {}),
    ],
    ids=repr,
)
def test_what_cannot_be_done_says_why(plan, edit):
    with pytest.raises(NeedsPerson) as refused:
        plan(edit, a=vpc('a'))
    assert refused.value.reason in {'TextRefused', 'IdentityChanged', 'FieldRefused',
                                    'ResourceMissing'}  # fmt: skip


def test_object_described_twice_is_not_guessed(plan):
    found = plan(SetFields(A, {VLAN: 5}), a=vpc('a'), copy=vpc('a', 2))
    assert found.is_empty and found.conflicts[0].kind is ConflictKind.DUPLICATE_IDENTITY
