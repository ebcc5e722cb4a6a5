"""The way of one line from box to box: lanes beside servers, straight lines and arcs elsewhere."""

from dataclasses import dataclass

from ...sync.topology import Bundle

__all__ = ['Box', 'Line', 'route', 'route_by_lane']

LANE = 6.0
STUB = 4.0
ARC, HIGHEST_ARC = 26.0, 90.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left upper corner and size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Line:
    """One bundle's way, as the commands of an SVG path, and the place of its label."""

    bundle: Bundle
    path: str
    label: tuple[float, float]
    over_blocks: bool = False


def route(bundle: Bundle, first: Box, second: Box, roof: float | None = None) -> Line:
    """The way between two boxes; `roof` is the upper edge of the block around the lower one."""
    if abs(first.y - second.y) < 1:
        return _arc(bundle, first, second)
    upper, lower = (first, second) if first.y < second.y else (second, first)
    until = lower.y if roof is None or roof < upper.bottom else roof
    path = f'M{_n(upper.middle)} {_n(upper.bottom)}L{_n(lower.middle)} {_n(until)}V{_n(lower.y)}'
    # Nearer to the lower end, where lines of one spine lie apart.
    label = (
        upper.middle + (lower.middle - upper.middle) * 0.75,
        upper.bottom + (until - upper.bottom) * 0.75,
    )
    return Line(bundle, path, label)


def route_by_lane(bundle: Bundle, server: Box, switch: Box, lane: int, turn: int) -> Line:
    """The way to a server in the switch's own block, along the switch's lane, counted from 0.

    `turn` keeps the ways of one server apart.
    """
    bus = switch.bottom + LANE * (lane + 1.5)
    along = server.x - LANE * (lane + 1)
    level = server.y + server.height / 2 + STUB * (turn - 0.5)
    path = (
        f'M{_n(switch.middle)} {_n(switch.bottom)}V{_n(bus)}H{_n(along)}V{_n(level)}H{_n(server.x)}'
    )
    return Line(bundle, path, (server.x + 9, level), over_blocks=True)


def _arc(bundle: Bundle, first: Box, second: Box) -> Line:
    left, right = (first, second) if first.x < second.x else (second, first)
    middle, top = (left.middle + right.middle) / 2, left.y
    rise = min(ARC + (right.x - left.x - left.width) * 0.06, HIGHEST_ARC)
    path = (
        f'M{_n(left.middle)} {_n(top)}'
        f'Q{_n(middle)} {_n(top - 2 * rise)} {_n(right.middle)} {_n(top)}'
    )
    return Line(bundle, path, (middle, top - rise), over_blocks=True)


def _n(number: float) -> str:
    return f'{number:.1f}'.removesuffix('.0')
