"""Writes a placed fabric as SVG; every name comes from a repository and is escaped here.

Colours are CSS classes, so that light and dark theme are the style sheet's business. A state has
a sign besides its colour.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from ...sync.topology import Bundle, Device, DeviceKey, ShownState, Topology
from .names import shortened
from .placing import SPINE, Block, Picture
from .routing import Box, Line

__all__ = ['Words', 'draw']

CLASSES = {
    ShownState.IN_STEP: 'step',
    ShownState.MISSING: 'missing',
    ShownState.DRAFT: 'draft',
    ShownState.PROBLEM: 'problem',
    ShownState.CONFLICT: 'conflict',
}
SIGNS = {
    ShownState.IN_STEP: '',
    ShownState.MISSING: '?',
    ShownState.DRAFT: '✎',
    ShownState.PROBLEM: '!',
    ShownState.CONFLICT: '⇄',
}
SHOWN_LINKS = 12
# So many lines are drawn faintly, or nothing is seen for them.
MANY_LINES = 150
LETTERS = {'Server': 15, 'Servers': 15}
SWITCH_LETTERS = 16


@dataclass(frozen=True, slots=True)
class Words:
    """What the picture says in the reader's language, and where its links lead."""

    title: str
    states: Mapping[ShownState, str]
    kinds: Mapping[str, str]
    servers: Callable[[int], str]
    more: Callable[[int], str]
    cables: Callable[[int], str]
    address: Callable[[Sequence[int]], str]
    """The page of one object, or the list of several."""
    server_list: str


def draw(topology: Topology, picture: Picture, words: Words) -> SafeString:
    """Returns the SVG element: lines, blocks over them, lanes, and the devices on top."""
    numbers = {key: number for number, key in enumerate(picture.boxes)}
    loops = {
        bundle.ends[0]: bundle for bundle in topology.bundles if bundle.ends[0] == bundle.ends[1]
    }
    parts = [
        _opening(picture, words),
        *(_line(line, numbers, words) for line in picture.lines if not line.over_blocks),
        *map(_block, picture.blocks),
        *(_line(line, numbers, words) for line in picture.lines if line.over_blocks),
        *map(_title, picture.blocks),
        *(
            _device(topology.devices[key], box, numbers[key], loops.get(key), words)
            for key, box in picture.boxes.items()
        ),
        '</svg>',
    ]
    return mark_safe('\n'.join(parts))  # noqa: S308


def _opening(picture: Picture, words: Words) -> str:
    width, height = f'{picture.width:.0f}', f'{picture.height:.0f}'
    many = ' hh-many' if len(picture.lines) > MANY_LINES else ''
    return (
        f'<svg class="hh-topology{many}" xmlns="http://www.w3.org/2000/svg" role="group"'
        f' aria-label="{escape(words.title)}" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}">'
    )


def _block(block: Block) -> str:
    return f'<g class="hh-block">{_rectangle(block.box, 8)}</g>'


def _title(block: Block) -> str:
    box = block.box
    return _text(block.title, box.x + 12, box.y + 21, 'hh-title') if block.title else ''


def _rectangle(box: Box, radius: int) -> str:
    return (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}"'
        f' height="{box.height:.1f}" rx="{radius}"/>'
    )


def _line(line: Line, numbers: Mapping[DeviceKey, int], words: Words) -> str:
    bundle = line.bundle
    ends = ' '.join(str(numbers[key]) for key in bundle.ends)
    address = words.address([link.pk for link in bundle.links])
    x, y = line.label
    label = f'<text x="{x:.1f}" y="{y:.1f}">{bundle.cables}</text>' if bundle.cables > 1 else ''
    # The wide line is invisible: it makes a thin one easy to point at.
    return (
        f'<a class="hh-line-of hh-is-{CLASSES[bundle.state]}" data-ends="{ends}"'
        f' href="{escape(address)}"><title>{escape(_told(bundle, words))}</title>'
        f'<path class="hh-wide" d="{line.path}"/><path class="hh-thin" d="{line.path}"/>{label}</a>'
    )


def _told(bundle: Bundle, words: Words) -> str:
    """What a line's tooltip says: the two devices, then each Connection with its ports."""
    first, second = (name for _kind, name in bundle.ends)
    lines = [f'{first} - {second}: {words.cables(bundle.cables)}']
    for link in bundle.links[:SHOWN_LINKS]:
        lines.append(f'{link.name} ({link.type}, {words.states[link.state]})')
        lines += [f'    {port}' for port in link.ports[:SHOWN_LINKS]]
    if len(bundle.links) > SHOWN_LINKS:
        lines.append(words.more(len(bundle.links) - SHOWN_LINKS))
    return '\n'.join(lines)


def _device(device: Device, box: Box, number: int, loops: Bundle | None, words: Words) -> str:
    classes = f'hh-device hh-kind-{device.kind.lower()} hh-is-{CLASSES[device.state]}'
    if device.role == SPINE:
        classes += ' hh-spine'
    told = '\n'.join(_facts(device, loops, words))
    inside = (
        f'<title>{escape(told)}</title>{_rectangle(box, 5)}'
        f'{"".join(_label(device, box, words))}{_sign(device, box)}'
    )
    address = _address(device, words)
    if not address:
        return f'<g class="{classes}" data-device="{number}">{inside}</g>'
    return (
        f'<a class="{classes}" data-device="{number}" data-name="{escape(device.name)}"'
        f' href="{escape(address)}">{inside}</a>'
    )


def _address(device: Device, words: Words) -> str:
    if device.kind == 'Servers':
        return words.server_list
    return words.address([device.pk]) if device.pk else ''


def _facts(device: Device, loops: Bundle | None, words: Words) -> Iterator[str]:
    if device.kind == 'Servers':
        yield f'{words.servers(device.stands_for)}: {device.name}'
    else:
        yield f'{words.kinds.get(device.kind, device.kind)} {device.name}'
        if device.label:
            yield device.label
    if device.role:
        yield device.role
    if device.group:
        yield f'{device.redundancy.upper()} {device.group}'.strip()
    yield words.states[device.state]
    if loops:
        yield from _told(loops, words).splitlines()


def _label(device: Device, box: Box, words: Words) -> Iterator[str]:
    if device.kind in LETTERS:
        name = words.servers(device.stands_for) if device.kind == 'Servers' else device.name
        yield _text(shortened(name, LETTERS[device.kind]), box.x + 16, box.y + 16, 'hh-name')
        return
    kind = device.role or words.kinds.get(device.kind, device.kind)
    name = shortened(device.label or device.name, SWITCH_LETTERS)
    yield _text(name, box.x + 10, box.y + 20, 'hh-name')
    yield _text(shortened(str(kind), SWITCH_LETTERS), box.x + 10, box.y + 36, 'hh-role')


def _text(text: str, x: float, y: float, css_class: str) -> str:
    return f'<text class="{css_class}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _sign(device: Device, box: Box) -> str:
    sign = SIGNS[device.state]
    if not sign:
        return ''
    return _text(sign, box.x + box.width - 14, box.y + 16, 'hh-sign')
