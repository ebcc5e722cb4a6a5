"""Going back: an object, a file, the folder. One commit forward, and nothing in history is lost."""

import pytest

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.workflows import (
    NeedsDecision,
    Remove,
    plan_ingest,
    plan_restore_fabric,
    plan_restore_file,
    plan_restore_resource,
    plan_rollback,
)

from ..workshop import BASE, LAB, OPERATION, Workshop, vpc
from .versions_lab import KEY, MANAGED, RAW, VLAN, Lab


@pytest.fixture
def lab(workshop: Workshop) -> Lab:
    return Lab(workshop).started()


def back(lab: Lab, commit: str, **options):
    return plan_restore_resource(lab.store, lab.head, LAB, KEY, commit, **options)


def tree(lab: Lab, commit: str = 'HEAD') -> dict[str, bytes]:
    """The folder without the logs, which only ever grow."""
    files = lab.workshop.files(commit)
    kept = [path for path in files if path.startswith(BASE) and 'archive-log' not in path]
    return {path: lab.workshop.show(path, commit) for path in kept}


class TestResource:
    def test_byte_for_byte_and_what_is_taken_back_is_told(self, lab: Lab) -> None:
        before, then = lab.text(), lab.head
        edited = lab.set(2001, user='bob')
        plan = back(lab, then)
        assert [(change.path, change.resource) for change in plan.changes] == [(MANAGED, KEY)]
        (told,) = plan.findings
        assert told.code == 'LaterChangeReplaced'
        assert edited[:12] in told.message
        assert VLAN in told.message
        lab.put(plan)
        assert lab.text() == before
        assert back(lab, then).is_empty

    def test_one_that_was_deleted_comes_back(self, lab: Lab) -> None:
        before, then = lab.text(), lab.head
        lab.netbox(Remove(KEY))
        lab.put(back(lab, then))
        assert lab.text() == before

    def test_one_that_was_not_there_is_deleted_only_when_asked(self, lab: Lab) -> None:
        with pytest.raises(NeedsDecision) as refused:
            back(lab, lab.dropped)
        assert refused.value.reason == 'NotThereThen'
        lab.put(back(lab, lab.dropped, delete=True))
        assert MANAGED not in lab.workshop.files()

    def test_it_stays_where_it_was_moved_to(self, lab: Lab) -> None:
        before, then = lab.text(), lab.head
        moved = f'{BASE}/managed/vpcs/moved.yaml'
        lab.by_hand({MANAGED: None, moved: before.replace(b'1001', b'7')})
        lab.put(back(lab, then))
        assert lab.text(moved) == before
        assert MANAGED not in lab.workshop.files()

    def test_only_its_own_document_of_a_shared_file(self, workshop: Workshop) -> None:
        lab = Lab(workshop)
        shared = f'{BASE}/managed/vpcs/shared.yaml'
        then = lab.by_hand({shared: vpc('a') + '---\n' + vpc('b')})
        lab.by_hand({shared: vpc('a', 5) + '---\n' + vpc('b', 6)})
        lab.put(back(lab, then))
        assert lab.text(shared).decode() == vpc('a') + '---\n' + vpc('b', 6)

    def test_its_place_is_taken(self, lab: Lab) -> None:
        then = lab.head
        lab.by_hand({MANAGED: vpc('other')})
        with pytest.raises(NeedsPerson) as refused:
            back(lab, then)
        assert refused.value.reason == 'PathTaken'

    def test_one_that_never_was(self, lab: Lab) -> None:
        lab.netbox(Remove(KEY))
        with pytest.raises(NeedsPerson) as refused:
            back(lab, lab.head)
        assert refused.value.reason == 'ResourceMissing'


class TestFabric:
    def test_the_folder_is_what_it_was_and_the_log_goes_on(self, lab: Lab) -> None:
        then, log = lab.head, lab.text(f'{BASE}/.hnp/archive-log.yaml')
        lab.set(2001)
        lab.by_hand({f'{BASE}/unmanaged/x.yaml': 'a: 1\n', 'outside': 'x'})
        lab.drop(vpc('b'), f'{BASE}/raw/b.yaml')
        lab.ingest()
        plan = plan_restore_fabric(lab.store, lab.head, LAB, then, OPERATION)
        assert [f.code for f in plan.findings] == ['LaterChangeReplaced'] * 4
        lab.put(plan)
        assert tree(lab) == tree(lab, then)
        assert lab.text('outside') == b'x'
        assert lab.text(f'{BASE}/.hnp/archive-log.yaml').startswith(log)
        assert plan_restore_fabric(lab.store, lab.head, LAB, then, OPERATION).is_empty

    def test_a_drop_that_comes_back_is_not_ingested_unasked(self, lab: Lab) -> None:
        plan = plan_restore_fabric(lab.store, lab.head, LAB, lab.dropped, OPERATION)
        lab.put(plan)
        assert tree(lab) == tree(lab, lab.dropped)
        unasked = plan_ingest(lab.store, lab.head, LAB, OPERATION, leave_undone=True)
        assert unasked.is_empty
        assert [f.code for f in unasked.findings] == ['UndoneBefore']
        asked = plan_ingest(lab.store, lab.head, LAB, OPERATION)
        assert MANAGED in [change.path for change in asked.changes]

    def test_only_a_rollback_brings_the_manifest_back(self, lab: Lab) -> None:
        then, manifest = lab.head, f'{BASE}/.hnp/manifest.yaml'
        new = lab.text(manifest).replace(b'rename_with_extension', b'move_to_archive')
        lab.by_hand({manifest: new})
        assert plan_restore_fabric(lab.store, lab.head, LAB, then, OPERATION).is_empty
        lab.put(plan_rollback(lab.store, lab.head, LAB, then, OPERATION))
        assert tree(lab) == tree(lab, then)

    def test_not_to_a_time_before_it_was_a_fabric(self, lab: Lab) -> None:
        first = lab.workshop.git('rev-list', '--max-parents=0', 'HEAD').strip()
        with pytest.raises(NeedsPerson) as refused:
            plan_restore_fabric(lab.store, lab.head, LAB, first, OPERATION)
        assert refused.value.reason == 'FabricMissing'


class TestFile:
    def test_any_file_of_the_folder(self, lab: Lab) -> None:
        path = f'{BASE}/unmanaged/x.yaml'
        then = lab.by_hand({path: 'a: 1\n'})
        later = lab.by_hand({path: 'a: 2\n'}, 'Second')
        plan = plan_restore_file(lab.store, lab.head, LAB, path, then)
        assert later[:12] in plan.findings[0].message
        lab.put(plan)
        assert lab.text(path) == b'a: 1\n'

    def test_a_deleted_one_and_one_that_was_not_there(self, lab: Lab) -> None:
        lab.put(plan_restore_file(lab.store, lab.head, LAB, RAW, lab.dropped))
        assert lab.text(RAW).decode() == vpc('a')
        with pytest.raises(NeedsDecision):
            plan_restore_file(lab.store, lab.head, LAB, MANAGED, lab.dropped)
        plan = plan_restore_file(lab.store, lab.head, LAB, MANAGED, lab.dropped, delete=True)
        lab.put(plan)
        assert MANAGED not in lab.workshop.files()

    @pytest.mark.parametrize(
        'path', ['README', f'{BASE}/../x', '/etc/passwd', f'{BASE}/.hnp/manifest.yaml']
    )
    def test_nothing_outside_and_no_record(self, lab: Lab, path: str) -> None:
        with pytest.raises(NeedsPerson) as refused:
            plan_restore_file(lab.store, lab.head, LAB, path, lab.head)
        assert refused.value.reason == 'PathRefused'
