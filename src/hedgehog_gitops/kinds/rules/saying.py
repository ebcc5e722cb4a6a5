"""The three ways a rule speaks, and what several rules say alike.

Every rule module makes its Problems here; the first argument is the code, the rule's name.
"""

from ...documents import FieldPath
from ...findings import Severity
from ..problem import Problem
from .addresses import Prefix

__all__ = [
    'bad_address',
    'bad_prefix',
    'error',
    'host_bits',
    'info',
    'overlap',
    'required',
    'warning',
]


def error(code: str, message: str, path: FieldPath, suggestion: str = '') -> Problem:
    """Something the cluster refuses."""
    return Problem(Severity.ERROR, code, message, path, suggestion)


def warning(code: str, message: str, path: FieldPath, suggestion: str = '') -> Problem:
    """Something the cluster drops, changes or no longer supports."""
    return Problem(Severity.WARNING, code, message, path, suggestion)


def info(code: str, message: str, path: FieldPath, suggestion: str = '') -> Problem:
    """Something the cluster accepts, and a person should know."""
    return Problem(Severity.INFO, code, message, path, suggestion)


def required(path: FieldPath, why: str, suggestion: str = '') -> Problem:
    """A field which the schema leaves open and the webhook asks for."""
    return error('FieldRequired', f'{path[-1]} is missing: {why}', path, suggestion)


def bad_prefix(text: str, path: FieldPath) -> Problem:
    """A text which is no prefix for the cluster."""
    message = f'{text!r} is no prefix such as 10.0.1.0/24'
    return error('PrefixInvalid', message, path, 'leading zeros and netmasks are refused too')


def bad_address(text: str, path: FieldPath) -> Problem:
    """A text which is no address for the cluster."""
    message = f'{text!r} is no IP address such as 10.0.1.10'
    return error('AddressInvalid', message, path, 'without a prefix length or leading zeros')


def host_bits(prefix: Prefix, text: str, path: FieldPath) -> Problem:
    """A prefix that must be a network and is an address in one."""
    message = f'{text!r} has bits set behind its length; the network is {prefix}'
    return error('PrefixHostBits', message, path, f'write {prefix}')


def overlap(text: str, other: str, path: FieldPath) -> Problem:
    """Two prefixes of one list or object that may not overlap."""
    return error('PrefixesOverlap', f'{text} overlaps {other} of the same object', path)
