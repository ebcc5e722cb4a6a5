"""Rules of one VPCPeering and of one ExternalPeering."""

from collections.abc import Iterator

from ...documents import FieldPath, Value
from ..problem import Problem
from .reading import is_absent, items, mapping, text, within
from .saying import error, required

__all__ = ['external_peering_problems', 'vpc_peering_problems']

_PERMIT = ('spec', 'permit')


def vpc_peering_problems(spec: dict[str, Value]) -> Iterator[Problem]:
    """Problems of a VPCPeering alone."""
    if text(spec.get('remote')):
        message = 'remote peering is no longer supported'
        yield error('RemoteRefused', message, ('spec', 'remote'), 'leave remote out')
    permit = spec.get('permit')
    if permit is None or permit == []:
        yield required(_PERMIT, 'a peering permits the subnets of two VPCs one another')
    yield from _pairs(items(permit))


def _pairs(permit: list[Value]) -> Iterator[Problem]:
    pair: set[str] | None = None
    for index, entry in enumerate(permit):
        if not isinstance(entry, dict):
            continue
        path = (*_PERMIT, index)
        if len(entry) != 2:
            message = f'each entry names exactly 2 VPCs, this one {len(entry)}'
            yield error('PeeringNotOfTwo', message, path)
            continue
        pair = pair or set(entry)
        if set(entry) != pair:
            message = f'all entries name the same two VPCs, {" and ".join(sorted(pair))} here'
            yield error('PeeringPairsDiffer', message, path)


def external_peering_problems(spec: dict[str, Value]) -> Iterator[Problem]:
    """Problems of an ExternalPeering alone."""
    for side in ('vpc', 'external'):
        if is_absent(within(spec, 'permit', side, 'name')):
            path = (*_PERMIT, side, 'name')
            yield required(path, f'a peering names the {_CALLED[side]} it is with')
    for index, entry in enumerate(items(within(spec, 'permit', 'external', 'prefixes'))):
        if is_absent(mapping(entry).get('prefix')) and isinstance(entry, dict):
            place: FieldPath = (*_PERMIT, 'external', 'prefixes', index, 'prefix')
            yield required(place, 'an entry of prefixes has a prefix')


_CALLED = {'vpc': 'VPC', 'external': 'External'}
