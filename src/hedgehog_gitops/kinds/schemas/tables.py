"""Which shape belongs to which kind, and the release they were read from. Read by `hedgehog.py`."""

from .connection import CONNECTION
from .external import EXTERNAL, EXTERNAL_ATTACHMENT, EXTERNAL_PEERING
from .gateway import GATEWAY, GATEWAY_GROUP, GATEWAY_PEERING
from .notation import Node
from .profiles import SERVER_PROFILE, SWITCH_PROFILE
from .vpc import IPV4_NAMESPACE, VPC, VPC_ATTACHMENT, VPC_PEERING
from .wiring import SERVER, SWITCH, SWITCH_GROUP, VLAN_NAMESPACE

__all__ = ['RELEASE', 'TABLES']

RELEASE = '2026-07'

TABLES: dict[str, Node] = {
    'Connection': CONNECTION,
    'External': EXTERNAL,
    'ExternalAttachment': EXTERNAL_ATTACHMENT,
    'ExternalPeering': EXTERNAL_PEERING,
    'Gateway': GATEWAY,
    'GatewayGroup': GATEWAY_GROUP,
    'GatewayPeering': GATEWAY_PEERING,
    'IPv4Namespace': IPV4_NAMESPACE,
    'Server': SERVER,
    'ServerProfile': SERVER_PROFILE,
    'Switch': SWITCH,
    'SwitchGroup': SWITCH_GROUP,
    'SwitchProfile': SWITCH_PROFILE,
    'VLANNamespace': VLAN_NAMESPACE,
    'VPC': VPC,
    'VPCAttachment': VPC_ATTACHMENT,
    'VPCPeering': VPC_PEERING,
}
