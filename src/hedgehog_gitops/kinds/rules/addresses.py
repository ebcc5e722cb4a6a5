"""Addresses and prefixes as Go's netip reads them: no leading zeros, no netmasks.

Every rule about addresses parses here. Texts repeat, so what was read once is remembered.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

__all__ = ['Address', 'Prefix', 'address_of', 'covered', 'prefix_of']

_WIDTHS = {4: 32, 6: 128}
# Looked up, an octet costs a quarter of what the ipaddress module takes to read it.
_OCTETS = {str(octet): octet for octet in range(256)}
_is_length = re.compile(r'0|[1-9][0-9]{0,2}').fullmatch


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """One IP address as a number."""

    version: int
    number: int

    def __str__(self) -> str:
        return str(IPv4Address(self.number) if self.version == 4 else IPv6Address(self.number))


@dataclass(frozen=True, slots=True)
class Prefix:
    """An address with the length of its network. `first` and `last` bound the network."""

    version: int
    number: int
    length: int
    first: int
    last: int

    @property
    def has_host_bits(self) -> bool:
        """Whether the address is not the network's own."""
        return self.number != self.first

    @property
    def address(self) -> Address:
        """The address before the slash."""
        return Address(self.version, self.number)

    @property
    def network(self) -> tuple[int, int, int]:
        """What two addresses of one network have in common."""
        return self.version, self.first, self.length

    def at(self, offset: int) -> Address:
        """The address that many places behind the network's own."""
        return Address(self.version, self.first + offset)

    def holds(self, address: Address) -> bool:
        """Whether the address lies in the network."""
        return address.version == self.version and self.first <= address.number <= self.last

    def covers(self, other: 'Prefix') -> bool:
        """Whether the other network lies in this one."""
        return (
            other.version == self.version and self.first <= other.first and other.last <= self.last
        )

    def __str__(self) -> str:
        return f'{Address(self.version, self.first)}/{self.length}'


@lru_cache(maxsize=1 << 16)
def address_of(text: str) -> Address | None:
    """Reads an address, IPv4 or IPv6; None for what is none."""
    if ':' not in text:
        return _quad(text)
    try:
        return Address(6, int(IPv6Address(text)))
    except ValueError:
        return None


@lru_cache(maxsize=1 << 16)
def prefix_of(text: str) -> Prefix | None:
    """Reads `address/length`, host bits allowed; None for what is no prefix."""
    host, slash, length_text = text.rpartition('/')
    if not slash or not _is_length(length_text) or '%' in host or '/' in host:
        return None
    address = address_of(host)
    length = int(length_text)
    if address is None or length > _WIDTHS[address.version]:
        return None
    hosts = (1 << (_WIDTHS[address.version] - length)) - 1
    first = address.number & ~hosts
    return Prefix(address.version, address.number, length, first, first | hosts)


def _quad(text: str) -> Address | None:
    octets = [_OCTETS.get(part, -1) for part in text.split('.', 4)]
    if len(octets) != 4 or -1 in octets:
        return None
    return Address(4, octets[0] << 24 | octets[1] << 16 | octets[2] << 8 | octets[3])


def covered[Place](
    prefixes: Iterable[tuple[Prefix, Place]],
) -> Iterator[tuple[tuple[Prefix, Place], tuple[Prefix, Place]]]:
    """Pairs of overlapping prefixes, the wider one first; each prefix with its nearest wider one.

    Networks either lie inside one another or do not touch. Sorted, wide ones first, the open ones
    make a stack, and the top of it is the nearest around the next.
    """
    stack: list[tuple[Prefix, Place]] = []
    for entry in sorted(prefixes, key=_place):
        while stack and not stack[-1][0].covers(entry[0]):
            stack.pop()
        if stack:
            yield stack[-1], entry
        stack.append(entry)


def _place(entry: tuple[Prefix, object]) -> tuple[int, int, int]:
    return entry[0].version, entry[0].first, -entry[0].last
