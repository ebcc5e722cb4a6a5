"""Rules of IPv4Namespace and VLANNamespace: the pools subnets and VLANs are taken from."""

from collections.abc import Iterator
from itertools import pairwise

from ...documents import FieldPath, Value
from ..problem import Problem
from .addresses import covered, prefix_of
from .reading import items, number
from .saying import bad_prefix, error, overlap

__all__ = [
    'LAST_VLAN',
    'VlanRange',
    'ipv4_namespace_problems',
    'is_vlan',
    'vlan_namespace_problems',
    'vlan_ranges',
]

_MOST_SUBNETS = 10
LAST_VLAN = 4094

type VlanRange = tuple[int, int]


def ipv4_namespace_problems(spec: dict[str, Value]) -> Iterator[Problem]:
    """Problems of the subnets of an IPv4Namespace."""
    subnets = items(spec.get('subnets'))
    if len(subnets) > _MOST_SUBNETS:
        message = f'{len(subnets)} subnets; the cluster accepts at most {_MOST_SUBNETS}'
        yield error('NamespaceSubnetsTooMany', message, ('spec', 'subnets'))
    prefixes = []
    for index, text in enumerate(subnets):
        if isinstance(text, str):
            path: FieldPath = ('spec', 'subnets', index)
            prefix = prefix_of(text)
            if prefix is None:
                yield bad_prefix(text, path)
            else:
                prefixes.append((prefix, path))
    for (wider, _), (prefix, path) in covered(prefixes):
        yield overlap(str(prefix), str(wider), path)


def vlan_namespace_problems(spec: dict[str, Value]) -> Iterator[Problem]:
    """Problems of the ranges of a VLANNamespace."""
    ranges: list[tuple[VlanRange, FieldPath]] = []
    for index, value in enumerate(items(spec.get('ranges'))):
        path: FieldPath = ('spec', 'ranges', index)
        bounds = _bounds(value)
        if bounds is None:
            continue
        if is_vlan(bounds[0]) and bounds[0] <= bounds[1] and is_vlan(bounds[1]):
            ranges.append((bounds, path))
        else:
            yield _bad_range(bounds, path)
    ranges.sort(key=lambda entry: entry[0])
    for (before, _), (after, path) in pairwise(ranges):
        if before[1] >= after[0]:
            message = f'VLANs {_shown(after)} overlap {_shown(before)} of the same namespace'
            yield error('VlanRangesOverlap', message, path)


def is_vlan(number: int) -> bool:
    """Whether a number can be a VLAN at all."""
    return 1 <= number <= LAST_VLAN


def vlan_ranges(spec: dict[str, Value]) -> list[VlanRange]:
    """The ranges of a VLANNamespace which can be read."""
    ranges = (_bounds(value) for value in items(spec.get('ranges')))
    return [bounds for bounds in ranges if bounds is not None]


def _bounds(value: Value) -> VlanRange | None:
    """First and last VLAN; `to` left out or 0 means the same as `from`. None for wrong types."""
    if not isinstance(value, dict):
        return None
    first, last = (number(0 if value.get(name) is None else value[name]) for name in ('from', 'to'))
    return None if first is None or last is None else (first, last or first)


def _bad_range(bounds: VlanRange, path: FieldPath) -> Problem:
    message = f'VLANs {_shown(bounds)}: a range goes upwards between 1 and {LAST_VLAN}'
    return error('VlanRangeInvalid', message, path)


def _shown(bounds: VlanRange) -> str:
    return f'{bounds[0]}-{bounds[1]}'
