"""What is said about an object by the schema of its kind: one case for each sort of problem."""

import pickle
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hedgehog_gitops import kinds
from hedgehog_gitops.findings import Severity
from hedgehog_gitops.kinds import CATALOGUE, Kind, Schema, schema_problems
from hedgehog_gitops.kinds.schema import PROBLEM_LIMIT
from hedgehog_gitops.kinds.wording import _WORDS

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def kind_of(name: str) -> Kind:
    kind = CATALOGUE.by_kind(name)
    assert kind is not None
    return kind


def thing(name: str, spec: Any = None, **more: Any) -> dict[str, Any]:
    kind = kind_of(name)
    value = {'apiVersion': kind.api_version, 'kind': name, 'metadata': {'name': 'a'}}
    return value | ({} if spec is None else {'spec': spec}) | more


def problems(name: str, spec: Any = None, **more: Any) -> list[tuple[Severity, str, str]]:
    found = schema_problems(thing(name, spec, **more), kind_of(name))
    return [(p.severity, p.code, '.'.join(map(str, p.path))) for p in found]


def suggestion(name: str, spec: Any, **more: Any) -> str:
    (found,) = schema_problems(thing(name, spec, **more), kind_of(name))
    return found.suggestion


def custom(spec: Any, shape: dict[str, Any]) -> list[tuple[str, str]]:
    """Codes and paths for one value under `spec` of a kind with a schema of its own."""
    schema = Schema({'type': 'object', 'properties': {'spec': shape}})
    kind = Kind('a.example.com', 'v1', 'Thing', 'things', True, False, schema=schema)
    value = {'apiVersion': kind.api_version, 'kind': 'Thing', 'metadata': {'name': 'a'}}
    found = schema_problems({**value, 'spec': spec}, kind)
    return [(p.code, '.'.join(map(str, p.path))) for p in found]


@pytest.mark.parametrize(
    ('name', 'spec', 'expected'),
    [
        ('Switch', {'role': 'spine', 'groups': 'a'}, (ERROR, 'WrongType', 'spec.groups')),
        ('Switch', {'description': 'x'}, (ERROR, 'FieldMissing', 'spec.role')),
        ('Switch', {'role': None}, (ERROR, 'FieldMissing', 'spec.role')),
        ('Switch', {'role': 'leaf'}, (ERROR, 'ValueNotAllowed', 'spec.role')),
        (
            'Switch',
            {'role': 'spine', 'linkFlapErrDisable': {'flapThreshold': 51}},
            (ERROR, 'OutOfRange', 'spec.linkFlapErrDisable.flapThreshold'),
        ),
        ('Switch', {'role': 'spine', 'asn': 4200000000}, (WARNING, 'Int32Exceeded', 'spec.asn')),
        ('Switch', {'role': 'spine', 'asn': 2**32}, (ERROR, 'Int32Exceeded', 'spec.asn')),
        ('Switch', {'role': 'spine', 'asn': 2**64}, (ERROR, 'WrongType', 'spec.asn')),
        ('Switch', {'role': 'spine', 'groups': ['a', None]}, (ERROR, 'WrongType', 'spec.groups.1')),
        ('IPv4Namespace', {'subnets': []}, (ERROR, 'TooFewItems', 'spec.subnets')),
        ('IPv4Namespace', {'subnets': ['x'] * 21}, (ERROR, 'TooManyItems', 'spec.subnets')),
        ('VPC', {'vlanNamespce': 'a'}, (WARNING, 'UnknownField', 'spec.vlanNamespce')),
        (
            'VPC',
            {'subnets': {'a': {'dhcp': {'options': {'interfaceMTU': 9036}}}}},
            (WARNING, 'FieldMissing', 'spec.subnets.a.dhcp.options.leaseTimeSeconds'),
        ),
        (
            'VPC',
            {'subnets': {'a': {'dhcp': {'static': {'m': {}}}}}},
            (ERROR, 'FieldMissing', 'spec.subnets.a.dhcp.static.m.ip'),
        ),
        (
            'ExternalAttachment',
            {'static': {'remoteIP': '10.0.0.1'}, 'switch': {}},
            (WARNING, 'FieldMissing', 'spec.neighbor'),
        ),
        ('ExternalAttachment', {'switch': {}}, (ERROR, 'FieldMissing', 'spec.neighbor')),
        ('ExternalAttachment', None, (ERROR, 'FieldMissing', 'spec')),
        (
            'Connection',
            {'staticExternal': {'link': {'switch': {'ip': '10.0.0.1'}}}},
            (ERROR, 'PatternMismatch', 'spec.staticExternal.link.switch.ip'),
        ),
    ],
)
def test_each_sort_of_problem(name: str, spec: Any, expected: tuple[Severity, str, str]) -> None:
    assert problems(name, spec) == [expected]


