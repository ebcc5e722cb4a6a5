"""Publishing by pull request at a host: opened, followed to its end, and closed there.

The host is a stand-in for GitHub on a real repository; `test_sync_pull_requests.py` does without.
"""

from typing import Any

from hedgehog_gitops.testing.faults import Fault
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
            Fault('/pulls', method='POST', drop='after'),
            Fault('/pulls', method='POST', drop='before'),
            Fault('/pulls', method='POST', status=502),
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
        from unittest import mock

        return mock.patch(
            'netbox_hedgehog.sync.review_publish._propose', side_effect=KeyboardInterrupt
        )
