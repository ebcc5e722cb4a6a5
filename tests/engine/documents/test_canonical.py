"""One meaning, one digest."""

import hashlib

from hedgehog_gitops.documents import (
    FieldPath,
    Value,
    canonical,
    digest,
    meaning,
    read,
    without_nulls,
)


def of(text: str) -> Value:
    return read(text.encode()).documents[0].value


BASE = 'kind: VPC\nmetadata:\n  name: a\nspec:\n  groups: [b, a]\n  x: 1\n'


def test_text_does_not_matter() -> None:
    other = '# c\nspec: {x: 1.0, "groups": ["b", a]}\nmetadata: {name: "a"}\nkind: VPC'
    assert digest(of(BASE)) == digest(of(other))
    assert canonical(of('b: é\na: 1\n')) == '{"a":1,"b":"é"}'.encode()
    assert digest(of('a: 1\n')) == hashlib.sha256(b'{"a":1}').hexdigest()


def test_meaning_matters() -> None:
    for other in ('x: 1', 'x: "1"', 'x: true', 'x: 1.5', 'x: null', 'x: [1]', 'other: 1'):
        texts = [BASE.replace('x: 1', one) for one in ('x: 2', other)]
        assert digest(of(texts[0])) != digest(of(texts[1]))
    assert digest(of('x: 1')) != digest(of('x: true'))


def test_server_owned_fields_and_own_annotations_do_not_count() -> None:
    noisy = BASE.replace(
        '  name: a\n',
        '  name: a\n  uid: x\n  resourceVersion: "5"\n  generation: 1\n  creationTimestamp: null\n'
        '  managedFields: []\n  selfLink: /x\n  annotations:\n'
        '    hnp.githedgehog.com/ingested-at: now\n',
    )
    assert digest(of(f'{noisy}status: {{a: 1}}\n')) == digest(of(BASE))
    assert digest(of(BASE.replace('name: a', 'name: a\n  annotations: {}'))) == digest(of(BASE))
    kept = BASE.replace('name: a', 'name: a\n  annotations: {mine: x, hnp.githedgehog.com/a: b}')
    assert meaning(of(kept))['metadata'] == {'name': 'a', 'annotations': {'mine': 'x'}}  # type: ignore[index, call-overload]
    assert digest(of(kept)) != digest(of(BASE))


def test_fields_of_such_names_elsewhere_count() -> None:
    assert digest(of('spec: {uid: 1, status: 2}')) != digest(of('spec: {}'))


def test_what_the_api_keeps_otherwise() -> None:
    def as_kept(path: FieldPath, value: Value) -> Value:
        return sorted(value) if path == ('spec', 'groups') else value

    other = BASE.replace('[b, a]', '[a, b]')
    assert digest(of(BASE)) != digest(of(other))
    assert digest(of(BASE), as_kept) == digest(of(other), as_kept)


def test_missing_and_null() -> None:
    one, other = of('spec: {a: 1, b: null, c: [{d: ~}]}'), of('spec: {a: 1, c: [{}]}')
    assert digest(one) != digest(other)
    assert digest(without_nulls(one)) == digest(without_nulls(other))
