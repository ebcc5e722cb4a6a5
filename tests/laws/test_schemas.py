"""Laws of checking by schema, over any value and any schema."""

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from hedgehog_gitops.kinds import CATALOGUE, Kind, Schema, read_definitions, schema_problems
from hedgehog_gitops.kinds.faults import faults
from hedgehog_gitops.kinds.openapi import OpenApiReader

KINDS = [kind for kind in CATALOGUE.kinds if kind.schema]
NAMES = st.sampled_from(['a', 'b', 'spec', 'metadata', 'labels', 'status', 'subnets', 'links'])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**65), 2**65)
    | st.floats()
    | st.text()
    | st.sampled_from(['a', 'ab', '1', '10.0.0.1', 'on'])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)
TYPES = st.sampled_from(['object', 'array', 'string', 'integer', 'number', 'boolean'])
FORMATS = st.sampled_from(['int32', 'int64', 'ipv4', 'date-time', 'byte', 'mac', 'other'])
SIZES = st.integers(0, 3)
FLAGS = st.booleans()
NUMBERS = st.integers(-3, 3) | st.sampled_from([2**31, -(2**63), 0.5])
PLAIN = {
    'type': TYPES,
    'format': FORMATS,
    'nullable': FLAGS,
    'enum': st.lists(SCALARS.filter(lambda value: value == value), min_size=1, max_size=3),
    'pattern': st.sampled_from(['^a', 'b$', '[0-9]+', '(?=x)', '(']),
    'minimum': NUMBERS,
    'maximum': NUMBERS,
    'exclusiveMinimum': FLAGS,
    'exclusiveMaximum': FLAGS,
    'multipleOf': st.sampled_from([1, 2, 0.5, 0]),
    'required': st.lists(NAMES, max_size=2),
    'x-kubernetes-int-or-string': FLAGS,
    'x-kubernetes-preserve-unknown-fields': FLAGS,
    'x-kubernetes-embedded-resource': FLAGS,
    'x-kubernetes-list-type': st.sampled_from(['set', 'map', 'atomic']),
    'x-kubernetes-list-map-keys': st.lists(NAMES, max_size=2),
    'default': SCALARS,
    '$ref': st.just('#/definitions/a'),
    **{
        f'{way}{what}': SIZES
        for way in ('min', 'max')
        for what in ('Length', 'Items', 'Properties')
    },
}


def shapes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    nested = {
        'properties': st.dictionaries(NAMES, inner, max_size=3),
        'additionalProperties': FLAGS | inner,
        'items': inner,
        'anyOf': st.lists(inner, max_size=2),
        'not': inner,
    }
    return st.fixed_dictionaries({}, optional={**PLAIN, **nested})


SHAPES = st.recursive(st.fixed_dictionaries({}, optional=PLAIN), shapes, max_leaves=6)


@given(kind=st.sampled_from(KINDS), spec=VALUES, metadata=VALUES, more=VALUES)
@settings(max_examples=300, deadline=None)
def test_no_value_is_too_strange(kind: Kind, spec: Any, metadata: Any, more: Any) -> None:
    value = {'apiVersion': kind.api_version, 'kind': kind.kind, 'metadata': metadata, 'spec': spec}
    for one in (value, more, {**value, **more} if isinstance(more, dict) else spec):
        for problem in schema_problems(one, kind):
            assert problem.message


@given(shape=SHAPES, value=VALUES)
@example({'x-kubernetes-list-type': 'set'}, [None, None])
@example({'additionalProperties': {'type': 'object'}}, {'a': False})
@example({'x-kubernetes-int-or-string': True}, -(2**65))
@example({'type': 'object', 'x-kubernetes-int-or-string': True, 'format': 'ipv4'}, '')
@settings(max_examples=500, deadline=None)
def test_what_the_fast_path_accepts_has_no_faults(shape: Any, value: Any) -> None:
    reader = OpenApiReader()
    schema = Schema({'type': 'object', 'properties': {'spec': reader.read(shape, ())}})
    thing = {'spec': value}
    if schema.accepts(thing):
        assert list(faults(thing, schema.root)) == []


@given(shape=SHAPES | VALUES, value=VALUES)
@settings(max_examples=300, deadline=None)
def test_no_definition_is_too_strange(shape: Any, value: Any) -> None:
    schema = {'type': 'object', 'properties': {'spec': shape}}
    version = {'name': 'v1', 'served': True, 'storage': True, 'schema': {'openAPIV3Schema': schema}}
    spec = {
        'group': 'a.example.com',
        'names': {'kind': 'Thing', 'plural': 'things'},
        'versions': [version],
    }
    kinds, _ = read_definitions(
        {'apiVersion': 'apiextensions.k8s.io/v1', 'kind': 'CustomResourceDefinition', 'spec': spec}
    )
    (kind,) = kinds
    assert CATALOGUE.with_kinds(kinds).digest != CATALOGUE.digest
    schema_problems({'apiVersion': kind.api_version, 'spec': value}, kind)


@given(spec=VALUES, whole=VALUES)
@settings(max_examples=200, deadline=None)
def test_no_definition_at_all_is_too_strange(spec: Any, whole: Any) -> None:
    head = {'apiVersion': 'apiextensions.k8s.io/v1', 'kind': 'CustomResourceDefinition'}
    for value in (whole, {**head, 'spec': spec}):
        kinds, problems = read_definitions(value)
        assert kinds or problems
