"""Plans the smallest splices that make a text mean another value. Walks only where they differ.

`edit.py` calls `plan` and verifies what comes of it: whether an alias elsewhere says something else
now, too. An alias, a scalar with an anchor or a tag, and what cannot be edited inside is written
anew where it stands. What a mapping merged is changed by a key of its own.
"""

import re

from .emit import entry_lines, flow_text, item_lines
from .flow import Part, add_part, fill, holds_only_comments, remove_parts
from .lists import align
from .nodes import COLON, GAP, Entry, Node
from .page import CannotSplice, Page
from .replacing import Slot, replace_value
from .values import Value, same

__all__ = ['plan']

_QUESTION = re.compile(r'(?:^|[ \t])\?[ \t]+\Z')
_COMMENT = re.compile(r'\s#')
_TO_DASH = re.compile(rf'{GAP}-')


def plan(page: Page, root: Node, new: Value, level: int) -> None:
    """Plans `new` at `root`: 0 in place, 1 by the smallest keys, 2 by top-level keys."""
    walk, slot = _Walk(page, level), Slot(root, root.start, root.column)
    if _opens(root, new) and isinstance(new, dict) and new.keys() & root.value:
        walk.mapping(slot, new)
    elif root.items and isinstance(new, list) and new and level == 0:
        walk.sequence(slot, new)
    else:
        raise CannotSplice('the whole document changes')
    page.level = max(page.level, level)


def _opens(node: Node, new: Value) -> bool:
    """Whether a mapping is edited inside: unless something it merged must go or be hidden."""
    if not node.entries or not isinstance(new, dict):
        return False
    hidden = {entry.name for entry in node.entries if entry.hidden}
    return node.merged <= new.keys() and all(same(node.value[key], new[key]) for key in hidden)


def _stays(entry: Entry, new: dict[str, Value]) -> bool:
    return entry.merges or entry.name in new


