"""Characters that JSON writes as two escapes are read, edited and left as they are written."""

import json

import pytest

from hedgehog_gitops.documents import edit_document, read

SMILE = '\U0001f600'


@pytest.mark.parametrize(
    ('text', 'value'),
    [
        (json.dumps({'a': f'x{SMILE}y{SMILE}', SMILE: 1}), {'a': f'x{SMILE}y{SMILE}', SMILE: 1}),
        ('a: "\\uD83D\\uDE00"\nb: 1\n', {'a': SMILE, 'b': 1}),
        ('a: "\\\\\\ud83d\\ude00"\n', {'a': f'\\{SMILE}'}),
        ('a: "\ue000\\ud83d\\ude00"\n', {'a': f'\ue000{SMILE}'}),
        (
            "a: '\\ud83d\\ude00'\nb: \\uD83D\\ude00 x\n" + 'd: "\\ud83d\\ude00"\n',
            {'a': '\\ud83d\\ude00', 'b': '\\uD83D\\ude00 x', 'd': SMILE},
        ),
        ('c: |\n  \\ud83d\\udE00\n', {'c': '\\ud83d\\udE00\n'}),
    ],
)
def test_pairs_are_one_character_in_double_quotes_only(text: str, value: object) -> None:
    for mark in ('', '\ufeff'):
        (document,) = read((mark + text).encode()).documents
        assert (document.value, document.text) == (value, (mark + text).encode())


@pytest.mark.parametrize('half', ['\\ud83d', '\\ude00', '\\ude00\\ud83d', '\\\\ud83d\\ude00'])
def test_a_lone_half_stays_refused(half: str) -> None:
    assert [f.code for f in read(f'a: "{half}"\n'.encode()).findings] == ['YamlSyntax']


def test_positions_and_edits_behind_a_pair_are_right() -> None:
    text = '{"a": "\\ud83d\\ude00", "b": 1}\n---\n{"c": 1}\n'
    first, second = read(text.encode()).documents
    assert first.position(('b',)) == (1, 23)
    assert second.text == b'---\n{"c": 1}\n'
    edited = edit_document(first.text, {'a': SMILE, 'b': 2})
    assert edited.text == b'{"a": "\\ud83d\\ude00", "b": 2}\n'
