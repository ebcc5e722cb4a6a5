"""What an edit must leave as it was: told from the old text's nodes, not from how it is edited."""

import codecs
import re
from collections import Counter
from collections.abc import Iterator

from hedgehog_gitops.documents import Value, same
from hedgehog_gitops.documents.lists import align
from hedgehog_gitops.documents.nodes import Entry, Node, compose

__all__ = ['check_comments', 'check_untouched', 'may_be_refused', 'share_keys', 'stands_in_the_way']


def check_untouched(old: bytes, new: bytes, value: Value, wanted: Value, level: int) -> None:
    """Every line that belongs to no changed field is still there, in order."""
    if not share_keys(value, wanted):
        return
    root = compose(old)
    assert root is not None
    if level and stands_in_the_way(old, wanted):
        return
    assert level <= any(node.special for node in root.walk()), (old, new, level)
    assert old.startswith(codecs.BOM_UTF8) == new.startswith(codecs.BOM_UTF8)
    old, new = old.removeprefix(codecs.BOM_UTF8), new.removeprefix(codecs.BOM_UTF8)
    changed = _Lines(old.decode()).changed(root, root.line, wanted)
    # A list's item that loses its first key has its second key pulled up behind the dash.
    after = iter([line.lstrip(b' :?-') for line in new.split(b'\n')])
    for number, line in enumerate(line.lstrip(b' :?-') for line in old.split(b'\n')):
        assert number in changed or not line or line in after, (old, new, line)
    check_characters(old, new, root, wanted)


def check_characters(before: bytes, after: bytes, root: Node, wanted: Value) -> None:
    """Beside what changes every word stands as it was written: quotes, spellings, numbers.

    Comments are none of them: what stood above a value may come to stand behind its key.
    """
    at = found = 0
    old, new = _without_comments(before), _without_comments(after)
    gone = _gone(before.decode(), root, wanted, root.start, exact=True)
    for start, end in [*sorted(gone), (len(old), 0)]:
        for word in _WORDS.findall(old[at:start]):
            found = new.find(word, found)
            assert found >= 0, (old, new, word)
            found += len(word)
        at = max(at, end)


def _without_comments(text: bytes) -> str:
    shown = text.decode()
    for at, comment in comments(text):
        shown = shown[:at] + ' ' * len(comment) + shown[at + len(comment) :]
    return shown


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
            hidden = 'x' * (node.end - node.body)
            if node.style in ('|', '>'):
                header = shown[node.body : shown.index('\n', node.body) + 1]
                hidden = header + hidden[len(header) :]
            shown = shown[: node.body] + hidden + shown[node.end :]
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
    if not opens(text, node, wanted):
        yield start if _has_lines(node) else node.start, _ends(text, node, node.end, exact)
    elif node.entries and isinstance(wanted, dict) and wanted:
        yield from _gone_from_mapping(text, node, wanted, exact)
    elif node.items and isinstance(wanted, list) and wanted:
        yield from _gone_from_list(text, node, wanted, exact)
    elif _has_lines(node):
        yield start, _line_end(text, node.end)
    else:
        # Comments between an anchor or a tag and its value stay, and those in empty brackets.
        filled = node.kind in ('scalar', 'alias') or node.items or node.entries
        yield node.start if exact else node.body, node.end if filled else node.body


def _gone_from_mapping(
    text: str, node: Node, wanted: dict[str, Value], exact: bool
) -> Iterator[tuple[int, int]]:
    for entry in node.entries:
        if entry.merges or entry.hidden:
            continue
        if entry.name in wanted:
            yield from _gone(text, entry.value, wanted[entry.name], entry.key.end, exact=exact)
        else:
            yield entry.key.start, _ends(text, node, entry.value.end, exact)


def _gone_from_list(
    text: str, node: Node, wanted: list[Value], exact: bool
) -> Iterator[tuple[int, int]]:
    starts = _item_starts(text, node)
    for step in align(node.value, wanted):
        if step.inserts:
            continue
        item, start = node.items[step.item_index], starts[step.item_index]
        if step.value_index is None:
            yield start, _ends(text, node, item.end, exact)
        else:
            yield from _gone(text, item, wanted[step.value_index], start, exact=exact)


def _has_lines(node: Node) -> bool:
    return node.style in ('|', '>') or (node.kind in ('map', 'list') and not node.flow)


