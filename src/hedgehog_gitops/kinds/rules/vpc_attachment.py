"""Rules of one VPCAttachment: which subnet on which connection."""

from collections.abc import Iterator

from ...documents import Value
from ..problem import Problem
from .reading import is_absent, text
from .saying import error, info, required

__all__ = ['vpc_attachment_problems']

_SUBNET = ('spec', 'subnet')


def vpc_attachment_problems(spec: dict[str, Value]) -> Iterator[Problem]:
    """Problems of a VPCAttachment alone."""
    if is_absent(spec.get('subnet')):
        yield required(_SUBNET, 'an attachment names vpc/subnet')
    if is_absent(spec.get('connection')):
        yield required(('spec', 'connection'), 'an attachment names a connection')
    yield from _form(text(spec.get('subnet')))


def _form(subnet: str) -> Iterator[Problem]:
    vpc, slash, name = subnet.partition('/')
    if subnet and not vpc:
        yield error('SubnetFormInvalid', f'{subnet!r} names no VPC: write vpc/subnet', _SUBNET)
    elif slash and not name:
        yield error('SubnetFormInvalid', f'{subnet!r} names no subnet: write vpc/subnet', _SUBNET)
    elif subnet and not slash:
        message = f'{subnet!r} names a VPC only, which means its subnet default'
        yield info('SubnetDefaulted', message, _SUBNET, f'write {subnet}/default')
