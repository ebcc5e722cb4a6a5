"""Edits of real-looking text: the expected bytes are written out, not only the meaning."""

from collections.abc import Callable

import pytest

from hedgehog_gitops.documents import (
    CannotEdit,
    Edited,
    FieldPath,
    Value,
    edit_document,
    emit,
    read,
    same,
    set_field,
    unset_field,
)


def value_of(text: str | bytes) -> Value:
    (document,) = read(text.encode() if isinstance(text, str) else text).documents
    assert document.good, document.findings
    return document.value


def edited(text: str, change: Callable[[Value], Value]) -> Edited:
    wanted = change(value_of(text))
    result = edit_document(text.encode(), wanted)
    assert same(value_of(result.text), wanted)
    return result


def check_set(old: str, path: FieldPath, value: Value, new: str, level: int = 0) -> None:
    result = edited(old, lambda whole: set_field(whole, path, value))
    assert (result.text.decode(), result.level) == (new, level)


def check_unset(old: str, path: FieldPath, new: str, level: int = 0) -> None:
    result = edited(old, lambda whole: unset_field(whole, path))
    assert (result.text.decode(), result.level) == (new, level)


ANNOTATION: FieldPath = ('metadata', 'annotations', 'hnp.githedgehog.com/managed-by')
ADDED = '    hnp.githedgehog.com/managed-by: hedgehog\n'


@pytest.mark.parametrize(
    ('annotations', 'result'),
    [
        ('', f'  annotations:\n{ADDED}'),
        ('  annotations: {}\n', f'  annotations:\n{ADDED}'),
        ('  annotations: {} # none\n', f'  annotations: # none\n{ADDED}'),
        ('  annotations: null\n', f'  annotations:\n{ADDED}'),
        ('  annotations: ~   # none\n', f'  annotations:   # none\n{ADDED}'),
        ('  annotations:\n', f'  annotations:\n{ADDED}'),
        ('  annotations: # none\n', f'  annotations: # none\n{ADDED}'),
        (
            '  annotations: {a: "b"}\n',
            '  annotations: {a: "b", hnp.githedgehog.com/managed-by: hedgehog}\n',
        ),
        (
            '  annotations: { a: b, } # x\n',
            '  annotations: { a: b, hnp.githedgehog.com/managed-by: hedgehog, } # x\n',
        ),
        (
            '  annotations:\n    a: b # x\n    # end\n',
            f'  annotations:\n    a: b # x\n{ADDED}    # end\n',
        ),
        (
            '  annotations:\n    a: |\n      b\n\n',
            f'  annotations:\n    a: |\n      b\n{ADDED}\n',
        ),
    ],
)
@pytest.mark.parametrize('line_break', ['\n', '\r\n'])
@pytest.mark.parametrize('mark', ['', '\ufeff'])
@pytest.mark.parametrize('after', ['spec: {} # kept\n', '# end\n', 'on: yes', ''])
def test_annotation_is_added(
    annotations: str, result: str, line_break: str, mark: str, after: str
) -> None:
    def text(middle: str) -> str:
        whole = f'{mark}---\n# é\nmetadata:\n  name: a # n\n{middle}{after}'
        return whole.replace('\n', line_break)

    check_set(text(annotations), ANNOTATION, 'hedgehog', text(result))


def test_annotation_in_flow_and_json_metadata() -> None:
    check_set(
        'metadata: {name: a} # x\n',
        ANNOTATION,
        'hedgehog',
        'metadata: {name: a, annotations: {hnp.githedgehog.com/managed-by: hedgehog}} # x\n',
    )
    check_set(
        '{\n  "metadata": {\n    "name": "a"\n  }\n}\n',
        ANNOTATION,
        'on',
        '{\n  "metadata": {\n    "name": "a", "annotations": '
        '{"hnp.githedgehog.com/managed-by": "on"}\n  }\n}\n',
    )


def test_annotation_without_final_line_break() -> None:
    check_set(
        'metadata:\n  name: a',
        ANNOTATION,
        'hedgehog',
        f'metadata:\n  name: a\n  annotations:\n{ADDED}'.removesuffix('\n'),
    )


