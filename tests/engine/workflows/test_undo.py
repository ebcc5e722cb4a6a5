"""Several commits are taken back at once, or none of them."""

from collections.abc import Sequence

import pytest

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.layout import read_log
from hedgehog_gitops.plans import Plan
from hedgehog_gitops.workflows import commit_plan, plan_ingest, plan_onboarding, plan_undo_together

from ..workshop import AUTHORSHIP, BASE, LAB, OPERATION, Workshop, vpc

A, B = f'{BASE}/managed/vpcs/a.yaml', f'{BASE}/managed/vpcs/b.yaml'
LOG = f'{BASE}/.hnp/archive-log.yaml'


@pytest.fixture(autouse=True)
def laid_out(workshop: Workshop) -> None:
    workshop.commit({'README': 'x'})
    carry_out(workshop, plan_onboarding(workshop.store, workshop.head(), LAB, OPERATION))
    workshop.git('reset', '--hard', '--quiet')


def carry_out(workshop: Workshop, plan: Plan) -> CommitId:
    commit_plan(workshop.store, plan, workshop.head(), AUTHORSHIP, 'refs/heads/main')
    workshop.git('reset', '--hard', '--quiet')
    return workshop.head()


def undo(workshop: Workshop, commits: Sequence[str]) -> Plan:
    return plan_undo_together(workshop.store, workshop.head(), commits, OPERATION)


def edited(workshop: Workshop, path: str, text: str) -> CommitId:
    workshop.commit({path: text})
    return workshop.head()


def tree(workshop: Workshop) -> object:
    return workshop.store.list_tree(workshop.head())


def test_in_whatever_order_they_are_named(workshop: Workshop) -> None:
    before = tree(workshop)
    parts = [
        edited(workshop, A, 'a: 1\n'),
        edited(workshop, A, 'a: 2\n'),
        edited(workshop, B, 'b: 1\n'),
    ]
    plan = undo(workshop, [parts[1], parts[2], parts[0]])
    assert plan.body == tuple(f'This takes back commit {commit}.' for commit in parts)
    assert plan.subject.endswith(' and 2 more')
    carry_out(workshop, plan)
    assert tree(workshop) == before
    assert undo(workshop, parts).is_empty


def test_a_part_that_was_taken_back_already_is_left_alone(workshop: Workshop) -> None:
    before = tree(workshop)
    parts = [edited(workshop, A, 'a: 1\n'), edited(workshop, A, 'a: 2\n')]
    carry_out(workshop, undo(workshop, parts[1:]))
    assert workshop.store.changed(parts[0], workshop.head()) == []
    carry_out(workshop, undo(workshop, parts))
    assert tree(workshop) == before


def test_later_work_stands_in_the_way_of_all_and_is_named(workshop: Workshop) -> None:
    parts = [edited(workshop, A, 'a: 1\n'), edited(workshop, B, 'b: 1\n')]
    later = edited(workshop, B, 'b: 1 # mine\n')
    with pytest.raises(NeedsPerson) as refused:
        undo(workshop, parts)
    assert refused.value.reason == 'ChangedSince'
    (finding,) = refused.value.findings  # type: ignore[attr-defined]
    assert finding.file == B
    assert later[:12] in finding.message


def test_work_of_others_between_the_parts_stands_in_the_way_too(workshop: Workshop) -> None:
    first = edited(workshop, A, 'a: 1\n')
    theirs = edited(workshop, A, 'a: 1\nb: 2\n')
    last = edited(workshop, A, 'a: 3\nb: 2\n')
    with pytest.raises(NeedsPerson, match='Later commits changed') as refused:
        undo(workshop, [first, last])
    assert theirs[:12] in refused.value.findings[0].message  # type: ignore[attr-defined]


def test_two_ingestions_bring_both_originals_back_and_the_log_grows(workshop: Workshop) -> None:
    edited(workshop, f'{BASE}/raw/zero.yaml', vpc('zero'))
    carry_out(workshop, plan_ingest(workshop.store, workshop.head(), LAB, OPERATION))
    parts = []
    for name in ('a', 'b'):
        edited(workshop, f'{BASE}/raw/{name}.yaml', vpc(name))
        parts.append(
            carry_out(workshop, plan_ingest(workshop.store, workshop.head(), LAB, OPERATION))
        )
    head = carry_out(workshop, undo(workshop, parts))
    files = workshop.store.list_tree(head)
    assert {f'{BASE}/raw/a.yaml', f'{BASE}/raw/b.yaml'} <= set(files)
    assert A not in files and B not in files
    blob = files[LOG].blob
    entries = read_log(workshop.store.read_blobs([blob])[blob])
    assert [entry.operation for entry in entries] == ['ingestion'] * 3 + ['undo'] * 2
