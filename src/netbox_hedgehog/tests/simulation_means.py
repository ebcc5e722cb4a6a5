"""The means of a simulation: values, texts, looking into Git, and the model moved along.

`simulation_people.py` and `simulation_events.py` build their events on it.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any
from unittest import mock

from django.contrib.auth import get_user_model

from netbox_hedgehog.models import ConflictResolution, SyncOperation
from netbox_hedgehog.sync.progress import OperationProgress

from .git_case import BASE, GitCase
from .simulation_model import (
    FIELDS,
    LABELS,
    NAMES,
    VERSION,
    Fields,
    Model,
    objects_of,
    text_of,
    with_field,
)

__all__ = ['MANAGED', 'Means', 'spec_of', 'split']

MANAGED = f'{BASE}/managed'


class Means(GitCase):
    """What every event needs; subclasses add the events, give the ground and compare."""

    world: Any
    models: dict[str, Model]
    drops: dict[str, Fields]
    """What lies in raw/ or waits in NetBox to be put there, by object."""

    def begin(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.number = 1500
        self.log, self.counts = f'seed {seed}', Counter()
        self.drops, self.alone = {}, True
        self.models = {name: Model() for name in NAMES}
        for name, fields in self.first.items():
            self.models[name] = Model(*(dict(fields) for _ in range(3)))

    def begin_all(self) -> None:
        """Three objects that every seed begins with."""
        self.number, self.log, self.counts = 1000, 'before', Counter()
        self.drops, self.alone = {}, True
        self.first = {name: self.fresh_fields() for name in NAMES[:3]}
        self.models = {name: Model() for name in NAMES}
        files = {}
        for name, fields in self.first.items():
            files[f'{MANAGED}/vpcs/{name}.yaml'] = text_of(name, fields).encode()
            self.models[name].git = dict(fields)
        self.person.push(files)
        self.syncs()

    def say(self, words: str) -> None:
        """Keeps what happened since the seed began, for whoever has to understand a failure."""
        self.log += f'; {words}'

    # The model beside it

    @property
    def publishes(self) -> bool:
        return (self.fabric.publish_mode, self.fabric.sync_direction) == ('direct', 'bidirectional')

    @property
    def sends(self) -> bool:
        """Whether a sync has something to push now."""
        waiting = (
            model.waits and model.gui != model.git and not model.clashes
            for model in self.models.values()
        )
        return bool(self.drops) or (self.publishes and any(waiting))

    def worked(self) -> None:
        """A sync went through: files were taken in, and what may be published was."""
        if self.publishes:
            self.published()
        else:
            self.take_in()
            self.count_meetings()
            self.looked()

    def published(self) -> None:
        self.take_in()
        self.count_meetings()
        for model in self.models.values():
            model.publish()
            model.look()
            # What was joined may say what Git says by now.
            model.publish()
        self.looked()
        self.alone = True

    def looked(self) -> None:
        for model in self.models.values():
            model.look()

    def arrived(self) -> None:
        """What was sent is in Git, and NetBox does not know it yet."""
        self.take_in()
        for model in self.models.values():
            if self.publishes and model.waits:
                model.publish_untold()

    def sent(self) -> None:
        """What was sent did not arrive, or nobody knows: NetBox has written down that it tried."""
        for model in self.models.values():
            if self.publishes:
                for part in model.sendable():
                    part.sent = True

    def take_in(self) -> None:
        for name, drop in self.drops.items():
            model = self.models[name]
            if model.git is None:
                model.git = dict(drop)
            else:
                old = model.dropped or {}
                model.git.update({k: v for k, v in drop.items() if old.get(k) != v})
            model.dropped = dict(drop)
        self.drops = {}

    # Means

    def git_sets(self, name: str, changed: str) -> None:
        path, text = self.file_of(name)
        value = self.value(changed)
        self.say(f'git {name}.{changed}={value}')
        before, rest = split(text, name)
        self.person.push({path: (before + with_field(rest, changed, value)).encode()})
        # Another worker's commit may have come first: the file says what Git's side is.
        self.models[name].git = self.in_git()[name]

    def gui_sets(self, name: str, changed: str) -> None:
        row, model = self.fabric.resources.get(name=name), self.models[name]
        value = self.value(changed)
        self.say(f'gui {name}.{changed}={value}')
        user = self.someone()
        # Only this field is the user's: the rest of the page may be older than what a worker
        # published before it died.
        model.edit(user.username, {changed: value})
        if changed in LABELS:
            seen = row.draft_labels if row.draft_labels is not None else row.labels
            self.edit(row, user, draft_labels={**seen, changed: value})
            return
        spec = row.draft_spec if row.draft_spec is not None else row.desired_spec
        if spec is None:
            # Git has the object no more, and the draft is of labels alone: the user writes it anew.
            spec, _ = spec_of(model.gui)
        subnet, _, key = changed.partition('.')
        subnets = {**spec['subnets'], subnet: {**spec['subnets'][subnet], key: value}}
        self.edit(row, user, draft_spec={**spec, 'subnets': subnets})

    def new_drop(self) -> tuple[str, bytes] | None:
        """A file for raw/: an object that is nowhere, or the last one dropped with one change."""
        fits: Callable[[Model], bool] = lambda model: model.git is None and not model.waits  # noqa: E731
        known = lambda model: model.git is not None and model.dropped is not None  # noqa: E731
        name = self.some(known if self.chance.random() < 0.5 else fits)
        if name is None or name in self.drops:
            return None
        model = self.models[name]
        if model.git is None:
            drop = self.fresh_fields()
        else:
            same = [path for path in FIELDS if model.git[path] == model.dropped[path]]
            if not same or model.clashes or model.gui is None:
                return None
            changed = self.chance.choice(same)
            drop = {**model.dropped, changed: self.value(changed)}
        self.say(name)
        self.drops[name] = drop
        return name, text_of(name, drop).encode()

    def a_field(self, name: str) -> str:
        """One that a person may change in Git: with a file in raw/ that changes it too, it would be
        a clash with that file, which stays where it is and waits for somebody.
        """
        before = self.models[name].dropped or {}
        drop = self.drops.get(name, before)
        free = [path for path in FIELDS if drop.get(path) == before.get(path)]
        assert free, f'a file that changes all of {name} waits; {self.log}'
        return self.chance.choice(free)

    def gone(self, name: str) -> None:
        self.models[name].git = None
        self.models[name].notes.clear()

    def fresh_fields(self) -> Fields:
        return {**{path: self.value(path) for path in FIELDS}, VERSION: 'v1beta1'}

    def value(self, path: str) -> Any:
        self.number += 1
        number, key = self.number, path.rpartition('.')[2]
        if key == 'vlan':
            return number % 4000 + 2
        if key in ('subnet', 'gateway'):
            last = f'{number // 250 % 250}.{number % 250}'
            return f'10.{last}.0/24' if key == 'subnet' else f'10.{last}.1'
        return f'v{number}'

    def some(self, fits: Callable[[Model], bool]) -> str | None:
        fitting = [name for name, model in self.models.items() if fits(model)]
        return self.chance.choice(fitting) if fitting else None

    def someone(self) -> Any:
        return self.chance.choice((self.alice, self.bob))

    def make_bob(self) -> None:
        self.bob = get_user_model().objects.create_superuser('bob', 'bob@example.com')

    def sets_fabric(self, **fields: str) -> None:
        self.say(' '.join(fields.values()))
        for name, value in fields.items():
            setattr(self.fabric, name, value)
        self.fabric.save()

    def works_by_itself(self) -> None:
        self.sets_fabric(publish_mode='direct', sync_direction='bidirectional')

    def runs(self, kind: str, **options: Any) -> SyncOperation:
        return self.run_operation(self.fabric, kind, **options)

    def open_conflicts(self) -> list[ConflictResolution]:
        rows = ConflictResolution.objects.filter(fabric=self.fabric, resolution_status='pending')
        return [*rows.order_by('resource_key')]

    def texts(self) -> dict[str, str]:
        files = self.person.files(MANAGED)
        return {path: files[path].decode() for path in files if path.endswith('.yaml')}

    def in_git(self) -> dict[str, Fields]:
        found: dict[str, Fields] = {}
        for path, text in self.texts().items():
            for name, fields in objects_of(text).items():
                assert name not in found, f'{name} is twice in Git, once in {path}; {self.log}'
                found[name] = fields
        return found

    def file_of(self, name: str | None) -> tuple[str, str]:
        for path, text in self.texts().items():
            if name in objects_of(text):
                return path, text
        raise AssertionError(f'{name} is not in Git; {self.log}')

    def text_with(self, name: str) -> str | None:
        return next((text for text in self.texts().values() if name in objects_of(text)), None)

    def count_meetings(self) -> None:
        """Counts each meeting of two sides once.

        It is another one when a side has moved since; while a conflict is open, nothing is counted.
        """
        for model in self.models.values():
            sides = deepcopy((model.git, model.gui)) if model.met else None
            clashes = model.all_clashes if sides else set()
            if sides and not model.held and sides != model.told:
                self.counts['met'] += 1
                self.counts['merged'] += not clashes
                self.counts['whole_objects'] += clashes == {'*'}
            model.told, model.held = sides, bool(clashes)

    @contextmanager
    def at_stage(self, stage: str, do: Callable[[], None]) -> Iterator[None]:
        """Does something once, when the next operation gets to this stage."""
        usual, left = OperationProgress.stage, [1]

        def reached(progress: OperationProgress, name: str) -> None:
            if name == stage and left and left.pop():
                do()
            usual(progress, name)

        with mock.patch.object(OperationProgress, 'stage', reached):
            yield

    def compare(self) -> None:
        """Says whether both sides are as the model says."""
        raise AssertionError('subclasses compare')


def split(text: str, name: str) -> tuple[str, str]:
    """The text before an object's document, and from it on."""
    parts = text.split('---\n')
    number = next(n for n, part in enumerate(parts) if name in objects_of(part))
    before = ''.join(f'{part}---\n' for part in parts[:number])
    return before, text[len(before) :]


def spec_of(fields: Fields) -> tuple[dict[str, Any], dict[str, Any]]:
    subnets: dict[str, dict[str, Any]] = {}
    for path in FIELDS:
        subnet, _, key = path.rpartition('.')
        if subnet:
            subnets.setdefault(subnet, {})[key] = fields[path]
    spec = {'ipv4Namespace': 'default', 'vlanNamespace': 'default', 'subnets': subnets}
    return spec, {label: fields[label] for label in LABELS}
