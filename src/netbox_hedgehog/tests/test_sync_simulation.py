"""People push, users edit, workers die: whatever the order, nothing is lost and nothing invented.

Seeded runs of the product's own sync on real Git and PostgreSQL, compared after every step with a
simple model: three dictionaries for each object, merged key by key. HEDGEHOG_SIMULATION_SEEDS says
how many (a few by default), HEDGEHOG_SIMULATION_START with which seed to begin.
"""

import os
import random
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import pytest

from netbox_hedgehog.models import ConflictResolution, OutboxEntry
from netbox_hedgehog.sync.outbox import Editor
from netbox_hedgehog.sync.progress import OperationProgress
from netbox_hedgehog.sync.resolution import Decision
from netbox_hedgehog.sync.resolve import resolve
from netbox_hedgehog.sync.status import sync_status

from .git_case import BASE, GitCase, logger, vpc

SEEDS = int(os.environ.get('HEDGEHOG_SIMULATION_SEEDS', '6'))
START = int(os.environ.get('HEDGEHOG_SIMULATION_START', '1'))
STEPS = 14
pytestmark = pytest.mark.timeout(300 + 60 * SEEDS)
NAMES = ('one', 'two', 'three')
FIELDS = ('vlan', 'subnet', 'gateway')
# Where a worker may die, and whether its commit is on the server by then.
STAGES = {
    'after_fetch': False,
    'commit_made': False,
    'push_sent': False,
    'push_confirmed': True,
    'before_database_commit': True,
}

type Fields = dict[str, Any]


class Died(BaseException):
    """The worker is gone; nothing after this point happens."""


@dataclass
class Model:
    """One object: what both sides last agreed on, and what each says; None where it is gone."""

    base: Fields | None
    git: Fields | None
    gui: Fields | None

    @property
    def clashes(self) -> set[str]:
        """The fields nobody can merge; `*` where one side removed what the other changed."""
        if self.git == self.gui or self.git == self.base or self.gui == self.base:
            return set()
        if self.git is None or self.gui is None or self.base is None:
            return {'*'}
        return {
            name
            for name in FIELDS
            if self.git[name] != self.gui[name]
            and self.base[name] not in (self.git[name], self.gui[name])
        }

    def agree(self) -> None:
        """Both sides become the merge of both, if there is one."""
        if self.clashes:
            return
        if self.gui == self.base or self.git == self.gui:
            merged = self.git
        elif self.git == self.base:
            merged = self.gui
        else:
            merged = {
                name: self.git[name] if self.gui[name] == self.base[name] else self.gui[name]
                for name in FIELDS
            }
        self._become(merged)

    def decide(self, strategy: str) -> None:
        """As a person's decision: a side wins the clashing fields, the others are merged."""
        wins = self.gui if strategy == 'gui_wins' else self.git
        if self.clashes == {'*'}:
            self._become(wins)
            return
        clashes = self.clashes
        merged = {
            name: wins[name]
            if name in clashes
            else self.git[name]
            if self.gui[name] == self.base[name]
            else self.gui[name]
            for name in FIELDS
        }
        self._become(merged)

    def _become(self, merged: Fields | None) -> None:
        self.base = self.git = self.gui = dict(merged) if merged is not None else None


@dataclass
class Told:
    """What a run has seen, for the figures."""

    counts: Counter[str] = field(default_factory=Counter)


