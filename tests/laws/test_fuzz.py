"""Bytes nobody would write: the laws of `test_documents_stream.py` on mutated seeds.

A second or two as an ordinary test, ten minutes in `./test nightly` (HEDGEHOG_FUZZ_SECONDS). What
such a run finds becomes a seed in `seeds/`.
"""

import os
import random
import time
from pathlib import Path

import pytest

from .test_documents_stream import check

SEEDS = sorted((Path(__file__).parent / 'seeds').glob('*.yaml'))
SECONDS = float(os.environ.get('HEDGEHOG_FUZZ_SECONDS', '1'))
PIECES = [
    b'<<: *x\n', b'&x ', b'*x', b'- ', b': ', b'\n', b'  ', b'{', b'}', b'[', b']', b', ', b'"',
    b"'", b'|\n', b'>-\n', b'#', b' # c', b'!!str ', b'!!int ', b'!!float ', b'!!binary ', b'? ',
    b'~', b'yes', b'0x1F', b'1e3', b'.nan', b'---\n', b'--- ', b'...\n', b'\t', b'%', b'@', b'`',
    b'\r', b'\r\n', b'\0', b'\xef\xbb\xbf', b'\xc2\x85', b'\xe2\x80\xa8', b'\xff',
    b'\xed\xa0\x80', b'a: &x {b: 1}\n', b'1: 2\n', b'"1": 3\n', b'null: 4\n',
    b'<<: [*x, {c: 2}]\n', b'key:\n  - y: &b [1,2]\n', b'-----x\n',
]  # fmt: skip


@pytest.mark.parametrize('seed', SEEDS, ids=lambda path: path.stem)
def test_what_was_found_once_stays_mended(seed: Path) -> None:
    check(seed.read_bytes())


@pytest.mark.timeout(SECONDS + 120)
def test_no_bytes_are_too_strange(pytestconfig: pytest.Config) -> None:
    started = pytestconfig.getoption('hypothesis_seed') or 7
    chance = random.Random(started)
    texts = [seed.read_bytes() for seed in SEEDS]
    assert len(texts) > 8
    end, tried = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        data = mutated(chance, texts)
        try:
            check(data)
        except Exception as error:
            raise AssertionError(f'{data!r}, number {tried} of start {started}') from error
        tried += 1
    assert tried > 20


def mutated(chance: random.Random, texts: list[bytes]) -> bytes:
    """Pieces in a row, or a seed with some bytes gone and some pieces put in."""
    if chance.random() < 0.3:
        return b''.join(chance.choice(PIECES) for _ in range(chance.randint(1, 14)))
    text = bytearray(chance.choice(texts))
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(text) + 1)
        if chance.random() < 0.6:
            text[at:at] = chance.choice(PIECES)
        else:
            del text[at : at + chance.randint(1, 8)]
    return bytes(text)
