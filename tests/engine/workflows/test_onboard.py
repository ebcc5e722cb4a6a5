"""A folder becomes a fabric's: what was there is organised, archived or kept, never lost."""

from dataclasses import replace

import pytest

from hedgehog_gitops.layout import ArchiveStrategy, Fabric, read_log, read_manifest
from hedgehog_gitops.plans import Plan
from hedgehog_gitops.workflows import (
    ExistingFiles,
    commit_plan,
    plan_ingest,
    plan_onboarding,
    plan_recreation,
)

from ..workshop import AUTHORSHIP, BASE, LAB, OPERATION, Workshop, switch, vpc

LOG = f'{BASE}/.hnp/archive-log.yaml'
MANIFEST = f'{BASE}/.hnp/manifest.yaml'
OLD = {
    f'{BASE}/vpcs.yaml': vpc('vpc-1') + '---\n' + vpc('vpc-2'),
    f'{BASE}/site/leaf.yaml': switch('leaf-1'),
    f'{BASE}/site/notes.txt': 'not YAML\n',
    f'{BASE}/.github/workflow.yaml': 'on: push\n',
    f'{BASE}/crds/switches.yaml': 'a: crd\n',
    f'{BASE}/templates/vpc.yaml': 'a: template\n',
    'elsewhere/vpc.yaml': vpc('other'),
}


def done(workshop: Workshop, plan: Plan) -> Plan:
    commit_plan(workshop.store, plan, workshop.head(), AUTHORSHIP, 'refs/heads/main')
    workshop.git('reset', '--quiet', '--hard')
    return plan


def onboarded(workshop: Workshop, existing: ExistingFiles, fabric: Fabric = LAB) -> Plan:
    """Onboards; a second time there is nothing to do, whatever is asked."""
    plan = plan_onboarding(workshop.store, workshop.head(), fabric, OPERATION, existing=existing)
    done(workshop, plan)
    for choice in ExistingFiles:
        again = plan_onboarding(workshop.store, workshop.head(), fabric, OPERATION, existing=choice)
        assert again.is_empty
    return plan


def kept(workshop: Workshop, *names: str) -> None:
    """These stand where they stood, byte for byte."""
    for name in names:
        assert workshop.show(name) == OLD[name].encode()


def migrations(workshop: Workshop) -> list[tuple[str, str, int]]:
    entries = read_log(workshop.show(LOG))
    return [
        (entry.original_file, entry.archived_to, entry.document_count)
        for entry in entries
        if entry.operation == 'migration'
    ]


UNTOUCHED = [name for name in OLD if not name.endswith(('vpcs.yaml', 'leaf.yaml'))]


def test_existing_files_are_organised(workshop: Workshop) -> None:
    workshop.commit(OLD)
    plan = onboarded(workshop, ExistingFiles.ORGANISE)
    files = workshop.files()
    assert f'{BASE}/managed/switches/leaf-1.yaml' in files
    assert f'{BASE}/managed/vpcs/vpc-2.yaml' in files
    assert workshop.show(f'{BASE}/raw/vpcs.yaml.archived').decode() == OLD[f'{BASE}/vpcs.yaml']
    assert f'{BASE}/vpcs.yaml' not in files
    kept(workshop, *UNTOUCHED)
    assert migrations(workshop) == [
        ('site/leaf.yaml', 'raw/site/leaf.yaml', 1),
        ('vpcs.yaml', 'raw/vpcs.yaml', 2),
    ]
    told = {f.file: f.message for f in plan.findings if f.code == 'ExistingFile'}
    assert set(told) == {f'{BASE}/site/leaf.yaml', f'{BASE}/vpcs.yaml'}
    assert '2 objects (VPC)' in told[f'{BASE}/vpcs.yaml']  # type: ignore[index]


def test_existing_files_are_archived_and_the_fabric_begins_empty(workshop: Workshop) -> None:
    earlier = {f'{BASE}/managed/vpcs/vpc-9.yaml': vpc('vpc-9'), f'{BASE}/raw/a.yaml': vpc('a')}
    workshop.commit({**OLD, **earlier})
    onboarded(workshop, ExistingFiles.ARCHIVE)
    for name, text in {**OLD, **earlier}.items():
        if name in UNTOUCHED:
            continue
        archived = name.replace(f'{BASE}/', f'{BASE}/.hnp/archive/')
        assert name not in workshop.files()
        assert workshop.show(archived) == text.encode()
    kept(workshop, *UNTOUCHED)
    assert len(migrations(workshop)) == 4
    assert plan_ingest(workshop.store, workshop.head(), LAB, OPERATION).is_empty


def test_existing_files_are_kept(workshop: Workshop) -> None:
    workshop.commit(OLD)
    before = workshop.head()
    plan = onboarded(workshop, ExistingFiles.KEEP)
    assert plan.base == before
    kept(workshop, *OLD)
    assert migrations(workshop) == []
    assert f'{BASE}/managed/vpcs/.gitkeep' in workshop.files()


@pytest.mark.parametrize('existing', ExistingFiles)
def test_nothing_is_lost_where_names_meet(workshop: Workshop, existing: ExistingFiles) -> None:
    """A file of the same name stands where the existing one would go."""
    texts = {
        f'{BASE}/a.yaml': vpc('one'),
        f'{BASE}/raw/a.yaml': vpc('two'),
        f'{BASE}/.hnp/archive/a.yaml': vpc('three'),
    }
    workshop.commit(texts)
    onboarded(workshop, existing)
    contents = [workshop.show(name).decode() for name in workshop.files()]
    assert all(text in contents for text in texts.values())


def test_recreation_writes_our_own_files_anew_and_nothing_else(workshop: Workshop) -> None:
    workshop.commit({f'{BASE}/raw/site.yaml': vpc('vpc-1')})
    onboarded(workshop, ExistingFiles.ORGANISE)
    manifest = workshop.show(MANIFEST) + b'annotate: false\nowner: core team\n'
    spoiled: dict[str, str | bytes | None] = {
        f'{BASE}/README.md': 'mine\n',
        f'{BASE}/unmanaged/.gitkeep': 'x',
        f'{BASE}/templates/.gitkeep': None,
        MANIFEST: manifest,
    }
    before = workshop.commit(spoiled)
    fabric = replace(LAB, name='Lab two', archive_strategy=ArchiveStrategy.KEEP_IN_PLACE)
    store = workshop.store
    plan = done(workshop, plan_recreation(store, before, fabric, OPERATION))
    assert {change.path for change in plan.changes} == set(spoiled)
    assert plan.base == before
    assert 'Lab two' in workshop.show(f'{BASE}/README.md').decode()
    found, _ = read_manifest(workshop.show(MANIFEST))
    assert found is not None
    assert (found.fabric_name, found.annotate) == ('Lab two', False)
    assert found.archive_strategy is ArchiveStrategy.KEEP_IN_PLACE
    assert found.value['owner'] == 'core team'
    assert not plan.findings
    assert plan_recreation(store, workshop.head(), fabric, OPERATION).is_empty


def test_recreation_of_a_new_folder_is_its_creation(workshop: Workshop) -> None:
    workshop.commit({f'{BASE}/README.md': 'mine\n', f'{BASE}/a.yaml': vpc('a')})
    done(workshop, plan_recreation(workshop.store, workshop.head(), LAB, OPERATION))
    assert workshop.show(f'{BASE}/README.md') != b'mine\n'
    assert f'{BASE}/managed/vpcs/a.yaml' in workshop.files()
    assert plan_recreation(workshop.store, workshop.head(), LAB, OPERATION).is_empty
