"""Rules of one ExternalAttachment: a BGP session, or a static one, on a switch port.

Its access list stands in `access_list.py`.
"""

from collections.abc import Iterator

from ...documents import FieldPath, Value
from ..problem import Problem
from .access_list import access_list_problems
from .addresses import address_of, prefix_of
from .reading import is_absent, mapping, number, text, within
from .saying import bad_address, bad_prefix, error, required

__all__ = ['external_attachment_problems']

_STATIC: FieldPath = ('spec', 'static')


def external_attachment_problems(spec: dict[str, Value]) -> Iterator[Problem]:
    """Problems of an ExternalAttachment alone."""
    for name, called in (('external', 'External'), ('connection', 'Connection')):
        if is_absent(spec.get(name)):
            yield required(('spec', name), f'an attachment names its {called}')
    static = spec.get('static')
    if static is None:
        yield from _bgp(spec)
    elif isinstance(static, dict):
        yield from _beside_static(spec)
        yield from _static(mapping(static))
    if spec.get('inboundACL'):
        yield from access_list_problems(mapping(spec['inboundACL']))


def _bgp(spec: dict[str, Value]) -> Iterator[Problem]:
    for side, name in (('switch', 'ip'), ('neighbor', 'asn'), ('neighbor', 'ip')):
        value = within(spec, side, name)
        if is_absent(value) or value == 0:
            why = 'an attachment without static is a BGP session'
            yield required(('spec', side, name), why)
    switch = text(within(spec, 'switch', 'ip'))
    if switch and prefix_of(switch) is None:
        yield bad_prefix(switch, ('spec', 'switch', 'ip'))
    neighbor = text(within(spec, 'neighbor', 'ip'))
    if neighbor and address_of(neighbor) is None:
        yield bad_address(neighbor, ('spec', 'neighbor', 'ip'))


def _beside_static(spec: dict[str, Value]) -> Iterator[Problem]:
    for side, names in (('switch', ('ip', 'vlan')), ('neighbor', ('asn', 'ip'))):
        for name in names:
            value = within(spec, side, name)
            if text(value) or number(value):
                message = f'{side}.{name} belongs to BGP and is refused beside static'
                yield error('BgpBesideStatic', message, ('spec', side, name), 'leave it out')


def _static(static: dict[str, Value]) -> Iterator[Problem]:
    remote = static.get('remoteIP')
    if remote == '':
        yield required((*_STATIC, 'remoteIP'), 'it is the next hop of the static prefixes')
    elif isinstance(remote, str) and address_of(remote) is None:
        yield bad_address(remote, (*_STATIC, 'remoteIP'))
    address, proxy = static.get('ip'), static.get('proxy')
    if is_absent(address) is (proxy in (None, False)):
        message = 'a static attachment has exactly one of ip and proxy: true'
        yield error('StaticIpOrProxy', message, (*_STATIC, 'ip'))
    elif isinstance(address, str) and address and prefix_of(address) is None:
        yield bad_prefix(address, (*_STATIC, 'ip'))
