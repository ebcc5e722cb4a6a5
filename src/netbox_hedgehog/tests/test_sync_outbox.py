"""Edits wait in the outbox: what starts an entry, what folds into one, what is dropped."""

import uuid

from django.contrib.auth import get_user_model
from django.test import TestCase

from netbox_hedgehog.models import HedgehogResource, OutboxEntry, ResourceSyncState
from netbox_hedgehog.sync import generations
from netbox_hedgehog.sync.change_sets import change_sets
from netbox_hedgehog.sync.joining import join_followers
from netbox_hedgehog.sync.outbox import (
    Editor,
    back_to_waiting,
    open_entries,
    outcome_text,
    record_edit,
    record_removal,
)

from .builders import a_fabric, a_resource
from .git_case import vpc

SPEC = {'ipv4Namespace': 'default', 'subnets': {'default': {'subnet': '10.0.1.0/24', 'vlan': 1001}}}


def editor(user: object, message: str = '') -> Editor:
    return Editor(user, uuid.uuid4(), message)


class OutboxTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        users = get_user_model().objects
        cls.alice, cls.bob = (users.create_user(name) for name in ('alice', 'bob'))
        cls.fabric = a_fabric()

    def setUp(self) -> None:
        self.row = a_resource(self.fabric, name='one', desired_spec=SPEC)
        ResourceSyncState.objects.filter(resource=self.row).update(
            base_text=vpc('one', comment='  # keep').decode(), blob_id='b' * 40
        )
        self.row = HedgehogResource.objects.get(pk=self.row.pk)

    def draft(self, vlan: int, user: object = None, message: str = '') -> OutboxEntry | None:
        self.row.draft_spec = {'ipv4Namespace': 'default', 'subnets': {'default': {'vlan': vlan}}}
        return record_edit(self.row, editor(user or self.alice, message))

    def test_a_row_without_a_draft_starts_nothing(self) -> None:
        self.assertIsNone(record_edit(self.row, editor(self.alice)))
        self.assertFalse(OutboxEntry.objects.exists())

    def test_a_draft_that_says_what_git_says_starts_nothing(self) -> None:
        self.row.draft_spec = dict(SPEC)
        self.row.draft_text = vpc('one', comment='  # keep').decode().replace('\n', '\r\n')
        self.assertIsNone(record_edit(self.row, editor(self.alice)))

    def test_a_changed_comment_alone_is_an_edit(self) -> None:
        self.row.draft_spec = dict(SPEC)
        self.row.draft_text = vpc('one', comment='  # changed').decode()
        entry = record_edit(self.row, editor(self.alice))
        self.assertEqual(entry.new_text, self.row.draft_text)

    def test_an_edit_keeps_what_it_started_from_and_who_made_it(self) -> None:
        entry = self.draft(1002, message='Because')
        self.assertEqual(entry.action, 'update')
        self.assertIn('# keep', entry.base_text)
        self.assertEqual(
            (entry.base_blob, entry.user, entry.message), ('b' * 40, self.alice, 'Because')
        )
        self.assertIn('# keep', self.row.sync_state.base_text)
        self.assertEqual(ResourceSyncState.objects.get(resource=self.row).resource_state, 'draft')

    def test_a_further_edit_by_the_same_user_folds(self) -> None:
        first = self.draft(1002, message='first')
        second = self.draft(1003)
        self.assertEqual(first.pk, second.pk)
        entry = OutboxEntry.objects.get()
        self.assertEqual(entry.new_state['spec']['subnets']['default']['vlan'], 1003)
        self.assertEqual(entry.message, 'first')
        self.assertIn('vlan: 1001', entry.base_text)

    def test_saving_the_same_again_changes_nothing(self) -> None:
        self.draft(1002)
        self.assertIsNone(self.draft(1002))
        self.assertEqual(OutboxEntry.objects.count(), 1)

    def test_an_edit_by_another_user_is_a_commit_of_its_own(self) -> None:
        first = self.draft(1002)
        second = self.draft(1003, self.bob)
        first.refresh_from_db()
        self.assertTrue(first.closed)
        self.assertNotEqual(first.change_set_id, second.change_set_id)
        self.assertEqual(
            [s.user for s in change_sets(open_entries(self.fabric))], [self.alice, self.bob]
        )
        self.assertIn('vlan: 1002', second.base_text)

    def test_an_edit_while_the_first_is_on_its_way_starts_on_its_outcome(self) -> None:
        first = self.draft(1002)
        OutboxEntry.objects.filter(pk=first.pk).update(state='pushing')
        second = self.draft(1003)
        self.assertNotEqual(first.pk, second.pk)
        self.assertNotEqual(first.change_set_id, second.change_set_id)
        self.assertIn('vlan: 1002', second.base_text)

    def test_what_did_not_arrive_waits_again_beside_a_newer_edit(self) -> None:
        first = self.draft(1002)
        OutboxEntry.objects.filter(pk=first.pk).update(state='pushing', new_commit='c' * 40)
        self.draft(1003)
        back_to_waiting(self.fabric, 'PushDeclined: no')
        first.refresh_from_db()
        self.assertEqual((first.state, first.closed, first.new_commit), ('pending', True, ''))
        self.assertEqual(first.reason, 'PushDeclined: no')

    def test_two_entries_of_one_object_that_did_not_arrive_still_take_a_third_edit(self) -> None:
        for vlan in (1002, 1003):
            entry = self.draft(vlan)
            OutboxEntry.objects.filter(pk=entry.pk).update(state='pushing')
        back_to_waiting(self.fabric, 'BranchMoved')
        third = self.draft(1004)
        waiting = [(entry.state, entry.closed) for entry in open_entries(self.fabric)]
        self.assertEqual(waiting, [('pending', True), ('pending', False)])
        self.assertEqual(third.pk, open_entries(self.fabric).last().pk, 'the newest takes it in')

    def test_an_edit_of_an_object_that_is_new_here_starts_on_what_the_first_will_make(self) -> None:
        identity = {'api_group': 'vpc.githedgehog.com', 'api_version': 'v1beta1', 'kind': 'VPC'}
        row = HedgehogResource(fabric=self.fabric, name='new', draft_spec={'vni': 1}, **identity)
        row.save()
        row.draft_spec = {'vni': 2}
        second = record_edit(row, editor(self.bob))
        self.assertEqual(second.action, 'update')
        self.assertIn('vni: 1', second.base_text)
        OutboxEntry.objects.filter(pk=second.pk).update(state='pushing')
        grave = record_removal(row, editor(self.bob))
        self.assertEqual(grave.action, 'delete', 'it is on its way, so it has to be taken back')
        self.assertIn('vni: 2', grave.base_text)

    def test_what_waits_behind_a_conflict_becomes_part_of_it(self) -> None:
        first = self.draft(1002)
        self.draft(1003, self.bob, 'And this')
        OutboxEntry.objects.filter(pk=first.pk).update(state='conflict')
        before = generations.requested(self.fabric.pk)
        join_followers(self.fabric)
        (entry,) = open_entries(self.fabric)
        self.assertEqual((entry.pk, entry.state, entry.closed), (first.pk, 'conflict', False))
        self.assertEqual((entry.user, entry.message), (self.bob, 'And this'))
        self.assertIn('vlan: 1001', entry.base_text)
        self.assertIn('vlan: 1003', outcome_text(entry))
        self.assertEqual(generations.requested(self.fabric.pk), before + 1, 'looked at once more')

    def test_edits_of_one_request_share_a_commit(self) -> None:
        other = a_resource(self.fabric, name='two', desired_spec={})
        together = editor(self.alice)
        for row in (self.row, other):
            row.draft_spec = {'vni': 7}
            record_edit(row, together)
        (one,) = change_sets(open_entries(self.fabric))
        self.assertEqual(len(one.entries), 2)

    def waiting(self, name: str, priority: int) -> HedgehogResource:
        row = a_resource(self.fabric, name=name, desired_spec=SPEC, sync_priority=priority)
        ResourceSyncState.objects.filter(resource=row).update(base_text=vpc(name).decode())
        return HedgehogResource.objects.get(pk=row.pk)

    def change(self, row: HedgehogResource, vlan: int, by: Editor) -> None:
        row.draft_spec = {'subnets': {'default': {'vlan': vlan}}}
        record_edit(row, by)

    def order(self) -> list[str]:
        sets = change_sets(open_entries(self.fabric).select_related('resource'))
        return ['+'.join(entry.name for entry in each.entries) for each in sets]

    def test_lower_priority_goes_first_and_age_decides_among_equals(self) -> None:
        for name, priority in (('late', 200), ('usual', 100), ('first', 0), ('other', 100)):
            self.change(self.waiting(name, priority), 5, editor(self.alice))
        self.assertEqual(self.order(), ['first', 'usual', 'other', 'late'])

    def test_an_edit_never_overtakes_an_earlier_one_of_the_same_object(self) -> None:
        shared, urgent = self.waiting('shared', 100), self.waiting('urgent', 0)
        other = self.waiting('other', 50)
        self.change(shared, 5, editor(self.alice))
        self.change(other, 5, editor(self.alice))
        by_bob = editor(self.bob)
        self.change(shared, 6, by_bob)
        self.change(urgent, 6, by_bob)
        self.assertEqual(self.order(), ['shared', 'shared+urgent', 'other'])

    def test_a_removed_object_goes_as_if_nothing_was_said(self) -> None:
        self.change(self.waiting('late', 200), 5, editor(self.alice))
        gone = self.waiting('gone', 300)
        record_removal(gone, editor(self.alice))
        gone.delete()
        self.assertEqual(self.order(), ['gone', 'late'])

    def test_a_discarded_draft_drops_what_waits(self) -> None:
        self.draft(1002)
        self.row.draft_spec = None
        record_edit(self.row, editor(self.alice))
        self.assertEqual(OutboxEntry.objects.get().state, 'discarded')

    def test_a_deleted_object_leaves_a_tombstone(self) -> None:
        self.draft(1002)
        record_removal(self.row, editor(self.bob))
        edit, grave = OutboxEntry.objects.order_by('pk')
        self.assertEqual(
            (edit.state, grave.state, grave.action), ('discarded', 'pending', 'delete')
        )
        self.assertIn('vlan: 1001', grave.base_text)

    def test_an_object_git_never_saw_leaves_none(self) -> None:
        row = HedgehogResource(
            fabric=self.fabric, api_group='vpc.githedgehog.com', api_version='v1beta1', kind='VPC',
            name='new', namespace='default', draft_spec={'vni': 1},
        )  # fmt: skip
        row.save()
        self.assertEqual(OutboxEntry.objects.get().action, 'create')
        self.assertIsNone(record_removal(row, editor(self.alice)))
        self.assertEqual(OutboxEntry.objects.get().state, 'discarded')

    def test_an_object_made_again_updates_what_is_still_in_git(self) -> None:
        record_removal(self.row, editor(self.alice))
        self.draft(1009)
        entry = OutboxEntry.objects.get()
        self.assertEqual((entry.action, entry.state), ('update', 'pending'))

    def test_a_renamed_object_says_what_it_was(self) -> None:
        self.row.name = 'uno'
        entry = self.draft(1002)
        self.assertEqual(entry.action, 'rename')
        self.assertEqual(entry.new_state['was'], 'vpc.githedgehog.com/VPC/default/one')

    def test_the_outcome_keeps_every_other_byte(self) -> None:
        entry = self.draft(1002)
        self.row.draft_spec = {**SPEC, 'subnets': {'default': {'subnet': '10.0.1.0/24', 'vlan': 5}}}
        entry = record_edit(self.row, editor(self.alice))
        expected = vpc('one', 5, comment='  # keep').decode()
        self.assertEqual(outcome_text(entry), expected)
