"""Rules of the switch side of a static external connection: its address and static routes."""

from collections.abc import Iterator

from ...documents import FieldPath, Value
from ..problem import Problem
from .addresses import Prefix, address_of, covered, prefix_of
from .reading import is_absent, text, texts
from .saying import bad_prefix, error, host_bits, overlap, required

__all__ = ['static_external_problems']

_PATH: FieldPath = ('spec', 'staticExternal', 'link', 'switch')
_DEFAULT_ROUTE = '0.0.0.0/0'


def static_external_problems(switch: dict[str, Value]) -> Iterator[Problem]:
    """Problems of the addresses of a static external connection."""
    for name in ('ip', 'nextHop'):
        if is_absent(switch.get(name)):
            yield required((*_PATH, name), 'a static external has an address and a next hop')
    network = prefix_of(text(switch.get('ip')))
    hop = address_of(text(switch.get('nextHop')))
    if network and hop and not network.holds(hop):
        message = f'the next hop {hop} is not in the network {network}'
        yield error('NextHopOutside', message, (*_PATH, 'nextHop'))
    yield from _subnets(texts(switch.get('subnets')))


def _subnets(subnets: list[str]) -> Iterator[Problem]:
    if _DEFAULT_ROUTE in subnets:
        if len(subnets) > 1:
            message = f'{_DEFAULT_ROUTE} covers all others, so it is the only subnet'
            yield error('DefaultRouteNotAlone', message, (*_PATH, 'subnets'))
        return
    prefixes: list[tuple[Prefix, FieldPath]] = []
    for index, written in enumerate(subnets):
        path = (*_PATH, 'subnets', index)
        prefix = prefix_of(written)
        if prefix is None:
            yield bad_prefix(written, path)
        elif prefix.has_host_bits:
            yield host_bits(prefix, written, path)
        else:
            prefixes.append((prefix, path))
    for (wider, _), (prefix, path) in covered(prefixes):
        yield overlap(str(prefix), str(wider), path)
