"""Cables -> Connections: which cables belong together, of which type, under which name.

Used by `generate.py`. `cable_groups.py` has put the cables together.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..documents import Value
from ..findings import Finding
from ..kinds import is_name
from .cable_groups import Group, Joint, Plug
from .last_names import NOTHING_BEFORE, ports_of, spec_in
from .naming import connection_name
from .objects import METADATA, MadeOf, error, made, warning

__all__ = ['ADDRESSED', 'BODY', 'SIDES', 'connection_objects', 'type_of']

SIDES = {
    'unbundled': ('server', 'switch'),
    'bundled': ('server', 'switch'),
    'mclag': ('server', 'switch'),
    'eslag': ('server', 'switch'),
    'fabric': ('spine', 'leaf'),
    'mesh': ('leaf1', 'leaf2'),
    'gateway': ('switch', 'gateway'),
    'vpcLoopback': ('switch1', 'switch2'),
    'mclagDomain': ('switch1', 'switch2'),
    'external': ('switch',),
    'staticExternal': ('switch',),
}
"""The sides of a link, the one that names the Connection first."""

BODY = ('withinVPC',)
"""Fields of a Connection that leads out, beside those of its switch."""

ADDRESSED = ('fabric', 'mesh', 'gateway', 'staticExternal')
"""The types whose links have an address at each end."""

_ONE_LINK = ('unbundled', 'external', 'staticExternal')
_ABOUT_CABLES = ('type', 'link', 'order')
_OWN = (*_ABOUT_CABLES, *METADATA)
_LAST = 1_000_000

_parts = re.compile(r'\d+|\D+').findall


@dataclass(slots=True)
class Connections:
    """The objects made, and what could not be."""

    objects: list[MadeOf] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A Connection to be; `names` are those it may have, the first one if that is free."""

    names: tuple[str, ...]
    spec: dict[str, Value]
    fields: dict[str, Value]


def connection_objects(
    groups: Iterable[Group], before: Mapping[str, bytes] = NOTHING_BEFORE
) -> Connections:
    """Makes one Connection of each group; one of `before` at the same ports keeps its name."""
    result = Connections()
    drafts: list[_Draft] = []
    for unordered in groups:
        group = Group(sorted(unordered.joints, key=_place), unordered.name)
        kind = type_of(group)
        if problem := _problem(group, kind):
            result.findings.append(problem)
            continue
        result.findings += _doubts(group, kind)
        fields = _fields(group, result.findings)
        spec: dict[str, Value] = {kind: _body(group, kind, fields)}
        names = (group.name,) if group.name else _names(group, kind)
        drafts.append(_Draft(names, spec, fields))
    for draft, name in zip(drafts, _named(drafts, before), strict=True):
        result.objects.append(made('Connection', name, draft.spec, draft.fields))
    return result


def type_of(group: Group) -> str:
    """The type of Connection a group of cables is; what its cables say counts first."""
    given = dict.fromkeys(str(each) for joint in group.joints if (each := joint.fields.get('type')))
    if given:
        return ' and '.join(given)
    first = group.joints[0]
    if first.category != 'server':
        return first.category
    switches = {joint.far.known.name: joint.far.known for joint in group.joints}
    if len(group.joints) == 1 and not first.near.lag:
        return 'unbundled'
    if len(switches) == 1:
        return 'bundled'
    redundancies = {switch.redundancy for switch in switches.values()}
    return 'mclag' if redundancies == {'mclag'} else 'eslag'


def _named(drafts: list[_Draft], before: Mapping[str, bytes]) -> list[str]:
    """A name for each: what is written on cables, then what stays as it was, then what is free."""
    taken = {draft.names[0] for draft in drafts if len(draft.names) == 1}
    wanted = Counter(draft.names[0] for draft in drafts)
    kept: dict[int, str] = {}
    for number, draft in enumerate(drafts):
        if len(draft.names) == 1 or (wanted[draft.names[0]] == 1 and draft.names[1] not in before):
            continue
        ports = ports_of(draft.spec)
        for name in draft.names:
            if name in before and name not in taken and ports_of(spec_in(before[name])) == ports:
                kept[number] = name
                taken.add(name)
                break
    names = []
    for number, draft in enumerate(drafts):
        free = next((name for name in draft.names if name not in taken), draft.names[-1])
        names.append(kept.get(number, free))
        taken.add(names[-1])
    return names


def _place(joint: Joint) -> tuple[int, list[tuple[bool, int, str]]]:
    """Where a link stands among others: as its cable says, else by the port it begins at."""
    order = joint.fields.get('order')
    name = f'{joint.near.known.name}/{joint.near.port}'
    return order if isinstance(order, int) else _LAST, _natural(name)


def _natural(text: str) -> list[tuple[bool, int, str]]:
    """A sorting key by which E1/9 comes before E1/10."""
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in _parts(text)]


