"""What goes wrong around a sync: refusals, races, deaths. Nothing is lost, nothing is pretended."""

from unittest import mock

from hedgehog_gitops.testing.repositories import decline_pushes
from netbox_hedgehog.choices import SyncOperationTypeChoices as Type
from netbox_hedgehog.jobs import enqueue_operation
from netbox_hedgehog.models import (
    ConflictResolution,
    FabricSyncState,
    HedgehogResource,
    OutboxEntry,
    SyncOperation,
)
from netbox_hedgehog.sync import progress, recover, runner
from netbox_hedgehog.sync.cancel import request_cancel
from netbox_hedgehog.sync.status import sync_status

from .git_case import BASE, GitCase, GitTransactionCase, at_stage, logger, vpc

ONE = f'{BASE}/managed/vpcs/one.yaml'


class Killed(BaseException):
    """Stands for SIGKILL: no handler of the runner sees it."""


class CancelTest(GitCase):
    def test_one_that_was_cancelled_while_it_waited_is_not_carried_out(self) -> None:
        fabric = self.ready_fabric()
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        _, operation = enqueue_operation(fabric, Type.SYNC, user=self.alice, trigger_type='cli')
        seen = recover.waiting_operations(fabric.pk)
        request_cancel(operation.pk)
        # A worker that had read the row before it was cancelled.
        ending = runner._run(seen[0], logger, None)
        self.assertEqual(ending.status, 'cancelled')
        self.assertFalse(fabric.resources.exists())
        self.assertEqual(self.run_operation(fabric).status, 'completed')
        self.assertTrue(fabric.resources.filter(name='one').exists())


class LayoutTest(GitCase):
    def test_each_sync_repairs_the_layout_by_one_commit(self) -> None:
        fabric = self.ready_fabric()
        before = self.person.files()
        gone = [f'{BASE}/README.md', f'{BASE}/unmanaged/.gitkeep']
        self.assertLessEqual(set(gone), set(before))
        self.person.push(dict.fromkeys(gone))
        commits = len(self.person.log())
        self.assertEqual(self.run_operation(fabric).status, 'completed')
        self.assertEqual(self.person.files(), before)
        self.assertEqual(len(self.person.log()), commits + 1)


