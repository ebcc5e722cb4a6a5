"""Rules of the statements of an inbound access list of an ExternalAttachment."""

from collections.abc import Iterator

from ...documents import FieldPath, Value
from ..problem import Problem
from .addresses import prefix_of
from .reading import items, mapping, number, text
from .saying import bad_prefix, error

__all__ = ['access_list_problems']

_FIRST = 10
_ACTIONS = ('deny', 'discard', 'permit', 'transit')
_PROTOCOLS = ('ip', 'tcp', 'udp', 'icmp')
_FLAGS = ('ack', 'fin', 'psh', 'rst', 'syn', 'urg')


def access_list_problems(access_list: dict[str, Value]) -> Iterator[Problem]:
    """Problems of an access list."""
    seen: set[int] = set()
    for index, value in enumerate(items(access_list.get('statements'))):
        statement = mapping(value)
        path: FieldPath = ('spec', 'inboundACL', 'statements', index)
        yield from _sequence(statement, path, seen)
        yield from _words(statement, path)
        yield from _prefixes(statement, path)
        yield from _tcp(statement, path)
        yield from _icmp(statement, path)
        yield from _ports(statement, path)


def _sequence(statement: dict[str, Value], path: FieldPath, seen: set[int]) -> Iterator[Problem]:
    seq = number(statement.get('seq'))
    if seq is None:
        return
    if seq < _FIRST:
        message = f'numbers below {_FIRST} are reserved for the rules of the product'
        yield error('AclSequenceReserved', message, (*path, 'seq'))
    if seq in seen:
        yield error('AclSequenceRepeated', f'the number {seq} is used twice', (*path, 'seq'))
    seen.add(seq)


def _words(statement: dict[str, Value], path: FieldPath) -> Iterator[Problem]:
    for name, known in (('action', _ACTIONS), ('protocol', _PROTOCOLS)):
        value = statement.get(name)
        if isinstance(value, str) and value not in known:
            message = f'{value!r} is no {name}; known are {", ".join(known)}'
            yield error('AclWordUnknown', message, (*path, name))


def _prefixes(statement: dict[str, Value], path: FieldPath) -> Iterator[Problem]:
    for name in ('srcPrefix', 'dstPrefix'):
        value = statement.get(name)
        if isinstance(value, str) and value != 'any' and prefix_of(value) is None:
            yield bad_prefix(value, (*path, name))


def _tcp(statement: dict[str, Value], path: FieldPath) -> Iterator[Problem]:
    filters, place = statement.get('tcpFilters'), (*path, 'tcpFilters')
    if not isinstance(filters, dict):
        return
    if statement.get('protocol') != 'tcp':
        yield error('AclFilterMisplaced', 'tcpFilters need the protocol tcp', place)
    asked = {flag for flag in _FLAGS if filters.get(flag) is True}
    refused = {flag for flag in _FLAGS if filters.get(f'not{flag.capitalize()}') is True}
    if filters.get('established') is True and asked | refused:
        message = 'established stands alone, without single flags'
        yield error('AclFlagsContradict', message, place)
    if both := sorted(asked & refused):
        message = f'{", ".join(both)} is asked for and ruled out at once'
        yield error('AclFlagsContradict', message, place)


def _icmp(statement: dict[str, Value], path: FieldPath) -> Iterator[Problem]:
    given = statement.get('icmpType') is not None or statement.get('icmpCode') is not None
    if given and statement.get('protocol') != 'icmp':
        yield error('AclFilterMisplaced', 'icmpType and icmpCode need the protocol icmp', path)


def _ports(statement: dict[str, Value], path: FieldPath) -> Iterator[Problem]:
    first = number(statement.get('portRangeBegin')) or 0
    last = number(statement.get('portRangeEnd')) or 0
    if not first and not last:
        return
    if text(statement.get('protocol')) not in ('tcp', 'udp'):
        yield error('AclFilterMisplaced', 'a range of ports needs the protocol tcp or udp', path)
    if not 1 <= first <= last:
        message = f'ports {first}-{last}: a range begins at 1 or above and does not go down'
        yield error('AclPortsReversed', message, (*path, 'portRangeBegin'))
