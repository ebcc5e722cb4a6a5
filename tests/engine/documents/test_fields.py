"""Field paths as they are written on the command line, and edits of values."""

import pytest

from hedgehog_gitops.documents import (
    FieldPath,
    Value,
    changed_fields,
    format_field_path,
    parse_field_path,
    set_field,
    unset_field,
)

PATHS: list[tuple[str, FieldPath]] = [
    ('spec', ('spec',)),
    ('spec.subnets.default.vlan', ('spec', 'subnets', 'default', 'vlan')),
    ('spec.links[0].server.port', ('spec', 'links', 0, 'server', 'port')),
    ('[0][1].a', (0, 1, 'a')),
    ('metadata.labels."a.b/c"', ('metadata', 'labels', 'a.b/c')),
    ('"a \\"b\\""', ('a "b"',)),
    ('spec."1"', ('spec', '1')),
    ('spec.""', ('spec', '')),
    ('spec.vpc-1/default', ('spec', 'vpc-1/default')),
]


@pytest.mark.parametrize(('text', 'path'), PATHS)
def test_path_is_read_and_written(text: str, path: FieldPath) -> None:
    assert parse_field_path(text) == path
    assert parse_field_path(format_field_path(path)) == path


@pytest.mark.parametrize(
    'text', ['', '.', 'a.', '.a', 'a..b', 'a[x]', 'a[-1]', 'a.[0]', 'a]', '"a', 'a"b"', '"a"b']
)
def test_what_is_no_path(text: str) -> None:
    with pytest.raises(ValueError, match='field path'):
        parse_field_path(text)


def test_changed_fields_are_the_smallest() -> None:
    old: Value = {'a': {'b': 1, 'c': [1, 2]}, 'd': True, 'e': 1}
    new: Value = {'a': {'b': 1, 'c': [1, 3], 'f': None}, 'd': 1}
    assert changed_fields(old, new) == [('a', 'c', 1), ('a', 'f'), ('d',), ('e',)]
    assert changed_fields([1], [1, 2]) == [()]
    assert changed_fields(old, old) == []


def test_set_and_unset_leave_the_original_alone() -> None:
    value: Value = {'a': {'b': 1}, 'c': [1, {'d': 2}]}
    assert set_field(value, ('a', 'x', 'z'), 5) == {
        'a': {'b': 1, 'x': {'z': 5}},
        'c': [1, {'d': 2}],
    }
    assert set_field(value, ('c', 1, 'd'), 3) == {'a': {'b': 1}, 'c': [1, {'d': 3}]}
    assert set_field(value, ('c', 2), 3) == {'a': {'b': 1}, 'c': [1, {'d': 2}, 3]}
    assert unset_field(value, ('a', 'b')) == {'a': {}, 'c': [1, {'d': 2}]}
    assert unset_field(value, ('c', 0)) == {'a': {'b': 1}, 'c': [{'d': 2}]}
    assert unset_field(value, ('nothing', 'there')) == value
    assert value == {'a': {'b': 1}, 'c': [1, {'d': 2}]}
    assert set_field(None, ('a', 'b'), 1) == {'a': {'b': 1}}


@pytest.mark.parametrize('path', [('a', 'b', 'c'), ('c', 5), ('a', 0)])
def test_set_where_nothing_can_stand(path: FieldPath) -> None:
    with pytest.raises(ValueError, match=r'mapping|item'):
        set_field({'a': {'b': 1}, 'c': [1]}, path, 1)
