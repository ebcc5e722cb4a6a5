"""Rules of one Switch. What the installer fills in (ASN, addresses, profile) is not asked for."""

from collections.abc import Iterator

from ...documents import Value
from ..normal_forms import SPEED_PREFIX
from ..problem import Problem
from .addresses import prefix_of
from .reading import items, mapping, text
from .saying import bad_prefix, error, warning

__all__ = ['LEAF_ROLES', 'switch_problems']

LEAF_ROLES = ('server-leaf', 'border-leaf', 'mixed-leaf')
_REDUNDANCY = ('spec', 'redundancy')


def switch_problems(spec: dict[str, Value]) -> Iterator[Problem]:
    """Problems of a Switch alone."""
    yield from _addresses(spec)
    if spec.get('redundancy'):
        yield from _redundancy(mapping(spec['redundancy']))
    for index, group in enumerate(items(spec.get('groups'))):
        if group == '':
            yield error('GroupNameEmpty', 'a group has a name', ('spec', 'groups', index))
    for name in ('portGroupSpeeds', 'portSpeeds'):
        if spec.get(name):
            yield from _speeds(mapping(spec[name]), name)


def _addresses(spec: dict[str, Value]) -> Iterator[Problem]:
    for name in ('ip', 'protocolIP', 'vtepIP'):
        written = text(spec.get(name))
        if not written:
            continue
        prefix = prefix_of(written)
        if prefix is None:
            yield bad_prefix(written, ('spec', name))
        elif name != 'ip' and prefix.length != 32:
            message = f'{name} {written} is one address, so its length is /32'
            yield error('HostPrefixExpected', message, ('spec', name))
    if text(spec.get('vtepIP')) and spec.get('role') == 'spine':
        yield error('VtepOnSpine', 'a spine has no VTEP, so no vtepIP', ('spec', 'vtepIP'))


def _redundancy(redundancy: dict[str, Value]) -> Iterator[Problem]:
    group, kind = redundancy.get('group'), redundancy.get('type')
    if text(group) and kind is None:
        message = 'a redundancy group needs a type'
        yield error('RedundancyIncomplete', message, (*_REDUNDANCY, 'type'), 'write eslag')
    if text(kind) and group in (None, ''):
        message = 'a type of redundancy needs a group'
        yield error('RedundancyIncomplete', message, (*_REDUNDANCY, 'group'))
    if kind == 'mclag':
        message = 'MCLAG is deprecated and no longer supported'
        yield warning('MclagDeprecated', message, (*_REDUNDANCY, 'type'), 'use eslag')


def _speeds(speeds: dict[str, Value], name: str) -> Iterator[Problem]:
    for port, speed in speeds.items():
        if isinstance(speed, str) and speed.startswith(SPEED_PREFIX):
            shorter = speed.removeprefix(SPEED_PREFIX)
            message = f'{speed} becomes {shorter}'
            yield warning('SpeedPrefixDropped', message, ('spec', name, port), f'write {shorter}')
