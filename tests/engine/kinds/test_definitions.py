"""CustomResourceDefinitions: what is read from good, odd and hostile ones, and how they rule."""

from copy import deepcopy
from typing import Any

import pytest

from hedgehog_gitops.documents import Value
from hedgehog_gitops.findings import Severity
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.kinds import (
    CATALOGUE,
    Disposition,
    Kind,
    identify,
    name_findings,
    read_definitions,
    resolve_resource,
    schema_problems,
)

VPC = 'vpc.githedgehog.com'


def definition(
    group: str = 'things.example.com',
    kind: str = 'Thing',
    plural: str = 'things',
    schema: Any = None,
    **more: Any,
) -> dict[str, Any]:
    version = {
        'name': 'v1',
        'served': True,
        'storage': True,
        'subresources': {'status': {}},
        'schema': {'openAPIV3Schema': schema or {'type': 'object', 'properties': {'spec': SPEC}}},
    }
    names = {'kind': kind, 'plural': plural}
    spec = {'group': group, 'names': names, 'scope': 'Namespaced', 'versions': [version]}
    head = {'apiVersion': 'apiextensions.k8s.io/v1', 'kind': 'CustomResourceDefinition'}
    return {**head, 'metadata': {'name': f'{plural}.{group}'}, 'spec': {**spec, **more}}


SPEC = {'type': 'object', 'properties': {'size': {'type': 'integer', 'maximum': 5}}}


def only(value: Any) -> Kind:
    (kind,), problems = read_definitions(value)
    assert not problems
    return kind


def codes(kind: Kind, **value: Value) -> list[str]:
    return [p.code for p in schema_problems({'apiVersion': kind.api_version, **value}, kind)]


def test_a_definition_becomes_a_managed_kind() -> None:
    kind = only(definition())
    assert (kind.group, kind.version, kind.kind) == ('things.example.com', 'v1', 'Thing')
    assert (kind.plural, kind.managed, kind.main) == ('things', True, False)
    assert kind.schema is not None
    assert kind.schema.source == 'CustomResourceDefinition things.things.example.com'
    assert codes(kind, spec={'size': 6, 'sice': 1}) == ['OutOfRange', 'UnknownField']
    assert codes(kind, spec={'size': 5}, metadata={'name': 'a'}) == []
    assert codes(kind, spec={}, status={'x': 1}) == ['ServerOwnedField']


def test_versions() -> None:
    versions = [
        {'name': 'v1', 'served': False, 'storage': False},
        {'name': 'v2', 'served': True, 'storage': False},
        {'name': 'v3', 'served': True, 'storage': True},
    ]
    kind = only(definition(versions=versions))
    assert kind.version == 'v3'
    assert kind.older_versions == ('v1',)
    assert set(kind.further_schemas) == {'v2'}
    assert codes(kind, apiVersion='things.example.com/v1') == ['OlderApiVersion']
    assert codes(kind, apiVersion='things.example.com/v2', anything=1) == []
    assert codes(kind, apiVersion='things.example.com/v4') == ['ApiVersionNotServed']


def test_the_first_form_of_the_api_keeps_unknown_fields() -> None:
    schema = {'properties': {'spec': SPEC}, 'type': 'object'}
    old = definition(version='v1', validation={'openAPIV3Schema': schema})
    old['apiVersion'] = 'apiextensions.k8s.io/v1beta1'
    del old['spec']['versions']
    assert codes(only(old), spec={'size': 9, 'other': 1}) == ['OutOfRange']
    old['spec']['preserveUnknownFields'] = False
    assert codes(only(old), spec={'size': 9, 'other': 1}) == ['OutOfRange', 'UnknownField']


def test_a_status_that_is_no_resource_apart_is_a_field_like_any_other() -> None:
    value = definition()
    del value['spec']['versions'][0]['subresources']
    assert codes(only(value), status={}) == ['UnknownField']


