"""Anchors, aliases, tags, merges, keys with `?`, and comments where few people write them."""

import pytest

from hedgehog_gitops.documents import CannotEdit, Edited, Value, edit_document

from .test_edit import value_of

IN_PLACE: dict[str, tuple[str, Value, str]] = {
    'inside of an anchor': (
        'a: &x # c\n  b: 1 # d\n  e: 2\n',
        {'a': {'b': 1, 'e': 3, 'f': 4}},
        'a: &x # c\n  b: 1 # d\n  e: 3\n  f: 4\n',
    ),
    'far behind an anchor': (
        'a: &x\n        b: 1\n',
        {'a': {'b': 1, 'c': 2}},
        'a: &x\n        b: 1\n        c: 2\n',
    ),
    'inside of a tagged list': (
        'l: !!seq # c\n    - a # x\n    - b\n',
        {'l': ['a', 'new', 'b']},
        'l: !!seq # c\n    - a # x\n    - new\n    - b\n',
    ),
    'brackets behind an anchor': (
        'a: &x {b: 1} # c\n',
        {'a': {'b': 1, 'c': 2}},
        'a: &x {b: 1, c: 2} # c\n',
    ),
    'empty brackets behind an anchor': (
        'a: &x [ # c\n  ]\n',
        {'a': [1]},
        'a: &x [1 # c\n  ]\n',
    ),
    'other keys behind an anchor': (
        'k: &m\n  ? a\n  : 1\nz: 1 # z\n',
        {'k': {'c': 2}, 'z': 1},
        'k: &m\n  c: 2\nz: 1 # z\n',
    ),
    'a key that was hidden stays': (
        'b: &b {x: 1}\nk:\n  x: 0\n  <<: *b\n  z: 2\n',
        {'b': {'x': 1}, 'k': {'x': 1, 'z': 3}},
        'b: &b {x: 1}\nk:\n  x: 0\n  <<: *b\n  z: 3\n',
    ),
    'a key that only looks like a merge': (
        'b: &b {x: 1}\nk:\n  <<: *b\n  "<<": 1\n  z: 2\n',
        {'b': {'x': 1}, 'k': {'x': 1, 'z': 2}},
        'b: &b {x: 1}\nk:\n  <<: *b\n  z: 2\n',
    ),
    'a comment above the next key with `?`': (
        '? a\n# of b\n? b\n: 2\n',
        {'b': 2},
        '# of b\n? b\n: 2\n',
    ),
    'a value for a key with `?`': (
        's:\n  ? a # why\n  ? b\n  : 2\n',
        {'s': {'a': [1], 'b': 2}},
        's:\n  ? a # why\n  : - 1\n  ? b\n  : 2\n',
    ),
    'a key without a value in brackets': (
        'a: {b # c\n  , d: 1, e: 2}\n',
        {'a': {'b': 3, 'd': 1}},
        'a: {b: 3 # c\n  , d: 1}\n',
    ),
    'nothing behind a colon in brackets': (
        'a: {b: , c: 1, d: 2}\n',
        {'a': {'b': None, 'd': 2}},
        'a: {b: , d: 2}\n',
    ),
    'nothing behind the last colon in brackets': (
        'a: {b: }\n',
        {'a': {'b': None, 'd': 2}},
        'a: {b: , d: 2}\n',
    ),
    'a comma on a line of its own': (
        'a: {\n  b: 1 # b\n  , # c\n  d: 2}\n',
        {'a': {'d': 2}},
        'a: {\n   # c\n  d: 2}\n',
    ),
    'a pair without braces': (
        'l: [a: 1 # c\n  , b] # d\n',
        {'l': [{'a': 2}, 'b']},
        'l: [a: 2 # c\n  , b] # d\n',
    ),
    'comments above a block of text': (
        'a: # c\n  # d\n  |\n  text\nb: 1\n',
        {'a': 'x', 'b': 1},
        'a: x # c\n  # d\nb: 1\n',
    ),
}  # fmt: skip

