"""One operation from lock to record, against a real Git server."""

from unittest import mock

from core.models import ObjectChange, ObjectType
from django.db import connection
from django_rq.queues import get_queue
from extras.models import EventRule, Webhook

from hedgehog_gitops.git import GitStore
from netbox_hedgehog.choices import SyncOperationTypeChoices as Type
from netbox_hedgehog.models import HedgehogFabric, HedgehogResource, OutboxEntry, SyncOperation

from .git_case import BASE, GitCase, GitTransactionCase, vpc


class FromGitTest(GitCase):
    """Git -> NetBox."""

    def test_initialising_makes_one_commit_and_is_believed_only_then(self) -> None:
        self.person.push({'README.md': b'# The repository\n'})
        fabric = self.make_fabric()
        self.assertFalse(fabric.gitops_initialized)
        operation = self.run_operation(fabric, Type.DIRECTORY_INIT)
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        fabric.refresh_from_db()
        self.assertTrue(fabric.gitops_initialized)
        self.assertEqual(len(self.person.log()), 2)
        self.assertIn(f'{BASE}/.hnp/manifest.yaml', self.person.files())
        self.assertEqual(operation.commit_sha, self.person.pull())

    def test_a_raw_file_becomes_rows(self) -> None:
        fabric = self.ready_fabric()
        self.person.push({f'{BASE}/raw/two.yaml': vpc('one') + b'---\n' + vpc('two')})
        operation = self.run_operation(fabric)
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertEqual(operation.resources_created, 2)
        self.assertEqual(operation.documents_ingested, 2)
        names = set(fabric.resources.values_list('name', flat=True))
        self.assertEqual(names, {'one', 'two'})
        files = self.person.files(f'{BASE}/managed')
        self.assertIn(f'{BASE}/managed/vpcs/one.yaml', files)
        one = fabric.resources.get(name='one')
        self.assertEqual(one.sync_state.managed_file_path, f'{BASE}/managed/vpcs/one.yaml')
        self.assertEqual(one.sync_state.base_text.encode(), files[one.sync_state.managed_file_path])
        self.assertFalse(OutboxEntry.objects.exists())
        changes = ObjectChange.objects.filter(request_id=operation.request_id)
        resources = changes.filter(changed_object_type__model='hedgehogresource')
        self.assertEqual(resources.count(), 2)
        self.assertEqual({change.user for change in resources}, {self.alice})

    def test_a_second_sync_makes_no_commit(self) -> None:
        fabric = self.ready_fabric()
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        self.run_operation(fabric)
        before = self.person.pull()
        operation = self.run_operation(fabric)
        self.assertEqual(operation.status, 'completed')
        self.assertEqual(self.person.pull(), before)
        self.assertEqual(operation.commit_sha, '')
        self.assertEqual(operation.resources_processed, 0)

    def test_an_edit_and_a_removal_in_git_reach_the_rows(self) -> None:
        fabric = self.ready_fabric()
        self.person.push({f'{BASE}/raw/two.yaml': vpc('one') + b'---\n' + vpc('two')})
        self.run_operation(fabric)
        one = f'{BASE}/managed/vpcs/one.yaml'
        text = self.person.files()[one].replace(b'vlan: 1001', b'vlan: 1055')
        self.person.push({one: text, f'{BASE}/managed/vpcs/two.yaml': None})
        operation = self.run_operation(fabric)
        self.assertEqual((operation.resources_updated, operation.resources_deleted), (1, 1))
        row = fabric.resources.get()
        self.assertEqual(row.desired_spec['subnets']['default']['vlan'], 1055)


class EventsTest(GitCase):
    """Event rules hear of an operation's end."""

    def test_a_webhook_is_sent_for_the_end_of_an_operation(self) -> None:
        hook = Webhook.objects.create(name='news', payload_url='http://127.0.0.1:1/')
        rule = EventRule.objects.create(
            name='news',
            event_types=['hedgehog_sync_completed', 'hedgehog_sync_failed'],
            action_type='webhook',
            action_object_type=ObjectType.objects.get_for_model(Webhook),
            action_object_id=hook.pk,
        )
        rule.object_types.set([ObjectType.objects.get_for_model(HedgehogFabric)])
        fabric = self.make_fabric()
        with self.captureOnCommitCallbacks(execute=True):
            self.run_operation(fabric)
            self.run_operation(fabric, Type.DIRECTORY_INIT)
        sent = [
            job.kwargs
            for job in get_queue('default').jobs
            if job.func_name == 'extras.webhooks.send_webhook'
        ]
        told = [(each['event_type'], each['data']['status']) for each in sent]
        self.assertEqual(
            told, [('hedgehog_sync_failed', 'failed'), ('hedgehog_sync_completed', 'completed')]
        )
        self.assertEqual(sent[0]['data']['reason'], 'RepositoryEmpty')


class ToGitTest(GitTransactionCase):
    """NetBox -> Git, through receivers and a worker."""

    def fabric_with_one(self) -> HedgehogResource:
        self.fabric = self.ready_fabric()
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one', comment='  # keep me')})
        self.run_operation(self.fabric)
        return self.fabric.resources.get()

    def test_a_saved_draft_becomes_one_commit_by_the_user(self) -> None:
        row = self.fabric_with_one()
        path = row.sync_state.managed_file_path
        before = self.person.files()[path]
        spec = {**row.desired_spec, 'subnets': {'default': {'subnet': '10.0.1.0/24', 'vlan': 1007}}}
        self.edit(row, draft_spec=spec, message='Move to VLAN 1007')
        self.assertEqual(OutboxEntry.objects.get().state, 'pending')
        self.run_jobs()
        newest = self.person.log()[0]
        self.assertEqual(newest.author.name, 'Alice Ng')
        self.assertEqual(newest.author.email, 'alice@example.com')
        self.assertEqual(newest.subject, 'Move to VLAN 1007')
        after = self.person.files()[path]
        self.assertEqual(after, before.replace(b'vlan: 1001', b'vlan: 1007'))
        entry = OutboxEntry.objects.get()
        self.assertEqual((entry.state, entry.new_commit), ('done', newest.id))
        self.assertEqual(newest.trailers['Change-Set-Id'], str(entry.change_set_id))
        row.refresh_from_db()
        self.assertIsNone(row.draft_spec)
        self.assertFalse(row.has_draft)
        self.assertEqual(row.desired_spec, spec)
        operation = SyncOperation.objects.get(commit_sha=newest.id)
        self.assertEqual(newest.trailers['NetBox-Operation'], str(operation.operation_id))
        self.run_operation(self.fabric)
        self.assertEqual(self.person.pull(), newest.id)

    def test_no_transaction_is_open_while_the_network_is_used(self) -> None:
        row = self.fabric_with_one()
        self.edit(row, draft_spec={**row.desired_spec, 'vni': 7})
        calls = []

        def watched(name: str):
            real = getattr(GitStore, name)

            def call(store: GitStore, *args, **kwargs):
                calls.append((name, connection.in_atomic_block))
                return real(store, *args, **kwargs)

            return mock.patch.object(GitStore, name, call)

        with watched('fetch'), watched('push'), watched('remote_head'):
            self.run_operation(self.fabric)
        self.assertIn(('push', False), calls)
        self.assertEqual([call for call in calls if call[1]], [])
