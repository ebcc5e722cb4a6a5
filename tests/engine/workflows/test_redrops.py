"""The same file comes again: what was changed since it came last stays, what it changes comes in.

Through a real repository, because the base of each merge lies in its history.
"""

import json
from dataclasses import replace

import pytest

from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.layout import (
    ENTRIES_LIMIT,
    ArchiveEntry,
    ArchiveStrategy,
    Fabric,
    append_entries,
    read_log,
)
from hedgehog_gitops.plans import ConflictKind, Plan
from hedgehog_gitops.workflows import commit_plan, plan_ingest

from ..workshop import AUTHORSHIP, BASE, LAB, NOW, OPERATION, Workshop

DROP = f'{BASE}/raw/site.yaml'
MANAGED = f'{BASE}/managed/vpcs/vpc-1.yaml'
LOG = f'{BASE}/.hnp/archive-log.yaml'


def vpc(
    name: str = 'vpc-1', *, vlan: int = 1001, subnet: str = '10.0.1.0/24', more: str = ''
) -> str:
    return f"""\
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: {name}
spec:
  subnets:
    default:
      subnet: {subnet}
      vlan: {vlan}  # why
{more}"""


def ingested(workshop: Workshop, fabric: Fabric = LAB) -> Plan:
    """Ingests on the clone's branch; a second run has nothing to do."""
    store, head = workshop.store, workshop.head()
    plan = plan_ingest(store, head, fabric, OPERATION)
    commit_plan(store, plan, head, AUTHORSHIP, 'refs/heads/main')
    workshop.git('reset', '--quiet', '--hard')
    assert plan_ingest(store, workshop.head(), fabric, OPERATION).is_empty
    return plan


def drop(workshop: Workshop, text: str, fabric: Fabric = LAB) -> Plan:
    workshop.commit({DROP: text})
    return ingested(workshop, fabric)


def edit(workshop: Workshop, old: str, new: str, path: str = MANAGED) -> CommitId:
    text = workshop.show(path).decode()
    assert old in text
    return workshop.commit({path: text.replace(old, new)})


STRATEGIES = pytest.mark.parametrize('strategy', ArchiveStrategy)


@STRATEGIES
def test_an_old_file_does_not_revert_an_edit(workshop: Workshop, strategy: ArchiveStrategy) -> None:
    fabric = replace(LAB, archive_strategy=strategy)
    drop(workshop, vpc(), fabric)
    edit(workshop, 'vlan: 1001', 'vlan: 1002')
    plan = drop(workshop, '# again\n' + vpc(), fabric)
    assert plan.counts['ingested'] == 1
    assert not plan.conflicts
    assert b'vlan: 1002  # why\n' in workshop.show(MANAGED)


@STRATEGIES
def test_changes_of_different_fields_join(workshop: Workshop, strategy: ArchiveStrategy) -> None:
    fabric = replace(LAB, archive_strategy=strategy)
    drop(workshop, vpc(), fabric)
    edit(workshop, 'vlan: 1001', 'vlan: 1002')
    before = workshop.show(MANAGED)
    plan = drop(workshop, vpc(subnet='10.0.2.0/24'), fabric)
    assert not plan.conflicts
    assert workshop.show(MANAGED) == before.replace(b'10.0.1.0', b'10.0.2.0')


def test_a_field_gone_from_the_drop_goes_from_the_file(workshop: Workshop) -> None:
    drop(workshop, vpc(more='  ipv4Namespace: default\n  vlanNamespace: default\n'))
    edit(workshop, 'vlan: 1001', 'vlan: 1002')
    drop(workshop, vpc(more='  vlanNamespace: default\n'))
    text = workshop.show(MANAGED)
    assert b'ipv4Namespace' not in text
    assert b'vlan: 1002' in text


def test_a_field_gone_from_the_drop_but_changed_in_the_file_is_a_conflict(
    workshop: Workshop,
) -> None:
    drop(workshop, vpc(more='  ipv4Namespace: default\n'))
    edit(workshop, 'ipv4Namespace: default', 'ipv4Namespace: ns-2')
    plan = drop(workshop, vpc(vlan=1003))
    (conflict,) = plan.conflicts
    assert conflict.kind is ConflictKind.CONCURRENT_MODIFICATION
    assert conflict.fields == ('spec.ipv4Namespace',)
    assert DROP in workshop.files()
    assert b'vlan: 1001' in workshop.show(MANAGED)


def test_the_base_moves_on_with_every_drop(workshop: Workshop) -> None:
    drop(workshop, vpc(vlan=1001))
    drop(workshop, vpc(vlan=1002))
    edit(workshop, '10.0.1.0', '10.0.9.0')
    drop(workshop, vpc(vlan=1003))
    assert b'10.0.9.0' in workshop.show(MANAGED)
    assert b'vlan: 1003' in workshop.show(MANAGED)


def test_a_settled_conflict_is_the_next_base(workshop: Workshop) -> None:
    drop(workshop, vpc(vlan=1001))
    edit(workshop, 'vlan: 1001', 'vlan: 1002')
    assert drop(workshop, vpc(vlan=1003)).conflicts
    # A person takes the drop's value; the drop waits in raw/ and is ingested now.
    edit(workshop, 'vlan: 1002', 'vlan: 1003')
    assert not ingested(workshop).conflicts
    plan = drop(workshop, vpc(vlan=1004))
    assert not plan.conflicts
    assert b'vlan: 1004' in workshop.show(MANAGED)


