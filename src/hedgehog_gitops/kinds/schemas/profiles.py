"""The shapes of switch and server profiles, which ship with the product. Read by `tables.py`."""

from .notation import FLAG, INT32, INTEGER, TEXT, custom_resource, list_of, map_of, record

__all__ = ['SERVER_PROFILE', 'SWITCH_PROFILE']

_features = record(
    acls=FLAG,
    ecmpRoCEQPN=FLAG,
    eslag=FLAG,
    l2vni=FLAG,
    l3vni=FLAG,
    mclag=FLAG,
    roce=FLAG,
    subinterfaces=FLAG,
)

_port = record(
    label=TEXT,
    nos=TEXT,
    baseNOSName=TEXT,
    oniePortName=TEXT,
    group=TEXT,
    profile=TEXT,
    pipeline=TEXT,
    management=FLAG,
)

_port_profile = record(
    speed=record(default=TEXT, supported=list_of(TEXT)),
    breakout=record(default=TEXT, supported=map_of(record(offsets=list_of(TEXT)))),
    autoNegAllowed=FLAG,
    autoNegDefault=FLAG,
)

SWITCH_PROFILE = custom_resource(
    record(
        displayName=TEXT,
        otherNames=list_of(TEXT),
        switchSilicon=TEXT,
        platform=TEXT,
        nosType=TEXT,
        notes=TEXT,
        maxPorts=INTEGER,
        features=_features,
        config=record(maxPathsEBGP=INT32),
        ports=map_of(_port),
        portGroups=map_of(record(nos=TEXT, profile=TEXT)),
        portProfiles=map_of(_port_profile),
        pipelines=map_of(record(maxPorts=INTEGER)),
    )
)

SERVER_PROFILE = custom_resource(
    record(nics=list_of(record(name=TEXT, ports=list_of(record(name=TEXT)))))
)