ANEW: dict[str, tuple[str, Value, str]] = {
    'an alias, where its anchor changes as well': (
        'a: &x {b: 1} # a\nc: *x # c\n',
        {'a': {'b': 2}, 'c': 5},
        'a: &x {b: 2} # a\nc: 5 # c\n',
    ),
    'an alias in a list': (
        'x: &x 1\nl:\n- *x # one\n- b # two\n',
        {'x': 1, 'l': [2, 'b']},
        'x: &x 1\nl:\n- 2 # one\n- b # two\n',
    ),
    'an alias in brackets': (
        'x: &x 1\nl: [*x , # one\n  b]\n',
        {'x': 1, 'l': [2, 'b']},
        'x: &x 1\nl: [2 , # one\n  b]\n',
    ),
    'an alias, and elsewhere a comment goes with its key': (
        'a: &x 1\nb: *x\nc: 3 # gone\n',
        {'a': 1, 'b': 2},
        'a: &x 1\nb: 2\n',
    ),
    'an alias below a comment, and elsewhere one goes with its key': (
        'a: &x {b: 1}\nc: # of c\n  *x\nd: 3 # gone\n',
        {'a': {'b': 1}, 'c': {'b': 2}},
        'a: &x {b: 1}\nc: # of c\n  b: 2\n',
    ),
    'a comment between an anchor and its value': (
        'a: &x !!int # see &this and !that\n  5\nb: 1\n',
        {'a': 6, 'b': 1},
        'a: # see &this and !that\n  6\nb: 1\n',
    ),
    'a comment between an anchor and its value in brackets': (
        'l: [&x # c\n  5, 6]\n',
        {'l': [7, 6]},
        'l: [# c\n  7, 6]\n',
    ),
    'a comment behind the anchor of what goes': (
        'a: &x # see &this\n  b: 1\n',
        {'a': 1},
        'a: 1 # see &this\n',
    ),
    'empty lines a tagged block of text keeps': (
        'a: !!str |+\n  x\n\n\nb: 1\n',
        {'a': 'new', 'b': 1},
        'a: "new"\nb: 1\n',
    ),
    'a pair without braces gets another key': (
        'l: [a: 1, b] # d\n',
        {'l': [{'a': 1, 'c': 2}, 'b']},
        'l: [{a: 1, c: 2}, b] # d\n',
    ),
}  # fmt: skip


@pytest.mark.parametrize('name', IN_PLACE)
def test_what_is_edited_in_place(name: str) -> None:
    text, wanted, expected = IN_PLACE[name]
    assert edit_document(text.encode(), wanted) == Edited(expected.encode(), 0)
    assert value_of(expected) == wanted


@pytest.mark.parametrize('name', ANEW)
def test_what_is_written_anew_where_it_stands(name: str) -> None:
    text, wanted, expected = ANEW[name]
    assert edit_document(text.encode(), wanted) == Edited(expected.encode(), 1)
    assert value_of(expected) == wanted


@pytest.mark.parametrize(
    ('text', 'wanted'),
    [
        ('a: &x\n  b: 1\nc: *x\n', {'a': {'b': 2}, 'c': {'b': 1}}),
        ('a: &x [1]\nl: [*x , 2]\n', {'a': [3], 'l': [[1], 2]}),
        ('b: &b {x: 1}\nk:\n  <<: *b\n', {'b': {'x': 2}, 'k': {'x': 1}}),
        ('&k a: 1\nb: *k\n', {'b': 'a'}),
    ],
)
def test_what_an_alias_stands_for_is_never_changed_beside_it(text: str, wanted: Value) -> None:
    with pytest.raises(CannotEdit) as refused:
        edit_document(text.encode(), wanted)
    assert refused.value.reason == 'TextCannotSayThis'


def test_a_question_mark_in_brackets_is_quoted() -> None:
    # Some readers take it for the beginning of a key, others for the end of the text.
    edited = edit_document(b'l: [a]\n', {'l': ['a', '?b', 'c?d', '-?']})
    assert edited.text == b'l: [a, "?b", "c?d", "-?"]\n'
