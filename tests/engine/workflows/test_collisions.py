"""What an edit brings about between objects is told with its plan, before there is a commit."""

from collections.abc import Iterable

import pytest

from hedgehog_gitops.documents import Limits, read
from hedgehog_gitops.findings import Finding, Severity
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.plans import Plan
from hedgehog_gitops.workflows import (
    Create,
    Edit,
    Remove,
    SetFields,
    collisions_typed,
    known_values,
    plan_edits,
)

from ..workshop import BASE, LAB, OPERATION, Workshop, vpc

GROUP = 'vpc.githedgehog.com'
A, B, C = (ResourceKey(GROUP, 'VPC', 'default', name) for name in 'abc')
ATTACHMENT = ResourceKey(GROUP, 'VPCAttachment', 'default', 'one')
DEFAULT = ('spec', 'subnets', 'default')
VLAN, SUBNET = (*DEFAULT, 'vlan'), (*DEFAULT, 'subnet')


def other(name: str, number: int) -> str:
    return vpc(name, 1000 + number).replace('10.0.1.0', f'10.0.{number}.0')


def attachment(subnet: str) -> str:
    return (
        f'apiVersion: {GROUP}/v1beta1\nkind: VPCAttachment\nmetadata: {{name: one}}\n'
        f'spec: {{subnet: {subnet}, connection: none}}\n'
    )


@pytest.fixture
def fabric(workshop: Workshop) -> Workshop:
    """Two VPCs, and an attachment of `b` whose connection has been missing for long."""
    managed = f'{BASE}/managed'
    workshop.commit({
        f'{managed}/vpcs/a.yaml': other('a', 1),
        f'{managed}/vpcs/b.yaml': other('b', 2),
        f'{managed}/vpcattachments/one.yaml': attachment('b/default'),
    })  # fmt: skip
    return workshop


def planned(fabric: Workshop, *edits: Edit) -> Plan:
    return plan_edits(fabric.store, fabric.head(), LAB, edits, OPERATION)


def told(plan: Plan) -> set[tuple[str, str, str | None]]:
    return told_of(plan.findings)


def told_of(findings: Iterable[Finding]) -> set[tuple[str, str, str | None]]:
    return {(f.code, str(f.resource).rpartition('/')[2], f.field) for f in findings}


def test_a_vlan_of_another_vpc(fabric: Workshop) -> None:
    (finding,) = planned(fabric, SetFields(A, {VLAN: 1002})).findings
    assert (finding.severity, finding.code, finding.resource) == (Severity.ERROR, 'VlanTaken', A)
    assert finding.file == f'{BASE}/managed/vpcs/a.yaml'
    assert finding.field == 'spec.subnets.default.vlan'
    assert finding.message == 'VLAN 1002 is already used by VPC b'


def test_what_was_wrong_before_is_not_told_again(fabric: Workshop) -> None:
    fabric.commit({f'{BASE}/managed/vpcs/c.yaml': vpc('c', 1001)})
    assert planned(fabric, SetFields(A, {('spec', 'mode'): 'l3vni'})).findings == ()
    assert (
        planned(fabric, SetFields(ATTACHMENT, {('metadata', 'labels'): {'a': 'b'}})).findings == ()
    )


def test_of_an_object_described_twice_the_one_in_force_counts(fabric: Workshop) -> None:
    fabric.commit({f'{BASE}/managed/vpcs/a-copy.yaml': other('a', 3)})
    taken = planned(fabric, SetFields(B, {VLAN: 1001})).findings
    assert told_of(taken) == {('VlanTaken', 'b', 'spec.subnets.default.vlan')}
    assert planned(fabric, SetFields(B, {VLAN: 1003})).findings == ()


def typed(fabric: Workshop, key: ResourceKey, text: str) -> list[Finding]:
    (document,) = read(text.encode()).documents
    return collisions_typed(fabric.store, fabric.head(), LAB, key, document, Limits())


