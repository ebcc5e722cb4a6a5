"""What is to be undone is found where somebody has put it since; nothing is left or made twice."""

import pytest

from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.workflows import (
    NeedsDecision,
    Remove,
    plan_edits,
    plan_ingest,
    plan_restore_file,
)

from ..workshop import BASE, LAB, OPERATION, Workshop, vpc
from .test_undo import A, B, carry_out, edited, laid_out, tree, undo

__all__ = ['laid_out']

Q, SUB = f'{BASE}/managed/vpcs/q.yaml', f'{BASE}/managed/sub/one.yaml'
RAW = f'{BASE}/raw/two.yaml'


def refused(workshop: Workshop, *commits: str) -> dict[str, str]:
    with pytest.raises(NeedsDecision) as error:
        undo(workshop, commits)
    assert error.value.reason == 'ChangedSince'
    return {str(finding.file): finding.message for finding in error.value.findings}


def move(workshop: Workshop, source: str, target: str, text: bytes | None = None) -> str:
    return workshop.commit({target: text or workshop.show(source), source: None}, 'Move it')


@pytest.mark.parametrize('place', [Q, SUB])
def test_an_object_that_was_moved_goes_from_where_it_lies(workshop: Workshop, place: str) -> None:
    before = tree(workshop)
    made = edited(workshop, A, vpc('a'))
    move(workshop, A, place)
    carry_out(workshop, undo(workshop, [made]))
    assert tree(workshop) == before
    assert undo(workshop, [made]).is_empty


def test_one_that_was_moved_and_changed_is_named_and_stays(workshop: Workshop) -> None:
    made = edited(workshop, A, vpc('a'))
    moved = move(workshop, A, Q, vpc('a', 7).encode())
    named = refused(workshop, made)
    assert list(named) == [Q] and moved[:12] in named[Q]


def test_one_that_was_joined_with_others_is_named(workshop: Workshop) -> None:
    edited(workshop, B, vpc('b'))
    made = edited(workshop, A, vpc('a'))
    workshop.commit({A: None, B: f'{vpc("b")}---\n{vpc("a")}'})
    assert list(refused(workshop, made)) == [B]


def test_a_file_that_cannot_be_read_is_known_by_its_bytes(workshop: Workshop) -> None:
    before = tree(workshop)
    made = edited(workshop, A, 'kind: [\n')
    move(workshop, A, Q)
    carry_out(workshop, undo(workshop, [made]))
    assert tree(workshop) == before


def test_one_that_is_really_gone_is_done_already(workshop: Workshop) -> None:
    made = edited(workshop, A, vpc('a'))
    workshop.commit({A: None})
    assert undo(workshop, [made]).is_empty


def test_a_second_description_that_was_settled_leaves_the_first_alone(workshop: Workshop) -> None:
    edited(workshop, B, vpc('a'))
    made = edited(workshop, A, vpc('a'))
    workshop.commit({A: None})
    assert undo(workshop, [made]).is_empty


def ingested_two(workshop: Workshop) -> str:
    edited(workshop, RAW, f'{vpc("a")}---\n{vpc("b")}')
    return carry_out(workshop, plan_ingest(workshop.store, workshop.head(), LAB, OPERATION))


def test_an_ingestion_is_undone_whole_though_a_file_was_moved(workshop: Workshop) -> None:
    made = ingested_two(workshop)
    move(workshop, A, Q)
    carry_out(workshop, undo(workshop, [made]))
    files = workshop.files()
    assert RAW in files and not {A, B, Q} & set(files)


def test_an_ingestion_is_not_undone_by_half(workshop: Workshop) -> None:
    made = ingested_two(workshop)
    move(workshop, A, Q, workshop.show(A).replace(b'1001', b'7'))
    assert list(refused(workshop, made)) == [Q]


def test_a_move_is_undone_from_where_the_file_was_moved_on(workshop: Workshop) -> None:
    edited(workshop, A, vpc('a'))
    before = tree(workshop)
    made = move(workshop, A, Q)
    move(workshop, Q, SUB)
    plan = undo(workshop, [made])
    assert [(type(change).__name__, change.path) for change in plan.changes] == [('Move', A)]
    carry_out(workshop, plan)
    assert tree(workshop) == before


@pytest.mark.parametrize('vlan', [1001, 7])
def test_a_removal_is_not_undone_beside_the_object_made_anew(workshop: Workshop, vlan: int) -> None:
    edited(workshop, A, vpc('a'))
    removed = workshop.commit({A: None})
    anew = edited(workshop, Q, vpc('a', vlan))
    named = refused(workshop, removed)
    assert list(named) == [Q] and A in named[Q] and anew[:12] in named[Q]
    workshop.commit({Q: None})
    carry_out(workshop, undo(workshop, [removed]))
    assert A in workshop.files()


def test_a_move_is_not_undone_beside_the_object_made_anew(workshop: Workshop) -> None:
    edited(workshop, A, vpc('a'))
    moved = move(workshop, A, Q)
    workshop.commit({Q: None})
    edited(workshop, SUB, vpc('a', 7))
    assert SUB in refused(workshop, moved)


def test_a_removal_from_a_file_is_not_undone_beside_the_object_made_anew(
    workshop: Workshop,
) -> None:
    edited(workshop, A, f'{vpc("a")}---\n{vpc("b")}')
    key = ResourceKey('vpc.githedgehog.com', 'VPC', 'default', 'b')
    plan = plan_edits(workshop.store, workshop.head(), LAB, [Remove(key)], OPERATION)
    removed = carry_out(workshop, plan)
    edited(workshop, B, vpc('b'))
    assert list(refused(workshop, removed)) == [B]


def test_descriptions_that_were_settled_come_back_as_they_were(workshop: Workshop) -> None:
    edited(workshop, A, vpc('a'))
    edited(workshop, Q, vpc('a'))
    before = tree(workshop)
    settled = workshop.commit({Q: None})
    carry_out(workshop, undo(workshop, [settled]))
    assert tree(workshop) == before


def test_a_folder_that_is_no_fabric_any_more(workshop: Workshop) -> None:
    made = edited(workshop, A, vpc('a'))
    move(workshop, A, Q)
    workshop.commit({f'{BASE}/.hnp/manifest.yaml': None})
    carry_out(workshop, undo(workshop, [made]))
    assert not {A, Q} & set(workshop.files())


def test_a_file_is_not_restored_beside_where_its_object_lies(workshop: Workshop) -> None:
    then = edited(workshop, A, vpc('a'))
    move(workshop, A, Q)
    with pytest.raises(NeedsDecision) as error:
        plan_restore_file(workshop.store, workshop.head(), LAB, A, then)
    assert error.value.reason == 'NotFitForManaged'
    (finding,) = error.value.findings
    assert (finding.code, finding.file) == ('DuplicateIdentity', Q)
    plan = plan_restore_file(workshop.store, workshop.head(), LAB, A, then, beside=[Q])
    assert [change.path for change in plan.changes] == [A]
