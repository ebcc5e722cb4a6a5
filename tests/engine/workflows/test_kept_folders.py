"""Whoever takes the last file out of a folder leaves the folder, and no further commit is made."""

import pytest

from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.plans import Plan
from hedgehog_gitops.workflows import (
    DeleteFile,
    MoveFile,
    Remove,
    plan_edits,
    plan_file_operations,
    plan_onboarding,
    plan_undo,
)

from ..workshop import BASE, LAB, OPERATION, Workshop, vpc
from .versions_lab import Lab

KEY = ResourceKey('vpc.githedgehog.com', 'VPC', 'default', 'a')
FOLDER = f'{BASE}/managed/vpcs'
FILE, KEEP = f'{FOLDER}/a.yaml', f'{FOLDER}/.gitkeep'


@pytest.fixture
def lab(workshop: Workshop) -> Lab:
    """A fabric with one VPC whose folder never needed a .gitkeep."""
    lab = Lab(workshop)
    workshop.git('rm', '--quiet', KEEP)
    lab.by_hand({FILE: vpc('a')}, 'One VPC')
    assert KEEP not in workshop.files()
    return lab


def by_edit(lab: Lab) -> Plan:
    return plan_edits(lab.store, lab.head, LAB, [Remove(KEY)], OPERATION)


def by_delete(lab: Lab) -> Plan:
    return plan_file_operations(lab.store, lab.head, LAB, [DeleteFile(FILE)])


def by_move(lab: Lab) -> Plan:
    return plan_file_operations(lab.store, lab.head, LAB, [MoveFile(FILE, f'{BASE}/raw/a.yaml')])


@pytest.mark.parametrize('way', [by_edit, by_delete, by_move])
def test_the_emptied_folder_stays(lab: Lab, way) -> None:
    before = lab.workshop.git('rev-parse', f'{lab.head}^{{tree}}')
    lab.put(way(lab))
    assert FILE not in lab.workshop.files()
    assert lab.text(KEEP) == b''
    if way is not by_move:
        assert plan_onboarding(lab.store, lab.head, LAB, OPERATION).is_empty
    lab.put(plan_undo(lab.store, lab.head, lab.head, OPERATION))
    assert lab.workshop.git('rev-parse', f'{lab.head}^{{tree}}') == before


def test_a_folder_with_another_file_needs_none(lab: Lab) -> None:
    lab.by_hand({f'{FOLDER}/b.yaml': vpc('b')}, 'Another')
    lab.put(by_edit(lab))
    assert KEEP not in lab.workshop.files()


def test_who_takes_the_gitkeep_itself_out_is_obeyed(lab: Lab) -> None:
    lab.by_hand({KEEP: ''}, 'As it came')
    plan = plan_file_operations(lab.store, lab.head, LAB, [DeleteFile(FILE), DeleteFile(KEEP)])
    lab.put(plan)
    assert not any(path.startswith(FOLDER) for path in lab.workshop.files())
