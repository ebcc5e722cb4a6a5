"""Laws of cutting and joining: reading never raises, and no byte is lost, whatever it is."""

import os
import random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hedgehog_gitops.documents import (
    CannotEdit,
    Value,
    canonical,
    cut,
    edit_document,
    emit,
    join,
    read,
    same,
)
from hedgehog_gitops.documents.nodes import compose

from ..corpus import yaml_files
from .writing_yaml import documents, values

EXAMPLES = int(os.environ.get('HEDGEHOG_EDIT_EXAMPLES', '100'))
many = settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

FRAGMENTS = [
    'a', ': ', '- ', '\n', '\n  ', '\n- ', '---\n', '\n---\n', '\n...\n', '# c\n', '"', "'",
    '{', '}', '[', ']', ', ', '|\n  ', '>-\n', '&x ', '*x', '!t ', '!!str ', '<<: ', '? ', '\t',
    '%YAML 1.1\n', '\r\n', '\ufeff', 'é', '𝄞', '\x85', '\u2028', '\x00', 'on', '1', '~', '\\',
    '--- ',
]  # fmt: skip


def check(data: bytes) -> None:
    """What holds for all bytes."""
    reading, stream = read(data), cut(data)
    assert reading.whole == stream.whole
    if not reading.whole:
        assert reading.documents == ()
        assert reading.findings
        return
    texts = [data[piece.start : piece.end] for piece in stream.pieces]
    assert b''.join(texts) == data
    assert [document.text for document in reading.documents] == texts
    for document in reading.documents:
        assert document.good + document.empty + (not document.good and not document.empty) == 1
        if document.good:
            check_document(document.text, document.value)


def check_document(text: bytes, value: Value) -> None:
    (alone,) = read(text).documents
    assert same(alone.value, value)
    root = compose(text)
    assert root is not None
    assert same(root.value, value)
    assert edit_document(text, value).text == text
    try:
        wanted: Value = {'k': value}
        changed = edit_document(text, wanted)
    except CannotEdit:
        return
    (read_back,) = read(changed.text).documents
    assert same(read_back.value, wanted)


@many
@given(st.binary(max_size=40))
def test_any_bytes(data: bytes) -> None:
    check(data)


@settings(many, max_examples=EXAMPLES * 10)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25))
def test_anything_like_yaml(fragments: list[str]) -> None:
    check(''.join(fragments).encode())


@many
@given(documents(), st.data())
def test_damaged_text(made: tuple[bytes, Value], data: st.DataObject) -> None:
    text = made[0].decode()
    position = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 3))
    fragment = data.draw(st.sampled_from(['', *FRAGMENTS]))
    check((text[:position] + fragment + text[position + length :]).encode())


@many
@given(st.lists(documents(), min_size=1, max_size=3))
def test_joined_documents_keep_their_meaning(made: list[tuple[bytes, Value]]) -> None:
    texts = [text for text, _ in made]
    joined = join(texts)
    reading = read(joined)
    assert reading.whole, (joined, reading.findings)
    assert len(reading.documents) == len(made)
    for document, (_, value) in zip(reading.documents, made, strict=True):
        assert same(document.value, value)
    check(joined)


@many
@given(values())
def test_canonical_form_is_a_document_of_the_same_meaning(value: Value) -> None:
    (document,) = read(emit(value)).documents
    assert canonical(document.value) == canonical(value)


@pytest.mark.parametrize('seed', range(2))
def test_damaged_corpus(seed: int, pytestconfig: pytest.Config) -> None:
    chance = random.Random(f'{pytestconfig.getoption("hypothesis_seed")} {seed}')
    paths = yaml_files('wiring')
    for _ in range(EXAMPLES * 5):
        data = bytearray(chance.choice(paths).read_bytes()[:4000])
        for _ in range(chance.randint(1, 3)):
            position = chance.randrange(len(data) + 1)
            fragment = chance.choice(FRAGMENTS).encode()
            data[position : position + chance.randint(0, 5)] = fragment
        check(bytes(data))
