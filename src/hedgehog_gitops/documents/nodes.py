"""One document's text as a tree of nodes with character positions.

Built only on demand, for good documents: `document.py` answers where a field stands, and the
splicing of `edit.py` finds the spans it may replace. Positions count characters after a byte
order mark.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from .pairs import events_of
from .scalars import BadScalar, as_key, plain, plain_key, tagged, tagged_key

__all__ = ['COLON', 'GAP', 'Entry', 'Node', 'compose', 'find']


class Node:
    """A value where it stands: `start` to `end`, the end being that of its last character.

    `body` lies behind its anchor and tag, which `marked` tells of. `special` says that it has one,
    is an alias or merges another mapping; `merged` names the keys that came by merging.
    """

    __slots__ = (
        'body', 'column', 'end', 'entries', 'flow', 'items', 'kind', 'line', 'marked', 'merged',
        'merges', 'start', 'style', 'value',
    )  # fmt: skip

    def __init__(self, kind: str, event: Any) -> None:
        self.kind = kind
        self.start: int = event.start_mark.index
        self.end: int = event.end_mark.index
        self.line: int = event.start_mark.line
        self.column: int = event.start_mark.column
        self.body: int = self.start
        self.marked = kind != 'alias' and bool(event.anchor or event.tag)
        self.flow = self.merges = False
        self.merged: set[str] = set()
        self.style = ''
        self.value: Any = None
        self.items: list[Node] = []
        self.entries: list[Entry] = []

    @property
    def special(self) -> bool:
        return self.marked or self.merges or self.kind == 'alias'

    def entry(self, key: str) -> 'Entry | None':
        own = (entry for entry in self.entries if not entry.merges)
        return next((entry for entry in own if entry.name == key), None)

    def walk(self) -> Iterator['Node']:
        """This node and all nodes below it."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(node.items)
            waiting.extend(entry.value for entry in node.entries)


class Entry:
    """One key of a mapping with its value; `name` is what the key means.

    Of a `<<` it is true that it `merges`; a key above one that merges the same key is `hidden`.
    """

    __slots__ = ('hidden', 'key', 'merges', 'name', 'value')

    def __init__(self, key: Node, name: str, value: Node, *, merges: bool = False) -> None:
        self.key = key
        self.name = name
        self.value = value
        self.merges = merges
        self.hidden = False


def compose(text: bytes) -> Node | None:
    """The tree of the one document in `text`; None when it holds no document at all."""
    parser = _Parser(text)
    while not isinstance(event := parser.next(), yaml.DocumentStartEvent):
        if isinstance(event, yaml.StreamEndEvent):
            return None
    return _node(parser, parser.next(), {})


def find(root: Node, path: tuple[str | int, ...]) -> Node | None:
    """The node whose position stands for the field: a key, a list's item, or the alias above."""
    node, shown = root, root
    for step in path:
        if node.kind == 'alias':
            return shown
        if isinstance(step, str):
            entry = node.entry(step)
            if entry is None:
                return next((e.key for e in node.entries if e.merges), None)
            node, shown = entry.value, entry.key
        elif step < len(node.items):
            node = shown = node.items[step]
        else:
            return None
    return shown


class _Parser:
    """The parser with the text it reads, which tells where a block scalar really ends."""

    def __init__(self, text: bytes) -> None:
        self.text = text.decode('utf-8').removeprefix('\ufeff')
        self.next = events_of(text)

    def block_end(self, node: Node) -> int:
        """Behind the last character that counts; `|+` counts its empty lines, others do not."""
        shown = self.text[node.body : node.end]
        header = _HEADER.match(shown)
        keeps = header is not None and '+' in header.group()
        found = (_LAST_BREAK if keeps else _BLANK_TAIL).search(shown)
        return node.body + (found.start() if found else len(shown))

    def body(self, node: Node) -> int:
        """Behind the anchor and the tag of a node, and the comments that follow these."""
        found = _MARKS.match(self.text, node.start) if node.marked else None
        if found is None:
            return node.start
        end = found.end()
        return min(end, node.end) if node.kind == 'scalar' else end

    def place_of_nothing(self, key: Node) -> int:
        """Where the value of a key stands that has none: behind its colon, or behind the key."""
        found = COLON.match(self.text, key.end)
        return found.end() if found else key.end


GAP = r'(?:[ \t\r\n]|#[^\r\n]*+)*+'
"""Blanks, line ends and comments. It gives nothing back, or a comment full of # costs years."""

