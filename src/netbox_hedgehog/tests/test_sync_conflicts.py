"""Changed on both sides: kept, shown, never overwritten; everything else goes on."""

from netbox_hedgehog.models import ConflictResolution, HedgehogResource, OutboxEntry

from .git_case import BASE, GitCase, vpc

ONE = f'{BASE}/managed/vpcs/one.yaml'
TWO = f'{BASE}/managed/vpcs/two.yaml'


class ConflictTest(GitCase):
    def setUp(self) -> None:
        super().setUp()
        self.fabric = self.ready_fabric()
        self.person.push({f'{BASE}/raw/two.yaml': vpc('one') + b'---\n' + vpc('two')})
        self.run_operation(self.fabric)

    def row(self, name: str) -> HedgehogResource:
        return self.fabric.resources.get(name=name)

    def draft(self, name: str, vlan: int) -> None:
        row = self.row(name)
        spec = {**row.desired_spec, 'subnets': {'default': {'subnet': '10.0.1.0/24', 'vlan': vlan}}}
        self.edit(row, draft_spec=spec)

    def in_git(self, path: str, vlan: int) -> None:
        text = self.person.files()[path]
        old = text[text.index(b'vlan: ') :].split(b'\n')[0]
        self.person.push({path: text.replace(old, b'vlan: %d' % vlan)}, f'Set {vlan}')

    def both_sides(self) -> None:
        self.draft('one', 2001)
        self.draft('two', 2002)
        self.in_git(ONE, 3001)

    def test_both_sides_are_kept_and_the_rest_goes_on(self) -> None:
        self.both_sides()
        operation = self.run_operation(self.fabric)
        self.assertEqual(operation.status, 'partially_completed')
        files = self.person.files()
        self.assertIn(b'vlan: 3001', files[ONE])
        self.assertIn(b'vlan: 2002', files[TWO])
        conflict = ConflictResolution.objects.get()
        vlans = [
            side['spec']['subnets']['default']['vlan']
            for side in (conflict.base_state, conflict.git_state, conflict.gui_state)
        ]
        self.assertEqual(vlans, [1001, 3001, 2001])
        self.assertEqual(conflict.conflicting_fields, ['spec.subnets.default.vlan'])
        row = self.row('one')
        self.assertEqual(row.draft_spec['subnets']['default']['vlan'], 2001)
        self.assertEqual(row.sync_state.conflict_status, 'detected')
        self.assertIn('vlan: 1001', row.sync_state.base_text)
        self.assertEqual(OutboxEntry.objects.get(name='one').state, 'conflict')
        self.assertFalse(self.row('two').has_draft)

    def test_a_second_look_finds_the_same_conflict_and_commits_nothing(self) -> None:
        self.both_sides()
        self.run_operation(self.fabric)
        before = self.person.pull()
        self.in_git(ONE, 3333)
        self.run_operation(self.fabric)
        conflict = ConflictResolution.objects.get()
        self.assertEqual(conflict.git_state['spec']['subnets']['default']['vlan'], 3333)
        self.assertEqual(len(self.person.log()) - len(self.person.store.log(before)), 1)

    def test_agreement_settles_the_conflict(self) -> None:
        self.both_sides()
        self.run_operation(self.fabric)
        self.in_git(ONE, 2001)
        operation = self.run_operation(self.fabric)
        self.assertEqual(operation.status, 'completed', operation.findings)
        conflict = ConflictResolution.objects.get()
        self.assertEqual(conflict.resolution_status, 'resolved')
        self.assertEqual(conflict.resolved_in, operation)
        row = self.row('one')
        self.assertFalse(row.has_draft)
        self.assertEqual(row.sync_state.conflict_status, 'none')

    def test_a_discarded_draft_leaves_gits_side(self) -> None:
        self.both_sides()
        self.run_operation(self.fabric)
        self.edit(self.row('one'), draft_spec=None)
        conflict = ConflictResolution.objects.get()
        self.assertEqual(
            (conflict.resolution_status, conflict.resolved_by), ('resolved', self.alice)
        )
        operation = self.run_operation(self.fabric)
        self.assertEqual(operation.status, 'completed')
        row = self.row('one')
        self.assertEqual(row.desired_spec['subnets']['default']['vlan'], 3001)
        self.assertIn('vlan: 3001', row.sync_state.base_text)

    def test_deleted_here_and_changed_there(self) -> None:
        self.row('one').delete()
        self.in_git(ONE, 3001)
        self.run_operation(self.fabric)
        self.assertIn(b'vlan: 3001', self.person.files()[ONE])
        self.assertEqual(ConflictResolution.objects.get().conflict_type, 'missing_resource')
        self.assertFalse(self.fabric.resources.filter(name='one').exists())

    def test_changed_here_and_deleted_there(self) -> None:
        self.draft('one', 2001)
        self.person.push({ONE: None})
        self.run_operation(self.fabric)
        self.assertNotIn(ONE, self.person.files())
        self.assertEqual(ConflictResolution.objects.get().conflict_type, 'missing_resource')
        row = self.row('one')
        self.assertIsNone(row.desired_spec)
        self.assertEqual(row.draft_spec['subnets']['default']['vlan'], 2001)

    def test_an_edit_nobody_may_publish_yet_is_compared_too(self) -> None:
        self.fabric.publish_mode = 'manual'
        self.fabric.save()
        self.draft('one', 2001)
        self.in_git(ONE, 3001)
        self.run_operation(self.fabric)
        self.assertEqual(ConflictResolution.objects.count(), 1)
        self.assertEqual(OutboxEntry.objects.get(name='one').state, 'conflict')
