"""No commit storm (F01): nothing changed is no commit, one save is one, whatever asks how often.

HEDGEHOG_STORM_SYNCS says how many syncs; docs/reference/simulation.md what was run by hand.
"""

import os
import random
import sys
import time

import pytest

from netbox_hedgehog.jobs import enqueue_operation, enqueue_pushed
from netbox_hedgehog.models import OutboxEntry
from netbox_hedgehog.sync.runner import work_off

from .git_case import logger
from .test_sync_conflicts import ONE, ConflictCase

SYNCS = int(os.environ.get('HEDGEHOG_STORM_SYNCS', '25'))
pytestmark = pytest.mark.timeout(300 + 5 * SYNCS)


class StormTest(ConflictCase):
    def test_many_syncs_without_a_change_make_no_commit(self) -> None:
        head, chance, begun = self.person.pull(), random.Random(SYNCS), time.monotonic()
        for _ in range(SYNCS):
            chance.choice((self.by_hand, self.by_webhook, self.by_schedule, self.saved_as_it_is))()
        self.assertEqual(self.person.pull(), head)
        self.assertFalse(OutboxEntry.objects.exists())
        sys.stdout.write(f'\n{SYNCS} syncs, no commit, {time.monotonic() - begun:.0f} s\n')

    def test_one_save_is_one_commit_however_often_it_is_looked_at(self) -> None:
        before = len(self.person.log())
        self.draft('one', 2001)
        for _ in range(3):
            self.by_hand()
            self.by_webhook()
        self.assertEqual(len(self.person.log()) - before, 1)
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])

    def by_hand(self) -> None:
        self.run_operation(self.fabric)

    def by_webhook(self) -> None:
        enqueue_pushed(self.fabric.git_repository, 'main')
        work_off(self.fabric.pk, logger)

    def by_schedule(self) -> None:
        enqueue_operation(self.fabric, 'sync', user=None, trigger_type='scheduled')
        work_off(self.fabric.pk, logger)

    def saved_as_it_is(self) -> None:
        row = self.row('one')
        self.edit(row, draft_spec=dict(row.desired_spec))
        # The draft says what Git says: dropping it again is no edit either.
        self.edit(self.row('one'), draft_spec=None)
        self.by_hand()
