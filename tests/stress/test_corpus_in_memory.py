"""Real files: whatever people wrote is ingested, kept or held, and nothing of it is lost."""

from pathlib import Path
from typing import Any

import pytest

from hedgehog_gitops.documents import digest, read
from hedgehog_gitops.identity import RepoPath, ResourceKey
from hedgehog_gitops.ingest import plan_ingestion
from hedgehog_gitops.layout import skeleton
from hedgehog_gitops.merge import merge_values
from hedgehog_gitops.plans import Plan, Write

from .. import corpus as real
from ..engine.ingest.trees import (
    FABRIC,
    NOW,
    OPERATION,
    Files,
    carried_out,
    inventory_of,
    snapshot_of,
)


def planned(files: Files) -> Plan:
    snapshot = snapshot_of(files)
    known = inventory_of(FABRIC, snapshot).by_key
    return plan_ingestion(snapshot, FABRIC, OPERATION, known, join=merge_values)


def dropped(data: bytes, name: str = 'drop.yaml') -> Files:
    return skeleton(FABRIC, NOW) | {FABRIC.path(f'raw/{name}'): data}


def check_nothing_lost(before: Files, after: Files) -> None:
    """Every raw byte is still in the tree: moved, or left where it was."""
    for path, data in before.items():
        if path.startswith(f'{FABRIC.raw}/'):
            assert data in (after.get(path), after.get(RepoPath(f'{path}.archived')))


def check_managed_texts(before: Files, plan: Plan) -> None:
    """A managed file means what its document meant, and adds lines without changing any."""
    digests = {
        digest(document.value)
        for data in before.values()
        for document in read(data).documents
        if document.good
    }
    for change in plan.changes:
        if isinstance(change, Write) and change.resource is not None:
            (document,) = (d for d in read(change.content).documents if not d.empty)
            assert document.good
            assert digest(document.value) in digests, change.path


def wiring() -> list[dict[str, Any]]:
    try:
        files: list[dict[str, Any]] = real.manifest()['wiring']
    except pytest.skip.Exception:
        return []
    return files


def keys_of(plan: Plan) -> set[str]:
    return {
        f'{c.resource.namespace}/{c.resource.kind}/{c.resource.name}'
        for c in plan.changes
        if isinstance(c, Write) and c.resource is not None
    }


@pytest.mark.parametrize('entry', wiring(), ids=lambda entry: Path(entry['file']).stem)
def test_each_real_file(entry: dict[str, Any]) -> None:
    before = dropped((real.corpus() / entry['file']).read_bytes())
    plan = planned(before)
    after = carried_out(before, plan)
    counts = dict(plan.counts)
    assert counts.pop('seen') == sum(counts.values())
    check_nothing_lost(before, after)
    check_managed_texts(before, plan)
    assert planned(after).is_empty
    if not entry.get('duplicate_ids'):
        # The corpus was labelled by a parser that takes the last of two equal keys. Nothing is
        # picked here: such a document is held (one of 3013).
        doubled = {f.document for f in plan.findings if f.code == 'DuplicateKey'}
        assert len(doubled) <= (entry['file'] == 'wiring/snippets/docs-vpcs-6b4ace66.yaml')
        wanted = {
            doc['id']
            for doc in entry.get('docs', ())
            if doc['expect'] == 'ingest' and doc['i'] not in doubled
        }
        assert wanted <= keys_of(plan)


def test_corpus_is_here_or_said_to_be_missing() -> None:
    assert len(real.manifest()['wiring']) == len(wiring())


def test_all_real_files_in_one_drop() -> None:
    files = real.yaml_files('wiring')
    before = skeleton(FABRIC, NOW) | {
        FABRIC.path(f'raw/{path.name}'): path.read_bytes() for path in files
    }
    plan = planned(before)
    after = carried_out(before, plan)
    counts = dict(plan.counts)
    assert counts.pop('seen') == sum(counts.values())
    check_nothing_lost(before, after)
    assert planned(after).is_empty
    held = {conflict.resource for conflict in plan.conflicts}
    wanted: set[ResourceKey] = set(inventory_of(FABRIC, snapshot_of(after)).by_key) | held
    assert len(wanted) >= len(
        {doc['id'] for f in wiring() for doc in f.get('docs', ()) if doc['expect'] == 'ingest'}
    )


def test_the_file_of_46_documents() -> None:
    (path,) = (real.corpus() / 'wiring/files').glob('gitops-test-1__fabric-1_raw_prepop__*.yaml')
    before = dropped(path.read_bytes(), 'prepop.yaml')
    plan = planned(before)
    assert dict(plan.counts) == {'seen': 46, 'ingested': 46, 'unmanaged': 0, 'held': 0, 'empty': 0}
    after = carried_out(before, plan)
    assert len(inventory_of(FABRIC, snapshot_of(after)).by_key) == 46
    assert after[FABRIC.path('raw/prepop.yaml.archived')] == path.read_bytes()
    assert planned(after).is_empty


@pytest.mark.parametrize(
    'entry',
    [
        row
        for row in (real.manifest()['hostile'] if wiring() else ())
        if row['expected'] != 'script'
    ],
    ids=lambda entry: Path(entry['file']).stem,
)
def test_each_hostile_file(entry: dict[str, Any]) -> None:
    before = dropped((real.corpus() / entry['file']).read_bytes())
    plan = planned(before)
    after = carried_out(before, plan)
    check_nothing_lost(before, after)
    assert planned(after).is_empty
    # A plain date is a string to Kubernetes, whatever a parser of YAML 1.1 makes of it.
    dated = {'default/Server/2025-01-01'} & keys_of(plan)
    assert keys_of(plan) - dated == set(entry['ingest_ids'])
