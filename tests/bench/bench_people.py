"""Twenty people browse and edit a large fabric while it is synchronised: how long each waits.

Run by `./test bench tests/bench/bench_people.py`, on the real server, worker and Git server.
HEDGEHOG_BENCH_PEOPLE, _OBJECTS and _SECONDS set how many, how large and how long. An answer that
is an error ends in the figures by its address, and the run as failed.
"""

import json
import os
import random
import re
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.acceptance.people import Person
from tests.acceptance.stack import Stack

from .bench_netbox import SERVER, on_a_stack, timed

PEOPLE = int(os.environ.get('HEDGEHOG_BENCH_PEOPLE', '20'))
OBJECTS = int(os.environ.get('HEDGEHOG_BENCH_OBJECTS', '10000'))
SECONDS = float(os.environ.get('HEDGEHOG_BENCH_SECONDS', '120'))
# How often each page is asked for before the others come.
ALONE = 5
PASSWORD = 'Bench-people-0'

# People with a token and a password each; NetBox's interface makes no superusers.
MAKE = """
from users.models import Token, User
for number in range({people}):
    user = User.objects.create_superuser(f'person-{{number}}', password={password!r})
    token = Token.objects.create(user=user)
    print('TOKEN', number, f'nbt_{{token.key}}.{{token.token}}')
"""


@dataclass
class Told:
    """What all people together have seen: seconds by what was asked for, and errors."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, seconds: float, answer: requests.Response) -> None:
        with self.lock:
            self.seconds[what].append(seconds)
            if answer.status_code >= 400:
                text = answer.text[:200].replace('\n', ' ')
                self.errors.append(f'{what} {answer.url}: {answer.status_code} {text}')


class Visitor:
    """One person in a browser, who also has a token."""

    def __init__(self, stack: Stack, number: int, token: str, fabric: int, told: Told) -> None:
        self.stack, self.number, self.fabric, self.told = stack, number, fabric, told
        self.random = random.Random(number)
        self.browser = requests.Session()
        self.api = {'Authorization': f'Bearer {token}', 'Accept': 'application/json'}
        self.rows: list[int] = []

    def log_in(self) -> None:
        address = f'{self.stack.web}/login/'
        form = self.browser.get(address, timeout=120).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token is not None, form[:500]
        data = {
            'csrfmiddlewaretoken': token[1],
            'username': f'person-{self.number}',
            'password': PASSWORD,
        }
        done = self.browser.post(address, data, headers={'Referer': address}, timeout=120)
        assert 'sessionid' in self.browser.cookies, done.status_code

    def work(self, until: float) -> None:
        """One thing after another, with a pause as people make them."""
        doings: list[Callable[[], None]] = [
            self.list_page, self.list_page, self.object_page, self.object_page, self.fabric_page,
            self.operations_page, self.list_rest, self.object_rest, self.edit,
        ]  # fmt: skip
        while time.monotonic() < until:
            self.random.choice(doings)()
            time.sleep(self.random.uniform(0.5, 2.0))

    def list_page(self) -> None:
        self.page('list page', f'resources/?fabric_id={self.fabric}&q=server-0{self.digits(3)}')

    def object_page(self) -> None:
        self.page('object page', f'resources/{self.random.choice(self.rows)}/')

    def fabric_page(self) -> None:
        self.page('fabric page', f'fabrics/{self.fabric}/')

    def operations_page(self) -> None:
        self.page('operations page', f'operations/?fabric_id={self.fabric}')

    def list_rest(self) -> None:
        query = f'fabric_id={self.fabric}&limit=50&offset={self.random.randrange(OBJECTS)}'
        self.rest('list over REST', 'get', f'resources/?{query}')

    def object_rest(self) -> None:
        self.rest('object over REST', 'get', f'resources/{self.random.choice(self.rows)}/')

    def edit(self) -> None:
        # Rows of one's own: what two people do to one object is measured nowhere here.
        own = [row for row in self.rows if row % PEOPLE == self.number]
        spec = {'description': f'person {self.number}, {self.digits(6)}'}
        path = f'resources/{self.random.choice(own)}/'
        self.rest('edit over REST', 'patch', path, {'draft_spec': spec})

    def digits(self, number: int) -> str:
        return ''.join(self.random.choices('0123456789', k=number))

    def page(self, what: str, path: str) -> None:
        begun = time.perf_counter()
        answer = self.browser.get(f'{self.stack.web}/plugins/hedgehog/{path}', timeout=120)
        self.told.note(what, time.perf_counter() - begun, answer)

    def rest(self, what: str, method: str, path: str, body: Any = None) -> None:
        begun = time.perf_counter()
        address = f'{self.stack.web}/api/plugins/hedgehog/{path}'
        answer = requests.request(method, address, json=body, headers=self.api, timeout=120)
        self.told.note(what, time.perf_counter() - begun, answer)


def measure(stack: Stack, folder: Path) -> dict[str, Any]:
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository)
    person = repository.clone(folder / 'clone')
    base = person.path / 'fabrics' / fabric['slug'] / 'gitops'
    fill(person, base)
    figures: dict[str, Any] = {'people': PEOPLE, 'objects': OBJECTS, 'seconds': SECONDS}
    figures['first_import_seconds'] = timed(stack, fabric)
    told = Told()
    visitors = people(stack, fabric, told)
    figures['alone'] = alone(visitors[0])
    told.seconds.clear()
    before = len(repository.commits())
    syncs: list[float] = []
    until = time.monotonic() + SECONDS
    threads = [threading.Thread(target=each.work, args=(until,)) for each in visitors]
    threads.append(
        threading.Thread(target=keep_syncing, args=(stack, fabric, person, base, until, syncs))
    )
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stack.quiet(fabric, seconds=600)
    failed = stack.get(f'outbox/?fabric_id={fabric["id"]}&state=failed')['count']
    figures['edits_that_failed'] = failed
    figures['commits'] = len(repository.commits()) - before
    figures['syncs'] = {'count': len(syncs), **summary(syncs)}
    figures['waits'] = {what: summary(found) for what, found in sorted(told.seconds.items())}
    figures['requests'] = sum(map(len, told.seconds.values()))
    figures['errors'] = told.errors
    return figures


def alone(visitor: Visitor) -> dict[str, dict[str, float]]:
    """Each page and answer when nobody else asks: a fabric's page and tabs, lists, an object."""
    home = f'/plugins/hedgehog/fabrics/{visitor.fabric}/'
    shown = visitor.browser.get(f'{visitor.stack.web}{home}', timeout=120).text
    tabs = sorted(set(re.findall(rf'href="{home}([a-z-]+)/"', shown)))
    for _ in range(ALONE):
        for doing in (
            visitor.list_page, visitor.object_page, visitor.fabric_page, visitor.operations_page,
            visitor.list_rest, visitor.object_rest,
        ):  # fmt: skip
            doing()
        for tab in tabs:
            visitor.page(f'tab {tab}', f'fabrics/{visitor.fabric}/{tab}/')
    return {what: summary(found) for what, found in sorted(visitor.told.seconds.items())}


