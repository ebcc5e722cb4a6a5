"""Filters and questions about addresses and prefixes, for templates.

Everything is computed, nothing is counted out: the millionth subnet costs what the first one does.
A text that is no address or prefix is a ValueError, which becomes a finding with its place.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import (
    IPv4Interface,
    IPv4Network,
    IPv6Interface,
    IPv6Network,
    ip_address,
    ip_interface,
    ip_network,
)
from itertools import pairwise
from typing import Any

__all__ = [
    'NETWORK_FILTERS', 'NETWORK_QUESTIONS', 'exact', 'for_each', 'is_address', 'is_prefix',
]  # fmt: skip

type _Network = IPv4Network | IPv6Network
type _Interface = IPv4Interface | IPv6Interface

_MOST_SUBNETS = 10_000


def exact[Function: Callable[..., Any]](function: Function) -> Function:
    """Marks a filter whose numbers are values, however large, and no measures of a text."""
    function.takes_numbers = True  # type: ignore[attr-defined]
    return function


def costly[Function: Callable[..., Any]](function: Function) -> Function:
    """Marks a filter that reads or makes a prefix for each item it is given."""
    function.steps_an_item = 4  # type: ignore[attr-defined]
    return function


def is_prefix(value: object) -> bool:
    """Whether this is a prefix without host bits, as `10.0.0.0/24`."""
    return isinstance(value, str) and '/' in value and _holds(ip_network, value)


def is_address(value: object) -> bool:
    """Whether this is an address, without a length."""
    return isinstance(value, str) and _holds(ip_address, value)


@exact
def subnet(prefix: str, length: int, number: int = 0) -> str:
    """The `number`th subnet of that length, from 0; from the end when negative."""
    network = _network(prefix)
    count = _count(network, length)
    place = number + count if number < 0 else number
    if not 0 <= place < count:
        raise ValueError(f'{prefix} has {count} subnets of the length {length}, not {number + 1}')
    return str(_nth(network, length, place))


def subnets(prefix: str, length: int, count: int | None = None) -> list[str]:
    """The first `count` subnets of that length, or all of them."""
    network = _network(prefix)
    most = _count(network, length)
    wanted = most if count is None else count
    if wanted > most or wanted > _MOST_SUBNETS:
        raise ValueError(f'{prefix} has {most} subnets of the length {length}; {wanted} are asked')
    return [str(_nth(network, length, number)) for number in range(wanted)]


def for_each[Found](
    names: Iterable[str],
    has: Mapping[str, Found],
    free: Callable[[], Found | None],
    without: str,
) -> dict[str, Found]:
    """What each name has, or else the next that is free; `without` says what there is none of."""
    if isinstance(names, str):
        raise ValueError(f'{names!r} is one text; names are a list')
    found: dict[str, Found] = {}
    for name in dict.fromkeys(names):
        one = has[name] if name in has else free()
        if one is None:
            raise ValueError(f'{without} for {name}')
        found[name] = one
    return found


@costly
def free_subnet(prefix: str, length: int, used: str | Iterable[str] = ()) -> str:
    """The first subnet of that length which overlaps with none that is used."""
    network = _network(prefix)
    several = [used] if isinstance(used, str) else used
    found = next(_gaps(network, length, _spans(network, several)), None)
    if found is None:
        raise ValueError(_full(network, length))
    return str(found)


@costly
def allocate_subnets(
    names: Iterable[str], prefix: str, length: int, kept: Mapping[str, str | None] | None = None
) -> dict[str, str]:
    """A subnet for each name, in the order given; a name in `kept` keeps the one it has."""
    network = _network(prefix)
    has = {name: str(_network(one)) for name, one in (kept or {}).items() if one is not None}
    # What was given once is behind, so that a gap is looked at once for all names.
    gaps = map(str, _gaps(network, length, _spans(network, has.values())))
    found = for_each(names, has, lambda: next(gaps, None), _full(network, length))
    owners = sorted((_span(_network(one)), name) for name, one in found.items() if name in has)
    for (span, name), (other, second) in pairwise(owners):
        if other[0] < span[1]:
            raise ValueError(f'kept has {found[name]} for {name} and {found[second]} for {second}')
    return found


@exact
def host(prefix: str, number: int) -> str:
    """The `number`th address of a prefix: 0 is the network itself, -1 the last one."""
    network = _network(prefix)
    place = number + network.num_addresses if number < 0 else number
    if not 0 <= place < network.num_addresses:
        raise ValueError(f'{prefix} has no address {number}')
    return str(network[place])


@exact
def host_prefix(prefix: str, number: int) -> str:
    """The same with the length of the prefix, as interfaces are given it."""
    return f'{host(prefix, number)}/{_network(prefix).prefixlen}'


def address(value: str) -> str:
    """The address alone, without a length."""
    return str(_interface(value).ip)


def network(value: str) -> str:
    """The prefix an address with a length lies in."""
    return str(_interface(value).network)


def prefix_length(value: str) -> int:
    """The length of a prefix."""
    return int(_interface(value).network.prefixlen)


def netmask(value: str) -> str:
    """The mask of a prefix."""
    return str(_interface(value).netmask)


def broadcast(value: str) -> str:
    """The last address of a prefix."""
    return str(_interface(value).network.broadcast_address)


def address_count(value: str) -> int:
    """How many addresses a prefix has."""
    return int(_network(value).num_addresses)


@exact
def add_to_address(value: str, number: int) -> str:
    """The address so many further; a length stays."""
    text, slash, length = value.partition('/')
    return f'{ip_address(text) + number}{slash}{length}'


def within(value: str, prefix: str) -> bool:
    """Whether an address or a prefix lies in a prefix."""
    inner, outer = _interface(value), _network(prefix)
    same = inner.version == outer.version
    return same and inner.network.prefixlen >= outer.prefixlen and inner.ip in outer


def overlapping(value: str, other: str) -> bool:
    """Whether two prefixes have an address in common."""
    return _network(value).overlaps(_network(other))


NETWORK_FILTERS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        subnet, subnets, free_subnet, allocate_subnets, host, host_prefix, address, network,
        prefix_length, netmask, broadcast, address_count, add_to_address,
    )
}  # fmt: skip

NETWORK_QUESTIONS: Mapping[str, Callable[..., Any]] = {
    'prefix': is_prefix,
    'address': is_address,
    'within': within,
    'overlapping': overlapping,
}


def _holds(reads: Callable[[str], object], value: str) -> bool:
    try:
        reads(value)
    except ValueError:
        return False
    return True


def _network(value: str) -> _Network:
    if not isinstance(value, str):
        raise ValueError(f'{value!r} is no prefix: it has to be a text')
    return ip_network(value)


def _interface(value: str) -> _Interface:
    if not isinstance(value, str):
        raise ValueError(f'{value!r} is no address: it has to be a text')
    return ip_interface(value)


def _count(network: _Network, length: int) -> int:
    if not network.prefixlen <= length <= network.max_prefixlen:
        raise ValueError(f'{network} has no subnets of the length {length}')
    return int(2 ** (length - network.prefixlen))


def _nth(network: _Network, length: int, number: int) -> _Network:
    first = int(network.network_address) + (number << (network.max_prefixlen - length))
    return type(network)((first, length))


def _spans(network: _Network, others: Iterable[str | None]) -> list[tuple[int, int]]:
    """The first and last addresses of others of the same version, in order."""
    found = (_network(other) for other in others if other is not None)
    return sorted(_span(one) for one in found if one.version == network.version)


def _span(network: _Network) -> tuple[int, int]:
    first = int(network.network_address)
    return first, first + network.num_addresses


def _gaps(network: _Network, length: int, spans: list[tuple[int, int]]) -> Iterator[_Network]:
    """Every such subnet between the sorted spans, from the first one on."""
    _count(network, length)
    size = 1 << (network.max_prefixlen - length)
    place, end = _span(network)
    for first, behind in (*spans, (end, end)):
        while place + size <= min(first, end):
            yield type(network)((place, length))
            place += size
        if behind > place:
            place = -(-behind // size) * size


def _full(network: _Network, length: int) -> str:
    return f'{network} has no free subnet of the length {length}'