def _problem(group: Group, kind: str) -> Finding | None:
    """Why no Connection can be made of the group; None when one can."""
    if group.name and not is_name(group.name):
        message = f'{group.name!r} cannot be the name of a Connection'
        return error('WiringNameInvalid', message, 'lower-case letters, digits, hyphens and dots')
    if kind not in SIDES:
        return _unclear(group, f'no Connection is of the type {kind}')
    if len({_belonging(joint) for joint in group.joints}) > 1:
        return _unclear(group, 'its cables do not join the same devices')
    if len(group.joints) > 1 and kind in _ONE_LINK:
        return _unclear(group, f'a Connection of type {kind} has one cable')
    return None


def _doubts(group: Group, kind: str) -> Iterator[Finding]:
    """A pair of MCLAG switches is hardly ever joined by a mesh: its peer links need a word."""
    given = any(joint.fields.get('type') for joint in group.joints)
    ends = {plug.known.redundancy for joint in group.joints for plug in (joint.near, joint.far)}
    if kind == 'mesh' and not given and ends == {'mclag'}:
        message = f'{_shown(group)}: taken for a mesh link, although both switches are MCLAG'
        hint = 'set type: mclagDomain in the field hedgehog of the cable, or type: mesh'
        yield warning('WiringConnectionDoubtful', message, hint)


def _belonging(joint: Joint) -> tuple[str, ...]:
    """What the cables of one Connection have in common."""
    if joint.category == 'server':
        return ('server', joint.near.known.name)
    return (joint.category, *sorted((joint.near.known.name, joint.far.known.name)))


def _names(group: Group, kind: str) -> tuple[str, str]:
    """The name by convention, and the one that tells it apart from another."""
    near = [joint.near.known.name for joint in group.joints]
    far = [joint.far.known.name for joint in group.joints if joint.far is not joint.near]
    first = group.joints[0].near
    if kind in ('mesh', 'mclagDomain'):
        # Which way round a cable was entered does not rename what it is part of.
        ends = sorted({*near, *far})
        near, far = ends[:1], ends[1:]
    elif kind == 'vpcLoopback':
        far = []
    else:
        # Nor does it, when two cables of a server change places.
        far = sorted(far, key=_natural)
    name = connection_name(kind, near, far, first.port if kind in _ONE_LINK[1:] else '')
    return name, connection_name(kind, near, far, first.port)


def _fields(group: Group, findings: list[Finding]) -> dict[str, Value]:
    """What the cables say beside their ends; each may say it, all of them the same."""
    fields: dict[str, Value] = {}
    for joint in group.joints:
        for name, value in joint.fields.items():
            if name in _ABOUT_CABLES:
                continue
            if fields.setdefault(name, value) != value:
                message = f'{_shown(group)}: the cables say different things of {name}'
                findings.append(error('WiringConnectionUnclear', message, 'let them say the same'))
    return fields


def _body(group: Group, kind: str, fields: Mapping[str, Value]) -> dict[str, Value]:
    own = {name: value for name, value in fields.items() if name not in _OWN}
    if kind in ('external', 'staticExternal'):
        plug = group.joints[0].near
        side = _side(plug, kind, {n: v for n, v in own.items() if n not in BODY})
        return {'link': {'switch': side}, **{n: v for n, v in own.items() if n in BODY}}
    links: list[Value] = [_link(joint, kind) for joint in group.joints]
    if kind == 'unbundled':
        return {'link': links[0], **own}
    if kind == 'mclagDomain':
        session = [joint.fields.get('link') == 'session' for joint in group.joints]
        return {
            name: [link for link, is_session in zip(links, session, strict=True) if is_session == s]
            for name, s in (('peerLinks', False), ('sessionLinks', True))
        } | own
    return {'links': links, **own}


def _link(joint: Joint, kind: str) -> dict[str, Value]:
    near, far = SIDES[kind]
    return {near: _side(joint.near, kind, {}), far: _side(joint.far, kind, {})}


def _side(plug: Plug, kind: str, fields: Mapping[str, Value]) -> dict[str, Value]:
    side: dict[str, Value] = {'port': f'{plug.known.name}/{plug.port}'}
    interface = plug.interface
    if interface is not None and kind in ADDRESSED and (address := _address(interface.addresses)):
        side['ip'] = address
    own = interface.fields if interface is not None else {}
    given = {**own, **fields}
    return side | {name: v for name, v in given.items() if name not in (*_OWN, *BODY)}


def _address(addresses: tuple[str, ...]) -> str:
    """The address of a link: that of a network of two if there are several."""
    plain = [address for address in addresses if ':' not in address]
    return next((each for each in plain if each.endswith('/31')), plain[0] if plain else '')


def _unclear(group: Group, what: str) -> Finding:
    hint = f'name the cables apart; types are {", ".join(SIDES)}'
    return error('WiringConnectionUnclear', f'{_shown(group)}: {what}', hint)


def _shown(group: Group) -> str:
    if group.name:
        return group.name
    near, far = group.joints[0].near, group.joints[0].far
    ends = dict.fromkeys(f'{plug.known.device.name} {plug.name}' for plug in (near, far))
    return ' - '.join(ends)