COLON = re.compile(rf'{GAP}:')
"""From behind a key to behind its colon, which for one written with `?` is further down."""

_MARKS = re.compile(r'(?:(?:!<[^>\s]*>|[&!][^\s,\[\]{}]*)(?:\s+(?:#[^\r\n]*)?)*)*')
_HEADER = re.compile('[|>][-+0-9]*')
_LAST_BREAK = re.compile(r'(?:\r\n|\r|\n)\Z')
_BLANK_TAIL = re.compile(r'(?<![ \t\r\n])[ \t]*(?:(?:\r\n|\r|\n)[ \t]*)+\Z')


def _node(parser: _Parser, event: Any, anchors: dict[str, Any]) -> Node:
    # An anchor counts from where it stands: one of the same name inside of the value is the later.
    opened = object()
    if event.anchor and not isinstance(event, yaml.AliasEvent):
        anchors[event.anchor] = opened
    match event:
        case yaml.AliasEvent():
            node = Node('alias', event)
            node.value = anchors.get(str(event.anchor))
        case yaml.ScalarEvent():
            node = _scalar(parser, event)
        case yaml.SequenceStartEvent():
            node = _list(parser, event, anchors)
        case _:
            node = _mapping(parser, event, anchors)
    if event.anchor and anchors.get(event.anchor) is opened:
        anchors[event.anchor] = node.value
    return node


def _scalar(parser: _Parser, event: Any) -> Node:
    node = Node('scalar', event)
    node.style = event.style or ''
    node.body = parser.body(node)
    if node.style in ('|', '>'):
        node.end = parser.block_end(node)
    try:
        node.value = _value(event)
    except BadScalar:
        # A key such as `.inf`: no value of its own, but a name (`_name`).
        node.value = event.value
    return node


def _value(event: Any) -> Any:
    if event.tag is not None:
        return tagged(event.tag, event.value)
    return event.value if event.style else plain(event.value)


def _list(parser: _Parser, event: Any, anchors: dict[str, Any]) -> Node:
    node = Node('list', event)
    node.flow, node.body = event.flow_style, parser.body(node)
    node.value = []
    while not isinstance(inner := parser.next(), yaml.SequenceEndEvent):
        child = _node(parser, inner, anchors)
        node.items.append(child)
        node.value.append(child.value)
    _end(node, inner, node.items[-1].end if node.items else node.end)
    return node


def _mapping(parser: _Parser, event: Any, anchors: dict[str, Any]) -> Node:
    node = Node('map', event)
    node.flow, node.body = event.flow_style, parser.body(node)
    node.value = {}
    while not isinstance(inner := parser.next(), yaml.MappingEndEvent):
        key = _node(parser, inner, anchors)
        child = _node(parser, parser.next(), anchors)
        if child.start == child.end:
            # The parser tells the place of what follows, comments between.
            child.start = child.body = child.end = parser.place_of_nothing(key)
        if _is_plain(inner) and inner.value == '<<':
            _merge(node, key, child)
            continue
        name = _name(inner, key)
        node.entries.append(Entry(key, name, child))
        node.value[name] = child.value
    last = node.entries[-1].value.end if node.entries else node.end
    if node.flow and parser.text[node.body] != '{':
        # A single pair in a list ends with its value, not with the comma that follows.
        node.end = last
    else:
        _end(node, inner, last)
    return node


def _merge(node: Node, key: Node, child: Node) -> None:
    node.merges = True
    for part in reversed(child.value if isinstance(child.value, list) else [child.value]):
        node.value.update(part)
        node.merged.update(part)
        for entry in node.entries:
            entry.hidden = entry.hidden or (not entry.merges and entry.name in part)
    node.entries.append(Entry(key, '<<', child, merges=True))


def _is_plain(event: Any) -> bool:
    return isinstance(event, yaml.ScalarEvent) and event.tag is None and not event.style


def _name(event: Any, key: Node) -> str:
    if _is_plain(event):
        return plain_key(event.value) or ''
    if isinstance(event, yaml.ScalarEvent) and event.tag is not None:
        return tagged_key(event.tag, event.value) or ''
    return as_key(key.value)


def _end(node: Node, event: Any, last: int) -> None:
    # A block collection's own end mark lies at the next token, behind comments that follow it.
    node.end = event.end_mark.index if node.flow else last
