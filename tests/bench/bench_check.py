"""Measures reading, checking, finding duplicates and ingesting at 1,000, 10,000 and 50,000 objects.

    python -m tests.bench.bench_check [FIGURES.json]

Run by `./test bench`, beside `bench_engine.py`, whose way to measure it shares. The files are read
by PyYAML's CSafeLoader in the same run, and by kubeconform where it is on PATH.
HEDGEHOG_BENCH_SIZES names other sizes.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import yaml

from hedgehog_gitops.documents import Limits, read
from hedgehog_gitops.git import GitStore, NewBlob
from hedgehog_gitops.identity import CommitId, RepoPath
from hedgehog_gitops.workflows import (
    check_fabric,
    commit_plan,
    duplicates_at_rest,
    judged_fabric,
    plan_onboarding,
)

from .bench_engine import (
    AUTHORSHIP,
    BRANCH,
    LAB,
    OPERATION,
    RUNS,
    Figure,
    Spent,
    cold,
    command,
    commit_of,
    figure,
    here,
    ingest,
    on_a_copy,
    place,
    table,
)
from .generated import counted, generated_fabric, is_generated

SIZES = tuple(
    int(size) for size in os.environ.get('HEDGEHOG_BENCH_SIZES', '1000 10000 50000').split()
)
WORKERS = os.cpu_count() or 1
TARGETS = {10_000: '<= 1.2 s', 50_000: '<= 500 MB'}


def measure(folder: Path, count: int) -> list[Figure]:
    files = generated_fabric(count, folder, single=False)
    objects = counted(files)
    store = with_managed(folder / f'managed-{count}.git', files)
    head = commit_of(store)
    told = f'{objects:,} objects in {len(files):,} files'
    figures = [
        figure(f'{told}: PyYAML CSafeLoader', lambda: here(lambda: with_pyyaml(files))),
        figure(f'{told}: read', lambda: here(lambda: with_ours(files))),
        figure(
            f'{told}: check, nothing known, one process',
            lambda: here(cold(store, lambda: check_fabric(store, head, LAB))),
        ),
        figure(
            f'{told}: check, nothing known, {WORKERS} processes',
            lambda: here(cold(store, lambda: check_fabric(store, head, LAB, workers=WORKERS))),
            TARGETS[10_000] if count == 10_000 else '',
        ),
        *once_known(store, head, told, count),
        *commands(store, told, count),
        *ingestion(folder, count),
    ]
    return [*figures, *kubeconform(folder, files, told)]


def once_known(store: GitStore, head: CommitId, told: str, count: int) -> list[Figure]:
    check_fabric(store, head, LAB)
    changed = one_change(store, head)

    def check_changed() -> None:
        check_fabric(store, changed, LAB)

    def back_to_head() -> None:
        check_fabric(store, head, LAB)

    return [
        figure(
            f'{told}: check, nothing changed',
            lambda: here(back_to_head),
            '<= 0.15 s' if count == 10_000 else '',
        ),
        figure(f'{told}: check, one file changed', lambda: after(back_to_head, check_changed)),
        figure(
            f'{told}: find the same object twice, files known',
            lambda: here(lambda: list(duplicates_at_rest(judged_fabric(store, head, LAB), LAB))),
        ),
    ]


def commands(store: GitStore, told: str, count: int) -> list[Figure]:
    """As a person meets it, with the memory of the largest process."""

    def forgotten() -> Spent:
        shutil.rmtree(store.git_dir / 'hedgehog-cache', ignore_errors=True)
        return command('check', *place(store.git_dir), accepted=(0, 1))

    return [
        figure(f'{told}: check, nothing known (command)', forgotten, TARGETS[50_000]),
        figure(
            f'{told}: check, nothing changed (command)',
            lambda: command('check', *place(store.git_dir), accepted=(0, 1)),
        ),
    ]


def ingestion(folder: Path, count: int) -> list[Figure]:
    (data,) = generated_fabric(count, folder, single=True).values()
    store = GitStore.create(folder / f'drop-{count}.git')
    commit(store, commit_layout(store), {LAB.path('raw/all.yaml'): data})
    return [
        figure(
            f'ingest one file of {counted({"": data}):,} objects (command)',
            lambda: on_a_copy(store.git_dir, ingest),
            '<= 4 s, <= 300 MB' if count == 10_000 else '',
        )
    ]


def kubeconform(folder: Path, files: dict[str, bytes], told: str) -> list[Figure]:
    """The tool a user would pick instead, where it is there; it gets no schema of these kinds."""
    program = shutil.which('kubeconform')
    if program is None:
        print('  kubeconform is not on PATH: not measured', file=sys.stderr)
        return []
    tree = folder / 'kubeconform'
    for path, data in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(data)
    call = f'{program} -ignore-missing-schemas -n {WORKERS} {tree} > /dev/null'
    return [figure(f'{told}: kubeconform', lambda: here(lambda: os.system(call)))]


def with_pyyaml(files: dict[str, bytes]) -> None:
    for data in files.values():
        list(yaml.load_all(data, Loader=yaml.CSafeLoader))


def with_ours(files: dict[str, bytes]) -> None:
    for data in files.values():
        read(data)


def with_managed(path: Path, files: dict[str, bytes]) -> GitStore:
    """A repository whose fabric has these files below managed/."""
    store = GitStore.create(path)
    first = commit_layout(store)
    commit(store, first, {LAB.path(f'managed/{name}'): data for name, data in files.items()})
    return store


def commit_layout(store: GitStore) -> CommitId:
    plan = plan_onboarding(store, None, LAB, OPERATION)
    made = commit_plan(store, plan, None, AUTHORSHIP, BRANCH)
    assert made is not None
    return made


def commit(store: GitStore, parent: CommitId, files: dict[RepoPath, bytes]) -> CommitId:
    edits = {path: NewBlob(data) for path, data in files.items()}
    return store.commit(parent, edits, 'Files', AUTHORSHIP, BRANCH)


def one_change(store: GitStore, head: CommitId) -> CommitId:
    entries = store.list_tree(head, LAB.path('managed/servers'))
    path = next(path for path in entries if path.endswith('.yaml'))
    blob = entries[path].blob
    text = store.read_blobs([blob])[blob] + b'# one more line\n'
    return store.commit(head, {path: NewBlob(text)}, 'Edit', AUTHORSHIP, 'refs/bench/changed')


def after(first: Callable[[], object], work: Callable[[], object]) -> Spent:
    first()
    return here(work)


def main() -> None:
    print(f'limits: {Limits()}', file=sys.stderr)
    print(f'generated fabrics: {is_generated()}; {RUNS} runs each', file=sys.stderr)
    figures: list[Figure] = []
    for count in SIZES:
        with tempfile.TemporaryDirectory(prefix='hedgehog-bench-') as name:
            figures += measure(Path(name), count)
    print(table(figures))
    if len(sys.argv) > 1:
        rows = [asdict(row) for row in figures]
        Path(sys.argv[1]).write_text(json.dumps({'runs': RUNS, 'figures': rows}, indent=1))


if __name__ == '__main__':
    main()
