"""What an unquoted, a quoted and a tagged scalar mean to Kubernetes."""

import pytest

from hedgehog_gitops.documents import read

INT64 = 2**63

PLAIN = [
    *[(text, None) for text in ('', '~', 'null', 'Null', 'NULL')],
    *[
        (text, True)
        for text in ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']
    ],
    *[
        (text, False)
        for text in ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']
    ],
    ('0', 0),
    ('42', 42),
    ('-7', -7),
    ('+7', 7),
    ('0x1F', 31),
    ('0X1f', 31),
    ('-0x10', -16),
    ('0o17', 15),
    ('017', 15),
    ('0b101', 5),
    ('1_000', 1000),
    ('08', 8),
    (str(INT64 - 1), INT64 - 1),
    (str(-INT64), -INT64),
    (str(INT64), float(INT64)),
    ('18446744073709551616', 18446744073709551616.0),
    ('0xFFFFFFFFFFFFFFFFFF', '0xFFFFFFFFFFFFFFFFFF'),
    ('1.5', 1.5),
    ('.5', 0.5),
    ('-.5', -0.5),
    ('1.', 1),
    ('1e3', 1000),
    ('1.0', 1),
    ('1e21', 1e21),
    ('1e-3', 0.001),
    ('1e400', '1e400'),
    ('1' * 5000, '1' * 5000),
    ('0x' + 'f' * 5000, '0x' + 'f' * 5000),
    ('10:20:30', '10:20:30'),
    ('10:20:30:40:50:10', '10:20:30:40:50:10'),
    ('65102:50', '65102:50'),
    ('2024-01-01', '2024-01-01'),
    ('2001-12-14t21:59:43.10-05:00', '2001-12-14t21:59:43.10-05:00'),
    ('=', '='),
    ('<<', '<<'),
    ('.', '.'),
    ('-', None),
    ('1.2.3', '1.2.3'),
    ('10.0.0.0/24', '10.0.0.0/24'),
    ('tRUE', 'tRUE'),
    ('nO', 'nO'),
    ('0o', '0o'),
    ('0x', '0x'),
    ('+', '+'),
    ('1e', '1e'),
    ('leaf-01/E1/1', 'leaf-01/E1/1'),
]


def value_of(text: str) -> object:
    documents = read(f'key: {text}\n'.encode()).documents
    assert documents[0].good, documents[0].findings
    value = documents[0].value
    assert isinstance(value, dict)
    return value['key']


@pytest.mark.parametrize(('text', 'value'), [case for case in PLAIN if case[0] != '-'])
def test_plain_scalar(text: str, value: object) -> None:
    found = value_of(text)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize('text', [text for text, _ in PLAIN])
def test_quotes_make_a_string(text: str) -> None:
    assert value_of(f'"{text}"') == text
    assert value_of(f"'{text}'") == text
    assert value_of(f"!!str '{text}'") == text


@pytest.mark.parametrize('text', ['.nan', '.NaN', '.inf', '-.inf', '+.Inf', '.INF'])
def test_what_json_cannot_hold_is_an_error(text: str) -> None:
    (document,) = read(f'a: 1\nb: {text}\n'.encode()).documents
    assert not document.good
    (finding,) = document.findings
    assert (finding.code, finding.line, finding.column) == ('NoJsonValue', 2, 4)


@pytest.mark.parametrize(
    ('text', 'value'),
    [
        ('!!str 5', '5'),
        ('!!str', ''),
        ('! 5', '5'),
        ('!!int "5"', 5),
        ('!!float 2', 2),
        ('!!float 1.5', 1.5),
        ('!!bool "yes"', True),
        ('!!null ""', None),
        ('!!binary aGVkZ2Vob2c=', 'hedgehog'),
    ],
)
def test_known_tag_converts(text: str, value: object) -> None:
    found = value_of(text)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ('text', 'code'),
    [
        ('!!int hedgehog', 'NoJsonValue'),
        ('!!bool 5', 'NoJsonValue'),
        ('!!float x', 'NoJsonValue'),
        ('!!null x', 'NoJsonValue'),
        ('!!binary "%"', 'NoJsonValue'),
        ('!custom x', 'UnknownTag'),
        ('!!python/name:os.system x', 'UnknownTag'),
        ('!!set {a, b}', 'UnknownTag'),
        ('!!timestamp 2024-01-01', 'UnknownTag'),
    ],
)
def test_tag_that_does_not_fit_holds_only_its_document(text: str, code: str) -> None:
    first, bad, last = read(f'a: 1\n---\nkey: {text}\n---\nb: 2\n'.encode()).documents
    assert first.good
    assert last.good
    assert not bad.good
    (finding,) = bad.findings
    assert (finding.code, finding.document, finding.line, finding.column) == (code, 1, 3, 6)
