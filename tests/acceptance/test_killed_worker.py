"""`kill -9` of the work-horse at every named step of publication: the next run converges (R120)."""

import time
from pathlib import Path
from typing import Any

import pytest

from .people import Repository
from .samples import vpcs
from .stack import Stack

STAGES = (
    'after_fetch',
    'commit_made',
    'push_sent',
    'answer_unread',
    'push_confirmed',
    'before_database_commit',
)
"""`answer_unread` is the server's own hook killing the client: accepted, but nobody was told."""

KILLS = 24


@pytest.fixture(scope='module')
def place(stack: Stack, tmp_path_factory: pytest.TempPathFactory):
    """A fabric with one VPC, and a worker that can be told where to die."""
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository)
    person = repository.clone(tmp_path_factory.mktemp('killed') / 'clone')
    raw = person.path / 'fabrics' / fabric['slug'] / 'gitops/raw/one.yaml'
    raw.write_text(vpcs('victim'))
    person.push('Drop one VPC')
    assert stack.act(fabric)['status'] == 'completed'
    folder = tmp_path_factory.mktemp('kill')
    with stack.dying_worker(folder):
        yield repository, fabric, folder


@pytest.mark.parametrize('number', range(KILLS))
def test_a_killed_work_horse_is_made_good_by_the_next_run(
    stack: Stack, place: tuple[Repository, dict[str, Any], Path], number: int
) -> None:
    repository, fabric, folder = place
    stage, vlan = STAGES[number % len(STAGES)], 2000 + number
    row = stack.get(f'resources/{stack.resource(fabric, "VPC", "victim")["id"]}/')
    spec = row['desired_spec']
    spec['subnets']['default']['vlan'] = vlan
    before, deaths = repository.head(), reached(folder)
    prepare(repository, folder, stage)
    stack.patch(f'resources/{row["id"]}/', {'draft_spec': spec})
    stack.until(lambda: len(reached(folder)) > len(deaths), f'the work-horse to die at {stage}')
    assert reached(folder)[len(deaths) :] == [stage]
    repository.remove_hook('post-receive')
    time.sleep(0.5)

    operation = stack.act(fabric)
    stack.quiet(fabric)
    assert operation['status'] == 'completed', operation
    path = f'fabrics/{fabric["slug"]}/gitops/managed/vpcs/victim.yaml'
    assert f'vlan: {vlan} '.encode() in repository.read(path)
    assert len(repository.commits(since=before)) == 1, 'published exactly once'
    fresh = stack.get(f'resources/{row["id"]}/')
    assert fresh['desired_spec']['subnets']['default']['vlan'] == vlan
    assert fresh['draft_spec'] is None
    # What the dead one left behind may bring one more run, that finds nothing to do.
    status = stack.in_sync(fabric)
    assert status['last_synced_commit'] == repository.head()
    assert len(repository.commits(since=before)) == 1, 'and it commits nothing'
    repository.git('fsck', '--strict')


def prepare(repository: Repository, folder: Path, stage: str) -> None:
    if stage != 'answer_unread':
        (folder / 'stage').write_text(stage)
        return
    repository.hook(
        'post-receive',
        f'kill -9 "$(cat {folder}/pid)" && echo answer_unread >> {folder}/reached',
    )


def reached(folder: Path) -> list[str]:
    path = folder / 'reached'
    return path.read_text().split() if path.exists() else []
