"""A template made of an object makes that object, whatever its variables stand for."""

from typing import Any

import pytest

from hedgehog_gitops.documents import Limits, emit, read
from hedgehog_gitops.templates.making import template_of

from .runs import text

VALUES: dict[str, Any] = {
    'string': 'leaf one',
    'text of several lines': 'one\ntwo\n',
    'text that looks like something else': '1e3',
    'integer': 7,
    'boolean': True,
    'vlan': 1001,
    'prefix': '10.0.0.0/24',
    'address': '10.0.0.1',
    'list': ['a', {'b': [1, 2]}],
    'empty list': [],
    'mapping': {'default': {'subnet': '10.0.1.0/24', 'vlan': 1001}, 'on': 'yes: no'},
    'empty mapping': {},
}
OBJECT = {'apiVersion': 'v1', 'kind': 'VPC', 'metadata': {'name': 'a'}}
FLOW = '{apiVersion: v1, kind: VPC, metadata: {name: a}, spec: {inner: {field: %s}, last: 1}}\n'


@pytest.mark.parametrize('name', VALUES)
@pytest.mark.parametrize('flow', [False, True])
def test_it_makes_the_same(name: str, flow: bool) -> None:
    value = {**OBJECT, 'spec': {'inner': {'field': VALUES[name]}, 'last': 1}}
    block = emit(value)
    if flow:
        import json

        block = (FLOW % json.dumps(VALUES[name])).encode()
    made = template_of([(block, value)], {'given': ('spec', 'inner', 'field')}, Limits())
    again = read(text(made.decode()).encode())
    assert again.findings == ()
    assert again.documents[0].value == value
