"""Our own tables against the real CustomResourceDefinitions, by shape and by what they say."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml

from hedgehog_gitops.documents import FieldPath, Value, read
from hedgehog_gitops.kinds import (
    CATALOGUE,
    Catalogue,
    Kind,
    identify,
    read_definitions,
    schema_problems,
)
from tests.corpus import CORPUS, corpus, manifest, yaml_files

TABLED = [kind for kind in CATALOGUE.kinds if kind.schema]
SHAPE_WORDS = (
    'type',
    'format',
    'enum',
    'required',
    'minimum',
    'maximum',
    'minItems',
    'maxItems',
    'nullable',
    'x-kubernetes-preserve-unknown-fields',
    'x-kubernetes-int-or-string',
)


@cache
def defined() -> Catalogue:
    """The catalogue with the schemas of the real definitions in place of ours."""
    corpus()
    kinds: list[Kind] = []
    for path in yaml_files('crds'):
        found, problems = read_definitions(yaml.safe_load(path.read_text('utf-8')))
        assert not problems, path
        kinds += found
    assert len(kinds) == 22
    return CATALOGUE.with_kinds(kinds)


def documents() -> Iterator[tuple[str, Value, Kind]]:
    """Every managed wiring document of the corpus in the version the cluster serves."""
    for row in manifest()['wiring']:
        for document in read((CORPUS / row['file']).read_bytes()).documents:
            found = identify(document.value)
            if found.kind and found.kind.managed and found.api_version == found.kind.api_version:
                yield f'{row["file"]}#{document.index}', document.value, found.kind


def verdict(value: Value, kind: Kind) -> set[tuple[str, str, FieldPath]]:
    return {(p.severity, p.code, p.path) for p in schema_problems(value, kind)}


@pytest.mark.slow
def test_our_tables_say_what_the_real_definitions_say() -> None:
    theirs = defined()
    seen = 0
    apart = []
    for place, value, kind in documents():
        real = theirs.find(kind.group, kind.kind)
        assert real is not None
        seen += 1
        difference = verdict(value, kind) ^ verdict(value, real)
        if difference:
            apart.append((place, sorted(difference)))
    assert seen > 2800
    assert len(apart) <= seen * 0.01, apart
    assert not apart, apart


def test_the_real_definitions_leave_most_documents_valid_and_find_the_rest() -> None:
    codes = Counter(code for _, value, kind in documents() for _, code, _ in verdict(value, kind))
    assert {'UnknownField', 'WrongType', 'FieldMissing', 'ValueNotAllowed'} <= set(codes)


@pytest.mark.parametrize('kind', TABLED, ids=lambda kind: kind.kind)
def test_our_table_has_the_shape_of_the_real_definition(kind: Kind) -> None:
    real = defined().find(kind.group, kind.kind)
    assert real is not None and real.schema is not None and kind.schema is not None
    assert (real.version, real.plural) == (kind.version, kind.plural)
    ours, theirs = dict(shape(kind.schema.root)), dict(shape(real.schema.root))
    assert ours.keys() == theirs.keys()
    assert {path: (ours[path], theirs[path]) for path in ours if ours[path] != theirs[path]} == {}


def shape(node: Any, path: str = '') -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field with what is demanded of it; that patterns mean the same is tested apart."""
    told = {word: node[word] for word in SHAPE_WORDS if word in node}
    told |= {word: sorted(told[word]) for word in ('required', 'enum') if word in told}
    yield path, told | ({'pattern': True} if 'pattern' in node else {})
    for name, inner in node.get('properties', {}).items():
        yield from shape(inner, f'{path}.{name}')
    for word in ('items', 'additionalProperties'):
        if isinstance(node.get(word), dict):
            yield from shape(node[word], f'{path}.{word}')


def test_every_definition_of_a_managed_kind_has_a_table() -> None:
    tabled = {(kind.group, kind.kind) for kind in TABLED}
    managed = {(kind.group, kind.kind) for kind in defined().kinds if kind.managed}
    assert tabled == managed
    assert len(tabled) == 17


@pytest.mark.parametrize(
    'address',
    [
        *('10.0.0.1/31', '0.0.0.0/0', '255.255.255.255/32', '1.2.3.4/9', '192.168.10.200/10'),
        *('10.0.0.1', '10.0.0/31', '10.0.0.1/33', '10.0.0.256/31', '10.0.0.01/31', '1.2.3.4./24'),
        *('1.2.3.4/031', ' 1.2.3.4/31', '1.2.3.4/31 ', '1.2.3.4/31\n', '1.2.3.4/', '1234/5', ''),
        *('1..2.3.4/31', '10.0.0.1/31x', '\u0661.2.3.4/31', 'a.b.c.d/31', '1.2.3.4.5/31'),
        *('10.1.2.3', '1.2.3.4.', '1234', '299.1.1.1', '249.250.255.199', '1.2.3', '1.2.3.4\n'),
    ],
)
def test_our_patterns_take_and_refuse_what_the_real_ones_do(address: str) -> None:
    ours = CATALOGUE.by_kind('Connection')
    theirs = defined().by_kind('Connection')
    assert ours and theirs
    switch: dict[str, Value] = {'port': 'a/E1/1', 'ip': address, 'nextHop': address}
    value: Value = {
        'apiVersion': ours.api_version,
        'kind': 'Connection',
        'metadata': {'name': 'a'},
        'spec': {'staticExternal': {'link': {'switch': switch}}},
    }
    assert verdict(value, ours) == verdict(value, theirs)


def test_another_validator_agrees_on_what_is_valid() -> None:
    """The corpus was judged once by jsonschema and the real definitions, nulls counted as wrong."""
    seen = 0
    apart = []
    for row in manifest()['wiring']:
        judged = {told['i']: told.get('schema_ok') for told in row.get('docs', ())}
        for document in read((CORPUS / row['file']).read_bytes()).documents:
            found = identify(document.value)
            if found.kind is None or judged.get(document.index) is None:
                continue
            seen += 1
            problems = schema_problems(document.value, found.kind)
            valid = not [p for p in problems if p.code != 'ServerOwnedField']
            if valid is not judged[document.index]:
                apart.append(row['file'].rpartition('/')[2])
    assert seen > 2900
    # Only nulls stand there, which the API server takes away before it validates.
    assert apart == ['docs-external-a7b9187d.yaml']
