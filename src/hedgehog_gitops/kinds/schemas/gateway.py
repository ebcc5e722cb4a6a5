"""The shapes of gateways, their groups and peerings through them. Read by `tables.py`."""

from .notation import (
    FLAG,
    INT32,
    INTEGER,
    TEXT,
    between,
    custom_resource,
    list_of,
    map_of,
    needed,
    one_of,
    record,
)

__all__ = ['GATEWAY', 'GATEWAY_GROUP', 'GATEWAY_PEERING']

_rate = between(0, node=INT32)

GATEWAY = custom_resource(
    record(
        asn=INT32,
        protocolIP=TEXT,
        vtepIP=TEXT,
        vtepMAC=TEXT,
        vtepMTU=INT32,
        workers=INTEGER,
        flowTableCapacity=INT32,
        groups=list_of(record(name=TEXT, priority=INT32)),
        interfaces=map_of(record(ips=list_of(TEXT), kernel=TEXT, pci=TEXT, mtu=INT32)),
        neighbors=list_of(record(asn=INT32, ip=TEXT, source=TEXT)),
        logs=record(
            default=TEXT,
            tags=map_of(TEXT),
            rateLimit=record(burst=_rate, replenishPerSecond=_rate),
        ),
        profiling=record(enabled=FLAG),
    )
)

GATEWAY_GROUP = custom_resource(record(), 'metadata')

_forward = record({'as': TEXT}, port=TEXT, proto=one_of('tcp', 'udp', ''))

_nat = record(
    masquerade=record(idleTimeout=TEXT),
    portForward=record(idleTimeout=TEXT, ports=list_of(_forward)),
    static=record(),
)

_expose = record(
    {'as': list_of(record({'not': TEXT}, cidr=TEXT))},
    default=FLAG,
    ips=list_of(record({'not': TEXT}, cidr=TEXT, vpcSubnet=TEXT)),
    nat=_nat,
)

_end = record(cidr=TEXT, vpcSubnet=TEXT, ports=list_of(TEXT))

_rule = record(
    {'from': TEXT},
    to=TEXT,
    name=TEXT,
    action=needed(one_of('deny', 'allow')),
    scope=one_of('flow', 'packet', ''),
    log=FLAG,
    match=record(proto=TEXT, src=list_of(_end), dst=list_of(_end)),
)

GATEWAY_PEERING = custom_resource(
    record(
        gatewayGroup=TEXT,
        peering=map_of(record(expose=list_of(_expose))),
        acl=record(
            default=needed(one_of('deny', 'deny-unless-exposed', '')),
            rules=list_of(_rule),
        ),
    )
)
