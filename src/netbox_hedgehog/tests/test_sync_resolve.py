"""A person decides: one commit by them, what they saw counts, and both sides are kept."""

import uuid

from django.contrib.auth import get_user_model

from hedgehog_gitops.errors import NeedsPerson
from netbox_hedgehog.jobs import enqueue_resolution
from netbox_hedgehog.models import ConflictResolution, OutboxEntry
from netbox_hedgehog.sync.outbox import Editor
from netbox_hedgehog.sync.resolution import Decision, clashing_fields, preview, seen_token
from netbox_hedgehog.sync.resolve import resolve
from netbox_hedgehog.sync.runner import work_off

from .git_case import logger
from .test_sync_conflicts import ONE, TWO, ConflictCase

VLAN = 'spec.subnets.default.vlan'


class ResolveTest(ConflictCase):
    def setUp(self) -> None:
        super().setUp()
        self.draft('one', 2001)
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001  # by hand')
        self.run_operation(self.fabric)
        self.conflict = ConflictResolution.objects.get()

    def editor(self) -> Editor:
        return Editor(self.alice, uuid.uuid4())

    def decide(self, strategy: str, fields: dict | None = None, seen: str = '', notes: str = ''):
        decision = Decision(strategy, fields or {}, notes)
        editor = self.editor()
        resolved = resolve(self.conflict.pk, decision, editor, seen=seen)
        if resolved.publishes:
            self.run_operation(self.fabric, 'conflict_resolution', request_id=editor.request_id)
        self.conflict.refresh_from_db()
        return resolved

    def assertSettled(self, vlan: int, strategy: str) -> None:
        self.assertIn(b'vlan: %d' % vlan, self.person.files()[ONE])
        row = self.row('one')
        self.assertFalse(row.has_draft)
        self.assertEqual(row.desired_spec['subnets']['default']['vlan'], vlan)
        self.assertIn(f'vlan: {vlan}', row.sync_state.base_text)
        self.assertFalse(OutboxEntry.objects.filter(state__in=('pending', 'conflict')).exists())
        found = (self.conflict.resolution_status, self.conflict.resolution_strategy)
        self.assertEqual(found, ('resolved', strategy))
        self.assertEqual(self.conflict.resolved_by, self.alice)
        self.assertIsNotNone(self.conflict.resolved_at)
        self.assertEqual(self.conflict.git_state['spec']['subnets']['default']['vlan'], 3001)
        self.assertEqual(self.conflict.gui_state['spec']['subnets']['default']['vlan'], 2001)

    def test_netbox_wins_by_one_commit_of_the_person(self) -> None:
        before = len(self.person.log())
        self.decide('gui_wins', notes='The change request says 2001.')
        self.assertSettled(2001, 'gui_wins')
        commits = self.person.log()
        self.assertEqual(len(commits) - before, 1)
        self.assertEqual(commits[0].author.name, 'Alice Ng')
        self.assertEqual(commits[0].subject, 'Resolve conflict of VPC/one: NetBox wins')
        self.assertIn(b'vlan: 2001  # by hand', self.person.files()[ONE])
        self.assertEqual(self.conflict.resolved_in.operation_type, 'conflict_resolution')
        self.assertEqual(self.conflict.resolved_in.commit_sha, commits[0].id)
        self.assertEqual(self.conflict.resolution_notes, 'The change request says 2001.')

    def test_a_side_somebody_edits_further_is_looked_at_again_first(self) -> None:
        self.edit(self.row('one'), draft_labels={'tier': 'gold'})
        with self.assertRaises(NeedsPerson) as caught:
            self.decide('gui_wins')
        self.assertEqual(caught.exception.reason, 'ConflictMoved')
        self.run_operation(self.fabric)
        self.decide('gui_wins')
        text = self.person.files()[ONE]
        self.assertIn(b'vlan: 2001', text)
        self.assertIn(b'tier: gold', text, 'the later edit was dropped')

    def test_edits_of_two_users_are_decided_together(self) -> None:
        bob = get_user_model().objects.create_superuser('bob')
        self.draft('two', 2002)
        row = self.row('two')
        self.edit(row, bob, draft_labels={'tier': 'gold'})
        self.in_git(TWO, b'vlan: 1001', b'vlan: 3002')
        self.run_operation(self.fabric)
        self.conflict = ConflictResolution.objects.get(resource__name='two')
        self.assertEqual(self.conflict.gui_state['labels'], {'tier': 'gold'})
        self.decide('gui_wins')
        text = self.person.files()[TWO]
        self.assertIn(b'vlan: 2002', text)
        self.assertIn(b'tier: gold', text)
        self.assertFalse(self.row('two').has_draft)

    def test_git_wins_without_a_commit(self) -> None:
        before = self.person.pull()
        self.assertFalse(self.decide('git_wins').publishes)
        self.assertSettled(3001, 'git_wins')
        self.assertEqual(self.run_operation(self.fabric).status, 'completed')
        self.assertEqual(self.person.pull(), before)

    def test_each_field_by_itself(self) -> None:
        self.assertEqual(clashing_fields(self.conflict), (VLAN,))
        decision = Decision('user_decision', {VLAN: {'value': 1234}})
        self.assertIn('vlan: 1234  # by hand', preview(self.conflict, decision).text)
        self.decide('user_decision', {VLAN: {'value': 1234}})
        self.assertSettled(1234, 'user_decision')
        self.assertEqual(self.conflict.user_decisions, {VLAN: {'value': 1234}})
        self.assertEqual(self.conflict.resolved_state['spec']['subnets']['default']['vlan'], 1234)

    def test_choosing_gits_value_everywhere_is_gits_side(self) -> None:
        self.assertFalse(self.decide('user_decision', {VLAN: 'git_value'}).publishes)
        self.assertSettled(3001, 'user_decision')

    def test_the_base_can_come_back(self) -> None:
        self.decide('user_decision', {VLAN: 'base_value'})
        self.assertSettled(1001, 'user_decision')

    def test_what_is_missing_or_wrong_is_said_and_changes_nothing(self) -> None:
        for strategy, fields, reason in (
            ('user_decision', {}, 'FieldUndecided'),
            ('user_decision', {VLAN: 'gui_value', 'spec.x': 'gui_value'}, 'FieldUnknown'),
            ('user_decision', {VLAN: 'whatever'}, 'DecisionUnknown'),
            ('user_decision', {VLAN: 'merge_both'}, 'NotAList'),
            ('merge_automatic', {}, 'FieldsClash'),
        ):
            with self.subTest(reason), self.assertRaises(NeedsPerson) as refused:
                self.decide(strategy, fields)
            self.assertEqual(refused.exception.reason, reason)
        self.conflict.refresh_from_db()
        self.assertEqual(self.conflict.resolution_status, 'pending')
        self.assertEqual(OutboxEntry.objects.get(name='one', state='conflict').name, 'one')

    def test_a_decision_about_older_versions_is_refused(self) -> None:
        seen = seen_token(self.conflict)
        self.in_git(ONE, b'vlan: 3001', b'vlan: 3333')
        self.run_operation(self.fabric)
        with self.assertRaises(NeedsPerson) as refused:
            self.decide('gui_wins', seen=seen)
        self.assertEqual(refused.exception.reason, 'ConflictMoved')
        self.conflict.refresh_from_db()
        self.decide('gui_wins', seen=seen_token(self.conflict))
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])

    def test_git_moving_on_before_the_decision_arrives_asks_again(self) -> None:
        self.in_git(ONE, b'vlan: 3001', b'vlan: 3333')
        self.decide('gui_wins')
        self.assertIn(b'vlan: 3333', self.person.files()[ONE])
        self.assertEqual(self.conflict.resolution_status, 'pending')
        self.assertEqual(self.conflict.git_state['spec']['subnets']['default']['vlan'], 3333)
        self.assertEqual(self.row('one').draft_spec['subnets']['default']['vlan'], 2001)
        self.decide('gui_wins')
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])
        self.assertEqual(self.conflict.resolution_status, 'resolved')

    def test_another_field_moving_on_is_joined(self) -> None:
        self.in_git(ONE, b'10.0.1.0/24', b'10.0.7.0/24')
        self.decide('gui_wins')
        self.assertSettled(2001, 'gui_wins')
        self.assertIn(b'10.0.7.0/24', self.person.files()[ONE])

    def test_twice_is_refused(self) -> None:
        self.decide('gui_wins')
        with self.assertRaises(NeedsPerson) as refused:
            self.decide('git_wins')
        self.assertEqual(refused.exception.reason, 'ConflictDecided')

    def test_left_for_later_and_escalated_stay_open(self) -> None:
        self.decide('escalated', notes='Ask the planners.')
        self.assertEqual(self.conflict.resolution_status, 'escalated')
        self.assertEqual(self.row('one').sync_state.conflict_status, 'escalated')
        self.decide('skipped')
        self.assertEqual(self.conflict.resolution_status, 'manual_required')
        self.run_operation(self.fabric)
        self.conflict.refresh_from_db()
        self.assertEqual(self.conflict.resolution_status, 'manual_required')
        self.assertEqual(ConflictResolution.objects.count(), 1)
        self.decide('gui_wins')
        self.assertSettled(2001, 'gui_wins')

    def test_a_decision_goes_out_alone_where_a_person_publishes(self) -> None:
        self.fabric.publish_mode = 'manual'
        self.fabric.save()
        self.draft('two', 2002)
        self.decide('gui_wins')
        self.assertSettledButTwo()

    def assertSettledButTwo(self) -> None:
        files = self.person.files()
        self.assertIn(b'vlan: 2001', files[ONE])
        self.assertIn(b'vlan: 1001', files[TWO])
        self.assertEqual(self.conflict.resolution_status, 'resolved')

    def test_a_push_that_is_refused_keeps_the_decision(self) -> None:
        hook = self.bare / 'hooks' / 'pre-receive'
        hook.write_text('#!/bin/sh\nexit 1\n')
        hook.chmod(0o755)
        self.decide('gui_wins')
        self.assertEqual(self.conflict.resolution_status, 'in_progress')
        self.assertEqual(self.row('one').draft_spec['subnets']['default']['vlan'], 2001)
        hook.unlink()
        self.run_operation(self.fabric)
        self.conflict.refresh_from_db()
        self.assertSettled(2001, 'gui_wins')

    def test_many_in_one_commit(self) -> None:
        self.draft('two', 2002)
        self.in_git(TWO, b'vlan: 1001', b'vlan: 3002')
        self.run_operation(self.fabric)
        before = len(self.person.log())
        editor = self.editor()
        conflicts = list(ConflictResolution.objects.select_related('fabric'))
        made = enqueue_resolution(conflicts, Decision('gui_wins'), editor, 'cli', leave=True)
        self.assertEqual((len(made.done), made.left), (2, []))
        work_off(self.fabric.pk, logger)
        files = self.person.files()
        self.assertIn(b'vlan: 2001', files[ONE])
        self.assertIn(b'vlan: 2002', files[TWO])
        self.assertEqual(len(self.person.log()) - before, 1)
        self.assertFalse(ConflictResolution.objects.exclude(resolution_status='resolved').exists())