class _Walk:
    def __init__(self, page: Page, level: int) -> None:
        self.page = page
        self.text = page.text
        self.level = level

    def change(self, slot: Slot, new: Value) -> None:
        """Plans another value in its place: inside of what stands there, or else instead of it."""
        if same(slot.node.value, new):
            return
        mark = self.page.mark()
        try:
            self._inside(slot, new)
        except CannotSplice as obstacle:
            self.page.back_to(mark)
            self._instead(slot, new, obstacle)

    def _instead(self, slot: Slot, new: Value, obstacle: CannotSplice) -> None:
        node, page = slot.node, self.page
        page.obstacles.append(obstacle)
        page.level = max(page.level, 1)
        stays = (node.items or node.entries) and new and type(new) is type(node.value)
        if stays and _COMMENT.search(self.text, slot.after, node.end):
            page.loses_comments = True
        replace_value(page, slot, new)

    def _inside(self, slot: Slot, new: Value) -> None:
        node = slot.node
        obstacle = CannotSplice('an anchor, alias, tag or merge stands here', node)
        goes_on = new and type(new) is type(node.value)
        fills = goes_on and holds_only_comments(self.page, node)
        if node.special and not (goes_on and (node.items or fills or _opens(node, new))):
            raise obstacle
        if node.special:
            self.page.obstacles.append(obstacle)
        if goes_on and node.entries and isinstance(new, dict):
            self.mapping(slot, new)
        elif goes_on and node.items and isinstance(new, list):
            self.sequence(slot, new)
        elif fills and isinstance(new, dict | list):
            fill(self.page, node, flow_text(new, json_style=slot.json_style, flow=True)[1:-1])
        else:
            replace_value(self.page, slot, new)

    # Mappings

    def mapping(self, slot: Slot, new: dict[str, Value]) -> None:
        node = slot.node
        kept = [entry for entry in node.entries if _stays(entry, new)]
        if not kept and not node.flow:
            self._every_line(slot, new)
            return
        for entry in kept:
            if not entry.merges and not same(node.value[entry.name], new[entry.name]):
                self._value(slot, entry, new[entry.name])
        if node.flow:
            self._flow_mapping(slot, new)
        else:
            self._remove_lines(node, new)
            if added := self._added(node, new):
                below = self.page.next_line(self._end(kept[-1]))
                self.page.put(below, below, self._entry_lines(node, added))

    def _added(self, node: Node, new: dict[str, Value]) -> dict[str, Value]:
        """The keys a mapping needs of its own: new ones, and what differs from what it merges."""
        own = {entry.name for entry in node.entries if not entry.merges}
        return {
            key: value
            for key, value in new.items()
            if key not in own and not (key in node.value and same(node.value[key], value))
        }

    def _every_line(self, slot: Slot, new: dict[str, Value]) -> None:
        """Other keys where these stand; comments between the old ones stay."""
        first, *rest = slot.node.entries
        begin = self._start(first)
        if self.text[self.page.line_start(begin) : begin].strip(' -:'):
            raise CannotSplice('something else stands on the line of this key', first.key)
        lines = self._entry_lines(slot.node, new).lstrip(' ')
        self.page.put(begin, self.page.next_line(self._end(first)), lines)
        for entry in rest:
            self._remove_entry(entry)

    def _entry_lines(self, node: Node, added: dict[str, Value]) -> str:
        column = self._column(self._start(node.entries[0]))
        lines = [
            line
            for key, value in added.items()
            for line in entry_lines(key, value, column, self.page.habits)
        ]
        return self.page.lines(lines)

    def _value(self, slot: Slot, entry: Entry, new: Value) -> None:
        colon = self._colon(entry)
        if colon is None and not slot.node.flow:
            self._give_value(entry, new)
            return
        node = slot.node
        json_style = node.flow and all(one.key.style == '"' for one in node.entries)
        place = Slot(
            entry.value,
            colon or entry.key.end,
            entry.key.column,
            slot.in_flow or node.flow,
            json_style=json_style,
        )
        if self._rewrites(entry.value, new):
            replace_value(self.page, place, new)
        else:
            self.change(place, new)

    def _give_value(self, entry: Entry, new: Value) -> None:
        """A colon of its own for a key that is written with `?` and has none."""
        column = self._column(self._start(entry))
        first, *rest = item_lines(new, column, self.page.habits)
        below = self.page.next_line(entry.key.end)
        self.page.put(below, below, self.page.lines([first.replace('-', ':', 1), *rest]))

    def _rewrites(self, node: Node, new: Value) -> bool:
        deeper = node.entries and isinstance(new, dict) and new and not node.special
        return self.level == 2 or (self.level == 1 and not deeper)

    def _colon(self, entry: Entry) -> int | None:
        """Behind the entry's colon; below a key written with `?` it has a line of its own."""
        found = COLON.match(self.text, entry.key.end)
        return found.end() if found else None

    def _column(self, position: int) -> int:
        return position - self.page.line_start(position)

    def _start(self, entry: Entry) -> int:
        """Where the entry begins: at its key, or at the `?` before it."""
        line = self.page.line_start(entry.key.start)
        found = _QUESTION.search(self.text[line : entry.key.start])
        return line + found.group().index('?') + found.start() if found else entry.key.start

    def _end(self, entry: Entry) -> int:
        """Behind the last character of the entry, its colon included."""
        return max(entry.value.end, self._colon(entry) or entry.key.end)

    def _remove_lines(self, node: Node, new: dict[str, Value]) -> None:
        entries = node.entries
        first_kept = next(i for i, entry in enumerate(entries) if _stays(entry, new))
        removed = [entry for entry in entries if not _stays(entry, new)]
        if first_kept and self._shares_line(self._start(entries[0])):
            self._pull_up(
                self._start(entries[0]), self._end(entries[first_kept - 1]),
                self._start(entries[first_kept]),
            )  # fmt: skip
            removed = removed[first_kept:]
        for entry in removed:
            self._remove_entry(entry)

    def _remove_entry(self, entry: Entry) -> None:
        begin = self._start(entry)
        start = self.page.line_start(begin)
        if self.text[start:begin].strip(' '):
            raise CannotSplice('something else stands on the line of this key', entry.key)
        self.page.put(start, self.page.next_line(self._end(entry)), '')

    def _shares_line(self, position: int) -> bool:
        return bool(self.text[self.page.line_start(position) : position].strip(' '))

    def _pull_up(self, start: int, end: int, following: int) -> None:
        """Removes what follows a dash on its line, so that `following` stands there instead."""
        end = self.page.line_end(end)
        between = self.text[end : self.page.line_start(following)]
        if between.strip():
            # Comments between belong to what follows: they stay, and the dash stands alone.
            behind_dash = len(self.text[:start].rstrip(' '))
            self.page.put(behind_dash, end, '')
        else:
            self.page.put(start, following, '')

    # Flow collections

    def _flow_mapping(self, slot: Slot, new: dict[str, Value]) -> None:
        node = slot.node
        kept = [i for i, entry in enumerate(node.entries) if _stays(entry, new)]
        added = self._added(node, new)
        if len(kept) == len(node.entries) and not added:
            return
        if self.text[node.body] != '{':
            raise CannotSplice('a pair without braces', node)
        parts = [self._part(entry) for entry in node.entries]
        json_style = all(entry.key.style == '"' for entry in node.entries)
        inner = flow_text(added, json_style=json_style, flow=True)[1:-1]
        if not kept:
            self.page.put(*parts[0], inner)
            kept = [0]
        elif added:
            add_part(self.page, parts, kept[-1] + 1, inner)
        remove_parts(self.page, parts, sorted(set(range(len(parts))).difference(kept)))

    def _part(self, entry: Entry) -> Part:
        start, end = self._start(entry), self._end(entry)
        # A colon directly before a comma is no colon.
        return start, end + (self.text[end - 1] == ':' and self.text[end] in ' \t')

    def _flow_sequence(self, slot: Slot, new: list[Value]) -> None:
        node = slot.node
        parts = [(item.start, item.end) for item in node.items]
        json_style = slot.json_style or all(item.style == '"' for item in node.items)
        removed: list[int] = []
        for step in align(node.value, new):
            if step.value_index is None:
                removed.append(step.item_index)
                continue
            value = new[step.value_index]
            if step.inserts:
                inner = flow_text(value, json_style=json_style, flow=True)
                add_part(self.page, parts, step.item_index, inner)
            else:
                item = node.items[step.item_index]
                self.change(Slot(item, item.start, item.column, True, True, slot.json_style), value)
        remove_parts(self.page, parts, removed)

    # Lists

    def sequence(self, slot: Slot, new: list[Value]) -> None:
        node = slot.node
        if node.flow:
            self._flow_sequence(slot, new)
            return
        dashes = self._dashes(node)
        removed: list[int] = []
        for step in align(node.value, new):
            if step.value_index is None:
                removed.append(step.item_index)
            elif step.inserts:
                self._insert_item(node, dashes, step.item_index, new[step.value_index])
            else:
                item = node.items[step.item_index]
                column = self._column(dashes[0])
                place = Slot(item, dashes[step.item_index] + 1, column, in_list=True)
                self.change(place, new[step.value_index])
        self._remove_items(node, dashes, removed)

    def _dashes(self, node: Node) -> list[int]:
        dashes, position = [], node.body
        for item in node.items:
            found = _TO_DASH.match(self.text, position)
            if found is None:
                raise CannotSplice('no dash')
            dashes.append(found.end() - 1)
            position = max(item.end, found.end())
        return dashes

    def _remove_items(self, node: Node, dashes: list[int], removed: list[int]) -> None:
        ends = [max(i.end, dash + 1) for i, dash in zip(node.items, dashes, strict=True)]
        if removed and removed[0] == 0 and self._shares_line(dashes[0]):
            kept = min(set(range(len(dashes))).difference(removed))
            self._pull_up(dashes[0], ends[kept - 1], dashes[kept])
            removed = removed[kept:]
        for index in removed:
            start = self.page.line_start(dashes[index])
            self.page.put(start, self.page.next_line(ends[index]), '')

    def _insert_item(self, node: Node, dashes: list[int], index: int, value: Value) -> None:
        column = self._column(dashes[0])
        lines = item_lines(value, column, self.page.habits)
        if index:
            end = max(node.items[index - 1].end, dashes[index - 1] + 1)
            below = self.page.next_line(end)
            self.page.put(below, below, self.page.lines(lines))
        elif self._shares_line(dashes[0]):
            text = self.page.lines(lines).lstrip(' ') + ' ' * column
            self.page.put(dashes[0], dashes[0], text)
        else:
            start = self.page.line_start(dashes[0])
            self.page.put(start, start, self.page.lines(lines))
