"""Each direction does what it says, for a fabric and for a single object."""

from netbox_hedgehog.models import HedgehogFabric
from netbox_hedgehog.sync.status import sync_status

from .git_case import BASE, vpc
from .test_sync_conflicts import ONE, TWO, ConflictCase


class DirectionTest(ConflictCase):
    def give(self, direction: str, row: str = '') -> None:
        if row:
            self.edit(self.row(row), sync_direction=direction)
        else:
            HedgehogFabric.objects.filter(pk=self.fabric.pk).update(sync_direction=direction)
            self.fabric.refresh_from_db()

    def vlan(self, name: str) -> int:
        return self.row(name).desired_spec['subnets']['default']['vlan']

    def sync(self, **options):
        operation = self.run_operation(self.fabric, **options)
        self.fabric.refresh_from_db()
        return operation

    def test_to_git_only(self) -> None:
        self.give('gui_to_git')
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
        self.draft('two', 2002)
        operation = self.sync()
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertEqual(self.vlan('one'), 1001)
        self.assertIn('ChangeNotTaken', {finding['code'] for finding in operation.findings})
        self.assertIn(b'vlan: 2002', self.person.files()[TWO])
        self.assertEqual(self.vlan('two'), 2002)
        self.assertIn('ChangeNotTaken', {f['code'] for f in self.sync().findings})
        self.give('bidirectional')
        self.sync()
        self.assertEqual(self.vlan('one'), 3001)
        self.assertEqual(self.sync().findings, [])
        self.assertEqual(sync_status(self.fabric), 'in_sync')

    def test_to_git_only_an_edit_here_meets_what_git_says(self) -> None:
        self.give('gui_to_git')
        self.in_git(ONE, b'10.0.1.0/24', b'10.0.9.0/24')
        self.sync()
        self.draft('one', 2001)
        self.sync()
        text = self.person.files()[ONE]
        self.assertIn(b'10.0.9.0/24', text)
        self.assertIn(b'vlan: 2001', text)

    def test_to_git_only_new_and_removed_objects_of_git_are_told(self) -> None:
        self.give('gui_to_git')
        self.person.push({f'{BASE}/managed/vpcs/new.yaml': vpc('new'), TWO: None})
        operation = self.sync()
        self.assertFalse(self.fabric.resources.filter(name='new').exists())
        self.assertTrue(self.fabric.resources.filter(name='two').exists())
        told = [f['resource'] for f in operation.findings if f['code'] == 'ChangeNotTaken']
        self.assertEqual(len(told), 2)
        self.give('git_to_gui')
        self.sync()
        self.assertTrue(self.fabric.resources.filter(name='new').exists())
        self.assertFalse(self.fabric.resources.filter(name='two').exists())

    def test_to_git_only_what_we_take_in_from_raw_is_shown(self) -> None:
        self.give('gui_to_git')
        self.person.push({f'{BASE}/raw/three.yaml': vpc('three')})
        self.sync()
        self.assertTrue(self.fabric.resources.filter(name='three').exists())

    def test_from_git_only(self) -> None:
        self.give('git_to_gui')
        self.draft('one', 2001)
        self.in_git(TWO, b'vlan: 1001', b'vlan: 3002')
        self.sync()
        self.assertIn(b'vlan: 1001', self.person.files()[ONE])
        self.assertEqual(self.vlan('two'), 3002)
        self.assertTrue(self.row('one').has_draft)

    def test_one_object_goes_its_own_way(self) -> None:
        for direction, published, taken in (
            ('gui_to_git', True, False),
            ('git_to_gui', False, True),
            ('disabled', False, False),
        ):
            with self.subTest(direction):
                self.give(direction, 'one')
                self.in_git(ONE, b'10.0.1.0/24', b'10.0.8.0/24')
                self.sync()
                subnet = self.row('one').desired_spec['subnets']['default']['subnet']
                self.assertEqual(subnet == '10.0.8.0/24', taken)
                self.draft('one', 2001)
                self.sync()
                self.assertEqual(b'vlan: 2001' in self.person.files()[ONE], published)
                self.give('', 'one')
                self.edit(self.row('one'), draft_spec=None)
                self.person.push({ONE: vpc('one')})
                self.sync()
                self.assertEqual(self.vlan('one'), 1001)

    def test_one_object_only_when_a_person_asks(self) -> None:
        self.give('manual_only', 'one')
        self.draft('one', 2001)
        self.sync(trigger_type='scheduled', user=None)
        self.assertIn(b'vlan: 1001', self.person.files()[ONE])
        self.sync()
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])

    def test_a_fabric_by_hand_only(self) -> None:
        from netbox_hedgehog.sync.recover import self_acting_fabrics

        self.give('manual_only')
        self.assertNotIn(self.fabric, self_acting_fabrics())
        self.draft('one', 2001)
        self.sync()
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])

    def test_switched_off(self) -> None:
        self.give('disabled')
        operation = self.sync()
        self.assertEqual((operation.status, operation.last_reason), ('failed', 'SyncDisabled'))


class RenamedBranchTest(ConflictCase):
    def test_the_new_name_is_found_and_the_edit_is_kept(self) -> None:
        self.draft('one', 2001)
        head = self.person.pull()
        self.person.store.push(self.remote, 'trunk', head, None)
        # As a host does when the default branch is renamed.
        (self.bare / 'HEAD').write_text('ref: refs/heads/trunk\n')
        self.person.store.remove_branch(self.remote, 'main', head)
        operation = self.run_operation(self.fabric)
        self.assertEqual((operation.status, operation.last_reason), ('failed', 'BranchRenamed'))
        self.assertIn('trunk', operation.last_error_message)
        self.fabric.branch = 'trunk'
        self.fabric.save()
        self.person.branch = 'trunk'
        operation = self.run_operation(self.fabric)
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])


class BySelfTest(ConflictCase):
    def test_an_object_without_automatic_sync_waits_for_a_person(self) -> None:
        self.edit(self.row('one'), auto_sync_enabled=False)
        self.draft('one', 2001)
        self.draft('two', 2002)
        self.run_operation(self.fabric, user=None, trigger_type='scheduled')
        files = self.person.files()
        self.assertIn(b'vlan: 1001', files[ONE])
        self.assertIn(b'vlan: 2002', files[TWO])
        self.run_operation(self.fabric)
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])

    def test_five_failures_in_a_row_pause_an_object_until_a_person_asks(self) -> None:
        self.draft('one', 2001)
        entry = self.fabric.outbox_entries.get(name='one')
        good = entry.new_text
        type(entry).objects.filter(pk=entry.pk).update(new_text='kind: [')
        for number in range(1, 6):
            self.run_operation(self.fabric, user=None, trigger_type='scheduled')
            state = self.row('one').sync_state
            self.assertEqual(state.sync_error_count, number)
        self.assertTrue(state.auto_sync_suspended)
        type(entry).objects.filter(pk=entry.pk).update(new_text=good)
        self.run_operation(self.fabric, user=None, trigger_type='scheduled')
        self.assertIn(b'vlan: 1001', self.person.files()[ONE])
        self.run_operation(self.fabric)
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])
        state = self.row('one').sync_state
        self.assertEqual((state.auto_sync_suspended, state.sync_error_count), (False, 0))
