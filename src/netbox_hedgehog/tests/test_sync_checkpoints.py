"""A checkpoint holds everything a fabric is, and going back to it brings all of it back, proven."""

from netbox_hedgehog.choices import CheckpointReasonChoices as Reason
from netbox_hedgehog.jobs import enqueue_resolution
from netbox_hedgehog.models import Checkpoint, OutboxEntry, SyncOperation
from netbox_hedgehog.sync.checkpoints import take
from netbox_hedgehog.sync.outbox import Editor

from .git_case import BASE, vpc
from .test_sync_conflicts import ONE, TWO
from .test_sync_restore import NamedCase


class CheckpointTest(NamedCase):
    def take(self, **options) -> Checkpoint:
        return take(self.fabric, Reason.MANUAL, self.alice, name='Friday', **options)

    def back(self, checkpoint: Checkpoint) -> SyncOperation:
        return self.restore(checkpoint=checkpoint.pk, to_commit=checkpoint.commit)

    def by_hand(self, **fields) -> None:
        """Changes the fabric's settings as a form does."""
        for name, value in fields.items():
            setattr(self.fabric, name, value)
        self.fabric.save()

    def test_it_says_who_when_and_what(self) -> None:
        self.draft('one', 2001)
        checkpoint = self.take()
        self.assertEqual((checkpoint.commit, checkpoint.user_name), (self.synced(), 'alice'))
        self.assertEqual((checkpoint.drafts, checkpoint.waiting), (1, 1))
        self.assertEqual(len(checkpoint.digest), 64)

    def test_tree_drafts_outbox_and_settings_come_back(self) -> None:
        self.by_hand(publish_mode='manual')
        self.draft('one', 2001)
        checkpoint, before = self.take(), self.person.files(BASE)
        self.by_hand(publish_mode='direct', sync_interval=900)
        self.run_operation(self.fabric)
        self.draft('two', 3003)
        self.person.push({f'{BASE}/raw/x.yaml': vpc('three'), TWO: None})
        self.run_operation(self.fabric)
        self.assertEqual(self.vlan(), 2001)
        done = self.back(checkpoint)
        self.assertEqual(done.status, 'completed', done.last_error_message)
        log = f'{BASE}/.hnp/archive-log.yaml'
        after = self.person.files(BASE)
        self.assertEqual({**after, log: b''}, {**before, log: b''})
        self.fabric.refresh_from_db()
        self.assertEqual((self.fabric.publish_mode, self.fabric.sync_interval), ('manual', 300))
        self.assertEqual(self.vlan(), 1001)
        row = self.row('one')
        self.assertEqual(row.draft_spec['subnets']['default']['vlan'], 2001)
        self.assertFalse(self.row('two').has_draft)
        entry = OutboxEntry.objects.get(fabric=self.fabric, state='pending')
        self.assertEqual(
            (entry.identity, entry.user, entry.resource), (row.identity, self.alice, row)
        )
        self.assertFalse(self.fabric.resources.filter(name='three').exists())

    def test_what_came_back_is_published_like_any_edit(self) -> None:
        self.by_hand(publish_mode='manual')
        self.draft('one', 2001)
        checkpoint = self.take()
        self.edit(self.row('one'), draft_spec=None)
        self.in_git(ONE, b'10.0.1.0/24', b'10.7.1.0/24')
        self.run_operation(self.fabric)
        self.back(checkpoint)
        self.run_operation(self.fabric, options={'publish': True})
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])
        self.assertIn(b'10.0.1.0/24', self.person.files()[ONE])
        self.assertFalse(self.row('one').has_draft)

    def test_objects_born_or_deleted_here_come_back_as_they_were(self) -> None:
        self.by_hand(publish_mode='manual')
        fresh = self.fabric.resources.model(
            fabric=self.fabric, api_group='vpc.githedgehog.com', api_version='v1beta1',
            kind='VPC', name='fresh',
        )  # fmt: skip
        self.edit_new(fresh, {'subnets': {}})
        self.remove('two')
        checkpoint = self.take()
        self.assertEqual(checkpoint.waiting, 2)
        self.remove('fresh')
        self.by_hand(publish_mode='direct')
        self.run_operation(self.fabric)
        self.assertNotIn(TWO, self.person.files())
        done = self.back(checkpoint)
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertIn(TWO, self.person.files())
        self.assertEqual({row.name for row in self.fabric.resources.all()}, {'one', 'fresh'})
        self.assertEqual(self.row('fresh').draft_spec, {'subnets': {}})
        waiting = OutboxEntry.objects.filter(fabric=self.fabric, state='pending')
        self.assertEqual({entry.action for entry in waiting}, {'create', 'delete'})

    def test_a_deletion_that_waits_now_is_forgotten(self) -> None:
        self.by_hand(publish_mode='manual')
        checkpoint = self.take()
        self.remove('two')
        done = self.back(checkpoint)
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertEqual(self.vlan('two'), 1001)

    def test_the_state_before_the_rollback_is_kept_so_it_can_be_taken_back(self) -> None:
        self.by_hand(publish_mode='manual')
        checkpoint = self.take()
        self.draft('one', 4004)
        self.in_git(TWO, b'10.0.1.0/24', b'10.7.1.0/24')
        self.run_operation(self.fabric)
        files = self.person.files(BASE)
        self.back(checkpoint)
        self.assertFalse(self.row('one').has_draft)
        kept = Checkpoint.objects.get(reason='rollback')
        self.assertEqual(self.back(kept).status, 'completed')
        self.assertEqual(self.person.files(BASE), files)
        self.assertEqual(self.row('one').draft_spec['subnets']['default']['vlan'], 4004)

    def test_nothing_to_do_makes_no_commit(self) -> None:
        checkpoint = self.take()
        before = self.person.pull()
        done = self.back(checkpoint)
        self.assertEqual((done.status, done.commit_sha), ('completed', ''))
        self.assertEqual(self.person.pull(), before)

    def test_a_state_that_is_not_reached_is_a_failure_and_says_so(self) -> None:
        checkpoint = self.take()
        Checkpoint.objects.filter(pk=checkpoint.pk).update(digest='0' * 64)
        self.in_git(ONE, b'1001', b'1002')
        self.run_operation(self.fabric)
        done = self.back(checkpoint)
        self.assertEqual((done.status, done.last_reason), ('failed', 'RollbackNotVerified'))
        self.assertIn('objects in NetBox differ', done.last_error_message)
        self.assertEqual(done.commit_sha, self.person.pull())

    def test_one_of_another_place_is_refused(self) -> None:
        checkpoint = self.take()
        snapshot = {**checkpoint.snapshot, 'place': {'branch': 'other'}}
        Checkpoint.objects.filter(pk=checkpoint.pk).update(snapshot=snapshot)
        done = self.back(checkpoint)
        self.assertEqual((done.status, done.last_reason), ('failed', 'CheckpointElsewhere'))
        checkpoint.delete()
        done = self.restore(checkpoint=checkpoint.pk or 0, to_commit=self.synced())
        self.assertEqual((done.status, done.last_reason), ('failed', 'CheckpointMissing'))

    def test_open_conflicts_end_with_the_edits_they_are_about(self) -> None:
        checkpoint = self.take()
        self.draft('one', 2001)
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
        self.run_operation(self.fabric)
        self.assertEqual(self.fabric.conflicts.get().resolution_status, 'pending')
        done = self.back(checkpoint)
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertEqual(self.fabric.conflicts.get().resolution_status, 'abandoned')
        self.assertEqual(self.row('one').sync_state.conflict_status, 'none')
        self.assertFalse(self.row('one').has_draft)

    def test_before_one_side_wins_a_conflict(self) -> None:
        from netbox_hedgehog.sync.resolution import Decision

        self.draft('one', 2001)
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
        self.run_operation(self.fabric)
        editor = Editor(self.alice, None)
        conflict = self.fabric.conflicts.get()
        enqueue_resolution([conflict], Decision('git_wins'), editor, 'cli')
        kept = Checkpoint.objects.get()
        self.assertEqual((kept.reason, kept.drafts), ('conflict_decision', 1))

    def remove(self, name: str) -> None:
        import uuid

        from netbox.context_managers import event_tracking

        from netbox_hedgehog.sync.origin import Actor

        with event_tracking(Actor(self.alice, uuid.uuid4(), '')._request()):
            self.row(name).delete()

    def edit_new(self, row, spec) -> None:
        import uuid

        from netbox.context_managers import event_tracking

        from netbox_hedgehog.sync.origin import Actor

        with event_tracking(Actor(self.alice, uuid.uuid4(), '')._request()):
            row.draft_spec = spec
            row.full_clean()
            row.save()
