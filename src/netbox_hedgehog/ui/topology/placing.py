"""Where every device of a fabric lies: outside, spines, leaves in blocks with their servers below.

Pure: the same topology gives the same picture. Lengths are units of the SVG, at first one pixel.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from math import ceil, sqrt

from ...sync.topology import Bundle, Device, DeviceKey, Topology
from .names import natural
from .routing import Box, Line, route, route_by_lane

__all__ = ['SPINE', 'Block', 'Picture', 'place']

SPINE = 'spine'
SWITCH = (136.0, 46.0)
SERVER = (124.0, 24.0)
SWITCH_GAP, SERVER_GAP = 16.0, 8.0
PADDING, TITLE = 12.0, 20.0
BLOCK_GAP, TIER_GAP = 28.0, 90.0
LANE = 6.0
DEEPEST = 20
NARROWEST = 1080.0
MARGIN = 24.0


@dataclass(frozen=True, slots=True)
class Block:
    """Leaves of one redundancy group, or one alone, and the servers that hang on them."""

    title: str
    box: Box


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything at its place; lines are drawn first, blocks and boxes over them."""

    width: float
    height: float
    boxes: dict[DeviceKey, Box]
    blocks: tuple[Block, ...]
    lines: tuple[Line, ...]


@dataclass(slots=True)
class _Group:
    """A block before it has a place."""

    title: str
    leaves: list[Device] = field(default_factory=list)
    servers: list[Device] = field(default_factory=list)

    @property
    def columns(self) -> int:
        return max(len(self.leaves), ceil(len(self.servers) / DEEPEST), 1)

    @property
    def rows(self) -> int:
        return ceil(len(self.servers) / self.columns)

    @property
    def gutter(self) -> float:
        """Room on the left of a column of servers for one lane of each leaf."""
        return LANE * (len(self.leaves) + 1)

    @property
    def column(self) -> float:
        return self.gutter + SERVER[0] + SERVER_GAP

    @property
    def width(self) -> float:
        leaves = len(self.leaves) * (SWITCH[0] + SWITCH_GAP) - SWITCH_GAP
        servers = self.columns * self.column if self.servers else 0.0
        return max(leaves, servers, SWITCH[0]) + 2 * PADDING

    @property
    def servers_from(self) -> float:
        """How far below the block's upper edge the servers begin."""
        return PADDING + TITLE + (SWITCH[1] + LANE * (len(self.leaves) + 3) if self.leaves else 0.0)

    @property
    def height(self) -> float:
        if not self.servers:
            return PADDING + TITLE + SWITCH[1] + PADDING
        return self.servers_from + self.rows * (SERVER[1] + SERVER_GAP) + PADDING


def place(topology: Topology, unconnected: str) -> Picture:
    """Places a fabric; `unconnected` is the title above servers that hang on no switch."""
    groups = _groups(topology, unconnected)
    above = [each for each in topology.devices.values() if each.kind in ('Outside', 'Gateway')]
    spines = [each for each in topology.devices.values() if _is_spine(each)]
    width = _width(groups)
    boxes: dict[DeviceKey, Box] = {}
    bottom = MARGIN
    for tier in (above, spines):
        if tier:
            bottom = _tier(sorted(tier, key=_by_name), width, bottom, boxes) + TIER_GAP
    blocks, bottom = _blocks(groups, width, bottom, boxes)
    return Picture(width, bottom, boxes, tuple(blocks), tuple(_lines(topology, boxes, groups)))


def _is_spine(device: Device) -> bool:
    return device.kind == 'Switch' and device.role == SPINE


def _by_name(device: Device) -> tuple[object, ...]:
    return device.kind, natural(device.name)


def _groups(topology: Topology, unconnected: str) -> list[_Group]:
    leaves = [
        each for each in topology.devices.values() if each.kind == 'Switch' and not _is_spine(each)
    ]
    groups: dict[str, _Group] = {}
    group_of: dict[DeviceKey, _Group] = {}
    for leaf in sorted(leaves, key=_by_name):
        words = f'{leaf.redundancy.upper()} {leaf.group}'.strip() if leaf.group else ''
        group = groups.setdefault(words or f'/{leaf.name}', _Group(words))
        group.leaves.append(leaf)
        group_of[leaf.key] = group
    alone = _Group(unconnected)
    homes = _homes(topology.bundles)
    servers = [each for each in topology.devices.values() if each.kind.startswith('Server')]
    for server in sorted(servers, key=_by_name):
        home = next((group_of[key] for key in homes[server.key] if key in group_of), alone)
        home.servers.append(server)
    return [*groups.values(), *([alone] if alone.servers else [])]


