"""What is read without the parser is what the parser reads, or is left to it.

Texts near to those that tools write, with a few letters and lines changed: a second or two as an
ordinary test, ten minutes in `./test nightly` (HEDGEHOG_FUZZ_SECONDS).
"""

import json
import os
import random
import time
from pathlib import Path

import pytest
from hypothesis import given

from hedgehog_gitops.documents.limits import DEFAULT_LIMITS
from hedgehog_gitops.documents.loading import load
from hedgehog_gitops.documents.plain_blocks import plain_blocks
from hedgehog_gitops.documents.stream import load_stream

from .test_documents_stream import many
from .writing_yaml import documents

SECONDS = float(os.environ.get('HEDGEHOG_FUZZ_SECONDS', '1'))
ODD = """\
# one
---
kind: Switch
spec:
  groups:
    - a
    - b
  on: off
---
kind: Server

---
- a: 1
  b:
  - c: "x: y"
    d:
    e: 'z'
  -   f: 1.50
- [g, on]
"""
DEMO = Path(__file__).parents[2] / 'dev' / 'demo'
LETTERS = ' -:#\'"[]{}\n,&*|>?!%@~.0aé\t=+_/\\<yn1eE'
PIECES = [
    '  ', '- ', ': ', ' #', '---\n', '\n---\n', '...\n', '<<: ', 'null', 'on', '0x1f', '1e3',
    '.inf', '- - ', '? ', '\n\n', '\n  ', '\n- ', '""', "''", '[]', '{}', '[a, b]', '{a: b}',
    '"a": ', '1: ', 'y: ', '# c\n', '  # c\n', 'a: ', 'b:\n', '+1', '-1', '.5', '1_000', '12:30',
    '99999999999999999999', '!!str ', '&x ', '*x', '|\n', '>-\n', '\r\n',
]  # fmt: skip


@many
@given(documents())
def test_any_text(made: tuple[bytes, object]) -> None:
    compare(made[0])


@pytest.mark.timeout(SECONDS + 120)
def test_texts_near_to_what_tools_write(pytestconfig: pytest.Config) -> None:
    chance = random.Random(pytestconfig.getoption('hypothesis_seed') or 11)
    texts = [ODD, *(path.read_text() for path in sorted(DEMO.glob('*.yaml')))]
    end = time.monotonic() + SECONDS
    tried = read_here = 0
    while time.monotonic() < end:
        read_here += compare(changed(chance, chance.choice(texts)).encode())
        tried += 1
    assert tried > 100
    assert read_here > tried / 10, 'nearly all were left to the parser'


def compare(text: bytes) -> bool:
    """Whether no parser was needed; if so, both have to agree on everything."""
    found = plain_blocks(text, DEFAULT_LIMITS)
    if found is None:
        return False
    loading = load(text, DEFAULT_LIMITS)
    assert loading.trouble is None, text
    assert [each.findings for each in loading.documents] == [[] for _ in found], text
    # Compared as JSON: 1 is not True there, and the order of keys counts.
    assert json.dumps([value for _, _, value in found]) == json.dumps(
        [each.value for each in loading.documents]
    ), text
    pieces = load_stream(text, DEFAULT_LIMITS, parsing=True).stream
    assert not pieces.findings, text
    assert [(start, line) for start, line, _ in found] == [
        (piece.start, piece.line) for piece in pieces.pieces
    ], text
    return True


def changed(chance: random.Random, text: str) -> str:
    if chance.random() < 0.7:
        lines = text.splitlines(keepends=True)
        start = chance.randrange(len(lines))
        text = ''.join(lines[start : start + chance.randint(1, 20)])
    for _ in range(chance.randint(1, 4)):
        text = chance.choice((with_piece, with_piece, without_some, with_line_changed))(
            chance, text
        )
    return text


def with_piece(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice([chance.choice(LETTERS), chance.choice(PIECES)]) + text[at:]


def without_some(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[at + chance.randint(1, 3) :]


def with_line_changed(chance: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True) or ['']
    at = chance.randrange(len(lines))
    line = lines[at]
    lines[at] = chance.choice(
        (
            f' {line}',
            f'  {line}',
            line[1:],
            line[2:],
            line + line,
            '',
            line.lstrip(),
            line.rstrip('\n'),
        )
    )
    return ''.join(lines)
