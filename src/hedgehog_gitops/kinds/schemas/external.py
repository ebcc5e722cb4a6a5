"""The shapes of what lies outside: externals, attachments and peerings. Read by `tables.py`."""

from .notation import (
    FLAG,
    INT32,
    INTEGER,
    TEXT,
    custom_resource,
    list_of,
    needed,
    record,
)

__all__ = ['EXTERNAL', 'EXTERNAL_ATTACHMENT', 'EXTERNAL_PEERING']

_TCP_FLAGS = ('Ack', 'Fin', 'Psh', 'Rst', 'Syn', 'Urg')

_tcp_filters = record(
    {flag.lower(): FLAG for flag in _TCP_FLAGS},
    **{f'not{flag}': FLAG for flag in _TCP_FLAGS},
    established=FLAG,
)

_acl_statement = record(
    seq=needed(INTEGER),
    action=needed(TEXT),
    protocol=needed(TEXT),
    srcPrefix=needed(TEXT),
    dstPrefix=needed(TEXT),
    portRangeBegin=INTEGER,
    portRangeEnd=INTEGER,
    icmpType=INTEGER,
    icmpCode=INTEGER,
    tcpFilters=_tcp_filters,
)

EXTERNAL = custom_resource(
    record(
        ipv4Namespace=TEXT,
        inboundCommunity=TEXT,
        outboundCommunity=TEXT,
        static=record(prefixes=list_of(TEXT)),
    )
)

EXTERNAL_ATTACHMENT = custom_resource(
    record(
        external=TEXT,
        connection=TEXT,
        switch=needed(record(ip=TEXT, vlan=INTEGER)),
        neighbor=needed(record(asn=INT32, ip=TEXT)),
        static=record(remoteIP=needed(TEXT), ip=TEXT, proxy=FLAG, vlan=INTEGER),
        inboundACL=record(statements=list_of(_acl_statement)),
    ),
    'spec',
)

EXTERNAL_PEERING = custom_resource(
    record(
        permit=record(
            vpc=record(name=TEXT, subnets=list_of(TEXT)),
            external=record(name=TEXT, prefixes=list_of(record(prefix=TEXT))),
        )
    )
)
