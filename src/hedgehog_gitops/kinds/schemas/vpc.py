"""The shapes of VPCs, their attachments, peerings and address spaces. Read by `tables.py`."""

from .notation import (
    FLAG,
    INT32,
    INTEGER,
    TEXT,
    custom_resource,
    list_of,
    map_of,
    needed,
    record,
)

__all__ = ['IPV4_NAMESPACE', 'VPC', 'VPC_ATTACHMENT', 'VPC_PEERING']

_dhcp_options = record(
    leaseTimeSeconds=needed(INT32),
    interfaceMTU=needed(INTEGER),
    dnsServers=list_of(TEXT),
    timeServers=list_of(TEXT),
    pxeURL=TEXT,
    disableDefaultRoute=FLAG,
    advertisedRoutes=list_of(record(destination=TEXT, gateway=TEXT)),
)

_dhcp = record(
    enable=FLAG,
    range=record(start=TEXT, end=TEXT),
    relay=TEXT,
    relayVPC=TEXT,
    options=_dhcp_options,
    static=map_of(record(ip=needed(TEXT))),
)

_subnet = record(
    subnet=TEXT,
    gateway=TEXT,
    vlan=INTEGER,
    isolated=FLAG,
    restricted=FLAG,
    hostBGP=FLAG,
    dhcp=_dhcp,
)

VPC = custom_resource(
    record(
        subnets=map_of(_subnet),
        ipv4Namespace=TEXT,
        vlanNamespace=TEXT,
        mode=TEXT,
        defaultIsolated=FLAG,
        defaultRestricted=FLAG,
        permit=list_of(list_of(TEXT)),
        staticRoutes=list_of(record(prefix=TEXT, nextHops=list_of(TEXT))),
    )
)

VPC_ATTACHMENT = custom_resource(record(subnet=TEXT, connection=TEXT, nativeVLAN=FLAG))

VPC_PEERING = custom_resource(
    record(
        remote=TEXT,
        permit=list_of(
            map_of(record(subnets=list_of(TEXT, at_least=1, at_most=10))), at_least=1, at_most=10
        ),
    )
)

IPV4_NAMESPACE = custom_resource(record(subnets=list_of(TEXT, at_least=1, at_most=20)))
