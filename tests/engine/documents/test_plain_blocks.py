"""What is read without the parser, and what is left to it."""

import pytest

from hedgehog_gitops.documents import Limits, emit
from hedgehog_gitops.documents.limits import DEFAULT_LIMITS
from hedgehog_gitops.documents.plain_blocks import plain_blocks


def meaning(text: str, limits: Limits = DEFAULT_LIMITS) -> object:
    found = plain_blocks(text.encode(), limits)
    return None if found is None else [value for _, _, value in found]


@pytest.mark.parametrize(
    ('text', 'value'),
    [
        ('a: 1\n', {'a': 1}),
        ('---\na: b c  # said\n\n# why\nb: "x: y"', {'a': 'b c', 'b': 'x: y'}),
        (
            "a:\n  b:\n  - 'x'\n  - 10.0.0.0/8\n  c: on\n",
            {'a': {'b': ['x', '10.0.0.0/8'], 'c': True}},
        ),
        ('a:\n- b: 1\n  c:\n  - d:\n- f: {}\n', {'a': [{'b': 1, 'c': [{'d': None}]}, {'f': {}}]}),
        ('- [x, 1, on]\n-   a: []\n    b: -1\n', [['x', 1, True], {'a': [], 'b': -1}]),
        ('  1: a#b\n  "2:3": a:b\n', {'1': 'a#b', '2:3': 'a:b'}),
    ],
)
def test_a_value_stands_on_the_line_of_its_key(text: str, value: object) -> None:
    assert meaning(text) == [value]


@pytest.mark.parametrize(
    'text',
    [
        # nothing, or no collection
        '', '# only\n', '---\n', 'a\n', '"a"\n', '-a\n', 'a:b\n',
        # letters and line ends
        'a: é\n', 'a:\tb\n', 'a: b\r\n', '\ufeffa: 1\n', f'{"a" * 300}: 1\n',
        # what else YAML has
        'a: &x b\n', 'a: *x\n', 'a: !t b\n', '<<: {}\n', '? a\n', 'a: |\n  b\n', 'a: >\n  b\n',
        '[a]\n', 'a: {b: c}\n', 'a: [b, [c]]\n', 'a: "\\n"\n', "a: 'it''s'\n", 'a: ~\n', '~: a\n',
        # values on further lines
        'a: b\n  c\n', 'a:\n  b\n', 'a: "b\n  c"\n', '- - a\n', '-\n  a\n', '- # c\n  a\n',
        # what is wrong, or no JSON
        'a: 1\na: 2\n', 'on: 1\ntrue: 2\n', 'null: a\n', 'a: .inf\n', '18446744073709551615: a\n',
        'a: 1\n b: 2\n', '  a: 1\nb: 2\n', 'a:\n  b: 1\n c: 2\n', '- a\nb: c\n', 'a: 1\n- b\n',
        'a: b: c\n', 'a: b: \n', 'a: - b\n', 'a: [b,]\n', 'a: "b" c\n', 'a: "b"#c\n', 'a: @b\n',
        # the frame of documents
        '%YAML 1.1\n---\na: 1\n', 'a: 1\n...\n', '--- a\n', '---  \na: 1\n', 'a: 1\n---b\n',
        'a: 1\n---\n---\nb: 1\n', 'a: 1\n# of b\n---\nb: 1\n',
    ],
)  # fmt: skip
def test_all_else_is_left_to_the_parser(text: str) -> None:
    assert meaning(text) is None


def test_documents_begin_at_their_separator() -> None:
    text = b'a: 1\n\n---\nb: 2\nc: 3\n---\n# of d\nd: 4\n'
    assert plain_blocks(text, DEFAULT_LIMITS) == [
        (0, 1, {'a': 1}),
        (6, 3, {'b': 2, 'c': 3}),
        (20, 6, {'d': 4}),
    ]


@pytest.mark.parametrize(
    ('text', 'limits'),
    [
        ('a: 1\n' * 3, Limits(nodes=10)),
        ('a: [1, 2, 3, 4, 5, 6, 7]\n', Limits(nodes=10)),
        ('a: 1\n---\nb: 1\n---\nc: 1\n', Limits(file_nodes=20)),
        ('a: 1\n---\nb: 1\n', Limits(documents=1)),
        ('a:\n  b:\n    c: 1\n', Limits(depth=2)),
        ('- a: []\n', Limits(depth=2)),
        ('a: 1\n', Limits(seconds=1, clock=iter((0, 2)).__next__)),
    ],
)
def test_near_a_limit_the_parser_decides(text: str, limits: Limits) -> None:
    assert plain_blocks(text.encode(), limits) is None


def test_what_we_write_is_read_here() -> None:
    value = {
        'metadata': {'name': 'a', 'labels': {'b/c': 'true', 'd': '1'}},
        'spec': {'l': [{'x': 1}, 'y: z']},
    }
    assert plain_blocks(emit(value), DEFAULT_LIMITS) == [(0, 1, value)]
