"""Measures the whole way through a real NetBox: first import, one push to a row, save to remote.

Run by `./test bench`, which starts the servers. Prints a table against the design's targets and
writes the figures as JSON; nothing here is a test, and nothing fails because a machine is slow.
"""

import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.acceptance.people import Person, Repository
from tests.acceptance.running import running_stack
from tests.acceptance.samples import vpc
from tests.acceptance.stack import Stack

OBJECTS = int(os.environ.get('HEDGEHOG_BENCH_OBJECTS', '10000'))
SAVES = int(os.environ.get('HEDGEHOG_BENCH_SAVES', '30'))

SERVER = """\
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-{number:05d}
spec:
  description: rack {rack} unit {unit}
"""


def measure(stack: Stack, folder: Path) -> dict[str, Any]:
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository)
    person = repository.clone(folder / 'clone')
    base = person.path / 'fabrics' / fabric['slug'] / 'gitops'
    figures: dict[str, Any] = {'objects': OBJECTS}
    figures['first_import_seconds'] = first_import(stack, fabric, person, base)
    figures['no_op_sync_seconds'] = median([timed(stack, fabric) for _ in range(5)])
    figures['one_changed_file_seconds'] = median(
        [one_changed_file(stack, fabric, person, base, number) for number in range(5)]
    )
    figures.update(saves(stack, fabric, repository))
    return figures


def first_import(stack: Stack, fabric: dict[str, Any], person: Person, base: Path) -> float:
    """Managed files that are already in Git become rows; the operation's own time."""
    person.pull()
    for number in range(OBJECTS):
        text = SERVER.format(number=number, rack=number // 40, unit=number % 40)
        path = base / f'managed/servers/server-{number:05d}.yaml'
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (base / 'managed/vpcs/bench.yaml').write_text(vpc('bench'))
    person.push('Ten thousand managed files')
    return timed(stack, fabric)


def one_changed_file(
    stack: Stack, fabric: dict[str, Any], person: Person, base: Path, number: int
) -> float:
    person.pull()
    path = base / 'managed/servers/server-00042.yaml'
    path.write_text(re.sub(r'description: .*', f'description: change {number}', path.read_text()))
    person.push('One changed file')
    return timed(stack, fabric)


def timed(stack: Stack, fabric: dict[str, Any]) -> float:
    """Seconds from an operation's start to its end, by its own record, fetch included."""
    started = stack.post(f'fabrics/{fabric["id"]}/sync/', {}, expect=202)
    operation = stack.finished(started['operation']['id'], seconds=600)
    assert operation['status'] == 'completed', operation
    return float(operation['duration_seconds'])


def saves(stack: Stack, fabric: dict[str, Any], repository: Repository) -> dict[str, float]:
    """Wall clock from the PATCH to the commit on the server, one save after another."""
    row = stack.get(f'resources/{stack.resource(fabric, "VPC", "bench")["id"]}/')
    spec, seconds = row['desired_spec'], []
    for number in range(SAVES):
        stack.quiet(fabric)
        ref = repository.path / 'refs/heads/main'
        head, begun = ref.read_text(), time.perf_counter()
        spec['subnets']['default']['vlan'] = 2000 + number
        stack.patch(f'resources/{row["id"]}/', {'draft_spec': spec})
        # The ref's own file: asking git every few milliseconds would take a core from NetBox.
        while ref.read_text() == head:
            time.sleep(0.005)
        seconds.append(time.perf_counter() - begun)
    seconds.sort()
    return {
        'save_to_remote_median_seconds': median(seconds),
        'save_to_remote_p95_seconds': round(seconds[int(len(seconds) * 0.95) - 1], 3),
    }


def median(values: list[float]) -> float:
    return round(statistics.median(values), 3)


def on_a_stack(measure: Callable[[Stack, Path], dict[str, Any]]) -> dict[str, Any]:
    """The figures of a measurement that is given a whole stack and a folder for itself."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {
            **os.environ,
            'NETBOX_ROOT': str(folder / 'netbox'),
            'PYTHONUNBUFFERED': '1',
        }
        with running_stack(folder, environment) as stack:
            return measure(stack, folder)


def main() -> None:
    figures = on_a_stack(measure)
    targets = {
        'first_import_seconds': 15,
        'one_changed_file_seconds': 0.5,
        'save_to_remote_p95_seconds': 1,
    }
    for key, value in figures.items():
        aim = f'  (target {targets[key]})' if key in targets else ''
        print(f'{key:34} {value:>10}{aim}')
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(figures, indent=1))


if __name__ == '__main__':
    main()
