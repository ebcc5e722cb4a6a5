"""The formats of text which the API server checks."""

import pytest

from hedgehog_gitops.kinds.formats import FORMATS, format_check

CASES = {
    'ipv4': (['10.0.0.1', '::ffff:10.0.0.1'], ['10.0.0', '10.0.0.01', '::1', '', 'fe80::1%a.b']),
    'ipv6': (['::1', 'fe80::1'], ['10.0.0.1', 'fe80::1%eth0', ':']),
    'cidr': (
        ['10.0.0.1/24', 'fd00::/8'],
        ['10.0.0.1', '10.0.0.0/33', '10.0.0.0/255.0.0.0', '10.0.0.0/', '10.0.0.0/+8'],
    ),
    'mac': (
        ['0c:20:12:fe:01:01', '0c-20-12-fe-01-01', '0c20.12fe.0101', '0C:20:12:FE:01:01:aa:bb'],
        ['0c:20:12:fe:01', '0c:20:12:fe:01:0g', '0c201 2fe0101', ''],
    ),
    'uuid': (['123e4567-e89b-12d3-a456-426614174000', '123E4567E89B12D3A456426614174000'], ['1']),
    'uuid4': (
        ['123e4567-e89b-42d3-a456-426614174000'],
        ['123e4567-e89b-12d3-a456-426614174000', '123e4567-e89b-42d3-c456-426614174000'],
    ),
    'byte': (['aGk=', 'aGVsbG8h'], ['aGk', 'a*b=', 'ä']),
    'date': (['2026-07-01'], ['2026-7-1', '2026-13-01', '20260701', '2026-W01-1']),
    'date-time': (
        ['2026-07-01T10:00:00Z', '2026-07-01T10:00:00.5+02:00', '2026-07-01t10:00:00z'],
        ['2026-07-01', '2026-07-01T25:00:00Z', '2026-07-01T10:00:00', 'x'],
    ),
    'duration': (
        ['1h30m', '2m', '1.5s', '-3ms', '0', '22 ns', '3 days'],
        ['1', 'm', '1 fortnight'],
    ),
    'email': (['a@example.com', 'A <a@example.com>'], ['a', 'a@', '@b']),
    'hexcolor': (['#fff', 'a0b1c2'], ['#ff', 'green']),
    'bsonobjectid': (['0123456789abcdef01234567'], ['0123']),
}


@pytest.mark.parametrize('name', CASES)
def test_a_format_takes_the_good_and_refuses_the_bad(name: str) -> None:
    check = format_check(name)
    assert check is not None
    good, bad = CASES[name]
    assert [text for text in good if not check(text)] == []
    assert [text for text in bad if check(text)] == []


def test_every_format_is_tried() -> None:
    tried = {name.replace('-', '') for name in CASES}
    assert FORMATS.keys() - tried == {'uuid3', 'uuid5'}


@pytest.mark.parametrize('name', ['password', 'made-up', '', None, 5])
def test_other_formats_are_not_checked(name: object) -> None:
    assert format_check(name) is None
