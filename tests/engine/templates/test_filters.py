"""What the filters give, and that they say so when they cannot."""

import pytest

from .runs import refused, text

GIVES = [
    ("'10.0.0.0/8' | subnet(24, -1)", '10.255.255.0/24'),
    ("'2001:db8::/32' | subnet(64, 4294967295)", '2001:db8:ffff:ffff::/64'),
    ("'10.0.0.0/24' | host(-2)", '10.0.0.254'),
    ("'2001:db8::/64' | host(18446744073709551615)", '2001:db8::ffff:ffff:ffff:ffff'),
    ("'10.0.0.0/22' | free_subnet(24, ['10.0.0.0/25', '10.0.2.0/24'])", '10.0.1.0/24'),
    ("'10.0.0.0/23' | free_subnet(25, ['10.0.0.128/26'])", '10.0.0.0/25'),
    ("'10.0.0.0/23' | free_subnet(24, '10.0.0.0/25')", '10.0.1.0/24'),
    ("'10.0.0.0/23' | free_subnet(24, ['::a00:0/127', none])", '10.0.0.0/24'),
    ("['x'] | allocate_subnets('10.0.0.0/23', 24, {'x': none, 'z': '10.0.0.0/24'})",
     '{"x": "10.0.1.0/24"}'),
    ("['x', 'y'] | allocate_subnets('10.0.0.0/22', 24, {'y': '10.0.0.0/24'})",
     '{"x": "10.0.1.0/24", "y": "10.0.0.0/24"}'),
    ("['x', 'y'] | allocate('10-11', {'y': 10})", '{"x": 11, "y": 10}'),
    ("[5, '7-8'] | vlan(2)", '8'),
    ("['x', 'y'] | allocate('10-12', {'y': '10', 'x': none})", '{"x": 11, "y": 10}'),
    ("['z', 'x'] | allocate('10-12,11-13,9', {'a': 11, 'b': 10, 'c': 12})", '{"z": 13, "x": 9}'),
    ("'10-12' | free_vlan([10, 11])", '12'),
    ("'10-12' | free_vlan(['10', none, 11])", '12'),
    ("'10-40' | free_vlan('30,10-12,13')", '14'),
    ("'10-40' | free_vlan(10)", '11'),
    ("'10-12,11-13' | vlan(3)", '13'),
    ("'1-2,2-3' | expand_range", '[1, 2, 3]'),
    ("'4200000000-4294967294' | asn(94967294)", '4294967294'),
    ("'10.0.0.9' is within('10.0.0.0/24')", 'true'),
    ("'10.0.1.0/24' is within('10.0.0.0/24')", 'false'),
    ("'10.0.0.0/8' is within('10.0.0.0/24')", 'false'),
    ("'fe80::1' is within('10.0.0.0/8')", 'false'),
    ("'10.0.0.0/8' is overlapping('10.1.0.0/16')", 'true'),
    ("'10.0.0.1/8' is prefix", 'false'),
    ('4095 is vlan', 'false'),
    ("['leaf-10', 'leaf-2', 'leaf-01'] | natural_sort | join(' ')", 'leaf-01 leaf-2 leaf-10'),
    ("[{'n': 'b10'}, {'n': 'b9'}] | natural_sort('n') | map(attribute='n') | join(' ')", 'b9 b10'),
    ("'Rack 12 / Leaf_1' | slug", 'rack-12-leaf-1'),
    ("'yes' | to_yaml", '"yes"'),
    ("'plain' | to_yaml", 'plain'),
    ("{'a': {'b': [1, 'no']}} | to_yaml | indent(2)", 'a:\n    b:\n    - 1\n    - "no"'),
    ("{'a': 1} | combine({'b': 2}, {'a': 3})", '{"a": 3, "b": 2}'),
    ("[[1], 2, [3, [4]]] | flatten", '[1, 2, 3, [4]]'),
    ("'%03d-%s' | format(7, 'x')", '007-x'),
    ("'100%%' | format", '100%'),
    ("[{'k': 2, 'v': 'b'}, {'k': 1, 'v': 'a'}] | groupby('k') | length", '2'),
    ("[1, 2.5] | sum", '3.5'),
    ("[true, none, 1, 'x']", '[true, null, 1, "x"]'),
    ("none", 'null'),
    ("'a' ~ true ~ 1", 'atrue1'),
    ("('a', 'b')[1]", 'b'),
    ("{'items': 5}['items']", '5'),
    ("'abcdef'[1:3]", 'bc'),
    ("nothing is defined", 'false'),
    ("nothing | default('x')", 'x'),
    ("fabric.name.split('a') | join('o')", 'Lob'),
]  # fmt: skip