def test_while_a_text_is_typed_its_own_problems_have_their_lines(fabric: Workshop) -> None:
    text = other('a', 2)
    told = typed(fabric, A, text)
    lines = [text.splitlines()[each.line - 1].split('#')[0].strip() for each in told if each.line]
    assert sorted(lines) == ['subnet: 10.0.2.0/24', 'vlan: 1002']
    assert all(finding.file is None for finding in told)
    assert typed(fabric, A, other('a', 1)) == []
    assert typed(fabric, A, other('a', 9)) == []
    assert [finding.code for finding in typed(fabric, C, vpc('c', 1002))] == [
        'SubnetTaken',
        'VlanTaken',
    ]


def test_while_a_text_is_typed_what_waits_counts_for_what_git_says(fabric: Workshop) -> None:
    def codes(key: ResourceKey, number: int, waiting: dict[ResourceKey, str | None]) -> set[str]:
        values = {
            other: read(text.encode()).documents[0].value if text else None
            for other, text in waiting.items()
        }
        (document,) = read(other(key.name, number).encode()).documents
        found = collisions_typed(fabric.store, fabric.head(), LAB, key, document, Limits(), values)
        return {finding.code for finding in found}

    taken = {'SubnetTaken', 'VlanTaken'}
    assert codes(A, 7, {C: other('c', 7)}) == taken
    assert codes(A, 7, {B: other('b', 7)}) == taken
    assert codes(A, 2, {}) == taken
    assert codes(A, 2, {B: other('b', 9)}) == set()
    assert codes(A, 2, {B: None}) == set()
    # Of the object that is typed it is the text that counts, not a draft of it.
    assert codes(A, 7, {A: other('a', 2), B: other('b', 2)}) == set()


def test_while_a_text_is_typed_what_others_miss_is_told_of_them(fabric: Workshop) -> None:
    (finding,) = typed(fabric, B, other('b', 2).replace('default:', 'first:'))
    assert (finding.resource, finding.line) == (ATTACHMENT, None)
    assert finding.file == f'{BASE}/managed/vpcattachments/one.yaml'


def test_edits_that_go_together_are_judged_together(fabric: Workshop) -> None:
    swap = SetFields(A, {VLAN: 1002}), SetFields(B, {VLAN: 1001})
    assert planned(fabric, *swap).findings == ()
    both = SetFields(A, {VLAN: 1009}), SetFields(B, {VLAN: 1009})
    assert told(planned(fabric, *both)) == {('VlanTaken', 'b', 'spec.subnets.default.vlan')}


def test_a_new_object_and_one_that_goes(fabric: Workshop) -> None:
    new = Create(C, vpc('c', 1003).replace('10.0.1.0/24', '10.0.2.128/25').encode())
    assert told(planned(fabric, new)) == {('SubnetTaken', 'c', 'spec.subnets.default.subnet')}
    assert planned(fabric, Remove(B), new).findings != ()
    assert told(planned(fabric, Remove(B), new)) == {('ReferenceMissing', 'one', 'spec.subnet')}
    assert planned(fabric, Remove(B), Remove(ATTACHMENT)).findings == ()


def test_a_name_that_is_not_there(fabric: Workshop) -> None:
    (finding,) = planned(fabric, SetFields(ATTACHMENT, {('spec', 'subnet'): 'c/default'})).findings
    assert finding.code == 'ReferenceMissing' and finding.resource == ATTACHMENT
    assert planned(fabric, SetFields(ATTACHMENT, {('spec', 'subnet'): 'a/default'})).findings == ()


def test_what_was_read_for_it_is_kept_and_makes_no_difference(
    fabric: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_values, '_WORTH_KEEPING', 1)
    edit = SetFields(A, {VLAN: 1002})
    first = planned(fabric, edit)
    monkeypatch.setattr(known_values, 'read', None)
    assert planned(fabric, edit) == first