@pytest.mark.parametrize(
    ('value', 'shape', 'code'),
    [
        ('', {'type': 'string', 'minLength': 1}, 'TooShort'),
        ('äöü', {'type': 'string', 'maxLength': 2}, 'TooLong'),
        ({}, {'type': 'object', 'minProperties': 1}, 'TooFewFields'),
        (
            {'a': 1, 'b': 2},
            {'type': 'object', 'additionalProperties': {}, 'maxProperties': 1},
            'TooManyFields',
        ),
        (3, {'type': 'integer', 'multipleOf': 2}, 'NotAMultiple'),
        (1, {'type': 'integer', 'minimum': 1, 'exclusiveMinimum': True}, 'OutOfRange'),
        (9, {'type': 'number', 'maximum': 9, 'exclusiveMaximum': True}, 'OutOfRange'),
        (1.5, {'type': 'integer'}, 'WrongType'),
        (2.0**53, {'type': 'integer'}, 'WrongType'),
        (True, {'type': 'integer'}, 'WrongType'),
        (True, {'x-kubernetes-int-or-string': True}, 'WrongType'),
        (1, {'type': 'boolean'}, 'WrongType'),
        (True, {'type': 'number', 'enum': [1]}, 'WrongType'),
        ('x', {'type': 'string', 'format': 'ipv4'}, 'FormatInvalid'),
        ('x', {'type': 'string', 'format': 'date-time'}, 'FormatInvalid'),
        ('x', {'type': 'string', 'anyOf': [{'pattern': 'y'}]}, 'ConditionNotMet'),
        ('x', {'type': 'string', 'not': {'pattern': 'x'}}, 'ConditionNotMet'),
    ],
)
def test_what_only_definitions_of_others_demand(value: Any, shape: Any, code: str) -> None:
    assert custom(value, shape) == [(code, 'spec')]


@pytest.mark.parametrize(
    ('value', 'shape'),
    [
        (1.0, {'type': 'integer'}),
        (1, {'type': 'number', 'enum': [1.0]}),
        (None, {'type': 'string', 'nullable': True}),
        (None, {'type': 'string'}),
        ('x', {'x-kubernetes-int-or-string': True}),
        (1, {'x-kubernetes-int-or-string': True}),
        ({'a': [None]}, {'x-kubernetes-preserve-unknown-fields': True}),
        ({'a': 1}, {'type': 'object', 'x-kubernetes-preserve-unknown-fields': True}),
        ({'a': None}, {'type': 'object', 'additionalProperties': {'type': 'string'}}),
        ({}, {'type': 'object', 'properties': {'a': {'default': True}}, 'required': ['a']}),
        ('any', {'type': 'string', 'format': 'made-up'}),
        ('xay', {'type': 'string', 'pattern': 'a'}),
    ],
)
def test_what_the_api_server_accepts(value: Any, shape: Any) -> None:
    assert custom(value, shape) == []


def test_lists_which_are_sets_or_have_keys() -> None:
    a_set = {'type': 'array', 'items': {'type': 'string'}, 'x-kubernetes-list-type': 'set'}
    assert custom(['a', 'b', 'a'], a_set) == [('DuplicateItem', 'spec.2')]
    assert custom(['a', 'b'], a_set) == []
    row = {'type': 'object', 'additionalProperties': {'type': 'string'}}
    keyed = {'type': 'array', 'items': row, 'x-kubernetes-list-type': 'map'}
    keyed |= {'x-kubernetes-list-map-keys': ['k']}
    rows = [{'k': 'a', 'v': '1'}, {'k': 'b'}, {'k': 'a', 'v': '2'}]
    assert custom(rows, keyed) == [('DuplicateItem', 'spec.2')]
    assert custom(rows[:2], keyed) == []


def test_nulls_and_unknown_fields_are_gone_before_conditions_are_asked() -> None:
    shape = {
        'type': 'object',
        'properties': {'a': {'type': 'string'}, 'b': {'type': 'string'}},
        'oneOf': [{'required': ['a']}, {'required': ['b']}],
    }
    assert custom({'a': 'x', 'b': None}, shape) == []
    assert custom({'a': 'x', 'b': 'y'}, shape) == [('ConditionNotMet', 'spec')]


