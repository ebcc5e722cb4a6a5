"""What a document is said to be, and what is said to people about it."""

from typing import Any

import pytest

from hedgehog_gitops.documents import read
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.kinds import (
    CATALOGUE,
    Disposition,
    identify,
    is_label,
    is_name,
    name_findings,
    nearest_name,
    resolve_resource,
)

WIRING, VPC = 'wiring.githedgehog.com', 'vpc.githedgehog.com'


def thing(api_version: Any = f'{WIRING}/v1beta1', kind: Any = 'Server', **metadata: Any) -> Any:
    return {'apiVersion': api_version, 'kind': kind, 'metadata': {'name': 'a', **metadata}}


def test_a_managed_object() -> None:
    found = identify(thing())
    assert found.key == ResourceKey(WIRING, 'Server', 'default', 'a')
    assert (found.disposition, found.finding) == (Disposition.MANAGED, None)
    assert found.kind is CATALOGUE.find(WIRING, 'Server')


@pytest.mark.parametrize(
    'value',
    [
        thing(annotations={'a': '{{ .Values.a }}'}),
        thing() | {'spec': {'description': '{{ .Values.a }}', 'a': 'x {{ .b }}', 'c': '{{ b }}'}},
        thing('v1', 'ConfigMap') | {'data': {'a': '{{ .Values.a }}'}},
    ],
)
def test_braces_that_may_be_meant_as_they_are(value: Any) -> None:
    assert identify(value).key is not None


@pytest.mark.parametrize('namespace', ['', None, 'default'])
def test_no_namespace_is_the_default_one(namespace: str | None) -> None:
    assert identify(thing(namespace=namespace)).key == identify(thing()).key


def test_the_version_is_no_part_of_the_identity() -> None:
    old, new = identify(thing(f'{WIRING}/v1alpha2')), identify(thing())
    assert old.key == new.key
    assert old.api_version == f'{WIRING}/v1alpha2'


@pytest.mark.parametrize(
    ('value', 'code', 'place'),
    [
        (None, 'NotAMapping', ()),
        ([1], 'NotAMapping', ()),
        ('text', 'NotAMapping', ()),
        ({}, 'ApiVersionMissing', ()),
        (thing(api_version=1), 'ApiVersionInvalid', ('apiVersion',)),
        (thing(api_version='a/b/c'), 'ApiVersionInvalid', ('apiVersion',)),
        (thing(api_version='/v1'), 'ApiVersionInvalid', ('apiVersion',)),
        (thing(api_version='apps/'), 'ApiVersionInvalid', ('apiVersion',)),
        (thing(kind=None), 'KindMissing', ('kind',)),
        (thing(kind=['Server']), 'KindInvalid', ('kind',)),
        (thing(kind='a/../b'), 'KindInvalid', ('kind',)),
        ({'apiVersion': 'v1', 'kind': 'Pod'}, 'NameMissing', ()),
        ({**thing(), 'metadata': []}, 'MetadataInvalid', ('metadata',)),
        ({**thing(), 'metadata': {}}, 'NameMissing', ('metadata',)),
        (thing(name=None), 'NameMissing', ('metadata', 'name')),
        (thing(name=5), 'NameNotString', ('metadata', 'name')),
        (thing(name=True), 'NameNotString', ('metadata', 'name')),
        (thing(name='A'), 'NameInvalid', ('metadata', 'name')),
        (thing(name='a\n'), 'NameInvalid', ('metadata', 'name')),
        (thing(name='a' * 254), 'NameInvalid', ('metadata', 'name')),
        (thing(name='<name>'), 'Placeholder', ('metadata', 'name')),
        (thing(namespace='<namespace>'), 'Placeholder', ('metadata', 'namespace')),
        (thing(kind='<Kind>'), 'Placeholder', ('kind',)),
        (thing(name='{{x}}'), 'TemplateText', ('metadata', 'name')),
        (thing(kind='{{ x }}'), 'TemplateText', ('kind',)),
        (thing(api_version='{% x %}'), 'TemplateText', ('apiVersion',)),
        (
            thing() | {'spec': {'a': [{'b': '{{ .Values.b }}'}]}},
            'TemplateText',
            ('spec', 'a', 0, 'b'),
        ),
        (
            thing(labels={'of': '{{- $.Release.Name -}}'}),
            'TemplateText',
            ('metadata', 'labels', 'of'),
        ),
        (thing('v1', 'Pod', name='a-{{x}}'), 'TemplateText', ('metadata', 'name')),
        (thing(namespace='a.b'), 'NamespaceInvalid', ('metadata', 'namespace')),
        (thing(namespace='../x'), 'NamespaceInvalid', ('metadata', 'namespace')),
        (thing(namespace=1), 'NamespaceInvalid', ('metadata', 'namespace')),
        (thing('v1', 'Pod', name='../x'), 'NameInvalid', ('metadata', 'name')),
        (thing('v1', 'Pod', name='..'), 'NameInvalid', ('metadata', 'name')),
        ({'apiVersion': 'v1', 'kind': 'List', 'items': {}}, 'ItemsInvalid', ('items',)),
    ],
)
def test_what_is_held(value: Any, code: str, place: tuple[str, ...]) -> None:
    found = identify(value)
    assert found.disposition is Disposition.HELD
    assert found.finding is not None
    assert (found.finding.code, found.place, found.key) == (code, place, None)


