"""Puts another value where one stands: after a key's colon, after a list's dash, inside flow.

The comment on the line stays where the line stays. Called by `splice.py`.
"""

from dataclasses import dataclass

from .emit import block_lines, flow_text, is_inline
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
    elif _is_compact(slot.node) and _fits_on_line(page, slot.node, new):
        lead = ' ' if slot.node.start == slot.node.end else ''
        page.put(slot.node.start, slot.node.end, lead + _styled(slot, new))
    else:
        _replace_lines(page, slot, new)


def _is_compact(node: Node) -> bool:
    """True for a scalar that is no block, and for a flow collection."""
    return node.kind == 'alias' or node.flow or (node.kind == 'scalar' and not _is_block(node))


def _is_block(node: Node) -> bool:
    return node.style in ('|', '>')


def _fits_on_line(page: Page, node: Node, new: Value) -> bool:
    return is_inline(new, page.habits) or (isinstance(new, str) and node.style in ("'", '"'))


def _replace_in_flow(page: Page, slot: Slot, new: Value) -> None:
    node, lead = slot.node, ''
    if node.start == node.end and not slot.in_list:
        lead = ' ' if page.text[slot.after - 1] == ':' else ': '
    page.put(node.start, node.end, lead + _styled(slot, new))


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
    comment = _comment(page, slot)
    end = page.line_end(max(slot.node.end, slot.after))
    lines = _lines(page, slot, new)
    if is_inline(new, page.habits) or isinstance(new, str):
        text = f' {lines[0]}{comment}'
        below = lines[1:]
    elif slot.in_list and not comment:
        text = f' {lines[0].lstrip(" ")}'
        below = lines[1:]
    else:
        text, below = comment, lines
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
    header = page.text[node.start : page.line_end(node.start)].partition('#')[0]
    return _is_block(node) and '+' in header


def _comment(page: Page, slot: Slot) -> str:
    """The comment, with the blanks before it, on the line that will stay."""
    node = slot.node
    if _is_block(node):
        header = page.text[node.start : page.line_end(node.start)]
        mark = header.find(' #')
        rest = header[len(header[:mark].rstrip()) :] if mark >= 0 else ''
    elif _is_compact(node) and node.start <= page.line_end(slot.after):
        rest = page.text[node.end : page.line_end(node.end)]
    else:
        rest = page.text[slot.after : page.line_end(slot.after)]
    return rest.rstrip() if rest.lstrip().startswith('#') else ''