class TroubleTest(GitCase):
    def test_a_wrong_password_says_so_and_changes_nothing(self) -> None:
        self.person.push({'README.md': b'x\n'})
        fabric = self.make_fabric()
        self.server.password = 'another'
        operation = self.run_operation(fabric, Type.DIRECTORY_INIT)
        self.assertEqual(
            (operation.status, operation.last_reason), ('failed', 'CredentialsRefused')
        )
        self.assertNotIn('canary', operation.last_error_message)
        fabric.refresh_from_db()
        self.assertFalse(fabric.gitops_initialized)
        self.assertEqual(sync_status(fabric), 'error')
        self.assertEqual(fabric.git_repository.state.connection_status, 'failed')

    def test_a_missing_branch_is_named(self) -> None:
        self.person.push({'README.md': b'x\n'})
        fabric = self.make_fabric(branch='elsewhere')
        operation = self.run_operation(fabric, Type.DIRECTORY_INIT)
        self.assertEqual(operation.last_reason, 'BranchMissing')
        self.assertIn('elsewhere', operation.last_error_message)
        self.assertIn('main', operation.last_error_message)

    def test_an_empty_repository_is_initialised_but_not_synchronised(self) -> None:
        fabric = self.make_fabric()
        operation = self.run_operation(fabric)
        self.assertEqual(operation.last_reason, 'RepositoryEmpty')
        self.assertIn('Initialise', operation.last_error_message)
        operation = self.run_operation(fabric, Type.DIRECTORY_INIT)
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertIn(f'{BASE}/.hnp/manifest.yaml', self.person.files())

    def test_a_directory_without_manifest_says_what_to_do(self) -> None:
        self.person.push({'README.md': b'x\n'})
        operation = self.run_operation(self.make_fabric())
        self.assertEqual(operation.last_reason, 'DirectoryNotInitialized')

    def test_a_protected_branch_keeps_the_servers_words(self) -> None:
        self.person.push({'README.md': b'x\n'})
        decline_pushes(self.bare, 'protected by the network team')
        fabric = self.make_fabric()
        operation = self.run_operation(fabric, Type.DIRECTORY_INIT)
        self.assertEqual((operation.status, operation.last_reason), ('failed', 'PushDeclined'))
        self.assertIn('protected by the network team', operation.last_error_message)
        fabric.refresh_from_db()
        self.assertFalse(fabric.gitops_initialized)

    def test_a_declined_edit_waits_and_what_others_pushed_comes_in(self) -> None:
        fabric, row = self.fabric_with_one()
        self.person.push({f'{BASE}/managed/vpcs/three.yaml': vpc('three')})
        decline_pushes(self.bare, 'freeze until Monday')
        self.draft(row, 1002)
        operation = self.run_operation(fabric)
        self.assertEqual((operation.status, operation.last_reason), ('failed', 'PushDeclined'))
        entry = OutboxEntry.objects.get()
        self.assertEqual(entry.state, 'pending')
        self.assertIn('freeze until Monday', entry.reason)
        self.assertTrue(fabric.resources.filter(name='three').exists())
        (self.bare / 'hooks' / 'pre-receive').unlink()
        operation = self.run_operation(fabric)
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertIn(b'vlan: 1002', self.person.files()[ONE])

    def test_rewritten_history_waits_for_a_person(self) -> None:
        fabric, row = self.fabric_with_one()
        self.draft(row, 1002)
        rewritten = self.rewrite()
        operation = self.run_operation(fabric)
        self.assertEqual((operation.status, operation.last_reason), ('failed', 'HistoryRewritten'))
        self.assertEqual(self.person.pull(), rewritten)
        self.assertEqual(ConflictResolution.objects.get().conflict_type, 'history_rewritten')
        self.assertTrue(fabric.resources.filter(name='one').exists())
        self.run_operation(fabric)
        self.assertEqual(ConflictResolution.objects.count(), 1)
        operation = self.run_operation(fabric, Type.DIRECTORY_INIT)
        self.assertNotEqual(operation.status, 'failed', operation.last_error_message)
        history = ConflictResolution.objects.get(conflict_type='history_rewritten')
        self.assertEqual(history.resolution_status, 'resolved')

    def test_a_disabled_repository_is_never_contacted(self) -> None:
        fabric = self.make_fabric()
        fabric.git_repository.enabled = False
        fabric.git_repository.save()
        self.server.requests.clear()
        operation = self.run_operation(fabric)
        self.assertEqual(operation.last_reason, 'RepositoryDisabled')
        self.assertEqual(self.server.requests, [])

    def test_an_inactive_user_is_refused_when_the_job_runs(self) -> None:
        fabric, _ = self.fabric_with_one()
        self.alice.is_active = False
        self.alice.save()
        operation = self.run_operation(fabric)
        self.assertEqual(operation.last_reason, 'UserInactive')

    def test_a_user_without_permission_is_refused_when_the_job_runs(self) -> None:
        fabric, _ = self.fabric_with_one()
        self.alice.is_superuser = False
        self.alice.save()
        operation = self.run_operation(fabric)
        self.assertEqual(operation.last_reason, 'PermissionDenied')

    def test_a_request_to_stop_is_heard_before_the_push(self) -> None:
        fabric, row = self.fabric_with_one()
        self.draft(row, 1002)
        before = self.person.pull()

        def ask() -> None:
            SyncOperation.objects.filter(completed_at=None).update(cancel_requested=True)

        with at_stage('commit_made', ask):
            operation = self.run_operation(fabric)
        self.assertEqual(operation.status, 'cancelled')
        self.assertEqual(self.person.pull(), before)
        self.assertEqual(OutboxEntry.objects.get().state, 'pending')

    def test_somebody_elses_commit_in_the_last_moment_is_no_loss(self) -> None:
        fabric, row = self.fabric_with_one()
        self.draft(row, 1002)
        times = iter(range(3))

        def push() -> None:
            number = next(times, None)
            if number is not None:
                path = f'{BASE}/managed/vpcs/late-{number}.yaml'
                self.person.push({path: vpc(f'late-{number}')}, f'Late {number}')

        with at_stage('push_sent', push):
            operation = self.run_operation(fabric)
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        files = self.person.files()
        self.assertIn(b'vlan: 1002', files[ONE])
        late = {f'late-{number}' for number in range(3)}
        self.assertLessEqual(late, set(fabric.resources.values_list('name', flat=True)))

    def test_an_edit_in_the_last_moment_is_published_as_it_is_then(self) -> None:
        fabric, row = self.fabric_with_one()
        self.draft(row, 1002)
        edits = iter([1003])

        def edit() -> None:
            if (vlan := next(edits, None)) is not None:
                self.draft(HedgehogResource.objects.get(pk=row.pk), vlan)

        with at_stage('commit_made', edit):
            self.run_operation(fabric)
        self.assertIn(b'vlan: 1003', self.person.files()[ONE])
        self.assertFalse(HedgehogResource.objects.get(pk=row.pk).has_draft)

    def test_an_edit_after_the_push_keeps_its_draft(self) -> None:
        fabric, row = self.fabric_with_one()
        self.draft(row, 1002)
        edits = iter([1003])

        def edit() -> None:
            if (vlan := next(edits, None)) is not None:
                self.draft(HedgehogResource.objects.get(pk=row.pk), vlan)

        with at_stage('push_confirmed', edit):
            self.run_operation(fabric)
        self.assertIn(b'vlan: 1002', self.person.files()[ONE])
        kept = HedgehogResource.objects.get(pk=row.pk)
        self.assertEqual(kept.draft_spec['subnets']['default']['vlan'], 1003)
        self.run_operation(fabric)
        self.assertIn(b'vlan: 1003', self.person.files()[ONE])
        self.assertFalse(HedgehogResource.objects.get(pk=row.pk).has_draft)

    def test_a_damaged_clone_is_made_anew(self) -> None:
        fabric, row = self.fabric_with_one()
        (store,) = (self.folder / 'stores').iterdir()
        for pack in store.rglob('*.pack'):
            pack.chmod(0o644)
            pack.write_bytes(b'')
        self.draft(row, 1002)
        operation = self.run_operation(fabric)
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertIn(b'vlan: 1002', self.person.files()[ONE])

    def fabric_with_one(self):
        fabric = self.ready_fabric()
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        self.run_operation(fabric)
        return fabric, fabric.resources.get()

    def draft(self, row: HedgehogResource, vlan: int) -> None:
        subnets = {'default': {'subnet': '10.0.1.0/24', 'vlan': vlan}}
        self.edit(row, draft_spec={'ipv4Namespace': 'default', 'subnets': subnets})

    def rewrite(self) -> str:
        """Replaces the branch's history by another one, as a force-push does."""
        from datetime import UTC, datetime

        from hedgehog_gitops.git import Authorship, GitStore, Identity, NewBlob

        tree = {path: NewBlob(content) for path, content in self.person.files().items()}
        me = Identity('Pat', 'pat@example.com')
        made = Authorship(me, me, datetime(2020, 1, 1, tzinfo=UTC))
        new = self.person.store.commit(None, tree, 'Rewritten\n', made, 'refs/pat/rewritten')
        source, target = self.person.store.git_dir / 'objects', self.bare / 'objects'
        (target / 'info').mkdir(exist_ok=True)
        (target / 'info' / 'alternates').write_text(f'{source}\n')
        served = GitStore(self.bare)
        served.update_ref('refs/heads/main', new, served.resolve('refs/heads/main'))
        return new


