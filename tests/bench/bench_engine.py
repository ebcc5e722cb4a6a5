"""Measures the engine against the design's table: ingestion, sync, edit, reading beside PyYAML.

    python -m tests.bench.bench_engine [FIGURES.json]

Run by `./test bench`. The command is measured as a person meets it: a new process, from start to
exit, with its highest memory use. What the plugin calls is measured in this process. Every figure
is the median of several runs, everything side by side in one sitting; nothing here is a test.
"""

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from hedgehog_gitops.documents import read
from hedgehog_gitops.git import Authorship, GitStore, Identity, NewBlob
from hedgehog_gitops.identity import CommitId, RepoPath
from hedgehog_gitops.layout import Fabric
from hedgehog_gitops.plans import Operation
from hedgehog_gitops.workflows import commit_plan, incoming, plan_ingest, plan_onboarding

from .fabric import document, stream

BASE = RepoPath('fabrics/lab/gitops')
LAB = Fabric('Lab', 'lab', BASE)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OPERATION = Operation('00000000-0000-4000-8000-000000000000', NOW, 'bench')
BENCH = Identity('Bench', 'bench@example.test')
AUTHORSHIP = Authorship(BENCH, BENCH, NOW)
BRANCH = 'refs/heads/main'
RUNS = int(os.environ.get('HEDGEHOG_BENCH_RUNS', '5'))
LARGE = int(os.environ.get('HEDGEHOG_BENCH_OBJECTS', '10000'))
SMALL = LARGE // 10
# The kernel counts what was in memory before exec to the new program, so it says itself how much
# it needed at most.
COMMAND = """
import atexit, sys
def tell(place=sys.argv.pop(1)):
    with open('/proc/self/status') as status, open(place, 'w') as out:
        out.write(next(line.split()[1] for line in status if line.startswith('VmHWM')))
atexit.register(tell)
from hedgehog_gitops.cli import main
main()
"""
ENVIRONMENT = {
    'GIT_CONFIG_NOSYSTEM': '1',
    'GIT_CONFIG_GLOBAL': '/dev/null',
    'GIT_AUTHOR_NAME': 'Bench',
    'GIT_AUTHOR_EMAIL': 'bench@example.test',
    'GIT_COMMITTER_NAME': 'Bench',
    'GIT_COMMITTER_EMAIL': 'bench@example.test',
}


@dataclass(frozen=True)
class Figure:
    """One line of the table. `cpu` leaves out what other programs did to the clock."""

    work: str
    seconds: float
    cpu: float
    megabytes: float | None = None
    target: str = ''


@dataclass(frozen=True)
class Spent:
    """What one run took."""

    seconds: float
    cpu: float
    megabytes: float | None = None


def measure(folder: Path) -> list[Figure]:
    raw = stream(LARGE)
    figures = [
        figure(f'read {LARGE:,} documents with PyYAML (CSafeLoader)', lambda: here(load_all(raw))),
        figure('read the same documents ourselves (exact text, limits)', lambda: here(own(raw))),
        figure('the command itself, doing nothing (--help)', lambda: command('--help')),
    ]
    for count in (SMALL, LARGE):
        figures.append(ingestion(with_drop(folder / f'drop-{count}.git', stream(count)), count))
    full = ingested(folder / 'full.git', raw)
    return [*figures, *on_a_full_fabric(full)]


def ingestion(dropped: Path, count: int) -> Figure:
    target = '<= 4 s, <= 300 MB' if count == LARGE else ''
    work = f'ingest one file of {count:,} documents, one commit (command)'
    return figure(work, lambda: on_a_copy(dropped, ingest), target)


def on_a_full_fabric(full: Path) -> list[Figure]:
    """The small things one does in a repository that holds many objects."""
    store = GitStore(full)
    head = commit_of(store)
    changed = with_one_change(store, head)
    dropped = with_small_drop(store, head)
    edit = ('edit', '--resource', 'Server/server-00005', '--set', 'spec.description="x"')
    return [
        figure(
            f'first reading of {LARGE:,} managed files (engine)',
            lambda: here(cold(store, lambda: incoming(store, None, head, LAB))),
        ),
        figure(
            'no-op sync, nothing moved (engine)',
            lambda: here(lambda: incoming(store, head, head, LAB)),
            '<= 0.1 s',
        ),
        figure(
            f'sync of one changed file among {LARGE:,} (engine)',
            lambda: here(lambda: incoming(store, head, changed, LAB)),
            '<= 0.5 s with the rows',
        ),
        figure(
            f'ingest one small file beside {LARGE:,} objects (engine, with commit)',
            lambda: here(lambda: ingest_here(store, dropped)),
            '<= 0.25 s',
        ),
        figure(
            f'ingest one small file beside {LARGE:,} objects (command)',
            lambda: on_a_copy(full, ingest, dropped),
        ),
        figure(
            f'edit one object among {LARGE:,} (command)',
            lambda: on_a_copy(full, lambda repo: command(*edit, *place(repo))),
        ),
        figure(
            f'check {LARGE:,} objects, nothing changed since (command)',
            lambda: command('check', *place(full)),
        ),
    ]


def figure(work: str, once: Callable[[], Spent], target: str = '') -> Figure:
    """The median of several runs; memory is the highest of all."""
    print(f'  {work} ...', file=sys.stderr, flush=True)
    once()  # warms up what every run after the first finds warm
    runs = [once() for _ in range(RUNS)]
    sizes = [run.megabytes for run in runs if run.megabytes is not None]
    return Figure(
        work,
        round(statistics.median(run.seconds for run in runs), 4),
        round(statistics.median(run.cpu for run in runs), 4),
        round(max(sizes), 1) if sizes else None,
        target,
    )


