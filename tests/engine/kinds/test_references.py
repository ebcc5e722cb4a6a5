"""What an object points at, as data: the edges of the fabric."""

from typing import Any

import pytest

from hedgehog_gitops.kinds import CATALOGUE
from hedgehog_gitops.kinds.references import ReferenceFound, references_of


def edges(kind: str, spec: Any) -> list[tuple[str, str, str]]:
    row = CATALOGUE.by_kind(kind)
    assert row
    return [
        ('/'.join(found.targets), found.name, found.part)
        for found in references_of({'spec': spec}, row)
    ]


CASES: list[tuple[str, Any, list[tuple[str, str, str]]]] = [
    ('VPCAttachment', {'subnet': 'a/b'}, [('VPC', 'a', 'b')]),
    ('VPCAttachment', {'subnet': 'a'}, [('VPC', 'a', 'default')]),
    ('VPCAttachment', {'subnet': '', 'connection': None}, []),
    (
        'Connection',
        {'unbundled': {'link': {'server': {'port': 's/p'}, 'switch': {'port': 'l/E1/1/4'}}}},
        [('Server', 's', 'p'), ('Switch', 'l', 'E1/1/4')],
    ),
    (
        'Connection',
        {'gateway': {'links': [{'switch': {'port': 'l/E1/1'}, 'gateway': {'port': 'g/p'}}]}},
        [('Switch', 'l', 'E1/1'), ('Gateway', 'g', 'p')],
    ),
    ('VPCPeering', {'permit': [{'a': {}, 'b': {}}]}, [('VPC', 'a', ''), ('VPC', 'b', '')]),
    (
        'GatewayPeering',
        {'peering': {'a': {}, 'ext.b': {}, 'rp.c': {}}, 'gatewayGroup': 'g'},
        [('VPC', 'a', ''), ('External', 'b', ''), ('GatewayGroup', 'g', '')],
    ),
    (
        'VPC',
        {'ipv4Namespace': 'n', 'subnets': {'s': {'dhcp': {'relayVPC': 'r'}}}},
        [('IPv4Namespace', 'n', ''), ('VLANNamespace', 'default', ''), ('VPC', 'r', '')],
    ),
    ('External', {}, [('IPv4Namespace', 'default', '')]),
    ('External', {'ipv4Namespace': 5}, []),
    ('Switch', {'vlanNamespaces': []}, [('VLANNamespace', 'default', '')]),
    ('Switch', {'vlanNamespaces': ['a'], 'groups': 'b'}, [('VLANNamespace', 'a', '')]),
    ('Server', {'profile': 'x'}, []),
    ('External', None, []),
]


@pytest.mark.parametrize(('kind', 'spec', 'expected'), CASES)
def test_an_object_points_at(kind: str, spec: Any, expected: list[tuple[str, str, str]]) -> None:
    assert edges(kind, spec) == expected


def test_an_edge_says_where_it_begins() -> None:
    row = CATALOGUE.by_kind('VPCPeering')
    assert row
    (first, _) = references_of({'spec': {'permit': [{'a': {}, 'b': {}}]}}, row)
    assert first == ReferenceFound(('spec', 'permit', 0, 'a'), ('VPC',), 'a')