def fill(person: Person, base: Path) -> None:
    person.pull()
    folder = base / 'managed/servers'
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(OBJECTS):
        text = SERVER.format(number=number, rack=number // 40, unit=number % 40)
        (folder / f'server-{number:05d}.yaml').write_text(text)
    person.push('Many managed files')


def people(stack: Stack, fabric: dict[str, Any], told: Told) -> list[Visitor]:
    said = stack.manage(
        'shell', '--no-imports', '-c', MAKE.format(people=PEOPLE, password=PASSWORD)
    ).stdout
    tokens = dict(re.findall(r'TOKEN (\d+) (\S+)', said))
    listed = stack.get(f'resources/?fabric_id={fabric["id"]}&limit=1000&fields=id')['results']
    made = []
    for number in range(PEOPLE):
        visitor = Visitor(stack, number, tokens[str(number)], fabric['id'], told)
        visitor.rows = [row['id'] for row in listed]
        visitor.log_in()
        made.append(visitor)
    return made


def keep_syncing(
    stack: Stack,
    fabric: dict[str, Any],
    person: Person,
    base: Path,
    until: float,
    syncs: list[float],
) -> None:
    """Somebody pushes, and the fabric is synchronised, over and over."""
    number = 0
    while time.monotonic() < until:
        number += 1
        person.pull()
        (base / f'managed/servers/server-{OBJECTS - number:05d}.yaml').write_text(
            SERVER.format(number=OBJECTS - number, rack=0, unit=number)
        )
        person.push(f'Change {number}')
        syncs.append(timed(stack, fabric))


def summary(seconds: list[float]) -> dict[str, float]:
    if not seconds:
        return {}
    ordered = sorted(seconds)
    return {
        'number': len(ordered),
        'median': round(statistics.median(ordered), 3),
        'p95': round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 3),
        'longest': round(ordered[-1], 3),
    }


def main() -> int:
    figures = on_a_stack(measure)
    Path(sys.argv[1]).write_text(json.dumps(figures, indent=1))
    print(f'{figures["requests"]} requests of {PEOPLE} people, {OBJECTS} objects, {SECONDS:.0f} s')
    for what, waits in figures['alone'].items():
        print(f'{what:20} alone  median {waits["median"]:7} s, longest {waits["longest"]:7} s')
    for what, waits in figures['waits'].items():
        print(f'{what:20} {waits["number"]:6} median {waits["median"]:7} s, p95 {waits["p95"]:7} s')
    print(f'syncs: {figures["syncs"]}; commits: {figures["commits"]}')
    for error in figures['errors']:
        print(error)
    return 1 if figures['errors'] or figures['edits_that_failed'] else 0


if __name__ == '__main__':
    sys.exit(main())
