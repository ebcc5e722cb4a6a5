"""Archived originals: listed by every archive strategy, and restored byte for byte."""

from dataclasses import replace

import pytest

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.layout import ArchiveStrategy
from hedgehog_gitops.workflows import originals, plan_ingest, plan_restore_original

from ..workshop import BASE, LAB, OPERATION, Workshop, vpc
from .versions_lab import RAW, Lab

BYTES = b'# by hand, with CRLF\r\n' + vpc('a').replace('\n', '\r\n').encode()
WHERE = {
    ArchiveStrategy.RENAME_WITH_EXTENSION: f'{RAW}.archived',
    ArchiveStrategy.MOVE_TO_ARCHIVE: f'{BASE}/.hnp/archive/raw/site.yaml',
    ArchiveStrategy.GIT_HISTORY_ONLY: None,
}


@pytest.mark.parametrize('strategy', WHERE)
def test_listed_and_restored_by_every_strategy(workshop: Workshop, strategy) -> None:
    lab = Lab(workshop)
    fabric = replace(LAB, archive_strategy=strategy)
    lab.by_hand({RAW: BYTES})
    lab.put(plan_ingest(lab.store, lab.head, fabric, OPERATION))
    (original,) = originals(lab.store, lab.head, fabric)
    assert (original.file, original.archived, original.user, original.documents) == (
        RAW,
        WHERE[strategy],
        'alice',
        1,
    )
    assert RAW not in workshop.files()
    lab.put(plan_restore_original(lab.store, lab.head, fabric, original.blob, OPERATION))
    assert lab.text(RAW) == BYTES
    if original.archived:
        assert lab.text(original.archived) == BYTES
    # It stays until somebody asks for it, and a second restoring does nothing.
    left = plan_ingest(lab.store, lab.head, fabric, OPERATION, leave_undone=True)
    assert [f.code for f in left.findings] == ['UndoneBefore']
    assert left.is_empty
    again = plan_restore_original(lab.store, lab.head, fabric, RAW, OPERATION)
    assert again.is_empty


def test_what_lies_there_by_now_stays(workshop: Workshop) -> None:
    lab = Lab(workshop).started()
    lab.by_hand({RAW: 'notes: mine\n'})
    plan = plan_restore_original(lab.store, lab.head, LAB, f'{RAW}.archived', OPERATION)
    lab.put(plan)
    assert lab.text(RAW) == b'notes: mine\n'
    assert lab.text(f'{BASE}/raw/site-2.yaml').decode() == vpc('a')


def test_to_another_place(workshop: Workshop) -> None:
    lab = Lab(workshop).started()
    to = f'{BASE}/unmanaged/kept.yaml'
    lab.put(plan_restore_original(lab.store, lab.head, LAB, RAW, OPERATION, to))
    assert lab.text(to).decode() == vpc('a')
    with pytest.raises(NeedsPerson) as refused:
        plan_restore_original(lab.store, lab.head, LAB, RAW, OPERATION, 'README')
    assert refused.value.reason == 'PathRefused'


def test_the_newest_of_one_name_comes_first_and_each_content_has_its_own(
    workshop: Workshop,
) -> None:
    lab = Lab(workshop).started()
    lab.drop(vpc('a', 2002))
    lab.ingest()
    found = originals(lab.store, lab.head, LAB)
    assert [each.archived for each in found] == [f'{RAW}.archived.2', f'{RAW}.archived']
    lab.put(plan_restore_original(lab.store, lab.head, LAB, RAW, OPERATION))
    assert b'vlan: 2002' in lab.text(RAW)


def test_one_the_log_has_lost_is_found_by_its_name(workshop: Workshop) -> None:
    lab = Lab(workshop).started()
    log = f'{BASE}/.hnp/archive-log.yaml'
    lab.by_hand({log: 'version: "1.0"\noperations: []\n'})
    (found,) = originals(lab.store, lab.head, LAB)
    assert (found.file, found.archived, found.operation) == (RAW, f'{RAW}.archived', '')


def test_blobs_of_elsewhere_are_no_originals(workshop: Workshop) -> None:
    lab = Lab(workshop).started()
    lab.by_hand({'secret.txt': 'other team'})
    blob = workshop.git('rev-parse', 'HEAD:secret.txt').strip()
    with pytest.raises(NeedsPerson) as refused:
        plan_restore_original(lab.store, lab.head, LAB, blob, OPERATION)
    assert refused.value.reason == 'OriginalUnknown'


def test_one_whose_bytes_are_gone_says_so(workshop: Workshop) -> None:
    lab = Lab(workshop).started()
    log = f'{BASE}/.hnp/archive-log.yaml'
    text = lab.text(log).decode()
    blob = workshop.git('rev-parse', f'HEAD:{RAW}.archived').strip()
    lab.by_hand({log: text.replace(blob, 'd' * 40)})
    with pytest.raises(NeedsPerson) as refused:
        plan_restore_original(lab.store, lab.head, LAB, 'd' * 40, OPERATION)
    assert refused.value.reason == 'OriginalGone'
