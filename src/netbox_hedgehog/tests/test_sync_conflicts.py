"""Changed on both sides: kept, shown, never overwritten; everything else goes on."""

from datetime import timedelta
from unittest import mock

from django.utils import timezone

from netbox_hedgehog.models import ConflictResolution, HedgehogResource, OutboxEntry

from .git_case import BASE, GitCase, vpc

ONE = f'{BASE}/managed/vpcs/one.yaml'
TWO = f'{BASE}/managed/vpcs/two.yaml'


class ConflictCase(GitCase):
    """A fabric with the VPCs one and two."""

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

    def in_git(self, path: str, old: bytes, new: bytes) -> None:
        text = self.person.files()[path]
        assert old in text
        self.person.push({path: text.replace(old, new)})

    def use(self, strategy: str) -> None:
        self.fabric.conflict_strategy = strategy
        self.fabric.save()

    def reset(self) -> None:
        """Brings VPC one back to how it began."""
        self.person.push({ONE: vpc('one')})
        self.run_operation(self.fabric)
        ConflictResolution.objects.all().delete()


class ConflictTest(ConflictCase):
    def vlan_in_git(self, path: str, vlan: int) -> None:
        text = self.person.files()[path]
        old = text[text.index(b'vlan: ') :].split(b'\n')[0]
        self.in_git(path, old, b'vlan: %d' % vlan)

    def both_sides(self) -> None:
        self.draft('one', 2001)
        self.draft('two', 2002)
        self.vlan_in_git(ONE, 3001)

    def test_both_sides_are_kept_and_the_rest_goes_on(self) -> None:
        agreed = self.fabric.sync_state.last_synced_commit
        self.both_sides()
        pushed = self.person.pull()
        operation = self.run_operation(self.fabric)
        self.assertEqual(operation.status, 'partially_completed')
        files = self.person.files()
        self.assertIn(b'vlan: 3001', files[ONE])
        self.assertIn(b'vlan: 2002', files[TWO])
        conflict = ConflictResolution.objects.get()
        self.assertEqual((conflict.base_commit, conflict.git_commit), (agreed, pushed))
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
        agreed = self.fabric.sync_state.last_synced_commit
        self.both_sides()
        self.run_operation(self.fabric)
        before = self.person.pull()
        self.vlan_in_git(ONE, 3333)
        self.run_operation(self.fabric)
        conflict = ConflictResolution.objects.get()
        self.assertEqual(conflict.git_state['spec']['subnets']['default']['vlan'], 3333)
        self.assertTrue(conflict.auto_resolvable, 'fields clash: a rule may decide')
        pushed = self.person.pull()
        self.assertEqual((conflict.base_commit, conflict.git_commit), (agreed, pushed))
        self.assertEqual(len(self.person.log()) - len(self.person.store.log(before)), 1)

    def test_git_read_before_the_edit_is_published_is_not_what_was_agreed(self) -> None:
        agreed = self.fabric.sync_state.last_synced_commit
        self.fabric.publish_mode = 'manual'
        self.fabric.save()
        self.draft('one', 2001)
        self.vlan_in_git(ONE, 3001)
        pushed = self.person.pull()
        self.run_operation(self.fabric)
        self.run_operation(self.fabric, options={'publish': True})
        conflict = ConflictResolution.objects.get()
        self.assertEqual((conflict.base_commit, conflict.git_commit), (agreed, pushed))

    def test_agreement_settles_the_conflict(self) -> None:
        self.both_sides()
        self.run_operation(self.fabric)
        self.vlan_in_git(ONE, 2001)
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
        self.vlan_in_git(ONE, 3001)
        self.run_operation(self.fabric)
        self.assertIn(b'vlan: 3001', self.person.files()[ONE])
        conflict = ConflictResolution.objects.get()
        self.assertEqual(conflict.conflict_type, 'missing_resource')
        self.assertFalse(conflict.auto_resolvable, 'an object removed is for a person')
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
        self.vlan_in_git(ONE, 3001)
        self.run_operation(self.fabric)
        self.assertEqual(ConflictResolution.objects.count(), 1)
        self.assertEqual(OutboxEntry.objects.get(name='one').state, 'conflict')


