"""Shows YAML and differences as numbered, coloured lines; called by the panels and the pages.

The text comes from a repository and is escaped here by the highlighter.
"""

import difflib
import re
from collections.abc import Iterable, Iterator

from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import YamlLexer

__all__ = ['diff_lines', 'unified', 'yaml_lines']

# Colouring is a courtesy; beyond this size the page must rather stay quick.
MAX_COLOURED = 256 * 1024

_LEXER = YamlLexer(stripnl=False, ensurenl=False)
_FORMATTER = HtmlFormatter(nowrap=True, classprefix='hh-')
_NO_FILE = '/dev/null'
_is_part = re.compile(r'@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@').match
_DIFF_CLASSES = {'+': 'hh-added', '-': 'hh-removed', '@': 'hh-hunk'}


def yaml_lines(text: str, marked: Iterable[int] = (), anchor: str = 'L') -> SafeString:
    """The text as numbered lines; `marked` line numbers (from 1) stand out.

    The end of the text is a line of its own where something was found there.
    """
    wanted, lines = set(marked), list(_coloured(text))
    if len(lines) + 1 in wanted and text.endswith('\n'):
        lines.append(mark_safe(''))
    return format_html_join(
        '\n',
        '<span class="hh-line{}" id="{}{}">{}</span>',
        (
            (' hh-marked' if number in wanted else '', anchor, number, line)
            for number, line in enumerate(lines, start=1)
        ),
    )


def diff_lines(diff: str) -> SafeString:
    """A unified difference, its added and removed lines in colour, with the names of its files."""
    return format_html_join(
        '\n',
        '<span class="hh-diff {}">{}</span>',
        (
            (_DIFF_CLASSES.get(line[:1], ''), line)
            for line in _diff_shown(diff.removesuffix('\n').split('\n'))
        ),
    )


def unified(old: str, new: str, *, context: int = 3) -> str:
    """The lines that differ between two texts, with a few lines around them."""
    return '\n'.join(
        difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm='', n=context)
    )


def _diff_shown(lines: list[str]) -> Iterator[str]:
    """The lines of a difference with one headline for each file that has a name.

    A line of a file may look like a headline (`---` taken out is `----`): the numbers of a part
    say how many lines are the files' own.
    """
    old = new = 0
    before = ''
    for line in lines:
        if old > 0 or new > 0:
            old -= line[:1] in ('-', ' ', '')
            new -= line[:1] in ('+', ' ', '')
            yield line
        elif part := _is_part(line):
            old, new = (int(count or 1) for count in part.groups())
            yield line
        elif line.startswith('--- '):
            before = line[4:]
        elif line.startswith('+++ '):
            if name := (before if line[4:] == _NO_FILE else line[4:]).partition('/')[2]:
                yield f'@@ {name} @@'
        else:
            yield line


def _coloured(text: str) -> Iterator[SafeString]:
    plain = text.removesuffix('\n').replace('\r\n', '\n')
    shown = escape(plain) if len(plain) > MAX_COLOURED else highlight(plain, _LEXER, _FORMATTER)
    return (mark_safe(line) for line in shown.removesuffix('\n').split('\n'))  # noqa: S308