@pytest.mark.parametrize(
    ('name', 'spec', 'said'),
    [
        ('VPC', {'subnets': {'a': {'cidr': '10.0.0.0/24'}}}, 'did you mean subnet?'),
        ('VPC', {'subnets': {'a': {'vlanId': 5}}}, 'did you mean vlan?'),
        ('VPC', {'subnets': {'a': {'VLAN': 5}}}, 'did you mean vlan?'),
        ('VPC', {'ipv4_namespace': 'a'}, 'did you mean ipv4Namespace?'),
        ('VPC', {'leaseTimeSeconds': 9}, 'spec.subnets{}.dhcp.options.leaseTimeSeconds'),
        ('VPC', {'subnets': {'a': {'vlan': '1001'}}}, 'write 1001 without quotes'),
        ('VPC', {'subnets': {'a': {'hostBGP': 'on'}}}, 'write true without quotes'),
        ('VPC', {'subnets': {'a': {'gateway': 5}}}, 'put it in quotes: "5"'),
        ('VPC', {'subnets': [{'name': 'a'}]}, 'write its fields as "name: value"'),
        ('VPCAttachment', {'vpc': 'a'}, 'write subnet with both names'),
        ('VPCAttachment', {'nativeVLAN': 'no'}, 'write false without quotes'),
        ('Connection', {'links': []}, 'spec.fabric'),
        ('Connection', {'unbundled': {'link': {'server': 's-1'}}}, "write it below: port: 's-1'"),
        ('Switch', {'role': 'Spine'}, 'did you mean spine?'),
        ('Switch', {'role': 'leaf'}, 'did you mean server-leaf or border-leaf or mixed-leaf?'),
        ('Switch', {'role': 'virtual_edge'}, 'did you mean virtual-edge?'),
        ('Switch', {}, "add spec.role: 'spine'"),
        ('VLANNamespace', {'ranges': [{'start': 1}]}, 'did you mean from?'),
        ('IPv4Namespace', {'subnets': '10.0.0.0/8'}, 'write a list'),
    ],
)
def test_suggestions(name: str, spec: Any, said: str) -> None:
    assert said in suggestion(name, spec)


def test_fields_beside_spec() -> None:
    assert problems('Server', Spec={}) == [(WARNING, 'UnknownField', 'Spec')]
    assert suggestion('Server', None, Spec={}) == 'did you mean spec?'


def test_metadata() -> None:
    bad = {'labels': {'a': 1, 'b': True, 'c': 'x'}, 'annotations': {'d': 1.5}, 'label': {}}
    assert problems('Server', metadata={'name': 'a', **bad}) == [
        (ERROR, 'WrongType', 'metadata.labels.a'),
        (ERROR, 'WrongType', 'metadata.labels.b'),
        (ERROR, 'WrongType', 'metadata.annotations.d'),
        (WARNING, 'UnknownField', 'metadata.label'),
    ]
    assert suggestion('Server', None, metadata={'labels': {'a': True}}) == 'put it in quotes'
    assert problems('Server', metadata={'name': 'a', 'labels': None}) == []
    assert problems('Server', metadata={'name': 'a', 'labels': {'a': None}}) == []
    assert problems('Server', metadata=['a']) == [(ERROR, 'WrongType', 'metadata')]


def test_what_the_cluster_owns() -> None:
    metadata = {'name': 'a', 'uid': 'x', 'resourceVersion': '1', 'creationTimestamp': None}
    assert problems('Server', metadata=metadata, status={'any': 'thing'}) == [
        (INFO, 'ServerOwnedField', 'metadata.uid'),
        (INFO, 'ServerOwnedField', 'metadata.resourceVersion'),
        (INFO, 'ServerOwnedField', 'status'),
    ]


def test_other_versions_are_told_once() -> None:
    spec = {'vlanId': '5', 'metadata': 5}
    old = 'vpc.githedgehog.com/v1alpha2'
    assert problems('VPC', spec, apiVersion=old) == [(WARNING, 'OlderApiVersion', 'apiVersion')]
    new = 'vpc.githedgehog.com/v3'
    assert problems('VPC', spec, apiVersion=new) == [(ERROR, 'ApiVersionNotServed', 'apiVersion')]
    labels = {'name': 'a', 'labels': {'x': 1}}
    assert [code for _, code, _ in problems('VPC', {}, apiVersion=old, metadata=labels)] == [
        'OlderApiVersion',
        'WrongType',
    ]


