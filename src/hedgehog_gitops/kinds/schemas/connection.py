"""The shape of a Connection: one member of the spec for each sort of cable. Read by `tables.py`."""

from .notation import FLAG, INTEGER, TEXT, Node, custom_resource, list_of, matching, record

__all__ = ['CONNECTION']

_OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
_ADDRESS = rf'({_OCTET}\.){{3}}{_OCTET}'

_ip = matching(f'^{_ADDRESS}$', 'an IPv4 address such as 10.0.0.1')
_prefix = matching(
    f'^{_ADDRESS}/(3[0-2]|[12]?[0-9])$',
    'an IPv4 address with the length of its prefix, such as 10.0.0.1/31',
)

_port = record(port=TEXT)
_addressed_port = record(port=TEXT, ip=_prefix)
_server_link = record(server=_port, switch=_port)
_switch_link = record(switch1=_port, switch2=_port)


def _dual_homed() -> Node:
    return record(links=list_of(_server_link, at_least=2), mtu=INTEGER, fallback=FLAG)


CONNECTION = custom_resource(
    record(
        unbundled=record(link=_server_link, mtu=INTEGER),
        bundled=record(links=list_of(_server_link), mtu=INTEGER, fallback=FLAG),
        mclag=_dual_homed(),
        eslag=_dual_homed(),
        mclagDomain=record(
            peerLinks=list_of(_switch_link, at_least=1),
            sessionLinks=list_of(_switch_link, at_least=1),
        ),
        fabric=record(
            links=list_of(record(spine=_addressed_port, leaf=_addressed_port), at_least=1)
        ),
        mesh=record(
            links=list_of(record(leaf1=_addressed_port, leaf2=_addressed_port), at_least=1)
        ),
        gateway=record(
            links=list_of(record(switch=_addressed_port, gateway=_addressed_port), at_least=1)
        ),
        vpcLoopback=record(links=list_of(_switch_link, at_least=1)),
        external=record(link=record(switch=_port)),
        staticExternal=record(
            link=record(
                switch=record(
                    port=TEXT, ip=_prefix, nextHop=_ip, subnets=list_of(TEXT), vlan=INTEGER
                )
            ),
            withinVPC=TEXT,
        ),
    )
)
