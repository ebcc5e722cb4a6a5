"""Writes random values with what people write more rarely: anchors and aliases, merges and tags.

Keys written with `?`, text over several lines in each style, comments between a key and its value.
"""

import json
import operator
import re
from typing import Any

from hypothesis import strategies as st

from hedgehog_gitops.documents import Value, same

from .writing_yaml import SAFE, Writer, keys, scalars

__all__ = ['odd_documents']

PHRASES = [
    'two words', 'three short words', 'a line\nof text\n', 'one two\nthree four', 'x y\n\n',
    'don\'t: "stop"', ' led by one', 'a - b # c', 'end here \n',
]  # fmt: skip
HEADS = ['', '---\n', '--- &root\n', '--- !!map # c\n', '# head\n--- &r # c\n']
TAILS = ['', '# tail\n', '...\n', '\n', '\n# tail\n\n']

_leaves = st.sampled_from(PHRASES) | scalars


@st.composite
def odd_documents(draw: st.DrawFn) -> tuple[bytes, Value]:
    """A text and what it means; the same values stand in several places of it."""
    dicts = draw(st.lists(st.dictionaries(keys, _leaves, min_size=1, max_size=3), max_size=2))
    shared = [*dicts, *draw(st.lists(_leaves | st.lists(_leaves, max_size=2), max_size=2))]
    leaves = _leaves
    if shared:
        leaves = st.sampled_from(shared) | st.sampled_from(shared) | leaves
    if dicts:
        again = st.sampled_from(dicts)
        more = st.dictionaries(keys, _leaves, max_size=2)
        leaves |= st.builds(operator.or_, again, more) | st.builds(operator.or_, more, again)
    inner = st.recursive(leaves, _collections, max_leaves=6)
    value = draw(st.dictionaries(keys, inner, min_size=1, max_size=5))
    writer = _OddWriter(draw, shared)
    head = draw(st.sampled_from(HEADS))
    lines = writer.mapping(value, 0)
    tail = draw(
        st.sampled_from([tail for tail in TAILS if not (writer.keeps and tail[:1] == '\n')])
    )
    return (head + ''.join(f'{line}\n' for line in lines) + tail).encode(), value


def _collections(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)


