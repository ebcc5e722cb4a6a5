"""Plans the smallest splices that make a text mean another value. Walks only where they differ.

`edit.py` calls `plan` and verifies what comes of it. Nodes with anchors, aliases or tags are not
edited inside, of a mapping that merges another only its own keys: else the smallest key around
them is written anew.
"""

import re

from .emit import entry_lines, flow_text, item_lines
from .flow import add_part, fill, holds_only_comments, remove_parts
from .lists import align
from .nodes import Entry, Node
from .page import CannotSplice, Page
from .replacing import Slot, replace_value
from .values import Value, same

__all__ = ['plan']

_COLON = re.compile(r'[ \t]*:')
_FAR_COLON = re.compile(r'(?:[ \t\r\n]|#[^\r\n]*)*:')
_QUESTION = re.compile(r'(?:^|[ \t])\?[ \t]+\Z')
_TO_DASH = re.compile(r'(?:[ \t\r\n]|#[^\r\n]*)*-')


def plan(page: Page, root: Node, new: Value, level: int) -> None:
    """Plans `new` at `root`: 0 in place, 1 by the smallest keys, 2 by top-level keys."""
    walk, slot = _Walk(page, level), Slot(root, root.start, root.column)
    if _opens(root, new) and isinstance(new, dict) and new.keys() & root.value:
        walk.mapping(slot, new)
    elif root.items and not root.special and isinstance(new, list) and new and level == 0:
        walk.sequence(slot, new)
    else:
        raise CannotSplice('the whole document changes')
    page.level = max(page.level, level)


def _opens(node: Node, new: Value) -> bool:
    """Whether a mapping is edited inside: none that others share, of a merging one its own keys."""
    if not node.entries or not isinstance(new, dict):
        return False
    if not node.special:
        return True
    own = {entry.name for entry in node.entries}
    return node.merges and all(
        key in own or (key in new and same(value, new[key])) for key, value in node.value.items()
    )


def _stays(node: Node, entry: Entry, new: dict[str, Value]) -> bool:
    return entry.name in new or (node.merges and entry.name == '<<')


class _Walk:
    def __init__(self, page: Page, level: int) -> None:
        self.page = page
        self.text = page.text
        self.level = level

    def change(self, slot: Slot, new: Value) -> None:
        node = slot.node
        if same(node.value, new):
            return
        if node.special and not _opens(node, new):
            raise CannotSplice('an anchor, alias, tag or merge stands here', node)
        if node.entries and isinstance(new, dict) and new:
            self.mapping(slot, new)
        elif node.items and isinstance(new, list) and new:
            self.sequence(slot, new)
        elif new and type(new) is type(node.value) and holds_only_comments(self.page, node):
            fill(self.page, node, flow_text(new, json_style=slot.json_style, flow=True)[1:-1])
        else:
            replace_value(self.page, slot, new)

    # Mappings

    def mapping(self, slot: Slot, new: dict[str, Value]) -> None:
        node = slot.node
        kept = [entry for entry in node.entries if _stays(node, entry, new)]
        if not kept and not node.flow:
            self._every_line(slot, new)
            return
        for entry in kept:
            if entry.name in new and not same(entry.value.value, new[entry.name]):
                self._value(slot, entry, new[entry.name])
        if node.flow:
            self._flow_mapping(slot, new)
        else:
            added = {key: value for key, value in new.items() if key not in node.value}
            self._remove_lines(node, new)
            if added:
                below = self.page.next_line(self._end(kept[-1]))
                self.page.put(below, below, self._entry_lines(node, added))

    def _every_line(self, slot: Slot, new: dict[str, Value]) -> None:
        """Other keys where these stand; comments between the old ones stay."""
        first, *rest = slot.node.entries
        before = self.text[self.page.line_start(first.key.start) : first.key.start]
        if before.strip(' -') or not all(
            _COLON.match(self.text, e.key.end) for e in (first, *rest)
        ):
            replace_value(self.page, slot, new)
            return
        lines = self._entry_lines(slot.node, new).lstrip(' ')
        self.page.put(first.key.start, self.page.next_line(self._end(first)), lines)
        for entry in rest:
            self._remove_entry(entry)

    def _entry_lines(self, node: Node, added: dict[str, Value]) -> str:
        column = min(node.column, node.entries[0].key.column)
        lines = [
            line
            for key, value in added.items()
            for line in entry_lines(key, value, column, self.page.habits)
        ]
        return self.page.lines(lines)

    def _value(self, slot: Slot, entry: Entry, new: Value) -> None:
        inner = self._entry_slot(slot, entry)
        mark = self.page.mark()
        if not self._rewrites(entry.value, new):
            try:
                self.change(inner, new)
                return
            except CannotSplice as obstacle:
                self.page.obstacles.append(obstacle)
                self.page.back_to(mark)
                self.page.level = max(self.page.level, 1)
        replace_value(self.page, inner, new)

    def _rewrites(self, node: Node, new: Value) -> bool:
        deeper = node.entries and isinstance(new, dict) and new and not node.special
        return self.level == 2 or (self.level == 1 and not deeper)

    def _entry_slot(self, slot: Slot, entry: Entry) -> Slot:
        node = slot.node
        colon = self._colon(entry)
        if colon is None and not (node.flow and entry.value.start == entry.value.end):
            raise CannotSplice('the key is written with `?`', entry.key)
        after = colon or entry.key.end
        json_style = node.flow and all(one.key.style == '"' for one in node.entries)
        return Slot(
            entry.value, after, entry.key.column, slot.in_flow or node.flow, json_style=json_style
        )

    def _colon(self, entry: Entry) -> int | None:
        """Behind the entry's colon; below a key written with `?` it has a line of its own."""
        far = self._start(entry) < entry.key.start
        found = (_FAR_COLON if far else _COLON).match(self.text, entry.key.end)
        return found.end() if found else None

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
        first_kept = next(i for i, entry in enumerate(entries) if _stays(node, entry, new))
        removed = [entry for entry in entries if not _stays(node, entry, new)]
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
        if self.text[node.start] != '{':
            raise CannotSplice('a pair without braces', node)
        parts = [(entry.key.start, self._end(entry)) for entry in node.entries]
        kept = [i for i, entry in enumerate(node.entries) if _stays(node, entry, new)]
        added = {key: value for key, value in new.items() if key not in node.value}
        json_style = all(entry.key.style == '"' for entry in node.entries)
        inner = flow_text(added, json_style=json_style, flow=True)[1:-1]
        if not kept:
            self.page.put(*parts[0], inner)
            kept = [0]
        elif added:
            add_part(self.page, parts, kept[-1] + 1, inner)
        remove_parts(self.page, parts, sorted(set(range(len(parts))).difference(kept)))

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
                place = Slot(item, dashes[step.item_index] + 1, node.column, in_list=True)
                self.change(place, new[step.value_index])
        self._remove_items(node, dashes, removed)

    def _dashes(self, node: Node) -> list[int]:
        dashes, position = [], node.start
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
        lines = item_lines(value, node.column, self.page.habits)
        if index:
            end = max(node.items[index - 1].end, dashes[index - 1] + 1)
            below = self.page.next_line(end)
            self.page.put(below, below, self.page.lines(lines))
        elif self._shares_line(dashes[0]):
            text = self.page.lines(lines).lstrip(' ') + ' ' * node.column
            self.page.put(dashes[0], dashes[0], text)
        else:
            start = self.page.line_start(dashes[0])
            self.page.put(start, start, self.page.lines(lines))