@pytest.mark.parametrize('value', ['{{ .V }}', '"\\x7b{ .V }}"', '"\\u007b\\x7b .V }}"'])
def test_a_template_is_found_beside_its_text_too(value: str) -> None:
    head = 'apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {name: a}\n'
    quoted = value if value.startswith('"') else f"'{value}'"
    (document,) = read(f'{head}spec: {{mode: {quoted}}}\n'.encode()).documents
    found = identify(document.value, text=document.text)
    assert found.finding is not None
    assert (found.finding.code, found.place) == ('TemplateText', ('spec', 'mode'))


@pytest.mark.parametrize(
    ('api_version', 'kind', 'code', 'hint'),
    [
        ('fabric.githedgehog.com/v1', 'VPC', 'GroupUnknown', f'apiVersion: {VPC}/v1beta1'),
        ('fabric.githedgehog.com/v1', 'VpcAttachment', 'GroupUnknown', 'kind: VPCAttachment'),
        ('fabric.githedgehog.com/v1', 'Fabric', 'GroupUnknown', WIRING),
        (f'{WIRING}/v1beta1', 'VPC', 'KindUnknown', f'apiVersion: {VPC}/v1beta1'),
        (f'{VPC}/v1beta1', 'Vpc', 'KindUnknown', 'kind: VPC?'),
        (f'{WIRING}/v1beta1', 'Swich', 'KindUnknown', 'kind: Switch?'),
        (f'{WIRING}/v1beta1', 'Swtich', 'KindUnknown', 'kind: Switch?'),
        (f'{VPC}/v1beta1', 'VCP', 'KindUnknown', 'kind: VPC?'),
    ],
)
def test_what_was_probably_meant(api_version: str, kind: str, code: str, hint: str) -> None:
    found = identify(thing(api_version, kind))
    assert found.disposition is Disposition.HELD
    assert found.finding is not None
    assert found.finding.code == code
    assert hint in found.finding.message


@pytest.mark.parametrize(
    ('api_version', 'kind', 'code'),
    [
        ('v1', 'ConfigMap', None),
        ('apps/v1', 'Deployment', None),
        ('test.hedgehog.io/v1', 'Thing', None),
        ('agent.githedgehog.com/v1beta1', 'Agent', 'KindNotManaged'),
        ('gwint.githedgehog.com/v1alpha1', 'GatewayAgent', 'KindNotManaged'),
        ('fabricator.githedgehog.com/v1beta1', 'FabNode', 'KindNotManaged'),
        (f'{WIRING}/v1alpha2', 'Rack', 'KindNotManaged'),
    ],
)
def test_what_goes_to_unmanaged(api_version: str, kind: str, code: str | None) -> None:
    found = identify(thing(api_version, kind))
    assert found.disposition is Disposition.UNMANAGED
    assert (found.finding.code if found.finding else None) == code


