"""What differs between two versions: by text and by meaning, of object, file and folder."""

import pytest

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.workflows import (
    Remove,
    fabric_difference,
    file_difference,
    resource_difference,
    the_commit,
)

from ..workshop import BASE, LAB, Workshop
from .versions_lab import KEY, MANAGED, RAW, VLAN, Lab


@pytest.fixture
def lab(workshop: Workshop) -> Lab:
    return Lab(workshop).started()


def test_two_commits_of_an_object(lab: Lab) -> None:
    before, after = lab.head, lab.set(2001)
    found = resource_difference(lab.store, LAB, KEY, before, after)
    (change,) = found.fields
    assert change.as_json() == {'field': VLAN, 'action': 'change', 'old': 1001, 'new': 2001}
    assert '-      vlan: 1001  # first of the range\n' in found.text
    assert '+      vlan: 2001  # first of the range\n' in found.text
    assert found.action == 'update'


def test_an_object_that_is_missing_on_one_side(lab: Lab) -> None:
    before, after = lab.head, lab.netbox(Remove(KEY))
    gone = resource_difference(lab.store, LAB, KEY, before, after)
    assert (gone.action, gone.new_path, gone.old_path) == ('delete', None, MANAGED)
    come = resource_difference(lab.store, LAB, KEY, after, before)
    assert (come.action, come.text.startswith('--- /dev/null\n')) == ('create', True)
    assert {change.as_json()['action'] for change in come.fields} == {'add'}


def test_a_commit_and_a_draft(lab: Lab) -> None:
    draft = lab.text().replace(b'vlan: 1001', b'vlan: 5')
    found = resource_difference(lab.store, LAB, KEY, lab.head, draft)
    assert [(change.field, change.old, change.new) for change in found.fields] == [(VLAN, 1001, 5)]
    assert '+      vlan: 5 ' in found.text


def test_null_is_not_the_same_as_absent(lab: Lab) -> None:
    text = lab.text()
    draft = text.replace(b'  vlanNamespace: default\n', b'  vlanNamespace: null\n')
    (nulled,) = resource_difference(lab.store, LAB, KEY, lab.head, draft).fields
    assert (nulled.as_json()['action'], nulled.new) == ('change', None)
    draft = text.replace(b'  vlanNamespace: default\n', b'')
    (removed,) = resource_difference(lab.store, LAB, KEY, lab.head, draft).fields
    assert removed.as_json()['action'] == 'remove'


def test_only_the_form_differs(lab: Lab) -> None:
    draft = lab.text().replace(b'  # first of the range', b'')
    found = resource_difference(lab.store, LAB, KEY, lab.head, draft)
    assert (found.fields, found.action) == ((), 'update')
    same = resource_difference(lab.store, LAB, KEY, lab.head, lab.head)
    assert (same.fields, same.action, same.text) == ((), 'same', '')


def test_the_folder(lab: Lab) -> None:
    before = lab.head
    lab.set(2001)
    lab.by_hand({f'{BASE}/unmanaged/note.txt': 'x', 'outside.txt': 'y'})
    found = {each.path: each for each in fabric_difference(lab.store, LAB, before, lab.head)}
    assert set(found) == {MANAGED, f'{BASE}/unmanaged/note.txt'}
    (about,) = found[MANAGED].objects
    assert (about.key, [change.field for change in about.fields]) == (KEY, [VLAN])
    assert found[f'{BASE}/unmanaged/note.txt'].action == 'create'


def test_one_file(lab: Lab) -> None:
    found = file_difference(lab.store, LAB, RAW, lab.dropped, lab.ingested)
    assert found is not None
    assert (found.action, found.as_json()['new_blob']) == ('delete', None)
    assert file_difference(lab.store, LAB, MANAGED, lab.head, lab.head) is None


def test_bytes_that_are_no_text_are_shown_all_the_same(lab: Lab) -> None:
    path = f'{BASE}/unmanaged/picture.bin'
    before, after = lab.head, lab.by_hand({path: b'\xff\x00\n'})
    found = file_difference(lab.store, LAB, path, before, after)
    assert found is not None
    assert '\\xff' in found.text


def test_only_commits_of_this_branch(lab: Lab) -> None:
    assert the_commit(lab.store, lab.dropped[:10], lab.head) == lab.dropped
    lab.workshop.git('checkout', '--quiet', '-b', 'side')
    aside = lab.by_hand({'x': 'x'})
    lab.workshop.git('checkout', '--quiet', 'main')
    for name in (aside, 'nothing', ''):
        with pytest.raises(NeedsPerson) as refused:
            the_commit(lab.store, name, lab.head)
        assert refused.value.reason == 'CommitUnknown'
