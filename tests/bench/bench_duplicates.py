"""Measures the search for duplicates and their settlement at 1,000, 10,000 and 50,000 objects.

    python -m tests.bench.bench_duplicates [FIGURES.json]

Run by `./test bench`. One object in ten lies in the mess of `tests/mess.py`. PyYAML's CSafeLoader
reads the same bytes in the same run. HEDGEHOG_BENCH_SIZES names other sizes.
"""

import json
import shutil
import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path

from hedgehog_gitops.duplicates import DEFAULT_POLICY
from hedgehog_gitops.git import GitStore
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.workflows import plan_settlement, scan_duplicates

from ..mess import mess_of
from .bench_check import SIZES, WORKERS, after, commit, commit_layout, one_change, with_pyyaml
from .bench_engine import (
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
    place,
    table,
)
from .generated import counted, generated_fabric, is_generated

SHARE = 0.1
WIDE = replace(DEFAULT_POLICY, max_moves=100_000, max_deletions=100_000)


def measure(folder: Path, count: int) -> list[Figure]:
    mess = mess_of(generated_fabric(count, folder, single=False), 1, SHARE)
    store = with_mess(folder / f'mess-{count}.git', mess.files)
    head = commit_of(store)
    told = f'{counted(mess.files):,} objects, {len(mess.winners):,} groups'
    return [
        figure(f'{told}: PyYAML CSafeLoader', lambda: here(lambda: yaml_only(mess.files))),
        figure(
            f'{told}: scan, nothing known, one process',
            lambda: here(cold(store, lambda: scan_duplicates(store, head, LAB))),
        ),
        figure(
            f'{told}: scan, nothing known, {WORKERS} processes',
            lambda: here(cold(store, lambda: scan_duplicates(store, head, LAB, workers=WORKERS))),
        ),
        *once_known(store, head, told, count),
        *commands(store, told, count),
    ]


def once_known(store: GitStore, head: CommitId, told: str, count: int) -> list[Figure]:
    scan_duplicates(store, head, LAB)
    changed = one_change(store, head)

    def back_to_head() -> None:
        scan_duplicates(store, head, LAB)

    return [
        figure(
            f'{told}: scan, nothing changed',
            lambda: here(back_to_head),
            '<= 0.15 s' if count == 10_000 else '',
        ),
        figure(
            f'{told}: scan, one file changed',
            lambda: after(back_to_head, lambda: scan_duplicates(store, changed, LAB)),
        ),
        figure(
            f'{told}: plan the settlement of all, and prove it',
            lambda: here(lambda: plan_settlement(store, head, LAB, OPERATION, WIDE)),
        ),
    ]


def commands(store: GitStore, told: str, count: int) -> list[Figure]:
    """As a person meets it, with the memory of the largest process."""

    def forgotten() -> Spent:
        shutil.rmtree(store.git_dir / 'hedgehog-cache', ignore_errors=True)
        return command('duplicates', *place(store.git_dir), accepted=(0, 1, 3))

    return [
        figure(
            f'{told}: duplicates, nothing known (command)',
            forgotten,
            '<= 500 MB' if count == 50_000 else '',
        ),
        figure(
            f'{told}: duplicates, nothing changed (command)',
            lambda: command('duplicates', *place(store.git_dir), accepted=(0, 1, 3)),
        ),
    ]


def yaml_only(files: dict[str, bytes]) -> None:
    with_pyyaml({path: data for path, data in files.items() if path.endswith('.yaml')})


def with_mess(path: Path, files: dict[str, bytes]) -> GitStore:
    """A repository whose fabric has these files below its folder."""
    store = GitStore.create(path)
    commit(store, commit_layout(store), {LAB.path(name): data for name, data in files.items()})
    return store


def main() -> None:
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
