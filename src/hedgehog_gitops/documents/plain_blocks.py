"""Reads the plain block style that tools write, several times as fast as the parser.

Called by `stream.py` before the parser. Here a line is a key, a list item, a comment or blank, and
its value stands on the same line. Whatever else YAML has, and whatever is wrong, is left to
`loading.py`, which rules: `tests/laws/test_plain_blocks.py` holds this to what that one reads.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from .limits import Limits
from .scalars import BadScalar, plain, plain_key

__all__ = ['plain_blocks']

# A line gives at most so many nodes, and one more for each comma in a list on one line:
# `- key: value` is a list, a mapping, a key and a value.
_NODES_PER_LINE = 4
_LARGEST = 16 * 2**20
_UNUSUAL = re.compile(rb'[^\n -~]')
_SEPARATOR = re.compile(r'^---\n', re.MULTILINE)
# The parser takes no key of more than 1,024 characters; these are far from it.
_KEY = r'[A-Za-z0-9_][A-Za-z0-9_./-]{0,250}|"[^"\\\n]{0,250}"'
# `: ` and ` #` end unquoted text, the first with an error; blanks at its end do not count.
_WORDS = (
    r'(?:[A-Za-z0-9_/]|[-+.](?=[0-9]))'
    r'(?:[^ \n:#]++|:(?=[^ \n])|(?<=[^ ])\#|\ ++(?=[^ \n#]))*+'
)
_QUOTED = r"""\"[^"\\\n]*+"|'[^'\n]*+'"""
_ITEM = r'[A-Za-z0-9_][A-Za-z0-9_./-]*+'
_FLOW = rf'\{{\}}|\[\]|\[{_ITEM}(?:,\ *+{_ITEM})*+\]'
_LINE = re.compile(
    rf"""
    ^(\ *+)                                          # how far it is indented
    (?: \#[^\n]*+
      | (-\ ++)?+
        (?: ({_KEY}) : (?=[ \n]|\Z) \ *+ )?
        (?: ((?>{_WORDS})) | ({_QUOTED}) | ({_FLOW}) )?+
        (?: (?<=\ )\#[^\n]*+ | \ ++\#[^\n]*+ | \ *+ )
    )$
    | ^([^\n]++)$                                   # anything else
    """,
    re.MULTILINE | re.VERBOSE,
)


class _Other(Exception):
    """This text has more than is read here."""


def plain_blocks(data: bytes, limits: Limits) -> list[tuple[int, int, Any]] | None:
    """Where each document starts in `data`, on which line, and its value; None: ask the parser."""
    if len(data) > _LARGEST or _UNUSUAL.search(data):
        return None
    try:
        return list(_documents(data.decode('ascii'), limits))
    except (_Other, BadScalar):
        return None


def _documents(text: str, limits: Limits) -> Iterator[tuple[int, int, Any]]:
    starts = [found.start() for found in _SEPARATOR.finditer(text)]
    if not starts or starts[0]:
        starts.insert(0, 0)
    if len(starts) > limits.documents:
        raise _Other
    now = limits.clock
    end = now() + limits.seconds if now else 0.0
    line, nodes = 1, 0
    for start, stop in pairwise([*starts, len(text)]):
        if start:
            _refuse_banner(text, start)
        lines = text.count('\n', start, stop)
        most = (lines + 1) * _NODES_PER_LINE + text.count(',', start, stop)
        nodes += most
        if most > limits.nodes or nodes > limits.file_nodes or (now and now() > end):
            raise _Other
        yield start, line, _value(text[start:stop].removeprefix('---\n'), limits.depth)
        line += lines


def _refuse_banner(text: str, start: int) -> None:
    """A comment above a separator may belong to what is below it, which `stream.py` decides."""
    above = text.rfind('\n', 0, start - 1) + 1
    if text.startswith('#', above):
        raise _Other


def _value(text: str, depth: int) -> Any:
    """What a document means, by going through its lines once."""
    if (first := _LINE.match(text)) is None or first[7]:
        raise _Other
    building = _Building(depth)
    for spaces, dash, key, words, quoted, flow, other in _LINE.findall(text):
        if words:
            building.line(len(spaces), dash, key, plain(words))
        elif quoted:
            building.line(len(spaces), dash, key, quoted[1:-1])
        elif flow:
            building.line(len(spaces), dash, key, {} if flow == '{}' else _items(flow))
        elif key:
            building.line(len(spaces), dash, key, None, below=True)
        elif dash or other:
            raise _Other
    return building.value()


def _items(flow: str) -> list[Any]:
    inner = flow[1:-1]
    return [plain(item.strip(' ')) for item in inner.split(',')] if inner else []


class _Building:
    """A value to which each line adds its own."""

    __slots__ = ('depth', 'frames', 'root', 'waiting')

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.root: dict[str, Any] = {}
        # The open collections, the innermost last: the column of their keys or dashes, themselves.
        self.frames: list[tuple[int, Any]] = [(-1, None)]
        # The mapping, the key and the column of what may have its value on the lines below.
        self.waiting: tuple[dict[str, Any], str, int] | None = (self.root, '', -1)

    def value(self) -> Any:
        """All that was built."""
        if not self.root:
            raise _Other
        return self.root['']

    def line(self, column: int, dash: str, key: str, value: Any, *, below: bool = False) -> None:
        """Adds what one line says; `below`: its value may stand on the lines below it."""
        if self.waiting:
            self._open(self.waiting, column, dash, key)
            self.waiting = None
        frames = self.frames
        while frames[-1][0] > column:
            frames.pop()
        if not dash and type(frames[-1][1]) is list:
            frames.pop()
        if dash:
            items = self._at(column, list)
            if not key:
                items.append(value)
                return
            column += len(dash)
            items.append({})
            self._push(column, items[-1])
        fields = self._at(column, dict)
        name = key[1:-1] if key.startswith('"') else plain_key(key)
        if not key or name is None or name in fields:
            raise _Other
        fields[name] = value
        if below:
            self.waiting = (fields, name, column)

    def _open(
        self, waiting: tuple[dict[str, Any], str, int], column: int, dash: str, key: str
    ) -> None:
        """Opens the collection that stands below a key, if there is one."""
        fields, name, at = waiting
        if column > at or (dash and column == at):
            if not dash and not key:
                raise _Other
            fields[name] = [] if dash else {}
            self._push(column, fields[name])

    def _push(self, column: int, made: Any) -> None:
        # One level is left for an empty collection inside.
        if len(self.frames) >= self.depth:
            raise _Other
        self.frames.append((column, made))

    def _at(self, column: int, kind: type) -> Any:
        """The innermost collection, which has to be of this kind, at this column."""
        at, inner = self.frames[-1]
        if at != column or type(inner) is not kind:
            raise _Other
        return inner
