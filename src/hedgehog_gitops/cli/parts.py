"""What an answer is made of, before anybody decides how it looks: lines, rows and diffs.

The verbs build these; `show.py` prints them. They are plain values, so that nothing of the
terminal's machinery is loaded for a pipe or for `--json`.
"""

from dataclasses import dataclass

__all__ = ['Diff', 'Line', 'Part', 'Rows', 'Section', 'Sections', 'counted', 'on_one_line', 'plain']

# Whatever a repository holds must not be able to steer the terminal.
_CONTROLS = {
    code: f'\\x{code:02x}' for code in (*range(32), *range(127, 160)) if code not in (9, 10)
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `word` stands in front of it and gets the colour."""

    text: str
    word: str = ''
    style: str = ''


@dataclass(frozen=True, slots=True)
class Rows:
    """A table. Without headers it is a list of names and values."""

    rows: tuple[tuple[str, ...], ...]
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """A unified diff."""

    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """Rows below a heading."""

    heading: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Sections:
    """A table in sections; the columns of all of them are as wide."""

    sections: tuple[Section, ...]

    @property
    def widths(self) -> list[int]:
        rows = [row for section in self.sections for row in section.rows]
        return [max(len(plain(cell)) for cell in column) for column in zip(*rows, strict=True)]


type Part = Line | Rows | Sections | Diff


def counted(count: int, word: str) -> str:
    """Returns `1 file` or `2,000 files`."""
    return f'{count:,} {word}{"" if count == 1 else "s"}'


def plain(text: str) -> str:
    """Returns the text with control characters written out."""
    return text.translate(_CONTROLS)


def on_one_line(text: str) -> str:
    """Returns the text with line ends and tabs written out too: a path may hold them."""
    return plain(text).replace('\n', '\\n').replace('\t', '\\t')