class ResolveRemovalTest(ConflictCase):
    def decide(self, strategy: str, fields: dict | None = None) -> ConflictResolution:
        conflict = ConflictResolution.objects.get()
        editor = Editor(self.alice, uuid.uuid4())
        if resolve(conflict.pk, Decision(strategy, fields or {}), editor).publishes:
            self.run_operation(self.fabric, 'conflict_resolution', request_id=editor.request_id)
        conflict.refresh_from_db()
        self.assertEqual(conflict.resolution_status, 'resolved')
        self.assertEqual(self.run_operation(self.fabric).status, 'completed')
        self.assertFalse(OutboxEntry.objects.filter(state__in=('pending', 'conflict')).exists())
        return conflict

    def removed_here(self) -> None:
        self.row('one').delete()
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
        self.run_operation(self.fabric)

    def removed_there(self) -> None:
        self.draft('one', 2001)
        self.person.push({ONE: None})
        self.run_operation(self.fabric)

    def test_removed_here_and_git_wins(self) -> None:
        self.removed_here()
        self.decide('git_wins')
        row = self.row('one')
        self.assertEqual(row.desired_spec['subnets']['default']['vlan'], 3001)
        self.assertIn(b'vlan: 3001', self.person.files()[ONE])

    def test_removed_here_and_netbox_wins(self) -> None:
        self.removed_here()
        self.decide('gui_wins')
        self.assertNotIn(ONE, self.person.files())
        self.assertFalse(self.fabric.resources.filter(name='one').exists())

    def test_removed_there_and_netbox_wins(self) -> None:
        self.removed_there()
        self.decide('user_decision', {'': 'gui_value'})
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])
        row = self.row('one')
        self.assertFalse(row.has_draft)
        self.assertEqual(row.desired_spec['subnets']['default']['vlan'], 2001)

    def test_removed_there_and_git_wins(self) -> None:
        self.removed_there()
        self.decide('git_wins')
        self.assertNotIn(ONE, self.person.files())
        self.assertFalse(self.fabric.resources.filter(name='one').exists())

    def test_nobody_is_right_by_merging(self) -> None:
        self.removed_there()
        conflict = ConflictResolution.objects.get()
        with self.assertRaises(NeedsPerson) as refused:
            preview(conflict, Decision('merge_automatic'))
        self.assertEqual(refused.exception.reason, 'SideUndecided')
