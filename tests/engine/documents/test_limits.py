"""Hostile input: refused early, in little time, and alone wherever its end can be found."""

import runpy
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path

import pytest

from hedgehog_gitops.documents import DEEPEST, LIMIT_REASONS, Limits, Reading, limits_from, read

from ...corpus import corpus, manifest

BOMB = ['a: &a [x, x, x, x, x, x, x, x, x]\n'] + [
    f'{new}: &{new} [{", ".join([f"*{old}"] * 9)}]\n'
    for old, new in zip('abcdefgh', 'bcdefghi', strict=True)
]

MANY_KEYS = ','.join(f'k{i}: 1' for i in range(4000))


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


def codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


@pytest.mark.parametrize(
    ('hostile', 'code'),
    [
        (''.join(BOMB), 'TooManyAliases'),
        ('a: ' + '[' * 150 + ']' * 150 + '\n', 'TooDeep'),
        (''.join(f'{" " * depth}a:\n' for depth in range(150)), 'TooDeep'),
        ('a: [' + 'x,' * 200_001 + ']\n', 'TooManyNodes'),
        ('a: "' + 'x' * (3 * 2**20) + '"\n', 'DocumentTooLarge'),
        ('a: &a [' + 'x,' * 5000 + ']\nb: [*a, *a, *a]\n', 'TooManyAliases'),
        (f'a: &a {{{MANY_KEYS}}}\nb: [{{<<: *a}}, {{<<: *a}}]\n', 'TooManyAliases'),
    ],
)  # fmt: skip
def test_one_bad_document_is_held_alone(hostile: str, code: str) -> None:
    with at_most(2):
        reading = read(f'good: 1\n---\n{hostile}---\nalso: good\n'.encode())
    first, bad, last = reading.documents
    assert (first.good, bad.good, last.good) == (True, False, True)
    assert [finding.code for finding in bad.findings] == [code]
    assert bad.findings[0].line is not None
    assert bad.findings[0].document == 1
    assert (bad.value, bad.empty) == (None, False)


@pytest.mark.parametrize(
    'hostile',
    [
        '[' * 100_000,
        '{a: ' * 100_000,
        '- ' * 100_000,
        '? ' * 100_000,
        '[' * 100_000 + ']' * 100_000,
        ''.join(f'{" " * depth}a:\n' for depth in range(3000)),
        '[' * 401 + 'x,' * 400_000,
    ],
)
def test_far_too_deep_stops_the_parser(hostile: str) -> None:
    with at_most(2):
        reading = read(hostile.encode())
    assert (reading.whole, codes(reading)) == (False, ['TooDeep'])


@pytest.mark.parametrize(
    'document',
    ['a: [' + 'x,' * 900 + ']\n---\n', 'a: &a [' + 'x,' * 90 + ']\nb: [' + '*a,' * 9 + ']\n---\n'],
)
def test_documents_that_are_small_enough_may_be_too_many_values_together(document: str) -> None:
    limits = replace(Limits(), nodes=1000, file_nodes=10_000)
    assert read(document.encode() * 10, limits).whole
    reading = read(document.encode() * 12, limits)
    assert (reading.whole, codes(reading)) == (False, ['TooManyNodes'])
    assert '`file_nodes` is 10,000' in reading.findings[0].message


@pytest.mark.slow
def test_far_too_many_values_stop_the_parser() -> None:
    with at_most(4):
        reading = read(b'[' + b'x,' * 5_000_000 + b']')
    assert (reading.whole, codes(reading)) == (False, ['TooManyNodes'])


def test_depth_at_the_limit_is_read() -> None:
    assert read(b'[' * 100 + b']' * 100).documents[0].good
    assert codes(read(b'[' * 101 + b']' * 101)) == ['TooDeep']
    assert codes(read(b'[[[]]]', Limits(depth=2))) == ['TooDeep']


def test_counts_at_the_limit_are_read() -> None:
    assert read(b'[a, b]', Limits(nodes=3)).documents[0].good
    assert codes(read(b'[a, b, c]', Limits(nodes=3))) == ['TooManyNodes']
    assert read(b'[&a [b], *a]', Limits(alias_nodes=2)).documents[0].good
    assert codes(read(b'[&a [b], *a, *a]', Limits(alias_nodes=2))) == ['TooManyAliases']
    assert read(b'a: 1', Limits(document_bytes=4)).documents[0].good
    assert codes(read(b'a: 1\n', Limits(document_bytes=4))) == ['DocumentTooLarge']


