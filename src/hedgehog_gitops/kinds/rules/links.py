"""The type of a Connection, its links and their two sides, and the rules of link addresses.

Hand-written files leave the addresses of links out, and the installer fills them in; only what is
written is looked at.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ...documents import FieldPath, Value
from ..problem import Problem
from .addresses import Prefix, prefix_of
from .reading import is_absent, mapping, text
from .saying import error

__all__ = [
    'ADDRESSED',
    'DEVICES',
    'MCLAG',
    'Link',
    'Side',
    'link_problems',
    'links_of',
    'type_of',
    'types_of',
]

# In the order in which the cluster looks for a type; it stops at the first.
_SIDES: dict[str, tuple[str, ...]] = {
    'mclag': ('server', 'switch'),
    'mclagDomain': (),
    'unbundled': ('server', 'switch'),
    'bundled': ('server', 'switch'),
    'eslag': ('server', 'switch'),
    'fabric': ('spine', 'leaf'),
    'mesh': ('leaf1', 'leaf2'),
    'gateway': ('switch', 'gateway'),
    'vpcLoopback': ('switch1', 'switch2'),
    'external': ('switch',),
    'staticExternal': ('switch',),
}
_ORDER = {kind: place for place, kind in enumerate(_SIDES)}
_ONE_LINK = ('unbundled', 'external', 'staticExternal')
ADDRESSED = ('fabric', 'mesh', 'gateway')
MCLAG = ('mclag', 'mclagDomain')
DEVICES = {'server': 'Server', 'gateway': 'Gateway'}
"""What the sides of links are which are no switches."""


class Side(NamedTuple):
    """One end of a link. `port` is empty when missing, None when it is no text.

    A tuple, as there are two for every link of a fabric and tuples are made three times as fast.
    """

    name: str
    config: dict[str, Value]
    port: str | None
    path: FieldPath

    @property
    def prefix(self) -> Prefix | None:
        """The address of this end, when one is written that can be read."""
        written = text(self.config.get('ip'))
        return prefix_of(written) if written else None


class Link(NamedTuple):
    """One link of a Connection."""

    path: FieldPath
    sides: tuple[Side, ...]


def types_of(spec: dict[str, Value]) -> list[str]:
    """The types a spec gives, in the order the cluster looks for them."""
    given = [kind for kind in spec if kind in _ORDER and spec[kind] is not None]
    return sorted(given, key=_ORDER.__getitem__) if len(given) > 1 else given


def type_of(types: list[str]) -> str:
    """The one type the cluster reads."""
    return types[0] if types else ''


def links_of(spec: dict[str, Value], kind: str) -> list[Link] | None:
    """The links of the type; None when they cannot be read."""
    config = spec.get(kind)
    if not isinstance(config, dict):
        return None
    if kind in _ONE_LINK:
        link = config.get('link')
        return [_link(mapping(link), ('spec', kind, 'link'), kind)] if _is_open(link) else None
    links = config.get('links')
    if links is None:
        return []
    if not isinstance(links, list) or not all(map(_is_open, links)):
        return None
    return [_link(mapping(link), ('spec', kind, 'links', i), kind) for i, link in enumerate(links)]


def link_problems(links: list[Link], kind: str) -> Iterator[Problem]:
    """Problems of the addresses of fabric, mesh and gateway links."""
    if kind not in ADDRESSED:
        return
    for link in links:
        yield from _one_sided(link)
        yield from _lengths(link)
        prefixes = [side.prefix for side in link.sides if side.prefix]
        if len(prefixes) == 2 and prefixes[0].network != prefixes[1].network:
            message = f'the ends {_shown(link)} are not in one network'
            yield error('LinkNetworksDiffer', message, link.path)


def _is_open(value: Value) -> bool:
    return value is None or isinstance(value, dict)


def _link(link: dict[str, Value], path: FieldPath, kind: str) -> Link:
    return Link(path, tuple(_side(link.get(name), name, path) for name in _SIDES[kind]))


def _side(value: Value, name: str, path: FieldPath) -> Side:
    if isinstance(value, dict) and isinstance(port := value.get('port'), str):
        return Side(name, value, port, (*path, name))
    config = mapping(value)
    known = '' if _is_open(value) and config.get('port') is None else None
    return Side(name, config, known, (*path, name))


def _one_sided(link: Link) -> Iterator[Problem]:
    bare = [side for side in link.sides if is_absent(side.config.get('ip'))]
    if len(bare) == 1:
        message = 'a link has addresses on both ends or on none'
        yield error('LinkOneSided', message, (*bare[0].path, 'ip'))


def _lengths(link: Link) -> Iterator[Problem]:
    for side in link.sides:
        prefix = side.prefix
        if prefix and prefix.length != 31:
            message = f'{side.config["ip"]}: the network of a link is a /31'
            yield error('LinkLengthWrong', message, (*side.path, 'ip'))


def _shown(link: Link) -> str:
    return ' and '.join(text(side.config.get('ip')) for side in link.sides)
