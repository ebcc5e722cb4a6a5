"""Publishing by pull request at a host: opened, followed to its end, and closed there.

The host is a stand-in for GitHub on a real repository; `test_sync_pull_requests.py` does without.
"""

from typing import Any
from unittest import mock

from django.conf import settings
from django.contrib.auth import get_user_model

from hedgehog_gitops.testing import decline_pushes
from hedgehog_gitops.testing.faults import Fault
from hedgehog_gitops.workflows.hosted_branch import HostedBranch
from netbox_hedgehog.models import GitRepositoryState, OutboxEntry, PullRequest
from netbox_hedgehog.sync.runner import work_off

from .git_case import BASE, GitCase, logger, vpc
from .github_case import GitHubCase

ONE = f'{BASE}/managed/vpcs/one.yaml'


class HostedReviewTest(GitHubCase, GitCase):
    def setUp(self) -> None:
        super().setUp()
        self.fabric = self.ready_fabric(git_repository=self.make_repository())
        self.person.push({ONE: vpc('one')})
        self.run_operation(self.fabric)
        self.fabric.publish_mode = 'pull_request'
        self.fabric.save()

    def row(self) -> Any:
        return self.fabric.resources.get(name='one')

    def draft(self, vlan: int) -> None:
        row = self.row()
        spec = {**row.desired_spec, 'subnets': {'default': {'subnet': '10.0.1.0/24', 'vlan': vlan}}}
        self.edit(row, draft_spec=spec)

    def sync(self) -> Any:
        return self.run_operation(self.fabric)

    def proposed(self) -> PullRequest:
        self.draft(2001)
        operation = self.sync()
        assert operation.status == 'completed', operation.last_error_message
        return PullRequest.objects.get()

    def test_it_is_opened_with_what_a_reviewer_wants_to_know(self) -> None:
        row = self.proposed()
        (pull,) = self.hosted.pulls
        self.assertEqual((row.number, row.state), (pull.number, 'open'))
        self.assertTrue(row.url.endswith(f'/pull/{pull.number}'), row.url)
        self.assertEqual((pull.base, pull.head), ('main', row.branch))
        self.assertEqual(pull.title, 'Edit VPC/one')
        for word in ('alice', ONE, 'Lab'):
            self.assertIn(word, pull.body)
        operation = row.sync_operation
        self.assertEqual(operation.pull_request_url, row.url)
        self.assertGreaterEqual(operation.api_calls_made, 1)
        self.assertEqual(self.row().sync_state.pull_request_url, row.url)
        state = GitRepositoryState.objects.get(repository=self.fabric.git_repository)
        self.assertIsNotNone(state.rate_limit_remaining)

    def test_every_way_of_merging_ends_the_draft_and_removes_the_branch(self) -> None:
        for vlan, method in ((2001, 'merge'), (2002, 'squash'), (2003, 'rebase')):
            with self.subTest(method):
                self.draft(vlan)
                self.sync()
                pull = self.hosted.pulls[-1]
                self.hosted.merge(pull.number, method)
                self.sync()
                row = PullRequest.objects.get(number=pull.number)
                self.assertEqual(row.state, 'merged', row.reason)
                self.assertFalse(self.row().has_draft)
                vlan_now = self.row().desired_spec['subnets']['default']['vlan']
                self.assertEqual(vlan_now, vlan)
                self.assertEqual(self.row().sync_state.pull_request_url, '')
                self.assertIsNone(self.person.store.fetch(self.remote, row.branch))
                entry = OutboxEntry.objects.latest('pk')
                self.assertEqual(entry.state, 'done')

    def test_further_edits_are_told_at_the_host(self) -> None:
        row = self.proposed()
        (pull,) = self.hosted.pulls
        for vlan in (2002, 2003):
            self.draft(vlan)
            operation = self.sync()
            self.assertIn(f'`{operation.operation_id}`', pull.body)
        self.assertIn(f'`{row.sync_operation.operation_id}`', pull.body)
        self.assertEqual(pull.body.count('### Edit VPC/one'), 3)
        self.assertEqual(pull.body.count('Merging publishes this.'), 1)
        self.assertEqual(pull.title, 'Edit VPC/one and 2 more')
        row.refresh_from_db()
        self.assertEqual(row.title, pull.title)
        calls = len(self.patches())
        self.sync()
        self.assertEqual(len(self.patches()), calls)

    def test_what_was_not_pushed_is_not_told(self) -> None:
        row = self.proposed()
        (pull,) = self.hosted.pulls
        body = pull.body
        decline_pushes(self.bare, 'Not now.')
        self.draft(2002)
        self.assertEqual(self.sync().last_reason, 'PushDeclined')
        row.refresh_from_db()
        self.assertEqual((pull.body, row.title), (body, 'Edit VPC/one'))
        (self.bare / 'hooks' / 'pre-receive').unlink()
        self.sync()
        self.assertEqual(pull.body.count('### Edit VPC/one'), 2)

    def test_the_words_of_people_stay(self) -> None:
        self.proposed()
        (pull,) = self.hosted.pulls
        pull.title = 'Please look, Bob'
        pull.body = f'Ticket 7.\n\n{pull.body}\n\nThanks!'.replace('\n', '\r\n')
        self.draft(2002)
        self.sync()
        self.assertEqual(pull.title, 'Please look, Bob')
        self.assertTrue(pull.body.startswith('Ticket 7.\n'), pull.body)
        self.assertTrue(pull.body.endswith('Thanks!'), pull.body)
        self.assertEqual(pull.body.count('### Edit VPC/one'), 2)

    def test_who_asks_may_bring_title_and_description(self) -> None:
        self.draft(2001)
        words = {'pr_title': 'CHG-7: another VLAN', 'pr_body': '### Why\n\nThe lab moves.'}
        self.run_operation(self.fabric, options=words)
        (pull,) = self.hosted.pulls
        self.assertEqual(pull.title, 'CHG-7: another VLAN')
        self.assertLess(pull.body.index('The lab moves.'), pull.body.index('### Edit VPC/one'))
        self.draft(2002)
        self.sync()
        self.assertEqual(pull.title, 'CHG-7: another VLAN and 1 more')
        self.assertEqual(pull.body.count('The lab moves.'), 1)

    def test_who_asks_may_name_the_branch(self) -> None:
        self.person.push({f'{BASE}/managed/vpcs/two.yaml': vpc('two', 1500)})
        self.sync()
        self.draft(2001)
        self.run_operation(self.fabric, options={'branch_name': 'change/CHG-7'})
        (pull,) = self.hosted.pulls
        self.assertEqual((pull.head, pull.closed), ('change/CHG-7', None))
        # What comes later under the same name joins it; there is one row and one pull request.
        two = self.fabric.resources.get(name='two')
        self.edit(two, draft_labels={'team': 'lab'})
        self.draft(2002)
        self.run_operation(self.fabric, options={'branch_name': 'change/CHG-7'})
        row = PullRequest.objects.get()
        self.assertEqual((row.branch, len(self.hosted.pulls)), ('change/CHG-7', 1))
        tip = self.person.store.fetch(self.remote, row.branch)
        self.assertEqual(len(self.person.store.log(tip, since=self.person.pull())), 3)
        self.hosted.merge(row.number)
        self.sync()
        self.assertFalse(OutboxEntry.objects.exclude(state='done').exists())
        self.assertIsNone(self.person.store.fetch(self.remote, row.branch))

    def test_a_branch_of_somebody_else_is_never_used(self) -> None:
        head = self.person.pull()
        self.person.store.push(self.remote, 'theirs', head, None)
        self.draft(2001)
        operation = self.run_operation(self.fabric, options={'branch_name': 'theirs'})
        self.assertEqual((operation.status, operation.last_reason), ('failed', 'BranchExists'))
        self.assertFalse(PullRequest.objects.exists())
        self.assertEqual(self.person.store.fetch(self.remote, 'theirs'), head)
        self.assertEqual(OutboxEntry.objects.get().state, 'pending')
        self.sync()
        self.assertEqual(OutboxEntry.objects.get().state, 'in_review')

    def test_words_of_one_user_are_not_put_on_the_request_of_another(self) -> None:
        self.proposed()
        (pull,) = self.hosted.pulls
        bob = get_user_model().objects.create_superuser('bob', 'bob@example.com')
        self.draft(2002)
        self.run_operation(self.fabric, user=bob, options={'pr_title': 'Mine', 'pr_body': 'My own'})
        self.assertEqual(pull.title, 'Edit VPC/one and 1 more')
        self.assertNotIn('My own', pull.body)

    def test_a_description_cannot_end_ours(self) -> None:
        self.draft(2001)
        body = 'before <!-- netbox-hedgehog: end --> after'
        self.run_operation(self.fabric, options={'pr_body': body})
        (pull,) = self.hosted.pulls
        self.draft(2002)
        self.sync()
        self.assertEqual(pull.body.count('<!-- netbox-hedgehog: end -->'), 1)
        self.assertEqual(pull.body.count('before'), 1)
        self.assertEqual(pull.body.count('### Edit VPC/one'), 2)

    def test_a_description_that_could_not_be_sent_is_sent_by_the_next_run(self) -> None:
        self.proposed()
        (pull,) = self.hosted.pulls
        self.server.add(Fault('/api/', '/pulls', method='PATCH', status=502, times=None))
        self.draft(2002)
        operation = self.sync()
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertEqual(pull.title, 'Edit VPC/one')
        self.server.clear()
        self.sync()
        self.assertEqual(pull.title, 'Edit VPC/one and 1 more')
        self.assertEqual(pull.body.count('### '), 2)

    def test_it_links_to_netbox_where_its_address_is_known(self) -> None:
        config = settings.PLUGINS_CONFIG
        plugin = {**config['netbox_hedgehog'], 'netbox_url': 'https://netbox.example.com/'}
        with self.settings(PLUGINS_CONFIG={**config, 'netbox_hedgehog': plugin}):
            row = self.proposed()
        page = row.sync_operation.get_absolute_url()
        self.assertIn(f'](https://netbox.example.com{page})', self.hosted.pulls[0].body)

    def patches(self) -> list[Any]:
        return [each for each in self.server.requests if each.method == 'PATCH']

    def test_closed_by_a_person_the_edit_stays_here(self) -> None:
        row = self.proposed()
        self.hosted.close(row.number)
        self.sync()
        row.refresh_from_db()
        self.assertEqual((row.state, OutboxEntry.objects.get().state), ('closed', 'declined'))
        self.assertTrue(self.row().has_draft)
        self.sync()
        self.assertEqual(len(self.hosted.pulls), 1)

    def test_closed_in_netbox_it_is_closed_there(self) -> None:
        row = self.proposed()
        PullRequest.objects.update(close_requested=True)
        self.sync()
        row.refresh_from_db()
        self.assertEqual((row.state, self.hosted.pulls[0].is_open), ('closed', False))

    def test_an_answer_that_is_lost_does_not_open_a_second_one(self) -> None:
        for fault in (
            Fault('/api/', '/pulls', method='POST', drop='after'),
            Fault('/api/', '/pulls', method='POST', drop='before'),
            Fault('/api/', '/pulls', method='POST', status=502),
        ):
            with self.subTest(str(fault)):
                before = len(self.hosted.pulls)
                self.server.add(fault)
                self.draft(3000 + before)
                operation = self.sync()
                self.assertEqual(operation.status, 'completed', operation.last_error_message)
                self.sync()
                row = PullRequest.objects.latest('pk')
                self.assertEqual(row.state, 'open', row.reason)
                self.assertEqual(len(self.hosted.pulls), before + 1)
                self.hosted.merge(row.number)
                self.sync()

    def test_a_host_without_budget_is_left_alone_and_git_goes_on(self) -> None:
        self.github.budget.remaining = 0
        self.draft(2001)
        operation = self.sync()
        self.assertIn(operation.status, ('completed', 'partially_completed'))
        row = PullRequest.objects.get()
        self.assertEqual((row.state, row.number), ('preparing', None))
        self.assertIsNotNone(self.person.store.fetch(self.remote, row.branch))
        self.person.push({f'{BASE}/managed/vpcs/two.yaml': vpc('two')})
        self.sync()
        self.assertTrue(self.fabric.resources.filter(name='two').exists())
        self.github.budget.remaining = 1000
        GitRepositoryState.objects.update(rate_limit_remaining=None)
        self.sync()
        row.refresh_from_db()
        self.assertEqual(row.state, 'open', row.reason)

    def test_a_worker_that_dies_before_the_proposal_is_made_good(self) -> None:
        self.draft(2001)
        with self.assertRaises(KeyboardInterrupt), self.interrupted():
            self.sync()
        self.fabric.sync_operations.filter(status='in_progress').update(status='failed')
        work_off(self.fabric.pk, logger)
        self.sync()
        row = PullRequest.objects.get()
        self.assertEqual((row.state, len(self.hosted.pulls)), ('open', 1))
        self.assertEqual(OutboxEntry.objects.get().state, 'in_review')

    def interrupted(self) -> Any:
        """The worker ends between the push of the branch and its proposal."""
        return mock.patch(
            'netbox_hedgehog.sync.review_publish._propose', side_effect=KeyboardInterrupt
        )


