"""An object renamed in NetBox while Git goes on: both changes are in it, or both are kept."""

import uuid

from netbox.context_managers import event_tracking

from netbox_hedgehog.models import ConflictResolution, OutboxEntry, SyncOperation
from netbox_hedgehog.sync.origin import Actor
from netbox_hedgehog.sync.outbox import Editor
from netbox_hedgehog.sync.resolution import Decision
from netbox_hedgehog.sync.resolve import resolve
from netbox_hedgehog.sync.waiting import discard_edit

from .git_case import BASE, vpc
from .test_sync_conflicts import ONE, ConflictCase

UNO = f'{BASE}/managed/vpcs/uno.yaml'


class RenameTest(ConflictCase):
    def setUp(self) -> None:
        super().setUp()
        self.person.push({ONE: vpc('one', comment='  # by hand')})
        self.sync()

    def sync(self) -> SyncOperation:
        return self.run_operation(self.fabric)

    def rename(self, vlan: int = 1001) -> None:
        row = self.row('one')
        spec = {**row.desired_spec, 'subnets': {'default': {'subnet': '10.0.1.0/24', 'vlan': vlan}}}
        self.edit(row, name='uno', draft_spec=spec)

    def names(self) -> list[str]:
        return sorted(self.fabric.resources.values_list('name', flat=True))

    def there(self) -> set[str]:
        return {path for path in (ONE, UNO) if path in self.person.files()}

    def decide(self, strategy: str) -> ConflictResolution:
        conflict = ConflictResolution.objects.get()
        editor = Editor(self.alice, uuid.uuid4())
        resolved = resolve(conflict.pk, Decision(strategy), editor)
        if resolved.publishes:
            self.run_operation(self.fabric, 'conflict_resolution', request_id=editor.request_id)
        conflict.refresh_from_db()
        return conflict

    def assertRenamed(self) -> None:
        self.assertEqual(self.there(), {UNO})
        self.assertEqual(self.names(), ['two', 'uno'])
        row = self.row('uno')
        self.assertFalse(row.has_draft)
        self.assertEqual(row.sync_state.base_text.encode(), self.person.files()[UNO])
        self.assertFalse(OutboxEntry.objects.filter(state__in=('pending', 'conflict')).exists())

    def test_its_text_goes_along_in_one_commit(self) -> None:
        before = len(self.person.log())
        self.rename(2001)
        self.assertEqual(self.sync().status, 'completed')
        self.assertRenamed()
        commits = self.person.log()
        self.assertEqual((len(commits) - before, commits[0].subject), (1, 'Rename VPC/one to uno'))
        text = self.person.files()[UNO]
        self.assertIn(b'name: uno', text)
        self.assertIn(b'vlan: 2001  # by hand', text)

    def test_what_git_changed_meanwhile_goes_along_too(self) -> None:
        self.rename(2001)
        self.in_git(ONE, b'spec:\n', b'spec:\n  mode: l2vni\n')
        operation = self.sync()
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertRenamed()
        text = self.person.files()[UNO]
        self.assertIn(b'mode: l2vni', text)
        self.assertIn(b'vlan: 2001  # by hand', text)
        self.assertIn('EditMerged', {finding['code'] for finding in operation.findings})

    def test_the_same_field_is_a_conflict_and_nothing_moves(self) -> None:
        self.rename(2001)
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
        files = self.person.files()
        self.sync()
        self.assertEqual(self.person.files(), files)
        self.assertEqual(self.names(), ['two', 'uno'])
        conflict = ConflictResolution.objects.get()
        self.assertEqual(conflict.conflict_type, 'concurrent_modification')
        self.assertEqual(conflict.resource, self.row('uno'))
        self.assertEqual(conflict.conflicting_fields, ['spec.subnets.default.vlan'])
        for side, words in (
            (conflict.base_state, 'vlan: 1001'),
            (conflict.git_state, 'vlan: 3001'),
            (conflict.gui_state, 'vlan: 2001'),
        ):
            self.assertIn(words, side['text'])
        self.sync()
        self.assertEqual(self.person.files(), files)

    def test_whoever_wins_the_field_the_new_name_stands(self) -> None:
        for strategy, vlan in (('gui_wins', 2001), ('git_wins', 3001)):
            with self.subTest(strategy):
                self.rename(2001)
                self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
                self.sync()
                conflict = self.decide(strategy)
                self.assertEqual(conflict.resolution_status, 'resolved')
                self.assertRenamed()
                self.assertIn(b'vlan: %d  # by hand' % vlan, self.person.files()[UNO])
                ConflictResolution.objects.all().delete()
                self.person.push({UNO: None, ONE: vpc('one', comment='  # by hand')})
                self.sync()
                self.assertEqual(self.names(), ['one', 'two'])

    def test_removed_in_git_it_is_a_conflict_too(self) -> None:
        for strategy, there in (('gui_wins', {UNO}), ('git_wins', set())):
            with self.subTest(strategy):
                self.rename(2001)
                self.person.push({ONE: None})
                self.sync()
                self.assertEqual(self.there(), set())
                conflict = ConflictResolution.objects.get()
                self.assertEqual(conflict.conflict_type, 'missing_resource')
                self.assertIn('vlan: 1001', conflict.base_state['text'])
                self.assertEqual(self.decide(strategy).resolution_status, 'resolved')
                self.assertEqual(self.there(), there)
                self.assertEqual('uno' in self.names(), bool(there))
                ConflictResolution.objects.all().delete()
                self.person.push({UNO: None, ONE: vpc('one')} if there else {ONE: vpc('one')})
                self.sync()

    def test_a_name_that_is_taken_moves_nothing(self) -> None:
        self.rename(2001)
        self.person.push({UNO: vpc('uno', 5)})
        files = self.person.files()
        self.sync()
        self.assertEqual(self.person.files(), files)
        entry = OutboxEntry.objects.get()
        self.assertEqual(entry.state, 'failed')
        self.assertIn('PathTaken', entry.reason)
        self.assertTrue(self.row('uno').has_draft)
        self.person.push({UNO: None})
        self.sync()
        self.assertRenamed()

    def test_taken_back_it_has_its_name_again_and_what_git_says_by_now(self) -> None:
        self.fabric.publish_mode = 'manual'
        self.fabric.save()
        self.rename(2001)
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
        self.run_operation(self.fabric, trigger_type='scheduled')
        self.assertEqual(self.names(), ['two', 'uno'])
        discard_edit(OutboxEntry.objects.get(), Editor(self.alice, uuid.uuid4()))
        self.assertEqual(self.names(), ['one', 'two'])
        self.run_operation(self.fabric, trigger_type='scheduled')
        row = self.row('one')
        self.assertFalse(row.has_draft)
        self.assertEqual(row.desired_spec['subnets']['default']['vlan'], 3001)
        self.assertEqual(self.there(), {ONE})

    def test_edited_further_before_it_is_published(self) -> None:
        self.rename(2001)
        row = self.row('uno')
        self.edit(row, draft_spec={**row.draft_spec, 'vrf': 'red'})
        self.assertEqual(OutboxEntry.objects.get().was, 'vpc.githedgehog.com/VPC/default/one')
        self.sync()
        self.assertRenamed()
        self.assertIn(b'vrf: red', self.person.files()[UNO])

    def test_deleted_before_it_is_published(self) -> None:
        self.rename(2001)
        with event_tracking(Actor(self.alice, uuid.uuid4(), '')._request()):
            self.row('uno').delete()
        self.sync()
        self.assertEqual(self.there(), set())
        self.assertEqual(self.names(), ['two'])
