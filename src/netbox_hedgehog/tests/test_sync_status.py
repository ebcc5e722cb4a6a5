"""One derivation of how a fabric stands, and only what was checked is shown."""

from datetime import timedelta

from django.db import connections
from django.utils import timezone
from django_pg_utils import advisory_lock

from netbox_hedgehog.choices import SyncOperationTypeChoices as Type
from netbox_hedgehog.models import FabricSyncState, HedgehogFabric, SyncOperation
from netbox_hedgehog.sync.connection import test_connection as contact
from netbox_hedgehog.sync.locks import LeaseLost, claim_lease, fabric_locked, fence, lease_held
from netbox_hedgehog.sync.status import gitops_status, move_status, sync_status, sync_statuses

from .builders import a_fabric, a_resource, an_entry
from .git_case import BASE, PASSWORD, GitCase, vpc


class StatusTest(GitCase):
    def status(self, fabric: HedgehogFabric) -> str:
        return sync_status(HedgehogFabric.objects.get(pk=fabric.pk))

    def test_the_first_condition_that_holds_wins(self) -> None:
        self.assertEqual(self.status(a_fabric()), 'not_configured')
        fabric = self.make_fabric()
        self.assertEqual(self.status(fabric), 'never_synced')
        self.run_operation(fabric)
        self.assertEqual(self.status(fabric), 'error')
        self.run_operation(fabric, Type.DIRECTORY_INIT)
        self.assertEqual(self.status(fabric), 'in_sync')
        an_entry(a_resource(fabric))
        self.assertEqual(self.status(fabric), 'out_of_sync')
        fabric.refresh_from_db()
        fabric.sync_enabled = False
        fabric.save()
        self.assertEqual(self.status(fabric), 'disabled')

    def test_in_sync_ends_when_nobody_has_looked_for_long(self) -> None:
        fabric = self.ready_fabric()
        old = timezone.now() - timedelta(seconds=2 * fabric.sync_interval + 1)
        FabricSyncState.objects.filter(fabric=fabric).update(last_sync=old)
        self.assertEqual(self.status(fabric), 'out_of_sync')

    def test_commits_of_a_neighbour_leave_a_fabric_in_sync(self) -> None:
        fabric = self.ready_fabric()
        other = self.ready_fabric(name='Other', git_repository=fabric.git_repository)
        self.assertEqual(self.status(fabric), 'in_sync')
        self.person.push({'fabrics/other/gitops/raw/one.yaml': vpc('one')})
        self.run_operation(other)
        shown = gitops_status(HedgehogFabric.objects.get(pk=fabric.pk))
        self.assertNotEqual(shown['head_commit'], shown['last_synced_commit'])
        self.assertEqual(shown['sync_status'], 'in_sync')

    def test_a_change_that_a_neighbour_met_first_is_still_to_come(self) -> None:
        fabric = self.ready_fabric()
        other = self.ready_fabric(name='Other', git_repository=fabric.git_repository)
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        self.run_operation(other)
        self.assertEqual(self.status(fabric), 'out_of_sync')
        third = self.ready_fabric(name='Third', git_repository=fabric.git_repository)
        self.assertEqual(
            sync_statuses(HedgehogFabric.objects.all()),
            {fabric.pk: 'out_of_sync', other.pk: 'in_sync', third.pk: 'in_sync'},
        )
        self.run_operation(fabric)
        self.assertEqual(self.status(fabric), 'in_sync')

    def test_a_head_that_this_machine_has_not_got_counts_as_moved(self) -> None:
        fabric = self.ready_fabric()
        self.person.push({'README.md': b'Nothing of a fabric.\n'})
        contact(fabric.git_repository)
        self.assertEqual(self.status(fabric), 'out_of_sync')
        self.run_operation(fabric)
        self.assertEqual(self.status(fabric), 'in_sync')

    def test_running_counts_only_while_its_worker_lives(self) -> None:
        fabric = self.ready_fabric()
        SyncOperation.objects.create(fabric=fabric, operation_type='sync', status='in_progress')
        self.assertEqual(self.status(fabric), 'in_sync')
        with fabric_locked(fabric.pk) as got:
            self.assertTrue(got)
            self.assertTrue(lease_held(fabric.pk))
            self.assertEqual(self.status(fabric), 'syncing')
        self.assertFalse(lease_held(fabric.pk))

    def test_the_status_page_counts_what_is_there(self) -> None:
        fabric = self.ready_fabric()
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one') + b'---\nkind: [\n'})
        self.person.push({f'{BASE}/raw/two.yaml': vpc('two')}, 'Two')
        self.run_operation(fabric)
        shown = gitops_status(HedgehogFabric.objects.get(pk=fabric.pk))
        self.assertTrue(shown['initialized'])
        self.assertEqual((shown['raw_files'], shown['managed_files']), (1, 1))
        self.assertEqual((shown['archived_files'], shown['resources']), (1, 1))
        self.assertEqual(shown['head_commit'], self.person.pull())
        self.assertEqual(shown['last_operation']['status'], 'partially_completed')
        self.assertTrue(any(f['file'] == f'{BASE}/raw/one.yaml' for f in shown['findings']))
        self.assertIsNone(shown['running_operation'])

    def test_what_nobody_counted_is_none(self) -> None:
        shown = gitops_status(a_fabric())
        for name in ('raw_files', 'managed_files', 'head_commit', 'last_sync', 'duplicate_groups'):
            self.assertIsNone(shown[name], name)

    def test_the_table_of_transitions_is_kept(self) -> None:
        state = FabricSyncState.objects.get(fabric=self.make_fabric())
        for status in ('syncing', 'error', 'syncing', 'in_sync', 'disabled', 'in_sync'):
            move_status(state, status)
            state.refresh_from_db()
            self.assertEqual(state.sync_status, status)

    def test_a_lost_lease_stops_the_write(self) -> None:
        fabric = self.make_fabric()
        epoch = claim_lease(fabric.pk, fabric.git_repository_id)
        self.assertEqual(fence(fabric.pk, epoch).fabric_id, fabric.pk)
        claim_lease(fabric.pk, fabric.git_repository_id)
        with self.assertRaises(LeaseLost):
            fence(fabric.pk, epoch)

    def test_another_session_keeps_the_fabric(self) -> None:
        fabric = self.make_fabric()
        other = connections.create_connection('default')
        other.settings_dict = connections['default'].settings_dict
        try:
            with other.cursor() as cursor:
                cursor.execute('SELECT pg_advisory_lock(%s)', [_number(fabric.pk)])
            with fabric_locked(fabric.pk) as got:
                self.assertFalse(got)
            before = SyncOperation.objects.count()
            operation = self.run_operation(fabric)
            self.assertEqual(operation.status, 'pending')
            self.assertEqual(SyncOperation.objects.count(), before + 1)
        finally:
            other.close()
        # The server lets go of it once it has noticed that the session is gone.
        with advisory_lock(f'netbox_hedgehog:fabric:{fabric.pk}') as got:
            self.assertTrue(got)


class ConnectionTest(GitCase):
    def test_the_server_is_really_asked(self) -> None:
        head = self.person.push({'README.md': b'x\n'})
        repository = self.make_repository()
        self.server.requests.clear()
        answer = contact(repository)
        self.assertTrue(answer['ok'], answer)
        self.assertEqual((answer['head_commit'], answer['can_write']), (head, True))
        self.assertGreater(answer['latency_seconds'], 0)
        self.assertTrue(any(request.status == 200 for request in self.server.requests))
        repository.state.refresh_from_db()
        self.assertEqual(repository.state.connection_status, 'connected')
        self.assertEqual(repository.state.head_commit, head)

    def test_a_wrong_password_fails_and_is_not_repeated(self) -> None:
        repository = self.make_repository()
        self.server.password = 'changed'
        answer = contact(repository)
        self.assertFalse(answer['ok'])
        self.assertEqual(answer['reason'], 'CredentialsRefused')
        self.assertNotIn(PASSWORD, str(answer))
        repository.state.refresh_from_db()
        self.assertEqual(repository.state.connection_status, 'failed')
        self.assertTrue(repository.state.validation_error)

    def test_an_empty_repository_and_a_missing_branch_are_told_apart(self) -> None:
        repository = self.make_repository(default_branch='trunk')
        self.assertEqual(contact(repository)['reason'], 'RepositoryEmpty')
        self.person.push({'README.md': b'x\n'})
        answer = contact(repository)
        self.assertEqual((answer['ok'], answer['reason']), (False, 'BranchMissing'))

    def test_an_unknown_repository_says_so(self) -> None:
        repository = self.make_repository(url=f'{self.server.url}/absent.git')
        answer = contact(repository)
        self.assertFalse(answer['ok'])
        self.assertEqual(answer['reason'], 'RemoteNotFound')

    def test_a_disabled_repository_is_not_contacted(self) -> None:
        repository = self.make_repository(enabled=False)
        self.server.requests.clear()
        self.assertEqual(contact(repository)['reason'], 'RepositoryDisabled')
        self.assertEqual(self.server.requests, [])

    def test_a_missing_credential_says_what_to_do(self) -> None:
        repository = self.make_repository()
        repository.encrypted_credentials = ''
        repository.save()
        answer = contact(repository)
        self.assertEqual(answer['reason'], 'CredentialMissing')
        self.assertTrue(answer['hint'])


def _number(fabric_id: int) -> int:
    import hashlib

    digest = hashlib.sha256(f'netbox_hedgehog:fabric:{fabric_id}'.encode()).digest()
    return int.from_bytes(digest[:8], 'big', signed=True)