def test_a_held_document_is_nobodys_base(workshop: Workshop) -> None:
    """Its neighbours were ingested from the same original; the log says that it was not."""
    both = f'{BASE}/managed/vpcs/both.yaml'
    drop(workshop, vpc('vpc-1') + '---\n' + vpc('vpc-2'))
    two = workshop.show(MANAGED) + b'---\n' + workshop.show(f'{BASE}/managed/vpcs/vpc-2.yaml')
    gone: dict[str, str | bytes | None] = {MANAGED: None, f'{BASE}/managed/vpcs/vpc-2.yaml': None}
    workshop.commit({both: two, **gone})
    edit(workshop, 'vlan: 1001', 'vlan: 1002', both)
    plan = drop(workshop, vpc('vpc-1', subnet='10.0.7.0/24') + '---\n' + vpc('vpc-2', vlan=1003))
    assert [conflict.fields for conflict in plan.conflicts] == [('spec.subnets.default.vlan',)]
    assert plan.counts['ingested'] == 1
    plan = drop(workshop, vpc('vpc-2', subnet='10.0.8.0/24'))
    assert not plan.conflicts
    assert workshop.show(both).count(b'vlan: 1002') == 2


def test_an_item_of_a_list_has_its_base_too(workshop: Workshop) -> None:
    def listed(text: str) -> str:
        first, *rest = text.splitlines()
        lines = [f'- {first}', *(f'  {line}' for line in rest)]
        return '\n'.join(['apiVersion: v1', 'kind: List', 'items:', *lines, ''])

    drop(workshop, listed(vpc()))
    edit(workshop, 'vlan: 1001', 'vlan: 1002')
    assert not drop(workshop, listed(vpc(subnet='10.0.2.0/24'))).conflicts
    assert b'10.0.2.0' in workshop.show(MANAGED)
    assert b'vlan: 1002' in workshop.show(MANAGED)


def test_a_renamed_managed_file_keeps_its_base(workshop: Workshop) -> None:
    fabric = replace(LAB, keep_layout=True)
    renamed = f'{BASE}/managed/vpcs/renamed.yaml'
    drop(workshop, vpc(), fabric)
    text = workshop.show(MANAGED)
    workshop.commit({MANAGED: None, renamed: text.replace(b'1001', b'1002')})
    plan = drop(workshop, vpc(subnet='10.0.2.0/24'), fabric)
    assert not plan.conflicts
    assert MANAGED not in workshop.files()
    assert b'10.0.2.0' in workshop.show(renamed)
    assert b'vlan: 1002' in workshop.show(renamed)
    # The newest entry counts, whichever of the two names it was written under.
    edit(workshop, 'vlan: 1002', 'vlan: 1001', renamed)
    assert not drop(workshop, vpc(subnet='10.0.3.0/24'), fabric).conflicts
    assert b'vlan: 1001' in workshop.show(renamed)


def test_the_log_comes_back_from_history(workshop: Workshop) -> None:
    drop(workshop, vpc())
    edit(workshop, 'vlan: 1001', 'vlan: 1002')
    workshop.git('rm', '-r', '--quiet', f'{BASE}/.hnp')
    workshop.commit({DROP: vpc(subnet='10.0.2.0/24')})
    plan = ingested(workshop)
    assert not plan.conflicts
    assert b'10.0.2.0' in workshop.show(MANAGED)
    assert len(read_log(workshop.show(LOG))) == 2


def crowded_log(workshop: Workshop, entries: int) -> None:
    other = ArchiveEntry('ingestion', 'x', '', 'raw/other.yaml', workshop.head(), '', '', 1)  # type: ignore[arg-type]
    workshop.commit({LOG: append_entries(workshop.show(LOG), [other] * entries, NOW)})


@pytest.mark.slow
def test_older_parts_of_the_log_count(workshop: Workshop) -> None:
    drop(workshop, vpc())
    crowded_log(workshop, ENTRIES_LIMIT)
    drop(workshop, vpc('vpc-2'))
    assert f'{BASE}/.hnp/archive-log-1.yaml' in workshop.files()
    edit(workshop, 'vlan: 1001', 'vlan: 1002')
    assert not drop(workshop, vpc(subnet='10.0.2.0/24')).conflicts


@pytest.mark.slow
def test_older_parts_of_the_log_come_back_too(workshop: Workshop) -> None:
    drop(workshop, vpc())
    crowded_log(workshop, ENTRIES_LIMIT)
    drop(workshop, vpc('vpc-2'))
    edit(workshop, 'vlan: 1001', 'vlan: 1002')
    workshop.git('rm', '-r', '--quiet', f'{BASE}/.hnp')
    workshop.commit({DROP: vpc(subnet='10.0.2.0/24')})
    assert not ingested(workshop).conflicts
    assert f'{BASE}/.hnp/archive-log-1.yaml' in workshop.files()


def test_a_log_that_names_what_history_lacks_gives_no_base(workshop: Workshop) -> None:
    drop(workshop, vpc())
    log = workshop.show(LOG)
    blob = read_log(log)[0].original_blob
    workshop.commit({LOG: log.replace(blob.encode(), b'1' * 40)})
    plan = drop(workshop, vpc(vlan=1003))
    assert [conflict.fields for conflict in plan.conflicts] == [('spec.subnets.default.vlan',)]
    assert 'of unknown origin' in json.dumps(plan.conflicts[0].as_json())


def test_an_undone_ingestion_is_no_base(workshop: Workshop) -> None:
    drop(workshop, vpc())
    drop(workshop, vpc(vlan=1002))
    workshop.git('revert', '--no-edit', 'HEAD')
    workshop.git('rm', '--quiet', DROP)
    workshop.commit({})
    edit(workshop, '10.0.1.0', '10.0.9.0')
    assert not drop(workshop, vpc(vlan=1003)).conflicts
    assert b'vlan: 1003' in workshop.show(MANAGED)