def here(work: Callable[[], object]) -> Spent:
    """Runs something in this process. Its git children count in the clock, not in the CPU."""
    begun, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - begun, time.process_time() - cpu)


def command(*arguments: str, accepted: tuple[int, ...] = (0,)) -> Spent:
    """Runs the command in a process of its own; memory is that of this process, without git."""
    begun = time.perf_counter()
    with tempfile.NamedTemporaryFile('r') as told, Path(os.devnull).open('wb') as nowhere:
        program = [sys.executable, '-c', COMMAND, told.name, *arguments]
        child = os.posix_spawn(
            sys.executable,
            program,
            _environment(),
            file_actions=[(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1)],
        )
        _, status, usage = os.wait4(child, 0)
        seconds = time.perf_counter() - begun
        assert os.waitstatus_to_exitcode(status) in accepted, arguments
        return Spent(seconds, usage.ru_utime + usage.ru_stime, int(told.read()) / 1024)


def _environment() -> dict[str, str]:
    """As on an installed machine: Python keeps what it compiled."""
    compiled = str(Path(tempfile.gettempdir()) / 'hedgehog-bench-compiled')
    kept = {k: v for k, v in os.environ.items() if k != 'PYTHONDONTWRITEBYTECODE'}
    return {**kept, **ENVIRONMENT, 'PYTHONPYCACHEPREFIX': compiled}


def on_a_copy(
    repository: Path, work: Callable[[Path], Spent], head: CommitId | None = None
) -> Spent:
    """Works on a copy, so that every run finds the same; the copying is not counted."""
    with tempfile.TemporaryDirectory(dir=repository.parent) as name:
        copy = Path(name) / 'copy.git'
        shutil.copytree(repository, copy)
        if head is not None:
            GitStore(copy).update_ref(BRANCH, head, commit_of(GitStore(copy)))
        return work(copy)


def ingest(repository: Path) -> Spent:
    return command('ingest', *place(repository))


def place(repository: Path) -> tuple[str, ...]:
    return (str(repository), '--fabric-dir', BASE, '--json')


def load_all(raw: bytes) -> Callable[[], object]:
    return lambda: list(yaml.load_all(raw, Loader=yaml.CSafeLoader))


def own(raw: bytes) -> Callable[[], object]:
    return lambda: read(raw)


def cold(store: GitStore, work: Callable[[], object]) -> Callable[[], object]:
    """The work as in a new clone, where nothing is known of any file."""
    shutil.rmtree(store.git_dir / 'hedgehog-cache', ignore_errors=True)
    return work


def ingest_here(store: GitStore, head: CommitId) -> None:
    plan = plan_ingest(store, head, LAB, OPERATION)
    assert commit_plan(store, plan, head, AUTHORSHIP) != head


def with_drop(path: Path, raw: bytes) -> Path:
    """A repository whose fabric has one raw file."""
    store = GitStore.create(path)
    first = commit_plan(
        store, plan_onboarding(store, None, LAB, OPERATION), None, AUTHORSHIP, BRANCH
    )
    store.commit(first, {LAB.path('raw/all.yaml'): NewBlob(raw)}, 'Drop', AUTHORSHIP, BRANCH)
    return path


def ingested(path: Path, raw: bytes) -> Path:
    """A repository whose fabric holds everything in managed/, known to the cache."""
    store = GitStore(with_drop(path, raw))
    head = commit_of(store)
    full = commit_plan(store, plan_ingest(store, head, LAB, OPERATION), head, AUTHORSHIP, BRANCH)
    assert full is not None
    incoming(store, None, full, LAB)
    return path


def with_one_change(store: GitStore, head: CommitId) -> CommitId:
    path = LAB.path('managed/servers/server-00005.yaml')
    blob = store.list_tree(head, LAB.managed)[path].blob
    text = store.read_blobs([blob])[blob].replace(b'unit 6', b'unit 7')
    return store.commit(head, {path: NewBlob(text)}, 'Edit', AUTHORSHIP, 'refs/bench/changed')


def with_small_drop(store: GitStore, head: CommitId) -> CommitId:
    text = document(LARGE + 2).encode()
    path = LAB.path('raw/small.yaml')
    return store.commit(head, {path: NewBlob(text)}, 'Drop', AUTHORSHIP, 'refs/bench/dropped')


def commit_of(store: GitStore) -> CommitId:
    head = store.resolve(BRANCH)
    assert head is not None
    return head


def table(figures: list[Figure]) -> str:
    lines = [f'{"":<66} {"seconds":>9} {"cpu":>8} {"peak MB":>8}  target']
    for row in figures:
        size = f'{row.megabytes:8.0f}' if row.megabytes is not None else ' ' * 8
        lines.append(f'{row.work:<66} {row.seconds:9.3f} {row.cpu:8.3f} {size}  {row.target}')
    return '\n'.join(line.rstrip() for line in lines)


def test_figures_of_the_engine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `./test bench` collects; it fails only when something does not work."""
    figures = measure(tmp_path)
    with capsys.disabled():
        print(f'\n{table(figures)}')


def main() -> None:
    with tempfile.TemporaryDirectory(prefix='hedgehog-bench-') as name:
        figures = measure(Path(name))
    print(table(figures))
    if len(sys.argv) > 1:
        rows = [asdict(row) for row in figures]
        Path(sys.argv[1]).write_text(json.dumps({'runs': RUNS, 'figures': rows}, indent=1))


if __name__ == '__main__':
    main()
