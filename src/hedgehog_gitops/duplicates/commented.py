"""Puts a header above a document or an item, and comments it out line by line where it stands.

Called by `rewriting.py`, which reads the result again before it believes it. Separators stay, so
that the documents around keep their places; line ends stay as they are.
"""

import codecs
import re
from collections.abc import Callable, Sequence

from .header import Header

__all__ = ['commented', 'commented_below', 'commented_item', 'marked', 'marked_item']

# What ends a line for YAML 1.1, and with it a comment.
_LINE = re.compile('[^\r\n\x85\u2028\u2029]*(?:\r\n|[\r\n\x85\u2028\u2029]|$)')
_SEPARATOR = re.compile(r'(---|\.\.\.)[ \t]*(?:[ \t]#[^\r\n]*)?(?=[\r\n]|$)')
_OPENING = re.compile(r'---(?=[ \t\r\n]|$)')
_TAKE_BACK = 'take "# " away from the lines below'
_EXCHANGE = 'delete the object above in this document, and ' + _TAKE_BACK
_TAKE_OFF = 'delete these lines'


def commented(text: bytes, header: Header) -> bytes:
    """The document behind `#`, below the header."""
    return _edited(text, lambda lines, end: _all_commented(lines, header.lines(_TAKE_BACK), end))


def commented_below(text: bytes, header: Header) -> bytes:
    """The same for a document that is put below the object which takes its place."""
    return _edited(text, lambda lines, end: _all_commented(lines, header.lines(_EXCHANGE), end))


def marked(text: bytes, header: Header) -> bytes:
    """The document as it is, below the header."""
    return _edited(text, lambda lines, end: _headed(lines, header.lines(_TAKE_OFF), '', end))


def commented_item(text: bytes, first: int, last: int, header: Header) -> bytes:
    """A List with the lines from `first` to before `last` behind `#`, below the header."""

    def edit(lines: list[str], end: str) -> list[str]:
        own = lines[first:last]
        indent = _indent(own)
        head = [f'{indent}# {line}{end}' for line in header.lines(_TAKE_BACK)]
        body = [_comment(line, indent) for line in own]
        return [*_ended(lines[:first], end), *head, *body, *lines[last:]]

    return _edited(text, edit)


def marked_item(text: bytes, first: int, header: Header) -> bytes:
    """A List with the header above the item whose first line is `first`."""

    def edit(lines: list[str], end: str) -> list[str]:
        indent = _indent(lines[first:])
        head = [f'{indent}# {line}{end}' for line in header.lines(_TAKE_OFF)]
        return [*_ended(lines[:first], end), *head, *lines[first:]]

    return _edited(text, edit)


def _edited(text: bytes, edit: Callable[[list[str], str], list[str]]) -> bytes:
    """The text with its lines edited; a byte order mark stays in front."""
    mark = codecs.BOM_UTF8 if text.startswith(codecs.BOM_UTF8) else b''
    lines = [line for line in _LINE.findall(text.removeprefix(mark).decode()) if line]
    first = next((line for line in lines if line != line.rstrip('\r\n')), '\n')
    end = first[len(first.rstrip('\r\n')) :]
    return mark + ''.join(edit(lines, end)).encode()


def _all_commented(lines: list[str], said: Sequence[str], end: str) -> list[str]:
    body: list[str] = []
    opened = False
    for line in lines:
        opening = _OPENING.match(line)
        opened = opened or opening is not None
        # An end without a beginning is no YAML, once all between them is a comment.
        if opened and _SEPARATOR.match(line):
            body.append(line)
        elif opening is not None:
            # What stands behind the separator goes to a line of its own.
            body += [f'---{end}', _comment(line[3:].lstrip(' \t'), '')]
        else:
            body.append(_comment(line, ''))
    return _headed(body, said, '', end)


def _headed(lines: list[str], said: Sequence[str], indent: str, end: str) -> list[str]:
    """The lines with the header behind the separator they begin with, else in front."""
    head = [f'{indent}# {line}{end}' for line in said]
    for number, line in enumerate(lines):
        if _OPENING.match(line):
            at = number + 1 if _SEPARATOR.match(line) else number
            return [*_ended(lines[:at], end), *head, *lines[at:]]
        if line.strip() and not line.startswith('#'):
            break
    return [*head, *lines]


def _comment(line: str, indent: str) -> str:
    bare = line.removeprefix(indent)
    return f'{indent}# {bare}' if bare.strip('\r\n') else f'{indent}#{bare}'


def _ended(lines: list[str], end: str) -> list[str]:
    """The lines, the last of them with its line break."""
    if lines and lines[-1] == lines[-1].rstrip('\r\n'):
        return [*lines[:-1], lines[-1] + end]
    return lines


def _indent(lines: Sequence[str]) -> str:
    """The indentation of the first line that holds something."""
    first = next((line for line in lines if line.strip()), '')
    return first[: len(first) - len(first.lstrip(' '))]
