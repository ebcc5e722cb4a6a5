"""The text of one document while it is edited: its line breaks, its habits, the planned splices.

`splice.py` plans on a Page; `edit.py` takes the result and verifies it.
"""

import re
from dataclasses import replace

from .emit import Habits
from .nodes import Node

__all__ = ['CannotSplice', 'Page']

_LINE_BREAK = re.compile(r'\r\n|\r|\n')


class CannotSplice(Exception):
    """This place cannot be changed in place; the key around it must be rewritten."""

    def __init__(self, reason: str, node: Node | None = None) -> None:
        super().__init__(reason)
        self.node = node

    def __str__(self) -> str:
        reason = str(self.args[0])
        if self.node is None:
            return reason
        return f'{reason} (line {self.node.line + 1}, column {self.node.column + 1})'


class Page:
    """A text without byte order mark that always ends with a line break while it is edited."""

    def __init__(self, text: str, root: Node | None, *, blocks: bool = True) -> None:
        found = _LINE_BREAK.search(text)
        self.line_break = found.group() if found else '\n'
        self.unfinished = not text.endswith(('\r', '\n'))
        self.text = text + self.line_break if self.unfinished else text
        self._returns = '\r' in self.text
        self.habits = replace(_habits(root) if root else Habits(), blocks=blocks)
        self.level = 0
        self.loses_comments = False
        """Whether something is written anew that held comments."""
        self.writes_over_comments = False
        self.obstacles: list[CannotSplice] = []
        self._splices: list[tuple[int, int, str]] = []

    def line_start(self, position: int) -> int:
        """Where the line that holds `position` begins."""
        start = self.text.rfind('\n', 0, position) + 1
        return max(start, self.text.rfind('\r', start, position) + 1) if self._returns else start

    def line_end(self, position: int) -> int:
        """Where the line that holds `position` ends, before its line break."""
        found = _LINE_BREAK.search(self.text, position)
        return found.start() if found else len(self.text)

    def next_line(self, position: int) -> int:
        """Where the line below the one that holds `position` begins."""
        found = _LINE_BREAK.search(self.text, position)
        return found.end() if found else len(self.text)

    def put(self, start: int, end: int, text: str) -> None:
        """Plans to replace `start` to `end`; insertions in one place keep their order."""
        self._splices.append((start, end, text))

    def lines(self, lines: list[str]) -> str:
        """Whole lines, each with its line break."""
        return ''.join(line + self.line_break for line in lines)

    def mark(self) -> int:
        """A point in planning to which `back_to` returns."""
        return len(self._splices)

    def back_to(self, mark: int) -> None:
        """Forgets what was planned since `mark`."""
        del self._splices[mark:]

    def result(self) -> str:
        """The text with everything planned carried out."""
        parts, done = [], 0
        for start, end, text in sorted(self._splices, key=lambda s: (s[0], s[1] > s[0])):
            if start < done:
                raise CannotSplice('two edits overlap')
            parts += [self.text[done:start], text]
            done = end
        whole = ''.join([*parts, self.text[done:]])
        return whole.removesuffix(self.line_break) if self.unfinished else whole


def _habits(root: Node) -> Habits:
    """How this text indents, told by its first nested mapping and its first list."""
    step = dash = None
    for node in root.walk():
        if node.kind != 'map' or node.flow:
            continue
        for entry in node.entries:
            inner, offset = entry.value, entry.value.column - entry.key.column
            if inner.flow or inner.special or inner.line == entry.key.line:
                continue
            if inner.kind == 'map' and offset > 0:
                step = step or offset
            elif inner.kind == 'list' and offset >= 0:
                dash = offset if dash is None else dash
    return Habits(step or 2, dash or 0)
