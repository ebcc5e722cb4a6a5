"""Writes random values as random YAML: every style a person may use, comments in between.

Unlike the engine's own writer this one knows nothing of what is pretty; both share no code.
"""

import json
import string
from typing import Any

from hypothesis import strategies as st

from hedgehog_gitops.documents import Value

__all__ = ['documents', 'values']

WORDS = [
    'a', 'leaf-01', 'on', 'yes', 'null', '~', '1', '017', '1e3', '10:20:30', '2024-01-01', '',
    ' lead', 'trail ', 'a: b', 'a #b', '#a', "it's", '"q"', 'é𝄞', '- x', '[a', '{', 'tab\there',
    'two\nlines', 'end\n', 'x\n\ny\n', 'x\n\n\n', '\n', ' in\nout', '---', '...', '\x7f', '\u2028',
    '\ufeff', 'a, b', '10.0.0.0/24', '<<', '=', '\\', 'back\\slash', '%x', '@x', '*x', '&x', '!x',
]  # fmt: skip
SAFE = set(string.ascii_letters + string.digits + '-/')

texts = st.sampled_from(WORDS) | st.text(
    st.characters(codec='utf-8', exclude_categories=('Cs',)), max_size=12
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    .filter(lambda number: not number.is_integer())
    .filter(lambda number: abs(number) > 1e-300)
    | texts
)
keys = st.sampled_from([word for word in WORDS if '\n' not in word]) | st.text(
    string.ascii_lowercase, min_size=1, max_size=6
)


def values(max_leaves: int = 12) -> st.SearchStrategy[Any]:
    """Any value a document can hold."""
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=max_leaves,
    )


@st.composite
def documents(draw: st.DrawFn) -> tuple[bytes, Value]:
    """A text and what it means; always a mapping with at least one key."""
    value = draw(st.dictionaries(keys, values(), min_size=1, max_size=5))
    writer = Writer(draw)
    head = draw(st.sampled_from(['', '---\n', '--- # document\n', '# head\n\n---\n', '# head\n']))
    lines = writer.mapping(value, 0)
    tail = draw(st.sampled_from(['', '# tail\n', '\n', '...\n', '\n# tail\n\n']))
    return (head + ''.join(f'{line}\n' for line in lines) + tail).encode(), value


class Writer:
    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.step = draw(st.sampled_from([2, 2, 4, 3]))
        self.dash = draw(st.sampled_from([0, 2, 4]))

    def some(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == 1

    def mapping(self, value: dict[str, Value], column: int) -> list[str]:
        lines: list[str] = []
        for key, inner in value.items():
            lines += self.noise(column)
            head, *below = self.value(inner, column, column + self.step, column + self.dash)
            gap = ' ' * self.draw(st.sampled_from([1, 1, 3])) if head else ''
            lines += [f'{" " * column}{self.key(key)}:{gap}{head}', *below]
        return lines

    def sequence(self, value: list[Value], column: int) -> list[str]:
        lines: list[str] = []
        for inner in value:
            lines += self.noise(column)
            if isinstance(inner, dict | list) and inner and self.some(2):
                nested = self.mapping(inner, column + 2) if isinstance(inner, dict) else None
                nested = nested or self.sequence(inner, column + 2)  # type: ignore[arg-type]
                if nested[0].strip() and not nested[0].lstrip().startswith('#'):
                    lines += [f'{" " * column}- {nested[0].lstrip()}', *nested[1:]]
                else:
                    lines += [f'{" " * column}-', *nested]
                continue
            head, *below = self.value(inner, column, column + self.step, column + self.step)
            lines += [f'{" " * column}-{" " if head else ""}{head}', *below]
        return lines

    def noise(self, column: int) -> list[str]:
        if not self.some(6):
            return []
        return [self.draw(st.sampled_from(['', f'{" " * column}# note', '# left: over']))]

    def value(self, value: Value, column: int, mapping: int, dash: int) -> list[str]:
        """What follows a colon or dash: its rest of the line, then whole lines."""
        comment = '  # why' if self.some(5) else ''
        if isinstance(value, dict) and value and not self.some(4):
            return [comment, *self.mapping(value, mapping)]
        if isinstance(value, list) and value and not self.some(4):
            return [comment, *self.sequence(value, dash)]
        if isinstance(value, dict | list):
            return (self.flow(value, ' ' * (column + 1)) + comment).split('\n')
        if isinstance(value, str) and (block := self.block(value, column)):
            return block
        if value is None and self.some(3):
            return [comment]
        return [self.scalar(value) + comment]

    def block(self, value: str, column: int) -> list[str] | None:
        body = value.rstrip('\n')
        if (
            not body
            or body[0] in ' \t\n'
            or not all(c == '\n' or c == '\t' or ' ' <= c <= '~' for c in value)
        ):
            return None
        trailing = len(value) - len(body)
        if body != body.rstrip() or trailing > 1 or not self.some(2):
            return None
        header = '|-' if trailing == 0 else '|'
        header += '  # block' if self.some(3) else ''
        indent = ' ' * (column + self.draw(st.sampled_from([1, 2, 4])))
        return [header, *(indent + line if line else '' for line in body.split('\n'))]

    def key(self, key: str) -> str:
        return key if self.plain(key) and self.some(2) else self.quoted(key)

    def plain(self, text: str) -> bool:
        lower = text.lower()
        return (
            bool(text)
            and set(text) <= SAFE
            and text[0].isalpha()
            and lower not in ('y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null')
        )

    def quoted(self, text: str) -> str:
        printable = all(' ' <= c <= '~' for c in text)
        if printable and self.some(2):
            return "'" + text.replace("'", "''") + "'"
        # Surrogate pairs are no YAML, so characters beyond the first plane stay as they are.
        shown = json.dumps(text, ensure_ascii=False)
        return ''.join(
            f'\\u{ord(c):04x}'
            if '\x7f' <= c <= '\x9f' or c in '\u2028\u2029\ufeff\ufffe\uffff'
            else c
            for c in shown
        )

    def scalar(self, value: Value) -> str:
        if isinstance(value, bool):
            choices = ['true', 'on', 'Yes'] if value else ['false', 'off', 'No']
            return self.draw(st.sampled_from(choices))
        if value is None:
            return self.draw(st.sampled_from(['null', '~']))
        if isinstance(value, str):
            return value if self.plain(value) and self.some(2) else self.quoted(value)
        return repr(value)

    def flow(self, value: Value, pad: str) -> str:
        if isinstance(value, dict):
            parts = [f'{self.key(key)}: {self.flow(v, pad)}' for key, v in value.items()]
            return self.enclosed('{', parts, '}', pad)
        if isinstance(value, list):
            return self.enclosed('[', [self.flow(inner, pad) for inner in value], ']', pad)
        return self.scalar(value)

    def enclosed(self, opening: str, parts: list[str], closing: str, pad: str) -> str:
        if self.some(4):
            # Over several lines, with comments before, between and behind.
            comment = f' # inside\n{pad}'
            gap = self.draw(st.sampled_from([comment, f'\n{pad}']))
            return opening + comment + f',{gap}'.join(parts) + gap + closing
        inner = ', '.join(parts)
        return (
            f'{opening} {inner} {closing}' if self.some(2) and inner else opening + inner + closing
        )
