"""Files that come again: which were taken in already, and which somebody wants back."""

from collections.abc import Mapping

import pytest

from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.workflows import (
    DroppedFile,
    commit_plan,
    new_drops,
    plan_drop,
    plan_ingest,
)

from ..workshop import AUTHORSHIP, BASE, LAB, OPERATION, Workshop, vpc

FIRST = DroppedFile('site.yaml', f'{vpc("vpc-1")}---\n{vpc("vpc-2")}'.encode())
LATER = DroppedFile('site.yaml', f'{vpc("vpc-1", 1055)}---\n{vpc("vpc-2")}'.encode())


def taken_in(workshop: Workshop, head: CommitId, *files: DroppedFile) -> CommitId:
    """The commit after a drop and its ingestion."""
    drop = plan_drop(workshop.store, head, LAB, files, OPERATION)
    head = commit_plan(workshop.store, drop, head, AUTHORSHIP)
    ingestion = plan_ingest(workshop.store, head, LAB, OPERATION)
    return commit_plan(workshop.store, ingestion, head, AUTHORSHIP)


def edited(workshop: Workshop, head: CommitId, files: Mapping[str, str | None]) -> CommitId:
    """The commit after somebody edited files by hand."""
    workshop.git('reset', '--hard', '-q', head)
    return workshop.commit(files)


@pytest.fixture
def head(workshop: Workshop) -> CommitId:
    return taken_in(workshop, workshop.commit({'README.md': 'x'}), FIRST)


def new(workshop: Workshop, head: CommitId | None, *files: DroppedFile) -> list[DroppedFile]:
    return new_drops(workshop.store, head, LAB, files)


def test_the_same_bytes_again_are_known_whatever_they_are_called(
    workshop: Workshop, head: CommitId
) -> None:
    again = DroppedFile('other.yaml', FIRST.data)
    assert new(workshop, head, FIRST, LATER, again) == [LATER]


def test_everything_is_new_where_nothing_was(workshop: Workshop) -> None:
    assert new(workshop, None, FIRST) == [FIRST]
    assert new(workshop, workshop.commit({'README.md': 'x'}), FIRST) == [FIRST]


def test_an_edit_since_does_not_make_it_new(workshop: Workshop, head: CommitId) -> None:
    head = edited(workshop, head, {f'{BASE}/managed/vpcs/vpc-1.yaml': vpc('vpc-1', 1999)})
    assert new(workshop, head, FIRST) == []


def test_a_deleted_object_is_wanted_back(workshop: Workshop, head: CommitId) -> None:
    head = edited(workshop, head, {f'{BASE}/managed/vpcs/vpc-2.yaml': None})
    assert new(workshop, head, FIRST) == [FIRST]


def test_an_earlier_version_is_wanted_back(workshop: Workshop, head: CommitId) -> None:
    head = taken_in(workshop, head, LATER)
    assert new(workshop, head, FIRST, LATER) == [FIRST]


@pytest.mark.parametrize(
    'odd', ['kind: [\n', 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n']
)
def test_what_was_held_or_is_foreign_is_looked_at_again(
    workshop: Workshop, head: CommitId, odd: str
) -> None:
    file = DroppedFile('odd.yaml', f'{vpc("vpc-3")}---\n{odd}'.encode())
    drop = plan_drop(workshop.store, head, LAB, [file], OPERATION)
    head = commit_plan(workshop.store, drop, head, AUTHORSHIP)
    ingestion = plan_ingest(workshop.store, head, LAB, OPERATION)
    if not ingestion.is_empty:
        head = commit_plan(workshop.store, ingestion, head, AUTHORSHIP)
    assert new(workshop, head, file) == [file]
