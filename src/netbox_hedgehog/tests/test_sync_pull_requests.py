"""Publishing by pull request: every edit waits on a branch of its own until somebody merges it.

Here nobody but Git is at the other end; `test_hosts_pull_requests.py` has a host with an API.
"""

from typing import Any

from hedgehog_gitops.git import GitStore
from netbox_hedgehog.jobs import enqueue_operation
from netbox_hedgehog.models import ConflictResolution, OutboxEntry, PullRequest, RawUpload
from netbox_hedgehog.sync.runner import work_off
from netbox_hedgehog.sync.status import sync_status

from .git_case import BASE, GitTransactionCase, Person, logger, vpc
from .test_sync_conflicts import ONE, TWO, ConflictCase

RAW = f'{BASE}/raw/three.yaml'
THREE = f'{BASE}/managed/vpcs/three.yaml'


class ReviewCase(ConflictCase):
    """The fabric of ConflictCase, which from now on publishes by pull request."""

    def setUp(self) -> None:
        super().setUp()
        self.people: dict[str, Person] = {}
        self.fabric.publish_mode = 'pull_request'
        self.fabric.save()

    def sync(self, kind: str = 'sync', **options: Any) -> Any:
        operation = self.run_operation(self.fabric, kind, **options)
        self.fabric.refresh_from_db()
        return operation

    def on(self, branch: str) -> Person:
        """Somebody who works on another branch."""
        folder = self.folder / branch.replace('/', '-')
        if branch not in self.people:
            self.people[branch] = Person(folder, self.remote, branch)
        return self.people[branch]

    def branches(self) -> set[str]:
        return set(GitStore.open(self.bare).list_refs('refs/heads/')) - {'refs/heads/main'}

    def proposal(self) -> PullRequest:
        return PullRequest.objects.get(fabric=self.fabric, state='open')

    def merge_by_git(self, pull_request: PullRequest) -> None:
        """A person fast-forwards or merges with plain git."""
        store = self.person.store
        head = self.person.pull()
        tip = store.fetch(self.remote, pull_request.branch)
        if store.is_ancestor(head, tip):
            store.push(self.remote, 'main', tip, head)
            return
        merge = self.sync('branch_merge', options={'branch': pull_request.branch})
        assert merge.status == 'completed', merge.last_error_message


