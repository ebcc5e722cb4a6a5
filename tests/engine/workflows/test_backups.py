"""Copies of what a commit replaces: made in that commit, kept for a time, removed by another."""

from datetime import UTC, datetime, timedelta

import pytest

from hedgehog_gitops.workflows import (
    DeleteFile,
    UpdateFile,
    plan_backup_cleanup,
    plan_file_operations,
    plan_ingest,
    plan_restore_fabric,
    with_backup,
    without_copies,
)

from ..workshop import BASE, LAB, OPERATION, Workshop, vpc
from .versions_lab import MANAGED, RAW, Lab

THEN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
COPIES = f'{BASE}/.hnp/backups/20261120T120000Z'


@pytest.fixture
def lab(workshop: Workshop) -> Lab:
    return Lab(workshop).started()


def replaced(lab: Lab, *operations, now: datetime = THEN) -> None:
    plan = plan_file_operations(lab.store, lab.head, LAB, operations)
    lab.put(with_backup(lab.store, plan, LAB, now))


def test_what_is_overwritten_or_deleted_is_kept_in_the_same_commit(lab: Lab) -> None:
    before, count = lab.text(), lab.workshop.count()
    archived = lab.text(f'{RAW}.archived')
    replaced(lab, UpdateFile(MANAGED, vpc('a', 7).encode()), DeleteFile(f'{RAW}.archived'))
    assert lab.workshop.count() == count + 1
    assert lab.text(f'{COPIES}/managed/vpcs/a.yaml') == before
    assert lab.text(f'{COPIES}/raw/site.yaml.archived') == archived


def test_two_in_one_second_have_a_folder_each(lab: Lab) -> None:
    replaced(lab, UpdateFile(MANAGED, vpc('a', 7).encode()))
    replaced(lab, UpdateFile(MANAGED, vpc('a', 8).encode()))
    assert b'vlan: 7' in lab.text(f'{COPIES}-2/managed/vpcs/a.yaml')


def test_a_plan_that_replaces_nothing_is_left_as_it_is(lab: Lab) -> None:
    plan = plan_ingest(lab.store, lab.head, LAB, OPERATION)
    assert with_backup(lab.store, plan, LAB, THEN) is plan


def test_copies_are_no_drops_and_no_objects(lab: Lab) -> None:
    replaced(lab, UpdateFile(MANAGED, vpc('a', 7).encode()))
    assert plan_ingest(lab.store, lab.head, LAB, OPERATION).is_empty


def test_they_go_when_their_time_is_over(lab: Lab) -> None:
    replaced(lab, UpdateFile(MANAGED, vpc('a', 7).encode()))
    replaced(lab, UpdateFile(MANAGED, vpc('a', 8).encode()), now=THEN + timedelta(days=20))
    early = plan_backup_cleanup(lab.store, lab.head, LAB, THEN + timedelta(days=30), 30)
    assert early.is_empty
    late = plan_backup_cleanup(lab.store, lab.head, LAB, THEN + timedelta(days=31), 30)
    assert [change.path for change in late.changes] == [f'{COPIES}/managed/vpcs/a.yaml']
    lab.put(late)
    assert plan_backup_cleanup(lab.store, lab.head, LAB, THEN + timedelta(days=31), 30).is_empty


def test_a_folder_that_is_not_ours_stays(lab: Lab) -> None:
    lab.by_hand({f'{BASE}/.hnp/backups/mine/x': 'x'})
    assert plan_backup_cleanup(lab.store, lab.head, LAB, THEN + timedelta(days=999), 0).is_empty


def test_restoring_the_folder_leaves_the_copies(lab: Lab) -> None:
    then = lab.head
    replaced(lab, UpdateFile(MANAGED, vpc('a', 7).encode()))
    lab.put(plan_restore_fabric(lab.store, lab.head, LAB, then, OPERATION))
    assert f'{COPIES}/managed/vpcs/a.yaml' in lab.workshop.files()
    assert b'vlan: 1001' in lab.text()


def test_a_file_goes_with_every_kept_copy_of_it_and_no_other(lab: Lab) -> None:
    other = f'{RAW}.archived'
    for vlan in (7, 8):
        replaced(lab, UpdateFile(MANAGED, vpc('a', vlan).encode()))
    replaced(lab, UpdateFile(other, b'x'))
    plan = plan_file_operations(lab.store, lab.head, LAB, [DeleteFile(MANAGED)])
    lab.put(without_copies(lab.store, plan, LAB))
    left = [path for path in lab.store.list_tree(lab.head) if '/.hnp/backups/' in path]
    assert [path.rpartition('/')[2] for path in left] == ['site.yaml.archived']
    assert MANAGED not in lab.store.list_tree(lab.head)