def opens(text: str, node: Node, wanted: Value) -> bool:
    """Whether a change leaves the text around it: not where a merge or a pair is written out."""
    if node.kind != 'map' or not isinstance(wanted, dict) or not wanted:
        return True
    if node.flow and text[node.body] != '{' and node.value.keys() != wanted.keys():
        return False
    hidden = [entry.name for entry in node.entries if entry.hidden]
    merged = [entry.value.value for entry in node.entries if entry.merges]
    parts = [part for one in merged for part in (one if isinstance(one, list) else [one])]
    return all(key in wanted for part in parts for key in part) and all(
        same(node.value[key], wanted[key]) for key in hidden
    )


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
    starts, position = [], node.body
    for item in node.items:
        dash = re.compile(r'(?:[ \n]|#[^\n]*)*-').match(text, position)
        assert dash is not None
        starts.append(dash.end())
        position = max(item.end, dash.end())
    return starts


def share_keys(value: Value, wanted: Value) -> bool:
    return isinstance(value, dict) and isinstance(wanted, dict) and bool(value.keys() & wanted)


class _Lines:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split('\n')

    def changed(self, node: Node, first: int, wanted: Value) -> set[int]:
        """The lines, from 0, that a change of this node to `wanted` may touch."""
        if same(node.value, wanted):
            return set()
        if not opens(self.text, node, wanted):
            return self._span(first, node.end)
        if not node.flow and node.kind == 'map' and share_keys(node.value, wanted):
            return set().union(*(self._entry(entry, wanted) for entry in node.entries))
        if not node.flow and isinstance(wanted, list) and len(node.items) == len(wanted) > 0:
            pairs = zip(node.items, wanted, strict=True)
            return set().union(*(self.changed(i, self._dash(i), new) for i, new in pairs))
        return self._span(first, node.end)

    def _entry(self, entry: Entry, wanted: Value) -> set[int]:
        assert isinstance(wanted, dict)
        first = entry.key.line
        if entry.merges or entry.hidden:
            return set()
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
        while not re.match(r'[ :?-]*-(?: |$)', self.lines[line]):
            line -= 1
        return line


def may_be_refused(text: bytes, value: Value, wanted: Value) -> bool:
    """Whether nobody could write this without changing, or losing, what nobody spoke of."""
    root = compose(text)
    assert root is not None
    if not share_keys(value, wanted):
        # Everything at the top goes, and what belongs to none of its keys would go with it.
        return b'#' in text or any(node.special for node in root.walk())
    shown = text.decode().removeprefix('\ufeff')
    if not opens(shown, root, wanted):
        # What the whole document merges is written out with the whole document.
        return True
    return stands_in_the_way(text, wanted) or any(
        '#' in shown[start : node.end]
        for node, now, start in _changed(shown, root, wanted, root.start)
        if not opens(shown, node, now)
    )


def stands_in_the_way(text: bytes, wanted: Value) -> bool:
    """Whether an anchor goes, or changes what it stands for, and an alias of it stays."""
    root = compose(text)
    assert root is not None
    shown = text.decode().removeprefix('\ufeff')
    changed = {id(node) for node, _, _ in _changed(shown, root, wanted, root.start)}
    anchors: dict[str, Node] = {}
    for node in sorted(_nodes(root), key=lambda node: node.start):
        if node.kind == 'alias':
            target = anchors[shown[node.start + 1 : node.end]]
            if id(target) in changed and id(node) not in changed:
                return True
        elif node.marked and (name := _ANCHOR.search(shown, node.start, node.body)):
            anchors[name[1]] = node
    return False


_ANCHOR = re.compile(r'&([\w-]+)')


def _changed(text: str, node: Node, wanted: Value, start: int) -> Iterator[tuple[Node, Value, int]]:
    """Every node that means something else afterwards, or is there no more, and where it starts."""
    if same(node.value, wanted):
        return
    yield node, wanted, start
    if not opens(text, node, wanted) or not _goes_on(node, wanted):
        yield from _all_of(node)
    elif isinstance(wanted, dict):
        for entry in (entry for entry in node.entries if not entry.merges and not entry.hidden):
            if entry.name in wanted:
                yield from _changed(text, entry.value, wanted[entry.name], entry.key.end)
            else:
                yield from _all_of(entry.key)
                yield from _all_of(entry.value)
    elif isinstance(wanted, list):
        for step in (step for step in align(node.value, wanted) if not step.inserts):
            item = node.items[step.item_index]
            if step.value_index is None:
                yield from _all_of(item)
            else:
                yield from _changed(text, item, wanted[step.value_index], node.start)


def _all_of(node: Node) -> Iterator[tuple[Node, Value, int]]:
    return ((gone, None, gone.start) for gone in _nodes(node))


def _goes_on(node: Node, wanted: Value) -> bool:
    inner = node.entries if isinstance(wanted, dict) else node.items
    return bool(inner and wanted) and type(wanted) is type(node.value)