def test_a_further_served_version_is_checked_by_its_own_schema() -> None:
    shape = {'type': 'object', 'properties': {'spec': {'type': 'string'}}}
    kind = replace(kind_of('VPC'), further_schemas={'v2': Schema(shape)})
    value = thing('VPC', {}, apiVersion='vpc.githedgehog.com/v2')
    assert [p.code for p in schema_problems(value, kind)] == ['WrongType']


def test_a_kind_without_schema_says_nothing() -> None:
    assert schema_problems({'kind': 'Agent', 'spec': 5}, kind_of('Agent')) == ()


def test_the_list_of_problems_ends() -> None:
    spec = {f'x{number}': number for number in range(PROBLEM_LIMIT + 50)}
    found = schema_problems(thing('Server', spec), kind_of('Server'))
    assert len(found) == PROBLEM_LIMIT + 1
    assert found[-1].code == 'MoreProblems'
    assert '50' in found[-1].message
    assert found[-1].severity is WARNING
    late = schema_problems(thing('Server', {**spec, 'profile': 5}), kind_of('Server'))
    assert late[-1].severity is ERROR


def test_messages_are_short_and_safe() -> None:
    nasty = '\x1b[31m\u202e' + 'x' * 100_000
    spec = {nasty: 1, 'role': nasty, 'asn': nasty, 'ip': 10**5000, 'portFECs': {'a': nasty}}
    inside = {nasty: 1, 'dhcp': {'static': {nasty: {}}, 'options': {'interfaceMTU': 1}}}
    found = schema_problems(thing('Switch', spec), kind_of('Switch'))
    found += schema_problems(thing('VPC', {'subnets': {nasty: inside}}), kind_of('VPC'))
    assert [p.code for p in found if len(p.message + p.suggestion) > 400] == []
    assert all((p.message + p.suggestion).isprintable() for p in found)
    assert len(found) == 8


def test_a_schema_travels_to_another_process() -> None:
    schema = kind_of('VPC').schema
    assert schema is not None
    assert schema.accepts(thing('VPC', {}))
    again = pickle.loads(pickle.dumps(schema))
    assert again == schema
    assert again.digest == schema.digest
    assert again.accepts(thing('VPC', {}))
    assert (schema.source, schema.release) == ('built-in tables', '2026-07')


def test_the_validator_is_not_imported_before_it_is_needed() -> None:
    code = 'import sys, hedgehog_gitops.kinds; print("jsonschema_rs" in sys.modules)'
    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == 'False'


def test_every_code_is_described() -> None:
    page = Path(__file__).parents[3] / 'docs' / 'reference' / 'reasons.md'
    described = set(re.findall(r'`(\w+)`', page.read_text('utf-8')))
    source = Path(str(kinds.__file__)).parent
    modules = ('faults.py', 'schema.py', 'wording.py', 'definitions.py', 'openapi.py')
    told = '\n'.join((source / name).read_text('utf-8') for name in modules)
    codes = set(re.findall(r"(?:Fault\(|Severity\.[A-Z]+,\s*)'([A-Z][a-z0-9]\w+)'", told))
    assert {'WrongType', 'OlderApiVersion', 'DefinitionInvalid'} <= codes
    assert (codes | set(_WORDS)) - described == set()


def test_a_lone_surrogate_is_looked_at_and_refused_nowhere() -> None:
    assert problems('Server', {'description': '\ud800'}) == []


def test_what_a_strange_definition_says_is_shown_as_safely() -> None:
    nasty = '\x1b\u202e' + 'x' * 500
    words = {'type': 'string', 'enum': [nasty, *(f'{nasty}{number}' for number in range(50))]}
    text = {'type': 'string', 'pattern': f'^{nasty}$'}
    shape = {'type': 'object', 'properties': {nasty: text, 'words': words, 'text': text}}
    outer = {'type': 'object', 'properties': {nasty: shape}, 'required': [nasty]}
    schema = Schema({'type': 'object', 'properties': {'spec': shape, 'other': outer}})
    kind = Kind('a.example.com', 'v1', 'Thing', 'things', True, False, schema=schema)
    spec: dict[str, Any] = {nasty[:-1]: 1, 'words': nasty[:-1], 'text': 'a'}
    value: dict[str, Any] = {'apiVersion': kind.api_version, 'spec': spec, 'other': {'text': 1}}
    found = schema_problems(value, kind)
    assert {p.code for p in found} == {
        'UnknownField',
        'ValueNotAllowed',
        'PatternMismatch',
        'FieldMissing',
    }
    assert all((p.message + p.suggestion).isprintable() for p in found)
    assert [p.message for p in found if len(p.message + p.suggestion) > 1000] == []
