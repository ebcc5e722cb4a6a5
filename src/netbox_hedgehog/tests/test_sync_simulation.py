"""People push, users edit, workers die: whatever the order, nothing is lost and nothing invented.

Seeded runs of the product's own sync code, compared after every sync with a simple model. Most
seeds run on Git in memory (`hedgehog_gitops/testing/memory_git.py`), some again on real Git over
HTTP, where every event must end the same; PostgreSQL is real on both.
HEDGEHOG_SIMULATION_SEEDS says how many seeds, HEDGEHOG_SIMULATION_REPLAYS how many of them on real
Git too, HEDGEHOG_SIMULATION_START with which to begin.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from django.db import transaction

from netbox_hedgehog.models import OutboxEntry, RawUpload
from netbox_hedgehog.sync.status import sync_status

from .git_case import BASE
from .simulation_events import Events
from .simulation_model import LABELS, VERSION, Fields, Model, fields_of
from .simulation_world import InMemory, OnServer

SEEDS = int(os.environ.get('HEDGEHOG_SIMULATION_SEEDS', '200'))
REPLAYS = int(os.environ.get('HEDGEHOG_SIMULATION_REPLAYS', '3'))
START = int(os.environ.get('HEDGEHOG_SIMULATION_START', '1'))
# So many seeds share one test, and its database transaction, which is taken back at the end.
CHUNK, REPLAY_CHUNK = 25, 10
STEPS = 12
EVENTS = {
    'person_changes': 6,
    'user_edits': 7,
    'syncs': 3,
    'webhook_arrives': 2,
    'schedule_runs': 1,
    'worker_dies': 2,
    'push_is_lost': 2,
    'server_is_away': 1,
    'person_is_faster': 1,
    'user_is_faster': 1,
    'person_notes': 1,
    'person_moves': 1,
    'person_removes': 0.5,
    'person_creates': 1,
    'person_drops': 1,
    'person_changes_version': 0.5,
    'user_removes': 0.5,
    'user_creates': 1,
    'user_discards': 0.5,
    'user_uploads': 1,
    'user_decides': 1,
    'user_undoes': 1,
    'user_publishes': 0.5,
    'mode_changes': 0.5,
    'direction_changes': 0.5,
}
pytestmark = pytest.mark.timeout(1800)


class _Back(Exception):
    """Ends the transaction of a seed without leaving anything of it."""


class Simulation(Events):
    """Runs seeds on one ground after the other."""

    def setUp(self) -> None:
        super().setUp()
        self.make_bob()
        # How long is waited between the rounds of an operation is not what is looked at here.
        waiting = mock.patch('netbox_hedgehog.sync.runner.pause', lambda attempt: None)
        waiting.start()
        self.addCleanup(waiting.stop)

    @contextmanager
    def prepared(self, ground: type) -> Iterator[None]:
        """A fabric that is initialised, on this ground."""
        self.world = ground(self)
        with self.world.used():
            self.fabric = self.ready_fabric()
            self.begin_all()
            self.start = self.person.pull()
            yield

    def run_seed(self, seed: int) -> tuple[str, dict[str, bytes]]:
        """What happened, and the files at the end."""
        try:
            with transaction.atomic():
                self.world.go_back(self.start)
                self.fabric.refresh_from_db()
                self.begin(seed)
                for _ in range(STEPS):
                    name = self.chance.choices([*EVENTS], [*EVENTS.values()])[0]
                    self.say(name)
                    self.counts[name] += 1
                    getattr(self, name)()
                    self.never_in_sync_with_edits_waiting()
                self.settle()
                ended = self.log, self.person.files(f'{BASE}/managed')
                raise _Back
        except _Back:
            return ended

    def settle(self) -> None:
        """Everything comes to rest: no conflict, no draft, both sides as the model says."""
        self.say('settles')
        self.user_decides()
        self.assertEqual(self.open_conflicts(), [], self.log)
        open_states = ('pending', 'pushing', 'conflict', 'failed')
        waiting = OutboxEntry.objects.filter(fabric=self.fabric, state__in=open_states)
        self.assertFalse(waiting.exists(), self.log)
        uploads = RawUpload.objects.filter(fabric=self.fabric).exclude(state='done')
        self.assertFalse(uploads.exists(), self.log)
        self.assertFalse(any(row.has_draft for row in self.fabric.resources.all()), self.log)
        before = self.person.pull()
        self.fabric.refresh_from_db()
        self.assertEqual(sync_status(self.fabric), 'in_sync', self.log)
        self.runs('sync')
        if self.person.log()[0].subject == f'Complete the layout of {self.fabric.slug}':
            # Of two objects in one file the one it is named after went: the other goes home with
            # the next sync, and only with that one.
            before = self.person.pull()
            self.runs('sync')
        self.assertEqual(self.person.pull(), before, f'a needless commit; {self.log}')

    def compare(self) -> None:
        """After a sync: Git says what the model says, and so does NetBox, drafts apart."""
        in_git = self.in_git()
        rows = {row.name: row for row in self.fabric.resources.all()}
        conflicts = {each.resource_key.rpartition('/')[2] for each in self.open_conflicts()}
        for name, model in self.models.items():
            self.assertEqual(in_git.get(name), model.git, f'{name} in Git; {self.log}')
            self.assertEqual(name in conflicts, bool(model.clashes), f'{name}; {self.log}')
            self.assertEqual(_shown(rows.get(name), model), model.gui, f'{name}; {self.log}')
            text = self.text_with(name) or ''
            lost = [note for note in model.notes if note not in text]
            self.assertEqual(lost, [], f'comments of {name} are gone; {self.log}')

    def never_in_sync_with_edits_waiting(self) -> None:
        self.fabric.refresh_from_db()
        if any(model.waits for model in self.models.values()) or self.drops_in_netbox():
            self.assertNotEqual(sync_status(self.fabric), 'in_sync', self.log)

    def drops_in_netbox(self) -> bool:
        return RawUpload.objects.filter(fabric=self.fabric, state='waiting').exists()


class InMemoryTest(Simulation):
    """The many seeds. Methods are made below, one for each hundred of them."""

    total: Counter[str] = Counter()

    def run_chunk(self, first: int, last: int) -> None:
        begun, told = time.monotonic(), Counter()
        with self.prepared(InMemory):
            for seed in range(first, last):
                with self.subTest(seed=seed):
                    self.run_seed(seed)
                    told.update(self.counts)
        self.total.update(told)
        _print(f'seeds {first} to {last - 1}, {time.monotonic() - begun:.0f} s', told)

    @classmethod
    def tearDownClass(cls) -> None:
        super().tearDownClass()
        _print(f'{SEEDS} seeds', cls.total)
        edited, share = _share(cls.total)
        # Too few tell nothing about the share.
        if edited >= 500:
            assert share > 0.9, cls.total


class OnServerTest(Simulation):
    """Some seeds do the same on real Git. Methods are made below, one for each ten of them."""

    def run_chunk(self, first: int, last: int) -> None:
        begun = time.monotonic()
        with self.prepared(InMemory):
            expected = {seed: self.run_seed(seed) for seed in range(first, last)}
            self.fabric.delete()
        self.fabric.git_repository.delete()
        with self.prepared(OnServer):
            for seed in expected:
                with self.subTest(seed=seed):
                    self.assertEqual(self.run_seed(seed), expected[seed])
        sys.stdout.write(
            f'\nseeds {first} to {last - 1} again on real Git, {time.monotonic() - begun:.0f} s\n'
        )


def _share(told: Counter[str]) -> tuple[int, float]:
    """Objects both sides had edited, and which part of them merged.

    Removed on one side and changed on the other, or made on both, is left out: that is a person's
    to decide by rule, whatever the fields.
    """
    edited = told['met'] - told['whole_objects']
    return edited, told['merged'] / max(edited, 1)


def _print(what: str, told: Counter[str]) -> None:
    edited, share = _share(told)
    sys.stdout.write(
        f'\n{what}: {edited} objects edited on both sides, {share:.1%} merged without a person, '
        f'and {told["whole_objects"]} removed or made on one side and changed on the other; '
        f'{dict(sorted(told.items()))}\n'
    )


def _chunk(first: int, last: int) -> Any:
    def run(self: Any) -> None:
        self.run_chunk(first, last)

    return run


for _case, _seeds, _size in ((InMemoryTest, SEEDS, CHUNK), (OnServerTest, REPLAYS, REPLAY_CHUNK)):
    for _first in range(START, START + _seeds, _size):
        _last = min(_first + _size, START + _seeds)
        setattr(_case, f'test_seeds_{_first:05}_to_{_last - 1:05}', _chunk(_first, _last))


def _shown(row: Any, model: Model) -> Fields | None:
    """What NetBox shows. Where a draft waits, fields it does not change may be Git's newer ones."""
    if row is None or (row.desired_spec is None and not row.has_draft):
        return None
    spec = row.draft_spec if row.draft_spec is not None else row.desired_spec
    labels = row.draft_labels if row.draft_labels is not None else row.labels
    if spec is None and model.gui is not None:
        # Git has the object no more, and the draft is of labels alone: they are what is shown.
        return {**model.gui, **{label: labels.get(label) for label in LABELS}}
    shown = fields_of({'spec': spec, 'metadata': {'labels': labels}}, row.api_version)
    if not model.waits or model.gui is None:
        return shown
    # Nobody drafts an API version: of an object that both sides made it is Git's.
    edited = {name for part in model.parts for name in part.fields or {}} - {VERSION}
    newer = {
        name
        for name in shown.keys() - edited
        if model.synced is None or shown[name] == model.synced[name]
    }
    return {**shown, **{name: model.gui[name] for name in newer}}


# What is left over would be collected as one more class.
del _case