class _OddWriter(Writer):
    def __init__(self, draw: st.DrawFn, shared: list[Any]) -> None:
        super().__init__(draw)
        self.anchors: dict[str, Value] = {}
        self.named = 0
        self.open: list[str] = []
        self.shared = shared
        self.keeps = False
        """Whether an empty line here would belong to the block above."""

    def some(self, one_in: int) -> bool:
        # The simplest draw is a plain text, and nothing opens inside of itself without an end.
        return self.draw(st.integers(1, one_in)) == one_in

    def noise(self, column: int) -> list[str]:
        return [line for line in super().noise(column) if line or not self.keeps]

    # Mappings

    def mapping(self, value: dict[str, Value], column: int) -> list[str]:
        before, merged, after = self.merge(value)
        lines = self.entries(before, column)
        if merged is not None:
            lines += self.noise(column)
            self.keeps = False
            comment = ' # merged' if self.some(4) else ''
            shown = self.merged(merged, ' ' * (column + 1))
            lines += f'{" " * column}<<: {shown}{comment}'.split('\n')
        return lines + self.entries(after, column)

    def merge(
        self, value: dict[str, Value]
    ) -> tuple[dict[str, Value], list[Any] | None, dict[str, Value]]:
        """The keys before a merge, what is merged (by name or as it is), and the keys after it."""
        known = [
            n for n, v in self.anchors.items() if isinstance(v, dict) and v and v.keys() <= {*value}
        ]
        parts: list[Any] = []
        if known and self.some(2):
            parts.append(self.draw(st.sampled_from(known)))
            self.open.append(parts[0])
        if self.some(8):
            some = self.draw(st.lists(st.sampled_from([*value]), unique=True)) if value else []
            parts.append({k: value[k] if self.some(2) else 'other' for k in some})
        if not parts:
            return value, None, {}
        meant: dict[str, Value] = {}
        for part in reversed(parts):
            meant.update(self.anchors[part] if isinstance(part, str) else part)
        before: dict[str, Value] = {}
        after: dict[str, Value] = {}
        for key, inner in value.items():
            if key in meant and same(meant[key], inner):
                if self.some(3):
                    before[key] = inner if self.some(2) else 'overridden'
                elif self.some(3):
                    after[key] = inner
            elif key not in meant and self.some(2):
                before[key] = inner
            else:
                after[key] = inner
        return before, parts, after

    def merged(self, parts: list[Any], pad: str) -> str:
        shown = [f'*{p} ' if isinstance(p, str) else self.flow(p, pad) for p in parts]
        for part in parts:
            if isinstance(part, str):
                self.open.remove(part)
        return shown[0].rstrip() if len(shown) == 1 and self.some(2) else f'[{", ".join(shown)}]'

    def entries(self, value: dict[str, Value], column: int) -> list[str]:
        lines: list[str] = []
        for key, inner in value.items():
            lines += self.noise(column)
            self.keeps = False
            lines += (
                self.explicit(key, inner, column)
                if self.some(7)
                else self.entry(key, inner, column)
            )
        return lines

    def entry(self, key: str, inner: Value, column: int) -> list[str]:
        shown = self.odd_key(key)
        head, *below = self.value(inner, column, column + self.step, column + self.dash)
        gap = ' ' * self.draw(st.sampled_from([1, 1, 3])) if head else ''
        return [f'{" " * column}{shown}:{gap}{head}', *below]

    def explicit(self, key: str, inner: Value, column: int) -> list[str]:
        pad = ' ' * column
        lines = [f'{pad}? {self.odd_key(key)}{self.comment()}']
        if inner is None and self.some(3):
            return lines
        lines += [f'{pad}# between'] if self.some(4) else []
        if isinstance(inner, dict | list) and inner and self.some(3):
            nested = (
                self.mapping(inner, column + 2)
                if isinstance(inner, dict)
                else self.sequence(inner, column + 2)
            )
            if nested[0].strip() and not nested[0].lstrip().startswith('#'):
                return [*lines, f'{pad}: {nested[0].lstrip()}', *nested[1:]]
            return [*lines, f'{pad}:', *nested]
        head, *below = self.value(inner, column, column + self.step, column + self.step)
        return [*lines, f'{pad}:{" " if head else ""}{head}', *below]

    def odd_key(self, key: str) -> str:
        if (names := self.names(key)) and not self.some(3):
            return f'*{self.draw(st.sampled_from(names))} '
        shown = f'!!str {self.key(key)}' if self.some(12) else self.key(key)
        if not self.some(12) or len(self.open) > 5:
            return shown
        name = self.reserved()
        self.close(name, key)
        return f'&{name} {shown}'

    # Values

    def comment(self) -> str:
        return ' # why' if self.some(5) else ''

    def reserved(self) -> str:
        """A name for an anchor, old or new, that nothing stands for until its value is written."""
        while True:
            self.named += 1
            name = f'a{self.named % 9}'
            if name not in self.open:
                break
        self.anchors.pop(name, None)
        self.open.append(name)
        return name

    def names(self, value: Value) -> list[str]:
        return [name for name, known in self.anchors.items() if same(known, value)]

    def is_anchored(self, value: Value) -> bool:
        return len(self.open) < 6 and self.some(1 if value in self.shared else 5)

    def close(self, name: str, value: Value) -> None:
        self.open.remove(name)
        self.anchors[name] = value

    def value(self, value: Value, column: int, mapping: int, dash: int) -> list[str]:
        self.keeps = False
        pad = ' ' * (column + self.draw(st.sampled_from([1, 2, 4])))
        if (names := self.names(value)) and not self.some(3):
            return self.apart(f'*{self.draw(st.sampled_from(names))}', pad)
        tagged = self.some(6)
        name = self.reserved() if self.is_anchored(value) else ''
        head, *lines = self.untagged(value, column, mapping, dash, tagged)
        properties = [self.tag(value)] if tagged else []
        if name:
            self.close(name, value)
            properties.insert(self.draw(st.integers(0, len(properties))), f'&{name}')
        if not properties:
            return [head, *lines]
        before = ' '.join(properties)
        opened = not head.strip() or head.lstrip().startswith('#')
        if opened and lines and self.some(4):
            return [head, f'{pad}{before}{self.comment()}', *lines]
        return [f'{before} {head}' if head else before, *lines]

    def untagged(
        self, value: Value, column: int, mapping: int, dash: int, tagged: bool
    ) -> list[str]:
        pad = ' ' * (column + self.draw(st.sampled_from([1, 2, 4])))
        if isinstance(value, dict | list):
            if not value or self.some(4):
                return self.apart(self.flow_inner(value, pad), pad)
            inner = (
                self.mapping(value, mapping)
                if isinstance(value, dict)
                else self.sequence(value, dash)
            )
            return [self.comment(), *inner]
        if isinstance(value, str) and self.some(2) and (block := self.odd_block(value, column)):
            return [self.comment(), pad + block[0], *block[1:]] if self.some(6) else block
        if value is None and self.some(3):
            return [self.comment()]
        return self.apart(self.odd_scalar(value, pad, tagged), pad)

    def apart(self, shown: str, pad: str) -> list[str]:
        """A value behind its colon or dash, or below it with comments between."""
        shown += self.comment()
        if not self.some(6):
            return shown.split('\n')
        between = (
            [self.draw(st.sampled_from(['', f'{pad}# apart', '# far']))] if self.some(2) else []
        )
        return [self.comment(), *between, *f'{pad}{shown}'.split('\n')]

    def tag(self, value: Value) -> str:
        match value:
            case dict():
                return '!!map'
            case list():
                return '!!seq'
            case None:
                return '!!null'
            case bool():
                return '!!bool'
            case int():
                return '!!int'
            case float():
                return '!!float'
        return '!!str'

    # Text

    def odd_scalar(self, value: Value, pad: str, tagged: bool) -> str:
        if not isinstance(value, str):
            shown = self.scalar(value)
            return f"'{shown}'" if tagged and self.some(3) else shown
        if (
            tagged
            and value
            and set(value) <= SAFE
            and value not in ('---', '-')
            and value[0] != '-'
        ):
            return value
        words = value.split(' ')
        if len(words) > 1 and all(self.plain(word) for word in words) and self.some(2):
            return self.broken(value, pad)
        if not all(' ' <= c <= '~' or c == '\n' for c in value) or self.some(2):
            return self.double_quoted(value, pad)
        if re.search(r'\s\s|^\s|\s$', value.replace('\n', ' ')):
            return self.quoted(value)
        return "'" + self.broken(value.replace("'", "''").replace('\n', f'\n\n{pad}'), pad) + "'"

    def broken(self, text: str, pad: str) -> str:
        """Single blanks between words become line breaks, some of them."""
        return re.sub(r'(?<=[^\s]) (?=[^\s])', lambda _: f'\n{pad}' if self.some(2) else ' ', text)

    def double_quoted(self, value: str, pad: str) -> str:
        shown = []
        for character in value:
            if self.some(10):
                shown.append(f'\\\n{pad}')
            escaped = self.quoted_character(character)
            led = shown and shown[-1].endswith(f'\\\n{pad}')
            shown.append('\\' + escaped if led and escaped in ' \t' else escaped)
        return '"' + ''.join(shown) + '"'

    def quoted_character(self, character: str) -> str:
        if '\x7f' <= character <= '\x9f' or character in '\u2028\u2029\ufeff\ufffe\uffff':
            return f'\\u{ord(character):04x}'
        return json.dumps(character, ensure_ascii=False)[1:-1]

    def odd_block(self, value: str, column: int) -> list[str] | None:
        body = value.rstrip('\n')
        trailing = len(value) - len(body)
        if not body or not all(c in '\n\t' or ' ' <= c <= '~' for c in value):
            return None
        lines = body.split('\n')
        if any(line != line.rstrip() for line in lines) or not lines[0]:
            return None
        number = self.draw(st.sampled_from([1, 2, 4]))
        led = any(line.startswith((' ', '\t')) for line in lines)
        pad = ' ' * (column + number)
        folded = not led and all(lines) and self.some(2)
        if folded:
            lines = '\n\n'.join(self.broken(line, '') for line in lines).split('\n')
        chomp = ['-', '', '+'][min(trailing, 2)]
        indicator = str(number) if led or self.some(6) else ''
        header = ('>' if folded else '|') + (
            chomp + indicator if self.some(2) else indicator + chomp
        )
        self.keeps = chomp == '+'
        return [
            header + self.comment(),
            *(pad + line if line else '' for line in lines),
            *[''] * (trailing - 1),
        ]

    # Flow

    def flow(self, value: Value, pad: str) -> str:
        if (names := self.names(value)) and not self.some(3):
            return f'*{self.draw(st.sampled_from(names))} '
        tagged = self.some(8)
        name = self.reserved() if self.is_anchored(value) else ''
        if isinstance(value, dict | list):
            shown = self.flow_inner(value, pad)
        else:
            shown = self.odd_scalar(value, pad, tagged)
        shown = f'{self.tag(value)} {shown}' if tagged else shown
        if not name:
            return shown
        self.close(name, value)
        return f'&{name} {shown}'

    def flow_inner(self, value: Value, pad: str) -> str:
        if isinstance(value, dict):
            before, merged, after = self.merge(value)
            parts = [self.pair(key, inner, pad) for key, inner in before.items()]
            if merged is not None:
                parts.append(f'<<: {self.merged(merged, pad)}')
            parts += [self.pair(key, inner, pad) for key, inner in after.items()]
            return self.enclosed('{', parts, '}', pad)
        assert isinstance(value, list)
        return self.enclosed('[', [self.item(inner, pad) for inner in value], ']', pad)

    def pair(self, key: str, inner: Value, pad: str) -> str:
        shown = self.odd_key(key)
        if inner is None and self.some(2):
            return self.draw(
                st.sampled_from([f'{shown} ', f'{shown}: ', f'? {shown} ', f'? {shown} : '])
            )
        between = f'# pair\n{pad}' if self.some(8) else ''
        if self.some(8):
            return f'? {shown} {between}: {self.flow(inner, pad)}'
        return f'{shown}: {between}{self.flow(inner, pad)}'

    def item(self, inner: Value, pad: str) -> str:
        if isinstance(inner, dict) and len(inner) == 1 and self.some(4):
            ((key, only),) = inner.items()
            shown = self.pair(key, only, pad)
            return (
                shown
                if ':' in shown[-2:] or ': ' in shown or shown.startswith('?')
                else f'? {shown}'
            )
        return self.flow(inner, pad)

    def enclosed(self, opening: str, parts: list[str], closing: str, pad: str) -> str:
        parts = [f'{part} # before\n{pad}' if self.some(10) else part for part in parts]
        if parts and self.some(6):
            parts[-1] += ','
        return super().enclosed(opening, parts, closing, pad)
