"""Managed files that people moved or renamed go back, by the next ingestion, in its one commit."""

from dataclasses import replace

from hedgehog_gitops.layout import Fabric
from hedgehog_gitops.plans import Move, Plan
from hedgehog_gitops.workflows import commit_plan, plan_ingest

from ..workshop import AUTHORSHIP, BASE, LAB, OPERATION, Workshop, switch, vpc

VPCS = f'{BASE}/managed/vpcs'


def ingested(workshop: Workshop, fabric: Fabric = LAB) -> Plan:
    """Ingests on the clone's branch; a second run has nothing to do."""
    store, head = workshop.store, workshop.head()
    plan = plan_ingest(store, head, fabric, OPERATION)
    commit_plan(store, plan, head, AUTHORSHIP, 'refs/heads/main')
    workshop.git('reset', '--quiet', '--hard')
    assert plan_ingest(store, workshop.head(), fabric, OPERATION).is_empty
    return plan


def laid_out(workshop: Workshop, fabric: Fabric = LAB) -> None:
    workshop.commit({f'{BASE}/raw/site.yaml': vpc('vpc-1') + '---\n' + vpc('vpc-2')})
    ingested(workshop, fabric)


def test_a_renamed_file_goes_back(workshop: Workshop) -> None:
    laid_out(workshop)
    text = workshop.show(f'{VPCS}/vpc-1.yaml')
    workshop.commit({f'{VPCS}/vpc-1.yaml': None, f'{BASE}/managed/mine/a.yaml': text})
    plan = ingested(workshop)
    assert [(c.source, c.path) for c in plan.changes if isinstance(c, Move)] == [
        (f'{BASE}/managed/mine/a.yaml', f'{VPCS}/vpc-1.yaml')
    ]
    assert workshop.show(f'{VPCS}/vpc-1.yaml') == text


def test_it_stays_where_a_fabric_keeps_peoples_layout(workshop: Workshop) -> None:
    fabric = replace(LAB, keep_layout=True)
    laid_out(workshop, fabric)
    text = workshop.show(f'{VPCS}/vpc-1.yaml')
    workshop.commit({f'{VPCS}/vpc-1.yaml': None, f'{VPCS}/a.yaml': text})
    assert ingested(workshop, fabric).is_empty


def test_it_goes_back_and_is_updated_in_one_commit(workshop: Workshop) -> None:
    laid_out(workshop)
    text = workshop.show(f'{VPCS}/vpc-1.yaml').replace(b'10.0.1.0', b'10.0.5.0')
    workshop.commit({f'{VPCS}/vpc-1.yaml': None, f'{VPCS}/a.yaml': text})
    workshop.commit({f'{BASE}/raw/site.yaml': vpc('vpc-1', 1007)})
    before = workshop.count()
    plan = ingested(workshop)
    assert workshop.count() == before + 1
    assert not plan.conflicts
    assert workshop.show(f'{VPCS}/vpc-1.yaml') == text.replace(b'1001', b'1007')
    assert f'{VPCS}/a.yaml' not in workshop.files()


def test_two_files_that_were_swapped_are_swapped_back(workshop: Workshop) -> None:
    laid_out(workshop)
    one, two = (workshop.show(f'{VPCS}/vpc-{number}.yaml') for number in (1, 2))
    workshop.commit({f'{VPCS}/vpc-1.yaml': two, f'{VPCS}/vpc-2.yaml': one})
    workshop.commit({f'{BASE}/raw/site.yaml': vpc('vpc-1', 1007)})
    ingested(workshop)
    assert workshop.show(f'{VPCS}/vpc-1.yaml') == one.replace(b'1001', b'1007')
    assert workshop.show(f'{VPCS}/vpc-2.yaml') == two


def test_an_emptied_folder_gets_its_gitkeep_in_the_same_commit(workshop: Workshop) -> None:
    laid_out(workshop)
    workshop.commit(
        {f'{VPCS}/sw.yaml': switch('leaf-1'), f'{BASE}/managed/servers/v.yaml': vpc('v')}
    )
    workshop.git('rm', '--quiet', f'{BASE}/managed/servers/.gitkeep')
    workshop.commit({})
    ingested(workshop)
    assert f'{BASE}/managed/servers/.gitkeep' in workshop.files()
    assert f'{BASE}/managed/switches/leaf-1.yaml' in workshop.files()


def test_what_cannot_move_stays(workshop: Workshop) -> None:
    """The object twice, two objects in one file, and a place that is taken by something else."""
    laid_out(workshop)
    text = workshop.show(f'{VPCS}/vpc-1.yaml')
    files: dict[str, str | bytes | None] = {
        f'{VPCS}/copy.yaml': text,
        f'{VPCS}/pair.yaml': vpc('x') + '---\n' + vpc('y'),
        f'{VPCS}/twice-1.yaml': vpc('twice'),
        f'{VPCS}/twice-2.yaml': vpc('twice'),
        f'{VPCS}/broken.yaml': 'a: [\n',
        f'{VPCS}/other.yaml': vpc('broken'),
        f'{BASE}/managed/servers/s.yaml/keep.txt': 'x',
    }
    workshop.commit(files)
    assert ingested(workshop).is_empty
    assert set(files) <= set(workshop.files())


def test_what_stays_is_not_overwritten_by_what_could_move(workshop: Workshop) -> None:
    """One file is stuck at the very place another one belongs to."""
    laid_out(workshop)
    stuck, other = f'{VPCS}/vpc-3.yaml', f'{VPCS}/other.yaml'
    workshop.commit({stuck: vpc('vpc-1', 1007), other: vpc('vpc-3')})
    assert ingested(workshop).is_empty
    assert workshop.show(stuck) == vpc('vpc-1', 1007).encode()
    assert workshop.show(other) == vpc('vpc-3').encode()


def test_an_executable_file_stays_one(workshop: Workshop) -> None:
    laid_out(workshop)
    workshop.git('mv', f'{VPCS}/vpc-1.yaml', f'{VPCS}/a.yaml')
    workshop.git('update-index', '--chmod=+x', f'{VPCS}/a.yaml')
    workshop.git('commit', '--quiet', '-m', 'By hand')
    workshop.git('reset', '--quiet', '--hard')
    ingested(workshop)
    listed = workshop.git('ls-tree', '-r', 'HEAD', VPCS)
    assert [line[:6] for line in listed.splitlines() if 'vpc-1' in line] == ['100755']
