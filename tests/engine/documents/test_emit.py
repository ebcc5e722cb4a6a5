"""New text: plain where every reader agrees, quoted where one would not."""

import pytest
import yaml

from hedgehog_gitops.documents import Value, emit, read, same

QUOTED = [
    '', ' ', 'a ', ' a', 'on', 'Off', 'y', 'N', 'true', 'Null', '~', 'nO', '1', '-1', '+1', '1.5',
    '.5', '1e3', '1e-3', '0x1F', '0o17', '017', '0b1', '1_000', '10:20:30', '65102:50',
    '10:20:30:40:50:10', '2024-01-01', '2024-01-01T10:00:00Z', '.inf', '-.Inf', '.nan', '=', '<<',
    '- a', '-', '?', ': a', 'a: b', 'a #b', '#a', '&a', '*a', '!a', '|', '>', "'a", '"a', '%a',
    '@a', '`a', '[a', ']', '{a', '}', ',a', 'a:', '---', '...', '--- a', 'a\tb', '\x07', '\x7f',
    '\x85', '\u2028', '\ufeff', '\x00', '1:2',
]  # fmt: skip
PLAIN = [
    'a', 'leaf-01/E1/1/4', '10.0.0.0/24', '172.30.0.8', '0c:20:12:fe:01:00', 'a:b', 'a#b', '-a',
    '--flag', '?a', "it's", 'a, b', 'a [b]', 'vpc-1/default', 'é𝄞', 'nope', 'v1.2.3', '1.2.3',
    '5m', '10G', 'a - b', '/', '.a', '<placeholder>', '$x', '(a)', 'https://x/y?z=1', 'a\xa0b',
    '100%', '2001:db8::1/64',
]  # fmt: skip


@pytest.mark.parametrize('text', QUOTED)
def test_quoted_where_it_must_be(text: str) -> None:
    shown = emit({'key': text, 'list': [text]}).decode()
    assert shown.startswith('key: "')
    (document,) = read(shown.encode()).documents
    assert document.value == {'key': text, 'list': [text]}
    assert yaml.safe_load(shown) == document.value


@pytest.mark.parametrize('text', PLAIN)
def test_plain_where_it_may_be(text: str) -> None:
    shown = emit({'key': text}).decode()
    assert shown == f'key: {text}\n'
    assert read(shown.encode()).documents[0].value == {'key': text}
    assert yaml.safe_load(shown) == {'key': text}


def test_shape() -> None:
    value: Value = {
        'apiVersion': 'v1',
        'spec': {'b': [1, {'c': None, 'd': [True, []]}, [2]], 'a': {}, 'text': 'x\n  y\n\nz\n'},
        '1': 2.5,
    }
    assert emit(value).decode() == (
        'apiVersion: v1\n'
        'spec:\n'
        '  b:\n'
        '  - 1\n'
        '  - c: null\n'
        '    d:\n'
        '    - true\n'
        '    - []\n'
        '  - - 2\n'
        '  a: {}\n'
        '  text: |\n'
        '    x\n'
        '      y\n'
        '\n'
        '    z\n'
        '"1": 2.5\n'
    )
    assert emit({'a': {'b': 1}}, indent=4) == b'a:\n    b: 1\n'


@pytest.mark.parametrize(
    'value', ['a', 'a\nb', 5, [], {}, [[[]]], ['a\nb'], [{'a': 'b\n\nc'}], None]
)
def test_any_root(value: Value) -> None:
    assert same(read(emit(value)).documents[0].value, value)


@pytest.mark.parametrize(
    ('value', 'text'),
    [
        (1e22, '1.0e+22'),
        (1.0, '1'),
        (-0.0, '0'),
        (1.5e-7, '1.5e-07'),
        (2**63, '9.223372036854776e+18'),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert emit(value).decode() == f'{text}\n'
    assert read(emit(value)).documents[0].value == value


@pytest.mark.parametrize('value', [float('nan'), float('inf'), {1: 2}, '\ud800', {'a': object()}])
def test_what_no_document_can_hold(value: Value) -> None:
    with pytest.raises(ValueError, match=r'JSON|key|surrogate|place'):
        emit(value)


def nested(depth: int) -> Value:
    value: Value = 'end'
    for _ in range(depth):
        value = [value]
    return value


def test_depth() -> None:
    assert same(read(emit(nested(100))).documents[0].value, nested(100))
    with pytest.raises(ValueError, match='nested deeper'):
        emit(nested(5000))


def test_long_key() -> None:
    for inner in (1, {'a': 1}, [1], 'x\ny\n'):
        value: Value = {'short': {'k' * 2000: inner, 'b': 1}}
        assert same(read(emit(value)).documents[0].value, value)
