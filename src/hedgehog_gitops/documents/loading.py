"""From the parser's events to values: the one loop that everything read passes through.

Called by `stream.py` (where does a document begin) and `document.py` (what does it mean). Events
come from libyaml; PyYAML's own constructors are not used, because Kubernetes reads other values
and because nothing but plain data may ever be built. Positions are libyaml's: characters after a
byte order mark, lines and columns from 0.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import yaml

from ..findings import Finding
from .limits import Limits
from .pairs import events_of
from .scalars import BadScalar, Scalar, as_key, plain, plain_key, tagged, tagged_key
from .trouble import error_at, shown, syntax_finding

__all__ = ['Loaded', 'Loading', 'collector_resting', 'load']

# How far beyond a limit one document may go before the rest of its file is given up: up to here
# the parser is still fast enough to look for the document's end.
_PATIENCE = 4
_LOOK_EVERY = 5_000
_FINDINGS_PER_DOCUMENT = 20
_COLLECTION_TAGS = {'tag:yaml.org,2002:map', 'tag:yaml.org,2002:seq', '!'}


@dataclass(slots=True)
class Loaded:
    """One document: its value, what is wrong with it, and the events that bound it.

    None of these where `plain_blocks.py` read it without the parser.
    """

    start: Any
    index: int
    value: Any = None
    last: Any = None
    end: Any = None
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Loading:
    """All documents of a stream, or the reason why it could not be read to its end."""

    documents: list[Loaded] = field(default_factory=list)
    trouble: Finding | None = None


def load(data: bytes, limits: Limits) -> Loading:
    """Reads every document of `data`, which is UTF-8."""
    builder = _Builder(limits)
    try:
        builder.run(events_of(data))
    except _GiveUp as reason:
        builder.result.trouble = reason.finding
    except yaml.YAMLError as error:
        builder.result.trouble = syntax_finding(error, data, len(builder.result.documents))
    return builder.result


@contextmanager
def collector_resting() -> Iterator[None]:
    """Keeps the cycle collector from searching plain data: a quarter of the time, or more.

    The plugin uses it too, where it writes thousands of rows.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _GiveUp(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class _Frame:
    """An open collection. `keys` is None in a list; `key` is None while one is awaited."""

    __slots__ = ('anchor', 'before', 'event', 'key', 'keys', 'merging', 'value')

    def __init__(self, value: Any, keys: dict[str, Any] | None, event: Any, before: int) -> None:
        self.value = value
        self.keys = keys
        self.event = event
        self.before = before
        self.anchor = event.anchor
        self.key: str | None = None
        self.merging = False


class _Builder:
    """Builds values from events; one instance per stream."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.result = Loading()
        self.document: Loaded
        self.stack: list[_Frame] = []
        self.frame: _Frame | None = None
        self.anchors: dict[str, tuple[Any, int] | _Frame] = {}
        self.nodes = self.alias_nodes = self.depth = 0
        self.next_look = self.nodes_above = 0
        now = limits.clock
        self.end = now() + limits.seconds if now is not None else 0.0
        self.building: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open_mapping,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceStartEvent: self._open_list,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._start_document,
            yaml.DocumentEndEvent: self._end_document,
            yaml.StreamStartEvent: lambda event: None,
        }
        self.skipping: dict[type, Callable[[Any], None]] = {
            **self.building,
            yaml.ScalarEvent: self._skip_leaf,
            yaml.AliasEvent: self._skip_leaf,
            yaml.MappingStartEvent: self._skip_open,
            yaml.SequenceStartEvent: self._skip_open,
            yaml.MappingEndEvent: self._skip_close,
            yaml.SequenceEndEvent: self._skip_close,
        }
        self.handlers = self.building

    def run(self, get_event: Callable[[], Any]) -> None:
        while (kind := type(event := get_event())) is not yaml.StreamEndEvent:
            self.handlers[kind](event)

    # Documents

    def _start_document(self, event: Any) -> None:
        index = len(self.result.documents)
        self.document = Loaded(event, index)
        if index >= self.limits.documents:
            said = self.limits.exceeded('documents', 'there are more documents in this file')
            self._give_up(event, 'TooManyDocuments', said)
        self._watch_clock(event)
        self.nodes_above += self.nodes + self.alias_nodes
        self._watch_file(event, 0)
        self.anchors = {}
        self.nodes = self.alias_nodes = self.depth = self.next_look = 0
        self.handlers = self.building

    def _end_document(self, event: Any) -> None:
        self.document.end = event
        self.result.documents.append(self.document)
        self.stack = []
        self.frame = None

    # Nodes

    def _scalar(self, event: Any) -> None:
        self.document.last = event
        self._count(event)
        if event.tag is not None:
            frame = self.frame
            is_key = frame is not None and frame.keys is not None and frame.key is None
            value = self._convert(event, tagged_key if is_key else tagged, event.tag, event.value)
        elif event.style:
            value = event.value
        else:
            frame = self.frame
            if frame is not None and frame.keys is not None and frame.key is None:
                self._plain_key(event, frame)
                return
            try:
                value = plain(event.value)
            except BadScalar as error:
                self._error(event, 'NoJsonValue', f'{error}; write it in quotes')
                value = None
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, 1)
        self._place(value, event)

    def _plain_key(self, event: Any, frame: _Frame) -> None:
        text = event.value
        if event.anchor is not None:
            self.anchors[event.anchor] = (self._convert(event, plain, text), 1)
        if text == '<<':
            frame.merging = True
            frame.key = text
            return
        key = self._convert(event, plain_key, text)
        if key is None:
            self._error(event, 'NullKey', 'this key is null; write it in quotes')
        self._open_key(frame, key or '', event)

    def _convert(self, event: Any, rule: Callable[..., Any], *arguments: str) -> Any:
        try:
            return rule(*arguments)
        except BadScalar as error:
            self._error(event, 'NoJsonValue', f'{error}; write it in quotes')
        except KeyError:
            self._unknown_tag(event)
        return None

    def _open_mapping(self, event: Any) -> None:
        self._open(event, {}, {})

    def _open_list(self, event: Any) -> None:
        self._open(event, [], None)

    def _open(self, event: Any, value: Any, keys: dict[str, Any] | None) -> None:
        self._count(event)
        if len(self.stack) >= self.limits.depth:
            self.depth = len(self.stack)
            said = self.limits.exceeded('depth', 'this is nested deeper')
            self._skip_rest(event, 'TooDeep', said)
            self._skip_open(event)
            return
        if event.tag is not None and event.tag not in _COLLECTION_TAGS:
            self._unknown_tag(event)
        frame = _Frame(value, keys, event, self.nodes + self.alias_nodes - 1)
        if event.anchor is not None:
            self.anchors[event.anchor] = frame
        self.stack.append(frame)
        self.frame = frame

    def _close(self, event: Any) -> None:
        frame = self.stack.pop()
        self.frame = self.stack[-1] if self.stack else None
        if frame.event.flow_style:
            self.document.last = event
        if frame.anchor is not None and self.anchors.get(frame.anchor) is frame:
            size = self.nodes + self.alias_nodes - frame.before
            self.anchors[frame.anchor] = (frame.value, size)
        self._place(frame.value, frame.event)

    def _alias(self, event: Any) -> None:
        self.document.last = event
        known = self.anchors.get(event.anchor)
        value = None
        if known is None:
            self._error(event, 'UnknownAnchor', f'*{event.anchor} names no anchor above it')
        elif isinstance(known, _Frame):
            self._error(event, 'AnchorInItself', f'*{event.anchor} stands inside its own anchor')
        else:
            # Copied, so that nobody who changes one place changes the other with it.
            size = known[1]
            self.alias_nodes += size
            if self.alias_nodes > self.limits.alias_nodes:
                said = self.limits.exceeded('alias_nodes', 'aliases stand for more values')
                self._skip_rest(event, 'TooManyAliases', said)
                return
            value = deepcopy(known[0])
            if self.frame and self.frame.merging and isinstance(value, list):
                self._error(event, 'BadMerge', f'*{event.anchor} is a list; merge needs a mapping')
        self._place(value, event)

    def _place(self, value: Any, event: Any) -> None:
        frame = self.frame
        if frame is None:
            self.document.value = value
        elif frame.keys is None:
            frame.value.append(value)
        elif frame.key is None:
            self._open_key(frame, self._key_of(value, event), event)
        elif frame.merging:
            self._merge(frame, value, event)
        else:
            frame.value[frame.key] = value
            frame.key = None

    # Keys

    def _key_of(self, value: Any, event: Any) -> str:
        if isinstance(value, dict | list):
            self._error(event, 'CollectionKey', 'a mapping key must be a single value')
            return ''
        if value is None:
            self._error(event, 'NullKey', 'this key is null; write it in quotes')
            return ''
        key: Scalar = value
        return as_key(key)

    def _open_key(self, frame: _Frame, key: str, event: Any) -> None:
        frame.key = key
        keys = frame.keys
        assert keys is not None  # noqa: S101 - only mappings come here
        if key in keys:
            first = keys[key].start_mark
            self._error(
                event,
                'DuplicateKey',
                f'the key {shown(key)} stands here a second time; the first is at'
                f' line {first.line + 1}, column {first.column + 1}. Delete one of them',
            )
        else:
            keys[key] = event

    def _merge(self, frame: _Frame, value: Any, event: Any) -> None:
        frame.merging = False
        frame.key = None
        parts = value if isinstance(value, list) else [value]
        if not all(isinstance(part, dict) for part in parts):
            self._error(event, 'BadMerge', '<< needs a mapping or a list of mappings')
            return
        for part in reversed(parts):
            frame.value.update(part)

    # What exceeds a limit is counted to its end, never built

    def _count(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > self.next_look:
            self._look_up(event)

    def _look_up(self, event: Any) -> None:
        """Every few thousand values: whether there are too many, and whether time is up."""
        if self.nodes > self.limits.nodes:
            said = self.limits.exceeded('nodes', 'there are more values in this document')
            self._skip_rest(event, 'TooManyNodes', said)
            return
        self.next_look = min(self.nodes + _LOOK_EVERY, self.limits.nodes)
        self._watch_file(event, self.nodes + self.alias_nodes)
        self._watch_clock(event)

    def _watch_file(self, event: Any, here: int) -> None:
        if self.nodes_above + here > self.limits.file_nodes:
            said = self.limits.exceeded('file_nodes', 'there are more values in this file')
            self._give_up(event, 'TooManyNodes', said)

    def _watch_clock(self, event: Any) -> None:
        now = self.limits.clock
        if now is not None and now() > self.end:
            said = self.limits.exceeded('seconds', 'reading this file takes longer')
            self._give_up(event, 'TooSlow', said)

    def _skip_rest(self, event: Any, code: str, message: str) -> None:
        if self.handlers is not self.skipping:
            self._error(event, code, message)
        self.depth = len(self.stack)
        self.handlers = self.skipping

    def _skip_leaf(self, event: Any) -> None:
        self.document.last = event
        self.nodes += 1
        if self.nodes > _PATIENCE * self.limits.nodes:
            said = self.limits.exceeded('nodes', 'there are far more values in this document')
            self._give_up(event, 'TooManyNodes', said)
        elif not self.nodes % _LOOK_EVERY:
            self._watch_clock(event)

    def _skip_open(self, event: Any) -> None:
        self.nodes += 1
        self.depth += 1
        if self.depth > _PATIENCE * self.limits.depth:
            said = self.limits.exceeded('depth', 'this is nested far deeper')
            self._give_up(event, 'TooDeep', said)

    def _skip_close(self, event: Any) -> None:
        self.depth -= 1
        if event.end_mark.index > event.start_mark.index:
            self.document.last = event

    def _give_up(self, event: Any, code: str, message: str) -> None:
        index = self.document.index
        text = f'{message}; the rest of the file was not read'
        raise _GiveUp(error_at(event.start_mark, code, text, index))

    def _unknown_tag(self, event: Any) -> None:
        self._error(event, 'UnknownTag', f'the tag {shown(event.tag)} is not plain data; remove it')

    def _error(self, event: Any, code: str, message: str) -> None:
        if len(self.document.findings) < _FINDINGS_PER_DOCUMENT:
            finding = error_at(event.start_mark, code, message, self.document.index)
            self.document.findings.append(finding)
