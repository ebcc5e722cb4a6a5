"""Keys, duplicates, merges and aliases, as Go reads them."""

import pytest

from hedgehog_gitops.documents import Document, read


def only(text: str) -> Document:
    (document,) = read(text.encode()).documents
    return document


def value_of(text: str) -> object:
    document = only(text)
    assert document.good, document.findings
    return document.value


@pytest.mark.parametrize(
    ('key', 'name'),
    [
        ('1', '1'),
        ('on', 'true'),
        ('n', 'false'),
        ('1.5', '1.5'),
        ('0x10', '16'),
        ('1e3', '1000'),
        ('1e6', '1e+06'),
        ('1e-5', '1e-05'),
        ('0.0001', '0.0001'),
        ('3.14159265', '3.1415927'),
        ('"1"', '1'),
        ('!!str 1', '1'),
        ('"<<"', '<<'),
        ('2024-01-01', '2024-01-01'),
        ('10:20:30', '10:20:30'),
        ('""', ''),
    ],
)
def test_key_becomes_a_string_as_go_prints_it(key: str, name: str) -> None:
    assert value_of(f'{key}: a\n') == {name: 'a'}


@pytest.mark.parametrize('key', ['~', 'null', '?\n', '? ~\n', '!!null ""'])
def test_null_key_is_an_error(key: str) -> None:
    assert [finding.code for finding in only(f'{key}: a\n').findings] == ['NullKey']


@pytest.mark.parametrize('key', ['[a, b]', '{a: b}', '? - a\n'])
def test_collection_as_key_is_an_error(key: str) -> None:
    assert [finding.code for finding in only(f'{key}: a\n').findings] == ['CollectionKey']


@pytest.mark.parametrize(
    'second', ['a', '"a"', "'a'", '!!str a', '&anchor a']
)  # fmt: skip
def test_duplicate_key_names_both_places(second: str) -> None:
    document = only(f'# head\nx:\n  a: 1\n  {second}: 2\n')
    assert not document.good
    (finding,) = document.findings
    assert (finding.code, finding.line, finding.column) == ('DuplicateKey', 4, 3)
    assert 'line 3, column 3' in finding.message


@pytest.mark.parametrize(
    ('one', 'two'), [('1', '"1"'), ('on', '"true"'), ('0x10', '16'), ('y', 'yes')]
)
def test_duplicates_are_compared_after_conversion(one: str, two: str) -> None:
    assert [f.code for f in only(f'{one}: 1\n{two}: 2\n').findings] == ['DuplicateKey']


def test_merge_happens_where_it_stands() -> None:
    base = 'base: &base {x: 1, v: 2}\n'
    assert value_of(f'{base}a: {{<<: *base, x: 9}}\n') == {
        'base': {'x': 1, 'v': 2},
        'a': {'x': 9, 'v': 2},
    }
    assert value_of(f'{base}a: {{x: 9, <<: *base}}\n') == {
        'base': {'x': 1, 'v': 2},
        'a': {'x': 1, 'v': 2},
    }


def test_first_of_a_merged_list_wins_and_the_later_merge_wins() -> None:
    text = 'p: &p {x: p, v: p}\nq: &q {x: q, z: q}\n'
    assert value_of(f'{text}a: {{<<: [*p, *q]}}\n')['a'] == {'x': 'p', 'v': 'p', 'z': 'q'}  # type: ignore[index]
    assert value_of(f'{text}a: {{<<: *p, <<: *q}}\n')['a'] == {'x': 'q', 'v': 'p', 'z': 'q'}  # type: ignore[index]
    assert value_of('a: {<<: {b: 1}, c: 2}\n') == {'a': {'b': 1, 'c': 2}}


@pytest.mark.parametrize('merged', ['5', '[1]', '[*l]', '*l', '~'])
def test_merge_of_something_else_is_an_error(merged: str) -> None:
    document = only(f'l: &l [1]\na:\n  <<: {merged}\n')
    assert 'BadMerge' in [finding.code for finding in document.findings]


def test_quoted_merge_key_is_a_plain_key() -> None:
    assert value_of('a: {"<<": 1}\n') == {'a': {'<<': 1}}


def test_latest_anchor_wins_and_ends_with_its_document() -> None:
    assert value_of('a: &x 1\nb: &x 2\nc: *x\n') == {'a': 1, 'b': 2, 'c': 2}
    first, second = read(b'a: &x 1\n---\nb: *x\n').documents
    assert first.good
    assert [finding.code for finding in second.findings] == ['UnknownAnchor']
    assert (second.findings[0].line, second.findings[0].column) == (3, 4)


def test_anchor_in_itself_is_an_error() -> None:
    assert [f.code for f in only('a: &x [1, *x]\n').findings] == ['AnchorInItself']
    assert value_of('a: &x [&x 1, *x]\nb: *x\n') == {'a': [1, 1], 'b': 1}


def test_alias_as_key() -> None:
    assert value_of('a: &x b\n*x : 1\n') == {'a': 'b', 'b': 1}


def test_findings_of_one_document_are_bounded() -> None:
    text = 'a: 1\n' * 500
    assert len(only(text).findings) == 20


def test_places_of_one_anchor_are_separate_values() -> None:
    value = value_of('a: &x [1]\nb: *x\nc: {<<: {d: *x}}\n')
    assert isinstance(value, dict)
    assert value['a'] is not value['b']
    assert value['b'] is not value['c']['d']