@pytest.mark.parametrize(
    ('old', 'value', 'new'),
    [
        # Quotes stay, and only what needs them gets them.
        ('plain', 'other', 'other'),
        ('plain', 'on', '"on"'),
        ('plain', '10:20:30', '"10:20:30"'),
        ('plain', '5', '"5"'),
        ('plain', '10.0.0.0/24', '10.0.0.0/24'),
        ('"5"', '6', '"6"'),
        ("'5'", '6', "'6'"),
        ("'a'", "it's", "'it''s'"),
        ("'a'", 'a\nb', '"a\\nb"'),
        ('"a"', 'a"\\\x7f\x85\u2028\ufeffé𝄞', '"a\\"\\\\\\u007f\\u0085\\u2028\\ufeffé𝄞"'),
        ("'5'", 6, '6'),
        ('5', '5', '"5"'),
        ('5', 5.5, '5.5'),
        ('0x1F', 32, '32'),
        ('yes', False, 'false'),
        ('5', None, 'null'),
        ('5', True, 'true'),
        ('plain', {}, '{}'),
        ('[a, b]', [], '[]'),
        ('[a, b]', ['a', 'c'], '[a, c]'),
        ('[ a,  b ]', ['a', 'c, d'], '[ a,  "c, d" ]'),
        ('[a, b]', ['a'], '[a]'),
        ('["a", "b"]', ['a', 'b', 'c'], '["a", "b", "c"]'),
        ('{a: 1,  b: 2}', {'a': 1, 'b': 3}, '{a: 1,  b: 3}'),
        ('{a: 1, b: 2, c: 3}', {'a': 1, 'c': 3}, '{a: 1, c: 3}'),
        ('{a: 1, b: 2, c: 3}', {'c': 3}, '{c: 3}'),
        ('{a: 1, b: 2}', {'c': ['x', 3]}, '{c: [x, 3]}'),
        ('{"a": 1}', {'c': ['x', 3]}, '{"c": ["x", 3]}'),
        ('{a: 1, b: 2, c: 3}', {'a': 1, 'd': [1, {'e': 'x, y'}]}, '{a: 1, d: [1, {e: "x, y"}]}'),
        ('{a, b}', {'a': 1, 'b': 2}, '{a: 1, b: 2}'),
        ('[{a: 1}, x]', [{'a': 2}, 'x'], '[{a: 2}, x]'),
    ],
)
@pytest.mark.parametrize(
    'around', ['k: {} # c\nz: on # kept\n', '---\nk:   {}', 'k: {}\r\nz: 0x10\r\n']
)
def test_value_on_its_line(old: str, value: Value, new: str, around: str) -> None:
    check_set(around.replace('{}', old), ('k',), value, around.replace('{}', new))


@pytest.mark.parametrize(
    ('old', 'value', 'new'),
    [
        ('k:\nz: 1\n', 5, 'k: 5\nz: 1\n'),
        ('k:   # c\nz: 1\n', 5, 'k: 5   # c\nz: 1\n'),
        ('k: 5 # c\n', {'a': [1, {'b': 2}]}, 'k: # c\n  a:\n  - 1\n  - b: 2\n'),
        ('k: 5', [1, 2], 'k:\n- 1\n- 2'),
        ('k: # c\n  a: 1\n  # inner\n  b: 2\n# after\n', 5, 'k: 5 # c\n# after\n'),
        ('k:\n- 1\n- 2\nz: 1\n', None, 'k: null\nz: 1\n'),
        ('k:\n  a: 1\n  b: 2\n', {'a': 1, 'b': {}}, 'k:\n  a: 1\n  b: {}\n'),
        ('k: # c\n  a: 1\n', [1], 'k: # c\n- 1\n'),
        ('k: |\n  one\n  two\nz: 1\n', 'one\n2\n', 'k: |\n  one\n  2\nz: 1\n'),
        ('k: |\n  one\n  two\nz: 1\n', 'one\n2', 'k: |-\n  one\n  2\nz: 1\n'),
        ('k: |-  # c\n  one\n\n\nz: 1\n', 'one', 'k: |-  # c\n  one\n\n\nz: 1\n'),
        ('k: |-  # c\n  one\n\nz: 1\n', 'two', 'k: two  # c\n\nz: 1\n'),
        ('k: |+\n  one\n\nz: 1\n', 'one\n\n\n', 'k: |+\n  one\n\n\nz: 1\n'),
        ('k: >\n  one\n  two\n\n  x\nz: 1\n', 'a\nb\n', 'k: |\n  a\n  b\nz: 1\n'),
        ('k: |\n  one\n\nz: 1\n', 'a\n\n\n', 'k: "a\\n\\n\\n"\n\nz: 1\n'),
        ('k: one\n  two # c\nz: 1\n', 'x', 'k: x # c\nz: 1\n'),
        ('k:\n  "a" # c\nz: 1\n', 'b', 'k:\n  "b" # c\nz: 1\n'),
        ('k: "a\n  b" # c\nz: 1\n', {'x': 1}, 'k: # c\n  x: 1\nz: 1\n'),
    ],
)
def test_value_of_another_shape(old: str, value: Value, new: str) -> None:
    check_set(old, ('k',), value, new)


