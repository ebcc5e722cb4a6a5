"""Puts another value where one stands: after a key's colon, after a list's dash, inside flow.

Comments beside the old value stay: the one on the key's line where it is, others below it. Inside
of a value they go with it, unless there is nothing but comments. Called by `splice.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .emit import block_lines, flow_text, is_inline
from .flow import holds_only_comments
from .nodes import Node
from .page import Page
from .values import Value
from .writing import literal_block, quoted, scalar_text, single_quoted

__all__ = ['Slot', 'replace_value']


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that holds a value: `after` lies behind the colon or dash, `column` is its key's."""

    node: Node
    after: int
    column: int
    in_flow: bool = False
    in_list: bool = False
    json_style: bool = False


def replace_value(page: Page, slot: Slot, new: Value) -> None:
    """Plans to write `new` in the slot, in the style of what stands there where that can be."""
    if slot.in_flow:
        _replace_in_flow(page, slot, new)
    elif _is_compact(slot.node) and _fits_on_line(page, slot.node, new) and not _only(page, slot):
        lead = ' ' if slot.node.start == slot.node.end else ''
        shown = lead + _between(page, slot.node) + _styled(slot, new)
        page.put(slot.node.start, slot.node.end, shown)
    else:
        _replace_lines(page, slot, new)


def _is_compact(node: Node) -> bool:
    """True for a scalar that is no block, and for a flow collection."""
    return node.kind == 'alias' or node.flow or (node.kind == 'scalar' and not _is_block(node))


def _between(page: Page, node: Node) -> str:
    """The comments between an anchor or a tag, which goes, and what it belongs to."""
    between = page.text[node.start : node.body]
    return _without_marks(between).lstrip(' \t') if '#' in between else ''


def _without_marks(text: str) -> str:
    return _MARK.sub(lambda found: found[1] or '', text)


def _is_block(node: Node) -> bool:
    return node.style in ('|', '>')


def _fits_on_line(page: Page, node: Node, new: Value) -> bool:
    return is_inline(new, page.habits) or (isinstance(new, str) and node.style in ("'", '"'))


def _replace_in_flow(page: Page, slot: Slot, new: Value) -> None:
    node, lead = slot.node, ''
    if node.start == node.end and not slot.in_list:
        lead = ' ' if page.text[slot.after - 1] == ':' else ': '
    kept = f' {page.text[node.body + 1 : node.end - 1]}' if holds_only_comments(page, node) else ''
    page.put(node.start, node.end, lead + _between(page, node) + _styled(slot, new) + kept)


def _styled(slot: Slot, new: Value) -> str:
    style = slot.node.style
    if isinstance(new, str):
        if style == "'" and (text := single_quoted(new)):
            return text
        if style in ("'", '"') or slot.json_style:
            return quoted(new)
    if isinstance(new, dict | list):
        return flow_text(new, json_style=slot.json_style, flow=slot.in_flow)
    return scalar_text(new, flow=slot.in_flow)


def _replace_lines(page: Page, slot: Slot, new: Value) -> None:
    comment, others = _comments(page, slot)
    end = page.line_end(max(slot.node.end, slot.after))
    column = slot.column + 2 if slot.in_list else slot.column + page.habits.step
    kept = [' ' * column + other for other in others]
    inline = is_inline(new, page.habits)
    # A block of text would take the comments below it for its own lines.
    quotes = isinstance(new, str) and others and not inline
    lines = [quoted(str(new))] if quotes else _lines(page, slot, new)
    if inline or isinstance(new, str):
        text = f' {lines[0]}{comment}'
        below = [*lines[1:], *kept]
    elif slot.in_list and not comment and not others:
        text = f' {lines[0].lstrip(" ")}'
        below = lines[1:]
    else:
        text, below = comment, [*kept, *lines]
    page.put(slot.after, end, page.line_break.join([text, *below]))


def _lines(page: Page, slot: Slot, new: Value) -> list[str]:
    if is_inline(new, page.habits) and not _keeps_lines(page, slot.node):
        return [_styled(slot, new)]
    habits = page.habits
    if slot.in_list:
        column = slot.column + 2
    elif isinstance(new, list):
        column = slot.column + habits.dash
    else:
        column = slot.column + habits.step
    if isinstance(new, str) and _keeps_lines(page, slot.node):
        block = literal_block(new, column, keep=True) if habits.blocks else None
        return block or [quoted(new)]
    return block_lines(new, column, habits)


def _keeps_lines(page: Page, node: Node) -> bool:
    """True for `|+` and `>+`, whose span includes the empty lines below."""
    header = page.text[node.body : page.line_end(node.body)].partition('#')[0]
    return _is_block(node) and '+' in header


def _comments(page: Page, slot: Slot) -> tuple[str, list[str]]:
    """The comment on the line that will stay, with the blanks before it, and those below it."""
    node = slot.node
    line = page.line_end(slot.after)
    if node.kind in ('map', 'list') and not node.flow:
        rest = page.text[slot.after : line].rstrip()
        rest = f' {_without_marks(rest).strip()}' if node.marked else rest
        return (rest if rest.lstrip().startswith('#') else ''), []
    found = list(_beside(page, slot))
    # Where nothing else stands on the key's line, what stood behind the value may.
    end = node.body if _is_block(node) else node.end
    first = next((c for c in found if c.start() < line or c.start() >= end > line), None)
    others = [comment.group().strip() for comment in found if comment is not first]
    shown = first.group().rstrip() if first else ''
    return (f' {shown}' if shown.startswith('#') else shown), others


def _beside(page: Page, slot: Slot) -> Iterator[re.Match[str]]:
    """The comments around a value that is one scalar or in brackets, or all that is in these."""
    node = slot.node
    yield from _COMMENT.finditer(page.text, slot.after, node.body)
    if _only(page, slot):
        yield from _COMMENT.finditer(page.text, node.body + 1, node.end - 1)
    after = node.body if _is_block(node) else max(node.end, slot.after)
    yield from _COMMENT.finditer(page.text, after, page.line_end(after))


def _only(page: Page, slot: Slot) -> bool:
    return holds_only_comments(page, slot.node)


_MARK = re.compile(r'(#[^\r\n]*)|(?<!\S)(?:!<[^>\s]*>|[&!]\S*)')
_COMMENT = re.compile(r'[ \t]*#[^\r\n]*')
