"""Rules of the DHCP of one subnet: server or relay, range, options, fixed addresses."""

from collections.abc import Iterator

from ...documents import FieldPath, Value
from ..normal_forms import mac_digits
from ..problem import Problem
from .addresses import Address, Prefix, address_of, prefix_of
from .reading import is_absent, items, mapping, number, text
from .saying import bad_address, bad_prefix, error, required, warning
from .subnet import Subnet

__all__ = ['dhcp_problems']

_MTU = (96, 9036)
_DEFAULTS = {'interfaceMTU': 9036, 'leaseTimeSeconds': 3600}


def dhcp_problems(subnet: Subnet) -> Iterator[Problem]:
    """Problems of the DHCP of a subnet."""
    dhcp, path = mapping(subnet.config.get('dhcp')), (*subnet.path, 'dhcp')
    yield from _relay(dhcp, path)
    if dhcp.get('enable') is True:
        yield from _server(dhcp, path, subnet)
    else:
        yield from _unused(dhcp, path)


def _relay(dhcp: dict[str, Value], path: FieldPath) -> Iterator[Problem]:
    relay = text(dhcp.get('relay'))
    if relay and dhcp.get('enable') is True:
        message = 'a subnet has a DHCP server or a relay, not both'
        yield error('DhcpServerAndRelay', message, (*path, 'relay'))
    if relay and prefix_of(relay) is None:
        yield bad_prefix(relay, (*path, 'relay'))
    if is_absent(dhcp.get('relay')) and text(dhcp.get('relayVPC')):
        message = 'relayVPC says where the relay lives, but there is no relay'
        yield error('RelayMissing', message, (*path, 'relayVPC'))


def _unused(dhcp: dict[str, Value], path: FieldPath) -> Iterator[Problem]:
    if dhcp.get('static'):
        message = 'fixed addresses need the DHCP server, which is not enabled'
        yield error('LeasesWithoutDhcp', message, (*path, 'static'), 'set dhcp.enable to true')
    for name in ('range', 'options'):
        if isinstance(dhcp.get(name), dict) and dhcp[name]:
            message = f'dhcp.{name} is dropped, because the DHCP server is not enabled'
            yield warning('DhcpSettingDropped', message, (*path, name), 'set dhcp.enable to true')


def _server(dhcp: dict[str, Value], path: FieldPath, subnet: Subnet) -> Iterator[Problem]:
    if subnet.host_bgp:
        message = 'a hostBGP subnet has no DHCP: its hosts announce their addresses themselves'
        yield error('DhcpOnHostBgp', message, (*path, 'enable'))
    if subnet.prefix and subnet.prefix.length <= 30:
        yield from _range(mapping(dhcp.get('range')), (*path, 'range'), subnet, subnet.prefix)
    if dhcp.get('options'):
        yield from _options(mapping(dhcp['options']), (*path, 'options'), subnet.prefix)
    if dhcp.get('static'):
        yield from _leases(mapping(dhcp['static']), (*path, 'static'), subnet)


def _range(
    bounds: dict[str, Value], path: FieldPath, subnet: Subnet, prefix: Prefix
) -> Iterator[Problem]:
    start = _bound(bounds.get('start'), prefix.at(2))
    end = _bound(bounds.get('end'), prefix.at(prefix.last - prefix.first))
    for name, address in (('start', start), ('end', end)):
        place = (*path, name)
        if address is None:
            if isinstance(written := bounds.get(name), str):
                yield bad_address(written, place)
        elif not prefix.holds(address):
            message = f'the {name} {address} of the range is not in the subnet {prefix}'
            yield error('DhcpRangeOutsideSubnet', message, place)
        elif taken := _taken(address, subnet, prefix):
            message = f'the {name} of the range, {address}, is {taken}'
            yield error('DhcpRangeTaken', message, place)
    if start and end and not start < end:
        message = f'the range from {start} to {end} does not go upwards'
        yield error('DhcpRangeReversed', message, path)


def _bound(value: Value, default: Address) -> Address | None:
    return default if is_absent(value) else address_of(text(value))


def _taken(address: Address, subnet: Subnet, prefix: Prefix) -> str:
    if address == prefix.at(0):
        return 'the address of the subnet itself'
    return 'the gateway' if address == subnet.gateway else ''