@pytest.mark.parametrize(
    ('old', 'path', 'new'),
    [
        ('a: 1 # c\nb: 2\n', ('a',), 'b: 2\n'),
        ('a: 1\nb: 2', ('b',), 'a: 1'),
        ('a: 1\r\nb:\r\n  c: 1\r\n\r\n# d\r\nd: 1\r\n', ('b',), 'a: 1\r\n\r\n# d\r\nd: 1\r\n'),
        ('s:\n  a: |\n    x\n\n  b: 2\n', ('s', 'a'), 's:\n\n  b: 2\n'),
        ('s:\n  a: 1\n  # stays\nb: 1\n', ('s', 'a'), 's: {}\n  # stays\nb: 1\n'),
        ('l:\n- a: 1\n  b: 2\n', ('l', 0, 'a'), 'l:\n- b: 2\n'),
        ('l:\n  - a: 1 # x\n    # b\n    b: 2\n', ('l', 0, 'a'), 'l:\n  -\n    # b\n    b: 2\n'),
        ('l:\n- 1\n# of 2\n- 2 # x\n- 3\n', ('l', 1), 'l:\n- 1\n# of 2\n- 3\n'),
        ('l:\n- 1\n', ('l', 0), 'l: []\n'),
        ('l:\n- - 1\n  - 2\n- 3\n', ('l', 0, 0), 'l:\n- - 2\n- 3\n'),
        ('l:\n- - 1\n  # of 2\n  - 2\n', ('l', 0, 0), 'l:\n-\n  # of 2\n  - 2\n'),
        ('l:\n-\n- 2\n', ('l', 0), 'l:\n- 2\n'),
    ],
)  # fmt: skip
def test_unset(old: str, path: FieldPath, new: str) -> None:
    check_unset(old, path, new)


@pytest.mark.parametrize(
    ('old', 'wanted', 'new'),
    [
        ('- a # 1\n- a # 2\n- b\n', ['c', 'a', 'd'], '- c # 1\n- a # 2\n- d\n'),
        ('- a\n- c', ['a', 'b', 'c'], '- a\n- b\n- c'),
        ('- a\n- c\n', ['z', 'a', 'c'], '- z\n- a\n- c\n'),
        ('  - a # 1\n  # c\n  - c\n', ['a', 'c', {'d': 1}], '  - a # 1\n  # c\n  - c\n  - d: 1\n'),
        ('- a: 1 # x\n', [{'a': 1}, {'a': 3, 'b': 4}], '- a: 1 # x\n- a: 3\n  b: 4\n'),
        ('- a\n- b\n- c\n- d\n', ['c', 'b', 'd'], '- c\n- b\n- d\n'),
        ('- - x\n  - z\n', [['w', 'x', 'z']], '- - w\n  - x\n  - z\n'),
        ('-   a\n-\n', ['b', 5], '-   b\n- 5\n'),
    ],
)  # fmt: skip
def test_lists_are_aligned(old: str, wanted: Value, new: str) -> None:
    for indent in ('', '  '):
        text = 'k:\n' + ''.join(f'{indent}{line}\n' for line in old.splitlines())
        result = edit_document(text.encode(), {'k': wanted})
        shown = 'k:\n' + ''.join(f'{indent}{line}\n' for line in new.splitlines())
        assert (result.text.decode(), result.level) == (shown, 0)


def test_habits_of_the_text_are_followed() -> None:
    text = 'a:\n    b:\n        c: 1\n    l:\n        - x: 1\n'
    result = edited(text, lambda value: set_field(value, ('new',), {'d': {'e': [1]}}))
    assert result.text.decode() == f'{text}new:\n    d:\n        e:\n            - 1\n'


def test_untouched_yes_and_document_marks_stay() -> None:
    text = (
        '%YAML 1.1\n--- # mark\n# head\non: yes\nx: 1\nmac: 10:20:30:40:50:10\n... # end\n# tail\n'
    )
    check_set(text, ('x',), 2, text.replace('x: 1', 'x: 2'))
    check_set(text, ('added',), 'no', text.replace(':10\n', ':10\nadded: "no"\n'))
    check_unset(text, ('mac',), text.replace('mac: 10:20:30:40:50:10\n', ''))


