"""Laws of versions, on random histories: going back reaches every state, and nothing is lost.

Each history is made of drops, ingestions, edits, file operations and work by hand.
"""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hedgehog_gitops.documents import parse_field_path
from hedgehog_gitops.identity import CommitId, ResourceKey
from hedgehog_gitops.workflows import (
    DeleteFile,
    MoveFile,
    NeedsDecision,
    Remove,
    SetFields,
    commit_plan,
    file_bytes,
    object_at,
    plan_edits,
    plan_file_operations,
    plan_ingest,
    plan_restore_fabric,
    plan_restore_resource,
    plan_undo,
    resource_blame,
    resource_history,
)

from ..engine.workflows.versions_lab import VLAN, Lab
from ..engine.workshop import AUTHORSHIP, BASE, LAB, OPERATION, Workshop, vpc

NAMES = ('a', 'b')
ACTS = st.lists(
    st.tuples(
        st.sampled_from(['drop', 'edit', 'remove', 'reformat', 'move', 'hand']),
        st.sampled_from(NAMES),
        st.integers(1, 9),
    ),
    min_size=1,
    max_size=7,
)


def key(name: str) -> ResourceKey:
    return ResourceKey('vpc.githedgehog.com', 'VPC', 'default', name)


def act(lab: Lab, what: str, name: str, number: int) -> None:
    place = object_at(lab.store, lab.head, LAB, key(name))
    if what == 'drop':
        lab.drop(vpc(name, number), f'{BASE}/raw/{name}.yaml')
        lab.put(plan_ingest(lab.store, lab.head, LAB, OPERATION))
    elif place is None:
        return
    elif what in ('edit', 'remove'):
        set_vlan = SetFields(key(name), {parse_field_path(VLAN): number})
        edit = Remove(key(name)) if what == 'remove' else set_vlan
        lab.put(plan_edits(lab.store, lab.head, LAB, [edit], OPERATION))
    elif what == 'reformat':
        lab.by_hand({place.path: b'# again\n' + lab.text(place.path)})
    elif what == 'move':
        to = f'{BASE}/managed/vpcs/{name}-{number}.yaml'
        if to not in lab.workshop.files():
            operation = MoveFile(place.path, to)
            lab.put(plan_file_operations(lab.store, lab.head, LAB, [operation]))
    else:
        lab.by_hand({f'{BASE}/unmanaged/{name}': str(number)})


def tree(lab: Lab, commit: str) -> dict[str, str]:
    entries = lab.store.list_tree(commit, BASE)
    return {path: entry.blob for path, entry in entries.items() if 'archive-log' not in path}


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(acts=ACTS)
def test_going_back(acts: list[tuple[str, str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(Workshop.made(Path(folder)))
        states = [lab.head]
        for what, name, number in acts:
            act(lab, what, name, number)
            if lab.head != states[-1]:
                states.append(lab.head)
        every_state_is_reached(lab, states)
        objects_come_back_byte_for_byte(lab, states)
        every_field_was_set_where_blame_says(lab)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=ACTS)
@example(acts=[('drop', 'a', 1), ('move', 'a', 2)])
@example(acts=[('drop', 'a', 1), ('move', 'a', 2), ('edit', 'a', 3)])
@example(acts=[('drop', 'a', 1), ('remove', 'a', 1), ('drop', 'a', 1), ('move', 'a', 2)])
def test_undoing_is_whole_or_refused(acts: list[tuple[str, str, int]]) -> None:
    """Whatever moved meanwhile: an object reads as before the undone commit, and stands once."""
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(Workshop.made(Path(folder)))
        states = [lab.head]
        for what, name, number in acts:
            act(lab, what, name, number)
            if lab.head != states[-1]:
                states.append(lab.head)
        for state in states[1:]:
            before = lab.store.log(state, limit=1)[0].parents[0]
            try:
                plan = plan_undo(lab.store, lab.head, state, OPERATION)
            except NeedsDecision as refused:
                assert refused.reason == 'ChangedSince'
                continue
            after = commit_plan(lab.store, plan, lab.head, AUTHORSHIP)
            assert after is not None
            for name in NAMES:
                if text_of(lab, before, name) != text_of(lab, state, name):
                    assert text_of(lab, after, name) == text_of(lab, before, name)
                assert len(files_of(lab, after, name)) <= 1


def text_of(lab: Lab, commit: CommitId, name: str) -> bytes | None:
    place = object_at(lab.store, commit, LAB, key(name))
    return place.text if place is not None else None


def files_of(lab: Lab, commit: str, name: str) -> list[str]:
    paths = [p for p in lab.workshop.files(commit) if p.startswith(f'{BASE}/managed/vpcs/')]
    return [path for path in paths if f'name: {name}\n'.encode() in lab.workshop.show(path, commit)]


def every_state_is_reached(lab: Lab, states: list[str]) -> None:
    for state in states:
        before = lab.head
        lab.put(plan_restore_fabric(lab.store, lab.head, LAB, state, OPERATION))
        assert tree(lab, lab.head) == tree(lab, state)
        assert lab.store.is_ancestor(before, lab.head)
        assert plan_restore_fabric(lab.store, lab.head, LAB, state, OPERATION).is_empty


def objects_come_back_byte_for_byte(lab: Lab, states: list[str]) -> None:
    for state in states:
        for name in NAMES:
            then = object_at(lab.store, state, LAB, key(name))
            now = object_at(lab.store, lab.head, LAB, key(name))
            if then is None:
                continue
            others = {p: b for p, b in tree(lab, lab.head).items() if now is None or p != now.path}
            lab.put(plan_restore_resource(lab.store, lab.head, LAB, key(name), state))
            found = object_at(lab.store, lab.head, LAB, key(name))
            assert found is not None
            assert file_bytes(lab.store, lab.head, found.path)[0] == then.blob
            left = {p: b for p, b in tree(lab, lab.head).items() if p != found.path}
            assert left == others


def every_field_was_set_where_blame_says(lab: Lab) -> None:
    """At the commit a field has that value, and before it not, wherever the object lay then."""
    for name in NAMES:
        commits = [entry.commit for entry in resource_history(lab.store, lab.head, LAB, key(name))]
        for each in resource_blame(lab.store, lab.head, LAB, key(name)):
            assert each.entry.commit in commits
            assert each.source is not None
            _, data = file_bytes(lab.store, each.entry.commit, each.source)
            line = data.decode().split('\n')[each.source_line - 1]
            assert str(each.value) in line


def test_a_deletion_is_undone_by_going_back() -> None:
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(Workshop.made(Path(folder))).started()
        before = tree(lab, lab.head)
        then = lab.head
        path = object_at(lab.store, then, LAB, key('a')).path
        lab.put(plan_file_operations(lab.store, then, LAB, [DeleteFile(path)]))
        lab.put(plan_restore_fabric(lab.store, lab.head, LAB, then, OPERATION))
        assert tree(lab, lab.head) == before