def _homes(bundles: Iterable[Bundle]) -> defaultdict[DeviceKey, list[DeviceKey]]:
    """The switches of each server, those with most cables first."""
    cables: defaultdict[DeviceKey, Counter[DeviceKey]] = defaultdict(Counter)
    for bundle in bundles:
        for own, other in (bundle.ends, bundle.ends[::-1]):
            cables[own][other] += bundle.cables
    found: defaultdict[DeviceKey, list[DeviceKey]] = defaultdict(list)
    for own, others in cables.items():
        found[own] = sorted(others, key=lambda key: (-others[key], natural(key[1])))
    return found


def _width(groups: Sequence[_Group]) -> float:
    """About as wide as a screen is, whatever has to go into it."""
    area = sum((group.width + BLOCK_GAP) * (group.height + BLOCK_GAP) for group in groups)
    widest = max((group.width for group in groups), default=0.0) + 2 * MARGIN
    return max(NARROWEST, sqrt(area * 1.9), widest)


def _tier(
    devices: Sequence[Device], width: float, top: float, boxes: dict[DeviceKey, Box]
) -> float:
    """Puts devices into rows in the middle; returns where the last row ends."""
    wide, high = SWITCH
    fitting = max(int((width - 2 * MARGIN + SWITCH_GAP) // (wide + SWITCH_GAP)), 1)
    rows = ceil(len(devices) / fitting)
    evenly = ceil(len(devices) / rows)
    for row in range(rows):
        members = devices[row * evenly : (row + 1) * evenly]
        left = (width - len(members) * (wide + SWITCH_GAP) + SWITCH_GAP) / 2
        for column, device in enumerate(members):
            boxes[device.key] = Box(left + column * (wide + SWITCH_GAP), top, wide, high)
        top += high + SWITCH_GAP
    return top - SWITCH_GAP


def _blocks(
    groups: Sequence[_Group], width: float, top: float, boxes: dict[DeviceKey, Box]
) -> tuple[list[Block], float]:
    blocks = []
    for row in _rows(groups, width):
        used = sum(group.width + BLOCK_GAP for group in row) - BLOCK_GAP
        left = (width - used) / 2
        high = max(group.height for group in row)
        for group in row:
            blocks.append(Block(group.title, Box(left, top, group.width, high)))
            _inside(group, left, top, boxes)
            left += group.width + BLOCK_GAP
        top += high + BLOCK_GAP * 2
    return blocks, top - (BLOCK_GAP * 2 if blocks else TIER_GAP) + MARGIN


def _rows(groups: Sequence[_Group], width: float) -> Iterator[list[_Group]]:
    row: list[_Group] = []
    used = 0.0
    for group in groups:
        if row and used + group.width > width - 2 * MARGIN:
            yield row
            row, used = [], 0.0
        row.append(group)
        used += group.width + BLOCK_GAP
    if row:
        yield row


def _inside(group: _Group, left: float, top: float, boxes: dict[DeviceKey, Box]) -> None:
    leaves = len(group.leaves) * (SWITCH[0] + SWITCH_GAP) - SWITCH_GAP
    begin = left + (group.width - leaves) / 2
    for number, leaf in enumerate(group.leaves):
        place_of = begin + number * (SWITCH[0] + SWITCH_GAP)
        boxes[leaf.key] = Box(place_of, top + PADDING + TITLE, *SWITCH)
    inner = left + (group.width - group.columns * group.column) / 2
    for number, server in enumerate(group.servers):
        column, row = divmod(number, group.rows)
        boxes[server.key] = Box(
            inner + column * group.column + group.gutter,
            top + group.servers_from + row * (SERVER[1] + SERVER_GAP),
            *SERVER,
        )


def _lines(
    topology: Topology, boxes: dict[DeviceKey, Box], groups: Sequence[_Group]
) -> Iterator[Line]:
    lanes = {
        leaf.key: (number, position)
        for number, group in enumerate(groups)
        for position, leaf in enumerate(group.leaves)
    }
    homes = {server.key: n for n, group in enumerate(groups) for server in group.servers}
    first_row = min((boxes[key].y for key in lanes), default=0.0)
    used: defaultdict[DeviceKey, count[int]] = defaultdict(count)
    for bundle in topology.bundles:
        first, second = bundle.ends
        if first == second:
            continue
        block, lane = lanes.get(second, (None, 0))
        if block is not None and homes.get(first) == block:
            turn = next(used[first])
            yield route_by_lane(bundle, boxes[first], boxes[second], lane, turn)
            continue
        lower = max(bundle.ends, key=lambda key: boxes[key].y)
        roof = boxes[lower].y - PADDING - TITLE if lower in lanes else None
        line = route(bundle, boxes[first], boxes[second], roof)
        # Nothing lies between the upper tiers and the first row of blocks.
        reaches = lower in lanes and boxes[lower].y == first_row
        yield replace(line, over_blocks=True) if reaches else line