def test_limits_begin_anew_with_each_document() -> None:
    reading = read(b'---\n[&a [b], *a]\n' * 50, Limits(nodes=4, alias_nodes=2, depth=2))
    assert all(document.good for document in reading.documents)


def test_a_held_document_above_does_not_spoil_the_one_below() -> None:
    text = '[' * 150 + '&a x' + ']' * 150 + '\n---\nb: *a\n---\nc: [[1]]\n'
    first, second, third = read(text.encode()).documents
    assert [f.code for f in first.findings] == ['TooDeep']
    assert [f.code for f in second.findings] == ['UnknownAnchor']
    assert third.value == {'c': [[1]]}


def test_file_too_large_is_refused_before_it_is_parsed() -> None:
    with at_most(0.5):
        reading = read(b'\x00' * (50 * 2**20 + 1))
    assert (reading.whole, codes(reading)) == (False, ['FileTooLarge'])


def test_too_many_documents() -> None:
    assert read(b'---\n' * 5, Limits(documents=5)).whole
    reading = read(b'---\n' * 6, Limits(documents=5))
    assert (reading.whole, codes(reading)) == (False, ['TooManyDocuments'])


@pytest.mark.slow
def test_sixty_megabytes_of_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = corpus() / 'hostile' / 'make_60mb.py'
    target = tmp_path / '60mb.yaml'
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr('sys.argv', [str(script), str(target)])
    runpy.run_path(str(script), run_name='__main__')
    (made,) = list(tmp_path.iterdir())
    assert made.stat().st_size > 50 * 2**20
    with at_most(0.5):
        assert codes(read(made.read_bytes())) == ['FileTooLarge']


HOSTILE = {
    '01-alias-bomb.yaml': ['TooManyAliases'],
    '05-duplicate-key.yaml': ['DuplicateKey'],
    '08-tab-indent.yaml': ['YamlSyntax'],
    '09-python-tag.yaml': ['UnknownTag'],
    '18-deep-5000.yaml': ['TooDeep'],
}


def test_hostile_corpus() -> None:
    for entry in manifest()['hostile']:
        if not entry['file'].endswith('.yaml'):
            continue
        path = corpus() / entry['file']
        with at_most(2):
            reading = read(path.read_bytes())
        assert codes(reading) == HOSTILE.get(path.name, []), path
        assert not (corpus() / 'hostile' / 'PWNED_OPEN').exists()


def test_a_limit_is_told_with_its_name_value_and_reason() -> None:
    (finding,) = read(b'[[[]]]', Limits(depth=2)).findings
    assert '`depth` is 2: each level costs' in finding.message
    (finding,) = read(b'a: 1\n', Limits(file_bytes=5)).findings
    assert '5 bytes' in finding.message and '`file_bytes` is 5: ' in finding.message


def test_limits_are_set_by_name() -> None:
    assert limits_from({'depth': 7, 'seconds': 0.5}) == replace(Limits(), depth=7, seconds=0.5)
    wrongs = ({'deep': 1}, {'depth': 0}, {'depth': '7'}, {'depth': True}, {'nodes': 1.5})
    for wrong in (*wrongs, {'depth': DEEPEST + 1}):
        with pytest.raises(ValueError, match='limit'):
            limits_from(dict(wrong))
    assert LIMIT_REASONS.keys() == {field.name for field in fields(Limits)} - {'clock'}


@pytest.mark.parametrize('text', [b'---\na: 1\n' * 50, b'[' + b'x,' * 20_000 + b']'])
def test_time_that_is_up_ends_the_reading(text: bytes) -> None:
    ticks = iter(range(1000))
    reading = read(text, Limits(seconds=3, clock=lambda: next(ticks)))
    assert (reading.whole, codes(reading)) == (False, ['TooSlow'])
    assert read(text, Limits(seconds=3, clock=lambda: 0)).whole


def test_time_is_watched_while_too_many_values_are_skipped() -> None:
    ticks = iter(range(1000))
    limits = Limits(nodes=10, seconds=6, clock=lambda: next(ticks))
    assert codes(read(b'[' + b'x,' * 39 + b']', limits)) == ['TooManyNodes']
    many = replace(limits, nodes=100_000)
    assert codes(read(b'[' + b'x,' * 350_000 + b']', many)) == ['TooSlow']
