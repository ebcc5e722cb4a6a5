"""Prints an answer: JSON, plain lines for a pipe, or colours and tables at a terminal.

Results go to stdout, a failure to stderr. What a terminal needs is loaded only for a terminal.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO, assert_never

from ..errors import EngineError
from .answer import Answer
from .parts import Diff, Line, Part, Rows, Sections, on_one_line, plain

__all__ = ['show']


def show(answer: Answer, *, as_json: bool) -> None:
    """Prints the answer the way its reader needs it."""
    if answer.text is not None and answer.failure is None:
        sys.stdout.write(answer.text)
        return
    if as_json or answer.wants_json:
        sys.stdout.write(json.dumps(answer.as_json()) + '\n')
        return
    _put(sys.stdout, answer.parts())
    if answer.failure is not None:
        sys.stdout.flush()
        _put(sys.stderr, _failure(answer.failure))


def _put(stream: TextIO, parts: Iterable[Part]) -> None:
    if stream.isatty():
        from .terminal import put_on_terminal

        put_on_terminal(stream, parts)
        return
    for part in parts:
        stream.writelines(f'{line}\n' for line in _lines(part))


def _lines(part: Part) -> Iterator[str]:
    match part:
        case Line():
            yield plain(f'{part.word} {part.text}' if part.word else part.text)
        case Diff():
            yield plain(part.text.rstrip('\n'))
        case Rows():
            yield from _aligned(part)
        case Sections():
            yield from _in_sections(part)
        case _:
            assert_never(part)


def _aligned(part: Rows) -> Iterator[str]:
    rows = [tuple(map(plain, row)) for row in ((part.headers,) if part.headers else ()) + part.rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield '  '.join(cells).rstrip()


def _in_sections(part: Sections) -> Iterator[str]:
    widths = part.widths
    for section in part.sections:
        yield on_one_line(section.heading)
        for row in section.rows:
            cells = (plain(cell).ljust(width) for cell, width in zip(row, widths, strict=True))
            yield f'  {"  ".join(cells)}'.rstrip()


def _failure(failure: EngineError) -> list[Part]:
    lines: list[Part] = [Line(failure.message, 'error:', 'bold red')]
    return [*lines, Line(failure.hint, 'hint:', 'cyan')] if failure.hint else lines
