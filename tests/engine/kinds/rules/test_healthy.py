"""Nothing is said about what is well, whatever generated or changed it."""

import pytest

from hedgehog_gitops.kinds import CATALOGUE
from hedgehog_gitops.kinds.rules import fabric_problems

from .healthy import GONE, across, alone, changed, codes, found, healthy


def test_nothing_is_said_about_a_healthy_fabric() -> None:
    assert across(healthy()) == set()
    assert {ident: alone(value) for ident, value in healthy().items() if alone(value)} == {}


@pytest.mark.parametrize('kind', ['VLANNamespace', 'IPv4Namespace'])
def test_what_the_installer_creates_needs_no_file(kind: str) -> None:
    assert codes(changed(healthy(), {f'{kind}/default': GONE})) == set()


def test_what_the_installer_fills_in_is_not_asked_for() -> None:
    spec = {'role': 'server-leaf'}
    assert codes(changed(healthy(), {'Switch/leaf-4': spec})) == set()


def test_a_repeated_identity_counts_once() -> None:
    objects = [found(value) for value in healthy().values()]
    assert fabric_problems([*objects, *objects], CATALOGUE) == []


def test_an_older_version_has_other_fields() -> None:
    old = healthy()['VPC/vpc-2'] | {'apiVersion': 'vpc.githedgehog.com/v1alpha2'}
    old['spec'] = {'subnets': [{'cidr': '10.0.0.0/24', 'vlan': '1001'}]}
    assert alone(old) == set()
    assert across(changed(healthy(), {}) | {'VPC/vpc-4': old}) == set()


def test_a_kind_outside_of_the_catalogue_does_not_count() -> None:
    objects = [found(value) for value in healthy().values()]
    none = type(CATALOGUE)(kinds=())
    assert fabric_problems(objects[-1:], CATALOGUE) != []
    assert fabric_problems(objects[-1:], none) == []