class DeathTest(GitTransactionCase):
    """A worker that dies at any stage leaves nothing the next run does not put right."""

    def test_every_stage(self) -> None:
        fabric = self.ready_fabric()
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        self.run_operation(fabric)
        stages = (
            'after_fetch',
            'commit_made',
            'push_sent',
            'push_confirmed',
            'before_database_commit',
        )
        for number, stage in enumerate(stages):
            with self.subTest(stage=stage):
                self.die_at(fabric, stage, 2000 + number)

    def die_at(self, fabric, stage: str, vlan: int) -> None:
        row = fabric.resources.get()
        before = len(self.person.log())
        subnets = {'default': {'subnet': '10.0.1.0/24', 'vlan': vlan}}
        self.edit(row, draft_spec={'ipv4Namespace': 'default', 'subnets': subnets})
        told = progress.OperationProgress.stage

        def reached(this, name: str) -> None:
            told(this, name)
            if name == stage:
                raise Killed

        dying = mock.patch.object(progress.OperationProgress, 'stage', reached)
        with dying, self.assertRaises(Killed):
            self.run_operation(fabric)
        dead = SyncOperation.objects.order_by('-pk').filter(parent=None).first()
        self.assertIn(dead.status, ('in_progress', 'detecting_conflicts', 'syncing_data'))
        self.assertEqual(sync_status(fabric) == 'syncing', False)
        operation = self.run_operation(fabric)
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertEqual(len(self.person.log()) - before, 1)
        self.assertIn(b'vlan: %d' % vlan, self.person.files()[ONE])
        row = fabric.resources.get()
        self.assertFalse(row.has_draft)
        self.assertEqual(row.desired_spec['subnets']['default']['vlan'], vlan)
        self.assertEqual(set(OutboxEntry.objects.values_list('state', flat=True)), {'done'})
        dead.refresh_from_db()
        published = stage in ('push_confirmed', 'before_database_commit')
        self.assertEqual(dead.status, 'completed' if published else 'failed')
        self.assertEqual(bool(dead.commit_sha), published)
        state = FabricSyncState.objects.get(fabric=fabric)
        self.assertEqual(state.last_synced_commit, self.person.pull())
        self.assertEqual(sync_status(type(fabric).objects.get(pk=fabric.pk)), 'in_sync')