class SignedReviewTest(GitHubCase, GitCase):
    """Where commits go through the host's API, those of branches under review do as well."""

    def setUp(self) -> None:
        super().setUp()
        repository = self.make_repository(write_through='github_api')
        self.fabric = self.ready_fabric(git_repository=repository)
        self.person.push({ONE: vpc('one')})
        self.run_operation(self.fabric)
        self.fabric.publish_mode = 'pull_request'
        self.fabric.save()

    def draft(self, vlan: int) -> None:
        row = self.fabric.resources.get(name='one')
        spec = {**row.desired_spec, 'subnets': {'default': {'subnet': '10.0.1.0/24', 'vlan': vlan}}}
        self.edit(row, draft_spec=spec)

    def sync(self) -> Any:
        return self.run_operation(self.fabric)

    def on_branch(self) -> list[Any]:
        """What the branch under review has and the fabric's branch has not, newest first."""
        row = PullRequest.objects.latest('pk')
        tip = self.person.store.fetch(self.remote, row.branch)
        return self.person.store.log(tip, since=self.person.pull())

    def check_signed(self) -> None:
        self.assertEqual({info.committer.name for info in self.on_branch()}, {'GitHub'})

    def test_edits_and_further_edits_are_the_hosts_commits(self) -> None:
        self.draft(2001)
        operation = self.sync()
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        (info,) = self.on_branch()
        self.assertEqual((operation.commit_sha, info.committer.name), (info.id, 'GitHub'))
        self.assertIn('Alice Ng', info.trailers['Co-authored-by'])
        self.draft(2002)
        self.sync()
        self.assertEqual(len(self.on_branch()), 2)
        self.check_signed()
        self.hosted.merge(1)
        self.sync()
        self.assertFalse(self.fabric.resources.get(name='one').has_draft)
        self.assertEqual(OutboxEntry.objects.exclude(state='done').count(), 0)

    def test_made_anew_they_are_joined_by_the_host(self) -> None:
        self.draft(2001)
        self.sync()
        # Far enough from the edited line for a merge by lines.
        changed = vpc('one').replace(b'  ipv4Namespace', b'  mode: l2vni\n  ipv4Namespace')
        self.person.push({ONE: changed})
        operation = self.sync()
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.check_signed()
        row = PullRequest.objects.get()
        tip = self.person.store.fetch(self.remote, row.branch)
        self.assertEqual(row.head_commit, tip)
        entry = self.person.store.list_tree(tip)[ONE]
        text = self.person.store.read_blobs([entry.blob])[entry.blob]
        self.assertIn(b'mode: l2vni', text)
        self.assertIn(b'vlan: 2001', text)
        self.hosted.merge(1)
        self.sync()
        self.assertEqual(OutboxEntry.objects.get().state, 'done')

    def test_a_worker_that_dies_around_the_commit_is_made_good(self) -> None:
        real = HostedBranch.put

        def before(branch: Any, commit: Any, head: Any) -> Any:
            raise KeyboardInterrupt

        def after(branch: Any, commit: Any, head: Any) -> Any:
            real(branch, commit, head)
            raise KeyboardInterrupt

        for vlan, put in ((2001, before), (2002, after)):
            with self.subTest(put.__name__):
                self.draft(vlan)
                with mock.patch.object(HostedBranch, 'put', put):
                    self.assertRaises(KeyboardInterrupt, self.sync)
                self.fabric.sync_operations.filter(status='in_progress').update(status='failed')
                work_off(self.fabric.pk, logger)
                self.sync()
                row = PullRequest.objects.latest('pk')
                self.assertEqual((row.state, row.number), ('open', len(self.hosted.pulls)))
                self.assertEqual(len(self.on_branch()), 1)
                self.check_signed()
                self.hosted.merge(row.number)
                self.sync()
                self.assertEqual(OutboxEntry.objects.exclude(state='done').count(), 0)
