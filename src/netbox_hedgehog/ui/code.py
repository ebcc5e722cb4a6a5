"""Shows YAML and differences as numbered, coloured lines; called by the panels and the pages.

The text comes from a repository and is escaped here by the highlighter.
"""

import difflib
from collections.abc import Iterable, Iterator
from itertools import pairwise

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
_DIFF_CLASSES = {'+': 'hh-added', '-': 'hh-removed', '@': 'hh-hunk'}


def yaml_lines(text: str, marked: Iterable[int] = (), anchor: str = 'L') -> SafeString:
    """The text as numbered lines; `marked` line numbers (from 1) stand out."""
    wanted = set(marked)
    return format_html_join(
        '\n',
        '<span class="hh-line{}" id="{}{}">{}</span>',
        (
            (' hh-marked' if number in wanted else '', anchor, number, line)
            for number, line in enumerate(_coloured(text), start=1)
        ),
    )


def diff_lines(diff: str) -> SafeString:
    """A unified difference, its added and removed lines in colour, with the names of its files."""
    return format_html_join(
        '\n',
        '<span class="hh-diff {}">{}</span>',
        ((_DIFF_CLASSES.get(line[:1], ''), line) for line in _diff_shown(diff.splitlines())),
    )


def unified(old: str, new: str, *, context: int = 3) -> str:
    """The lines that differ between two texts, with a few lines around them."""
    return '\n'.join(
        difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm='', n=context)
    )


def _diff_shown(lines: list[str]) -> Iterator[str]:
    """The lines of a difference with one headline for each file that has a name."""
    heads = {n for n, pair in enumerate(pairwise(lines)) if _is_head(*pair)}
    for number, line in enumerate(lines):
        if number in heads:
            old, new = line[4:], lines[number + 1][4:]
            if name := (old if new == _NO_FILE else new).partition('/')[2]:
                yield f'@@ {name} @@'
        elif not line.startswith(('---', '+++')):
            yield line


def _is_head(line: str, following: str) -> bool:
    return line.startswith('--- ') and following.startswith('+++ ')


def _coloured(text: str) -> Iterator[SafeString]:
    plain = text.removesuffix('\n').replace('\r\n', '\n')
    shown = escape(plain) if len(plain) > MAX_COLOURED else highlight(plain, _LEXER, _FORMATTER)
    return (mark_safe(line) for line in shown.removesuffix('\n').split('\n'))  # noqa: S308
