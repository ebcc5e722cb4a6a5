"""Ingestion, case by case: every folder of tests/scenarios is a tree before and a tree after.

A case is made of files only:

    <case>/before/         the fabric's folder, without what every fabric has
    <case>/expected/       what stands there that was not, or not so, in the skeleton
    <case>/expected.json   counts, findings, conflicts and log; may also say under `given` which
                           fabric settings, file modes and limits hold, and what is absent
    <case>/bases/          what objects looked like when they were ingested last
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hedgehog_gitops.documents import Limits
from hedgehog_gitops.identity import RepoPath, ResourceKey
from hedgehog_gitops.ingest import documents_by_key, plan_ingestion
from hedgehog_gitops.layout import (
    ArchiveStrategy,
    BadDocumentPolicy,
    Fabric,
    Snapshot,
    read_log,
    skeleton,
)
from hedgehog_gitops.merge import merge_values
from hedgehog_gitops.plans import Plan, as_diff, as_json, commit_message

from .ingest.trees import FABRIC, NOW, OPERATION, Files, carried_out, inventory_of, snapshot_of

SCENARIOS = Path(__file__).parents[1] / 'scenarios'
CASES = sorted(folder.name for folder in SCENARIOS.iterdir() if (folder / 'before').is_dir())


@pytest.mark.parametrize('name', CASES)
def test_scenario(name: str) -> None:
    check(SCENARIOS / name)


def test_every_folder_is_a_case() -> None:
    folders = {folder.name for folder in SCENARIOS.iterdir() if folder.is_dir()}
    assert folders == set(CASES)
    assert len(CASES) >= 25


def check(folder: Path) -> None:
    """Plans the ingestion of one case and compares everything it says and does."""
    case = json.loads((folder / 'expected.json').read_text('utf-8'))
    given = case.get('given', {})
    fabric = fabric_of(given)
    before = tree_before(folder, fabric, given)
    plan, snapshot = planned(before, fabric, given, folder / 'bases')
    after = carried_out(before, plan)
    expected = usual_files(fabric, given) | files_below(folder / 'expected', fabric)
    assert shown(after, fabric) == shown(expected, fabric)
    assert summary(plan, fabric, after, before) == {
        key: case.get(key, default)
        for key, default in (('counts', {}), ('findings', []), ('conflicts', []), ('log', []))
    }
    check_laws(plan, snapshot, after, fabric, given, folder / 'bases')


def check_laws(
    plan: Plan,
    snapshot: Snapshot,
    after: Files,
    fabric: Fabric,
    given: Mapping[str, Any],
    bases: Path,
) -> None:
    """What holds in every case: nothing is uncounted, and a second run has nothing to do."""
    counts = dict(plan.counts)
    assert counts.pop('seen') == sum(counts.values())
    again, _ = planned(after, fabric, given, bases)
    assert again.is_empty, [str(change) for change in again.changes]
    assert commit_message(plan).splitlines()[0]
    assert bool(as_diff(plan, snapshot)) is not plan.is_empty
    json.dumps(as_json(plan, None))


def planned(
    files: Files, fabric: Fabric, given: Mapping[str, Any], bases: Path
) -> tuple[Plan, Snapshot]:
    modes = {fabric.path(path): mode for path, mode in given.get('modes', {}).items()}
    snapshot = snapshot_of(files, modes)
    plan = plan_ingestion(
        snapshot,
        fabric,
        OPERATION,
        inventory_of(fabric, snapshot).by_key,
        Limits(**given.get('limits', {})),
        bases=texts_of(bases),
        join=merge_values,
    )
    return plan, snapshot


def fabric_of(given: Mapping[str, Any]) -> Fabric:
    settings = given.get('fabric', {})
    return replace(
        FABRIC,
        archive_strategy=ArchiveStrategy(settings.get('archive_strategy', 'rename_with_extension')),
        bad_documents=BadDocumentPolicy(settings.get('bad_documents', 'hold_document')),
        annotate=settings.get('annotate', True),
    )


def texts_of(folder: Path) -> Mapping[ResourceKey, bytes]:
    texts: dict[ResourceKey, bytes] = {}
    for file in sorted(folder.glob('*')) if folder.is_dir() else ():
        texts |= documents_by_key(file.read_bytes())
    return texts


def tree_before(folder: Path, fabric: Fabric, given: Mapping[str, Any]) -> Files:
    return usual_files(fabric, given) | files_below(folder / 'before', fabric)


def usual_files(fabric: Fabric, given: Mapping[str, Any]) -> Files:
    absent = {fabric.path(path) for path in given.get('absent', ())}
    return {path: data for path, data in skeleton(fabric, NOW).items() if path not in absent}


def files_below(folder: Path, fabric: Fabric) -> Files:
    files = {
        fabric.path(file.relative_to(folder).as_posix()): file.read_bytes()
        for file in sorted(folder.rglob('*'))
        if file.is_file()
    }
    return {path: b'' if path.endswith('/.gitkeep') else data for path, data in files.items()}


def shown(files: Files, fabric: Fabric) -> Files:
    """The files which a case compares: all but the log, which is compared by entry."""
    return {path: data for path, data in files.items() if path != fabric.archive_log}


def summary(plan: Plan, fabric: Fabric, after: Files, before: Files) -> dict[str, Any]:
    """The plan in the words of expected.json; paths are those below the fabric's folder."""
    return {
        'counts': dict(plan.counts),
        'findings': [
            [fabric.below(f.file or RepoPath('')), f.code, f.document, f.line, f.column]
            for f in plan.findings
        ],
        'conflicts': [
            [str(conflict.kind), str(conflict.resource), list(conflict.fields)]
            for conflict in plan.conflicts
        ],
        'log': list(new_entries(after[fabric.archive_log], before[fabric.archive_log])),
    }


def new_entries(log: bytes, before: bytes) -> Iterator[dict[str, Any]]:
    """What the log says more than before; its old text must still be there."""
    if log != before and read_log(before):
        assert log.startswith(before), 'old entries never change'
    for entry in read_log(log)[len(read_log(before)) :]:
        assert (entry.operation, entry.operation_id) == ('ingestion', OPERATION.id)
        row: dict[str, Any] = {'file': entry.original_file, 'documents': entry.document_count}
        for what in ('created', 'updated', 'unchanged', 'unmanaged'):
            if paths := getattr(entry, f'documents_{what}'):
                row[what] = list(paths)
        if entry.documents_held:
            row['held'] = [[held.index, held.line, held.reason] for held in entry.documents_held]
        if entry.archived_to:
            row['archived_to'] = entry.archived_to
        yield row