@pytest.mark.parametrize(('source', 'result'), GIVES)
def test_gives(source: str, result: str) -> None:
    assert text('{{ ' + source + ' }}') == result


@pytest.mark.parametrize(
    'source',
    [
        "'10.0.0.1/24' | subnet(25)",
        "'10.0.0.0/24' | subnet(16)",
        "'10.0.0.0/24' | subnet(25, 2)",
        "'10.0.0.0/24' | host(256)",
        "'10.0.0.0/24' | free_subnet(25, ['10.0.0.0/24'])",
        "'10.0.0.0/8' | subnets(32)",
        "'0-5' | vlan(0)",
        "'4000-5000' | vlan(0)",
        "'1-2' | vlan(2)",
        "'1-2' | free_vlan([1, 2])",
        "['a', 'b', 'c'] | allocate('1-2')",
        "'leaf' | allocate('1-9')",
        "'leaf' | allocate_subnets('10.0.0.0/16', 24)",
        "['a', 'b'] | allocate('1-9', {'a': 3, 'b': 3})",
        "['a'] | allocate('1-9', {'a': '3-4'})",
        "['a', 'b'] | allocate_subnets('10.0.0.0/8', 24, {'a': '10.0.0.0/23', 'b': '10.0.1.0/24'})",
        "'1-9' | free_vlan(['leaf'])",
        "'x' | asn(0)",
        '5 | address',
        "['a'] | sum",
        "'%s %s' | format(1)",
        "'%r' | format(1)",
    ],
)
def test_says_so_when_it_cannot(source: str) -> None:
    finding = refused('\n\n{{ ' + source + ' }}')
    assert (finding.code, finding.line) == ('TemplateFailed', 3)


def test_what_is_not_there_is_told_with_its_place() -> None:
    finding = refused('a: 1\nb: {{ 1 }} {{ fabric.nmae }}\n')
    assert finding.code == 'TemplateUndefined'
    assert (finding.line, finding.column, finding.field) == (2, 22, 'nmae')
    assert 'it has name, slug' in finding.message


@pytest.mark.parametrize(
    'source', ['[1, nothing]', '[nothing]|to_yaml', 'nothing ~ 1', '1 if false']
)
def test_what_is_not_there_is_told_within_other_values(source: str) -> None:
    assert refused('{{ ' + source + ' }}').code == 'TemplateUndefined'


def test_the_place_is_that_of_the_part_where_it_happens() -> None:
    parts = {'a.yaml.j2': "{% include '_b.j2' %}", '_b.j2': 'x\n{{ missing }}'}
    finding = refused(parts)
    assert (finding.file, finding.line) == ('_b.j2', 2)


def test_a_filter_of_the_caller() -> None:
    assert text('{{ 2 | twice }}', filters={'twice': lambda value: (value, value)}) == '[2, 2]'


@pytest.mark.timeout(30)
def test_ranges_that_overlap_a_thousand_times_are_gone_through_once() -> None:
    source = "{% set kept = range(1, 50001)|list|allocate('1-50000') %}"
    assert text(source + "{{ ['a']|allocate('1-50000,' * 10000 ~ '7-50001', kept) }}") == (
        '{"a": 50001}'
    )
    assert text(source + "{{ ('1-50000,' * 10000 ~ '50001')|free_asn(kept.values()) }}") == '50001'


def test_a_range_that_is_none_is_told_in_words() -> None:
    assert refused("{{ '1000-' | vlan(0) }}").message.startswith("'1000-' is no number")