ANCHORED = 'base: &base # b\n  x: 1\nuse:\n  a: *base # a\n  b: 1 # b\nother: 1\n'


def test_beside_anchors_edits_are_in_place() -> None:
    check_set(ANCHORED, ('use', 'b'), 2, ANCHORED.replace('b: 1 # b', 'b: 2 # b'))
    check_set(ANCHORED, ('use', 'c'), 2, ANCHORED.replace('# b\nother', '# b\n  c: 2\nother'))


def test_an_alias_becomes_its_own_value() -> None:
    check_set(
        ANCHORED,
        ('use', 'a', 'x'),
        2,
        ANCHORED.replace('a: *base # a', 'a: # a\n    x: 2'),
        level=1,
    )


def test_a_tagged_value_is_rewritten_as_a_whole() -> None:
    check_set('a: !!str 5 # c\n', ('a',), '6', 'a: "6" # c\n', level=1)
    check_set('a:\n- !!str 5\n- 6\nb: 1 # b\n', ('a', 0), 'x', 'a:\n- x\n- 6\nb: 1 # b\n', level=1)


def test_a_top_level_key_is_the_second_step() -> None:
    check_set(
        's: # c\n  a: &x 1\n  b: *x\nt: 1 # t\n',
        ('s', 'a'),
        2,
        's: # c\n  a: 2\n  b: 1\nt: 1 # t\n',
        level=2,
    )


def test_an_anchor_used_elsewhere_is_not_touched() -> None:
    with pytest.raises(CannotEdit) as refusal:
        edit_document(ANCHORED.encode(), set_field(value_of(ANCHORED), ('base', 'x'), 2))
    assert refusal.value.reason == 'TextCannotSayThis'


def test_the_whole_document_only_when_everything_changes() -> None:
    assert edit_document(b'---\n# head\na: 1\n# tail\n', {'b': 2}) == Edited(
        b'---\n# head\nb: 2\n# tail\n', 3
    )
    assert edit_document(b'# head\n', {'b': 2}) == Edited(b'# head\nb: 2\n', 3)
    assert edit_document(b'---\n', [1]) == Edited(b'---\n- 1\n', 3)
    assert edit_document(b'', {'a': 1}) == Edited(b'a: 1\n', 3)
    assert edit_document(b'--- {a: 1}\n', {'b': {'c': 1}}) == Edited(b'---\nb:\n  c: 1\n', 3)


@pytest.mark.parametrize('text', [b'a: 1\n---\nb: 1\n', b'a: [', b'a: 1\na: 2\n', b'a: !x 1\n'])
def test_what_is_not_one_good_document_is_not_edited(text: bytes) -> None:
    with pytest.raises(CannotEdit) as refusal:
        edit_document(text, {'a': 1})
    assert refusal.value.reason == 'DocumentNotGood'


@pytest.mark.parametrize('value', [{'a': float('nan')}, {'a': '\ud800'}, {1: 2}, {'a': {1, 2}}])
def test_what_cannot_be_written(value: Value) -> None:
    with pytest.raises(CannotEdit) as refusal:
        edit_document(b'a: 1\n', value)
    assert refusal.value.reason == 'NoJsonValue'


def test_numbers_are_compared_as_json_keeps_them() -> None:
    text = b'a: 1.0\nb: 9223372036854775808\n'
    assert edit_document(text, {'a': 1.0, 'b': 2**63}).text == text
    assert edit_document(text, {'a': True, 'b': 2**63}).text == text.replace(b'1.0', b'true')


def test_emitted_text_is_edited_like_any_other() -> None:
    text = emit({'a': [{'b': 'x\ny\n'}], 'c': {'d': 1}}).decode()
    check_set(text, ('a', 0, 'b'), 'x\nz\n', text.replace('y\n', 'z\n'))


def test_a_block_never_swallows_the_comment_below() -> None:
    text = 's:\n  a: 1\n    # deeper\nb: 1\n'
    check_set(text, ('s', 'c'), 'x\ny\n', text.replace('a: 1\n', 'a: 1\n  c: "x\\ny\\n"\n'))
    check_set(text, ('s', 'a'), 'x\ny\n', text.replace('a: 1\n', 'a: "x\\ny\\n"\n'))


