"""`write_through`: a sync through the host's API comes to the same as one through Git."""

import re
import time
import uuid
from datetime import timedelta
from unittest import mock

from django.core.exceptions import ValidationError
from django.utils import timezone
from netbox.context_managers import event_tracking

from hedgehog_gitops.errors import BranchMoved
from hedgehog_gitops.testing import decline_pushes
from hedgehog_gitops.testing.faults import Fault
from hedgehog_gitops.workflows.hosted_branch import HostedBranch
from hedgehog_gitops.workflows.trailers import PLANNED_COMMIT
from netbox_hedgehog.choices import SyncOperationTypeChoices as Type
from netbox_hedgehog.models import GitRepository, OutboxEntry, SyncOperation
from netbox_hedgehog.sync import landing
from netbox_hedgehog.sync.hosts import opened_host
from netbox_hedgehog.sync.origin import Actor

from .git_case import BASE, GitCase, vpc
from .github_case import GitHubCase

ONE = f'{BASE}/managed/vpcs/one.yaml'
TWO = f'{BASE}/managed/vpcs/two.yaml'


class Both(GitHubCase):
    """Scenarios that end alike whichever way the commits go."""

    way = ''

    def setUp(self) -> None:
        super().setUp()
        self.fabric = self.ready_fabric(git_repository=self.make_repository(write_through=self.way))
        self.base = self.person.pull()

    def commits(self) -> list:
        return self.person.store.log(self.person.pull(), since=self.base)

    def sync(self, **options) -> SyncOperation:
        return self.run_operation(self.fabric, **options)

    def test_files_that_were_dropped_are_taken_in(self) -> None:
        self.person.push({f'{BASE}/raw/x.yaml': vpc('one') + b'---\n' + vpc('two')})
        operation = self.sync()
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertEqual(operation.commit_sha, self.person.pull())
        self.assertEqual(operation.files_created, 2)
        self.assertEqual(self.fabric.resources.count(), 2)
        self.assertEqual(len(self.commits()), 2)
        # Nothing is left to do, whatever the commit was called when it was planned.
        self.assertEqual(self.sync().commit_sha, '')
        self.assertEqual(len(self.commits()), 2)

    def test_an_edit_and_a_removal_are_a_commit_each(self) -> None:
        self.person.push({ONE: vpc('one', comment='  # kept'), TWO: vpc('two')})
        self.sync()
        one = self.fabric.resources.get(name='one')
        two = self.fabric.resources.get(name='two')
        spec = {**one.desired_spec, 'vrf': 'red'}
        self.edit(one, draft_spec=spec, message='Give it a VRF')
        with event_tracking(Actor(self.alice, uuid.uuid4(), '')._request()):
            two.delete()
        operation = self.sync(options={'publish': True})
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        files = self.person.files(f'{BASE}/managed')
        self.assertIn(b'# kept', files[ONE])
        self.assertIn(b'vrf: red', files[ONE])
        self.assertNotIn(TWO, files)
        last, before = self.commits()[:2]
        self.assertEqual(before.subject, 'Give it a VRF')
        for info in (last, before):
            told = SyncOperation.objects.get(commit_sha=info.id)
            self.assertEqual(str(told.operation_id), info.trailers['NetBox-Operation'])
            entry = OutboxEntry.objects.get(new_commit=info.id)
            self.assertEqual((entry.state, str(entry.change_set_id)), ('done', told_set(info)))
            names = f'{info.author.name} {info.trailers.get("Co-authored-by", "")}'
            self.assertIn('Alice Ng', names)

    def test_somebody_is_faster(self) -> None:
        self.person.push({ONE: vpc('one')})
        self.sync()
        self.edit(self.fabric.resources.get(name='one'), draft_spec=self.with_vrf('one'))
        raced: list[int] = []

        def first() -> None:
            raced.append(1)
            self.person.push({f'{BASE}/managed/vpcs/theirs.yaml': vpc('theirs')})

        self.server.add(Fault(self.write_path, method='POST', before=first))
        operation = self.sync()
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertEqual(raced, [1])
        self.assertIn(b'vrf: red', self.person.files()[ONE])
        self.assertTrue(self.fabric.resources.filter(name='theirs').exists())
        self.assertEqual(OutboxEntry.objects.exclude(state='done').count(), 0)

    def test_an_answer_that_breaks_off_makes_no_second_commit(self) -> None:
        self.person.push({ONE: vpc('one')})
        self.sync()
        self.edit(self.fabric.resources.get(name='one'), draft_spec=self.with_vrf('one'))
        before = len(self.commits())
        self.server.add(Fault(self.write_path, method='POST', drop='after'))
        operation = self.sync()
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertEqual(len(self.commits()), before + 1)
        self.assertEqual(OutboxEntry.objects.get().new_commit, self.person.pull())

    def test_a_server_that_goes_silent_after_it_took_the_commit(self) -> None:
        """Neither the answer nor the branch can be read; the next synchronisation finds out."""
        self.person.push({f'{BASE}/raw/x.yaml': vpc('one')})

        def silent() -> None:
            self.server.add(Fault('/acme/lab.git/info/refs', status=503, times=None))

        self.server.add(Fault(self.write_path, method='POST', drop='after', before=silent))
        failed = self.sync()
        self.assertEqual(failed.status, 'failed')
        self.assertEqual(failed.commit_sha, '')
        self.server.clear()
        self.assertEqual(len(self.commits()), 2)
        again = self.sync()
        self.assertEqual((again.status, again.commit_sha), ('completed', ''))
        failed.refresh_from_db()
        self.assertEqual((failed.status, failed.commit_sha), ('completed', self.person.pull()))
        self.assertEqual(len(self.commits()), 2)

    def test_a_branch_that_takes_no_commits_stops_it_and_the_edit_waits(self) -> None:
        self.person.push({ONE: vpc('one')})
        self.sync()
        self.edit(self.fabric.resources.get(name='one'), draft_spec=self.with_vrf('one'))
        head = self.person.pull()
        self.hosted.protect('main', 'Only by pull request.')
        decline_pushes(self.bare, 'Only by pull request.')
        operation = self.sync()
        self.assertEqual((operation.status, operation.last_reason), ('failed', 'PushDeclined'))
        self.assertIn('Only by pull request.', operation.last_error_message)
        self.assertEqual(self.person.pull(), head)
        self.assertEqual(OutboxEntry.objects.get().state, 'pending')

    def with_vrf(self, name: str) -> dict:
        return {**self.fabric.resources.get(name=name).desired_spec, 'vrf': 'red'}


