"""Laws of editing: what was asked for is what reads back, and nothing else changes.

A few hundred examples each, the same every time; `./test nightly` tries ten thousand others
(HEDGEHOG_EDIT_EXAMPLES).
"""

import copy
import os
import random
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hedgehog_gitops.documents import (
    CannotEdit,
    Edited,
    Value,
    edit_document,
    emit,
    read,
    same,
)
from hedgehog_gitops.documents.nodes import compose

from ..corpus import yaml_files
from .what_stays import check_comments, check_untouched, may_be_refused, share_keys
from .writing_odd_yaml import odd_documents
from .writing_yaml import documents, values

EXAMPLES = int(os.environ.get('HEDGEHOG_EDIT_EXAMPLES', '300'))
many = settings(
    max_examples=EXAMPLES,
    deadline=None,
    # Shrinking takes minutes here, and what is drawn is small already.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@cache
def corpus_documents() -> list[bytes]:
    found = {
        document.text
        for path in yaml_files()
        for document in read(path.read_bytes()).documents
        if document.good and len(document.text) < 20_000
    }
    return sorted(found)


def value_of(text: bytes) -> Value:
    (document,) = read(text).documents
    return document.value


@many
@given(documents())
def test_generated_text_means_what_was_generated(made: tuple[bytes, Value]) -> None:
    text, value = made
    assert same(value_of(text), value)


@many
@given(values())
def test_emitted_text_reads_back(value: Value) -> None:
    assert same(value_of(emit(value)), value)


@many
@given(documents())
def test_an_edit_that_changes_nothing_changes_no_byte(made: tuple[bytes, Value]) -> None:
    text, value = made
    edited = edit_document(text, copy.deepcopy(value))
    assert (edited.text, edited.level) == (text, 0)


@many
@given(documents(), st.data())
def test_generated_text_takes_any_edit(made: tuple[bytes, Value], data: st.DataObject) -> None:
    text, value = made
    wanted = data.draw(edits(value))
    try:
        edited = edit_document(text, wanted)
    except CannotEdit:
        # Only where nothing of the top stays, and comments would go with it.
        assert b'#' in text and not share_keys(value, wanted)
        return
    assert same(value_of(edited.text), wanted)
    check_untouched(text, edited.text, value, wanted, edited.level)
    check_comments(text, edited.text, wanted)


@many
@given(odd_documents(), st.data())
def test_odd_text_takes_any_edit(made: tuple[bytes, Value], data: st.DataObject) -> None:
    text, value = made
    assert same(value_of(text), value)
    assert edit_document(text, copy.deepcopy(value)) == Edited(text, 0)
    check_edit(text, value, data.draw(edits(value)))


def check_edit(text: bytes, value: Value, wanted: Value) -> None:
    try:
        edited = edit_document(text, wanted)
    except CannotEdit as refusal:
        assert may_be_refused(text, value, wanted), (text, wanted, refusal)
        return
    assert same(value_of(edited.text), wanted)
    check_untouched(text, edited.text, value, wanted, edited.level)
    check_comments(text, edited.text, wanted)


FOUND_ONCE: list[tuple[bytes, Value]] = [
    # The comment above the value comes to stand below the one behind it.
    (b'r:\n # apart\n [] # why\nz: 1\n', {'r': [{}], 'z': 1}),
    # An anchor changes, and what stays of its aliases is written out by its keys.
    (b'a: &x {b: 1}\nc: {<<: [*x ]} # c\n', {'a': {'b': 1, 'd': 2}, 'c': {'b': 1, 'e': 1}}),
    (b'a: &x one\nl:\n- ~\n- *x\n# z\nz: 1\n', {'l': [None, 5, 'one'], 'z': 1}),
    # What merges, and has to be written out, is the whole document.
    (b'a: 1\n<<: {a: 1}\n', {'a': [2]}),
    # Behind an anchor a comment stands where none is looked for.
    (b'a: &x # c\n  5\nz: 1\n', {'a': 6, 'z': 1}),
    (b'"[a":\n- [ null ] # why\n', {'[a': [['?x'], ['?x']]}),
]


@pytest.mark.parametrize(('text', 'wanted'), FOUND_ONCE)
def test_what_was_found_once_keeps_the_law(text: bytes, wanted: Value) -> None:
    check_edit(text, value_of(text), wanted)


@many
@given(documents(), values())
def test_any_text_can_come_to_mean_anything(made: tuple[bytes, Value], wanted: Value) -> None:
    try:
        edited = edit_document(made[0], wanted)
    except CannotEdit:
        # Rather than losing a comment nobody spoke of, nothing is written.
        assert b'#' in made[0]
        return
    assert same(value_of(edited.text), wanted)


def test_no_edit_of_the_corpus_changes_a_byte() -> None:
    for text in corpus_documents():
        assert edit_document(text, value_of(text)).text == text


@pytest.mark.parametrize('seed', range(4))
def test_random_edits_of_the_corpus(seed: int, pytestconfig: pytest.Config) -> None:
    chance = random.Random(f'{pytestconfig.getoption("hypothesis_seed")} {seed}')
    texts = corpus_documents()
    for _ in range(EXAMPLES):
        text = chance.choice(texts)
        value = value_of(text)
        wanted = random_edit(copy.deepcopy(value), chance)
        try:
            edited = edit_document(text, wanted)
        except CannotEdit:
            assert has_anchors(text), (text, wanted)
            continue
        assert same(value_of(edited.text), wanted), (text, wanted)
        if not has_anchors(text):
            check_untouched(text, edited.text, value, wanted, edited.level)
            if edited.level == 0:
                check_comments(text, edited.text, wanted)


def has_anchors(text: bytes) -> bool:
    root = compose(text)
    return root is not None and any(node.special for node in root.walk())


@settings(many, max_examples=max(1, EXAMPLES // 3))
@given(documents() | odd_documents(), st.data())
def test_line_ends_and_marks_survive(made: tuple[bytes, Value], data: st.DataObject) -> None:
    text, value = made
    wanted = data.draw(edits(value))
    for variant in (
        b'\xef\xbb\xbf' + text,
        text.replace(b'\n', b'\r\n'),
        text.removesuffix(b'\n'),
    ):
        if not same(value_of(variant), value):
            continue  # a block scalar that ended with the file lost its line break
        try:
            edited = edit_document(variant, wanted).text
        except CannotEdit:
            assert may_be_refused(text, value, wanted), (variant, wanted)
            continue
        assert same(value_of(edited), wanted)
        assert edited.startswith(b'\xef\xbb\xbf') == variant.startswith(b'\xef\xbb\xbf')
        # An empty line that stands last now has no end of its own: the break is the one before it.
        assert edited.endswith(b'\n') == variant.endswith(b'\n') or b'\n\n' in variant
        if b'\r\n' in variant:
            assert edited.count(b'\n') == edited.count(b'\r\n')


@st.composite
def edits(draw: st.DrawFn, value: Value) -> Value:
    """The value after one to three random edits."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    wanted = copy.deepcopy(value)
    for _ in range(draw(st.integers(1, 3))):
        wanted = random_edit(wanted, chance, draw(values()))
    return wanted


NEW_VALUES: list[Value] = [
    None, True, 0, -5, 1.5, '', 'text', 'on', '10:20:30', '1e3', "it's", 'a: b # c', 'two\nlines\n',
    ' x', 'é𝄞', {}, [], {'a': 1}, ['x', 'y'], {'deep': [{'a': 1, 'b': [2]}, {}]}, [[1, 2], [3]],
]  # fmt: skip


def random_edit(value: Value, chance: random.Random, new: Value = ...) -> Value:  # type: ignore[assignment]
    """Sets, unsets, adds, inserts or replaces something somewhere in the value, in place."""
    if new is ...:
        new = copy.deepcopy(chance.choice(NEW_VALUES))
    places = list(_collections(value))
    if not places:
        return {'new': new}
    place = chance.choice(places)
    if isinstance(place, dict):
        key = chance.choice([*place, 'new-key', 'on', '1'])
        if chance.random() < 0.3 and len(place) > 1:
            place.pop(key, None)
        else:
            place[key] = new
    elif place and chance.random() < 0.6:
        index = chance.randrange(len(place))
        if chance.random() < 0.4 and len(place) > 1:
            del place[index]
        else:
            place[index] = new
    else:
        place.insert(chance.randint(0, len(place)), new)
    return value


def _collections(value: Value) -> list[dict[str, Value] | list[Value]]:
    if isinstance(value, dict):
        return [value, *(place for inner in value.values() for place in _collections(inner))]
    if isinstance(value, list):
        return [value, *(place for inner in value for place in _collections(inner))]
    return []


def test_anchors_are_never_broken_silently() -> None:
    text = b'a: &x {b: 1}\nc: *x\nd: 1\n'
    assert edit_document(text, {'a': {'b': 1}, 'c': {'b': 1}, 'd': 2}).text == (
        b'a: &x {b: 1}\nc: *x\nd: 2\n'
    )
    with pytest.raises(CannotEdit):
        edit_document(text, {'a': {'b': 2}, 'c': {'b': 1}, 'd': 1})


def test_the_law_sees_a_flow_mapping_that_was_written_anew() -> None:
    old = 'spec:\n  a: {b:   1, \'c\':  yes,   d: "x"}\nz: 1\n'
    wanted: Value = {'spec': {'a': {'b': 2, 'c': True, 'd': 'x'}}, 'z': 1}
    anew = b'spec:\n  a: {b: 2, c: true, d: x}\nz: 1\n'
    with pytest.raises(AssertionError):
        check_untouched(old.encode(), anew, value_of(old.encode()), wanted, 0)
    edited = edit_document(old.encode(), wanted)
    check_untouched(old.encode(), edited.text, value_of(old.encode()), wanted, edited.level)


def test_an_item_in_brackets_takes_the_comment_on_its_line_along() -> None:
    old = b"a: [ # head\n  '1', # one\n  Yes # two\n  ]\nz: 1\n"
    wanted: Value = {'a': [{}], 'z': 1}
    edited = edit_document(old, wanted)
    assert edited.text == b'a: [ # head\n  {}, # one\n  ]\nz: 1\n'
    check_untouched(old, edited.text, value_of(old), wanted, edited.level)
    check_comments(old, edited.text, wanted)