class SimulationTest(GitCase):
    def test_any_order_of_events_ends_as_the_model_says(self) -> None:
        told = Told()
        for seed in range(START, START + SEEDS):
            with self.subTest(seed=seed):
                self.begin(seed)
                self.run_steps(told)
                self.settle(told)
        if told.counts['meetings']:
            share = told.counts['merged'] / told.counts['meetings']
            logger.warning(f'{SEEDS} seeds: {dict(told.counts)}, merged alone: {share:.0%}')

    def begin(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.number = seed * 1000
        self.log = f'seed {seed}'
        if not hasattr(self, 'fabric'):
            self.fabric = self.ready_fabric()
        files = {f'{BASE}/managed/vpcs/{name}.yaml': self.text(name) for name in NAMES}
        self.person.push(files)
        self.run_operation(self.fabric)
        start = {'vlan': 1001, 'subnet': '10.0.1.0/24', 'gateway': '10.0.1.1'}
        self.models = {name: Model(dict(start), dict(start), dict(start)) for name in NAMES}
        self.compare()

    def text(self, name: str, fields: Fields | None = None) -> bytes:
        text = vpc(name).decode() + '      gateway: 10.0.1.1\n'
        for field_name, value in (fields or {}).items():
            text = _with_field(text, field_name, value)
        return text.encode()

    # Events

    def run_steps(self, told: Told) -> None:
        events = {
            self.person_pushes: 5,
            self.user_edits: 5,
            self.syncs: 4,
            self.worker_dies: 2,
            self.person_is_faster: 1,
            self.person_removes: 1,
            self.user_removes: 1,
            self.user_decides: 2,
        }
        for _ in range(STEPS):
            event = self.chance.choices([*events], [*events.values()])[0]
            name = event.__name__
            self.say(name)
            told.counts[name] += 1
            event(told)

    def say(self, words: str) -> None:
        """Keeps what happened since the seed began, for whoever has to understand a failure."""
        self.log += f'; {words}'

    def person_pushes(self, told: Told) -> None:
        name = self.some(lambda model: model.git is not None)
        if name:
            self.git_sets(name, self.chance.choice(FIELDS))

    def user_edits(self, told: Told) -> None:
        name = self.some(lambda model: model.gui is not None)
        if not name:
            return
        self.say(name)
        row, model = self.fabric.resources.get(name=name), self.models[name]
        changed = self.chance.choice(FIELDS)
        value = self.value(changed)
        self.say(f'{changed}={value}')
        seen = row.draft_spec if row.has_draft else row.desired_spec
        subnets = {'default': {**seen['subnets']['default'], changed: value}}
        # Only this field is the user's: the rest of the page may be older than what a worker
        # published before it died.
        model.gui = {**model.gui, changed: value}
        self.edit(row, draft_spec={**seen, 'subnets': subnets})

    def syncs(self, told: Told) -> None:
        self.count_meetings(told)
        self.run_operation(self.fabric)
        for model in self.models.values():
            model.agree()
        self.compare()

    def worker_dies(self, told: Told) -> None:
        stage = self.chance.choice([*STAGES])
        self.say(stage)
        waits = any(self.publishes(model) for model in self.models.values())
        with self.dying_at(stage):
            try:
                self.run_operation(self.fabric)
            except Died:
                pass
            else:
                # There was nothing to push, so the stage was never reached.
                for model in self.models.values():
                    model.agree()
                return
        if STAGES[stage] and waits:
            for model in self.models.values():
                if self.publishes(model):
                    model.agree()

    def person_is_faster(self, told: Told) -> None:
        """Somebody pushes between this worker's fetch and its push."""
        pushed: list[str] = []
        stage = OperationProgress.stage

        def pushing(progress: OperationProgress, name: str) -> None:
            if name == 'push_sent' and not pushed:
                target = self.some(lambda model: model.git is not None)
                if target:
                    pushed.append(target)
                    self.git_sets(target, self.chance.choice(FIELDS))
            stage(progress, name)

        with mock.patch.object(OperationProgress, 'stage', pushing):
            self.run_operation(self.fabric)
        for model in self.models.values():
            model.agree()
        self.compare()

    def person_removes(self, told: Told) -> None:
        name = self.some(lambda model: model.git is not None and not model.clashes)
        if name:
            self.say(name)
            self.person.push({f'{BASE}/managed/vpcs/{name}.yaml': None})
            self.models[name].git = None

    def user_removes(self, told: Told) -> None:
        name = self.some(lambda model: model.gui is not None and not model.clashes)
        if name:
            self.say(name)
            self.fabric.resources.get(name=name).delete()
            self.models[name].gui = None

    def user_decides(self, told: Told) -> None:
        """Looks at what is open as NetBox knows it, and decides it."""
        self.syncs(told)
        for conflict in ConflictResolution.objects.filter(
            fabric=self.fabric, resolution_status='pending'
        ):
            name = conflict.resource_key.rpartition('/')[2]
            strategy = self.chance.choice(('gui_wins', 'git_wins'))
            self.say(f'{name} {strategy}')
            editor = Editor(self.alice, uuid.uuid4())
            resolve(conflict.pk, Decision(strategy), editor)
            self.models[name].decide(strategy)
            told.counts['decided'] += 1
        self.run_operation(self.fabric, 'conflict_resolution')
        self.compare()

    # Checks

    def settle(self, told: Told) -> None:
        """Everything comes to rest: no conflict, no draft, both sides as the model says."""
        self.user_decides(told)
        self.syncs(told)
        self.assertFalse(
            ConflictResolution.objects.filter(
                fabric=self.fabric, resolution_status__in=('pending', 'in_progress')
            ).exists(),
            self.log,
        )
        waiting = OutboxEntry.objects.filter(
            fabric=self.fabric, state__in=('pending', 'pushing', 'conflict', 'failed')
        )
        self.assertFalse(waiting.exists(), self.log)
        before = self.person.pull()
        self.fabric.refresh_from_db()
        self.assertEqual(sync_status(self.fabric), 'in_sync', self.log)
        self.run_operation(self.fabric)
        self.assertEqual(self.person.pull(), before, 'a sync with nothing to do made a commit')

    def compare(self) -> None:
        """After a sync: Git says what the model says, and so does NetBox, drafts apart."""
        files = self.person.files()
        rows = {row.name: row for row in self.fabric.resources.all()}
        conflicts = {
            conflict.resource_key.rpartition('/')[2]
            for conflict in ConflictResolution.objects.filter(
                fabric=self.fabric, resolution_status='pending'
            )
        }
        for name, model in self.models.items():
            text = files.get(f'{BASE}/managed/vpcs/{name}.yaml')
            in_git = _fields_of_text(text.decode()) if text is not None else None
            self.assertEqual(in_git, model.git, f'{name} in Git; {self.log}')
            self.assertEqual(name in conflicts, bool(model.clashes), f'{name}; {self.log}')
            row = rows.get(name)
            shown = None
            if row is not None:
                spec = row.draft_spec if row.has_draft else row.desired_spec
                shown = _fields_of(spec) if spec is not None else None
            self.assertEqual(shown, model.gui, f'{name} in NetBox; {self.log}')

    def count_meetings(self, told: Told) -> None:
        for model in self.models.values():
            if model.git != model.base and model.gui != model.base and model.git != model.gui:
                told.counts['meetings'] += 1
                told.counts['merged'] += not model.clashes

    def publishes(self, model: Model) -> bool:
        return model.gui not in (model.base, model.git) and not model.clashes

    @contextmanager
    def dying_at(self, stage: str) -> Iterator[None]:
        alive = OperationProgress.stage

        def dying(progress: OperationProgress, name: str) -> None:
            if name == stage:
                raise Died
            alive(progress, name)

        with mock.patch.object(OperationProgress, 'stage', dying):
            yield

    def git_sets(self, name: str, changed: str) -> None:
        path = f'{BASE}/managed/vpcs/{name}.yaml'
        value = self.value(changed)
        self.say(f'{name}.{changed}={value}')
        text = self.person.files()[path].decode()
        self.person.push({path: _with_field(text, changed, value).encode()})
        # Another worker's commit may have come first: the file says what Git's side is.
        self.models[name].git = _fields_of_text(_with_field(text, changed, value))

    def some(self, fits: Any) -> str | None:
        fitting = [name for name, model in self.models.items() if fits(model)]
        return self.chance.choice(fitting) if fitting else None

    def value(self, name: str) -> Any:
        self.number += 1
        number = self.number
        if name == 'vlan':
            return number % 4000 + 2
        last = f'{number // 250 % 250}.{number % 250}'
        return f'10.{last}.0/24' if name == 'subnet' else f'10.{last}.1'


def _with_field(text: str, name: str, value: Any) -> str:
    new, count = re.subn(rf'(?m)^(\s*{name}: ).*$', rf'\g<1>{value}', text)
    assert count == 1, text
    return new


def _fields_of_text(text: str) -> Fields:
    found = {name: re.search(rf'(?m)^\s*{name}: (.*)$', text)[1].strip('"') for name in FIELDS}
    return {**found, 'vlan': int(found['vlan'])}


def _fields_of(spec: Fields) -> Fields:
    return {name: spec['subnets']['default'][name] for name in FIELDS}
