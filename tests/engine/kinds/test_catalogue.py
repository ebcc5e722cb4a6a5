"""The table of kinds against itself and, where it is at hand, against the product's own CRDs."""

from typing import Any

import pytest
import yaml

from hedgehog_gitops.documents import Value, digest
from hedgehog_gitops.kinds import CATALOGUE, ITSELF, MAP_KEYS, Kind

from ... import corpus as real

MAIN_FOLDERS = [
    'connections',
    'externalattachments',
    'externalpeerings',
    'externals',
    'ipv4namespaces',
    'servers',
    'switches',
    'switchgroups',
    'vlannamespaces',
    'vpcattachments',
    'vpcpeerings',
    'vpcs',
]


def crds() -> list[dict[str, Any]]:
    return [yaml.safe_load(path.read_text('utf-8')) for path in real.yaml_files('crds')]


def test_the_twelve_folders() -> None:
    assert [kind.plural for kind in CATALOGUE.main_kinds] == MAIN_FOLDERS


def test_newer_kinds_are_managed_without_a_folder_of_their_own() -> None:
    newer = {kind.kind for kind in CATALOGUE.managed_kinds if not kind.main}
    assert newer == {'SwitchProfile', 'ServerProfile', 'Gateway', 'GatewayGroup', 'GatewayPeering'}


def test_no_two_kinds_share_a_folder_or_a_name() -> None:
    assert len({kind.plural for kind in CATALOGUE.kinds}) == len(CATALOGUE.kinds)
    assert len({(kind.group, kind.kind) for kind in CATALOGUE.kinds}) == len(CATALOGUE.kinds)


def test_references_name_kinds_of_the_table() -> None:
    names = {kind.kind for kind in CATALOGUE.kinds}
    for kind in CATALOGUE.kinds:
        assert {target for reference in kind.references for target in reference.targets} <= names


@pytest.mark.slow
def test_every_crd_is_in_the_table() -> None:
    for crd in crds():
        names, spec = crd['spec']['names'], crd['spec']
        kind = CATALOGUE.find(spec['group'], names['kind'])
        assert kind is not None, names['kind']
        assert kind.plural == names['plural']
        assert kind.version in [version['name'] for version in spec['versions']]


@pytest.mark.slow
def test_every_field_the_table_names_is_in_the_schema() -> None:
    for crd in crds():
        kind = CATALOGUE.find(crd['spec']['group'], crd['spec']['names']['kind'])
        assert kind is not None
        schema = crd['spec']['versions'][0]['schema']['openAPIV3Schema']
        for field in named_fields(kind):
            assert schema_has(schema, field), f'{kind.kind}: {field}'


@pytest.mark.slow
def test_no_old_field_is_a_field_of_today() -> None:
    old = {kind.kind: kind.old_fields for kind in CATALOGUE.kinds if kind.old_fields}
    assert {'Connection', 'VPC', 'VPCAttachment'} <= old.keys()
    for crd in crds():
        schema = crd['spec']['versions'][0]['schema']['openAPIV3Schema']
        for row in old.get(crd['spec']['names']['kind'], ()):
            assert not schema_has(schema, row.field)
            assert schema_has(schema, row.field.rpartition('.')[0])


def named_fields(kind: Kind) -> list[str]:
    fields = [reference.field for reference in kind.references] + list(kind.sorted_lists)
    for row in kind.list_keys:
        fields.append(row.field)
        fields += [f'{row.field}[].{key}' for key in row.keys if key not in (ITSELF, MAP_KEYS)]
    for filled in kind.filled_fields:
        fields += [filled.field, *([filled.when] if filled.when else [])]
    return fields


def schema_has(schema: dict[str, Any], field: str) -> bool:
    for step in field.replace('[]', '.[]').replace('{}', '.{}').split('.'):
        if step == '[]':
            schema = schema.get('items', {})
        elif step == '{}':
            schema = schema.get('additionalProperties', {})
        else:
            schema = schema.get('properties', {}).get(step, {})
        if not schema:
            return False
    return True


def _static(*macs: str) -> dict[str, Any]:
    return {'subnets': {'a': {'dhcp': {'static': {mac: {} for mac in macs}}}}}


@pytest.mark.parametrize(
    ('field', 'sorted_'),
    [
        (('spec', 'subnets', 'any', 'dhcp', 'options', 'dnsServers'), True),
        (('spec', 'subnets', 'any', 'dhcp', 'options', 'other'), False),
        (('spec', 'permit'), False),
        (('spec', 'subnets', 'dhcp', 'options', 'dnsServers'), False),
    ],
)
def test_which_lists_are_sorted(field: tuple[str, ...], sorted_: bool) -> None:
    vpc = CATALOGUE.by_kind('VPC')
    assert vpc is not None
    assert vpc.sorts(field) is sorted_


@pytest.mark.parametrize(
    ('kind', 'one', 'other'),
    [
        ('Switch', {'portSpeeds': {'E1/1': 'SPEED_25G'}}, {'portSpeeds': {'E1/1': '25G'}}),
        ('Switch', {'portGroupSpeeds': {'1': 'SPEED_10G'}}, {'portGroupSpeeds': {'1': '10G'}}),
        ('VPC', _static('0C-20-12-FE-01-02'), _static('0c:20:12:fe:01:02')),
        ('VPC', _static('0c20.12fe.0102'), _static('0c:20:12:fe:01:02')),
    ],
)
def test_the_api_writes_both_alike(kind: str, one: Value, other: Value) -> None:
    row = CATALOGUE.by_kind(kind)
    assert row is not None
    assert digest({'spec': one}, row.as_kept) == digest({'spec': other}, row.as_kept)
    assert digest({'spec': one}) != digest({'spec': other})


def test_two_spellings_of_one_address_are_not_made_one() -> None:
    row = CATALOGUE.by_kind('VPC')
    assert row is not None
    both = _static('0c:20:12:fe:01:02', '0C:20:12:FE:01:02')
    assert digest({'spec': both}, row.as_kept) == digest({'spec': both})
    path = ('spec', 'subnets', 'a', 'dhcp', 'static')
    odd: dict[str, Value] = {'none': 1, '0C:20:12:FE:01:02': 2}
    assert row.as_kept(path, odd) == {'none': 1, '0c:20:12:fe:01:02': 2}


def test_a_kind_can_be_enabled() -> None:
    enabled = CATALOGUE.enabling([('agent.githedgehog.com', 'Agent')])
    agent = enabled.find('agent.githedgehog.com', 'Agent')
    assert agent is not None
    assert agent.managed
    assert not CATALOGUE.find('agent.githedgehog.com', 'Agent').managed  # type: ignore[union-attr]
    assert enabled.main_kinds == CATALOGUE.main_kinds


@pytest.mark.parametrize(
    ('group', 'is_hedgehog'),
    [
        ('wiring.githedgehog.com', True),
        ('fabric.githedgehog.com', True),
        ('githedgehog.com', True),
        ('vpc.githedgehog.io', True),
        ('test.hedgehog.io', False),
        ('apps', False),
        ('', False),
    ],
)
def test_hedgehog_groups(group: str, is_hedgehog: bool) -> None:
    assert CATALOGUE.is_hedgehog_group(group) is is_hedgehog
