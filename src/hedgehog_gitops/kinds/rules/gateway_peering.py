"""Rules of one GatewayPeering: two sides, and what each exposes to the other."""

from collections.abc import Iterator

from ...documents import FieldPath, Value
from ..problem import Problem
from ..references import EXTERNAL_PREFIX
from .addresses import prefix_of
from .reading import is_absent, items, mapping, text
from .saying import bad_prefix, error, required

__all__ = ['gateway_peering_problems']

_PEERING: FieldPath = ('spec', 'peering')
_INCLUDED = ('cidr', 'not', 'vpcSubnet')


def gateway_peering_problems(spec: dict[str, Value]) -> Iterator[Problem]:
    """Problems of a GatewayPeering alone."""
    sides = spec.get('peering')
    if sides is None:
        yield required(_PEERING, 'a peering is between two VPCs or externals')
    elif isinstance(sides, dict) and len(sides) != 2:
        message = f'a peering is between exactly 2 VPCs or externals, not {len(sides)}'
        yield error('PeeringNotOfTwo', message, _PEERING)
    for name, side in mapping(sides).items():
        for index, value in enumerate(items(mapping(side).get('expose'))):
            expose, path = mapping(value), (*_PEERING, name, 'expose', index)
            yield from _expose(expose, path)
            yield from _blocks(expose, path, name)


def _expose(expose: dict[str, Value], path: FieldPath) -> Iterator[Problem]:
    used = [name for name in ('ips', 'as', 'nat') if expose.get(name) not in (None, [])]
    if expose.get('default') is True:
        if used:
            yield error('ExposeDefaultNotAlone', f'default stands alone, without {used[0]}', path)
        return
    if 'ips' not in used:
        yield required((*path, 'ips'), 'an expose names at least one block, or is default')
    if ('as' in used) is not ('nat' in used):
        message = 'as and nat belong together: what is translated, and how'
        yield error('ExposeNatIncomplete', message, path)


def _blocks(expose: dict[str, Value], path: FieldPath, side: str) -> Iterator[Problem]:
    for field, allowed in (('ips', _INCLUDED), ('as', _INCLUDED[:2])):
        for index, value in enumerate(items(expose.get(field))):
            block, place = mapping(value), (*path, field, index)
            given = [name for name in allowed if not is_absent(block.get(name))]
            if len(given) != 1 and isinstance(value, dict):
                message = f'a block has exactly one of {", ".join(allowed)}'
                yield error('ExposeBlockUnclear', message, place)
            yield from _prefixes(block, place)
            if text(block.get('vpcSubnet')) and side.startswith(EXTERNAL_PREFIX):
                message = f'{side} is an external and has no VPC subnets'
                yield error('ExposeSubnetOfExternal', message, (*place, 'vpcSubnet'))


def _prefixes(block: dict[str, Value], path: FieldPath) -> Iterator[Problem]:
    for name in ('cidr', 'not'):
        written = text(block.get(name))
        if written and prefix_of(written) is None:
            yield bad_prefix(written, (*path, name))