def test_a_known_kind_takes_over_the_schema_and_stays_what_it_is() -> None:
    known = CATALOGUE.by_kind('VPC')
    defined = only(definition(VPC, 'VPC', 'vpcs'))
    kind = CATALOGUE.with_kinds([defined]).by_kind('VPC')
    assert kind and known
    assert kind.schema is defined.schema
    assert (kind.version, kind.older_versions) == ('v1', ('v1alpha2', 'v1alpha1', 'v1beta1'))
    assert (kind.references, kind.list_keys) == (known.references, known.list_keys)
    assert (kind.main, kind.name_limit, kind.plural) == (True, 11, 'vpcs')
    found = identify({'apiVersion': f'{VPC}/v1', 'kind': 'VPC', 'metadata': {'name': 'a'}})
    assert found.kind is not None


def test_an_internal_kind_stays_unmanaged() -> None:
    defined = only(definition('agent.githedgehog.com', 'Agent', 'agents'))
    agent = CATALOGUE.with_kinds([defined]).by_kind('Agent')
    assert agent is not None
    assert not agent.managed
    assert agent.schema is defined.schema


def test_a_new_kind_is_handled_without_code() -> None:
    racks = only(definition('wiring.githedgehog.com', 'Rack', 'racks'))
    catalogue = CATALOGUE.with_kinds([racks, only(definition())])
    for group, name in ((racks.group, 'Rack'), ('things.example.com', 'Thing')):
        value: Value = {'apiVersion': f'{group}/v1', 'kind': name, 'metadata': {'name': 'a'}}
        assert identify(value, catalogue).disposition is Disposition.MANAGED
        assert identify(value).disposition is Disposition.UNMANAGED
        assert catalogue.knows_group(group)
    assert str(resolve_resource('racks/a', catalogue)).endswith('/Rack/default/a')
    assert CATALOGUE.main_kinds == catalogue.main_kinds
    elsewhere = ResourceKey('things.example.com', 'Thing', 'lab', 'a')
    assert name_findings(elsewhere, catalogue) == ()


def test_two_kinds_never_share_a_folder() -> None:
    defined = [
        only(definition('b.example.com', 'Server', 'servers')),
        only(definition('a.example.com', 'Other', 'others')),
        only(definition('c.example.com', 'Other', 'others')),
        only(definition('c.example.com', 'Another', 'others')),
    ]
    for kinds in (defined, defined[::-1]):
        catalogue = CATALOGUE.with_kinds(kinds)
        folders = {(kind.group, kind.kind): kind.plural for kind in catalogue.kinds}
        assert len(set(folders.values())) == len(folders)
        assert folders['wiring.githedgehog.com', 'Server'] == 'servers'
        assert folders['b.example.com', 'Server'] == 'servers.b.example.com'
        assert folders['a.example.com', 'Other'] == 'others'
        assert folders['c.example.com', 'Another'] == 'others.c.example.com'
        assert folders['c.example.com', 'Other'] == 'others.c.example.com.2'
    assert resolve_resource('Server/a', catalogue).group == 'wiring.githedgehog.com'


def test_the_digest_changes_with_what_is_known() -> None:
    again = CATALOGUE.with_kinds([])
    assert again.digest == CATALOGUE.digest == CATALOGUE.digest
    stricter = deepcopy(definition())
    stricter['spec']['versions'][0]['schema']['openAPIV3Schema']['required'] = ['spec']
    digests = [
        CATALOGUE.digest,
        CATALOGUE.with_kinds([only(definition())]).digest,
        CATALOGUE.with_kinds([only(stricter)]).digest,
        CATALOGUE.enabling([('agent.githedgehog.com', 'Agent')]).digest,
    ]
    assert len(set(digests)) == len(digests)