class MergeTest(ConflictCase):
    """Nobody is asked where both sides can stand, or where the policy says who is right."""

    def test_changes_of_different_fields_are_joined(self) -> None:
        self.draft('one', 2001)
        self.in_git(ONE, b'10.0.1.0/24', b'10.0.9.0/24  # moved')
        operation = self.run_operation(self.fabric)
        self.assertEqual(operation.status, 'completed', operation.findings)
        text = self.person.files()[ONE]
        self.assertIn(b'vlan: 2001', text)
        self.assertIn(b'10.0.9.0/24  # moved', text)
        self.assertFalse(ConflictResolution.objects.exists())
        row = self.row('one')
        self.assertFalse(row.has_draft)
        self.assertEqual(
            row.desired_spec['subnets']['default'], {'subnet': '10.0.9.0/24', 'vlan': 2001}
        )
        self.assertEqual(self.person.log()[0].author.name, 'Alice Ng')
        self.assertIn('EditMerged', {finding['code'] for finding in operation.findings})

    def test_held_when_the_policy_says_a_person_decides(self) -> None:
        self.use('user_decision')
        self.draft('one', 2001)
        self.in_git(ONE, b'10.0.1.0/24', b'10.0.9.0/24')
        self.run_operation(self.fabric)
        self.assertTrue(ConflictResolution.objects.get().open)
        self.assertNotIn(b'2001', self.person.files()[ONE])

    def test_the_policy_decides_and_leaves_history(self) -> None:
        for strategy, vlan in (('gui_wins', 2001), ('git_wins', 3001)):
            with self.subTest(strategy):
                self.use(strategy)
                self.reset()
                self.draft('one', 2001)
                self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
                operation = self.run_operation(self.fabric)
                self.assertEqual(operation.status, 'completed', operation.findings)
                self.assertIn(b'vlan: %d' % vlan, self.person.files()[ONE])
                row = self.row('one')
                self.assertFalse(row.has_draft)
                self.assertEqual(row.desired_spec['subnets']['default']['vlan'], vlan)
                conflict = ConflictResolution.objects.first()
                self.assertEqual(conflict.resolution_status, 'resolved')
                self.assertEqual(conflict.resolution_strategy, strategy)
                self.assertEqual(conflict.provenance['gui']['author'], 'alice')
                self.assertEqual(conflict.provenance['git']['author'], 'Pat')
                self.assertEqual(
                    conflict.resolved_state['spec']['subnets']['default']['vlan'], vlan
                )
                self.assertEqual(row.sync_state.conflict_status, 'resolved')
                self.assertEqual(operation.conflicts_resolved, 1)

    def test_the_later_edit_wins(self) -> None:
        self.use('timestamp_wins')
        for earlier, vlan in ((True, 3001), (False, 2001)):
            with self.subTest(earlier=earlier):
                self.reset()
                self.draft('one', 2001)
                when = timezone.now() + timedelta(minutes=-5 if earlier else 5)
                self.fabric.resources.filter(name='one').update(draft_updated=when)
                OutboxEntry.objects.filter(name='one').update(created=when)
                self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
                self.run_operation(self.fabric)
                self.assertIn(b'vlan: %d' % vlan, self.person.files()[ONE])
                conflict = ConflictResolution.objects.get()
                self.assertEqual(conflict.resolution_strategy, 'timestamp_wins')

    def test_an_objects_own_preference_rules_over_the_fabrics(self) -> None:
        self.use('git_wins')
        row = self.row('one')
        row.conflict_resolution_preference = 'gui_wins'
        row.save()
        self.draft('one', 2001)
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
        self.run_operation(self.fabric)
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])

    def test_a_strategy_for_one_operation_stands_in_for_the_fabrics(self) -> None:
        self.both_clash()
        self.run_operation(self.fabric)
        self.assertTrue(ConflictResolution.objects.get().open)
        operation = self.run_operation(self.fabric, options={'conflict_strategy': 'gui_wins'})
        self.assertEqual(operation.conflicts_resolved, 1)
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])
        conflict = ConflictResolution.objects.get()
        self.assertEqual((conflict.open, conflict.resolution_strategy), (False, 'gui_wins'))
        # It was said once: the next clash is a person's again.
        self.reset()
        self.both_clash()
        self.run_operation(self.fabric)
        self.assertTrue(ConflictResolution.objects.get().open)

    def test_an_objects_own_preference_rules_over_the_operations(self) -> None:
        row = self.row('one')
        row.conflict_resolution_preference = 'git_wins'
        row.save()
        self.both_clash()
        self.run_operation(self.fabric, options={'conflict_strategy': 'gui_wins'})
        self.assertIn(b'vlan: 3001', self.person.files()[ONE])

    def both_clash(self) -> None:
        self.draft('one', 2001)
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')

    def test_a_removal_that_loses_brings_the_row_back(self) -> None:
        self.use('git_wins')
        self.row('one').delete()
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
        self.run_operation(self.fabric)
        row = self.row('one')
        self.assertEqual(row.desired_spec['subnets']['default']['vlan'], 3001)
        self.assertEqual(row.sync_state.managed_file_path, ONE)

    def test_a_removal_that_wins_removes_the_changed_file(self) -> None:
        self.use('gui_wins')
        self.row('one').delete()
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
        self.run_operation(self.fabric)
        self.assertNotIn(ONE, self.person.files())

    def test_removed_in_git_and_changed_here(self) -> None:
        for strategy, stays in (('gui_wins', True), ('git_wins', False)):
            with self.subTest(strategy):
                self.use(strategy)
                self.draft('one', 2001)
                self.person.push({ONE: None})
                operation = self.run_operation(self.fabric)
                self.assertEqual(operation.status, 'completed', operation.findings)
                self.assertEqual(ONE in self.person.files(), stays)
                self.assertEqual(self.fabric.resources.filter(name='one').exists(), stays)

    def test_an_escalated_clash_is_open_and_says_so(self) -> None:
        self.use('escalated')
        self.draft('one', 2001)
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
        self.run_operation(self.fabric)
        conflict = ConflictResolution.objects.get()
        self.assertEqual(conflict.resolution_status, 'escalated')

    def test_a_rejected_push_leaves_no_history_of_what_did_not_happen(self) -> None:
        self.use('gui_wins')
        self.draft('one', 2001)
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
        hook = self.bare / 'hooks' / 'pre-receive'
        hook.write_text('#!/bin/sh\nexit 1\n')
        hook.chmod(0o755)
        self.run_operation(self.fabric)
        self.assertFalse(ConflictResolution.objects.exists())
        self.assertTrue(self.row('one').has_draft)
        hook.unlink()
        self.run_operation(self.fabric)
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])
        self.assertEqual(ConflictResolution.objects.get().resolution_strategy, 'gui_wins')


class DetectionErrorTest(ConflictCase):
    def test_a_detector_that_fails_publishes_nothing_and_is_a_conflict_of_its_own(self) -> None:
        before = self.person.files()
        self.draft('one', 2001)
        broken = mock.patch(
            'netbox_hedgehog.sync.edit_steps.plan_edits', side_effect=ZeroDivisionError('planned')
        )
        with broken, self.assertRaises(ZeroDivisionError):
            self.run_operation(self.fabric)
        self.assertEqual(self.person.files(), before)
        conflict = ConflictResolution.objects.get()
        self.assertEqual((conflict.conflict_type, conflict.open), ('detection_error', True))
        self.assertIn('ZeroDivisionError', conflict.error)
        self.run_operation(self.fabric)
        conflict.refresh_from_db()
        self.assertFalse(conflict.open)
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])
