"""The shapes of switches, servers, switch groups and VLAN namespaces. Read by `tables.py`."""

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

__all__ = ['SERVER', 'SWITCH', 'SWITCH_GROUP', 'VLAN_NAMESPACE']

_ports = record(
    portSpeeds=map_of(TEXT),
    portGroupSpeeds=map_of(TEXT),
    portBreakouts=map_of(TEXT),
    portAutoNegs=map_of(FLAG),
    portFECs=map_of(one_of('rs', 'fc', 'auto', 'disabled')),
    enableAllPorts=FLAG,
)['properties']

SWITCH = custom_resource(
    record(
        _ports,
        role=needed(one_of('spine', 'server-leaf', 'border-leaf', 'mixed-leaf', 'virtual-edge')),
        description=TEXT,
        profile=TEXT,
        asn=INT32,
        ip=TEXT,
        protocolIP=TEXT,
        vtepIP=TEXT,
        groups=list_of(TEXT),
        redundancy=record(group=TEXT, type=one_of('mclag', 'eslag')),
        vlanNamespaces=list_of(TEXT),
        boot=record(mac=TEXT, serial=TEXT),
        roce=FLAG,
        ecmp=record(roceQPN=FLAG),
        linkFlapErrDisable=record(
            flapThreshold=between(1, 50),
            samplingInterval=between(1, 65535, INT32),
            recoveryInterval=between(0, 65534, INT32),
        ),
    )
)

SWITCH_GROUP = custom_resource(record())

SERVER = custom_resource(record(description=TEXT, profile=TEXT))

VLAN_NAMESPACE = custom_resource(
    record(ranges=list_of(record({'from': INTEGER, 'to': INTEGER}), at_least=1, at_most=20))
)
