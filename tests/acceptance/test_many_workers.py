"""Several workers, many fabrics, one repository shared by half of them: every edit arrives once.

HEDGEHOG_WORKERS, HEDGEHOG_WORKERS_FABRICS and HEDGEHOG_WORKERS_SECONDS make it larger: five, twenty
and sixty are the long run. Throughput is printed, not judged.
"""

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from .leaks import database
from .people import Person, Repository
from .processes import end_process
from .samples import vpcs
from .stack import BIN, Stack

WORKERS = int(os.environ.get('HEDGEHOG_WORKERS', '3'))
FABRICS = int(os.environ.get('HEDGEHOG_WORKERS_FABRICS', '6'))
SECONDS = float(os.environ.get('HEDGEHOG_WORKERS_SECONDS', '10'))
pytestmark = pytest.mark.timeout(900 + 10 * SECONDS)
NAMES = ('edited-1', 'edited-2', 'pushed')


@dataclass
class Place:
    """A fabric, its repository, and every edit that was made of it."""

    fabric: dict[str, Any]
    repository: Repository
    person: Person
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def path(self, name: str) -> str:
        return f'fabrics/{self.fabric["slug"]}/gitops/managed/vpcs/{name}.yaml'


def test_every_edit_arrives_exactly_once(stack: Stack, tmp_path: Path) -> None:
    places = made(stack, tmp_path)
    more = [
        stack.spawn([str(BIN / 'netbox'), 'rqworker', 'high', 'default', 'low'], 'worker.log')
        for _ in range(WORKERS - 1)
    ]
    try:
        begun = time.monotonic()
        edits = disturb(stack, places)
        for place in places:
            assert stack.act(place.fabric)['status'] == 'completed'
            stack.quiet(place.fabric, seconds=300)
        took = time.monotonic() - begun
    finally:
        for process in more:
            end_process(process)
    for place in places:
        arrived(stack, place)
    assert deadlocks() == 0
    assert 'deadlock' not in stack.tail('worker.log', 100_000)
    sys.stdout.write(
        f'\n{WORKERS} workers, {FABRICS} fabrics: {edits["saved"]} saves and {edits["pushed"]} '
        f'pushes in {took:.1f} s, {sum(edits.values()) / took:.1f} a second\n'
    )


def made(stack: Stack, folder: Path) -> list[Place]:
    """Half of the fabrics in one repository, the others in one each."""
    shared = stack.new_repository()
    row = stack.connect(shared)
    places = []
    for number in range(FABRICS):
        alone = number >= FABRICS // 2
        repository = stack.new_repository() if alone else shared
        fabric = stack.new_fabric(stack.connect(repository) if alone else row)
        stack.until(
            lambda fabric=fabric: stack.get(f'fabrics/{fabric["id"]}/gitops-status/')[
                'initialized'
            ],
            'the onboarding',
        )
        places.append(Place(fabric, repository, repository.clone(folder / f'clone-{number}')))
    for place in places:
        raw = place.person.path / 'fabrics' / place.fabric['slug'] / 'gitops/raw/three.yaml'
        place.person.pull()
        raw.write_text(vpcs(*NAMES))
        place.person.push('Drop three VPCs')
        assert stack.act(place.fabric)['status'] == 'completed'
        place.person.pull()
    return places


def disturb(stack: Stack, places: list[Place]) -> Counter[str]:
    """Users save and people push, all at once, for a while."""
    over, told, errors = time.monotonic() + SECONDS, Counter[str](), []
    lock = threading.Lock()

    def save(some: list[Place], seed: int) -> None:
        chance = random.Random(seed)
        try:
            while time.monotonic() < over:
                saved(stack, chance.choice(some), chance.choice(NAMES[:2]))
                with lock:
                    told['saved'] += 1
        except Exception as error:
            errors.append(error)

    def push(some: list[Place], seed: int) -> None:
        chance = random.Random(seed)
        try:
            while time.monotonic() < over:
                pushed(chance.choice(some))
                with lock:
                    told['pushed'] += 1
                time.sleep(chance.random())
        except Exception as error:
            errors.append(error)

    threads = [
        threading.Thread(target=do, args=(places[number::2], number))
        for number in range(2)
        for do in (save, push)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors
    return told


def saved(stack: Stack, place: Place, name: str) -> None:
    """One label more; the rest of the object is as this user has made it."""
    if name not in place.ids:
        place.ids[name] = stack.resource(place.fabric, 'VPC', name)['id']
    labels = place.labels.setdefault(name, {})
    labels[f'edit-{len(labels)}'] = 'x'
    stack.patch(f'resources/{place.ids[name]}/', {'draft_labels': labels})


def pushed(place: Place) -> None:
    """One comment more, by somebody who pulls and pushes until it goes through."""
    note = f'# note {len(place.notes)} of {place.fabric["slug"]}\n'
    for _ in range(50):
        place.person.git('fetch', '-q', 'origin')
        place.person.git('reset', '-q', '--hard', 'origin/HEAD')
        file = place.person.path / place.path('pushed')
        file.write_text(file.read_text() + note)
        place.person.git('commit', '-q', '-am', 'By hand')
        try:
            place.person.git('push', '-q', 'origin', 'HEAD')
        except (AssertionError, subprocess.SubprocessError):
            continue
        place.notes.append(note)
        return
    raise AssertionError('the person never got through')


def arrived(stack: Stack, place: Place) -> None:
    """All of it is there, and each line was added by one commit."""
    for name in NAMES[:2]:
        labels = place.labels.get(name, {})
        row = stack.get(f'resources/{stack.resource(place.fabric, "VPC", name)["id"]}/')
        assert (row['labels'], row['draft_labels']) == (labels, None), name
        added = lines_added(place, name)
        assert {label: added[f'{label}: x'] for label in labels} == dict.fromkeys(labels, 1)
    notes = lines_added(place, 'pushed')
    assert {note: notes[note.strip()] for note in place.notes} == dict.fromkeys(place.notes, 1)
    status = stack.get(f'fabrics/{place.fabric["id"]}/gitops-status/')
    assert status['sync_status'] == 'in_sync', status
    reasons = {row['last_reason'] for row in stack.operations(place.fabric)}
    assert not reasons & {'LeaseLost', 'InternalError', 'WorkerDied'}, reasons


def lines_added(place: Place, name: str) -> Counter[str]:
    log = place.repository.git('log', '-p', '-U0', '--format=', 'main', '--', place.path(name))
    return Counter(line[1:].strip() for line in log.splitlines() if line.startswith('+'))


def deadlocks() -> int:
    with database() as connection:
        found = connection.execute(
            'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()'
        )
        return int(found.fetchone()[0])