def _options(
    options: dict[str, Value], path: FieldPath, prefix: Prefix | None
) -> Iterator[Problem]:
    for name in ('dnsServers', 'timeServers'):
        for index, server in enumerate(items(options.get(name))):
            if isinstance(server, str) and address_of(server) is None:
                yield bad_address(server, (*path, name, index))
    yield from _numbers(options, path)
    for index, route in enumerate(items(options.get('advertisedRoutes'))):
        yield from _advertised(mapping(route), (*path, 'advertisedRoutes', index), prefix)


def _numbers(options: dict[str, Value], path: FieldPath) -> Iterator[Problem]:
    for name, default in _DEFAULTS.items():
        if number(options.get(name)) == 0:
            message = f'{name} 0 becomes {default}'
            yield warning('DhcpOptionDefaulted', message, (*path, name), f'write {default}')
    mtu = number(options.get('interfaceMTU'))
    if mtu and not _MTU[0] <= mtu <= _MTU[1]:
        message = f'an MTU of {mtu} is not between {_MTU[0]} and {_MTU[1]}'
        yield error('MtuInvalid', message, (*path, 'interfaceMTU'))
    lease = number(options.get('leaseTimeSeconds'))
    if lease is not None and lease < 0:
        message = f'a lease of {lease} seconds is shorter than 1'
        yield error('LeaseTimeInvalid', message, (*path, 'leaseTimeSeconds'))


def _advertised(
    route: dict[str, Value], path: FieldPath, prefix: Prefix | None
) -> Iterator[Problem]:
    for name in ('destination', 'gateway'):
        if is_absent(route.get(name)):
            yield required((*path, name), 'an advertised route has a destination and a gateway')
    destination = text(route.get('destination'))
    if destination and prefix_of(destination) is None:
        yield bad_prefix(destination, (*path, 'destination'))
    written = text(route.get('gateway'))
    gateway = address_of(written) if written else None
    if written and gateway is None:
        yield bad_address(written, (*path, 'gateway'))
    elif gateway and prefix and not prefix.holds(gateway):
        message = f'the gateway {written} is not in the subnet {prefix}'
        yield error('RouteGatewayOutsideSubnet', message, (*path, 'gateway'))


def _leases(leases: dict[str, Value], path: FieldPath, subnet: Subnet) -> Iterator[Problem]:
    macs: dict[str, str] = {}
    addresses: dict[Address, str] = {}
    for mac, lease in leases.items():
        yield from _mac(mac, path, macs)
        written, place = mapping(lease).get('ip'), (*path, mac, 'ip')
        if written == '':
            yield required(place, 'a fixed address has an address')
        elif isinstance(written, str):
            yield from _lease(written, place, subnet)
            yield from _once(written, mac, place, addresses)


def _mac(mac: str, path: FieldPath, macs: dict[str, str]) -> Iterator[Problem]:
    digits = mac_digits(mac)
    if digits is None:
        message = f'{mac!r} is no MAC address such as 0c:20:12:fe:01:02'
        yield error('MacInvalid', message, (*path, mac))
    elif (other := macs.setdefault(digits, mac)) != mac:
        message = f'{mac} and {other} are one MAC address; the cluster keeps one of the two'
        yield warning('MacRepeated', message, (*path, mac))


def _lease(written: str, path: FieldPath, subnet: Subnet) -> Iterator[Problem]:
    address, prefix = address_of(written), subnet.prefix
    if address is None:
        yield bad_address(written, path)
    elif prefix and not prefix.holds(address):
        message = f'{written} is not in the subnet {prefix}'
        yield error('LeaseOutsideSubnet', message, path)
    elif prefix and (taken := _taken(address, subnet, prefix) or _broadcast(address, prefix)):
        yield error('LeaseTaken', f'{written} is {taken}', path)


def _broadcast(address: Address, prefix: Prefix) -> str:
    return 'the last address of the subnet' if address.number == prefix.last else ''


def _once(
    written: str, mac: str, path: FieldPath, addresses: dict[Address, str]
) -> Iterator[Problem]:
    address = address_of(written)
    if address and (other := addresses.setdefault(address, mac)) != mac:
        yield error('LeaseRepeated', f'{written} is already given to {other}', path)