@pytest.mark.parametrize(
    ('text', 'wanted', 'where'),
    [
        ('a: &x {b: 1}\nc: *x\n', {'a': {'b': 2}, 'c': {'b': 1}}, 'line 1, column 4'),
        ('a: &x 1\nc: *x\n', {'a': 2, 'c': 1}, 'line 1, column 4'),
        ('# top\na: 1\n# mid\nb: 2\n', {'c': 3}, 'the whole document changes'),
        (
            'a: &m {b: 1}\nc:\n  # of c\n  <<: *m\n  d: 2\n',
            {'a': {'b': 1}, 'c': {'d': 2}},
            'line 4, column 3',
        ),
    ],
)
def test_what_cannot_be_done_in_place_is_refused_and_said_why(
    text: str, wanted: Value, where: str
) -> None:
    with pytest.raises(CannotEdit) as refused:
        edit_document(text.encode(), wanted)
    assert refused.value.reason == 'TextCannotSayThis'
    assert where in refused.value.message


def test_an_alias_is_written_out_where_it_is_changed_and_nowhere_else() -> None:
    text = b'a: &x {b: 1} # kept\nc: *x # too\nd: *x\n'
    edited = edit_document(text, {'a': {'b': 1}, 'c': {'b': 2}, 'd': {'b': 1}})
    assert edited.text == b'a: &x {b: 1} # kept\nc: # too\n  b: 2\nd: *x\n'


@pytest.mark.parametrize(
    ('text', 'wanted', 'edited'),
    [
        ('a: [ # none\n]\n', {'a': ['x']}, 'a: [x # none\n]\n'),
        ('a: {# none\n}\n', {'a': {'x': 1}}, 'a: {x: 1 # none\n}\n'),
        ('a: [x, # keep\n  z]\n', {'a': ['x', 'w', 'z']}, 'a: [x, w, # keep\n  z]\n'),
        ('a: [x, # keep\n  z]\n', {'a': ['x']}, 'a: [x, # keep\n  ]\n'),
        ('a: {x: 1, # keep\n  z: 2}\n', {'a': {'z': 2}}, 'a: { # keep\n  z: 2}\n'),
        ('a: {x: 1, # keep\n  z: 2}\n', {'a': {'w': 3}}, 'a: {w: 3, # keep\n  }\n'),
        ('a: [\n  x, # 1\n  y, # 2\n  z\n]\n', {'a': ['x', 'z']}, 'a: [\n  x, # 1\n  z\n]\n'),
    ],
)  # fmt: skip
def test_a_comment_inside_brackets_stays(text: str, wanted: Value, edited: str) -> None:
    assert edit_document(text.encode(), wanted).text.decode() == edited


EMPTY_BUT_FOR_COMMENTS = [
    ('a: [ # none\n]\n', {'a': {'x': 1}}, 'a: # none\n  x: 1\n'),
    ('a: [ # none\n]\n', {'a': {}}, 'a: {} # none\n'),
    ('a: {# none\n} # tail\n', {'a': None}, 'a: null # none\n  # tail\n'),
    ('a: [\n  # none\n] # tail\n', {'a': 'x'}, 'a: x # tail\n  # none\n'),
    ('a: [ # none\n]\n', {'a': 'x\ny\n'}, 'a: | # none\n  x\n  y\n'),
    ('a: [\n# none\n]\n', {'a': 'x\ny\n'}, 'a: "x\\ny\\n"\n  # none\n'),
    ('a: [{# none\n}, 1]\n', {'a': [['x'], 1]}, 'a: [[x] # none\n, 1]\n'),
    ('- [\n  # none\n  ]\n- 1\n', [{'x': 1}, 1], '-\n  # none\n  x: 1\n- 1\n'),
    ('a: # key\n  [] # tail\nb: 1\n', {'a': ['x'], 'b': 1}, 'a: # key\n  # tail\n- x\nb: 1\n'),
    ('a: # key\n  # own\n  5 # tail\n', {'a': {'x': 1}}, 'a: # key\n  # own\n  # tail\n  x: 1\n'),
]  # fmt: skip


@pytest.mark.parametrize('line_break', ['\n', '\r\n', '\r'])
@pytest.mark.parametrize(('text', 'wanted', 'edited'), EMPTY_BUT_FOR_COMMENTS)
def test_a_comment_in_empty_brackets_outlives_their_kind(
    text: str, wanted: Value, edited: str, line_break: str
) -> None:
    result = edit_document(text.replace('\n', line_break).encode(), wanted)
    assert (result.text.decode(), result.level) == (edited.replace('\n', line_break), 0)
