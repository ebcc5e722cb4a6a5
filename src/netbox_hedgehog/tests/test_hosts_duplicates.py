"""Duplicates settled by pull request: they are settled when it is merged, not when it is opened."""

from typing import Any

from netbox_hedgehog.models import PullRequest, SyncOperation
from netbox_hedgehog.signals import resolution_complete

from .git_case import vpc
from .github_case import GitHubCase
from .test_sync_duplicates import EXAMPLE, ONE, DuplicateCase


class ReviewedSettlementTest(GitHubCase, DuplicateCase):
    def setUp(self) -> None:
        super().setUp()
        self.person.push({EXAMPLE: vpc('one', 7)})
        self.scan()
        self.fabric.publish_mode = 'pull_request'
        self.fabric.save()
        self.complete: list[tuple[int, int]] = []
        resolution_complete.connect(self.note_complete)
        self.addCleanup(resolution_complete.disconnect, self.note_complete)

    def note_complete(self, operation: SyncOperation, left: int, **given: Any) -> None:
        self.complete.append((operation.pk, left))

    def ready_fabric(self, **fields: Any) -> Any:
        return super().ready_fabric(git_repository=self.make_repository(), **fields)

    def automatic(self) -> None:
        self.fabric.duplicate_resolution_mode = 'automatic'
        self.fabric.save()

    def settlements(self) -> int:
        return SyncOperation.objects.filter(operation_type='duplicate_resolution').count()

    def test_nothing_is_settled_before_it_is_merged(self) -> None:
        before = self.person.pull()
        operation = self.settle(notes='the example is old')
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        (pull,) = self.hosted.pulls
        self.assertEqual(self.person.pull(), before)
        for _ in range(2):
            group = self.group()
            self.assertEqual((group.resolution_status, group.resolved_in), ('resolving', operation))
            self.assertEqual(group.notes, 'the example is old')
            self.scan()
        self.assertIn(EXAMPLE, self.person.files())

        self.assertEqual(self.complete, [])
        self.hosted.merge(pull.number, 'squash')
        merged = self.run_operation(self.fabric)
        # The run that finds it merged looks again, and says so: no scan has to come first.
        self.assertEqual(self.complete, [(merged.pk, 0)])
        self.scan()
        self.assertEqual(len(self.complete), 1)
        group = self.group()
        self.assertEqual((group.resolution_status, group.resolved_in), ('resolved', operation))
        self.assertEqual((group.resolved_by, group.notes), (self.alice, 'the example is old'))
        self.assertIn(ONE, self.person.files())
        self.assertEqual(self.rows(), ['one'])

    def test_by_itself_it_is_proposed_once(self) -> None:
        self.automatic()
        for _ in range(3):
            self.scan()
            self.run_operation(self.fabric)
        self.assertEqual((len(self.hosted.pulls), self.settlements()), (1, 1))
        self.assertEqual(self.group().resolution_status, 'resolving')

    def test_what_was_declined_waits_for_a_person(self) -> None:
        self.automatic()
        self.scan()
        self.run_operation(self.fabric)
        (pull,) = self.hosted.pulls
        self.hosted.close(pull.number)
        self.run_operation(self.fabric)
        self.assertEqual(self.group().resolution_status, 'manual_required')
        for _ in range(2):
            self.run_operation(self.fabric)
            self.scan()
        group = self.group()
        self.assertEqual((group.resolution_status, group.resolved_in), ('manual_required', None))
        self.assertEqual(self.complete, [])
        self.assertIn('not merged', group.notes)
        self.assertEqual((len(self.hosted.pulls), self.settlements()), (1, 1))
        self.assertEqual(PullRequest.objects.get().state, 'closed')
        self.assertIn(EXAMPLE, self.person.files())
