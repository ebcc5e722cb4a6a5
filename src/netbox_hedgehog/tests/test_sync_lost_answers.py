"""The answer to a push is lost, then the server is gone: what was sent is found, never doubled."""

import uuid

from hedgehog_gitops.testing.faults import Fault
from netbox_hedgehog.models import ConflictResolution, OutboxEntry, RawUpload
from netbox_hedgehog.sync.outbox import Editor
from netbox_hedgehog.sync.uploads import DroppedFile, receive

from .git_case import BASE, vpc
from .test_sync_conflicts import ONE, ConflictCase


class LostAnswerTest(ConflictCase):
    def lose_the_answer(self) -> None:
        """The push arrives, its answer does not, and then nothing answers any more."""
        gone = Fault(status=503, times=None)
        self.server.add(
            Fault(
                containing='git-receive-pack',
                method='POST',
                drop='after',
                before=lambda: self.server.add(gone),
            )
        )
        operation = self.run_operation(self.fabric)
        self.assertEqual(operation.status, 'failed')

    def test_a_person_who_changes_it_further_is_not_in_conflict_with_it(self) -> None:
        before = len(self.person.log())
        self.draft('one', 2001)
        self.lose_the_answer()
        self.assertEqual(OutboxEntry.objects.get().state, 'pushing')
        # Still away: this attempt learns nothing, and must not claim to.
        self.assertEqual(self.run_operation(self.fabric).status, 'failed')
        self.assertEqual(OutboxEntry.objects.get().state, 'pushing')
        self.server.clear()
        self.in_git(ONE, b'vlan: 2001', b'vlan: 3001')
        self.assertEqual(self.run_operation(self.fabric).status, 'completed')
        self.assertFalse(ConflictResolution.objects.exists())
        self.assertEqual(OutboxEntry.objects.get().state, 'done')
        self.assertIn(b'vlan: 3001', self.person.files()[ONE])
        self.assertEqual(len(self.person.log()) - before, 2)

    def test_a_person_who_removes_it_then_has_the_last_word(self) -> None:
        self.draft('one', 2001)
        self.lose_the_answer()
        self.server.clear()
        self.person.push({ONE: None}, 'Not needed any more')
        done = self.run_operation(self.fabric)
        self.assertEqual((done.status, done.resources_deleted), ('completed', 1))
        self.assertEqual(OutboxEntry.objects.get().state, 'done')
        self.assertFalse(self.fabric.resources.filter(name='one').exists())
        self.assertFalse(ConflictResolution.objects.exists())
        before = self.person.pull()
        self.assertEqual(self.run_operation(self.fabric).status, 'completed')
        self.assertEqual(self.person.pull(), before)

    def test_a_newer_draft_of_what_a_person_removed_then_is_a_conflict(self) -> None:
        self.draft('one', 2001)
        self.lose_the_answer()
        self.server.clear()
        self.person.push({ONE: None}, 'Not needed any more')
        self.draft('one', 2002)
        self.run_operation(self.fabric)
        conflict = ConflictResolution.objects.get()
        self.assertEqual(conflict.resource_key.rpartition('/')[2], 'one')
        row = self.fabric.resources.get(name='one')
        self.assertTrue(row.has_draft)
        self.assertIsNone(row.desired_spec)

    def test_the_record_says_what_was_done_although_nobody_heard_it(self) -> None:
        self.person.push({f'{BASE}/raw/new.yaml': vpc('new')})
        self.draft('one', 2001)
        # Nor does the server say what became of it, until it is asked once more.
        silent = Fault(status=503)
        self.server.add(
            Fault(
                containing='git-receive-pack',
                method='POST',
                drop='after',
                before=lambda: self.server.add(silent),
            )
        )
        operation = self.run_operation(self.fabric)
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        log = {each.id: each for each in self.person.log()}
        (edit,) = operation.children.all()
        for each, path in ((operation, f'{BASE}/managed/vpcs/new.yaml'), (edit, ONE)):
            self.assertIn(each.commit_sha, log)
            self.assertIn(path, str(each.plan['changes']))
            self.assertEqual(each.status, 'completed')
        self.assertEqual((operation.documents_ingested, edit.files_updated), (1, 1))
        self.assertEqual(OutboxEntry.objects.get().state, 'done')
        self.assertFalse(self.fabric.resources.get(name='one').has_draft)

    def test_a_file_is_not_committed_twice(self) -> None:
        receive(
            self.fabric, [DroppedFile('new.yaml', vpc('new'))], Editor(self.alice, uuid.uuid4())
        )
        before = len(self.person.log())
        self.lose_the_answer()
        self.assertEqual(RawUpload.objects.get().state, 'pushing')
        self.run_operation(self.fabric)
        self.assertEqual(RawUpload.objects.get().state, 'pushing')
        self.server.clear()
        self.run_operation(self.fabric)
        upload = RawUpload.objects.get()
        self.assertEqual((upload.state, bool(upload.new_commit)), ('done', True))
        self.assertEqual(len(self.person.log()) - before, 2)
        self.assertIn(f'{BASE}/managed/vpcs/new.yaml', self.person.files())