@pytest.mark.parametrize(
    ('path', 'value'),
    [
        ((), []),
        (('kind',), 'Deployment'),
        (('apiVersion',), 'apiextensions.k8s.io/v2'),
        (('spec',), None),
        (('spec', 'group'), ''),
        (('spec', 'group'), 'core'),
        (('spec', 'group'), '../../etc'),
        (('spec', 'names'), []),
        (('spec', 'names', 'kind'), 'a/b'),
        (('spec', 'names', 'kind'), 5),
        (('spec', 'names', 'plural'), '../up'),
        (('spec', 'names', 'plural'), '.git'),
        (('spec', 'names', 'plural'), 'a/b'),
        (('spec', 'versions'), []),
        (('spec', 'versions'), {}),
        (('spec', 'versions', 0), 'v1'),
        (('spec', 'versions', 0, 'name'), None),
        (('spec', 'versions', 0, 'name'), 'v/1'),
        (('spec', 'versions', 0, 'served'), False),
    ],
)
def test_a_bad_definition_is_a_problem(path: tuple[str | int, ...], value: Any) -> None:
    whole: Any = definition()
    if path:
        place = whole
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
    kinds, problems = read_definitions(whole if path else value)
    assert kinds == ()
    assert [(p.severity, p.code) for p in problems] == [(Severity.ERROR, 'DefinitionInvalid')]


@pytest.mark.parametrize(
    'size',
    [
        {'$ref': 'http://127.0.0.1:1/schema.json'},
        {'$ref': '#'},
        {'type': 'string', 'pattern': '(?=never)a'},
        {'type': 'string', 'pattern': '(((a{100}){100}){100}){100}'},
        {'type': 'string', 'pattern': '(' * 900},
        {'type': 'tuple'},
        {'minimum': 10**5000},
        {'multipleOf': 0},
        {'enum': []},
        {'enum': [10**5000]},
        {'required': [[]]},
        'text',
    ],
)
def test_what_cannot_be_used_is_left_out_with_a_problem(size: Any) -> None:
    schema = {
        'type': 'object',
        'properties': {'spec': {'type': 'object', 'properties': {'s': size}}},
    }
    (kind,), problems = read_definitions(definition(schema=schema))
    assert [(p.severity, p.code) for p in problems] == [(Severity.WARNING, 'DefinitionIncomplete')]
    assert codes(kind, spec={'s': 'anything'}) == []
    assert codes(kind, spec={'t': 1}) == ['UnknownField']


def test_rules_in_cel_are_said_not_to_be_judged_and_once() -> None:
    rules = [{'rule': 'self.s != "x"'}]
    text = {'type': 'string', 'x-kubernetes-validations': rules}
    spec = {'type': 'object', 'properties': {'s': text}, 'x-kubernetes-validations': rules}
    schema = {'type': 'object', 'properties': {'spec': spec}}
    (kind,), (problem,) = read_definitions(definition(schema=schema))
    assert (problem.severity, problem.code) == (Severity.INFO, 'DefinitionIncomplete')
    assert problem.path[-3:] == ('properties', 'spec', 'x-kubernetes-validations')
    assert codes(kind, spec={'s': 'x'}) == []
    assert codes(kind, spec={'s': 1}) == ['WrongType']


def test_definitions_of_any_depth_and_size_are_bounded() -> None:
    deep: Any = {'type': 'string'}
    for _ in range(5000):
        deep = {'type': 'object', 'properties': {'a': deep}}
    wide = {'type': 'object', 'properties': {f'f{n}': {'type': 'string'} for n in range(50_000)}}
    for schema in (deep, wide):
        (kind,), problems = read_definitions(definition(schema=schema))
        assert {p.code for p in problems} == {'DefinitionIncomplete'}
        assert len(problems) <= 200
        assert CATALOGUE.with_kinds([kind]).digest
        assert codes(kind, f1='x', a={}) in ([], ['UnknownField'])


@pytest.mark.parametrize('pattern', ['^(a+)+$', '(a|aa)+$', '(.*)*x', '(a?){90}a{90}'])
@pytest.mark.timeout(30)
def test_no_pattern_takes_long(pattern: str) -> None:
    shape = {'type': 'string', 'pattern': pattern}
    schema = {'type': 'object', 'properties': {'spec': shape}}
    kind = only(definition(schema=schema))
    assert set(codes(kind, spec='a' * 300_000 + '!')) <= {'PatternMismatch'}
