"""Laws of editing: what was asked for is what reads back, and nothing else changes.

HEDGEHOG_EDIT_EXAMPLES raises the number of examples (a few hundred by default).
"""

import codecs
import copy
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hedgehog_gitops.documents import (
    CannotEdit,
    Value,
    edit_document,
    emit,
    read,
    same,
)
from hedgehog_gitops.documents.lists import align
from hedgehog_gitops.documents.nodes import Entry, Node, compose

from ..corpus import yaml_files
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
        assert b'#' in text and not _share_keys(value, wanted)
        return
    assert same(value_of(edited.text), wanted)
    check_untouched(text, edited.text, value, wanted, edited.level)
    check_comments(text, edited.text, wanted)


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
def test_random_edits_of_the_corpus(seed: int) -> None:
    chance = random.Random(seed)
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
@given(documents(), st.data())
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
            # As above: a comment would be lost, so nothing is written.
            assert b'#' in variant
            continue
        assert same(value_of(edited), wanted)
        assert edited.startswith(b'\xef\xbb\xbf') == variant.startswith(b'\xef\xbb\xbf')
        # An empty line that stands last now has no end of its own: the break is the one before it.
        assert edited.endswith(b'\n') == variant.endswith(b'\n') or b'\n\n' in variant
        if b'\r\n' in variant:
            assert edited.count(b'\n') == edited.count(b'\r\n')


def check_untouched(old: bytes, new: bytes, value: Value, wanted: Value, level: int) -> None:
    """Every line that belongs to no changed field is still there, in order."""
    if not _share_keys(value, wanted):
        return
    assert level == 0, (old, new)
    root = compose(old)
    assert root is not None
    assert old.startswith(codecs.BOM_UTF8) == new.startswith(codecs.BOM_UTF8)
    old, new = old.removeprefix(codecs.BOM_UTF8), new.removeprefix(codecs.BOM_UTF8)
    changed = _Lines(old.decode()).changed(root, root.line, wanted)
    # A list's item that loses its first key has its second key pulled up behind the dash.
    after = iter([line.lstrip(b' -') for line in new.split(b'\n')])
    for number, line in enumerate(line.lstrip(b' -') for line in old.split(b'\n')):
        assert number in changed or not line or line in after, (old, new, line)
    check_characters(old.decode(), new.decode(), root, wanted)


def check_characters(old: str, new: str, root: Node, wanted: Value) -> None:
    """Beside what changes every word stands as it was written: quotes, spellings, numbers."""
    at = found = 0
    for start, end in [*sorted(_gone(old, root, wanted, root.start, exact=True)), (len(old), 0)]:
        for word in _WORDS.findall(old[at:start]):
            found = new.find(word, found)
            assert found >= 0, (old, new, word)
            found += len(word)
        at = max(at, end)


# Dashes, commas and brackets come and go with what stands beside them.
_WORDS = re.compile(r'[^\s,{}\[\]?:-]+')


def check_comments(old: bytes, new: bytes, wanted: Value) -> None:
    """A comment is lost only inside of a value that goes, or on the lines of a key or item."""
    root = compose(old)
    assert root is not None
    gone = [False] * len(old)
    text = old.decode()
    for start, end in _gone(text, root, wanted, root.start):
        gone[start:end] = [True] * (end - start)
    kept = [text for at, text in comments(old) if not gone[at]]
    assert not Counter(kept) - Counter(text for _, text in comments(new)), (old, new)


def comments(text: bytes) -> list[tuple[int, str]]:
    """Every comment and where it stands: what looks like one and lies in no scalar."""
    shown = text.decode()
    root = compose(text)
    assert root is not None
    for node in _nodes(root):
        if node.kind == 'scalar':
            hidden = 'x' * (node.end - node.start)
            if node.style in ('|', '>'):
                header = shown[node.start : shown.index('\n', node.start) + 1]
                hidden = header + hidden[len(header) :]
            shown = shown[: node.start] + hidden + shown[node.end :]
    return [(found.start(), found.group()) for found in re.finditer('#[^\n]*', shown)]


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for entry in node.entries:
        yield entry.key
        yield from _nodes(entry.value)
    for item in node.items:
        yield from _nodes(item)


def _gone(
    text: str, node: Node, wanted: Value, start: int, *, exact: bool = False
) -> Iterator[tuple[int, int]]:
    """Where what is not wanted any more stands: values, and the lines of keys and items.

    What is `exact` ends in brackets with its value and its comment, not with the line.
    """
    if same(node.value, wanted):
        return
    if node.entries and isinstance(wanted, dict) and wanted:
        for entry in node.entries:
            if entry.name in wanted:
                yield from _gone(text, entry.value, wanted[entry.name], entry.key.end, exact=exact)
            else:
                yield entry.key.start, _ends(text, node, entry.value.end, exact)
    elif node.items and isinstance(wanted, list) and wanted:
        starts = _item_starts(text, node)
        for step in align(node.value, wanted):
            if step.inserts:
                continue
            item, start = node.items[step.item_index], starts[step.item_index]
            if step.value_index is None:
                yield start, _ends(text, node, item.end, exact)
            else:
                yield from _gone(text, item, wanted[step.value_index], start, exact=exact)
    elif node.kind == 'scalar' or node.items or node.entries:
        compact = node.flow or (node.kind == 'scalar' and node.style not in ('|', '>'))
        yield (node.start, node.end) if compact else (start, _line_end(text, node.end))


def _ends(text: str, node: Node, position: int, exact: bool) -> int:
    if not (exact and node.flow):
        return _line_end(text, position)
    comment = re.compile(r'[ \t]*,?[ \t]+#[^\n]*').match(text, position)
    return comment.end() if comment else position


def _line_end(text: str, position: int) -> int:
    found = text.find('\n', position)
    return found if found >= 0 else len(text)


def _item_starts(text: str, node: Node) -> list[int]:
    if node.flow:
        return [item.start for item in node.items]
    starts, position = [], node.start
    for item in node.items:
        dash = re.compile(r'(?:[ \n]|#[^\n]*)*-').match(text, position)
        assert dash is not None
        starts.append(dash.end())
        position = max(item.end, dash.end())
    return starts


def _share_keys(value: Value, wanted: Value) -> bool:
    return isinstance(value, dict) and isinstance(wanted, dict) and bool(value.keys() & wanted)


class _Lines:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split('\n')

    def changed(self, node: Node, first: int, wanted: Value) -> set[int]:
        """The lines, from 0, that a change of this node to `wanted` may touch."""
        if same(node.value, wanted):
            return set()
        if not node.flow and node.kind == 'map' and _share_keys(node.value, wanted):
            return set().union(*(self._entry(entry, wanted) for entry in node.entries))
        if not node.flow and isinstance(wanted, list) and len(node.items) == len(wanted) > 0:
            pairs = zip(node.items, wanted, strict=True)
            return set().union(*(self.changed(i, self._dash(i), new) for i, new in pairs))
        return self._span(first, node.end)

    def _entry(self, entry: Entry, wanted: Value) -> set[int]:
        assert isinstance(wanted, dict)
        first = entry.key.line
        if entry.name in wanted:
            return self.changed(entry.value, first, wanted[entry.name])
        return self._span(first, entry.value.end)

    def _span(self, first: int, end: int) -> set[int]:
        return set(range(first, self.text.count('\n', 0, end) + 1))

    def _dash(self, item: Node) -> int:
        line = item.line
        if '-' in self.lines[line][: item.column]:
            return line
        line -= 1
        while not self.lines[line].lstrip().startswith('-'):
            line -= 1
        return line


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