class PullRequestTest(ReviewCase):
    def test_an_edit_waits_on_its_own_branch_and_ends_when_it_is_merged(self) -> None:
        before = self.person.files()
        self.draft('one', 2001)
        operation = self.sync()
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        row = self.proposal()
        self.assertEqual(self.person.files(), before)
        self.assertIn(b'vlan: 2001', self.on(row.branch).files()[ONE])
        (head, *_) = self.on(row.branch).log()
        self.assertEqual((head.author.name, head.id), ('Alice Ng', row.head_commit))
        self.assertEqual((operation.commit_sha, operation.branch_name), (head.id, row.branch))
        self.assertIn('alice', row.body)
        self.assertIn('one.yaml', row.body)
        self.client.force_login(self.alice)
        page = self.client.get(row.get_absolute_url())
        self.assertContains(page, 'vlan: 2001')
        self.assertContains(page, 'vlan: 1001')
        self.assertContains(page, ONE)
        entry = OutboxEntry.objects.get(name='one')
        self.assertEqual((entry.state, entry.pull_request), ('in_review', row))
        self.assertTrue(self.row('one').has_draft)
        self.assertEqual(sync_status(self.fabric), 'out_of_sync')
        self.merge_by_git(row)
        self.sync()
        row.refresh_from_db()
        entry.refresh_from_db()
        self.assertEqual((row.state, entry.state), ('merged', 'done'))
        self.assertFalse(self.row('one').has_draft)
        self.assertEqual(self.row('one').desired_spec['subnets']['default']['vlan'], 2001)
        self.assertEqual(self.branches(), set())
        self.assertEqual(sync_status(self.fabric), 'in_sync')

    def test_waiting_makes_no_further_commit_and_no_further_branch(self) -> None:
        self.draft('one', 2001)
        self.sync()
        tip = self.on(self.proposal().branch).pull()
        for _ in range(3):
            self.sync()
        self.assertEqual(self.on(self.proposal().branch).pull(), tip)
        self.assertEqual(len(self.branches()), 1)
        self.person.push({'README': b'x'})
        self.sync()
        self.assertEqual(self.on(self.proposal().branch).pull(), tip)

    def test_two_users_requests_are_two_pull_requests_and_a_further_edit_joins_its_own(
        self,
    ) -> None:
        self.draft('one', 2001)
        self.sync()
        first = self.proposal()
        self.draft('two', 2002)
        self.sync()
        self.assertEqual(PullRequest.objects.filter(state='open').count(), 2)
        self.draft('one', 2003)
        self.sync()
        self.assertEqual(PullRequest.objects.filter(state='open').count(), 2)
        text = self.on(first.branch).files()[ONE]
        self.assertIn(b'vlan: 2003', text)
        self.merge_by_git(first)
        self.sync()
        self.assertEqual(self.row('one').desired_spec['subnets']['default']['vlan'], 2003)
        self.assertFalse(self.row('one').has_draft)
        self.assertTrue(self.row('two').has_draft)

    def test_the_branch_moves_on_in_another_field_and_the_request_is_made_to_fit(self) -> None:
        self.draft('one', 2001)
        self.sync()
        row = self.proposal()
        tip = self.on(row.branch).pull()
        self.in_git(ONE, b'10.0.1.0/24', b'10.0.9.0/24')
        self.sync()
        person = self.on(row.branch)
        text = person.files()[ONE]
        self.assertIn(b'vlan: 2001', text)
        self.assertIn(b'10.0.9.0/24', text)
        self.assertTrue(person.store.is_ancestor(tip, person.pull()))
        self.assertTrue(person.store.is_ancestor(self.person.pull(), person.pull()))
        self.assertEqual(self.sync().files_updated, 0)
        self.merge_by_git(row)
        self.sync()
        self.assertEqual(self.person.files()[ONE], text)
        self.assertFalse(self.row('one').has_draft)

    def test_a_clash_is_a_conflict_and_its_decision_goes_to_the_same_branch(self) -> None:
        self.draft('one', 2001)
        self.sync()
        row = self.proposal()
        tip = self.on(row.branch).pull()
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
        self.sync()
        conflict = ConflictResolution.objects.get(resolution_status='pending')
        self.assertEqual(conflict.conflicting_fields, ['spec.subnets.default.vlan'])
        self.assertEqual(self.on(row.branch).pull(), tip)
        self.decide(conflict, 'gui_wins')
        self.assertIn(b'vlan: 3001', self.person.files()[ONE])
        self.assertIn(b'vlan: 2001', self.on(row.branch).files()[ONE])
        self.merge_by_git(row)
        self.sync()
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])
        conflict.refresh_from_db()
        self.assertEqual(conflict.resolution_status, 'resolved')

    def decide(self, conflict: ConflictResolution, strategy: str) -> None:
        import uuid

        from netbox_hedgehog.jobs import enqueue_resolution
        from netbox_hedgehog.sync.outbox import Editor
        from netbox_hedgehog.sync.resolution import Decision

        editor = Editor(self.alice, uuid.uuid4(), '')
        enqueue_resolution([conflict], Decision(strategy), editor, 'cli')
        work_off(self.fabric.pk, logger)

    def test_a_deleted_branch_keeps_the_edit_here_until_somebody_edits_again(self) -> None:
        self.draft('one', 2001)
        self.sync()
        row = self.proposal()
        person = self.on(row.branch)
        person.store.remove_branch(self.remote, row.branch, person.pull())
        self.sync()
        row.refresh_from_db()
        entry = OutboxEntry.objects.get(name='one')
        self.assertEqual((row.state, entry.state), ('closed', 'declined'))
        self.assertTrue(self.row('one').has_draft)
        self.sync()
        self.assertEqual(self.branches(), set())
        self.draft('one', 2004)
        self.sync()
        self.assertIn(b'vlan: 2004', self.on(self.proposal().branch).files()[ONE])

    def test_a_draft_that_is_dropped_leaves_the_branch(self) -> None:
        self.draft('one', 2001)
        self.sync()
        self.edit(self.row('one'), draft_spec=None)
        self.sync()
        self.assertFalse(PullRequest.objects.filter(state='open').exists())
        self.assertEqual(self.branches(), set())
        self.assertEqual(OutboxEntry.objects.get(name='one').state, 'discarded')

    def test_somebody_else_works_on_the_branch(self) -> None:
        self.draft('one', 2001)
        self.sync()
        row = self.proposal()
        theirs = self.on(row.branch).push({TWO: vpc('two', 77)})
        self.in_git(ONE, b'10.0.1.0/24', b'10.0.9.0/24')
        self.sync()
        self.assertEqual(self.on(row.branch).pull(), theirs)
        self.draft('one', 2005)
        self.sync()
        files = self.on(row.branch).files()
        self.assertIn(b'vlan: 2005', files[ONE])
        self.assertIn(b'vlan: 77', files[TWO])

    def test_raw_files_are_brought_in_by_one_request_that_does_not_come_twice(self) -> None:
        self.person.push({RAW: vpc('three')})
        self.sync()
        row = self.proposal()
        self.assertEqual(row.purpose, 'ingestion')
        self.assertIn(THREE, self.on(row.branch).files())
        self.assertNotIn(THREE, self.person.files())
        tip = self.on(row.branch).pull()
        self.sync()
        self.assertEqual(self.on(row.branch).pull(), tip)
        self.person.push({f'{BASE}/raw/four.yaml': vpc('four')})
        self.sync()
        self.assertIn(f'{BASE}/managed/vpcs/four.yaml', self.on(row.branch).files())
        self.assertEqual(self.proposal(), row)
        self.merge_by_git(row)
        self.sync()
        self.assertTrue(self.fabric.resources.filter(name='three').exists())
        self.assertNotIn(RAW, self.person.files())
        self.assertEqual(self.branches(), set())

    def test_a_declined_ingestion_comes_again_only_when_asked_for(self) -> None:
        self.person.push({RAW: vpc('three')})
        self.sync()
        row = self.proposal()
        person = self.on(row.branch)
        person.store.remove_branch(self.remote, row.branch, person.pull())
        self.sync()
        self.sync()
        self.assertEqual(self.branches(), set())
        self.sync('file_ingestion')
        self.assertEqual(len(self.branches()), 1)

    def test_an_upload_waits_with_its_bytes_until_it_is_merged(self) -> None:
        upload = RawUpload.objects.create(
            fabric=self.fabric, name='three.yaml', content=vpc('three'), size=1, sha256='0' * 64,
            user=self.alice, user_name='alice',
        )  # fmt: skip
        self.sync('file_ingestion')
        row = self.proposal()
        upload.refresh_from_db()
        self.assertEqual((upload.state, upload.pull_request), ('in_review', row))
        self.assertEqual(bytes(upload.content), vpc('three'))
        self.assertIn(THREE, self.on(row.branch).files())
        self.merge_by_git(row)
        self.sync()
        upload.refresh_from_db()
        self.assertEqual((upload.state, upload.content), ('done', None))

    def test_a_deletion_and_an_undo_are_proposed_too(self) -> None:
        self.draft('one', 2001)
        undone = self.sync()
        self.merge_by_git(self.proposal())
        self.sync()
        self.row('two').delete()
        self.sync()
        self.assertNotIn(TWO, self.on(self.proposal().branch).files())
        self.merge_by_git(self.proposal())
        self.sync()
        self.assertNotIn(TWO, self.person.files())
        self.assertFalse(self.fabric.resources.filter(name='two').exists())
        _, undo = enqueue_operation(
            self.fabric, 'undo', user=self.alice, trigger_type='cli',
            options={'undoes': str(undone.operation_id)},
        )  # fmt: skip
        undo.undoes = undone
        undo.save()
        work_off(self.fabric.pk, logger)
        undo.refresh_from_db()
        self.assertEqual(undo.status, 'completed', undo.last_error_message)
        row = self.proposal()
        self.assertEqual(row.purpose, 'operation')
        self.assertIn(b'vlan: 1001', self.on(row.branch).files()[ONE])
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])

    def test_back_to_direct_publishing_what_waits_goes_on_waiting(self) -> None:
        self.draft('one', 2001)
        self.sync()
        row = self.proposal()
        self.fabric.publish_mode = 'direct'
        self.fabric.save()
        self.draft('two', 2002)
        self.sync()
        self.assertIn(b'vlan: 2002', self.person.files()[TWO])
        self.assertIn(b'vlan: 1001', self.person.files()[ONE])
        self.merge_by_git(row)
        self.sync()
        self.assertFalse(self.row('one').has_draft)