def told_set(info) -> str:
    return info.trailers['Change-Set-Id']


class ThroughGitTest(Both, GitCase):
    way = 'git'
    write_path = '/acme/lab.git/git-receive-pack'

    def test_the_api_is_not_asked(self) -> None:
        self.person.push({f'{BASE}/raw/x.yaml': vpc('one')})
        self.assertIsNone(self.sync().api_calls_made)
        self.assertFalse([r for r in self.server.requests if r.target.startswith('/api/')])


class ThroughApiTest(Both, GitCase):
    way = 'github_api'
    write_path = '/api/graphql'

    def pushes(self) -> int:
        path = '/acme/lab.git/git-receive-pack'
        return sum(request.target == path for request in self.server.requests)

    def test_the_commits_are_the_hosts_and_the_calls_are_counted(self) -> None:
        self.person.push({f'{BASE}/raw/x.yaml': vpc('one')})
        pushed, before = self.pushes(), len(self.server.requests)
        operation = self.sync()
        asked = [each for each in self.server.requests[before:] if '/api/' in each.target]
        info = self.commits()[0]
        self.assertEqual((info.committer.name, info.author.name), ('GitHub', 'hedgehog-bot'))
        self.assertRegex(info.trailers[PLANNED_COMMIT], re.compile('[0-9a-f]{40}'))
        self.assertTrue(asked)
        self.assertEqual(operation.api_calls_made, len(asked))
        self.assertEqual(self.pushes(), pushed)

    def test_what_arrived_before_a_trouble_is_recorded(self) -> None:
        """Of two commits of a stack the first arrives; the budget ends before the second."""
        self.person.push({ONE: vpc('one'), TWO: vpc('two')})
        self.sync()
        for name in ('one', 'two'):
            self.edit(self.fabric.resources.get(name=name), draft_spec=self.with_vrf(name))
        before = len(self.commits())
        real = HostedBranch.put

        def put(branch, commit, head):
            landed = real(branch, commit, head)
            self.github.budget.remaining = 0
            self.github.budget.reset = int(time.time()) + 600
            return landed

        with mock.patch.object(HostedBranch, 'put', put):
            operation = self.sync()
        self.assertEqual(operation.last_reason, 'RateLimited')
        self.assertEqual(len(self.commits()), before + 1)
        done = OutboxEntry.objects.get(state='done')
        self.assertEqual(done.new_commit, self.person.pull())
        told = SyncOperation.objects.get(commit_sha=done.new_commit)
        self.assertIn(told.status, ('completed', 'partially_completed'))
        self.assertEqual(OutboxEntry.objects.get(state='pending').reason[:11], 'RateLimited')
        state = self.fabric.sync_state
        state.refresh_from_db()
        self.assertEqual(state.last_synced_commit, done.new_commit)
        # Until the host renews the budget it is not asked again.
        calls = len([r for r in self.server.requests if r.target.startswith('/api/')])
        again = self.sync()
        self.assertEqual((again.status, again.last_reason), ('failed', 'RateLimited'))
        after = len([r for r in self.server.requests if r.target.startswith('/api/')])
        self.assertEqual(after, calls)
        self.github.budget.remaining = 5000
        self.fabric.git_repository.state.__class__.objects.update(
            rate_limit_reset=timezone.now() - timedelta(seconds=1)
        )
        self.assertEqual(self.sync().status, 'completed')
        self.assertEqual(OutboxEntry.objects.exclude(state='done').count(), 0)
        self.assertEqual(len(self.commits()), before + 2)

    def test_a_race_lost_in_the_middle_of_a_stack_is_one_operation_all_the_same(self) -> None:
        self.person.push({ONE: vpc('one'), TWO: vpc('two')})
        self.sync()
        for name in ('one', 'two'):
            self.edit(self.fabric.resources.get(name=name), draft_spec=self.with_vrf(name))
        real, raced = HostedBranch.put, []

        def put(branch, commit, head):
            landed = real(branch, commit, head)
            if not raced:
                raced.append(self.person.push({f'{BASE}/raw/late.yaml': vpc('late')}))
            return landed

        with mock.patch.object(HostedBranch, 'put', put):
            operation = self.sync()
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        entries = OutboxEntry.objects.filter(state='done')
        self.assertEqual(entries.count(), 2)
        names = {info.id for info in self.commits()}
        for entry in entries:
            self.assertIn(entry.new_commit, names)
            told = SyncOperation.objects.get(commit_sha=entry.new_commit)
            self.assertIn(told.status, ('completed',))
        self.assertTrue(self.fabric.resources.filter(name='late').exists())

    def test_a_worker_that_dies_after_the_host_made_the_commit_made_no_second_one(self) -> None:
        class Killed(BaseException):
            pass

        self.person.push({ONE: vpc('one')})
        self.sync()
        self.edit(self.fabric.resources.get(name='one'), draft_spec=self.with_vrf('one'))
        before = len(self.commits())

        def die(run):
            landing._one_by_one(run)
            raise Killed

        with mock.patch('netbox_hedgehog.sync.steps.land', die), self.assertRaises(Killed):
            self.sync()
        self.assertEqual(len(self.commits()), before + 1)
        self.assertEqual(OutboxEntry.objects.get().state, 'pushing')
        self.assertEqual(self.sync().status, 'completed')
        entry = OutboxEntry.objects.get()
        self.assertEqual((entry.state, entry.new_commit), ('done', self.person.pull()))
        self.assertEqual(len(self.commits()), before + 1)

    def test_the_budget_is_kept_with_the_repository(self) -> None:
        self.person.push({f'{BASE}/raw/x.yaml': vpc('one')})
        self.sync()
        state = self.fabric.git_repository.state
        state.refresh_from_db()
        self.assertEqual(state.rate_limit_remaining, self.github.budget.remaining)
        with opened_host(self.fabric.git_repository) as host:
            host.webhooks()
        state.refresh_from_db()
        self.assertEqual(state.rate_limit_remaining, self.github.budget.remaining)
        self.assertGreater(state.rate_limit_reset, timezone.now())

    def test_lost_races_come_to_an_end(self) -> None:
        self.person.push({ONE: vpc('one')})
        self.sync()
        self.edit(self.fabric.resources.get(name='one'), draft_spec=self.with_vrf('one'))
        moved = BranchMoved('BranchMoved', 'always', after=1)
        with (
            mock.patch.object(HostedBranch, 'put', side_effect=moved),
            mock.patch('netbox_hedgehog.sync.runner.pause'),
        ):
            operation = self.sync()
        self.assertEqual((operation.status, operation.last_reason), ('failed', 'BranchMoved'))
        # Whether it arrived after all is decided by reading the branch.
        self.assertEqual(OutboxEntry.objects.get().state, 'pushing')
        self.assertEqual(self.sync().status, 'completed')
        self.assertEqual(OutboxEntry.objects.get().state, 'done')


class SettingTest(GitCase):
    def test_it_needs_github_and_a_token(self) -> None:
        for fields in (
            {'provider': 'gitlab', 'authentication_type': 'token'},
            {'provider': 'github', 'authentication_type': 'ssh_key'},
            {'provider': 'github', 'authentication_type': 'none'},
        ):
            for wanted in ({'write_through': 'github_api'}, {'report_findings': True}):
                row = GitRepository(name='x', url='https://github.com/a/b', **fields, **wanted)
                with self.assertRaises(ValidationError) as refused:
                    row.full_clean()
                self.assertEqual(list(refused.exception.message_dict), list(wanted))
        GitRepository(
            name='x',
            url='https://github.com/a/b',
            provider='github',
            write_through='github_api',
            report_findings=True,
        ).full_clean()

    def test_a_row_that_slipped_through_says_what_it_needs(self) -> None:
        fabric = self.ready_fabric()
        GitRepository.objects.update(write_through='github_api')
        self.person.push({f'{BASE}/raw/x.yaml': vpc('one')})
        operation = self.run_operation(fabric, Type.SYNC)
        self.assertEqual((operation.status, operation.last_reason), ('failed', 'HostApiMissing'))
