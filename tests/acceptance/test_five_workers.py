"""Five workers, twenty fabrics, ten of them in one repository: every save ends as one commit.

HEDGEHOG_FLOCK_SAVES says how many objects of each fabric are saved; more were tried by hand.
"""

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from dev.postgres import connect

from .leaks import HOME
from .people import Person, Repository
from .samples import vpcs
from .stack import Stack

WORKERS = 5
SHARING, ALONE = 10, 10
SAVES = int(os.environ.get('HEDGEHOG_FLOCK_SAVES', '2'))
NOTES = 5
NAMES = tuple(f'vpc-{number}' for number in range(SAVES))
pytestmark = pytest.mark.timeout(600 + 60 * SAVES)


@dataclass
class Place:
    """One fabric, where its commits arrive, and the clone of a person who works there."""

    fabric: dict[str, Any]
    repository: Repository
    person: Person
    vlans: dict[str, int]
    """What is saved here, by name."""

    @property
    def folder(self) -> str:
        return f'fabrics/{self.fabric["slug"]}/gitops'


@pytest.fixture
def workers(stack: Stack) -> Iterator[None]:
    """Four workers beside the one that always runs."""
    with stack.more_workers(WORKERS - 1):
        assert stack.running_workers() == WORKERS
        yield


def test_every_save_of_twenty_fabrics_is_one_commit(
    stack: Stack, workers: None, tmp_path: Path
) -> None:
    deadlocks = counted_deadlocks(stack)
    places = onboarded(stack, tmp_path)
    begun = time.monotonic()
    ingest_all(stack, places)
    ingested, starts = time.monotonic(), {p.repository.path: p.repository.head() for p in places}

    notes = threading.Thread(target=write_notes, args=(places[0].person,))
    notes.start()
    saves = [(place, name) for name in NAMES for place in places]
    with ThreadPoolExecutor(WORKERS) as users:
        list(users.map(lambda each: save(stack, *each), saves))
    saved = time.monotonic()
    notes.join()
    for place in places:
        stack.quiet(place.fabric, 300)
    ended = time.monotonic()

    for place in places:
        check_fabric(stack, place)
    for repository in {p.repository.path: p.repository for p in places}.values():
        there = [place for place in places if place.repository is repository]
        check_history(repository, starts[repository.path], there)
    written = places[0].repository.files('notes/')
    assert written == [f'notes/{n}.txt' for n in range(NOTES)], 'a push of the person is lost'
    assert counted_deadlocks(stack) == deadlocks
    assert 'deadlock detected' not in stack.tail('worker.log', 100_000)
    gave_way = stack.tail('worker.log', 10_000_000).count('waits for another turn')
    sys.stdout.write(
        f'\n{WORKERS} workers, {len(places)} fabrics: {len(places)} ingestions in '
        f'{ingested - begun:.1f} s; {len(saves)} saves in {saved - ingested:.1f} s, the last commit'
        f' {ended - saved:.1f} s later: {len(saves) / (ended - ingested):.2f} commits a second; '
        f'{gave_way} times a worker gave way to another one in the same repository\n'
    )


def onboarded(stack: Stack, folder: Path) -> list[Place]:
    """All fabrics made at once and initialised, each with files in raw/ that nobody has seen."""
    shared = stack.new_repository()
    row = stack.connect(shared)
    homes = [(shared, row)] * SHARING
    for _ in range(ALONE):
        repository = stack.new_repository()
        homes.append((repository, stack.connect(repository)))
    with ThreadPoolExecutor(WORKERS) as users:
        fabrics = list(users.map(lambda home: stack.new_fabric(home[1]), homes))
    for fabric in fabrics:
        stack.until(
            lambda: stack.get(f'fabrics/{fabric["id"]}/gitops-status/')['initialized'],  # noqa: B023
            'the onboarding to finish',
            seconds=180,
        )
        stack.quiet(fabric, 180)
    repositories = {repository.path: repository for repository, _ in homes}
    clones = {path: each.clone(folder / path.stem) for path, each in repositories.items()}
    numbers = count(2000)
    places = [
        Place(fabric, repository, clones[repository.path], {n: next(numbers) for n in NAMES})
        for fabric, (repository, _) in zip(fabrics, homes, strict=True)
    ]
    for place in places:
        (place.person.path / place.folder / 'raw/all.yaml').write_text(vpcs(*NAMES))
    for person in clones.values():
        person.push('Drop files for every fabric')
    return places


def ingest_all(stack: Stack, places: list[Place]) -> None:
    """All of them are synchronised at once; every drop becomes one commit."""
    before = {p.repository.path: len(p.repository.commits()) for p in places}
    for place in places:
        stack.post(f'fabrics/{place.fabric["id"]}/sync/', {}, expect=202)
    for place in places:
        stack.until(
            lambda: len(stack.resources(place.fabric)) == SAVES,  # noqa: B023
            'the drop to be ingested',
            seconds=300,
        )
        stack.quiet(place.fabric, 300)
    fabrics = Counter(p.repository.path for p in places)
    for place in places:
        path = place.repository.path
        assert len(place.repository.commits()) == before[path] + fabrics[path]


def write_notes(person: Person) -> None:
    """Somebody works in the shared repository too, as people do: pull with rebase, push again."""
    (person.path / 'notes').mkdir()
    for number in range(NOTES):
        (person.path / f'notes/{number}.txt').write_text(f'{number}\n')
        person.git('add', '-A')
        person.git('commit', '-q', '-m', f'Note {number}')
        person.push_until_accepted()


def save(stack: Stack, place: Place, name: str) -> None:
    row = stack.resource(place.fabric, 'VPC', name)
    spec = stack.get(f'resources/{row["id"]}/')['desired_spec']
    spec['subnets']['default']['vlan'] = place.vlans[name]
    stack.patch(f'resources/{row["id"]}/', {'draft_spec': spec})


def check_fabric(stack: Stack, place: Place) -> None:
    """Files and rows say what was saved, and nothing about it failed or still waits."""
    for name, vlan in place.vlans.items():
        text = place.repository.read(f'{place.folder}/managed/vpcs/{name}.yaml').decode()
        assert f'vlan: {vlan}   # first of the range' in text
        row = stack.get(f'resources/{stack.resource(place.fabric, "VPC", name)["id"]}/')
        assert row['desired_spec']['subnets']['default']['vlan'] == vlan
        assert row['draft_spec'] is None
    # A scan of duplicates comes due whenever its hour is: it may just have begun.
    for operation in stack.operations(place.fabric):
        assert stack.finished(operation['id'], 300)['status'] == 'completed', operation
    stack.in_sync(place.fabric)
    assert not stack.every(f'conflicts/?fabric_id={place.fabric["id"]}')


def check_history(repository: Repository, start: str, places: list[Place]) -> None:
    """Each save is one commit that touches its one file, and no other commit is NetBox's."""
    expected = {(f'{p.folder}/managed/vpcs/{name}.yaml',): 1 for p in places for name in NAMES}
    commits = repository.git('rev-list', '--author=Ada Admin', f'{start}..main').split()
    touched = Counter(
        tuple(repository.git('diff-tree', '-r', '--no-commit-id', '--name-only', c).split())
        for c in commits
    )
    assert touched == expected
    repository.git('fsck', '--strict')


def counted_deadlocks(stack: Stack) -> int:
    name = stack.environment['HEDGEHOG_DATABASE']
    with connect(HOME, name) as connection:
        asked = 'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()'
        (found,) = connection.execute(asked).fetchone()
    return int(found)
