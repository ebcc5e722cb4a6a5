"""How the parts of an answer look on a terminal. Loaded by `show.py` only when there is one."""

from collections.abc import Iterable, Iterator
from typing import TextIO, assert_never

from rich import box
from rich.console import Console, Group, RenderableType
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from .parts import Diff, Line, Part, Rows, Section, Sections, on_one_line, plain

__all__ = ['put_on_terminal']

_STYLES = {'error': 'bold red', 'warning': 'yellow', 'info': 'cyan'}


def put_on_terminal(stream: TextIO, parts: Iterable[Part]) -> None:
    """Prints the parts with colours and tables."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    for part in parts:
        console.print(_rendered(part), soft_wrap=isinstance(part, Line))


def _rendered(part: Part) -> RenderableType:
    match part:
        case Line():
            text = Text(f'{part.word} ' if part.word else '', style=part.style)
            return text.append(plain(part.text), style='' if part.word else part.style)
        case Diff():
            return Syntax(plain(part.text), 'diff', theme='ansi_dark', background_color='default')
        case Rows():
            return _table(part)
        case Sections():
            return Group(*_sections(part))
        case _:
            assert_never(part)


def _table(part: Rows) -> Table:
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_header=bool(part.headers))
    for header in part.headers or part.rows[0]:
        made.add_column(header, overflow='fold')
    for row in part.rows:
        made.add_row(*(Text(plain(cell), style=_STYLES.get(cell, '')) for cell in row))
    return made


def _sections(part: Sections) -> Iterator[RenderableType]:
    widths = part.widths
    for section in part.sections:
        yield Text(on_one_line(section.heading), style='bold underline')
        yield _grid(section, widths)


def _grid(section: Section, widths: list[int]) -> Table:
    made = Table.grid(padding=(0, 2, 0, 0))
    for width in widths[:-1]:
        made.add_column(min_width=width, no_wrap=True)
    made.add_column(overflow='fold')
    for row in section.rows:
        made.add_row(*(Text(plain(cell), style=_STYLES.get(cell, '')) for cell in row))
    return made
