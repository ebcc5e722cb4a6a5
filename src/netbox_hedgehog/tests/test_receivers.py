"""One save, one outbox row, one job: with the plugin loaded through its real configuration."""

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import transaction
from django_rq.queues import get_queue

from netbox_hedgehog.models import HedgehogFabric, HedgehogResource, OutboxEntry, SyncOperation
from netbox_hedgehog.sync.origin import from_git
from netbox_hedgehog.sync.publishing import publishing_for

from .builders import a_fabric, a_resource
from .git_case import BASE, GitTransactionCase, vpc

SPEC = {'ipv4Namespace': 'default', 'subnets': {'default': {'subnet': '10.0.1.0/24', 'vlan': 1002}}}


class ReceiversTest(GitTransactionCase):
    def waiting(self) -> int:
        return get_queue('default').count

    def fabric_with_one(self) -> HedgehogResource:
        self.fabric = self.ready_fabric()
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        self.run_operation(self.fabric)
        get_queue('default').empty()
        return self.fabric.resources.get()

    def test_one_save_is_one_row_and_one_job(self) -> None:
        row = self.fabric_with_one()
        self.edit(row, draft_spec=SPEC)
        self.assertEqual((OutboxEntry.objects.count(), self.waiting()), (1, 1))
        entry = OutboxEntry.objects.get()
        operation = SyncOperation.objects.get(status='pending')
        self.assertEqual((entry.user, operation.initiated_by), (self.alice, self.alice))
        self.assertEqual(entry.request_id, operation.request_id)
        self.assertEqual(operation.trigger_type, 'automatic')

    def test_a_rolled_back_edit_leaves_nothing(self) -> None:
        row = self.fabric_with_one()
        try:
            with transaction.atomic():
                self.edit(row, draft_spec=SPEC)
                raise InterruptedError
        except InterruptedError:
            pass
        self.assertEqual((OutboxEntry.objects.count(), self.waiting()), (0, 0))

    def test_many_edits_of_one_request_are_one_job_and_one_commit(self) -> None:
        self.fabric_with_one()
        self.person.push({f'{BASE}/raw/two.yaml': vpc('two') + b'---\n' + vpc('three')}, 'More')
        self.run_operation(self.fabric)
        get_queue('default').empty()
        before = len(self.person.log())
        with self.request(), transaction.atomic():
            for row in self.fabric.resources.all():
                row.draft_spec = SPEC
                row.save()
        self.assertEqual((OutboxEntry.objects.count(), self.waiting()), (3, 1))
        self.run_jobs()
        self.assertEqual(len(self.person.log()) - before, 1)
        self.assertEqual(set(OutboxEntry.objects.values_list('state', flat=True)), {'done'})

    def test_saving_without_a_draft_or_by_import_is_no_edit(self) -> None:
        row = self.fabric_with_one()
        self.edit(row, sync_priority=50)
        with from_git():
            self.edit(row, draft_spec=SPEC)
        self.assertEqual((OutboxEntry.objects.count(), self.waiting()), (0, 0))

    def test_without_the_permission_the_draft_waits(self) -> None:
        row = self.fabric_with_one()
        bob = get_user_model().objects.create_user('bob')
        self.edit(row, bob, draft_spec=SPEC)
        self.assertEqual((OutboxEntry.objects.count(), self.waiting()), (1, 0))
        self.run_operation(self.fabric, user=None, trigger_type='scheduled')
        self.assertEqual(OutboxEntry.objects.get().state, 'pending')
        self.run_operation(self.fabric)
        self.assertEqual(OutboxEntry.objects.get().state, 'done')
        self.assertEqual(self.person.log()[0].author.name, 'bob')

    def test_manual_publishing_waits_for_a_person(self) -> None:
        row = self.fabric_with_one()
        HedgehogFabric.objects.filter(pk=self.fabric.pk).update(publish_mode='manual')
        row = HedgehogResource.objects.get(pk=row.pk)
        self.edit(row, draft_spec=SPEC)
        self.assertEqual(self.waiting(), 0)
        self.run_operation(self.fabric)
        self.assertEqual(OutboxEntry.objects.get().state, 'pending')
        self.run_operation(self.fabric, options={'publish': True})
        self.assertEqual(OutboxEntry.objects.get().state, 'done')

    def test_pressing_sync_publishes_in_manual_mode_for_who_may_push(self) -> None:
        self.fabric_with_one()
        self.fabric.publish_mode = 'manual'
        bob = get_user_model().objects.create_user('bob')
        for user, trigger, writes in (
            (self.alice, 'manual', True),
            (self.alice, 'scheduled', False),
            (bob, 'manual', False),
        ):
            asked = SyncOperation(operation_type='sync', trigger_type=trigger, initiated_by=user)
            with self.subTest(user=user.username, trigger=trigger):
                self.assertEqual(publishing_for(asked, self.fabric).writes, writes)

    def test_a_deleted_object_is_deleted_in_git_by_the_user(self) -> None:
        row = self.fabric_with_one()
        with self.request():
            row.delete()
        self.assertEqual(OutboxEntry.objects.get().action, 'delete')
        self.run_jobs()
        self.assertNotIn(f'{BASE}/managed/vpcs/one.yaml', self.person.files())
        self.assertEqual(self.person.log()[0].author.name, 'Alice Ng')
        self.assertEqual(self.fabric.resources.count(), 0)

    def test_a_created_object_gets_a_file(self) -> None:
        self.fabric_with_one()
        with self.request():
            HedgehogResource.objects.create(
                fabric=self.fabric, api_group='vpc.githedgehog.com', api_version='v1beta1',
                kind='VPC', name='new', namespace='default', draft_spec=SPEC,
            )  # fmt: skip
        self.run_jobs()
        text = self.person.files()[f'{BASE}/managed/vpcs/new.yaml']
        self.assertIn(b'vlan: 1002', text)
        row = self.fabric.resources.get(name='new')
        self.assertEqual((row.desired_spec, row.has_draft), (SPEC, False))
        self.assertEqual(row.sync_state.base_text.encode(), text)

    def test_a_renamed_object_moves_in_one_commit(self) -> None:
        row = self.fabric_with_one()
        before = len(self.person.log())
        self.edit(row, name='uno', draft_spec=SPEC)
        self.run_jobs()
        files = self.person.files(f'{BASE}/managed/vpcs')
        self.assertIn(f'{BASE}/managed/vpcs/uno.yaml', files)
        self.assertNotIn(f'{BASE}/managed/vpcs/one.yaml', files)
        self.assertEqual(len(self.person.log()) - before, 1)
        self.assertEqual([r.name for r in self.fabric.resources.all()], ['uno'])

    def test_a_deleted_fabric_leaves_no_tombstones(self) -> None:
        self.fabric_with_one()
        with self.request():
            self.fabric.delete()
        self.assertEqual((OutboxEntry.objects.count(), self.waiting()), (0, 0))
        self.assertIn(f'{BASE}/managed/vpcs/one.yaml', self.person.files())

    def test_saving_a_fabric_starts_its_initialisation(self) -> None:
        repository = self.make_repository()
        get_queue('default').empty()
        with self.request():
            fabric = HedgehogFabric.objects.create(name='Lab', git_repository=repository)
        operation = SyncOperation.objects.get(fabric=fabric)
        self.assertEqual(
            (operation.operation_type, operation.status), ('directory_init', 'pending')
        )
        self.run_jobs()
        fabric.refresh_from_db()
        self.assertTrue(fabric.gitops_initialized)
        self.edit(fabric, description='Saved again')
        self.assertEqual(SyncOperation.objects.count(), 1)

    def test_a_fabric_without_repository_starts_nothing(self) -> None:
        with self.request():
            a_fabric()
        self.assertEqual(self.waiting(), 0)

    def test_fixtures_are_no_edits(self) -> None:
        row = a_resource(a_fabric(), draft_spec=None)
        path = self.folder / 'rows.json'
        HedgehogResource.objects.filter(pk=row.pk).update(draft_spec=SPEC)
        call_command('dumpdata', 'netbox_hedgehog.hedgehogresource', output=str(path), verbosity=0)
        call_command('loaddata', str(path), verbosity=0)
        self.assertEqual(OutboxEntry.objects.count(), 0)

    def test_a_queue_that_cannot_be_reached_does_not_lose_the_edit(self) -> None:
        from unittest import mock

        row = self.fabric_with_one()
        broken = mock.patch(
            'netbox_hedgehog.signal_receivers.enqueue_operation', side_effect=OSError
        )
        with broken, transaction.atomic():
            self.edit(row, draft_spec=SPEC)
        self.assertEqual(OutboxEntry.objects.get().state, 'pending')
        self.run_operation(self.fabric)
        self.assertEqual(OutboxEntry.objects.get().state, 'done')

    def request(self):
        import uuid

        from netbox_hedgehog.sync.origin import Actor

        return Actor(self.alice, uuid.uuid4(), '').tracking()