def test_a_renamed_kind_says_its_new_name() -> None:
    found = identify(thing('gateway.githedgehog.com/v1alpha1', 'Peering'))
    assert found.finding is not None
    assert 'GatewayPeering' in found.finding.message


def test_an_enabled_kind_is_managed() -> None:
    agents = CATALOGUE.enabling([('agent.githedgehog.com', 'Agent')])
    found = identify(thing('agent.githedgehog.com/v1beta1', 'Agent'), agents)
    assert found.disposition is Disposition.MANAGED


@pytest.mark.parametrize(
    'value',
    [
        {'apiVersion': 'v1', 'kind': 'List', 'items': [thing()]},
        {'apiVersion': 'v1', 'kind': 'List'},
        {'apiVersion': f'{VPC}/v1beta1', 'kind': 'VPCList', 'metadata': {}, 'items': []},
        {'apiVersion': f'{VPC}/v1beta1', 'kind': 'VPCList', 'items': None},
    ],
)
def test_lists(value: Any) -> None:
    assert identify(value).disposition is Disposition.LIST


def test_a_kind_that_ends_like_a_list_and_has_a_name_is_none() -> None:
    assert identify(thing('example.com/v1', 'AllowList', name='a')).key is not None


@pytest.mark.parametrize(
    ('text', 'good'),
    [
        ('a', True),
        ('a.b-c.5', True),
        ('2025-01-01', True),
        ('a' * 253, True),
        ('server-01--mclag--leaf-01', True),
        ('', False),
        ('-a', False),
        ('a-', False),
        ('a..b', False),
        ('a_b', False),
        ('ä', False),
        ('a' * 254, False),
        ('a\n', False),
        ('.git', False),
    ],
)
def test_names(text: str, good: bool) -> None:
    assert is_name(text) is good
    assert is_label(text) is (good and '.' not in text and len(text) < 64)


def test_what_the_cluster_says_about_names() -> None:
    long = ResourceKey(VPC, 'VPC', 'default', 'twelve-chars')
    assert [finding.code for finding in name_findings(long)] == ['NameTooLong']
    assert not name_findings(ResourceKey(VPC, 'VPC', 'default', 'eleven-char'))
    elsewhere = ResourceKey(VPC, 'VPC', 'lab', 'a')
    assert [finding.code for finding in name_findings(elsewhere)] == ['NamespaceNotDefault']
    assert not name_findings(ResourceKey('', 'Pod', 'lab', 'a'))


@pytest.mark.parametrize(
    ('text', 'key'),
    [
        ('VPC/a', f'{VPC}/VPC/default/a'),
        ('vpc/a', f'{VPC}/VPC/default/a'),
        ('switches/leaf-01', f'{WIRING}/Switch/default/leaf-01'),
        ('Switch/lab/leaf-01', f'{WIRING}/Switch/lab/leaf-01'),
        (f'{WIRING}/Switch/default/x', f'{WIRING}/Switch/default/x'),
    ],
)
def test_resources_named_by_people(text: str, key: str) -> None:
    assert str(resolve_resource(text)) == key


@pytest.mark.parametrize('text', ['', 'VPC', 'VPC/', '/a', 'VPC//a', 'Swich/a', 'a/b/c/d/e'])
def test_what_names_no_resource(text: str) -> None:
    with pytest.raises(ValueError, match=r'.'):
        resolve_resource(text)


def test_a_wrong_kind_is_answered_with_the_right_one() -> None:
    with pytest.raises(ValueError, match=r'did you mean Switch\?'):
        resolve_resource('Swich/a')


@pytest.mark.parametrize(
    ('name', 'near'),
    [
        ('Leaf_1', 'leaf-1'),
        ('leaf 1 ', 'leaf-1'),
        ('.A..B_.', 'a.b'),
        ('Ä', ''),
        ('-', ''),
        ('x' * 254, ''),
    ],
)
def test_the_nearest_legal_name_is_suggested(name: str, near: str) -> None:
    assert nearest_name(name) == near
    found = identify(thing(name=name)).finding
    assert found is not None
    assert found.suggestion == (f'write {near}' if near else '')
