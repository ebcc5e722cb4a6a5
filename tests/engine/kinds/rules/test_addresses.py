"""Addresses as Go reads them, and overlaps found without comparing every pair."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgehog_gitops.kinds.normal_forms import mac_digits
from hedgehog_gitops.kinds.rules.addresses import address_of, covered, prefix_of
from hedgehog_gitops.kinds.rules.nearest import Names
from hedgehog_gitops.kinds.rules.pool import Pool
from hedgehog_gitops.kinds.rules.ports import is_port, one_name

OTHERS = ['10.0.0.0/255.0.0.0', '10.0.0.0/8/8', 'fe80::1%eth0/64']
prefixes = st.builds(
    lambda number, length: f'10.0.{number >> 8 & 255}.{number & 255}/{length}',
    st.integers(0, 2**16 - 1),
    st.integers(16, 32),
)


@pytest.mark.parametrize(
    'text', ['10.0.0.1', '0.0.0.0', '255.255.255.255', '::1', '::ffff:1.2.3.4']
)
def test_an_address(text: str) -> None:
    address = address_of(text)
    assert address
    assert address_of(str(address)) == address


@pytest.mark.parametrize(
    'text',
    ['', '10.0.0', '10.0.0.01', '10.0.0.256', '1.2.3.4.5', ' 10.0.0.1', '\u0661.0.0.1', ':', 'x'],
)
def test_no_address(text: str) -> None:
    assert address_of(text) is None


@pytest.mark.parametrize(
    'text', ['10.0.0.0/8', '10.0.0.1/32', '0.0.0.0/0', '::/0', '2001:db8::/48']
)
def test_a_prefix(text: str) -> None:
    assert prefix_of(text)


@pytest.mark.parametrize(
    'text',
    ['10.0.0.0', '10.0.0.0/', '10.0.0.0/08', '10.0.0.0/33', '10.0.0.0/+8', '::/129', '/8', *OTHERS],
)
def test_no_prefix(text: str) -> None:
    assert prefix_of(text) is None


@pytest.mark.parametrize(
    ('text', 'digits'),
    [
        ('0C:20:12:fe:01:02', '0c2012fe0102'),
        ('0c-20-12-fe-01-02', '0c2012fe0102'),
        ('0c20.12fe.0102', '0c2012fe0102'),
        ('0c:20:12:fe:01:02:03:04', '0c2012fe01020304'),
        ('0c:20-12:fe:01:02', None),
        ('c:20:12:fe:01:02', None),
        ('0c:20:12:fe:01:02:03', None),
        ('0c2012fe0102', None),
    ],
)
def test_a_mac_address(text: str, digits: str | None) -> None:
    assert mac_digits(text) == digits


@given(st.lists(prefixes, max_size=12))
def test_who_overlaps_anybody_is_found(texts: list[str]) -> None:
    known = [(prefix, index) for index, text in enumerate(texts) if (prefix := prefix_of(text))]
    pairs = [(wider[1], other[1]) for wider, other in covered(known)]
    expected = {
        index
        for one, two in combinations(known, 2)
        if one[0].covers(two[0]) or two[0].covers(one[0])
        for index in (one[1], two[1])
    }
    assert {index for pair in pairs for index in pair} == expected
    assert all(known[wider][0].covers(known[other][0]) for wider, other in pairs)


def test_a_pool_joins_what_overlaps_and_not_what_touches() -> None:
    pool = Pool([((4, 0), (4, 7)), ((4, 8), (4, 15)), ((4, 12), (4, 20))])
    assert pool.covers((4, 9), (4, 20))
    assert not pool.covers((4, 7), (4, 8))
    assert not pool.covers((6, 9), (6, 9))
    assert not Pool([]).covers((4, 0), (4, 0))


@pytest.mark.parametrize(
    ('asked', 'nearest'),
    [
        ('leaf-01x', 'leaf-01'),
        ('Leaf-01', 'leaf-01'),
        ('leaf-1', 'leaf-01'),
        ('leaf-03', ''),
        ('x', ''),
    ],
)
def test_a_near_name(asked: str, nearest: str) -> None:
    assert Names(['leaf-01', 'leaf-02', 'spine-01']).nearest(asked) == nearest


def test_names_of_ports() -> None:
    assert [is_port(text) for text in ('a/b', 'a/b/c', 'a', 'a/', '/b', '')] == [True] * 2 + [
        False
    ] * 4
    assert one_name('leaf-01/E1/4') == one_name('leaf-01/E1/4/1') == 'leaf-01/E1/4/1'
    assert one_name('server-1/enp2s1') == 'server-1/enp2s1'
