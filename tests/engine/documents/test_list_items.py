"""The items of a List are cut out as they stand; only what cannot be is written anew."""

import pytest

from hedgehog_gitops.documents import Limits, item_ranges, list_items, read

HEAD = 'apiVersion: v1\nkind: List\nitems:\n'


def items(text: str) -> list[tuple[str, list[str]]]:
    """The text of each item and what is told of it."""
    (document,) = read((HEAD + text).encode()).documents
    return [
        (item.document.text.decode(), [finding.code for finding in item.findings])
        for item in list_items(document, Limits())
    ]


@pytest.mark.parametrize(
    ('text', 'second'),
    [
        ('-\n  name: b # two\n  x: 1\n', 'name: b # two\nx: 1\n'),
        ('-  \n    name: b\n\n    # why\n    x: 1\n', 'name: b\n\n# why\nx: 1\n'),
        ('- # two\n  name: b\n', '# two\nname: b\n'),
        ('-\n  # two\n  name: b\n', '# two\nname: b\n'),
        ('-\n# far out\n  name: b\n', '# far out\nname: b\n'),
        ('-   # two\n  name: b\n', '# two\nname: b\n'),
        ('-\r\n  name: b\r\n', 'name: b\r\n'),
    ],
)
def test_a_dash_alone_on_its_line_begins_an_item_as_well(text: str, second: str) -> None:
    below = '# of three\n- name: c # three\n'
    assert items(f'- name: a # one\n{text}{below}') == [
        ('name: a # one\n', []),
        (second, []),
        ('# of three\nname: c # three\n', []),
    ]


def test_only_the_item_that_cannot_be_cut_out_is_told_and_written_anew() -> None:
    text = '- &a\n  name: a # one\n- *a\n- name: c # three\n'
    first, second, third = items(text)
    assert second == ('name: a\n', ['ListItemRewritten'])
    assert (first[1], third) == ([], ('name: c # three\n', []))
    assert 'one' in first[0]


def test_the_lines_of_items_begin_at_their_dash_or_at_its_comments() -> None:
    (document,) = read(f'{HEAD}-\n  name: a\n# b\n- name: b\nmore: 1\n'.encode()).documents
    assert item_ranges(document) == ((3, 5), (5, 7))
    (document,) = read(b'apiVersion: v1\nkind: List\nitems: [{name: a}]\n').documents
    assert item_ranges(document) == ()
