"""Every rule that looks at one object alone, by kind.

`object_problems` is called by the check workflow for each object.
"""

from collections.abc import Callable, Iterator

from ...documents import Value
from ...identity import ResourceKey
from ..kind import Kind
from ..problem import Problem
from .connection import connection_problems
from .external import external_problems
from .external_attachment import external_attachment_problems
from .gateway_peering import gateway_peering_problems
from .metadata import metadata_problems
from .namespaces import ipv4_namespace_problems, vlan_namespace_problems
from .peerings import external_peering_problems, vpc_peering_problems
from .reading import is_absent, mapping
from .switch import switch_problems
from .vpc import vpc_problems
from .vpc_attachment import vpc_attachment_problems

__all__ = ['object_problems']

type _Rules = Callable[[dict[str, Value]], Iterator[Problem]]

_RULES: dict[str, _Rules] = {
    'Connection': connection_problems,
    'External': external_problems,
    'ExternalAttachment': external_attachment_problems,
    'ExternalPeering': external_peering_problems,
    'GatewayPeering': gateway_peering_problems,
    'IPv4Namespace': ipv4_namespace_problems,
    'Switch': switch_problems,
    'VLANNamespace': vlan_namespace_problems,
    'VPC': vpc_problems,
    'VPCAttachment': vpc_attachment_problems,
    'VPCPeering': vpc_peering_problems,
}


def object_problems(key: ResourceKey, value: dict[str, Value], kind: Kind) -> tuple[Problem, ...]:
    """What the cluster would say about one object, beyond its schema; never raises.

    An older API version has other fields, so there only the name is looked at.
    """
    return (*metadata_problems(key, value, kind), *spec_problems(value, kind))


def spec_problems(value: dict[str, Value], kind: Kind) -> tuple[Problem, ...]:
    """The part of it that looks at the spec, whatever the object is called."""
    rules = _RULES.get(kind.kind)
    version = value.get('apiVersion')
    if rules and (version == kind.api_version or is_absent(version)):
        return tuple(rules(mapping(value.get('spec'))))
    return ()