class SavedTest(GitTransactionCase):
    def test_a_save_is_proposed_by_itself_and_a_fabric_is_laid_out_directly(self) -> None:
        fabric = self.ready_fabric(publish_mode='pull_request')
        self.assertIn(f'{BASE}/.hnp/manifest.yaml', self.person.files())
        self.assertFalse(PullRequest.objects.exists())
        fabric.publish_mode = 'direct'
        fabric.save()
        self.person.push({ONE: vpc('one')})
        self.run_operation(fabric)
        fabric.publish_mode = 'pull_request'
        fabric.save()
        row = fabric.resources.get()
        self.edit(row, draft_spec={**row.desired_spec, 'vrf': 'red'})
        self.run_jobs()
        pull_request = PullRequest.objects.get()
        self.assertEqual(pull_request.state, 'open')
        self.assertNotIn(b'vrf: red', self.person.files()[ONE])


class BranchMergeTest(ReviewCase):
    def setUp(self) -> None:
        super().setUp()
        self.fabric.publish_mode = 'direct'
        self.fabric.save()
        person = self.on('feature')
        head = person.store.fetch(self.remote, 'main')
        person.store.push(self.remote, 'feature', head, None)
        self.feature = person

    def merge(self, **options: Any) -> Any:
        return self.sync('branch_merge', options={'branch': 'feature', **options})

    def test_a_feature_branch_is_merged_by_field(self) -> None:
        text = self.feature.files()[ONE]
        self.feature.push({ONE: text.replace(b'vlan: 1001', b'vlan: 7')})
        self.in_git(ONE, b'10.0.1.0/24', b'10.0.9.0/24')
        operation = self.merge()
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        spec = self.row('one').desired_spec['subnets']['default']
        self.assertEqual(spec, {'subnet': '10.0.9.0/24', 'vlan': 7})
        self.assertEqual(len(self.person.log()[0].parents), 2)

    def test_a_clash_is_kept_as_a_conflict_and_nothing_is_merged(self) -> None:
        text = self.feature.files()[ONE]
        self.feature.push({ONE: text.replace(b'vlan: 1001', b'vlan: 7'), TWO: vpc('two', 8)})
        self.in_git(ONE, b'vlan: 1001', b'vlan: 9')
        head = self.person.pull()
        operation = self.merge()
        self.assertEqual((operation.status, operation.last_reason), ('failed', 'MergeConflict'))
        self.assertEqual(self.person.pull(), head)
        conflict = ConflictResolution.objects.get()
        self.assertEqual(conflict.conflict_type, 'merge_conflict')
        self.assertEqual(conflict.provenance['gui']['author'], 'feature')
        self.sync()
        conflict.refresh_from_db()
        self.assertTrue(conflict.open)
        operation = self.merge(decisions={conflict.resource_key: 'branch'})
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        conflict.refresh_from_db()
        self.assertFalse(conflict.open)
        self.assertIn(b'vlan: 7', self.person.files()[ONE])
        self.assertIn(b'vlan: 8', self.person.files()[TWO])

    def test_a_missing_branch_is_named(self) -> None:
        operation = self.sync('branch_merge', options={'branch': 'nowhere'})
        self.assertEqual((operation.status, operation.last_reason), ('failed', 'BranchMissing'))


class DryRunTest(ConflictCase):
    def test_everything_is_told_and_nothing_is_done(self) -> None:
        self.person.push({RAW: vpc('three')})
        self.draft('one', 2001)
        before = self.person.files()
        operation = self.run_operation(self.fabric, options={'dry_run': True})
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertEqual(self.person.files(), before)
        paths = {c['path'] for made in operation.plan['commits'] for c in made['changes']}
        self.assertLessEqual({ONE, THREE}, paths)
        self.assertGreater(operation.git_commands, 0)
        self.assertIn('plan', operation.phase_seconds)
        self.assertEqual(OutboxEntry.objects.get(name='one').state, 'pending')
        self.assertFalse(self.fabric.resources.filter(name='three').exists())
        self.run_operation(self.fabric)
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])

    def test_filters_narrow_what_is_published(self) -> None:
        self.draft('one', 2001)
        self.draft('two', 2002)
        filters = {'resource_filters': {'kinds': ['VPC'], 'names': ['t*'], 'namespaces': []}}
        self.run_operation(self.fabric, options=filters)
        files = self.person.files()
        self.assertIn(b'vlan: 2002', files[TWO])
        self.assertIn(b'vlan: 1001', files[ONE])
        self.run_operation(self.fabric)
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])
