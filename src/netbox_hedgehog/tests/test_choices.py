"""Closed sets are closed: every state has its row in the table of what may follow."""

from django.test import SimpleTestCase

from netbox_hedgehog import choices
from netbox_hedgehog.choices import (
    OPERATION_STATUS_TRANSITIONS,
    RESOURCE_STATE_TRANSITIONS,
    SYNC_STATUS_TRANSITIONS,
    OperationStatusChoices,
    ResourceStateChoices,
    SyncStatusChoices,
    may_follow_operation_status,
    may_follow_resource_state,
    may_follow_sync_status,
)

TABLES = (
    (SyncStatusChoices, SYNC_STATUS_TRANSITIONS),
    (ResourceStateChoices, RESOURCE_STATE_TRANSITIONS),
    (OperationStatusChoices, OPERATION_STATUS_TRANSITIONS),
)


class TransitionTest(SimpleTestCase):
    def test_tables_cover_their_sets(self):
        for choice_set, table in TABLES:
            values = set(choice_set.values())
            self.assertEqual(set(table), values)
            for followers in table.values():
                self.assertLessEqual(followers, values)

    def test_syncing_is_reached_from_every_state_that_can_sync(self):
        for status in SyncStatusChoices.values():
            wanted = status not in ('disabled', 'not_configured')
            self.assertEqual(may_follow_sync_status(status, 'syncing'), wanted, status)

    def test_everything_may_be_switched_off(self):
        for status in SyncStatusChoices.values():
            self.assertTrue(may_follow_sync_status(status, 'disabled'))

    def test_in_sync_comes_only_after_a_sync(self):
        before = [
            status
            for status, followers in SYNC_STATUS_TRANSITIONS.items()
            if SyncStatusChoices.IN_SYNC in followers
        ]
        self.assertEqual(before, ['syncing'])

    def test_an_operation_that_is_over_stays_over(self):
        for over in ('completed', 'partially_completed', 'failed', 'cancelled'):
            for status in OperationStatusChoices.values():
                self.assertEqual(may_follow_operation_status(over, status), over == status)

    def test_resource_states(self):
        self.assertTrue(may_follow_resource_state('draft', 'committed'))
        self.assertTrue(may_follow_resource_state('drifted', 'committed'))
        self.assertFalse(may_follow_resource_state('draft', 'synced'))
        self.assertFalse(may_follow_resource_state('committed', 'drifted'))

    def test_names_of_the_mission_documents(self):
        self.assertEqual(
            set(choices.SyncDirectionChoices.values()),
            {'git_to_gui', 'gui_to_git', 'bidirectional', 'manual_only', 'disabled'},
        )
        self.assertEqual(
            set(choices.ResourceConflictStatusChoices.values()),
            {'none', 'detected', 'resolving', 'resolved', 'requires_manual', 'escalated'},
        )
