"""Any operation is taken back by a further one, and what a person took back stays taken back."""

from django.contrib.auth import get_user_model

from netbox_hedgehog.models import SyncOperation
from netbox_hedgehog.object_actions import UndoOperation
from netbox_hedgehog.sync.runner import work_off

from .git_case import BASE, logger, vpc
from .test_sync_conflicts import ONE, ConflictCase

RAW = f'{BASE}/raw/three.yaml'
TWO = f'{BASE}/managed/vpcs/two.yaml'
THREE = f'{BASE}/managed/vpcs/three.yaml'


class UndoTest(ConflictCase):
    def undo(self, undone: SyncOperation) -> SyncOperation:
        operation = SyncOperation.objects.create(
            fabric=self.fabric,
            git_repository=self.fabric.git_repository,
            operation_type='undo',
            trigger_type='cli',
            initiated_by=self.alice,
            user_name='alice',
            undoes=undone,
        )
        work_off(self.fabric.pk, logger)
        operation.refresh_from_db()
        return operation

    def test_an_edit(self) -> None:
        before = self.person.files()
        self.draft('one', 2001)
        edit = self.run_operation(self.fabric)
        undo = self.undo(edit)
        self.assertEqual(undo.status, 'completed', undo.last_error_message)
        self.assertEqual(self.person.files(), before)
        row = self.row('one')
        self.assertEqual(row.desired_spec['subnets']['default']['vlan'], 1001)
        self.assertFalse(row.has_draft)
        head = self.person.log()[0]
        self.assertEqual((head.author.name, undo.commit_sha), ('Alice Ng', head.id))
        self.assertTrue(head.subject.startswith('Undo "'))

    def test_an_ingestion_stays_undone_until_somebody_asks_for_it(self) -> None:
        self.person.push({RAW: vpc('three')})
        ingestion = self.run_operation(self.fabric)
        self.assertIn(THREE, self.person.files())
        self.assertEqual(self.undo(ingestion).status, 'completed')
        self.assertIn(RAW, self.person.files())
        self.assertFalse(self.fabric.resources.filter(name='three').exists())
        again = self.run_operation(self.fabric)
        self.assertIn(RAW, self.person.files())
        self.assertIn('UndoneBefore', {finding['code'] for finding in again.findings})
        self.run_operation(self.fabric, 'file_ingestion')
        self.assertIn(THREE, self.person.files())
        self.assertTrue(self.fabric.resources.filter(name='three').exists())

    def test_a_changed_file_is_a_new_one(self) -> None:
        self.person.push({RAW: vpc('three')})
        self.undo(self.run_operation(self.fabric))
        self.person.push({RAW: vpc('three', 7)})
        self.run_operation(self.fabric)
        self.assertIn(b'vlan: 7', self.person.files()[THREE])

    def test_later_work_stands_in_the_way_and_is_named(self) -> None:
        self.draft('one', 2001)
        edit = self.run_operation(self.fabric)
        self.in_git(ONE, b'vlan: 2001', b'vlan: 2002')
        self.run_operation(self.fabric)
        undo = self.undo(edit)
        self.assertEqual((undo.status, undo.last_reason), ('failed', 'ChangedSince'))
        self.assertEqual([finding['file'] for finding in undo.findings], [ONE])
        self.assertIn(b'vlan: 2002', self.person.files()[ONE])

    def test_an_undo_is_undone_like_anything_else(self) -> None:
        self.draft('one', 2001)
        undo = self.undo(self.run_operation(self.fabric))
        self.assertEqual(self.undo(undo).status, 'completed')
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])
        self.assertEqual(self.row('one').desired_spec['subnets']['default']['vlan'], 2001)

    def test_a_draft_that_waits_is_not_published_by_an_undo(self) -> None:
        self.draft('one', 2001)
        edit = self.run_operation(self.fabric)
        self.draft('two', 2002)
        self.undo(edit)
        self.assertNotIn(b'2002', self.person.files()[f'{BASE}/managed/vpcs/two.yaml'])
        self.assertTrue(self.row('two').has_draft)

    def several(self) -> tuple[SyncOperation, dict[str, bytes]]:
        """One synchronisation with a drop of a person and edits of two users; what was before."""
        before = self.person.files()
        self.bob = get_user_model().objects.create_superuser('bob', 'bob@example.com')
        self.draft('one', 2001)
        two = self.row('two')
        self.edit(two, self.bob, draft_spec={**two.desired_spec, 'vrf': 'red'})
        asked = self.run_operation(self.fabric)
        self.assertEqual(asked.status, 'completed', asked.last_error_message)
        self.assertEqual(len(asked.commits()), 2)
        return asked, before

    def test_an_operation_with_parts_is_undone_at_once(self) -> None:
        asked, before = self.several()
        head = self.person.pull()
        undo = self.undo(asked)
        self.assertEqual(undo.status, 'completed', undo.last_error_message)
        self.assertEqual(self.person.files(), before)
        (info,) = self.person.store.log(self.person.pull(), since=head)
        self.assertEqual(info.id, undo.commit_sha)
        for commit in asked.commits():
            self.assertIn(commit, info.body)
        self.assertNotIn('vrf', self.row('two').desired_spec)
        again = self.undo(undo)
        self.assertEqual(again.status, 'completed', again.last_error_message)
        self.assertEqual(self.row('two').desired_spec['vrf'], 'red')

    def test_a_part_is_undone_by_itself_and_the_rest_after_it(self) -> None:
        asked, before = self.several()
        part = asked.children.get()
        self.undo(part)
        self.assertNotIn('vrf', self.row('two').desired_spec)
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])
        undo = self.undo(asked)
        self.assertEqual(undo.status, 'completed', undo.last_error_message)
        self.assertEqual(self.person.files(), before)

    def test_later_work_on_one_part_holds_all_and_is_named(self) -> None:
        asked, _before = self.several()
        self.in_git(TWO, b'vrf: red', b'vrf: blue')
        self.run_operation(self.fabric)
        files = self.person.files()
        undo = self.undo(asked)
        self.assertEqual((undo.status, undo.last_reason), ('failed', 'ChangedSince'))
        (finding,) = undo.findings
        self.assertEqual(finding['file'], TWO)
        self.assertIn('Pat', finding['message'])
        self.assertEqual(self.person.files(), files)

    def test_an_operation_whose_parts_alone_made_commits_has_the_button(self) -> None:
        self.draft('one', 2001)
        asked = self.run_operation(self.fabric, user=None, trigger_type='scheduled')
        self.assertEqual((asked.commit_sha, len(asked.commits())), ('', 1))
        self.assertEqual(UndoOperation.blocked_because(asked), '')
        self.assertEqual(self.undo(asked).status, 'completed')
        self.assertIn(b'vlan: 1001', self.person.files()[ONE])
        self.assertIn('undone', str(UndoOperation.blocked_because(asked)))
